import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { isStateElement, type Term, termsOf } from './railml-force.ts';

/**
 * The tracks and speed profiles of a railML 2 file, as they stand in it. The reader of XML is strict; a document type, which can define
 * entities that grow, is refused before anything in it is read, and no other file is ever opened.
 */

/** What is said of being in force, by an element itself and by those around it, outermost first. */
export type Scopes = readonly (readonly Term[])[];

export interface RailmlChange {
  readonly id: string;
  readonly where: string;
  /** By their names in the file. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly scopes: Scopes;
}

export interface RailmlTrack {
  readonly id: string;
  readonly name: string;
  readonly where: string;
  /** The places of trackBegin and trackEnd. */
  begin: string | null;
  end: string | null;
  readonly changes: RailmlChange[];
  /** By their names in the file. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly scopes: Scopes;
}

export interface RailmlProfile {
  readonly id: string;
  readonly name: string;
  /** `decreasing`, `increasing`, or nothing. */
  readonly influence: string | null;
  readonly where: string;
  /** By their names in the file. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements within it, none of which are read, with how often they come. */
  readonly unread: Map<string, number>;
  readonly scopes: Scopes;
}

export interface RailmlDocument {
  readonly tracks: readonly RailmlTrack[];
  readonly profiles: readonly RailmlProfile[];
  /** Elements of a track that are not read, with how often they come. */
  readonly unread: ReadonlyMap<string, number>;
}

const NAMESPACE = /^https?:\/\/www\.railml\.org\/schemas\//;
const DEPTH_MAX = 100;
/** Elements beside those of lists that a reader of a track may miss. */
const UNREAD = ['mileageChange', 'geoMapping'];
/** Parts of a track that hold lists of elements. */
const PARTS = ['trackTopology', 'trackElements', 'ocsElements'];

/** Throws HoldfastError XML_BROKEN with line and column, RAILML_UNKNOWN for another version. */
export function readRailmlDocument(text: string, file: string): RailmlDocument {
  const reader = new DocumentReader(file);
  const parser = new SaxesParser({ xmlns: true });
  const at = () => `${file}:${parser.line}:${parser.columnIndex + 1}`;
  parser.on('error', (error) => {
    throw brokenXml(at(), cutText(error.message.replace(/^[^:]*:?\d*:\d*: /, '')));
  });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding))
      throw brokenXml(at(), `the file says that it is in ${cutText(encoding)}`, 'Save it in UTF-8.');
  });
  parser.on('doctype', () => {
    throw brokenXml(
      at(),
      'the file has a document type, which can define entities',
      'Remove the line <!DOCTYPE …>.',
    );
  });
  parser.on('opentag', (tag) => reader.open(tag, at()));
  parser.on('text', (text) => reader.text(text));
  parser.on('cdata', (text) => reader.text(text));
  parser.on('closetag', () => reader.close());
  parser.write(text).close();
  return reader;
}

interface OpenElement {
  /** Empty for those of other namespaces. */
  readonly name: string;
  /** What it says of being in force, and what elements of states within it say. */
  readonly terms: Term[];
  text: string;
  /** How many elements stand in it. */
  children: number;
}

/** What states and days of validity may be about. */
const WITH_STATES = ['speedChange', 'speedProfile', 'track', 'tracks', 'infrastructure', 'railml'];

/** What is read of a track, and says nothing in words. */
const READ = [...PARTS, 'track', 'trackBegin', 'trackEnd', 'speedChanges', 'speedChange', 'speedProfile'];
/** Attributes of trackBegin, trackEnd and lists that are used, or are names. */
const NAMING = ['pos', 'id', 'name', 'code', 'description'];
/** Prefixes of attributes that are about the text of the file; none: the attributes of railML itself. */
const WITHOUT_MEANING = ['', 'xml', 'xmlns', 'xsi'];

class DocumentReader implements RailmlDocument {
  readonly tracks: RailmlTrack[] = [];
  readonly profiles: RailmlProfile[] = [];
  readonly unread = new Map<string, number>();
  readonly #file: string;
  readonly #open: OpenElement[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  open(tag: SaxesTagNS, where: string): void {
    const isRailml = NAMESPACE.test(tag.uri);
    if (this.#open.length === 0) requireRailml(tag, isRailml, this.#file);
    if (this.#open.length >= DEPTH_MAX)
      throw brokenXml(where, `elements lie deeper than ${DEPTH_MAX} levels`);
    const outer = this.#aboutWhich();
    const around = this.#open.at(-1);
    if (around !== undefined) around.children += 1;
    this.#open.push({ name: isRailml ? tag.local : '', terms: [], text: '', children: 0 });
    if (isRailml && outer !== undefined && isStateElement(tag.local)) this.#takeState(tag, outer);
    else if (isRailml) this.#take(tag.local, attributesOf(tag), where);
    else if (this.#isWithin('track')) this.#note(tag.name);
    else if (this.#isWithin('speedProfile')) this.#noteOfProfile(tag.name);
    this.#noteForeign(tag);
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined && (isStateElement(element.name) || READ.includes(element.name)))
      element.text += text;
  }

  /** `<status>planned</status>` says what `status="planned"` does. */
  close(): void {
    const { name, text, children } = this.#open.pop() ?? { name: '', text: '', children: 0 };
    const value = text.trim();
    if (this.#isEmptyPart(name, children)) this.#note(name);
    if (value !== '' && READ.includes(name)) this.#note(`text within ${name}`);
    else if (value !== '') this.#aboutWhich()?.terms.push(...termsOf({ [name]: value }));
  }

  /** An element of a part of a track that holds no others, and is none that is read: no list, but something that is said. */
  #isEmptyPart(name: string, children: number): boolean {
    return children === 0 && PARTS.includes(this.#open.at(-1)?.name ?? '') && !READ.includes(name);
  }

  /** Attributes of other namespaces may say anything. */
  #noteForeign({ local, attributes }: SaxesTagNS): void {
    if (!this.#isWithin('track') && !this.#isWithin('speedProfile')) return;
    for (const { name, prefix } of Object.values(attributes))
      if (!WITHOUT_MEANING.includes(prefix)) this.#note(`${local}, of which ${name}`);
  }

  /** What ends and lists of a track say of themselves. */
  #noteAttributes(name: string, attributes: Readonly<Record<string, string>>): void {
    for (const attribute of Object.keys(attributes))
      if (!NAMING.includes(attribute) && termsOf({ [attribute]: attributes[attribute] ?? '' }).length === 0)
        this.#note(`${attribute} of ${name}`);
  }

  /** What an element of states would be about that opened now; undefined when that is not read. */
  #aboutWhich(): OpenElement | undefined {
    const outer = this.#open.findLast(({ name }) => !isStateElement(name));
    return outer !== undefined && WITH_STATES.includes(outer.name) ? outer : undefined;
  }

  #takeState(tag: SaxesTagNS, outer: OpenElement): void {
    const { id: _, ...attributes } = attributesOf(tag);
    const terms = termsOf(attributes, true);
    outer.terms.push(...terms);
    for (const name of Object.keys(attributes))
      if (termsOf({ [name]: '' }, true).length === 0) this.#note(`${tag.local}, of which ${name}`);
  }

  #isWithin(name: string): boolean {
    return this.#open.some((element) => element.name === name);
  }

  /** Of everything that is open from the first element on that has this name, or of all. */
  #scopesFrom(name?: string): Scopes {
    const first = name === undefined ? 0 : this.#open.findIndex((element) => element.name === name) + 1;
    return this.#open.slice(first).map(({ terms }) => terms);
  }

  #take(name: string, attributes: Readonly<Record<string, string>>, where: string): void {
    const track = this.tracks.at(-1);
    const id = attributes.id ?? '';
    this.#open.at(-1)?.terms.push(...termsOf(attributes));
    const { name: title = '', influence = null } = attributes;
    if (name === 'track') {
      const ends = { begin: null, end: null };
      this.tracks.push({
        id,
        name: title,
        where,
        ...ends,
        changes: [],
        attributes,
        scopes: this.#scopesFrom(),
      });
      return;
    }
    if (name === 'speedProfile') {
      const scopes = this.#scopesFrom();
      this.profiles.push({ id, name: title, influence, where, attributes, unread: new Map(), scopes });
      return;
    }
    if (this.#isWithin('speedProfile')) this.#noteOfProfile(name);
    if (name === 'speed') this.#note('speed (of an infrastructure)');
    if (track === undefined || !this.#isWithin('track')) return;
    if (name === 'trackBegin') track.begin = onlyPlace(track.begin, attributes, name, where);
    else if (name === 'trackEnd') track.end = onlyPlace(track.end, attributes, name, where);
    else if (name === 'speedChange')
      track.changes.push({ id, where, attributes, scopes: this.#scopesFrom('track') });
    else if (this.#isUnread(name)) this.#note(name);
    if (['trackBegin', 'trackEnd', 'speedChanges', ...PARTS].includes(name))
      this.#noteAttributes(name, attributes);
  }

  /** What lies beside a speed change in a list of them or within one, and the elements of every other list of a track. */
  #isUnread(name: string): boolean {
    const isWithin = this.#open
      .slice(0, -1)
      .some((outer) => outer.name === 'speedChanges' || outer.name === 'speedChange');
    const [part, list] = [this.#open.at(-3)?.name, this.#open.at(-2)?.name];
    const isOfList = PARTS.includes(part ?? '');
    return isWithin || UNREAD.includes(name) || isOfList || (list === 'track' && !PARTS.includes(name));
  }

  #note(name: string): void {
    count(this.unread, name);
  }

  #noteOfProfile(name: string): void {
    const profile = this.profiles.at(-1);
    if (profile !== undefined) count(profile.unread, name);
  }
}

/** Where a track begins or ends: it does so once. */
function onlyPlace(
  before: string | null,
  { pos }: Readonly<Record<string, string>>,
  name: string,
  where: string,
): string | null {
  if (before === null || before === pos) return pos ?? null;
  throw brokenXml(
    where,
    `the track has another ${name}, at ${cutText(before)}`,
    'Keep the one that is right, or export each track by itself.',
  );
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Those without a namespace of their own; `xml:lang` and the like say nothing here. */
function attributesOf(tag: SaxesTagNS): Readonly<Record<string, string>> {
  const own = Object.values(tag.attributes).filter(({ prefix }: SaxesAttributeNS) => prefix === '');
  return Object.fromEntries(own.map(({ local, value }) => [local, value]));
}

function requireRailml(tag: SaxesTagNS, isRailml: boolean, file: string): void {
  const version = attributesOf(tag).version ?? '';
  const is3 = /railml\.org\/schemas\/3/.test(tag.uri) || version.startsWith('3');
  if (isRailml && !is3 && tag.local === 'railml' && /^2\.\d/.test(version)) return;
  const what = is3 ? 'is railML 3, which models tracks otherwise' : 'is no railML 2';
  throw new HoldfastError('RAILML_UNKNOWN', `${file} ${what}`, {
    remedy: 'Export the infrastructure as railML 2.x, with its namespace and version.',
  });
}

function brokenXml(where: string, what: string, remedy = 'Fix the file, or export it again.'): HoldfastError {
  return new HoldfastError('XML_BROKEN', `${where}: ${what}`, { remedy });
}
