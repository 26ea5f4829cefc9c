import { describe, expect, test } from 'vitest';
import { encodePlane } from '../../host/body/encode-plane.ts';
import type { PlanePartition } from '../../host/body/plane-partition.ts';
import { compilePartition, compileSource } from '../../host/compile/compile.ts';
import { chosenPlane } from '../../host/compile/plane-form.ts';
import { checkCycles, cyclesOf } from '../../host/cycles/table.ts';
import { isBetter, LEVEL_CYCLES, levelCycles, SHORT_MORE_CYCLES } from '../../host/plane/room.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { planeModel, resolved } from '../support/plane-models.ts';
import { benchPlane } from '../support/plane-questions.ts';
import { randomPlane } from '../support/planes.ts';
import { Random } from '../support/random.ts';

/** Which form the nodes of a plane have, and which lookup: the fewest cycles of what fits. */

const KIB = 1024;

/** Of `nodes` nodes at most; whose coefficients have 16 bits or more. */
function plane(nodes: number, bits: number, depth = 12): PlanePartition {
  return randomPlane(new Random(5), { depth, nodes, bits, period: 1, squares: 1 });
}

function budgetOn(target: string): Pick<PlanePartition, 'budgetCycles'> {
  return { budgetCycles: { target, check: 1000, verdict: null, sweep: null } };
}

describe('the form of nodes', () => {
  test('is the one of fewer cycles where both fit, and says what the other would take', () => {
    const { summary } = compilePartition(plane(300, 15), undefined);
    expect(summary.plane).toMatchObject({
      nodeBytes: 16,
      other: { nodeBytes: 12, kinds: { planeShort: 12, grid: 1 }, shortfalls: [] },
    });
    expect(summary.cost.kinds).toEqual({ plane: 12, grid: 1 });
  });

  test('is the short one where the long one does not fit the arena, and says by how much', () => {
    const large = plane(4500, 15);
    expect(compilePartition(large, undefined).summary.plane?.nodeBytes).toBe(16);
    const { summary } = compilePartition(large, undefined, { arena: '64K' });
    expect(summary.arena).toBe('64K');
    const bytes = summary.plane?.other?.residentBytes ?? 0;
    expect(summary.plane).toMatchObject({
      nodeBytes: 12,
      other: { nodeBytes: 16, shortfalls: [`${bytes} resident bytes, at most 65536`] },
    });
    expect(bytes).toBeGreaterThan(64 * KIB);
  });

  test('is the only one that holds the plane', () => {
    expect(compilePartition(plane(300, 30), undefined).summary.plane).toMatchObject({
      nodeBytes: 16,
      other: null,
    });
  });

  test('is the dearer one on no board whose cycles a budget counts', () => {
    const on = (board: string, depth: number) =>
      chosenPlane({ ...plane(300, 15, depth), ...budgetOn(board) }, 'device');
    const riscv = cyclesOf('riscv32') ?? expect.unreachable();
    for (let depth = 0; depth <= 15; depth++) {
      const { steps, other } = on('riscv32', depth);
      const [taken, left] = [steps, other?.kinds ?? {}].map((kinds) => checkCycles(riscv, kinds) ?? 0);
      expect(taken, `${depth} levels`).toBeLessThanOrEqual(left ?? 0);
      expect(on('rp2040', depth).nodeBytes).toBe(16);
    }
  });

  test('is refused with the figures of the one of fewer bytes where none fits', () => {
    const large = plane(6500, 15);
    const { residentBytes } = encodePlane(large, 12);
    expect(residentBytes).toBeGreaterThan(64 * KIB);
    expect(() => compilePartition(large, undefined, { arena: '64K' })).toThrow(
      `this map does not fit an arena of 64K: ${residentBytes} resident bytes, at most 65536`,
    );
  });

  test('gives the same words, and the same bytes each time', () => {
    const small = plane(300, 15);
    const [one, other] = [compilePartition(small, undefined), compilePartition(small, undefined)];
    expect(Buffer.compare(one.image, other.image)).toBe(0);
    expect(() => encodePlane(plane(300, 30), 12)).toThrow(RangeError);
  });
});

describe('the lookup', () => {
  test('is judged by the cycles of levels that a board takes', () => {
    const table = cyclesOf('rp2040') ?? expect.unreachable();
    const base = checkCycles(table, { plane: 0, grid: 1 }) ?? 0;
    for (let depth = 0; depth <= 15; depth++) {
      expect(checkCycles(table, { plane: depth, grid: 1 })).toBe(base + LEVEL_CYCLES.long * depth);
      const short = SHORT_MORE_CYCLES + LEVEL_CYCLES.short * depth;
      expect(checkCycles(table, { planeShort: depth, grid: 1 })).toBe(base + short);
    }
  });

  test('is worth short nodes where these save a level, and none that does not fit', () => {
    const room = { bytes: 1000, isOfHost: false };
    const low = { depth: 6, bytes: 1200, shortBytes: 900 };
    const high = { depth: 7, bytes: 800, shortBytes: null };
    expect(isBetter(low, high, room)).toBe(true);
    expect(isBetter({ ...low, shortBytes: null }, high, room)).toBe(false);
    expect(levelCycles({ ...low, shortBytes: 1001 }, room)).toBe(Number.POSITIVE_INFINITY);
    // A level less that only short nodes hold is none where there are many.
    const [many, more] = [
      { depth: 15, bytes: 1200, shortBytes: 900 },
      { depth: 15, bytes: 900, shortBytes: 700 },
    ];
    expect(isBetter(many, more, room)).toBe(false);
  });

  test.each(['star', 'comb', 'depot'] as const)('of a %s fits whatever it may take', (kind) => {
    const drawn = benchPlane(new Random(2), kind, 2 ** 12, 300);
    const model = planeModel(drawn.plane, drawn.box);
    const looksMax = 1_000_000;
    const sizeOf = (partition: PlanePartition, form: number | undefined) => {
      const { nodes, leaves, gridBytes, nodeBytes } = encodePlane(partition, form);
      return gridBytes + nodeBytes * (nodes + leaves);
    };
    const plain = resolved(model, { grids: false, bytesMax: 2 ** 20, looksMax });
    const least = sizeOf(plain, undefined);
    let before = Number.POSITIVE_INFINITY;
    for (const times of [1.05, 1.4, 2, 3, 6]) {
      const bytesMax = Math.ceil(times * least);
      const found = resolved(model, { grids: true, bytesMax, looksMax });
      expect(sizeOf(found, undefined), `${times} times`).toBeLessThanOrEqual(bytesMax);
      expect(found.depth).toBeLessThanOrEqual(before);
      before = found.depth;
    }
    expect(before).toBeLessThan(plain.depth);
  });

  test('of a map for an arena is chosen for that arena', { timeout: 120_000 }, async () => {
    const drawn = benchPlane(new Random(1), 'comb', 2 ** 30, 600);
    const zones = drawn.plane.zones.map(({ areas, tier }, index) => {
      const ring = areas[0]?.[0]?.map(([x, y]) => [x - drawn.box.minX, y - drawn.box.minY]);
      return `  - { id: z${index}, tier: ${tier % 256}, at: { polygon: ${JSON.stringify(ring)} } }`;
    });
    const source = `holdfast: 1
map: comb
epoch: 1
space: { axes: [ { name: x, unit: mm, min: 0, max: ${2 ** 30} }, { name: y, unit: mm, min: 0, max: ${2 ** 30} } ] }
overlaps: by-tier
zones:
${zones.join('\n')}
gaps: [ { anywhere: true, action: stop } ]
`;
    const reader = memoryReader({ 'm.map.yaml': source });
    const [large, small] = await Promise.all(
      (['128K', '64K'] as const).map((arena) => compileSource('m.map.yaml', { reader, arena })),
    );
    expect(large?.summary.residentBytes).toBeGreaterThan(64 * KIB);
    expect(small?.summary.arena).toBe('64K');
    expect(small?.summary.steps).toBeGreaterThan(large?.summary.steps ?? 0);
  });
});
