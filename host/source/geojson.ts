import { cutText } from '../common/cut-text.ts';
import { type PlaneContext, readPolygon } from './areas.ts';
import { twiceArea } from './borders.ts';
import type { Entries } from './context.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type Fields, readFields, reportAt } from './fields.ts';
import { readLimit } from './limit.ts';
import type { Interval } from './model.ts';
import type { PlaneZoneModel, Polygon } from './plane-model.ts';
import { pathBeside } from './reader.ts';
import { readText, YAML_BYTES_MAX } from './text.ts';
import { type MapNode, parseTree, type TreeNode } from './tree.ts';
import { unitNamed } from './unit-table.ts';
import { parseId, parseIntegerBetween, readLabel } from './values.ts';
import { readTier, readWhen } from './zones.ts';

/**
 * Zones from GeoJSON (RFC 7946): polygons and multipolygons of features, each a zone. JSON is read as the YAML that it is, so that numbers
 * stay the decimals that they are, and every mistake has its line.
 */

const ENTRY_FIELDS = ['geojson', 'where', 'id', 'tier', 'limit', 'unit', 'when'];
/** What RFC 7946 counts in. */
const DEGREES = 'deg';
const LABEL_BYTES_MAX = 63;
const TIER_MAX = 255;

export function isGeoJsonEntry(node: TreeNode): boolean {
  return node.kind === 'map' && node.fields.has('geojson');
}

/** What an entry of a file says of all its zones. */
interface FileEntry {
  readonly name: string;
  readonly unit: string;
  /** Property and the text it must have. */
  readonly where: ReadonlyMap<string, string>;
  /** Names of properties. */
  readonly properties: {
    readonly id: string | undefined;
    readonly tier: string | undefined;
    readonly limit: string | undefined;
  };
  readonly tier: number;
  readonly limit: number | null;
  readonly when: readonly Interval[] | null;
  readonly place: TreeNode['place'];
}

export async function readGeoJsonZones(
  node: TreeNode,
  context: PlaneContext,
): Promise<Entries<PlaneZoneModel>> {
  const nothing = { entries: [], complete: false };
  const { diagnostics } = context;
  const fields = readFields(node, 'a GeoJSON entry', ENTRY_FIELDS, diagnostics);
  const nameNode = fields?.need('geojson');
  const name = nameNode && readLabel(nameNode, 'geojson', 4096, diagnostics);
  const entry = fields && name !== undefined ? readEntry(fields, name, context) : undefined;
  if (entry === undefined) return nothing;
  const path = pathBeside(context.path, entry.name);
  const file = { path, bytesMax: YAML_BYTES_MAX, namedAt: node.place, missing: 'FILE_MISSING' } as const;
  const text = await readText(context.reader, file, diagnostics);
  const tree = text === undefined ? undefined : parseTree(text, path, diagnostics);
  if (tree === undefined) return nothing;
  const features = featuresOf(tree, context)?.filter((feature) => isWanted(feature, entry));
  if (features === undefined) return nothing;
  if (features.length === 0) {
    const message = `${entry.name} has no feature that "where" takes`;
    diagnostics.add('BAD_VALUE', node.place, message, 'Look at the names and values of its properties.');
    return nothing;
  }
  const zones = features.map((feature, index) => readFeature(feature, index, entry, context));
  const read = zones.filter((zone) => zone !== undefined);
  return { entries: read, complete: read.length === zones.length };
}

function readEntry(fields: Fields, name: string, context: PlaneContext): FileEntry | undefined {
  const { diagnostics } = context;
  const label = (field: string) => {
    const node = fields.get(field);
    return node === undefined ? undefined : readLabel(node, field, LABEL_BYTES_MAX, diagnostics);
  };
  const what = `zones of ${name}`;
  const unit = unitOf(fields, context);
  const when = readWhen(fields, what, context);
  const tier = readNumberOrProperty(fields, 'tier', () => readTier(fields, what, context), diagnostics);
  const limit = readNumberOrProperty(
    fields,
    'limit',
    (node) => readLimit(node, `limit of ${what}`, context.limits, diagnostics),
    diagnostics,
  );
  if (unit === undefined || when === undefined || tier === undefined || limit === undefined) return undefined;
  const where = readWhere(fields.get('where'), context);
  if (where === undefined) return undefined;
  const properties = { id: label('id'), tier: tier.property, limit: limit.property };
  return {
    name,
    unit,
    where,
    properties,
    tier: tier.value ?? 0,
    limit: limit.value,
    when,
    place: fields.place,
  };
}

/** A number as other zones have it, or `{ property: NAME }`. */
function readNumberOrProperty(
  fields: Fields,
  name: string,
  read: (node: TreeNode) => number | undefined,
  diagnostics: Diagnostics,
): { readonly value: number | null; readonly property: string | undefined } | undefined {
  const node = fields.get(name);
  if (node === undefined) return { value: null, property: undefined };
  if (node.kind === 'map') {
    const property = readFields(node, name, ['property'], diagnostics)?.need('property');
    const text = property && readLabel(property, `property of ${name}`, LABEL_BYTES_MAX, diagnostics);
    return text === undefined ? undefined : { value: null, property: text };
  }
  const value = read(node);
  return value === undefined ? undefined : { value, property: undefined };
}

/** What numbers of the file count: degrees, as the format says, unless the entry says otherwise. */
function unitOf(fields: Fields, { x, diagnostics }: PlaneContext): string | undefined {
  const node = fields.get('unit');
  const unit = node === undefined ? DEGREES : readLabel(node, 'unit', LABEL_BYTES_MAX, diagnostics);
  if (unit === undefined) return undefined;
  if (
    unit === x.unit ||
    (unitNamed(unit) !== undefined && unitNamed(unit)?.dimension === unitNamed(x.unit)?.dimension)
  )
    return unit;
  const message = `GeoJSON counts ${unit}${node === undefined ? ' unless told otherwise' : ''}, and the axes count ${x.unit}`;
  const remedy = `If the numbers of the file count ${x.unit}, name that unit in the entry; a map in ${unit} needs axes in ${unit}.`;
  diagnostics.add('UNIT_MISMATCH', (node ?? fields).place, message, remedy);
  return undefined;
}

function readWhere(
  node: TreeNode | undefined,
  { diagnostics }: PlaneContext,
): ReadonlyMap<string, string> | undefined {
  if (node === undefined) return new Map();
  if (node.kind === 'map') {
    const fields = [...node.fields.values()];
    const texts = fields.flatMap(({ name, value }) =>
      value.kind === 'text' ? [[name, value.text] as const] : [],
    );
    if (texts.length === fields.length) return new Map(texts);
  }
  diagnostics.add(
    'WRONG_KIND',
    node.place,
    '"where" is not properties with values',
    'Write names of properties and the values that they must have.',
  );
  return undefined;
}

/** The features of a file, or a geometry alone as one. */
function featuresOf(tree: TreeNode, context: PlaneContext): readonly MapNode[] | undefined {
  const type = textOf(tree, 'type');
  const features = tree.kind === 'map' ? tree.fields.get('features')?.value : undefined;
  if (tree.kind === 'map' && type === 'Feature') return [tree];
  if (tree.kind === 'map' && type === 'FeatureCollection' && features?.kind === 'list') {
    if (tree.fields.has('crs')) {
      const place = tree.fields.get('crs')?.place ?? tree.place;
      const remedy = 'Convert the file to the coordinates of the map, and leave "crs" out.';
      context.diagnostics.add(
        'GEOMETRY_REFUSED',
        place,
        'the file names a coordinate system of its own',
        remedy,
      );
      return undefined;
    }
    const maps = features.items.filter((item) => item.kind === 'map');
    if (maps.length === features.items.length) return maps;
  }
  const message = `the file is ${type === undefined ? 'no GeoJSON' : `a ${cutText(type)}`}, not a FeatureCollection or a Feature`;
  context.diagnostics.add('GEOMETRY_REFUSED', tree.place, message, 'Export it as a FeatureCollection.');
  return undefined;
}

function fieldOf(node: TreeNode | undefined, name: string): TreeNode | undefined {
  return node?.kind === 'map' ? node.fields.get(name)?.value : undefined;
}

function textOf(node: TreeNode | undefined, name: string): string | undefined {
  const value = fieldOf(node, name);
  return value?.kind === 'text' ? value.text : undefined;
}

function isWanted(feature: MapNode, { where }: FileEntry): boolean {
  const properties = fieldOf(feature, 'properties');
  return [...where].every(([name, text]) => textOf(properties, name) === text);
}

function readFeature(
  feature: MapNode,
  index: number,
  entry: FileEntry,
  context: PlaneContext,
): PlaneZoneModel | undefined {
  const { diagnostics } = context;
  const properties = fieldOf(feature, 'properties');
  const report = reportAt(diagnostics, feature.place);
  const idText = entry.properties.id === undefined ? undefined : textOf(properties, entry.properties.id);
  if (entry.properties.id !== undefined && idText === undefined) {
    report(
      'MISSING_FIELD',
      `feature ${index + 1} has no property "${entry.properties.id}"`,
      'Name another property as "id".',
    );
    return undefined;
  }
  const base = (entry.name.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '');
  const id = parseId(idText ?? `${base}-${index + 1}`, `id of feature ${index + 1}`, report);
  context.ids.claim(id, feature.place);
  const at = readGeometry(fieldOf(feature, 'geometry') ?? feature, `zone "${id ?? '?'}"`, entry, context);
  const number = (name: 'tier' | 'limit', least: number, most: number, otherwise: number | null) => {
    const property = entry.properties[name];
    if (property === undefined) return otherwise;
    const text = textOf(properties, property);
    if (text === undefined || text === 'null') return otherwise;
    return parseIntegerBetween(text, `${property} of feature ${index + 1}`, least, most, report);
  };
  const tier = number('tier', 0, TIER_MAX, entry.tier);
  const limit = number('limit', -(2 ** 31), 2 ** 31 - 1, entry.limit);
  if (id === undefined || at === undefined || tier === undefined || limit === undefined) return undefined;
  return { id, place: feature.place, at, when: entry.when, tier: tier ?? 0, limit };
}

function readGeometry(
  node: TreeNode,
  what: string,
  { unit }: FileEntry,
  context: PlaneContext,
): readonly Polygon[] | undefined {
  const { diagnostics } = context;
  const type = textOf(node, 'type');
  const coordinates = fieldOf(node, 'coordinates');
  if (coordinates?.kind !== 'list' || (type !== 'Polygon' && type !== 'MultiPolygon')) {
    const message = `${what} has ${type === undefined ? 'no geometry' : `the geometry ${cutText(type)}`}`;
    const remedy = 'Zones are polygons and multipolygons: take others out, or filter them with "where".';
    diagnostics.add('GEOMETRY_REFUSED', node.place, message, remedy);
    return undefined;
  }
  const areas = type === 'Polygon' ? [coordinates] : coordinates.items;
  const polygons = areas.map((area, index) => {
    const name = areas.length === 1 ? what : `polygon ${index + 1} of ${what}`;
    if (area.kind !== 'list' || area.items.length === 0) {
      diagnostics.add(
        'GEOMETRY_REFUSED',
        area.place,
        `${name} has no borders`,
        'Write its borders, or take it out.',
      );
      return undefined;
    }
    sayForm(area.items, name, context);
    const polygon = readPolygon(area.items, name, context, unit);
    if (polygon !== undefined) sayWinding(polygon, name, context);
    return polygon;
  });
  return polygons.every((polygon) => polygon !== undefined) ? polygons : undefined;
}

/** What the format asks of borders and is meant anyway: that they end where they begin. */
function sayForm(borders: readonly TreeNode[], name: string, context: PlaneContext): void {
  borders.forEach((border, index) => {
    if (border.kind !== 'list' || border.items.length < 2) return;
    const ends = [border.items[0], border.items.at(-1)].map((corner) =>
      corner?.kind === 'list'
        ? corner.items.map((item) => (item.kind === 'text' ? item.text : '')).join()
        : '',
    );
    if (ends[0] !== ends[1])
      context.repairs.push(`${name}: border ${index + 1} is closed: it did not end where it begins`);
  });
}

/** Says which borders run the wrong way round; holes are what stands behind the first border, whichever way they run. */
function sayWinding(polygon: Polygon, name: string, context: PlaneContext): void {
  const wrong = polygon.filter((border, index) => twiceArea(border) > 0n !== (index === 0));
  if (wrong.length > 0)
    context.repairs.push(`${name}: ${wrong.length} borders run the other way round than GeoJSON asks`);
}
