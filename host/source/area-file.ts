import { basename, extname } from 'node:path';
import { cutText } from '../common/cut-text.ts';
import { fitsCrs } from './area-crs.ts';
import {
  type AreaFeatures,
  type FeatureFile,
  type FeatureWish,
  type FileName,
  takeFeatures,
} from './area-features.ts';
import { readGeoJson } from './area-geojson.ts';
import { fieldText } from './area-geometry.ts';
import {
  type AreaOptions,
  type FormatName,
  fitsFormat,
  OPTION_FIELDS,
  readAreaOptions,
} from './area-options.ts';
import { hasPeriod } from './area-periods.ts';
import { readPlan } from './area-plan.ts';
import { readTopoJson } from './area-topojson.ts';
import { readWaypoints } from './area-waypoints.ts';
import { type Fields, readFields, readTextNode, reportAt } from './fields.ts';
import { parseJsonTree } from './json-tree.ts';
import { readLimit } from './limit.ts';
import { readUnit } from './own-unit.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import { pathBeside } from './reader.ts';
import { type Condition, parseCondition } from './table-filters.ts';
import { idFromText } from './table-ids.ts';
import { readText, TABLE_BYTES_MAX } from './text.ts';
import type { TreeNode } from './tree.ts';
import { stepsInUnit } from './units.ts';
import { readId } from './values.ts';
import { readWhen } from './zones.ts';

/** An entry `{ file, ... }` of a plane: many zones or gap rules from a file of areas. */

/** How files of areas end; others are tables, which know one axis. */
export const AREA_FILE_NAME = /\.((geo|topo)?json|plan|waypoints)$/;
const WAYPOINTS = /\.waypoints$/;
const PLAN = /\.plan$/;

const FILE_FIELDS = ['file', 'unit', 'where', 'properties', 'id', 'when', 'limit', ...OPTION_FIELDS];
const COMMON_ROLES = ['id', 'limit', 'limitUnit'];
const UNIT_BYTES_MAX = 20;
/** Of RFC 7946, where nobody says otherwise. */
const UNIT_OF_GEOJSON = 'deg';

export interface AreaFile extends AreaFeatures {
  readonly fields: Fields;
  readonly fileName: string;
}

/** Reads the file of an entry and its areas; undefined when the entry or the file as a whole is wrong. */
export async function readAreaFile(
  node: TreeNode,
  kind: 'zone' | 'gap rule',
  moreFields: readonly string[],
  moreRoles: readonly string[],
  context: PlaneContext,
): Promise<AreaFile | undefined> {
  const { diagnostics } = context;
  const fields = readFields(node, `a file of ${kind}s`, [...FILE_FIELDS, ...moreFields], diagnostics);
  const fileNode = fields?.need('file');
  const file = fileNode && readTextNode(fileNode, 'file', diagnostics);
  if (fields === undefined || file === undefined) return undefined;
  if (!AREA_FILE_NAME.test(file.text)) {
    const message = `${cutText(file.text)} is no file of areas, and tables know one axis`;
    const remedy = 'Give a file that ends in .geojson, .topojson, .json, .plan or .waypoints.';
    diagnostics.add('BAD_VALUE', file.place, message, remedy);
    return undefined;
  }
  if (!hasLongitudeFirst(file.text, file.place, context)) return undefined;
  const wish = readWish(fields, kind, file.text, [...COMMON_ROLES, ...moreRoles], context);
  const path = pathBeside(context.path, file.text);
  const source = { path, bytesMax: TABLE_BYTES_MAX, namedAt: file.place, missing: 'FILE_MISSING' } as const;
  const text = await readText(context.reader, source, diagnostics);
  if (text === undefined || wish === undefined) return undefined;
  const name = { name: file.text, place: file.place };
  const found = findFeatures(text, path, name, wish, fields, context);
  const read = found && takeFeatures(found, wish, name, context);
  return read && { ...read, fields, fileName: file.text };
}

/** Longitudes of files are x; axes that are named the other way round would be read exchanged. */
function hasLongitudeFirst(file: string, place: Place, { axes, diagnostics }: PlaneContext): boolean {
  const [x, y] = axes.map(({ label }) => label.toLowerCase());
  if (!/^lat/.test(x ?? '') && !/^(lon|lng)/.test(y ?? '')) return true;
  const message = `x is the longitude in ${cutText(file)}, but the axes are ${axes[0].label}, then ${axes[1].label}`;
  diagnostics.add(
    'BAD_VALUE',
    place,
    message,
    'Exchange the two axes, and the coordinates of areas that stand in the source.',
  );
  return false;
}

/** What the format of a file finds in it; undefined when the file as a whole is wrong, or the entry asks it for what others have. */
function findFeatures(
  text: string,
  path: string,
  file: FileName,
  wish: FeatureWish,
  fields: Fields,
  context: PlaneContext,
): FeatureFile | undefined {
  const { diagnostics } = context;
  const fits = (format: FormatName) => fitsFormat(fields, format, file.name, diagnostics);
  if (WAYPOINTS.test(file.name))
    return fits('fences') ? readWaypoints(text, path, wish, file, context) : undefined;
  const tree = parseJsonTree(text, path, diagnostics);
  if (tree === undefined) return undefined;
  if (PLAN.test(file.name) || fieldText(tree, 'fileType') === 'Plan')
    return fits('fences') ? readPlan(tree, wish, file, context) : undefined;
  if (!fitsCrs(tree, wish.unit, file.name, context)) return undefined;
  if (fieldText(tree, 'type') === 'Topology')
    return fits('TopoJSON') ? readTopoJson(tree, wish, file, context) : undefined;
  return fits('GeoJSON') ? readGeoJson(tree, wish, context) : undefined;
}

/** What the entry says of all areas of its file; undefined after a mistake. */
function readWish(
  fields: Fields,
  kind: FeatureWish['kind'],
  file: string,
  roles: readonly string[],
  context: PlaneContext,
): FeatureWish | undefined {
  const { diagnostics } = context;
  const idNode = fields.get('id');
  const prefix =
    idNode === undefined
      ? (idFromText(basename(file, extname(file))) ?? 'area')
      : readId(idNode, 'id', diagnostics);
  const when = readWhen(fields, `areas of ${file}`, context);
  const limitNode = fields.get('limit');
  const limit =
    limitNode === undefined ? null : readLimit(limitNode, `limit of ${file}`, context.limits, diagnostics);
  const unit = readFileUnit(fields, file, context);
  const where = readConditions(fields, context);
  const properties = readProperties(fields, roles, context);
  const options = readAreaOptions(fields, diagnostics);
  if (options === undefined || !hasPhases(options, fields, context)) return undefined;
  if (prefix === undefined || when === undefined || limit === undefined) return undefined;
  if (unit === undefined || where === undefined || properties === undefined) return undefined;
  return { kind, prefix, when, limit, unit, where, properties, options };
}

/** Whether the map has the phases that `periods` asks for. */
function hasPhases({ periods }: AreaOptions, fields: Fields, { phase, diagnostics }: PlaneContext): boolean {
  const node = fields.get('periods');
  if (node === undefined || (periods !== 'day' && periods !== 'week')) return true;
  const report = reportAt(diagnostics, node.place);
  if (fields.get('when') === undefined) return hasPeriod(periods, phase, report);
  report('BAD_VALUE', '"when" and "periods" both say phases', 'Write one of them.');
  return false;
}

/** What bare numbers of the file count: degrees, unless the entry says otherwise. */
function readFileUnit(fields: Fields, file: string, { axes, diagnostics }: PlaneContext): string | undefined {
  const node = fields.get('unit');
  const unit =
    node === undefined ? UNIT_OF_GEOJSON : readUnit(node, `unit of ${file}`, UNIT_BYTES_MAX, diagnostics);
  if (unit === undefined) return undefined;
  const other = axes.find((axis) => stepsInUnit(unit, axis) === undefined);
  if (other === undefined) return unit;
  const place = node?.place ?? fields.place;
  const message = `${file} counts ${unit === UNIT_OF_GEOJSON && node === undefined ? 'degrees, as GeoJSON does' : unit}, but the ${other.name} counts ${other.unit}`;
  const remedy =
    node === undefined
      ? `If its numbers are ${other.unit}, add "unit: ${other.unit}" beside "file"; else let the axes count deg, with a scale.`
      : `Write a unit that converts to ${other.unit}.`;
  diagnostics.add('UNIT_MISMATCH', place, message, remedy);
  return undefined;
}

function readConditions(fields: Fields, { diagnostics }: PlaneContext): readonly Condition[] | undefined {
  const node = fields.get('where');
  if (node === undefined) return [];
  const nodes = node.kind === 'list' ? node.items : [node];
  const conditions = nodes.map((item) => {
    const text = readTextNode(item, 'where', diagnostics);
    const condition = text && parseCondition(text.text);
    if (text !== undefined && condition === undefined) {
      const remedy = 'Write a property and a value: kind=aisle, or kind!=wall.';
      diagnostics.add('BAD_VALUE', text.place, `where is "${cutText(text.text)}"`, remedy);
    }
    return condition;
  });
  return conditions.every((condition) => condition !== undefined) ? conditions : undefined;
}

function readProperties(
  fields: Fields,
  roles: readonly string[],
  { diagnostics }: PlaneContext,
): FeatureWish['properties'] | undefined {
  const node = fields.get('properties');
  if (node === undefined) return new Map();
  const own = readFields(node, 'properties', roles, diagnostics);
  if (own === undefined) return undefined;
  const names = new Map<string, string>();
  let complete = true;
  for (const role of roles) {
    const given = own.get(role);
    if (given === undefined) continue;
    const name = readTextNode(given, `property of ${role}`, diagnostics)?.text;
    if (name === undefined) complete = false;
    else names.set(role, name);
  }
  return complete ? names : undefined;
}
