import type { Rounding } from './shapes.ts';

/**
 * Circles of metres on axes of degrees: how many degrees east and north are surely more, or surely less, than a distance on the ellipsoid
 * of WGS84. Integers only, so that everybody gets the same numbers.
 *
 * A degree of latitude has M·π/180 metres, one of longitude N·cos φ·π/180, where M and N grow with sin² φ, and faster the larger it is:
 * each lies between its tangent at the equator and its chord from there to the pole. Both, and the cosine, are taken where they are least
 * within the circle to hold all of it, and where they are largest to stay within it.
 */

/** Millimetres of a degree: at the equator, what the tangent and what the chord add at the pole. */
interface Growth {
  readonly base: bigint;
  readonly tangent: bigint;
  readonly chord: bigint;
}

const OF_LATITUDE: Growth = { base: 110_574_275n, tangent: 1_110_339n, chord: 1_119_706n };
const OF_LONGITUDE: Growth = { base: 111_319_490n, tangent: 372_607n, chord: 374_491n };

/** Millionths of a degree. */
const MICRO = 1_000_000n;
const QUARTER_TURN = 90n * MICRO;

/** Fractions are counted in 10^-18. */
const ONE = 10n ** 18n;
const PI = 3_141_592_653_589_793_238n;
/** More than all roundings of a cosine come to. */
const COSINE_DOUBT = 10n ** 6n;
const COSINE_TERMS = 24n;

/** Degrees along x (longitude) and y (latitude), as fractions of 10^-18; each above 0. */
export interface DegreesOfCircle {
  readonly east: bigint;
  readonly north: bigint;
}

export const DEGREE_PARTS = ONE;

/**
 * Half axes of an ellipse of degrees around a place: `outside`, one that holds every point at most `millimetres` away; `inside`, one of
 * which no point is further. `latitude`: millionths of a degree, rounded either way. Undefined where the circle comes near a pole.
 */
export function degreesOfCircle(
  latitude: bigint,
  millimetres: bigint,
  rounding: Rounding,
): DegreesOfCircle | undefined {
  const away = latitude < 0n ? -latitude : latitude;
  // A degree of latitude is never shorter than at the equator.
  const reach = (millimetres * MICRO) / OF_LATITUDE.base + 2n;
  if (away + reach >= QUARTER_TURN - MICRO) return undefined;
  const nearest = away > reach ? away - reach : 0n;
  const [atNearest, atFurthest] = [cosine(nearest), cosine(away + reach)];
  // sin² φ = 1 − cos² φ
  const squares = [atNearest.above, atFurthest.below].map((value) => ONE - (value * value) / ONE);
  const [least, most] = squares.map((value) => (value < 0n ? 0n : value)) as [bigint, bigint];
  const at = ({ base, tangent, chord }: Growth) =>
    rounding === 'outside' ? base + (tangent * least) / ONE : base + (chord * (most + 2n)) / ONE + 2n;
  const cos = rounding === 'outside' ? atFurthest.below : atNearest.above;
  const divide = (numerator: bigint, denominator: bigint) =>
    rounding === 'outside' ? numerator / denominator + 1n : numerator / denominator;
  return {
    east: divide(millimetres * ONE * ONE, at(OF_LONGITUDE) * cos),
    north: divide(millimetres * ONE, at(OF_LATITUDE)),
  };
}

/** The cosine of an angle of 0 to 90°, in 10^-18, surely between the two. */
function cosine(micro: bigint): { readonly below: bigint; readonly above: bigint } {
  const angle = (micro * PI) / (180n * MICRO);
  const square = (angle * angle) / ONE;
  let [sum, term] = [ONE, ONE];
  for (let n = 1n; n < COSINE_TERMS; n++) {
    term = (-term * square) / ONE / ((2n * n - 1n) * (2n * n));
    sum += term;
  }
  return { below: sum - COSINE_DOUBT, above: sum + COSINE_DOUBT };
}
