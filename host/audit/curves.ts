import type { Cell, Partition } from '../body/partition.ts';
import { fallsAlong, mirrored } from '../compile/falls.ts';
import type { ApproachModel } from '../source/model.ts';

/** Braking curves for drawings: rounded to what can be seen. What a machine obeys are the cells under them. */

export interface CurvePoint {
  readonly at: number;
  readonly limit: number;
}

/** How a machine brakes, as numbers that can be drawn; see ApproachModel. */
export interface Braking extends Pick<ApproachModel, 'margin' | 'toward'> {
  readonly perStep: number;
}

/** The braking before one fall of the limit. */
export interface BrakingCurve {
  /** Stored coordinate of the fall; beyond the seam where the curve of a ring leads over it. */
  readonly at: number;
  readonly before: number;
  readonly limit: number;
  /** −1: braked by a machine on its way to falling places. */
  readonly way: 1 | -1;
}

const POINTS_A_CURVE = 24;

/** null: none was asked for, or the partition comes from an image, which holds only the cells. */
export function brakingOf({ notes, approaches }: Partition): Braking | null {
  const approach = notes?.approach ?? null;
  if (approach === null || approaches === 0) return null;
  const { perStep, margin, toward } = approach;
  return { perStep: Number(perStep.numerator) / Number(perStep.denominator), margin, toward };
}

/** A curve for each fall of the limit along cells. */
export function brakingCurves(
  partition: Pick<Partition, 'rules' | 'axis'>,
  cells: readonly Cell[],
  braking: Braking,
): BrakingCurve[] {
  const whole = withoutApproaches(partition, cells);
  const ways = braking.toward === 'both' ? (['max', 'min'] as const) : [braking.toward];
  const curves = ways.flatMap((toward) => {
    const along = toward === 'max' ? whole : whole.map(mirrored).reverse();
    return fallsAlong(partition, along).map(({ at, before, limit }): BrakingCurve => {
      const [way, place] = toward === 'max' ? ([1, at] as const) : ([-1, -at] as const);
      return { at: place, before: typeof before === 'number' ? before : limit, limit, way };
    });
  });
  return partition.axis.wraps ? curves.flatMap((curve) => aroundSeam(partition, curve, braking)) : curves;
}

/** The curve, and once more on the other side of the seam where it leads over it. */
function aroundSeam(
  { axis }: Pick<Partition, 'axis'>,
  curve: BrakingCurve,
  braking: Braking,
): BrakingCurve[] {
  const begin = beginOf(curve, braking);
  if (begin >= axis.min && begin <= axis.max) return [curve];
  return [curve, { ...curve, at: curve.at + curve.way * (axis.max - axis.min) }];
}

function lengthOf({ before, limit }: BrakingCurve, { perStep }: Braking): number {
  return (before * before - limit * limit) / perStep;
}

/** Where braking begins. */
export function beginOf(curve: BrakingCurve, braking: Braking): number {
  return curve.at - curve.way * (braking.margin + lengthOf(curve, braking));
}

/** The curve from where braking begins to the fall. */
export function pointsOf(curve: BrakingCurve, braking: Braking): CurvePoint[] {
  const { at, limit, way } = curve;
  const { perStep, margin } = braking;
  const end = at - way * margin;
  const length = lengthOf(curve, braking);
  const points = Array.from({ length: POINTS_A_CURVE + 1 }, (_, index) => {
    const distance = (length * (POINTS_A_CURVE - index)) / POINTS_A_CURVE;
    return { at: end - way * distance, limit: Math.sqrt(limit * limit + perStep * distance) };
  });
  return margin === 0 ? points : [...points, { at, limit }];
}

/** The cells as they were before they were cut. */
function withoutApproaches({ rules }: Pick<Partition, 'rules'>, cells: readonly Cell[]): Cell[] {
  const whole: Cell[] = [];
  for (const { from, to, rule: index } of cells) {
    const rule = rules[index];
    const zone = rule?.kind === 'approach' ? rule.zone : index;
    const last = whole.at(-1);
    if (last?.rule === zone) whole[whole.length - 1] = { from: last.from, to, rule: zone };
    else whole.push({ from, to, rule: zone });
  }
  return whole;
}
