import { DEGREE_PARTS, degreesOfCircle } from '../geometry/earth.ts';
import { ellipseRing, type Rounding } from '../geometry/shapes.ts';
import { stepName } from './axis-words.ts';
import { floorOf, isRational, parseDecimal, type Rational } from './decimal.ts';
import { reportAt } from './fields.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneArea } from './plane-model.ts';
import { type PlaneScope, parsePoint } from './plane-points.ts';
import { RADIUS_MAX, ringWithin } from './plane-shapes.ts';
import { stepsInUnit } from './units.ts';

/**
 * Circles whose radius is in metres, as files of areas write them: around a place in lengths, or in degrees of longitude (x) and latitude
 * (y), where they are ellipses that never cover more than is said (a zone), nor keep out of less (a gap rule).
 */

export interface CircleText {
  readonly centre: readonly [x: string, y: string];
  /** Metres. */
  readonly radius: string;
  /** What the numbers of the centre count. */
  readonly unit: string;
  readonly kind: 'zone' | 'gap rule';
  /** What to do where x and y are exchanged. */
  readonly order?: string | undefined;
}

export function circleOfMetres(
  { centre, radius, unit, kind, order }: CircleText,
  what: string,
  place: Place,
  context: PlaneContext,
): PlaneArea | undefined {
  const { axes, diagnostics } = context;
  const report = reportAt(diagnostics, place);
  const rounding: Rounding = kind === 'zone' ? 'inside' : 'outside';
  const metres = parseDecimal(radius);
  if (!isRational(metres) || metres.numerator <= 0n) {
    report('BAD_VALUE', `the radius of ${what} is "${radius}"`, 'Write metres above 0.');
    return undefined;
  }
  const at = parsePoint(centre, what, axes, unit, report, order);
  const radii = at && radiiOf(metres, { latitude: centre[1], unit, rounding, what, place }, context);
  if (at === undefined || radii === undefined) return undefined;
  const steps = radii.map((exact, index) =>
    wholeRadius(exact, rounding, (axes[index] as PlaneScope).rounder !== null),
  );
  const [x, y] = steps as [bigint, bigint];
  const [least, most] = x < y ? [x, y] : [y, x];
  if (least >= 1n && most <= BigInt(RADIUS_MAX))
    return ringWithin(ellipseRing(at, [Number(x), Number(y)], rounding), what, place, context);
  const message = `the radius of ${what} is ${radius} m, ${x} steps along x and ${y} along y`;
  report('OUT_OF_RANGE', message, `Choose axes on which it is 1 to ${RADIUS_MAX} steps.`);
  return undefined;
}

/** Whole steps to the safe side; a centre that may be rounded by half a step is made up for. */
function wholeRadius(exact: Rational, rounding: Rounding, isRounded: boolean): bigint {
  const slack = isRounded ? 1n : 0n;
  const below = floorOf(exact);
  if (rounding === 'inside') return below - slack;
  return (below * exact.denominator === exact.numerator ? below : below + 1n) + slack;
}

interface RadiusWish {
  readonly latitude: string;
  readonly unit: string;
  readonly rounding: Rounding;
  readonly what: string;
  readonly place: Place;
}

/** Steps along x and y, exact or surely to the safe side. */
function radiiOf(
  metres: Rational,
  { latitude, unit, rounding, what, place }: RadiusWish,
  { axes, diagnostics }: PlaneContext,
): readonly [Rational, Rational] | undefined {
  const [x, y] = axes;
  const report = reportAt(diagnostics, place);
  const lengths = axes.map((axis) => stepsInUnit('m', axis));
  if (lengths.every((each) => each !== undefined))
    return lengths.map((each) => times(metres, each)) as unknown as [Rational, Rational];
  const degrees = axes.map((axis) => stepsInUnit('deg', axis));
  const inMicro = stepsInUnit(unit, { unit: 'deg', scale: 1_000_000 });
  const written = parseDecimal(latitude);
  const [perX, perY] = degrees;
  if (perX === undefined || perY === undefined || inMicro === undefined || !isRational(written)) {
    const message = `${what} is a circle of metres, but the axes count ${stepName(x)} and ${stepName(y)}`;
    report(
      'UNIT_MISMATCH',
      message,
      'Let both axes count lengths, or both degrees, or draw it as a polygon.',
    );
    return undefined;
  }
  const millimetres = times(metres, { numerator: 1000n, denominator: 1n });
  const whole = rounding === 'inside' ? floorOf(millimetres) : floorOf(millimetres) + 1n;
  const around = degreesOfCircle(floorOf(times(written, inMicro)), whole, rounding);
  if (around === undefined) {
    report('OUT_OF_RANGE', `${what} is a circle that comes near a pole`, 'Draw it as a polygon.');
    return undefined;
  }
  return [
    times({ numerator: around.east, denominator: DEGREE_PARTS }, perX),
    times({ numerator: around.north, denominator: DEGREE_PARTS }, perY),
  ];
}

function times(left: Rational, right: Rational): Rational {
  return {
    numerator: left.numerator * right.numerator,
    denominator: left.denominator * right.denominator,
  };
}
