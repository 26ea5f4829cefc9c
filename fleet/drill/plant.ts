import { compileSource } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { signState } from '../desired/sign.ts';
import { verifyState } from '../desired/verify.ts';
import type { Inventory } from '../inventory/model.ts';
import { readInventory } from '../inventory/read.ts';
import { makeEditions, type SimEditions } from '../sim/editions.ts';
import type { StateName } from '../wire/messages.ts';

/** The plant of a drill: one cell on two gateways, and a controller of another map beside it, under keys that everybody knows. */

const FLEET = 'drill';
const SIGNED_MS = Date.parse('2026-11-01T00:00:00Z');
const DAY_MS = 86_400_000;

const TEXT = `fleet: 1
name: ${FLEET}
signers: [ state.pub.pem ]
server: server.pub.pem
sites: [ { id: hall, zone: UTC, windows: [ { days: daily, from: 00:00, to: 12:00 } ] } ]
gateways:
  - { id: gw-1, site: hall, key: gw-1.pub.pem, lines: 3 }
  - { id: gw-2, site: hall, key: gw-2.pub.pem, lines: 1 }
cells: [ { id: press, site: hall }, { id: store, site: hall } ]
controllers:
  - { id: p1, cell: press, gateway: gw-1, port: /dev/ttyS0, map: line }
  - { id: p2, cell: press, gateway: gw-1, port: /dev/ttyS1, map: line }
  - { id: p3, cell: press, gateway: gw-2, port: /dev/ttyS0, map: line }
  - { id: spare, cell: store, gateway: gw-1, port: /dev/ttyS2, map: other }
`;

const SPARE = `holdfast: 1
map: other
epoch: 1
space: { axes: [ { name: s, unit: mm, min: 0, max: 1000 } ] }
zones:
  - { id: all, at: { from: 0, to: 1000 }, limit: 10 }
`;

export interface DrillPlant {
  readonly inventory: Inventory;
  readonly editions: SimEditions;
  /** The image of the controller of another map. */
  readonly spare: Uint8Array;
  readonly cell: string;
  readonly members: readonly string[];
  readonly state: StateName;
  readonly stateText: string;
  /** What clocks say when a drill begins. */
  readonly wallMs: number;
}

export async function drillPlant(): Promise<DrillPlant> {
  const names = ['state', 'server', 'gw-1', 'gw-2'];
  const keys = names.map((name) => [`${name}.pub.pem`, testKeyPair(name).publicPem]);
  const reader = memoryReader({ 'fleet.yaml': TEXT, ...Object.fromEntries(keys) });
  const inventory = await readInventory('fleet.yaml', reader);
  const editions = await makeEditions();
  const [edition, reissue] = [editions.edition, editions.reissue].map(
    (hash) => editions.images.get(hash)?.bytes ?? new Uint8Array(),
  );
  if (edition === undefined || reissue === undefined)
    throw new TypeError('the editions of a drill are there');
  const stateText = signState({
    ...{ fleet: FLEET, sequence: 1, issuedMs: SIGNED_MS, expiresMs: SIGNED_MS + 100 * DAY_MS },
    images: [{ edition, reissue }],
    key: testKeyPair('state').privatePem,
  });
  const wallMs = SIGNED_MS + DAY_MS;
  const { signers } = inventory;
  const { followed } = verifyState(stateText, { fleet: FLEET, signers, last: null, nowMs: wallMs });
  const spare = (await compileSource('spare.map.yaml', { reader: memoryReader({ 'spare.map.yaml': SPARE }) }))
    .image;
  const members = inventory.cells.get('press')?.members ?? [];
  const { sequence, digest } = followed;
  return {
    ...{ inventory, editions, spare, members, stateText, wallMs },
    cell: 'press',
    state: { sequence, digest },
  };
}
