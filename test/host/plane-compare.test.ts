import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { comparePlaneShapes, comparePlanes } from '../../host/audit/plane-compare.ts';
import { planeComparisonWords } from '../../host/audit/plane-compare-words.ts';
import type { PlanePartition } from '../../host/body/plane-partition.ts';
import { compilePartition, loadMap } from '../../host/compile/compile.ts';
import { readMap } from '../../host/image/read-partition.ts';
import { boxCell, type Cell, cutCell } from '../../host/plane/cell.ts';
import { latticePointIn } from '../../host/plane/lattice.ts';
import { Lines } from '../../host/plane/lines.ts';
import { areaOfPiece } from '../../host/plane/pieces.ts';
import { isPlane } from '../../host/source/plane-model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { drawPlaneComparison } from '../../host/svg/plane-comparison.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { planeModel, resolved, walk } from '../support/plane-models.ts';
import { awkwardPlane } from '../support/plane-questions.ts';
import { Random, seedFor } from '../support/random.ts';

/** Two editions of a plane: every difference is found, however small, and nothing else is told. */

async function load(source: string): Promise<PlanePartition> {
  const map = await loadMap('m.map.yaml', memoryReader({ 'm.map.yaml': source }));
  if (!isPlane(map)) throw new Error('no plane');
  return map;
}

interface Wanted {
  readonly epoch?: number;
  readonly axes?: string;
  readonly more?: string;
  readonly zones: string;
}

const AXES = '{ name: x, unit: mm, min: -50, max: 50 }, { name: y, unit: mm, min: 0, max: 80 }';

const source = ({ epoch = 1, axes = AXES, more = '', zones }: Wanted) => `holdfast: 1
map: plane
epoch: ${epoch}
space: { axes: [ ${axes} ] }
${more}zones:
${zones}
gaps: [ { anywhere: true, action: stop } ]
overlaps: by-tier
`;

const A = '  - { id: a, limit: 9, at: { polygon: [[-40, 10], [40, 10], [0, 70]] } }';
const B = '  - { id: b, tier: 1, at: { box: { from: [-10, 0], to: [10, 30] } } }';

const kindsOf = (before: PlanePartition, after: PlanePartition) =>
  comparePlanes(before, after).changes.map(({ kinds, area }) => [kinds.join(), Number(area.toFixed(6))]);

describe('what changed', () => {
  test('a source and its own image are equal', async () => {
    const plane = await load(source({ zones: `${A}\n${B}` }));
    const image = readMap(compilePartition(plane, undefined).image);
    if (!isPlane(image)) throw new Error('no plane');
    expect(comparePlanes(plane, image)).toMatchObject({ equal: true, head: [], rules: [], changes: [] });
    expect(planeComparisonWords(comparePlanes(plane, image)).at(-1)).toContain('equal');
  });

  test('a zone that is wider by one step shows as a strip, and a limit wherever it holds', async () => {
    const before = await load(source({ zones: `${A}\n${B}` }));
    const wider = await load(source({ zones: `${A}\n${B.replace('[10, 30]', '[11, 30]')}` }));
    // The strip is 30 high: 20 of it in the triangle, 10 below it.
    expect(kindsOf(before, wider)).toEqual([
      ['zone-changed,tier-raised,limit-removed', 20],
      ['newly-covered', 10],
    ]);
    const slower = await load(source({ epoch: 2, zones: `${A.replace('limit: 9', 'limit: 7')}\n${B}` }));
    const comparison = comparePlanes(before, slower);
    expect(comparison.head).toEqual([{ field: 'epoch', before: 1, after: 2 }]);
    expect(comparison.rules).toEqual([
      {
        ...{ rule: 'zone', id: 'a', kinds: ['limit-lowered'] },
        before: { state: 'covered', id: 'a', tier: 0, limit: 9 },
        after: { state: 'covered', id: 'a', tier: 0, limit: 7 },
      },
    ]);
    expect(kindsOf(before, slower)).toEqual([['limit-lowered', 2000]]);
    const words = planeComparisonWords(comparison).join('\n');
    expect(words).toMatch(/2000 square mm +at \[.*\] +limit lowered +zone a, limit 9 → zone a, limit 7/);
    expect(drawPlaneComparison(before, slower)).toContain('2000 square mm');
  });

  test('a hole of one lattice point is found in half a million by as many', async () => {
    const axes = '{ name: x, unit: mm, min: 0, max: 500 m }, { name: y, unit: mm, min: 0, max: 500 m }';
    const zones = '  - { id: hall, at: { box: { from: [0, 0], to: [500 m, 500 m] } } }';
    const hole = `\ngaps: [ { id: pin, at: { box: { from: [123456, 7], to: [123457, 8] } }, action: stop, cuts: true }, `;
    const before = await load(source({ axes, zones }));
    const after = await load(source({ axes, zones }).replace('\ngaps: [ ', hole));
    const { changes, rules } = comparePlanes(before, after);
    expect(changes).toMatchObject([
      { kinds: ['newly-gap'], area: 1, sample: { x: 123_456, y: 7, isLattice: true } },
    ]);
    expect(rules).toMatchObject([{ rule: 'gap', id: 'pin', before: null }]);
  });

  test('axes that begin elsewhere are laid over one another, what one lacks is outside', async () => {
    const before = await load(source({ zones: B }));
    const axes =
      '{ name: x, unit: mm, min: 950, max: 1060, origin: 1000 }, { name: y, unit: mm, min: 0, max: 90 }';
    const moved = B.replace('[-10, 0]', '[990, 0]').replace('[10, 30]', '[1010, 30]');
    const near = await load(source({ axes: axes.replace(', origin: 1000', ''), zones: moved }));
    // Nothing of one lies in the other: 8000 were there, 9900 are now.
    expect(kindsOf(before, near).reduce((sum, [, area]) => sum + Number(area), 0)).toBeCloseTo(17_900, 6);
    const wider = axes.replace('min: 950, max: 1060, origin: 1000', 'min: -50, max: 60');
    expect(kindsOf(before, await load(source({ axes: wider, zones: B })))).toEqual([
      // An L: 100 by 10 above, 10 by 90 at the right.
      ['newly-gap', 1900],
    ]);
  });

  test('phases are told, joined where the same holds', async () => {
    const more = 'phase: { unit: s, period: 60 }\n';
    const when = ', when: { from: 20, to: 40 } }';
    const before = await load(source({ more, zones: `${A}\n${B}` }));
    const after = await load(source({ more, zones: `${A}\n${B.replace(/ }$/, when)}` }));
    expect(comparePlanes(before, after).changes).toMatchObject([
      {
        area: 400,
        phases: [
          { from: 0, to: 20 },
          { from: 40, to: 60 },
        ],
      },
      {
        area: 200,
        phases: [
          { from: 0, to: 20 },
          { from: 40, to: 60 },
        ],
      },
    ]);
    const longer = await load(source({ more: more.replace('60', '90'), zones: `${A}\n${B}` }));
    expect(comparePlanes(before, longer).changes.every(({ phases }) => phases[0]?.from === 60)).toBe(true);
    expect(drawPlaneComparison(before, after)).toContain('phases [40, 60) s');
  });

  test('axes of other units, and axes too far apart, are refused', async () => {
    const before = await load(source({ zones: B }));
    expect(() =>
      comparePlanes(before, { ...before, axes: [{ ...before.axes[0], unit: 'cm' }, before.axes[1]] }),
    ).toThrow('cannot be compared');
    const far = { ...before.axes[0], origin: 2n ** 40n };
    expect(() => comparePlanes(before, { ...before, axes: [far, before.axes[1]] })).toThrow('too far apart');
  });
});

describe('the command', () => {
  const folder = temporaryFolder('plane-compare');
  afterAll(() => folder.remove());

  test('audit tells, prints and draws what changed, and refuses a line beside a plane', async () => {
    const [one, other, line] = ['one.map.yaml', 'other.map.yaml', 'line.map.yaml'].map((name) =>
      folder.at(name),
    );
    writeFileSync(one ?? '', source({ zones: `${A}\n${B}` }));
    writeFileSync(other ?? '', source({ epoch: 2, zones: `${A.replace('limit: 9', 'limit: 7')}\n${B}` }));
    writeFileSync(
      line ?? '',
      'holdfast: 1\nmap: line\nepoch: 1\nspace: { axes: [ { name: s, unit: mm, min: 0, max: 9 } ] }\nzones: [ { id: z, at: { from: 0, to: 9 } } ]\n',
    );
    const image = folder.at('other.img');
    expect((await holdfast(['compile', other ?? '', '-o', image])).code).toBe(0);
    const drawing = folder.at('both.svg');
    const told = await holdfast(['audit', one ?? '', image, '--svg', drawing]);
    expect(told.stdout).toContain('limit lowered');
    expect(readFileSync(drawing, 'utf8')).toContain('epoch 1 to epoch 2');
    const printed = JSON.parse((await holdfast(['audit', one ?? '', image, '--json'])).stdout);
    expect(printed).toMatchObject({ equal: false, changes: [{ kinds: ['limit-lowered'], area: 2000 }] });
    const mixed = await holdfast(['audit', one ?? '', line ?? '']);
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('the one after of a line')]);
  });
});

/** What a change covers, by a naive look at its convex pieces; borders belong where the ray leads. */
function isIn(corners: readonly number[], x: number, y: number): boolean {
  const [px, py] = [x + 1e-5, y + 1e-9];
  for (let at = 0; at < corners.length; at += 2) {
    const [x0, y0] = [corners[at] ?? 0, corners[at + 1] ?? 0];
    const next = (at + 2) % corners.length;
    const [x1, y1] = [corners[next] ?? 0, corners[next + 1] ?? 0];
    if ((x1 - x0) * (py - y0) - (y1 - y0) * (px - x0) < 0) return false;
  }
  return true;
}

test('every lattice point of seeded pairs is in a change if and only if it is answered otherwise', () => {
  const random = new Random(seedFor('plane editions', 60));
  let differing = 0;
  for (let round = 0; round < 60; round++) {
    const span = random.pick([12, 20, 31]);
    const one = awkwardPlane(random, span, 3);
    const other = awkwardPlane(random, span, 3);
    const box = { ...one.box, period: 1 };
    const always = ({ plane }: typeof one, dx: number, dy: number) => ({
      ...plane,
      zones: plane.zones.map((zone) => ({
        ...{ ...zone, when: null },
        areas: zone.areas.map((area) => area.map((ring) => ring.map(([x, y]) => [x + dx, y + dy] as const))),
      })),
      gapRules: [{ areas: null, when: null, cuts: false }],
    });
    const before = resolved(planeModel(always(one, 0, 0), box));
    const same = random.onceIn(4);
    const moved = same ? one : other;
    const [dx, dy] = [one.box.minX - moved.box.minX, one.box.minY - moved.box.minY];
    const after = resolved(planeModel(always(moved, dx, dy), box), {
      ...{ grids: random.onceIn(2), bytesMax: 2 ** 16, looksMax: 10_000 },
    });
    const { comparison, shapes } = comparePlaneShapes(before, after);
    if (same) expect(comparison.changes).toEqual([]);
    const found = shapes.flat();
    const wrong: string[] = [];
    for (let y = 0; y < span; y++)
      for (let x = 0; x < span; x++) {
        const place = [box.minX + x, box.minY + y] as const;
        const [was, is] = [before.rules[walk(before, ...place)], after.rules[walk(after, ...place)]];
        const isOther = JSON.stringify(was) !== JSON.stringify(is);
        if (isOther) differing++;
        if (found.some((corners) => isIn(corners, x, y)) !== isOther)
          wrong.push(`round ${round}, ${x}, ${y}`);
      }
    expect(wrong).toEqual([]);
    comparison.changes.forEach(({ area }, index) => {
      const cells = shapes[index] ?? [];
      const sum = cells.reduce((all, corners) => all + areaOfPiece({ rule: 0, corners }), 0);
      expect(sum).toBeCloseTo(area, 4);
    });
  }
  expect(differing).toBeGreaterThan(3000);
});

test('a cell holds a lattice point if a look at every point of its bounds finds one', () => {
  const random = new Random(seedFor('lattice', 61));
  let [empty, thin] = [0, 0];
  for (let round = 0; round < 3000; round++) {
    const span = random.pick([4, 9, 40]);
    const lines = new Lines();
    let cell: Cell = boxCell(lines, 0, 0, span, span);
    for (let cut = 0; cut < 8; cut++) {
      const at = (): [number, number] => [random.below(span + 1), random.below(span + 1)];
      const [from, to] = [at(), at()];
      if (from[0] === to[0] && from[1] === to[1]) continue;
      const { left, right } = cutCell(lines, lines.through(...from, ...to), cell);
      cell = random.pick([left, right].filter((part) => part !== null));
    }
    const corners = cell.flatMap(({ corner }) => [corner.x, corner.y]);
    let naive = 0;
    for (let y = 0; y < span; y++) for (let x = 0; x < span; x++) if (isIn(corners, x, y)) naive++;
    const found = latticePointIn(lines, cell);
    expect([round, found !== null]).toEqual([round, naive > 0]);
    if (found !== null) expect([round, isIn(corners, found.x, found.y)]).toEqual([round, true]);
    if (naive === 0) empty++;
    if (naive === 1) thin++;
  }
  expect(Math.min(empty, thin)).toBeGreaterThan(100);
});

test('a strip across the largest plane, thinner than a step, is searched to its end', () => {
  const lines = new Lines();
  const far = 2 ** 31;
  const box = boxCell(lines, 0, 0, far, far);
  // Twice a·x + b·y is even at every lattice point, so that 9 ≤ f < 10 holds at none of them, and 8 ≤ f < 9 at some.
  const [a, b] = [2 * (2 ** 29 - 3), -2 * (2 ** 29 - 1)];
  const strip = (from: bigint, to: bigint): Cell => {
    const above = cutCell(lines, lines.exactly(a, b, -from), box).right;
    const cell = above && cutCell(lines, lines.exactly(a, b, -to), above).left;
    if (cell === null) throw new Error('the strip lies in the box');
    return cell;
  };
  expect(latticePointIn(lines, strip(9n, 10n))).toBeNull();
  const found = latticePointIn(lines, strip(8n, 9n));
  const { x = 0, y = 0 } = found ?? {};
  expect(BigInt(a) * BigInt(x) + BigInt(b) * BigInt(y)).toBe(8n);
});
