import { cutText } from '../common/cut-text.ts';
import { readList, reportAt } from './fields.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneArea, PlanePoint } from './plane-model.ts';
import { parsePoint } from './plane-points.ts';
import { areaOf } from './plane-shapes.ts';
import type { TreeNode } from './tree.ts';

/** Geometries as GeoJSON and TopoJSON nest them: polygons of rings, several of them, and collections. */

const ENCLOSING_TYPES = ['Polygon', 'MultiPolygon', 'GeometryCollection'];
const OPEN_TYPES = ['Point', 'MultiPoint', 'LineString', 'MultiLineString'];

/** What the two differ in. */
export interface GeometryFormat {
  /** What holds the rings of a geometry. */
  readonly member: 'coordinates' | 'arcs';
  /** The points of one ring, of which the last repeats the first. */
  ring(node: TreeNode, what: string): readonly PlanePoint[] | undefined;
  /** Whether the geometry may be taken; what is wrong with it was reported. */
  admits?(geometry: TreeNode, what: string): boolean;
  /** Types that this format adds, and what they enclose; undefined: it does not know this one. */
  own?(
    geometry: TreeNode,
    type: string,
    what: string,
  ): { readonly areas: readonly PlaneArea[] | undefined } | undefined;
}

/** What a geometry encloses; undefined, and reported, where that is nothing. */
export function readGeometry(
  geometry: TreeNode | undefined,
  what: string,
  place: Place,
  format: GeometryFormat,
  context: PlaneContext,
): readonly PlaneArea[] | undefined {
  const type = fieldText(geometry, 'type');
  const parts = fieldOf(geometry, format.member);
  const members = fieldOf(geometry, 'geometries');
  if (geometry !== undefined && format.admits?.(geometry, what) === false) return undefined;
  const polygon = (node: TreeNode, name: string) => readPolygon(node, name, format, context);
  if (type === 'Polygon' && parts !== undefined) {
    const area = polygon(parts, what);
    return area && [area];
  }
  if (type === 'MultiPolygon' && parts !== undefined)
    return readEach(parts, `polygons of ${what}`, context, (node, index) =>
      polygon(node, `polygon ${index + 1} of ${what}`),
    );
  if (type === 'GeometryCollection' && members !== undefined) {
    const nested = readEach(members, `geometries of ${what}`, context, (node, index) =>
      readGeometry(node, `geometry ${index + 1} of ${what}`, place, format, context),
    );
    return nested?.flat();
  }
  const own = geometry === undefined || type === undefined ? undefined : format.own?.(geometry, type, what);
  if (own !== undefined) return own.areas;
  const [words, remedy] = wordsOf(type, format.member);
  context.diagnostics.add('WRONG_KIND', geometry?.place ?? place, `${what} ${words}`, remedy);
  return undefined;
}

/** What is wrong with a geometry of a type that gives no area, and what to do. */
function wordsOf(type: string | undefined, member: string): readonly [words: string, remedy: string] {
  const remedy = 'Leave it out with "where", or draw it as a polygon.';
  if (type === undefined || type === '') return ['has no geometry', remedy];
  if (OPEN_TYPES.includes(type)) return [`is a ${type}, which encloses nothing`, remedy];
  if (ENCLOSING_TYPES.includes(type))
    return [
      `is a ${type} without ${type === 'GeometryCollection' ? 'geometries' : member}`,
      'Write the file anew.',
    ];
  return [
    `has the type "${cutText(type)}", which is none`,
    `Write one of ${ENCLOSING_TYPES.join(', ')}, as it stands here.`,
  ];
}

function readPolygon(
  node: TreeNode,
  what: string,
  format: GeometryFormat,
  context: PlaneContext,
): PlaneArea | undefined {
  const chains = readEach(node, `rings of ${what}`, context, (ring, index) =>
    format.ring(ring, `ring ${index + 1} of ${what}`),
  );
  return chains && areaOf(chains, what, node.place, true, context);
}

/** Every item of a list that must not be empty; undefined when any of it is wrong. */
export function readEach<Item>(
  node: TreeNode,
  what: string,
  { diagnostics }: PlaneContext,
  read: (node: TreeNode, index: number) => Item | undefined,
): readonly Item[] | undefined {
  const nodes = readList(node, what, diagnostics);
  const items = nodes?.map(read);
  if (items === undefined || !items.every((item) => item !== undefined)) return undefined;
  if (items.length > 0) return items;
  diagnostics.add('BAD_VALUE', node.place, `there are no ${what}`, 'Leave the feature out with "where".');
  return undefined;
}

/** The numbers of `[x, y, ...]` as they are written; undefined, and reported, where it is something else. */
export function readNumbers(
  node: TreeNode,
  what: string,
  { diagnostics }: PlaneContext,
): readonly [x: string, y: string, ...more: string[]] | undefined {
  const items = node.kind === 'list' ? node.items : [];
  const texts = items.flatMap((item) => (item.kind === 'text' && item.plain ? [item.text] : []));
  const [x, y, ...more] = texts;
  if (x !== undefined && y !== undefined && texts.length === items.length) return [x, y, ...more];
  diagnostics.add('WRONG_KIND', node.place, `${what} is no list of numbers`, 'Write [x, y].');
  return undefined;
}

/** A point whose numbers count `unit`. */
export function pointOf(
  [x, y]: readonly [string, string, ...string[]],
  what: string,
  place: Place,
  unit: string,
  { axes, diagnostics }: PlaneContext,
): PlanePoint | undefined {
  return parsePoint([x, y], what, axes, unit, reportAt(diagnostics, place));
}

export function fieldOf(node: TreeNode | undefined, name: string): TreeNode | undefined {
  return node?.kind === 'map' ? node.fields.get(name)?.value : undefined;
}

export function fieldText(node: TreeNode | undefined, name: string): string | undefined {
  const field = fieldOf(node, name);
  return field?.kind === 'text' ? field.text : undefined;
}
