/**
 * Rings, approaches, the next lower limit and changes: the encoder and the core against an oracle that walks from cell to cell.
 * HOLDFAST_AROUND_MAPS asks as many maps.
 */
import { expect, test } from 'vitest';
import { decodeBody } from '../../host/body/decode.ts';
import type { Partition } from '../../host/body/partition.ts';
import { openImage } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { parseImage } from '../../host/image/container.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { PartitionOracle } from '../support/partition-oracle.ts';
import { imageBy, imageOf, type PartitionShape, randomPartition } from '../support/partitions.ts';
import { Random, seedFor } from '../support/random.ts';

const MAPS = Number(process.env.HOLDFAST_AROUND_MAPS ?? 1300);
const QUESTIONS_A_MAP = 800;
const MOVES_A_MAP = 300;
const CHANGES_A_MAP = 40;
const CELLS_MAX = 256;
const EXTREMES = [-(2 ** 31), -(2 ** 30), -1, 0, 2 ** 30, 2 ** 31 - 1];

function shapeOf(index: number, random: Random): PartitionShape {
  return {
    cells: index % 40 === 0 ? 700 : 1 + random.below(2 ** (1 + (index % 6))),
    wraps: index % 4 !== 3,
    approaches: index % 2 === 0,
    period: index % 3 === 0 ? random.between(2, 40) : 1,
    gapOnceIn: random.pick([0, 2, 5, 60]),
  };
}

/** Borders and their neighbours, extremes, and places in between. */
function place(random: Random, borders: readonly number[], { axis }: Partition): number {
  const kind = random.below(8);
  if (kind === 0) return random.pick(EXTREMES);
  if (kind < 5) return random.pick(borders) + random.between(-1, 2);
  return random.between(axis.min, axis.max);
}

function phaseOf(random: Random, period: number): number {
  return random.onceIn(20) ? random.pick([period, 2 ** 32 - 1]) : random.below(period);
}

/** Ways up to twice around, so far as an end of them is an i32. */
function travelFrom(random: Random, x: number, { axis }: Partition): number {
  const length = axis.max - axis.min;
  const kind = random.below(6);
  const way = kind === 0 ? length : kind === 1 ? random.below(2 * length) : random.below(length);
  const signed = random.onceIn(2) ? way : -way;
  const travel = kind === 2 ? Math.trunc(signed / 64) : signed;
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, x + travel)) - x;
}

function askPlaces(core: Core, map: Partition, oracle: PartitionOracle, random: Random): string[] {
  const borders = oracle.borders();
  const wrong: string[] = [];
  for (let i = 0; i < QUESTIONS_A_MAP; i++) {
    const [x, phase] = [place(random, borders, map), phaseOf(random, map.phasePeriod)];
    const { state, rule, toGapAhead, toGapBehind, tier, limit } = core.verdict(core.check(phase, x), x);
    const wanted = oracle.answer(x, phase);
    const said = map.rules[wanted.rule ?? -1];
    const same =
      state === wanted.state &&
      rule === wanted.rule &&
      toGapAhead === wanted.toGapAhead &&
      toGapBehind === wanted.toGapBehind &&
      limit === (said?.limit ?? null) &&
      tier === (said === undefined || said.kind === 'gap' ? null : said.tier);
    if (!same) wrong.push(JSON.stringify({ x, phase, state, rule, toGapAhead, toGapBehind, wanted }));
  }
  return wrong;
}

function askMoves(core: Core, map: Partition, oracle: PartitionOracle, random: Random): string[] {
  const borders = oracle.borders();
  const wrong: string[] = [];
  for (let i = 0; i < MOVES_A_MAP; i++) {
    const [x, phase] = [place(random, borders, map), phaseOf(random, map.phasePeriod)];
    const travel = travelFrom(random, x, map);
    const { end, distance, tier, limit, lower } = core.sweep(phase, x, x + travel);
    const wanted = oracle.move(x, travel, phase, CELLS_MAX);
    const found = { end, distance, tier, limit, lower };
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      wrong.push(JSON.stringify({ x, travel, phase, found, wanted }));
  }
  return wrong;
}

function askChanges(core: Core, map: Partition, oracle: PartitionOracle, random: Random): string[] {
  const borders = oracle.borders();
  const wrong: string[] = [];
  for (let i = 0; i < CHANGES_A_MAP; i++) {
    const [x, phase] = [place(random, borders, map), phaseOf(random, map.phasePeriod)];
    const [found, wanted] = [core.untilChange(phase, x), oracle.untilChange(x, phase)];
    if (found !== wanted) wrong.push(JSON.stringify({ x, phase, found, wanted }));
  }
  return wrong;
}

test(`${MAPS} random partitions, ${MAPS * QUESTIONS_A_MAP} questions, ${MAPS * MOVES_A_MAP} moves, ${MAPS * CHANGES_A_MAP} changes`, async () => {
  const random = new Random(seedFor('around', 20261126));
  let seams = 0;
  let directories = 0;
  for (let index = 0; index < MAPS; index++) {
    const map = randomPartition(random, shapeOf(index, random));
    const byHalves = index % 2 === 0 ? imageBy('directory', map) : undefined;
    const image = byHalves ?? imageOf(map);
    directories += Number(byHalves !== undefined);
    const what = `map ${index}${byHalves === undefined ? '' : ', with directories'}`;
    expect(readPartition(image), what).toMatchObject({
      axis: map.axis,
      windows: map.windows,
      rules: map.rules,
    });
    const core = await openImage(image, { build: index % 10 === 0 ? 'large' : 'device' });
    const oracle = new PartitionOracle(map);
    for (const ask of [askPlaces, askMoves, askChanges])
      expect(ask(core, map, oracle, random).slice(0, 3), what).toEqual([]);
    const [first, last] = [map.windows[0]?.cells.at(0), map.windows[0]?.cells.at(-1)];
    const covers = (rule = -1) => map.rules[rule]?.kind !== 'gap';
    seams += Number(map.axis.wraps && covers(first?.rule) && covers(last?.rule));
  }
  expect(seams).toBeGreaterThan(MAPS / 8);
  expect(directories).toBeGreaterThan(MAPS / 4);
}, 600_000);

test('a ring that is too large for runs in words has a table of rows, and answers the same', async () => {
  const random = new Random(seedFor('around, rows', 3));
  const shape = { cells: 70_000, wraps: true, approaches: true, period: 1, gapOnceIn: 50 };
  let map = randomPartition(random, shape);
  while ((map.windows[0]?.cells.length ?? 0) < 66_000) map = randomPartition(random, shape);
  const image = imageOf(map);
  expect(decodeBody(parseImage(image).body).ruleBits).toBe(0);
  const core = await openImage(image);
  const oracle = new PartitionOracle(map);
  expect(askPlaces(core, map, oracle, random)).toEqual([]);
  expect(askMoves(core, map, oracle, random)).toEqual([]);
}, 120_000);
