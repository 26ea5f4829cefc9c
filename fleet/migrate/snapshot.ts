import { HoldfastError } from '../../host/common/errors.ts';
import { readJson } from '../../host/common/json.ts';
import { IDENTITY } from '../../host/source/values.ts';
import { SEPARATORS } from '../../host/table/layout.ts';
import { RecordScanner } from '../../host/table/records.ts';
import { CONTROLLERS_MAX } from '../limits.ts';

/** What another system says it has: controllers and editions, as CSV with a header or as JSON, under whatever names its fields have. */

/** What is wanted of each controller, and how other systems call it. */
const NAMES = {
  controller: [
    'controller',
    'controllerid',
    'id',
    'name',
    'device',
    'deviceid',
    'thing',
    'thingname',
    'asset',
    'target',
  ],
  cell: ['cell', 'group', 'station', 'devicegroup', 'line'],
  site: ['site', 'plant', 'location', 'hall', 'area'],
  gateway: ['gateway', 'gatewayid', 'host', 'hub', 'edge', 'server'],
  port: ['port', 'serial', 'serialport', 'tty', 'com', 'comport'],
  map: ['map', 'software', 'artifact', 'package', 'component', 'application'],
  class: ['class', 'type', 'model', 'devicetype', 'hardware'],
  epoch: ['epoch', 'version', 'edition', 'revision', 'release', 'installedversion'],
  hash: ['hash', 'sha256', 'digest', 'checksum'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Field = keyof typeof NAMES;
export const FIELDS = Object.keys(NAMES) as readonly Field[];
const NEEDED: readonly Field[] = ['controller', 'map'];

export interface SnapshotRow {
  /** Where it stands, such as "line 7" or "entry 3". */
  readonly place: string;
  /** Names as this fleet may call them; empty: the snapshot does not say. */
  readonly controller: string;
  readonly cell: string;
  readonly site: string;
  readonly gateway: string;
  readonly port: string;
  readonly map: string;
  readonly class: string;
  /** Null: not said, or no epoch. */
  readonly epoch: number | null;
  /** 64 hexadecimal digits; empty: not said. */
  readonly hash: string;
}

/** What a person has to put right. */
export interface Correction {
  readonly place: string;
  readonly words: string;
}

export interface Snapshot {
  readonly rows: readonly SnapshotRow[];
  readonly corrections: readonly Correction[];
  /** Fields of the snapshot that are not used. */
  readonly unused: readonly string[];
}

interface Raw {
  readonly place: string;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Reads a snapshot. `said`: which field of it is which, where its names do not tell.
 * @throws HoldfastError SNAPSHOT_MALFORMED with what is wrong
 */
export function readSnapshot(text: string, said: ReadonlyMap<Field, string>): Snapshot {
  const raws = /^\s*[[{]/.test(text) ? readEntries(text) : readTable(text);
  if (raws.length === 0) throw malformed('it names no controller');
  if (raws.length > CONTROLLERS_MAX) throw malformed(`it names more than ${CONTROLLERS_MAX} controllers`);
  const header = [...new Set(raws.flatMap(({ values }) => [...values.keys()]))];
  const columns = columnsOf(header, said);
  const corrections: Correction[] = [];
  const rows = raws.flatMap((raw) => rowOf(raw, columns, corrections));
  const used = new Set(columns.values());
  return {
    rows: withoutTwins(rows, corrections),
    corrections,
    unused: header.filter((name) => !used.has(name)),
  };
}

function readTable(text: string): Raw[] {
  const [first = ''] = text.split(/\r?\n|\r/, 1);
  const count = (separator: string) => first.split(separator).length;
  const separator = Object.values(SEPARATORS).toSorted((a, b) => count(b) - count(a))[0] ?? ',';
  const scanner = new RecordScanner(separator);
  const [header, ...records] = [...scanner.push(text), ...scanner.end()].filter(
    ({ raw }) => raw.trim() !== '',
  );
  if (header === undefined) throw malformed('it is empty');
  const twice = header.cells.find((name, at) => name !== '' && header.cells.indexOf(name) < at);
  if (twice !== undefined) throw malformed(`its header names "${twice}" twice`);
  return records.map(({ line, cells, broken }) => {
    if (broken !== null) throw malformed(`line ${line}: ${broken.words}`);
    if (cells.length > header.cells.length) throw malformed(`line ${line} has more fields than the header`);
    const values = header.cells.map((name, at) => [name, cells[at] ?? ''] as const);
    return { place: `line ${line}`, values: new Map(values.filter(([name]) => name !== '')) };
  });
}

/** A list of objects, or an object that holds one. */
function readEntries(text: string): Raw[] {
  const read = readJson(text);
  if ('fault' in read) throw malformed(`it ${read.fault}`);
  const { value } = read;
  const lists = Array.isArray(value)
    ? [value]
    : Object.values(value as object).filter((entry) => Array.isArray(entry));
  const [list, other] = lists as unknown[][];
  if (list === undefined) throw malformed('it holds no list of controllers');
  if (other !== undefined) throw malformed('it holds more than one list; give the one of controllers alone');
  return list.map((entry, at) => {
    const place = `entry ${at + 1}`;
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      throw malformed(`${place} is no object`);
    const values = Object.entries(entry).map(([name, content]) => [name, plainText(content)] as const);
    return { place, values: new Map(values) };
  });
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value).trim();
}

const folded = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function columnsOf(header: readonly string[], said: ReadonlyMap<Field, string>): ReadonlyMap<Field, string> {
  const columns = new Map<Field, string>();
  for (const field of FIELDS) {
    const given = said.get(field);
    if (given !== undefined && !header.includes(given)) {
      const words = `it has no field "${given}"; its fields are ${header.slice(0, 20).join(', ')}`;
      throw malformed(words);
    }
    const aliases: readonly string[] = NAMES[field];
    const taken = new Set([...columns.values(), ...said.values()]);
    const found =
      given ??
      aliases.flatMap((alias) => header.filter((name) => folded(name) === alias && !taken.has(name)))[0];
    if (found !== undefined) columns.set(field, found);
    else if (NEEDED.includes(field))
      throw malformed(
        `none of its fields (${header.slice(0, 20).join(', ')}) is the ${field}; say it with --field ${field}=NAME`,
      );
  }
  return columns;
}

/** A name as this fleet may have it: a-z, 0-9 and "-". */
function nameOf(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 31);
}

function rowOf(
  { place, values }: Raw,
  columns: ReadonlyMap<Field, string>,
  corrections: Correction[],
): SnapshotRow[] {
  const correct = (words: string) => corrections.push({ place, words });
  const text = (field: Field) => values.get(columns.get(field) ?? '') ?? '';
  const name = (field: Field): string => {
    const given = text(field);
    if (given === '' || IDENTITY.test(given)) return given;
    const made = nameOf(given);
    correct(
      made === ''
        ? `the ${field} "${given}" makes no name`
        : `the ${field} "${given}" is called ${made} here`,
    );
    return made;
  };
  const controller = name('controller');
  const map = name('map');
  if (controller === '' || map === '') {
    correct(`it names no ${controller === '' ? 'controller' : 'map'}, and is left out`);
    return [];
  }
  return [
    {
      ...{ place, controller, map, cell: name('cell'), site: name('site'), gateway: name('gateway') },
      ...{ port: text('port'), class: name('class') },
      epoch: epochOf(text('epoch'), correct),
      hash: hashOf(text('hash'), correct),
    },
  ];
}

const EPOCH_MAX = 2 ** 32 - 1;

function epochOf(text: string, correct: (words: string) => void): number | null {
  if (text === '') return null;
  const value = /^(?:0\.0\.0\.)?(\d{1,10})$/.exec(text)?.[1];
  if (value !== undefined && Number(value) >= 1 && Number(value) <= EPOCH_MAX) return Number(value);
  correct(`"${text}" is no epoch; read the controller instead`);
  return null;
}

function hashOf(text: string, correct: (words: string) => void): string {
  const hash = text.toLowerCase().replace(/^sha256:/, '');
  if (hash === '' || /^[0-9a-f]{64}$/.test(hash)) return hash;
  correct(`"${text}" is no SHA-256`);
  return '';
}

/** The first of those that have one name, or one port of one gateway, is kept. */
function withoutTwins(rows: readonly SnapshotRow[], corrections: Correction[]): SnapshotRow[] {
  const names = new Map<string, string>();
  const ports = new Map<string, string>();
  return rows.filter(({ place, controller, gateway, port }) => {
    const before = names.get(controller);
    if (before !== undefined) {
      corrections.push({
        place,
        words: `${controller} stands at ${before} already, and this one is left out`,
      });
      return false;
    }
    names.set(controller, place);
    const line = gateway === '' || port === '' ? '' : `${gateway} ${port}`;
    const owner = ports.get(line);
    if (line !== '' && owner !== undefined)
      corrections.push({ place, words: `${controller} is on ${port} of ${gateway}, and so is ${owner}` });
    if (line !== '') ports.set(line, controller);
    return true;
  });
}

function malformed(what: string): HoldfastError {
  return new HoldfastError('SNAPSHOT_MALFORMED', `the snapshot cannot be used: ${what}`, {
    remedy: 'Export a table with a header, or a JSON list: a row or object for each controller.',
  });
}
