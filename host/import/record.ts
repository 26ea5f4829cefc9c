import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { HoldfastError } from '../common/errors.ts';
import { U32_MAX } from '../common/integers.ts';
import { pathBeside } from '../source/reader.ts';
import type { ImportOptions } from './plan.ts';

/** What an import was told, kept in the source that it wrote, so that it can be done again. */

export interface ImportRecord {
  /** Relative to the folder of the source. */
  readonly table: string;
  /** Of the bytes of the table. */
  readonly sha256: string;
  readonly options: Omit<ImportOptions, 'reader'>;
  /** Titles of the columns that nothing used; records of before have none. */
  readonly unused?: readonly string[];
}

const MARK = '# holdfast import: ';

/** The comment that keeps the record of an import of `path` into the source `output`. */
export function recordLine(
  path: string,
  output: string,
  bytes: Uint8Array,
  { options, unused }: { readonly options: ImportOptions; readonly unused: readonly string[] },
): string {
  const { reader: _, ...said } = options;
  const table = relative(dirname(output), path);
  const json = JSON.stringify({
    table,
    sha256: digestOf(bytes),
    options: said,
    unused,
  } satisfies ImportRecord);
  // A comment is one line, whatever a reader takes for the end of one.
  return `${MARK}${json.replace(/[\u0085\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)}`;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The record in the text of a source.
 * @throws HoldfastError NOT_IMPORTED when there is none, or it cannot be read
 */
export function readRecord(source: string, path: string): ImportRecord {
  const line = source.split('\n').find((text) => text.startsWith(MARK));
  const record: unknown = line === undefined ? undefined : parseJson(line.slice(MARK.length));
  if (isRecord(record)) return record;
  const what =
    line === undefined
      ? 'does not say from which table it was imported'
      : 'has a record of its import that cannot be read';
  throw new HoldfastError('NOT_IMPORTED', `${path} ${what}`, {
    remedy: 'Import the table once with all options; the source keeps them.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is ImportRecord {
  if (!isObject(value) || !isObject(value.options)) return false;
  const { table, sha256, options, unused } = value;
  const needed = [table, sha256, options.from, options.map];
  if (unused !== undefined && !isTexts(unused)) return false;
  return needed.every((text) => typeof text === 'string') && Object.entries(options).every(isOption);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const COUNTS = ['scale', 'limitScale', 'epoch', 'headerRow'];
const LISTS = ['replaces', 'where', 'unused', 'names'];
const TRUTHS = ['clock', 'since1970'];
const OBJECTS = ['table', 'phases'];

/** Whether the value of an option has the kind that the option takes: the record may have been edited. */
function isOption([name, value]: readonly [string, unknown]): boolean {
  if (COUNTS.includes(name)) return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= U32_MAX;
  if (TRUTHS.includes(name)) return typeof value === 'boolean';
  if (OBJECTS.includes(name)) return isObject(value) && Object.entries(value).every(isOption);
  const isList = isTexts(value);
  return LISTS.includes(name) ? isList : typeof value === 'string' || (name === 'limit' && isList);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

/** Where the table of a source lies. */
export function tablePath(source: string, { table }: ImportRecord): string {
  return pathBeside(source, table);
}
