import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../host/common/make-folders.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { writeStateFolder } from '../desired/folder.ts';
import { signState } from '../desired/sign.ts';
import { LINES_A_GATEWAY_MAX } from '../limits.ts';
import type { SimEditions } from '../sim/editions.ts';

/** A small plant in a folder, as a user would write it, under keys that everybody knows; its machines may be changed at any time. */

const FLEET = 'kills';

export interface PlantSize {
  readonly controllers: number;
  /** Controllers a cell; the last may have fewer. They hang on different gateways as far as there are some. */
  readonly members: number;
  readonly gateways: number;
}

export const PLANT_SIZE: PlantSize = { controllers: 12, members: 3, gateways: 2 };

export const cellsOf = ({ controllers, members }: PlantSize): number => Math.ceil(controllers / members);

/** `door`: whether its server answers gateways. */
export function writePlantFolder(folder: string, door: boolean, size = PLANT_SIZE): void {
  const { controllers, members, gateways } = size;
  const places = Array.from({ length: controllers }, (_, at) => {
    const [cell, member] = [Math.floor(at / members), at % members];
    return { cell: cell + 1, member: member + 1, gateway: ((cell + member) % gateways) + 1 };
  });
  const lines = Math.min(LINES_A_GATEWAY_MAX, controllers);
  const text = [
    ...[
      'fleet: 1',
      `name: ${FLEET}`,
      'signers: [ state.pub.pem ]',
      ...(door ? ['server: server.pub.pem'] : []),
      'sites:',
      '  - id: hall',
      '    zone: UTC',
    ],
    ...['    windows:', '      - { days: daily, from: "00:00", to: "12:00" }'],
    '      - { days: daily, from: "12:00", to: "00:00" }',
    'gateways:',
    ...Array.from(
      { length: gateways },
      (_, at) => `  - { id: gw-${at + 1}, site: hall, key: gw-${at + 1}.pub.pem, lines: ${lines} }`,
    ),
    'cells:',
    ...Array.from({ length: cellsOf(size) }, (_, at) => `  - { id: cell-${at + 1}, site: hall }`),
    'controllers:',
    ...places.map(({ cell, member, gateway }) => {
      const port = `/dev/ttyS${cell * 100 + member}`;
      return `  - { id: c${cell}-${member}, cell: cell-${cell}, gateway: gw-${gateway}, port: ${port}, map: line }`;
    }),
    '',
  ].join('\n');
  makeFolders(folder, 0o711);
  writeFileSync(join(folder, 'fleet.yaml'), text);
  for (const name of ['state', 'server', ...Array.from({ length: gateways }, (_, at) => `gw-${at + 1}`)])
    writeFileSync(join(folder, `${name}.pub.pem`), testKeyPair(name).publicPem);
  writeFileSync(join(folder, 'server.pem'), testKeyPair('server').privatePem, { mode: 0o600 });
}

/** Another text in place of one in the inventory of a plant. */
export function changePlantText(folder: string, before: string, after: string): void {
  const path = join(folder, 'fleet.yaml');
  const text = readFileSync(path, 'utf8');
  if (!text.includes(before)) throw new TypeError(`the inventory has "${before}"`);
  writeFileSync(path, text.replace(before, after));
}

/** Signs the edition as a state with a sequence; gives its folder. */
export async function writeState(
  folder: string,
  { edition, reissue, images }: SimEditions,
  sequence: number,
  nowMs: number,
): Promise<string> {
  const [first, second] = [images.get(edition), images.get(reissue)];
  if (first === undefined || second === undefined) throw new TypeError('the editions are there');
  const pair = { edition: first.bytes, reissue: second.bytes };
  const text = signState({
    ...{ fleet: FLEET, sequence, issuedMs: nowMs - 1000, expiresMs: nowMs + 86_400_000, images: [pair] },
    key: testKeyPair('state').privatePem,
  });
  const path = join(folder, `state-${sequence}`);
  await writeStateFolder(path, text, [pair]);
  return path;
}
