/** The compiled core against the oracle: the same answer to every question, distances included. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { openImage } from '../../host/core/checker.ts';
import { STEP_KIND } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { compileText } from '../support/compile.ts';
import { type RandomMap, randomMap, type Shape } from '../support/maps.ts';
import { Oracle } from '../support/oracle.ts';
import { expectFor } from '../support/property.ts';
import { Random } from '../support/random.ts';

const MAPS = 210;
const QUERIES_A_MAP = 5000;
/** Trees, and directories where a map has them: each is asked the same. */
const LOOKUPS = ['tree', 'auto'] as const;
const QUERIES = MAPS * QUERIES_A_MAP * LOOKUPS.length;
const EXTREMES = [-(2 ** 31), -(2 ** 31) + 1, -(2 ** 30), -1, 0, 1, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1];

/** Sizes from one segment to 4,096, more small ones than large ones; every size class with and without phases and overlaps. */
function shapeOf(index: number, random: Random): Shape {
  const segments = index % 21 === 0 ? 4096 : index % 7 === 0 ? 1 : 1 + random.below(2 ** (1 + (index % 11)));
  const zones = 1 + random.below(random.pick([1, 64, segments]));
  return { segments, zones, overlaps: index % 3 === 0, period: index % 4 === 3 ? random.between(2, 12) : 1 };
}

/** A map and the questions about it, as a failure shrinks them: to fewer stretches, zones and phases. */
interface Case extends Shape {
  /** From which the map and the questions come. */
  seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  segments: fc.integer({ min: 1, max: 4096 }),
  zones: fc.integer({ min: 1, max: 4096 }),
  overlaps: fc.boolean(),
  period: fc.integer({ min: 1, max: 12 }),
  seed: fc.noShrink(fc.nat()),
});

/** Borders and their neighbours, extremes, and places in between. */
function randomPlace(random: Random, oracle: Oracle): number {
  const kind = random.below(8);
  if (kind === 0) return random.pick(EXTREMES);
  if (kind < 5) return random.pick(oracle.borders) + random.between(-1, 2);
  return random.between(oracle.map.min, oracle.map.max);
}

function randomPhase(random: Random, period: number): number {
  if (period === 1) return random.onceIn(50) ? random.pick([1, 2 ** 31, 2 ** 32 - 1]) : 0;
  return random.onceIn(10) ? random.pick([period, period + 1, 2 ** 32 - 1]) : random.below(period);
}

interface CompiledMap {
  map: RandomMap;
  /** One a lookup. */
  images: Uint8Array[];
}

/** The map of this shape; where its windows are more than the device build holds, one with a shorter period. */
async function compileFitting(random: Random, shape: Shape): Promise<CompiledMap> {
  const map = randomMap(random, shape);
  try {
    const images = [];
    for (const lookup of LOOKUPS) images.push(await compileText(map.source, { lookup }));
    return { map, images };
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'TOO_LARGE' || shape.period === 1) throw error;
    return compileFitting(random, { ...shape, period: shape.period - 1 });
  }
}

/** Asks `queries` questions of one image of a map; gives how many were answered differently. */
async function compare(
  { map }: CompiledMap,
  image: Uint8Array,
  random: Random,
  queries: number,
): Promise<{ mismatches: string[]; states: Set<string> }> {
  const { rules } = readPartition(image);
  const core = await openImage(image, { build: 'device' });
  const oracle = new Oracle(map.oracle);
  const mismatches: string[] = [];
  const states = new Set<string>();
  for (let i = 0; i < queries; i++) {
    const x = randomPlace(random, oracle);
    const phase = randomPhase(random, map.oracle.period);
    const verdict = core.verdict(core.check(phase, x), x);
    const wanted = oracle.answer(x, phase);
    const id = verdict.rule === null ? null : rules[verdict.rule]?.id;
    states.add(verdict.state);
    const same =
      verdict.state === wanted.state &&
      id === wanted.id &&
      verdict.tier === wanted.tier &&
      verdict.limit === wanted.limit &&
      verdict.action === wanted.action &&
      verdict.toGapAhead === wanted.toGapAhead &&
      verdict.toGapBehind === wanted.toGapBehind &&
      verdict.epoch === 1;
    if (!same)
      mismatches.push(
        `x ${x} phase ${phase}: ${JSON.stringify({ ...verdict, id })}, wanted ${JSON.stringify(wanted)}`,
      );
  }
  return { mismatches, states };
}

test(`${MAPS} random maps, ${QUERIES} questions: no answer differs from the oracle's`, async () => {
  const seen = new Set<string>();
  /** Whether there was an image with directories, and one without. */
  const lookups = new Set<boolean>();
  let queries = 0;
  const draw = (index: number, random: Random) => ({
    ...shapeOf(index, random),
    seed: random.below(2 ** 31),
  });
  await expectFor('differential', { seed: 20261123, runs: MAPS, draw }, cases, async ({ seed, ...shape }) => {
    const random = new Random(seed);
    const compiled = await compileFitting(random, shape);
    const askedFrom = random.below(2 ** 31);
    for (const image of compiled.images) {
      const { mismatches, states } = await compare(compiled, image, new Random(askedFrom), QUERIES_A_MAP);
      expect(mismatches.slice(0, 3), compiled.map.source.slice(0, 2000)).toEqual([]);
      for (const state of states) seen.add(state);
      queries += QUERIES_A_MAP;
      lookups.add(parseImage(image).identity.steps.some(({ kind }) => kind === STEP_KIND.directory));
    }
  });
  expect(queries).toBeGreaterThanOrEqual(2_000_000);
  expect(lookups.size).toBe(2);
  expect([...seen].sort()).toEqual(['covered', 'gap', 'outside']);
});
