/** The compiled core against the oracle: the same answer to every question, distances included. */
import { expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { compileText } from '../support/compile.ts';
import { type RandomMap, randomMap, type Shape } from '../support/maps.ts';
import { Oracle } from '../support/oracle.ts';
import { Random, seedFor } from '../support/random.ts';

const MAPS = 210;
const QUERIES_A_MAP = 5000;
const EXTREMES = [-(2 ** 31), -(2 ** 31) + 1, -(2 ** 30), -1, 0, 1, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1];

/** Sizes from one segment to 4,096, more small ones than large ones; every size class with and without phases and overlaps. */
function shapeOf(index: number, random: Random): Shape {
  const segments = index % 21 === 0 ? 4096 : index % 7 === 0 ? 1 : 1 + random.below(2 ** (1 + (index % 11)));
  const zones = 1 + random.below(random.pick([1, 64, segments]));
  return { segments, zones, overlaps: index % 3 === 0, period: index % 4 === 3 ? random.between(2, 12) : 1 };
}

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

/** Asks `queries` questions of one map; gives how many were answered differently. */
async function compare(
  map: RandomMap,
  random: Random,
  queries: number,
): Promise<{ mismatches: string[]; states: Set<string> }> {
  const image = await compileText(map.source);
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

test(`${MAPS} random maps, ${MAPS * QUERIES_A_MAP} questions: no answer differs from the oracle's`, async () => {
  const random = new Random(seedFor('differential', 20261123));
  const seen = new Set<string>();
  let queries = 0;
  for (let index = 0; index < MAPS; index++) {
    const map = randomMap(random, shapeOf(index, random));
    const { mismatches, states } = await compare(map, random, QUERIES_A_MAP);
    expect(mismatches.slice(0, 3), `map ${index} of this seed:\n${map.source.slice(0, 2000)}`).toEqual([]);
    for (const state of states) seen.add(state);
    queries += QUERIES_A_MAP;
  }
  expect(queries).toBeGreaterThanOrEqual(1_000_000);
  expect([...seen].sort()).toEqual(['covered', 'gap', 'outside']);
});
