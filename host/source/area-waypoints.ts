import { cutText } from '../common/cut-text.ts';
import type { FeatureFile, FeatureWish, FileName } from './area-features.ts';
import { type Fence, fenceCircle, fencePoint, fencePolygon, fencesOf, type LatLon } from './area-fences.ts';
import { isRational, parseDecimal } from './decimal.ts';
import { reportAt } from './fields.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';

/**
 * Fences of ArduPilot as its ground stations write them: `QGC WPL 110`, then one item a line, of which those with the commands of fences
 * (MAVLink) are corners of polygons, or circles.
 */

const HEAD = /^QGC WPL 110\s*$/;
const COLUMNS = 12;

/** MAV_CMD_NAV_FENCE_... */
const RETURN_POINT = 5000;
const POLYGONS: Readonly<Record<number, { readonly isInclusion: boolean }>> = {
  5001: { isInclusion: true },
  5002: { isInclusion: false },
};
const CIRCLES: typeof POLYGONS = { 5003: { isInclusion: true }, 5004: { isInclusion: false } };
/** Frames in which x and y are a latitude and a longitude (MAV_FRAME_GLOBAL...). */
const GLOBAL_FRAMES = ['0', '3', '5', '6', '10', '11'];

interface Item {
  readonly place: Place;
  readonly command: number;
  readonly frame: string;
  /** The number of corners of the polygon, or a radius in metres. */
  readonly size: string;
  readonly at: LatLon;
  readonly hasAltitude: boolean;
}

/** undefined when the file as a whole is wrong, or has no fence that the entry takes. */
export function readWaypoints(
  text: string,
  path: string,
  wish: FeatureWish,
  file: FileName,
  context: PlaneContext,
): FeatureFile | undefined {
  const items = readItems(text, path, context);
  if (items === undefined) return undefined;
  const fences: Fence[] = [];
  let [heights, others, returns] = [0, 0, 0];
  for (let index = 0; index < items.length; ) {
    const item = items[index] as Item;
    const [polygon, circle] = [POLYGONS[item.command], CIRCLES[item.command]];
    if (polygon === undefined && circle === undefined) {
      if (item.command === RETURN_POINT) returns++;
      else others++;
      index++;
      continue;
    }
    const corners = polygon === undefined ? [item] : cornersFrom(items, index, context);
    if (corners === undefined || !areGlobal(corners, context)) return undefined;
    heights += corners.filter(({ hasAltitude }) => hasAltitude).length;
    const number = fences.length + 1;
    const areas = (what: string) =>
      circle === undefined
        ? polygonOf(corners, what, wish, context)
        : fenceCircle(item.at, item.size, what, item.place, wish, context);
    const { isInclusion } = (polygon ?? circle) as { isInclusion: boolean };
    fences.push({ place: item.place, number, isInclusion, properties: new Map(), areas });
    index += corners.length;
  }
  const notes = () => [
    ...(returns === 0 ? [] : [`${returns} points to return to, which nothing uses`]),
    ...(others === 0 ? [] : [`${others} items of a mission, home among them, which nothing uses`]),
    ...(heights === 0 ? [] : [`${heights} items have an altitude, which nothing uses`]),
  ];
  return fencesOf(fences, true, notes, wish, file, context);
}

function readItems(text: string, path: string, { diagnostics }: PlaneContext): readonly Item[] | undefined {
  const [head = '', ...lines] = text.split(/\r\n|\r|\n/);
  if (!HEAD.test(head)) {
    const message = `this is no file of waypoints: it begins with "${cutText(head)}"`;
    const remedy = 'Save the fence as waypoints, whose first line is "QGC WPL 110".';
    diagnostics.add('WRONG_KIND', { file: path, line: 1, column: 1 }, message, remedy);
    return undefined;
  }
  const items: Item[] = [];
  let complete = true;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const place = { file: path, line: index + 2, column: 1 };
    const columns = line.trim().split(/\s+/);
    const [, , frame = '', command = '', size = '', , , , latitude = '', longitude = '', altitude = ''] =
      columns;
    const height = parseDecimal(altitude);
    if (columns.length !== COLUMNS || !/^[0-9]{1,5}$/.test(command)) {
      const message = `line ${place.line} is no item: it has ${columns.length} columns, and a waypoint has ${COLUMNS}, of numbers`;
      diagnostics.add('WRONG_KIND', place, message, 'Save the file anew.');
      complete = false;
      continue;
    }
    const hasAltitude = !isRational(height) || height.numerator !== 0n;
    items.push({ place, command: Number(command), frame, size, at: [latitude, longitude], hasAltitude });
  }
  return complete ? items : undefined;
}

/** The corners of the polygon that begins at an item, each of which says how many there are. */
function cornersFrom(
  items: readonly Item[],
  start: number,
  { diagnostics }: PlaneContext,
): readonly Item[] | undefined {
  const first = items[start] as Item;
  const read = parseDecimal(first.size);
  const count =
    isRational(read) && read.numerator % read.denominator === 0n ? read.numerator / read.denominator : 0n;
  const corners = items.slice(start, start + Number(count < 10_000n ? count : 10_000n));
  const isWhole = corners.every(({ command, size }) => command === first.command && size === first.size);
  if (count >= 1n && BigInt(corners.length) === count && isWhole) return corners;
  const message = `the polygon from line ${first.place.line} says that it has ${cutText(first.size)} corners, and does not`;
  reportAt(diagnostics, first.place)('WRONG_KIND', message, 'Save the fence anew.');
  return undefined;
}

function areGlobal(items: readonly Item[], { diagnostics }: PlaneContext): boolean {
  const local = items.find(({ frame }) => !GLOBAL_FRAMES.includes(frame));
  if (local === undefined) return true;
  const message = `line ${local.place.line} is in frame ${cutText(local.frame)}, which is none of latitude and longitude`;
  diagnostics.add('WRONG_KIND', local.place, message, 'Save the fence in a global frame.');
  return false;
}

function polygonOf(corners: readonly Item[], what: string, wish: FeatureWish, context: PlaneContext) {
  const points = corners.map(({ at, place }, index) =>
    fencePoint(at, `corner ${index + 1} of ${what}`, place, wish, context),
  );
  const [{ place }] = corners as [Item];
  return points.every((point) => point !== undefined)
    ? fencePolygon(points, what, place, context)
    : undefined;
}
