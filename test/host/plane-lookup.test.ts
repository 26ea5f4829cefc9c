import { expect, test } from 'vitest';
import { areaOf, boxCell, type Cell, cutCell, latticePointOf } from '../../host/plane/cell.ts';
import { Lines } from '../../host/plane/lines.ts';
import { RANGE } from '../../host/plane/lookup.ts';
import { outOfRange } from '../../host/plane/verify.ts';
import { planeModel, resolved, walk } from '../support/plane-models.ts';
import type { OraclePlane, OraclePoint } from '../support/plane-oracle.ts';
import { awkwardPlane, benchPlane } from '../support/plane-questions.ts';
import { Random, seedFor } from '../support/random.ts';

/** How lookups of planes are built: exact lines and cells, nodes that are shared, ranges, and bytes that never change. */

test('a line is one number, however it is given, and f is exact at the ends of the largest plane', () => {
  const lines = new Lines();
  const far = 2 ** 31;
  expect(lines.through(0, 0, 4, 6)).toBe(lines.through(6, 9, 2, 3));
  expect(lines.through(1, 1, 1, 5)).toBe(lines.upright(1));
  expect(lines.through(3, 7, -1, 7)).toBe(lines.level(7));
  const random = new Random(seedFor('lines', 46));
  for (let round = 0; round < 4000; round++) {
    const at = () => (random.onceIn(3) ? random.pick([0, 1, far - 1, far]) : random.below(far + 1));
    const [x0, y0, x1, y1, x, y] = [at(), at(), at(), at(), at(), at()];
    if (x0 === x1 && y0 === y1) continue;
    const line = lines.through(x0, y0, x1, y1);
    const { a, b, c } = lines.big(line);
    const exact = a * BigInt(x) + b * BigInt(y) + c;
    expect(lines.at(line, x, y)).toBe(Number(exact));
    expect(a * BigInt(x0) + b * BigInt(y0) + c).toBe(0n);
    expect(a * BigInt(x1) + b * BigInt(y1) + c).toBe(0n);
    expect(a > 0n || (a === 0n && b > 0n)).toBe(true);
    expect(lines.word(line)).toBe(Number(BigInt.asIntN(32, c)));
  }
});

test('halves of a cell have its whole area, however often it is cut', () => {
  const random = new Random(seedFor('cells', 47));
  for (let round = 0; round < 300; round++) {
    const span = 2 ** (3 + random.below(28));
    const lines = new Lines();
    let cell: Cell = boxCell(lines, 0, 0, span, span);
    for (let cut = 0; cut < 12; cut++) {
      const at = (): OraclePoint => [random.below(span + 1), random.below(span + 1)];
      const [from, to] = [at(), at()];
      if (from[0] === to[0] && from[1] === to[1]) continue;
      const { left, right } = cutCell(lines, lines.through(...from, ...to), cell);
      const parts = [left, right].filter((part) => part !== null);
      const sum = parts.reduce((area, part) => area + areaOf(part), 0);
      expect(Math.abs(sum / areaOf(cell) - 1)).toBeLessThan(1e-6);
      for (const part of parts) expect(areaOf(part)).toBeGreaterThan(0);
      cell = random.pick(parts);
    }
  }
});

test('a square of one step holds its least corner and no other', () => {
  const lines = new Lines();
  expect(latticePointOf(lines, boxCell(lines, 5, 9, 6, 10))).toEqual({ x: 5, y: 9 });
  const { left, right } = cutCell(lines, lines.through(5, 9, 6, 10), boxCell(lines, 5, 9, 6, 10));
  // The corner and the place just right of it lie right of the diagonal.
  expect(left).not.toBeNull();
  expect([left, right].map((part) => part && latticePointOf(lines, part))).toEqual([null, { x: 5, y: 9 }]);
});

test('the same plane gives the same nodes, in whatever company it was resolved', () => {
  const draw = () => benchPlane(new Random(48), 'depot', 2 ** 20, 200);
  const first = resolved(planeModel(draw().plane, draw().box));
  resolved(planeModel(benchPlane(new Random(3), 'star', 2 ** 20, 100).plane, draw().box));
  expect(resolved(planeModel(draw().plane, draw().box))).toEqual(first);
});

test('links lead to later nodes of later levels, no two nodes are the same, and depth is the longest way', () => {
  const random = new Random(seedFor('order', 49));
  for (let round = 0; round < 25; round++) {
    const drawn = awkwardPlane(random, 2 ** (4 + random.below(26)), 9);
    const limits = { grids: true, bytesMax: 2 ** 17, looksMax: 1_000_000 };
    const { nodes, grids, depth, phases } = resolved(planeModel(drawn.plane, drawn.box), limits);
    expect(new Set(nodes.map((node) => JSON.stringify(node))).size).toBe(nodes.length);
    const levels: number[] = nodes.map(() => 0);
    nodes.forEach(({ left, right }, node) => {
      expect(left).not.toBe(right);
      for (const link of [left, right]) {
        if (link < 0) continue;
        expect(link).toBeGreaterThan(node);
        levels[link] = Math.max(levels[link] ?? 0, (levels[node] ?? 0) + 1);
      }
    });
    expect(levels).toEqual([...levels].sort((one, other) => one - other));
    const longest = levels.length === 0 ? 0 : 1 + Math.max(...levels);
    expect(depth).toBe(longest);
    const roots = new Set(grids.flatMap((grid) => grid.roots));
    for (const [node] of nodes.entries())
      expect(roots.has(node) || nodes.some(({ left, right }) => left === node || right === node)).toBe(true);
    expect(phases[0]?.from).toBe(0);
    expect(phases.at(-1)?.to).toBe(drawn.box.period);
    for (const [index, { from, grid }] of phases.entries())
      if (index > 0) {
        expect(from).toBe(phases[index - 1]?.to);
        expect(grid).not.toBe(phases[index - 1]?.grid);
      }
  }
});

test('phases with the same answers share a grid', () => {
  const area = [
    [
      [10, 10],
      [20, 12],
      [12, 30],
    ],
  ] as const;
  const zone = { areas: [area], tier: 1, limit: null };
  const night = [
    { from: 0, to: 3 },
    { from: 8, to: 12 },
  ];
  const plane: OraclePlane = {
    zones: [{ ...zone, when: night }],
    gapRules: [{ areas: null, when: null, cuts: false }],
    wins: 'tier',
  };
  const partition = resolved(planeModel(plane, { minX: 0, minY: 0, width: 64, height: 64, period: 12 }));
  expect(partition.phases).toEqual([
    { from: 0, to: 3, grid: 0 },
    { from: 3, to: 8, grid: 1 },
    { from: 8, to: 12, grid: 0 },
  ]);
  expect([2, 5, 9].map((phase) => walk(partition, 13, 15, phase))).toEqual([0, 1, 0]);
});

test('a node whose f leaves 32 bits over its cell is found', () => {
  const drawn = benchPlane(new Random(50), 'star', 2 ** 30, 40);
  const { nodes, grids, shiftX, shiftY, columns, rows } = resolved(planeModel(drawn.plane, drawn.box));
  const shape = { shiftX, shiftY, columns, rows };
  const { width, height } = drawn.box;
  const wrong = (changed: typeof nodes) =>
    outOfRange(new Lines(), width, height, { shape, grids, nodes: changed }, RANGE);
  expect(wrong(nodes)).toBe(0);
  const steep = nodes.findIndex(({ a, b }) => Math.max(a, Math.abs(b)) > 2 ** 20);
  expect(steep).toBeGreaterThanOrEqual(0);
  // Another root: the steep line over the whole box.
  const roots = grids.map((grid) => ({ roots: grid.roots.map(() => steep) }));
  expect(outOfRange(new Lines(), width, height, { shape, grids: roots, nodes }, RANGE)).toBeGreaterThan(0);
});

test('what phases have in common is there once, where a grid divides it', () => {
  const drawn = benchPlane(new Random(51), 'cells', 2 ** 20, 600);
  const corner = drawn.plane.zones[0];
  const limits = { grids: true, bytesMax: 2 ** 17, looksMax: 3_000_000 };
  const always = resolved(planeModel(drawn.plane, drawn.box), limits);
  const zones = [...drawn.plane.zones];
  zones[0] = { areas: [], tier: 0, limit: null, ...corner, when: [{ from: 0, to: 5 }] };
  const box = { ...drawn.box, period: 12 };
  const sometimes = resolved(planeModel({ ...drawn.plane, zones }, box), limits);
  expect(sometimes.grids).toHaveLength(2);
  expect(sometimes.nodes.length).toBeLessThan(1.25 * always.nodes.length);
});
