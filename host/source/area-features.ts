import { cutText } from '../common/cut-text.ts';
import { foldCase } from '../table/names.ts';
import { edgeRoundEarth } from './area-crs.ts';
import type { AreaOptions } from './area-options.ts';
import { reportAt } from './fields.ts';
import { parseLimit } from './limit.ts';
import type { Interval } from './model.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneArea } from './plane-model.ts';
import { pointWords } from './plane-points.ts';
import { nearestWord } from './suggest.ts';
import type { Condition } from './table-filters.ts';
import { IdsApart, idFromText } from './table-ids.ts';

/** Features of a file of areas, whatever its format: picked and described by their properties, and made into areas. */

/** What the entry of a source says of the features of its file. */
export interface FeatureWish {
  readonly kind: 'zone' | 'gap rule';
  /** Ids are this, a hyphen and the number of the feature, where a feature has none of its own. */
  readonly prefix: string;
  readonly when: readonly Interval[] | null;
  readonly limit: number | null;
  /** What coordinates count. */
  readonly unit: string;
  readonly where: readonly Condition[];
  /** Names of properties by what they mean. */
  readonly properties: ReadonlyMap<string, string>;
  readonly options: AreaOptions;
}

/** A property: what conditions look at, and what it says where one text is wanted (null: a list or an object says none). */
export interface Property {
  readonly values: readonly string[];
  readonly text: string | null;
}

/** A feature as its file has it; its areas are read only when it is asked for. */
export interface RawFeature {
  readonly place: Place;
  /** From 1. */
  readonly number: number;
  readonly id: string | undefined;
  readonly properties: ReadonlyMap<string, Property>;
  /** What it encloses; undefined, and reported, where it encloses nothing. */
  areas(what: string): readonly PlaneArea[] | undefined;
  /** Phases of its own; null: those of the entry. Undefined, and reported, where it holds at times that are no phases. */
  when(what: string): readonly Interval[] | null | undefined;
}

/** What a format finds in a file. */
export interface FeatureFile {
  readonly features: readonly RawFeature[];
  /** Not complete when a mistake dropped a feature. */
  readonly complete: boolean;
  /** What is not used, once the areas were read. */
  notes(): readonly string[];
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
export interface FileName {
  readonly name: string;
  readonly place: Place;
}

/** The features that the entry asks for; undefined when it asks for what the file does not have. */
export function takeFeatures(
  { features: known, complete, notes }: FeatureFile,
  wish: FeatureWish,
  file: FileName,
  context: PlaneContext,
): AreaFeatures | undefined {
  if (!hasProperties(known, wish, file, context)) return undefined;
  const kept = known.filter((feature) => meets(feature, wish.where));
  if (kept.length === 0) {
    const message = `${file.name} has ${known.length} features, of which none is asked for`;
    context.diagnostics.add('BAD_VALUE', file.place, message, 'Correct "where", or leave the entry out.');
    return undefined;
  }
  const reader = new AreaReader(wish, context);
  const features = kept.flatMap((feature) => reader.read(feature) ?? []);
  const tell = (words: string) =>
    context.remarks.push({ place: file.place, words: `${file.name}: ${words}` });
  for (const words of [...unusedWords(known, kept, wish), ...reader.notes(), ...notes()]) tell(words);
  return { features, complete: complete && features.length === kept.length };
}

/** Conditions on one property that say = are alternatives, all others must hold. A list meets a condition by any of its values. */
function meets({ properties }: RawFeature, where: readonly Condition[]): boolean {
  const groups = new Map<string, { isEqual: boolean; name: string; values: Set<string> }>();
  for (const { column, isEqual, value } of where) {
    const key = `${isEqual} ${column}`;
    const group = groups.get(key) ?? { isEqual, name: column, values: new Set<string>() };
    group.values.add(foldCase(value));
    groups.set(key, group);
  }
  return [...groups.values()].every(({ isEqual, name, values }) => {
    const own = properties.get(name)?.values ?? [];
    return (own.length === 0 ? [''] : own).some((value) => values.has(foldCase(value))) === isEqual;
  });
}

/** Whether every property that the entry names is one of some feature. */
function hasProperties(
  features: readonly RawFeature[],
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
  /** Ids of features whose own was taken. */
  readonly #numbered: string[] = [];

  constructor(wish: FeatureWish, context: PlaneContext) {
    this.#wish = wish;
    this.#context = context;
  }

  read(feature: RawFeature): AreaFeature | undefined {
    const { number, place } = feature;
    const id = this.#id(feature);
    const limit = this.#limit(feature);
    const at = this.#areas(feature);
    const when = feature.when(`feature ${number}`);
    if (id === undefined || limit === undefined || at === undefined || when === undefined) return undefined;
    this.#context.ids.claim(id, place);
    const text = (role: string) => this.#text(role, feature);
    return { id, place, at, when: when ?? this.#wish.when, limit, number, text };
  }

  /** What it encloses; undefined, and reported, where an edge may lead either way round the earth. */
  #areas({ areas, number, place }: RawFeature): readonly PlaneArea[] | undefined {
    const what = `feature ${number}`;
    const at = areas(what);
    const [from, to] = (at && edgeRoundEarth(at, this.#wish.unit, this.#context)) ?? [];
    if (from === undefined || to === undefined) return at;
    const ends = [from, to].map((point) => pointWords(point, this.#context.axes)).join(' to ');
    const message = `${what} has an edge of more than 180 degrees: ${ends}`;
    const remedy =
      'Cut it at the 180th meridian, as RFC 7946 wants; or, if it leads the long way, add a point in the middle of the edge.';
    this.#context.diagnostics.add('OUT_OF_RANGE', place, message, remedy);
    return undefined;
  }

  notes(): readonly string[] {
    if (this.#numbered.length === 0) return [];
    return [`ids that stand twice are told apart by a number behind them: ${namesOf(this.#numbered)}`];
  }

  /** Empty without such a property; undefined, and reported, where it is no plain value. */
  #text(role: string, { properties, number, place }: RawFeature): string | undefined {
    const name = this.#wish.properties.get(role);
    const property = name === undefined ? undefined : properties.get(name);
    if (property?.text !== null) return property?.text ?? '';
    const message = `property "${name}" of feature ${number} is a list or an object`;
    this.#context.diagnostics.add('WRONG_KIND', place, message, 'Name a property with plain values.');
    return undefined;
  }

  /** Of the property that is named, else of the feature itself, else its number. */
  #id(feature: RawFeature): string | undefined {
    const { prefix, properties } = this.#wish;
    const said = properties.get('id');
    const text = said !== undefined ? this.#text('id', feature) : (feature.id ?? '');
    if (text === undefined) return undefined;
    const id = text === '' ? undefined : idFromText(text);
    if (id !== undefined) return this.#apart(id);
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

  #apart(id: string): string {
    const own = this.#ids.take(id);
    if (own !== id) this.#numbered.push(own);
    return own;
  }

  #limit(feature: RawFeature): number | null | undefined {
    const text = this.#text('limit', feature);
    const unit = this.#text('limitUnit', feature);
    if (text === undefined || unit === undefined) return undefined;
    if (text === '') return this.#wish.limit;
    const report = reportAt(this.#context.diagnostics, feature.place);
    const what = `limit of feature ${feature.number}`;
    return parseLimit(cutText(text), what, this.#context.limits, unit === '' ? undefined : unit, report);
  }
}

/** Names the features and properties that are not used. */
function unusedWords(
  known: readonly RawFeature[],
  kept: readonly RawFeature[],
  { where, properties }: FeatureWish,
): readonly string[] {
  const words: string[] = [];
  if (kept.length < known.length)
    words.push(`${known.length - kept.length} of ${known.length} features left out, as "where" asks`);
  const used = new Set([...where.map(({ column }) => column), ...properties.values()]);
  const unused = new Set(
    kept.flatMap((feature) => [...feature.properties.keys()].filter((key) => !used.has(key))),
  );
  if (unused.size > 0) words.push(`properties that nothing uses: ${namesOf([...unused])}`);
  return words;
}

const NAMES_SHOWN_MAX = 20;

/** `"a", "b" and 3 more`; names come from a file. */
export function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).map((each) => `"${cutText(each)}"`);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
