import { memoryReader } from '../../host/source/reader.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { signState } from '../desired/sign.ts';
import type { DesiredState } from '../desired/state.ts';
import { verifyState } from '../desired/verify.ts';
import type { Inventory } from '../inventory/model.ts';
import { readInventory } from '../inventory/read.ts';
import type { SimEditions } from '../sim/editions.ts';

/** The plant of the tour: 40 controllers in 8 cells on 2 gateways, written down as a user would, under keys that everybody knows. */

const CELLS = 8;
const MEMBERS = 5;
const GATEWAYS = ['gw-1', 'gw-2'];
const FLEET = 'tour';
/** When the tour takes place: at night, in a window. */
export const TOUR_MS = Date.parse('2026-11-27T22:00:00Z');

function inventoryText(): string {
  const cells = Array.from({ length: CELLS }, (_, at) => `cell-${at + 1}`);
  const gateways = GATEWAYS.map(
    (id) =>
      `  - { id: ${id}, site: hall, key: ${id}.pub.pem, lines: ${(CELLS * MEMBERS) / GATEWAYS.length} }`,
  );
  const controllers = cells.flatMap((cell, at) =>
    Array.from({ length: MEMBERS }, (_, member) => {
      const gateway = GATEWAYS[at % GATEWAYS.length];
      return `  - { id: c${at + 1}-${member + 1}, cell: ${cell}, gateway: ${gateway}, port: /dev/ttyS${Math.floor(at / 2) * MEMBERS + member}, map: line }`;
    }),
  );
  return [
    'fleet: 1',
    `name: ${FLEET}`,
    'signers: [ state.pub.pem ]',
    'sites:',
    '  - { id: hall, zone: UTC, windows: [ { days: daily, from: "21:00", to: "04:00" } ] }',
    'gateways:',
    ...gateways,
    'cells:',
    ...cells.map((cell) => `  - { id: ${cell}, site: hall }`),
    'controllers:',
    ...controllers,
    '',
  ].join('\n');
}

export async function tourInventory(): Promise<Inventory> {
  const keys = ['state', ...GATEWAYS].map((name) => [`${name}.pub.pem`, testKeyPair(name).publicPem]);
  const reader = memoryReader({ 'fleet.yaml': inventoryText(), ...Object.fromEntries(keys) });
  return readInventory('fleet.yaml', reader);
}

/** What the plant should run, signed and judged as anywhere. */
export function tourState({ signers }: Inventory, { edition, reissue, images }: SimEditions): DesiredState {
  const [first, second] = [images.get(edition), images.get(reissue)];
  if (first === undefined || second === undefined) throw new TypeError('the editions of the tour are there');
  const text = signState({
    fleet: FLEET,
    sequence: 1,
    issuedMs: TOUR_MS,
    expiresMs: TOUR_MS + 86_400_000,
    images: [{ edition: first.bytes, reissue: second.bytes }],
    key: testKeyPair('state').privatePem,
  });
  return verifyState(text, { fleet: FLEET, signers, last: null, nowMs: TOUR_MS }).state;
}
