/** Questions to a plane in the coordinates of its source, answers in its ids: what `holdfast check` prints. */

import { decodePlane } from '../body/decode-plane.ts';
import type { PlanePartition } from '../body/plane-partition.ts';
import { HoldfastError } from '../common/errors.ts';
import { parseImage } from '../image/container.ts';
import type { AxisModel, MapUnits } from '../source/model.ts';
import { readablePlace } from '../source/readable.ts';
import { limitWords, zoneLimitWords } from '../source/unit-words.ts';
import { type Answer, asNumber, openOnSmallest, type Question, storedCoordinate } from './ask.ts';
import type { Core } from './core.ts';

/** One verdict; a plane has no distances along an axis. */
export type PlaneAnswer = Omit<Answer, 'at' | 'toGapAhead' | 'toGapBehind'> & {
  /** The point that was asked for. */
  at: [x: number | bigint, y: number | bigint];
};

/** An image of a plane that answers questions. */
export class PlaneImage {
  readonly shape = 'plane';
  readonly axes: readonly [AxisModel, AxisModel];
  readonly core: Core;
  readonly rules: PlanePartition['rules'];
  readonly units: MapUnits;

  private constructor(core: Core, { axes, rules }: Pick<PlanePartition, 'axes' | 'rules'>, units: MapUnits) {
    this.core = core;
    this.axes = axes;
    this.rules = rules;
    this.units = units;
  }

  /** @throws what `parseImage`, `decodePlane` and `openImage` throw */
  static async open(image: Uint8Array): Promise<PlaneImage> {
    const { body, identity } = parseImage(image);
    const plane = decodePlane(body);
    return new PlaneImage(await openOnSmallest(image), plane, identity.units);
  }

  /** @throws HoldfastError USAGE for a question without y */
  ask({ x, y, phase }: Question): PlaneAnswer {
    if (y === undefined)
      throw new HoldfastError('USAGE', 'a plane is asked at x and y', { remedy: 'Give both coordinates.' });
    const [storedX, storedY] = [storedCoordinate(this.axes[0], x), storedCoordinate(this.axes[1], y)];
    const verdict = this.core.verdict(this.core.check(phase, storedX, storedY), storedX, storedY);
    const id = this.rules[verdict.rule ?? -1]?.id ?? null;
    return {
      at: [asNumber(x), asNumber(y)],
      phase,
      state: verdict.state,
      zone: verdict.state === 'covered' ? id : null,
      tier: verdict.tier,
      limit: verdict.limit,
      action: verdict.action,
      gap: verdict.state === 'gap' ? id : null,
      epoch: verdict.epoch,
    };
  }

  /** One line for people: `[12 m, 4.5 m]: covered by aisle, limit 2 m/s`. */
  words(answer: PlaneAnswer): string {
    return answerWords(answer, this);
  }
}

function answerWords(
  answer: PlaneAnswer,
  { axes, rules, units }: Pick<PlaneImage, 'axes' | 'rules' | 'units'>,
): string {
  const [x, y] = answer.at;
  const place = `[${readablePlace(x, axes[0])}, ${readablePlace(y, axes[1])}]`;
  const { state, action, limit } = answer;
  if (state === 'covered') {
    const isLimited = rules.some((rule) => rule.limit !== null);
    return `${place}: covered by ${answer.zone}${zoneLimitWords(limit, units, isLimited)}`;
  }
  if (state === 'gap') return `${place}: gap ${answer.gap}, ${action}${limitWords(limit, units)}`;
  if (state !== 'outside') return `${place}: ${state}, ${action}`;
  const ranges = axes.map((axis) => {
    const [min, max] = [axis.min, axis.max].map((stored) =>
      readablePlace(BigInt(stored) + axis.origin, axis),
    );
    return `${axis.name} [${min}, ${max})`;
  });
  return `${place}: outside of the axes or phases, ${action}; the axes are ${ranges.join(' and ')}`;
}
