import { expect, test } from 'vitest';
import { compilePartition } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import type { LookupLimits } from '../../host/plane/lookup.ts';
import { planeModel, resolved } from '../support/plane-models.ts';
import { type OracleMove, type OracleSweep, sweepOf } from '../support/plane-moves.ts';
import type { OraclePoint } from '../support/plane-oracle.ts';
import { awkwardPlane, benchPlane, placeOf, type RandomPlane } from '../support/plane-questions.ts';
import { BENCH_KINDS } from '../support/plane-shapes.ts';
import { Random, seedFor } from '../support/random.ts';

/** Moves through planes against exact fractions: never further than what is safe, and no step less. */

/** `HOLDFAST_MOVES=200000` makes as many as are claimed; the tests make fewer. */
const MOVES = Number(process.env.HOLDFAST_MOVES ?? 12_000);
const CELLS_MAX = 4096;
const COORDINATES = 2 ** 30;
const LIMITS: readonly LookupLimits[] = [
  { grids: true, bytesMax: 2 ** 17, looksMax: 2_000_000 },
  { grids: false, bytesMax: 2 ** 17, looksMax: 200_000 },
];

type Shape = Parameters<typeof placeOf>[2];

/** From a place at which a mistake would show to another one, along an edge, along an axis, near by, or off the axes. */
function moveOf(random: Random, drawn: RandomPlane, shape: Shape): OracleMove {
  const from = placeOf(random, drawn, shape);
  const { width, height } = drawn.box;
  const by = (x: number, y: number): OraclePoint => [clamped(from[0] + x), clamped(from[1] + y)];
  const kind = random.below(7);
  if (kind === 0) return { from, to: by(random.between(-3, 4), random.between(-3, 4)) };
  if (kind === 1) return { from, to: by(random.between(-width, width), 0) };
  if (kind === 2) return { from, to: by(0, random.between(-height, height)) };
  if (kind === 3) {
    const ring = random.pick(random.pick(random.pick(drawn.plane.zones).areas));
    const index = random.below(ring.length);
    const ends = [ring[index], ring[(index + 1) % ring.length]] as [OraclePoint, OraclePoint];
    return random.onceIn(2) ? { from: ends[0], to: ends[1] } : { from: ends[1], to: ends[0] };
  }
  if (kind === 4) {
    const scale = random.pick([100, 10, 3]);
    const [x, y] = [Math.ceil(width / scale), Math.ceil(height / scale)];
    return { from, to: by(random.between(-x, x + 1), random.between(-y, y + 1)) };
  }
  return { from, to: placeOf(random, drawn, shape) };
}

function clamped(value: number): number {
  return Math.min(Math.max(value, -COORDINATES - 5), COORDINATES + 5);
}

/** Asks the core about random moves over a plane. Gives how many of them ended how. */
async function followed(
  random: Random,
  drawn: RandomPlane,
  limits: LookupLimits,
  moves: number,
): Promise<Map<string, number>> {
  const { plane, box } = drawn;
  const longestMove = 2 ** 30;
  const partition = resolved({ ...planeModel(plane, box), longestMove, mostCells: CELLS_MAX }, limits);
  const core = await openImage(compilePartition(partition, undefined, { large: true }).image);
  const ends = new Map<string, number>();
  for (let each = 0; each < moves; each++) {
    const move = moveOf(random, drawn, partition);
    const phase = random.below(box.period);
    const { end, distance, tier, limit, lower } = core.sweepPlane(phase, move.from, move.to);
    const name = JSON.stringify({ move, phase, drawn });
    ends.set(end, (ends.get(end) ?? 0) + 1);
    const steps = Math.max(Math.abs(move.to[0] - move.from[0]), Math.abs(move.to[1] - move.from[1]));
    if (steps > longestMove && end !== 'at-start') {
      expect({ end, distance }, name).toEqual({ end: 'bound', distance: 0 });
      continue;
    }
    const wanted: OracleSweep = sweepOf(plane, box, move, phase);
    if (end === 'bound') expect(distance, name).toBeLessThanOrEqual(wanted.distance);
    else if (JSON.stringify({ end, distance, tier, limit, lower }) !== JSON.stringify(wanted))
      expect({ end, distance, tier, limit, lower }, name).toEqual(wanted);
  }
  return ends;
}

test.each([2 ** 5, 2 ** 10, 2 ** 20, 2 ** 30])(
  'moves over awkward maps of %d steps go as far as exact fractions say',
  { timeout: 3_600_000 },
  async (span) => {
    const random = new Random(seedFor(`moves over ${span}`, 61));
    const each = 100;
    const ends = new Set<string>();
    for (let made = 0; made < MOVES / 8; made += each) {
      const drawn = awkwardPlane(random, span, 12);
      for (const end of (
        await followed(random, drawn, LIMITS[(made / each) % 2] as LookupLimits, each)
      ).keys())
        ends.add(end);
    }
    for (const end of ['whole', 'uncovered', 'at-start']) expect(ends).toContain(end);
  },
);

test.each(BENCH_KINDS)(
  'moves over a map of the bench, %s, go as far as exact fractions say',
  { timeout: 3_600_000 },
  async (kind) => {
    const random = new Random(seedFor(`moves over ${kind}`, 62));
    for (const [index, span] of [2 ** 12, 2 ** 20, 2 ** 30].entries()) {
      const drawn = benchPlane(random, kind, span, 200);
      const moves = Math.ceil((MOVES * 3) / 8 / 3 / BENCH_KINDS.length);
      await followed(random, drawn, LIMITS[index % 2] as LookupLimits, moves);
    }
  },
);
