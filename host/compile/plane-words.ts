import type { PlaneSample } from '../body/plane-partition.ts';
import { sourceCoordinate, sourceWords } from '../source/axis-words.ts';
import type { AxisModel } from '../source/model.ts';
import { placeUnit, type ReadableAxis } from '../source/readable.ts';
import { stepsInUnit } from '../source/units.ts';

/** Places and areas of a plane in words. */

type Axes = readonly [AxisModel, AxisModel];

const DIGITS = 3;

/** `at [3, 4]` of a lattice point, `near [3.25, 4]` of another place; of the source, in steps. */
export function sampleWords(axes: Axes, { x, y, isLattice }: PlaneSample): string {
  const [ofX, ofY] = axes;
  if (isLattice) return `at ${pointText(axes, [x, y])}`;
  return `near [${betweenSteps(ofX, x)}, ${betweenSteps(ofY, y)}]`;
}

/** An offset from the minima in the coordinates of the source. */
export function pointText([ofX, ofY]: Axes, [x, y]: readonly [number, number]): string {
  return `[${sourceWords(ofX, ofX.min + x)}, ${sourceWords(ofY, ofY.min + y)}]`;
}

function betweenSteps(axis: AxisModel, offset: number): string {
  const scale = 10 ** DIGITS;
  const thousandths = sourceCoordinate(axis, axis.min) * BigInt(scale) + BigInt(Math.floor(offset * scale));
  const sign = thousandths < 0n ? '-' : '';
  const size = thousandths < 0n ? -thousandths : thousandths;
  const part = `${size % BigInt(scale)}`.padStart(DIGITS, '0').replace(/0+$/, '');
  return `${sign}${size / BigInt(scale)}${part === '' ? '' : `.${part}`}`;
}

/** `12.5 square m` where both axes count parts of the same unit, else `12.5 square steps`. */
export function areaWords([x, y]: readonly [ReadableAxis, ReadableAxis], area: number): string {
  if (x.unit !== y.unit || x.scale !== y.scale) return `${rounded(area)} square steps`;
  const unit = placeUnit(x);
  const factor = stepsInUnit(unit, x);
  const steps = factor === undefined ? 1 : Number(factor.numerator) / Number(factor.denominator);
  return `${rounded(area / (steps * steps))} square ${unit}`;
}

function rounded(area: number): number {
  return Number(area.toPrecision(DIGITS));
}
