import { HoldfastError } from '../common/errors.ts';
import { stepName } from '../source/axis-words.ts';
import type { AxisModel } from '../source/model.ts';

/** One axis for two editions. */

/** Sums and differences of coordinates stay exact up to here. */
const SHIFT_MAX = 2n ** 52n;

/** Stored coordinates of the edition before. */
export interface CommonAxis {
  /** What to add to stored coordinates of the edition after. */
  readonly shift: number;
  /** The range of both axes together. */
  readonly min: number;
  readonly max: number;
}

/** @throws HoldfastError NOT_COMPARABLE when the axes count different things. */
export function commonAxisOf(left: AxisModel, right: AxisModel): CommonAxis {
  const shift = right.origin - left.origin;
  if (left.kind !== right.kind || left.unit !== right.unit || left.scale !== right.scale) {
    throw notComparable(
      `one counts ${left.kind} in ${stepName(left)}, the other ${right.kind} in ${stepName(right)}`,
    );
  }
  if (shift > SHIFT_MAX || shift < -SHIFT_MAX) throw notComparable('their origins lie too far apart');
  const offset = Number(shift);
  return {
    shift: offset,
    min: Math.min(left.min, right.min + offset),
    max: Math.max(left.max, right.max + offset),
  };
}

function notComparable(reason: string): HoldfastError {
  return new HoldfastError('NOT_COMPARABLE', `the axes of the two editions cannot be compared: ${reason}`, {
    remedy: 'Compare editions whose axes have the same unit and scale.',
  });
}
