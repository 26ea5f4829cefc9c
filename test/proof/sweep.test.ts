/** Moves against the oracle, and the oracle against looking at every point of a small map, fractions too. */
import { expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { BODY_HEADER_AT } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { compileText } from '../support/compile.ts';
import { randomMap } from '../support/maps.ts';
import { Oracle } from '../support/oracle.ts';
import { Random, seedFor } from '../support/random.ts';

const MAPS = 105;
const MOVES_A_MAP = 3000;
const EXTREMES = [-(2 ** 31), -(2 ** 30), -1, 0, 2 ** 30, 2 ** 31 - 1];

function randomEnd(random: Random, oracle: Oracle): number {
  const kind = random.below(8);
  if (kind === 0) return random.pick(EXTREMES);
  if (kind < 5) return random.pick(oracle.borders) + random.between(-1, 2);
  return random.between(oracle.map.min, oracle.map.max);
}

test(`${MAPS} random maps, ${MAPS * MOVES_A_MAP} moves: none is judged differently from the oracle`, async () => {
  const random = new Random(seedFor('sweep', 20261124));
  const ends = new Map<string, number>();
  for (let index = 0; index < MAPS; index++) {
    const segments = index % 15 === 0 ? 4096 : 1 + random.below(2 ** (1 + (index % 10)));
    const period = index % 4 === 3 ? random.between(2, 9) : 1;
    const zones = 1 + random.below(random.pick([1, 64, segments]));
    const map = randomMap(random, { segments, zones, overlaps: index % 3 === 0, period });
    const image = await compileText(map.source, { large: true });
    const { body } = parseImage(image);
    const cellsMax = new DataView(body.buffer, body.byteOffset).getUint32(BODY_HEADER_AT.moveCellsMax, true);
    const core = await openImage(image);
    const oracle = new Oracle(map.oracle);
    for (let i = 0; i < MOVES_A_MAP; i++) {
      const phase = random.onceIn(20) ? period : random.below(period);
      const x0 = randomEnd(random, oracle);
      const x1 = randomEnd(random, oracle);
      const { end, distance, tier, limit } = core.sweep(phase, x0, x1);
      const wanted = oracle.sweep(x0, x1, phase, cellsMax);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      const same =
        end === wanted.end && distance === wanted.distance && tier === wanted.tier && limit === wanted.limit;
      if (!same)
        expect({ end, distance, tier, limit }, `map ${index}, phase ${phase}, ${x0} to ${x1}`).toEqual(
          wanted,
        );
    }
  }
  expect(MAPS * MOVES_A_MAP).toBeGreaterThanOrEqual(300_000);
  expect([...ends.keys()].sort()).toEqual(['at-start', 'bound', 'uncovered', 'whole']);
});

test('on small maps, what the oracle says of a move is what every point of it says, quarters of a step too', () => {
  const random = new Random(seedFor('quarters', 5));
  for (let round = 0; round < 40; round++) {
    const { oracle: map } = randomMap(random, {
      segments: 1 + random.below(8),
      zones: 3,
      overlaps: round % 2 === 0,
      period: 1,
    });
    const small = {
      ...map,
      min: 0,
      max: 40,
      zones: map.zones.map((zone) => ({ ...zone, at: shrink(zone.at) })),
    };
    const gapRules = map.gapRules.map((rule) => ({ ...rule, at: rule.at === null ? null : shrink(rule.at) }));
    const oracle = new Oracle({ ...small, gapRules });
    const covered = (x: number) => x >= 0 && x < 40 && oracle.answer(Math.floor(x), 0).state === 'covered';
    for (let i = 0; i < 60; i++) {
      const [x0, x1] = [random.below(40), random.between(-3, 44)];
      const move = oracle.sweep(x0, x1, 0, 1000);
      const points = Math.abs(x1 - x0) * 4;
      let safe = 0;
      const at = (quarter: number) => x0 + (Math.sign(x1 - x0) * quarter) / 4;
      while (safe <= points && covered(at(safe))) safe++;
      if (move.end === 'at-start') expect(safe).toBe(0);
      else if (move.end === 'whole') expect(safe).toBe(points + 1);
      // To the right the first point that is not covered lies at the end of what is safe, to the left just behind it.
      else expect(Math.floor(safe / 4)).toBe(move.distance);
    }
  }
});

/** Intervals brought into 0 to 40, none of them empty. */
function shrink(intervals: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  return intervals.map(({ from, to }) => {
    const start = Math.abs(from) % 39;
    return { from: start, to: Math.min(40, start + 1 + (Math.abs(to) % 7)) };
  });
}
