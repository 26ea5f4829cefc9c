import { expect, test } from 'vitest';
import { MapImage } from '../../host/core/ask.ts';
import { compileText } from '../support/compile.ts';
import { type RandomMap, randomMap } from '../support/maps.ts';
import { Oracle } from '../support/oracle.ts';
import { Random, seedFor } from '../support/random.ts';

/**
 * Axes of time against the oracle, which knows nothing of time: random maps, their places rewritten as timestamps with offsets of every
 * kind. What writes them here is the platform's calendar, not the code that reads them.
 */

const MAPS = 120;
const QUESTIONS_A_MAP = 1000;
const OFFSETS_MIN = [0, 60, 120, 330, 345, -210, -720, 840];

/** A timestamp of these seconds since 1970, in the clock of some place. */
function timestamp(random: Random, seconds: number): string {
  const offset = random.pick(OFFSETS_MIN);
  const local = new Date((seconds + offset * 60) * 1000).toISOString().slice(0, 19);
  if (offset === 0 && random.onceIn(2)) return `${local}Z`;
  const two = (value: number) => String(value).padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  return `${local}${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

function asTimes(random: Random, { source, oracle, origin }: RandomMap, epochSeconds: number): string {
  const at = (stored: number) => timestamp(random, epochSeconds + stored);
  const axis = `name: t, unit: s, origin: ${at(0)}, min: ${at(oracle.min)}, max: ${at(oracle.max)}`;
  return source
    .replace(/^space: .*$/m, `space: { axes: [ { ${axis} } ] }`)
    .replace(/ at: \[[^\]]*\]/g, (list) =>
      list.replace(
        /(from|to): (-?[0-9]+)/g,
        (_, end: string, text: string) => `${end}: ${at(Number(text) - origin)}`,
      ),
    );
}

test(`axes of time answer as the oracle does, in ${MAPS * QUESTIONS_A_MAP} questions`, async () => {
  const random = new Random(seedFor('time against the oracle', 2028));
  for (let round = 0; round < MAPS; round++) {
    const period = random.pick([1, 1, 24, 3600]);
    const shape = {
      segments: 1 + random.below(120),
      zones: 1 + random.below(20),
      overlaps: random.onceIn(2),
      period,
    };
    const map = randomMap(random, shape);
    const epochSeconds = random.between(600_000_000, 1_900_000_000);
    const image = await MapImage.open(await compileText(asTimes(random, map, epochSeconds)));
    expect(image.axis).toMatchObject({ kind: 'time', unit: 's', origin: BigInt(epochSeconds) });
    const oracle = new Oracle(map.oracle);
    for (let question = 0; question < QUESTIONS_A_MAP; question++) {
      const near = random.pick(oracle.borders) + random.between(-2, 3);
      const stored = random.onceIn(2) ? near : random.between(map.oracle.min - 5, map.oracle.max + 5);
      const phase = random.below(period + 1);
      const wanted = oracle.answer(stored, phase);
      const { state, zone, gap, tier, limit, action, toGapAhead, toGapBehind } = image.ask({
        x: BigInt(epochSeconds + stored),
        phase,
      });
      const answer = { state, id: zone ?? gap, tier, limit, action, toGapAhead, toGapBehind };
      if (JSON.stringify(answer) !== JSON.stringify(wanted))
        expect({ round, stored, phase, ...answer }).toEqual({ round, stored, phase, ...wanted });
    }
  }
});
