import { cutText } from '../common/cut-text.ts';
import { foldCase } from '../table/names.ts';
import { readList, reportAt } from './fields.ts';
import { parseLimit } from './limit.ts';
import type { Interval } from './model.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneArea, PlanePoint } from './plane-model.ts';
import { parsePoint } from './plane-points.ts';
import { areaOf } from './plane-shapes.ts';
import { nearestWord } from './suggest.ts';
import type { Condition } from './table-filters.ts';
import { IdsApart, idFromText } from './table-ids.ts';
import type { TreeNode } from './tree.ts';

/** Areas from GeoJSON (RFC 7946): features whose geometry encloses something, picked and described by their properties. */

/** What the entry of a source says of the features of its file. */
export interface FeatureWish {
  /** Ids are this, a hyphen and the number of the feature, where a feature has none of its own. */
  readonly prefix: string;
  readonly when: readonly Interval[] | null;
  readonly limit: number | null;
  /** What coordinates count. */
  readonly unit: string;
  readonly where: readonly Condition[];
  /** Names of properties by what they mean. */
  readonly properties: ReadonlyMap<string, string>;
}

/** One feature as an area, before it is a zone or a gap rule. */
export interface AreaFeature {
  readonly id: string;
  readonly place: Place;
  readonly at: readonly PlaneArea[];
  readonly when: readonly Interval[] | null;
  readonly limit: number | null;
  /** From 1, for messages. */
  readonly number: number;
  /** The text of a property by what it means, empty without one; undefined, and reported, where it is no plain value. */
  text(role: string): string | undefined;
}

export interface AreaFeatures {
  readonly features: readonly AreaFeature[];
  readonly complete: boolean;
}

/** The file, as messages name it, and where the source names it. */
interface FileName {
  readonly name: string;
  readonly place: Place;
}

interface Feature {
  readonly place: Place;
  /** From 1. */
  readonly number: number;
  readonly id: string | undefined;
  /** null: a list or an object, which no condition meets and no role takes. */
  readonly properties: ReadonlyMap<string, string | null>;
  readonly geometry: TreeNode | undefined;
}

/** undefined when the file as a whole is wrong. */
export function readFeatures(
  tree: TreeNode,
  wish: FeatureWish,
  file: FileName,
  context: PlaneContext,
): AreaFeatures | undefined {
  const nodes = featuresOf(tree, context);
  if (nodes === undefined) return undefined;
  const known = nodes.flatMap((node, index) => readFeature(node, index + 1, context) ?? []);
  if (!hasProperties(known, wish, file, context)) return undefined;
  const kept = known.filter((feature) => meets(feature, wish.where));
  if (kept.length === 0) {
    const message = `${file.name} has ${known.length} features, of which none is asked for`;
    context.diagnostics.add('BAD_VALUE', file.place, message, 'Correct "where", or leave the entry out.');
    return undefined;
  }
  const reader = new AreaReader(wish, context);
  const features = kept.flatMap((feature) => reader.read(feature) ?? []);
  tellUnused(otherMembers(tree), known, kept, reader, wish, file, context);
  return { features, complete: features.length === kept.length && known.length === nodes.length };
}

/** A FeatureCollection, or one Feature. */
function featuresOf(tree: TreeNode, { diagnostics }: PlaneContext): readonly TreeNode[] | undefined {
  const type = fieldText(tree, 'type');
  if (type === 'Feature') return [tree];
  const list = tree.kind === 'map' ? tree.fields.get('features')?.value : undefined;
  if (type === 'FeatureCollection' && list !== undefined) return readList(list, 'features', diagnostics);
  const message =
    type === undefined
      ? 'this is no GeoJSON: it has no type'
      : `this is no GeoJSON of features: its type is "${cutText(type)}"`;
  const remedy = 'Give a FeatureCollection whose features are polygons.';
  diagnostics.add('WRONG_KIND', tree.place, message, remedy);
  return undefined;
}

function fieldOf(node: TreeNode | undefined, name: string): TreeNode | undefined {
  return node?.kind === 'map' ? node.fields.get(name)?.value : undefined;
}

function fieldText(node: TreeNode | undefined, name: string): string | undefined {
  const field = fieldOf(node, name);
  return field?.kind === 'text' ? field.text : undefined;
}

function readFeature(node: TreeNode, number: number, { diagnostics }: PlaneContext): Feature | undefined {
  if (fieldText(node, 'type') !== 'Feature') {
    diagnostics.add(
      'WRONG_KIND',
      node.place,
      `feature ${number} is none: its type is not "Feature"`,
      'Write features only.',
    );
    return undefined;
  }
  const properties = new Map<string, string | null>();
  const given = fieldOf(node, 'properties');
  if (given?.kind === 'map') {
    for (const { name, value } of given.fields.values())
      properties.set(name, value.kind === 'text' ? value.text : null);
  }
  return {
    place: node.place,
    number,
    id: fieldText(node, 'id'),
    properties,
    geometry: fieldOf(node, 'geometry'),
  };
}

/** Conditions on one property that say = are alternatives, all others must hold. */
function meets({ properties }: Feature, where: readonly Condition[]): boolean {
  const groups = new Map<string, { isEqual: boolean; name: string; values: Set<string> }>();
  for (const { column, isEqual, value } of where) {
    const key = `${isEqual} ${column}`;
    const group = groups.get(key) ?? { isEqual, name: column, values: new Set<string>() };
    group.values.add(foldCase(value));
    groups.set(key, group);
  }
  return [...groups.values()].every(
    ({ isEqual, name, values }) => values.has(foldCase(properties.get(name) ?? '')) === isEqual,
  );
}

/** Whether every property that the entry names is one of some feature. */
function hasProperties(
  features: readonly Feature[],
  { where, properties }: FeatureWish,
  file: FileName,
  { diagnostics }: PlaneContext,
): boolean {
  const known = new Set(features.flatMap((feature) => [...feature.properties.keys()]));
  const named = new Set([...where.map(({ column }) => column), ...properties.values()]);
  let complete = true;
  for (const name of named) {
    if (known.has(name)) continue;
    complete = false;
    const nearest = nearestWord(name, [...known]);
    const remedy =
      nearest === undefined
        ? `It has ${[...known].slice(0, 20).join(', ') || 'none'}.`
        : `Did you mean "${nearest}"?`;
    const message = `no feature of ${file.name} has a property "${cutText(name)}"`;
    diagnostics.add('UNKNOWN_FIELD', file.place, message, remedy);
  }
  return complete;
}

class AreaReader {
  readonly #wish: FeatureWish;
  readonly #context: PlaneContext;
  readonly #ids = new IdsApart();
  /** Points with a third coordinate. */
  heights = 0;

  constructor(wish: FeatureWish, context: PlaneContext) {
    this.#wish = wish;
    this.#context = context;
  }

  read(feature: Feature): AreaFeature | undefined {
    const { number, place } = feature;
    const id = this.#id(feature);
    const limit = this.#limit(feature);
    const at = this.#areas(feature.geometry, feature, `feature ${number}`);
    if (id === undefined || limit === undefined || at === undefined) return undefined;
    this.#context.ids.claim(id, place);
    const text = (role: string) => this.#text(role, feature);
    return { id, place, at, when: this.#wish.when, limit, number, text };
  }

  /** Empty without such a property; undefined, and reported, where it is no plain value. */
  #text(role: string, { properties, number, place }: Feature): string | undefined {
    const name = this.#wish.properties.get(role);
    const text = name === undefined ? '' : properties.get(name);
    if (text !== null) return text ?? '';
    const message = `property "${name}" of feature ${number} is a list or an object`;
    this.#context.diagnostics.add('WRONG_KIND', place, message, 'Name a property with plain values.');
    return undefined;
  }

  /** Of the property that is named, else of the feature itself, else its number. */
  #id(feature: Feature): string | undefined {
    const { prefix, properties } = this.#wish;
    const said = properties.get('id');
    const text = said !== undefined ? this.#text('id', feature) : (feature.id ?? '');
    if (text === undefined) return undefined;
    const id = text === '' ? undefined : idFromText(text);
    if (id !== undefined) return this.#ids.take(id);
    if (said === undefined) return this.#ids.take(`${prefix}-${feature.number}`);
    const message = `feature ${feature.number} has no id in its property "${said}"`;
    this.#context.diagnostics.add(
      'MISSING_FIELD',
      feature.place,
      message,
      'Give it one, or leave it out with "where".',
    );
    return undefined;
  }

  #limit(feature: Feature): number | null | undefined {
    const text = this.#text('limit', feature);
    const unit = this.#text('limitUnit', feature);
    if (text === undefined || unit === undefined) return undefined;
    if (text === '') return this.#wish.limit;
    const report = reportAt(this.#context.diagnostics, feature.place);
    const what = `limit of feature ${feature.number}`;
    return parseLimit(cutText(text), what, this.#context.limits, unit === '' ? undefined : unit, report);
  }

  #areas(geometry: TreeNode | undefined, feature: Feature, what: string): readonly PlaneArea[] | undefined {
    const { diagnostics } = this.#context;
    const type = fieldText(geometry, 'type');
    const coordinates = fieldOf(geometry, 'coordinates');
    if (type === 'Polygon' && coordinates !== undefined) {
      const area = this.#polygon(coordinates, what);
      return area && [area];
    }
    if (type === 'MultiPolygon' && coordinates !== undefined)
      return this.#each(coordinates, `polygons of ${what}`, (node, index) =>
        this.#polygon(node, `polygon ${index + 1} of ${what}`),
      );
    const members = fieldOf(geometry, 'geometries');
    if (type === 'GeometryCollection' && members !== undefined) {
      const nested = this.#each(members, `geometries of ${what}`, (node, index) =>
        this.#areas(node, feature, `geometry ${index + 1} of ${what}`),
      );
      return nested?.flat();
    }
    const words = type === undefined ? 'has no geometry' : `is a ${cutText(type)}, which encloses nothing`;
    const remedy = 'Leave it out with "where", or draw it as a polygon.';
    diagnostics.add('WRONG_KIND', geometry?.place ?? feature.place, `${what} ${words}`, remedy);
    return undefined;
  }

  #each<Item>(
    node: TreeNode,
    what: string,
    read: (node: TreeNode, index: number) => Item | undefined,
  ): readonly Item[] | undefined {
    const nodes = readList(node, what, this.#context.diagnostics);
    const items = nodes?.map(read);
    if (items === undefined || !items.every((item) => item !== undefined)) return undefined;
    if (items.length > 0) return items;
    this.#context.diagnostics.add(
      'BAD_VALUE',
      node.place,
      `there are no ${what}`,
      'Leave the feature out with "where".',
    );
    return undefined;
  }

  #polygon(node: TreeNode, what: string): PlaneArea | undefined {
    const chains = this.#each(node, `rings of ${what}`, (ring, index) =>
      this.#ring(ring, `ring ${index + 1} of ${what}`),
    );
    return chains && areaOf(chains, what, node.place, true, this.#context);
  }

  #ring(node: TreeNode, what: string): readonly PlanePoint[] | undefined {
    return this.#each(node, `points of ${what}`, (point, index) =>
      this.#point(point, `point ${index + 1} of ${what}`),
    );
  }

  #point(node: TreeNode, what: string): PlanePoint | undefined {
    const { axes, diagnostics } = this.#context;
    const items = node.kind === 'list' ? node.items : [];
    const [x, y, height] = items;
    if (x?.kind !== 'text' || y?.kind !== 'text' || !x.plain || !y.plain) {
      diagnostics.add('WRONG_KIND', node.place, `${what} is no list of numbers`, 'Write [x, y].');
      return undefined;
    }
    if (height !== undefined) this.heights++;
    return parsePoint([x.text, y.text], what, axes, this.#wish.unit, reportAt(diagnostics, node.place));
  }
}

/** What stands beside the features of a collection. */
function otherMembers(tree: TreeNode): readonly string[] {
  const names = tree.kind === 'map' ? [...tree.fields.keys()] : [];
  return fieldText(tree, 'type') === 'Feature'
    ? []
    : names.filter((name) => name !== 'type' && name !== 'features');
}

/** Names what of the file is not used. */
function tellUnused(
  members: readonly string[],
  known: readonly Feature[],
  kept: readonly Feature[],
  { heights }: AreaReader,
  { where, properties }: FeatureWish,
  { name, place }: FileName,
  { remarks }: PlaneContext,
): void {
  const tell = (words: string) => remarks.push({ place, words: `${name}: ${words}` });
  if (kept.length < known.length)
    tell(`${known.length - kept.length} of ${known.length} features left out, as "where" asks`);
  const used = new Set([...where.map(({ column }) => column), ...properties.values()]);
  const unused = new Set(
    kept.flatMap((feature) => [...feature.properties.keys()].filter((key) => !used.has(key))),
  );
  if (unused.size > 0) {
    const names = [...unused].slice(0, 20).map((each) => `"${cutText(each)}"`);
    const more = unused.size - names.length;
    tell(`properties that nothing uses: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
  if (members.length > 0) tell(`nothing uses its ${members.map((each) => `"${cutText(each)}"`).join(', ')}`);
  if (heights > 0) tell(`${heights} points have a height, which nothing uses`);
}
