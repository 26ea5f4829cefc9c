/**
 * No damaged plane answers, and both sides read one rule: what the core admits the host reads, and the other way round, each for the same
 * kind of reason. HOLDFAST_ONE_RULE_CHANGES makes as many changes.
 */
import { expect, test } from 'vitest';
import { layoutOf } from '../../host/body/decode-fields.ts';
import { decodePlane } from '../../host/body/decode-plane.ts';
import { encodePlane } from '../../host/body/encode-plane.ts';
import { actionCode, packWord } from '../../host/body/words.ts';
import { bootEdition } from '../../host/core/checker.ts';
import { BODY_HEADER_AT, LAYOUT, PLANE_HEADER_AT, ROW_NONE, SECTION, STATE } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseImage } from '../../host/image/container.ts';
import { codeFor, judge } from '../support/one-rule.ts';
import { imageOfPlane, placesIn, planeSectionsOf, randomPlane, ruleAt } from '../support/planes.ts';
import { Random, seedFor } from '../support/random.ts';

const CHANGES = Number(process.env.HOLDFAST_ONE_RULE_CHANGES ?? 12_000);
const CHANGES_A_MAP = 200;
const PLANE_HEADER = 224;
const INTERESTING = [0, 1, 2, 3, 4, 12, 16, 20, 31, 255, 2 ** 16, 2 ** 17, 2 ** 30, 2 ** 31, 2 ** 32 - 1];
const FAULT_STOP = packWord(STATE.fault, actionCode('stop'), ROW_NONE);

/** A copy of a body with one word or byte changed. */
function changeSomething(random: Random, image: Uint8Array): Uint8Array {
  const body = parseImage(image).body.slice();
  const sections = planeSectionsOf(body);
  const view = new DataView(body.buffer);
  if (random.onceIn(8)) {
    const at = random.below(PLANE_HEADER + 32);
    view.setUint8(at, random.onceIn(2) ? view.getUint8(at) ^ (1 << random.below(8)) : random.below(256));
    return body;
  }
  const { offset, bytes } = random.pick(sections.filter((each) => each.bytes >= 4));
  const at = offset + 4 * random.below(Math.floor(bytes / 4));
  const word = view.getUint32(at, true);
  const other = view.getUint32(offset + 4 * random.below(Math.floor(bytes / 4)), true);
  const near = (word + random.pick([-64, -16, -12, -4, -1, 1, 4, 12, 16, 64])) >>> 0;
  view.setUint32(
    at,
    random.pick([other, near, random.pick(INTERESTING), (word ^ (1 << random.below(32))) >>> 0]),
    true,
  );
  return body;
}

test(`${CHANGES} changes: refused by both for one kind of reason, or read alike by both`, async () => {
  const random = new Random(seedFor('one rule, planes', 51));
  let [admitted, refused] = [0, 0];
  const reasons = new Set<string>();
  for (let change = 0; change < CHANGES; change++) {
    const shape = {
      depth: random.below(7),
      nodes: 7 + random.below(20),
      bits: random.pick([8, 15, 31]),
      period: random.pick([1, 50, 100_000]),
      squares: random.pick([1, 4]),
    };
    const image = imageOfPlane(randomPlane(random, shape));
    for (let each = 0; each < CHANGES_A_MAP && change < CHANGES; each++, change++) {
      const damaged = changeSomething(random, image);
      const { core, host, running } = await judge(damaged, image);
      expect(host, `change ${change}`).toBe(codeFor(core));
      if (core !== null) {
        refused++;
        reasons.add(core);
        expect(running.check(0, 0, 0)).toBe(FAULT_STOP);
        continue;
      }
      admitted++;
      if (layoutOf(damaged) !== LAYOUT.plane) continue;
      const decoded = decodePlane(damaged);
      const partition = { ...randomPlane(new Random(1), { ...shape, depth: 0 }), ...decoded };
      for (const { phase, x, y } of placesIn(partition, random, 5))
        expect(running.verdict(running.check(phase, x, y), x, y).rule).toBe(
          ruleAt(partition, phase, x, y) ?? null,
        );
    }
  }
  expect(admitted).toBeGreaterThan(CHANGES / 100);
  expect(refused).toBeGreaterThan(CHANGES / 2);
  expect(reasons.size).toBeGreaterThan(6);
});

/** What is wrong with a plane, its reason, and how it comes about. */
const FAULTS: readonly (readonly [string, string, (plane: Plane) => void])[] = [
  ['a link to the node itself', 'IMAGE_KEYS', ({ view, nodes }) => view.setUint32(nodes, nodes, true)],
  ['a node that is no line', 'IMAGE_KEYS', ({ view, nodes }) => view.setUint32(nodes + 4, 0, true)],
  ['a node whose a is below 0', 'IMAGE_KEYS', ({ view, nodes }) => view.setInt16(nodes + 4, -1, true)],
  [
    'a bit of links that no link has',
    'IMAGE_KEYS',
    ({ view, nodes }) => view.setUint32(nodes, view.getUint32(nodes, true) | 2, true),
  ],
  ['a leaf that leads on', 'IMAGE_KEYS', ({ view, lastNode }) => view.setUint32(lastNode, 0, true)],
  [
    'another word of the outside',
    'IMAGE_WORDS',
    ({ view, lastNode }) => view.setUint32(lastNode + 8, 0, true),
  ],
  ['a level that begins later', 'IMAGE_KEYS', ({ view, levels }) => view.setUint32(levels + 4, 2, true)],
  [
    'a first level that does not begin at 0',
    'IMAGE_KEYS',
    ({ view, levels }) => view.setUint32(levels, 1, true),
  ],
  [
    'a root that is no node',
    'IMAGE_KEYS',
    ({ view, grids }) => view.setUint16(grids, view.getUint16(grids, true) ^ 1, true),
  ],
  ['a root that is the outside', 'IMAGE_KEYS', ({ view, grids }) => view.setUint16(grids, 0, true)],
  ['nodes of 24 bytes', 'IMAGE_BODY', ({ view, header }) => view.setUint8(header, 24)],
  [
    'one column by another shift',
    'IMAGE_BODY',
    ({ view, header }) => view.setUint8(header + PLANE_HEADER_AT.gridShiftX, 30),
  ],
  [
    'a stride for more columns',
    'IMAGE_BODY',
    ({ view, header }) => view.setUint8(header + PLANE_HEADER_AT.gridStride, 1),
  ],
  [
    'another leaf of the outside',
    'IMAGE_BODY',
    ({ view, header }) => view.setUint32(header + PLANE_HEADER_AT.outside, 0, true),
  ],
  ['one axis', 'IMAGE_BODY', ({ view }) => view.setUint8(BODY_HEADER_AT.axes, 1)],
  [
    'rule bits that are too many',
    'IMAGE_BODY',
    ({ view }) => view.setUint32(BODY_HEADER_AT.ruleBits, 9, true),
  ],
];

interface Plane {
  readonly view: DataView;
  readonly header: number;
  readonly nodes: number;
  readonly lastNode: number;
  readonly levels: number;
  readonly grids: number;
}

test.each(FAULTS)('%s is refused by both: %s', async (_, code, change) => {
  const partition = randomPlane(new Random(7), { depth: 3, nodes: 9, bits: 12, period: 1, squares: 1 });
  const image = imageOfPlane(partition);
  const body = parseImage(image).body.slice();
  expect(await judge(body, image)).toMatchObject({ core: null, host: null });
  const sections = planeSectionsOf(body);
  const placeOf = (id: number) => sections.find((each) => each.id === id) ?? expect.unreachable();
  const nodes = placeOf(SECTION.nodes);
  change({
    view: new DataView(body.buffer),
    header: PLANE_HEADER,
    nodes: nodes.offset,
    lastNode: nodes.offset + nodes.bytes - encodePlane(partition).nodeBytes,
    levels: placeOf(SECTION.levels).offset,
    grids: placeOf(SECTION.grids).offset,
  });
  const { core, host, running } = await judge(body, image);
  expect(host).toBe(code);
  expect(codeFor(core)).toBe(code);
  expect(running.check(0, 0, 0)).toBe(FAULT_STOP);
});

test('every bit flip of a plane is refused, and every truncation', async () => {
  const partition = randomPlane(new Random(8), { depth: 3, nodes: 6, bits: 12, period: 20, squares: 2 });
  const image = imageOfPlane(partition);
  const original = parseImage(image);
  const burned = encodeBurned(deriveBurned(original, 'development'));
  const edition = { epoch: original.identity.epoch, hash: original.digest };
  const refuses = async (bytes: Uint8Array, what: string) => {
    const { core, reason } = await bootEdition({ ...edition, bytes }, burned, { build: 'device' });
    expect(reason, what).not.toBe(0);
    expect(core.check(0, 0, 0), what).toBe(FAULT_STOP);
  };
  for (let bit = 0; bit < image.length * 8; bit++) {
    const damaged = image.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await refuses(damaged, `bit ${bit & 7} of byte ${bit >> 3}`);
  }
  for (let bytes = 1; bytes < image.length; bytes += 7)
    await refuses(image.slice(0, bytes), `${bytes} bytes`);
});
