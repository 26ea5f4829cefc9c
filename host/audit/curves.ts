import type { Cell, Partition } from '../body/partition.ts';
import { fallsAlong, mirrored } from '../compile/falls.ts';
import type { ApproachModel } from '../source/model.ts';

/** Braking curves for drawings: rounded to what can be seen. What a machine obeys are the cells under them. */

export interface CurvePoint {
  readonly at: number;
  readonly limit: number;
}

const POINTS_A_CURVE = 24;

/** The curve before each fall of the limit, from where braking begins to the fall, along the axis; none on an image. */
export function brakingCurves(partition: Partition, cells: readonly Cell[]): CurvePoint[][] {
  const approach = partition.notes?.approach ?? null;
  if (approach === null || partition.approaches === 0) return [];
  const whole = withoutApproaches(partition, cells);
  const ways = approach.toward === 'both' ? (['max', 'min'] as const) : [approach.toward];
  return ways.flatMap((way) => {
    const along = way === 'max' ? whole : whole.map(mirrored).reverse();
    const curves = fallsAlong(partition, along).map((fall) =>
      curveBefore(fall.at, typeof fall.before === 'number' ? fall.before : fall.limit, fall.limit, approach),
    );
    return way === 'max'
      ? curves
      : curves.map((points) => points.map(({ at, limit }) => ({ at: -at, limit })));
  });
}

function curveBefore(at: number, before: number, limit: number, approach: ApproachModel): CurvePoint[] {
  const perStep = Number(approach.perStep.numerator) / Number(approach.perStep.denominator);
  const end = at - approach.margin;
  const length = (before * before - limit * limit) / perStep;
  const points = Array.from({ length: POINTS_A_CURVE + 1 }, (_, index) => {
    const distance = (length * (POINTS_A_CURVE - index)) / POINTS_A_CURVE;
    return { at: end - distance, limit: Math.sqrt(limit * limit + perStep * distance) };
  });
  return approach.margin === 0 ? points : [...points, { at, limit }];
}

/** The cells as they were before they were cut. */
function withoutApproaches({ rules }: Partition, cells: readonly Cell[]): Cell[] {
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
