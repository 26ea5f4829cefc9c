import { cutText } from '../common/cut-text.ts';
import { circleOfMetres } from './area-circle.ts';
import {
  type FeatureFile,
  type FeatureWish,
  namesOf,
  type Property,
  type RawFeature,
} from './area-features.ts';
import {
  fieldOf,
  fieldText,
  type GeometryFormat,
  pointOf,
  readEach,
  readGeometry,
  readNumbers,
} from './area-geometry.ts';
import { GeozoneTerms } from './area-geozones.ts';
import { readList } from './fields.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneArea } from './plane-model.ts';
import type { TreeNode } from './tree.ts';

/**
 * Areas from GeoJSON (RFC 7946): features whose geometry encloses something; and from what ED-318 adds for geozones: circles of metres
 * around a point, vertical limits, and times.
 */

/** The property of ED-318 that says when a zone holds. */
const TERMS = 'limitedApplicability';

/** Of a collection; its "crs" was judged before. */
const KNOWN_MEMBERS = ['type', 'features', 'crs'];

/** undefined when the file as a whole is wrong. */
export function readGeoJson(
  tree: TreeNode,
  wish: FeatureWish,
  context: PlaneContext,
): FeatureFile | undefined {
  const nodes = featuresOf(tree, context);
  if (nodes === undefined) return undefined;
  const reader = new GeoJsonReader(wish, context);
  const features = nodes.flatMap((node, index) => reader.feature(node, index + 1) ?? []);
  const members = otherMembers(tree);
  const unused = members.length === 0 ? [] : [`nothing uses its ${namesOf(members)}`];
  return {
    features,
    complete: features.length === nodes.length,
    notes: () => [...unused, ...reader.notes()],
  };
}

/** A FeatureCollection, or one Feature. */
function featuresOf(tree: TreeNode, { diagnostics }: PlaneContext): readonly TreeNode[] | undefined {
  const type = fieldText(tree, 'type');
  if (type === 'Feature') return [tree];
  const list = fieldOf(tree, 'features');
  if (type === 'FeatureCollection' && list !== undefined) return readList(list, 'features', diagnostics);
  const message =
    type === undefined
      ? 'this is no GeoJSON: it has no type'
      : `this is no GeoJSON of features: its type is "${cutText(type)}"`;
  const remedy = 'Give a FeatureCollection whose features are polygons.';
  diagnostics.add('WRONG_KIND', tree.place, message, remedy);
  return undefined;
}

/** What stands beside the features of a collection. */
function otherMembers(tree: TreeNode): readonly string[] {
  const names = tree.kind === 'map' ? [...tree.fields.keys()] : [];
  return fieldText(tree, 'type') === 'Feature' ? [] : names.filter((name) => !KNOWN_MEMBERS.includes(name));
}

/** Properties of a feature, as GeoJSON and TopoJSON have them. */
export function propertiesOf(feature: TreeNode): Map<string, Property> {
  const given = fieldOf(feature, 'properties');
  const fields = given?.kind === 'map' ? [...given.fields.values()] : [];
  return new Map(fields.map(({ name, value }) => [name, propertyOf(value)]));
}

/** ED-318 writes texts for people as a list of `{ text, lang }`, of which the first is taken. */
function propertyOf(value: TreeNode): Property {
  if (value.kind === 'text') return { values: [value.text], text: value.text };
  if (value.kind === 'map') return { values: [], text: null };
  const texts = value.items.flatMap((item) => {
    const text = item.kind === 'text' ? item.text : isInLanguage(item) ? fieldText(item, 'text') : undefined;
    return text === undefined ? [] : [text];
  });
  const isOfLanguages = value.items.length > 0 && value.items.every(isInLanguage);
  return { values: texts, text: isOfLanguages ? (texts[0] ?? '') : null };
}

function isInLanguage(node: TreeNode): boolean {
  return fieldText(node, 'lang') !== undefined;
}

class GeoJsonReader implements GeometryFormat {
  readonly member = 'coordinates';
  readonly #wish: FeatureWish;
  readonly #context: PlaneContext;
  readonly #terms: GeozoneTerms;
  /** Points with a third coordinate. */
  #heights = 0;

  constructor(wish: FeatureWish, context: PlaneContext) {
    this.#wish = wish;
    this.#context = context;
    this.#terms = new GeozoneTerms(wish.options, context);
  }

  feature(node: TreeNode, number: number): RawFeature | undefined {
    if (fieldText(node, 'type') !== 'Feature') {
      const message = `feature ${number} is none: its type is not "Feature"`;
      this.#context.diagnostics.add('WRONG_KIND', node.place, message, 'Write features only.');
      return undefined;
    }
    const terms = fieldOf(fieldOf(node, 'properties'), TERMS);
    const properties = propertiesOf(node);
    // Whether they are used is told by themselves.
    if (terms?.kind === 'list') properties.delete(TERMS);
    return {
      place: node.place,
      number,
      id: fieldText(node, 'id'),
      properties,
      areas: (what) => readGeometry(fieldOf(node, 'geometry'), what, node.place, this, this.#context),
      when: (what) => this.#terms.when(terms, what),
    };
  }

  admits(geometry: TreeNode, what: string): boolean {
    return this.#terms.admitsLayer(geometry, what);
  }

  ring(node: TreeNode, what: string) {
    return readEach(node, `points of ${what}`, this.#context, (point, index) => {
      const name = `point ${index + 1} of ${what}`;
      const numbers = readNumbers(point, name, this.#context);
      if (numbers !== undefined && numbers.length > 2) this.#heights++;
      return numbers && pointOf(numbers, name, point.place, this.#wish.unit, this.#context);
    });
  }

  /** A point with an extent is a circle. */
  own(
    geometry: TreeNode,
    type: string,
    what: string,
  ): { readonly areas: readonly PlaneArea[] | undefined } | undefined {
    const extent = fieldOf(geometry, 'extent');
    const coordinates = fieldOf(geometry, 'coordinates');
    if (type !== 'Point' || extent === undefined || coordinates === undefined) return undefined;
    const area = this.#circle(coordinates, extent, what);
    return { areas: area && [area] };
  }

  #circle(coordinates: TreeNode, extent: TreeNode, what: string): PlaneArea | undefined {
    const radius = fieldText(extent, 'radius');
    const shape = fieldText(extent, 'subType');
    if (shape !== 'Circle' || radius === undefined) {
      const message = `the extent of ${what} is no circle with a radius`;
      this.#context.diagnostics.add(
        'WRONG_KIND',
        extent.place,
        message,
        'Write { "subType": "Circle", "radius": 500 }, in metres, or draw a polygon.',
      );
      return undefined;
    }
    const centre = readNumbers(coordinates, what, this.#context);
    if (centre === undefined) return undefined;
    const { unit, kind } = this.#wish;
    return circleOfMetres(
      { centre: [centre[0], centre[1]], radius, unit, kind },
      what,
      coordinates.place,
      this.#context,
    );
  }

  notes(): readonly string[] {
    const heights = this.#heights === 0 ? [] : [`${this.#heights} points have a height, which nothing uses`];
    return [...heights, ...this.#terms.notes()];
  }
}
