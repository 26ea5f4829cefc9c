import { cutText } from '../common/cut-text.ts';
import { fieldOf, fieldText } from './area-geometry.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneArea, PlanePoint } from './plane-model.ts';
import type { TreeNode } from './tree.ts';
import { stepsInUnit } from './units.ts';

/**
 * What the numbers of a file of areas count: whether it says so itself, by a "crs" of older GeoJSON, and whether edges go round the earth.
 */

/** Names of longitude and latitude in degrees, as exporters write them: CRS84, and EPSG 4326, 4979 and 4258. */
const GEOGRAPHIC = /(?:CRS84h?|(?:^|[:/#])(?:4326|4979|4258))$/i;
const HALF_TURN = 180n;

function countsDegrees(unit: string): boolean {
  return stepsInUnit(unit, { unit: 'deg', scale: 1 }) !== undefined;
}

/** Whether a file that names its coordinates names those that the entry takes them for. */
export function fitsCrs(tree: TreeNode, unit: string, file: string, { diagnostics }: PlaneContext): boolean {
  const crs = fieldOf(tree, 'crs');
  const properties = fieldOf(crs, 'properties');
  const said = fieldText(properties, 'name') ?? fieldText(properties, 'href') ?? '';
  const isGeographic = GEOGRAPHIC.test(said);
  if (crs === undefined || said === '' || isGeographic === countsDegrees(unit)) return true;
  const [message, remedy] = isGeographic
    ? [
        `${file} counts degrees, as its "crs" ${cutText(said)} says, and not ${unit}`,
        'Leave "unit" out, and let the axes count deg, with a scale; or export the file in metres.',
      ]
    : [
        `${file} counts in ${cutText(said)}, as its "crs" says, which is not known to be longitude and latitude`,
        'Export it with longitude and latitude (RFC 7946); or give the "unit" that its numbers count, which the axes convert to.',
      ];
  diagnostics.add('UNIT_MISMATCH', crs.place, message, remedy);
  return false;
}

/**
 * The first edge of areas in degrees that is longer than half a turn, but no whole one: whether it leads east or west is not said, and
 * files that cross the 180th meridian mean the shorter way.
 */
export function edgeRoundEarth(
  areas: readonly PlaneArea[],
  unit: string,
  { axes }: PlaneContext,
): readonly [from: PlanePoint, to: PlanePoint] | undefined {
  const degree = countsDegrees(unit) ? stepsInUnit('deg', axes[0]) : undefined;
  if (degree === undefined) return undefined;
  const most = HALF_TURN * degree.numerator;
  for (const { rings } of areas)
    for (const ring of rings)
      for (const [index, to] of ring.entries()) {
        const from = ring.at(index - 1) as PlanePoint;
        const length = BigInt(Math.abs(to[0] - from[0])) * degree.denominator;
        if (length > most && length !== 2n * most) return [from, to];
      }
  return undefined;
}
