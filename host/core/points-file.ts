/** Points from a table, as a stream: columns x[,y[,phase]], with or without a header row, which may say their units. */

import { createReadStream } from 'node:fs';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { errnoOf, reasonOf } from '../common/file-reason.ts';
import { U32_MAX } from '../common/integers.ts';
import type { MapUnits, MarkModel } from '../source/model.ts';
import { momentOf } from '../source/table-moment.ts';
import { isMetric, isSameUnit, unitSpelled } from '../source/table-quantity.ts';
import type { TableSaid } from '../source/table-said.ts';
import { partsOfChainage } from '../table/chainage.ts';
import { findEncoding, TableDecoder } from '../table/encoding.ts';
import type { Say, TableFault } from '../table/fault.ts';
import { SEPARATORS, sepLine } from '../table/layout.ts';
import { isSheetError } from '../table/not-numbers.ts';
import { decimalWords, isNumeral, readNumeral } from '../table/numbers.ts';
import { RecordScanner, type TableRecord } from '../table/records.ts';
import type { Question } from './ask.ts';
import { markNamed, type NamedPlaces, parseNamedPlace } from './named-places.ts';
import { parsePhase, parseX } from './points.ts';
import { PointForms } from './points-forms.ts';
import { PointMoments } from './points-moments.ts';

/** What standard input is called. */
export const STANDARD_INPUT = '/dev/stdin';
const COLUMNS = ['x', 'y', 'phase'] as const;
const ROW_CHARACTERS_MAX = 4096;
/** Titles above a header that somebody names. */
const START_CHARACTERS_MAX = 1 << 20;
/** A number, however it is marked, and a unit behind it. */
const AMOUNT = /^([^\p{L}]*[0-9])(\s*\p{L}.*)$/u;
const LINE_END = /\r\n|\r|\n/;
const STARTS_WITH_LETTER = /^\p{L}/u;
/** More digits are left to the reader that knows bounds. */
const PLAIN_INTEGER = /^[+-]?[0-9]{1,15}$/;

type ColumnName = (typeof COLUMNS)[number];

interface Columns {
  readonly names: readonly ColumnName[];
  /** Where each stands in a row, from 0; -1: there is no such column. */
  readonly at: Readonly<Record<ColumnName, number>>;
  /** What the header says that places and phases count, as in `x (km)`. */
  readonly units: Readonly<Partial<Record<ColumnName, string>>>;
}

/** What places and phases are read against. */
export interface PointsMap extends NamedPlaces {
  readonly units: MapUnits;
  /** Of a plane: its second axis. */
  readonly axisY?: NamedPlaces['axis'] | undefined;
}

export interface PointsOptions {
  /** How the file is written, as far as somebody said. */
  readonly said?: TableSaid;
  readonly say?: Say;
}

const SAY_NOTHING: Say = (option) => `the ${option}`;

/**
 * Reads the points of a file, some at a time, in bounded memory.
 *
 * @throws HoldfastError FILE_MISSING, EMPTY_FILE, NOT_TEXT, NOT_A_TABLE, CSV_MALFORMED, CSV_ROW_LENGTH, CSV_COLUMN_UNKNOWN, BAD_VALUE,
 *   NOT_AN_INTEGER, NUMBER_AMBIGUOUS, OUT_OF_RANGE, TIMESTAMP_*, UNIT_INEXACT, naming file and line
 */
export async function* readPoints(
  path: string,
  map: PointsMap,
  { said = {}, say = SAY_NOTHING }: PointsOptions = {},
): AsyncGenerator<readonly Question[]> {
  const reader = new PointReader(path, map, said, say);
  let decoder: TableDecoder | undefined;
  try {
    for await (const piece of streamOf(path)) {
      decoder ??= decoderFor(piece, path, said, say);
      yield reader.push(textOf(decoder.push(piece, false), path));
    }
    if (decoder !== undefined) yield reader.push(textOf(decoder.push(new Uint8Array(), true), path));
    yield reader.end();
  } catch (error) {
    throw named(error, path);
  }
}

/** Standard input may be a socket, which has no name to be opened by. */
function streamOf(path: string): AsyncIterable<Uint8Array> {
  return path === STANDARD_INPUT ? process.stdin : createReadStream(path);
}

function decoderFor(piece: Uint8Array, path: string, said: TableSaid, say: Say): TableDecoder {
  const encoding = findEncoding(piece, said.encoding, say);
  if (typeof encoding === 'object') throw faultOf(encoding, path);
  return new TableDecoder(encoding, say);
}

function textOf(text: string | TableFault, path: string): string {
  if (typeof text === 'string') return text;
  throw faultOf(text, path);
}

function faultOf({ code, line, message, remedy }: TableFault, path: string): HoldfastError {
  return new HoldfastError(code, `${path}:${line}: ${message}`, { remedy });
}

class PointReader {
  readonly #path: string;
  readonly #axis: NamedPlaces['axis'];
  readonly #axisY: NamedPlaces['axis'] | undefined;
  readonly #units: MapUnits;
  readonly #marks: readonly MarkModel[];
  /** Whether a cell that begins with no letter may name one. */
  readonly #hasMarksLikeNumbers: boolean;
  /** Of a mark is read once: one file asks for few of them, many times. */
  readonly #placesOfMarks = new Map<string, bigint>();
  readonly #forms: Readonly<Record<ColumnName, PointForms>> = {
    x: new PointForms(),
    y: new PointForms(),
    phase: new PointForms(),
  };
  readonly #moments: Readonly<Record<'x' | 'y', PointMoments>>;
  readonly #said: TableSaid;
  readonly #say: Say;
  #scanner: RecordScanner | undefined;
  /** What came before a first line was whole. */
  #start = '';
  #columns: Columns | undefined;
  /** Points so far. */
  #asked = 0;

  constructor(path: string, { axis, axisY, units, marks }: PointsMap, said: TableSaid, say: Say) {
    this.#path = path;
    this.#axis = axis;
    this.#axisY = axisY;
    this.#moments = { x: new PointMoments(axis), y: new PointMoments(axisY ?? axis) };
    this.#units = units;
    this.#marks = marks;
    this.#hasMarksLikeNumbers = marks.some(({ name }) => !STARTS_WITH_LETTER.test(name));
    this.#said = said;
    this.#say = say;
  }

  push(text: string): readonly Question[] {
    if (this.#scanner !== undefined) return this.#questions(this.#scanner.push(text));
    this.#start += text;
    if (!this.#isBegun()) return [];
    return this.#questions(this.#open().push(this.#start));
  }

  /** Whether the line is there that tells the separator: the one of the header, else the first which holds anything. */
  #isBegun(): boolean {
    const { headerRow } = this.#said;
    if (headerRow === undefined)
      return /\S.*[\r\n]/.test(this.#start) || this.#start.length > ROW_CHARACTERS_MAX;
    return (
      this.#start.split(LINE_END, headerRow + 1).length > headerRow ||
      this.#start.length > START_CHARACTERS_MAX
    );
  }

  end(): readonly Question[] {
    const scanner = this.#scanner;
    const questions = scanner === undefined ? this.#whole() : this.#questions(scanner.end());
    if (this.#columns === undefined && this.#said.headerRow !== undefined) throw this.#noHeader();
    if (this.#asked > 0) return questions;
    throw new HoldfastError('EMPTY_FILE', `${this.#path} holds no points`, { remedy: 'Add rows to it.' });
  }

  #whole(): readonly Question[] {
    const scanner = this.#open();
    return this.#questions([...scanner.push(this.#start), ...scanner.end()]);
  }

  #noHeader(): HoldfastError {
    const line = this.#said.headerRow;
    const message = `${this.#path}: line ${line}, where the header is said to be, is empty or not there`;
    return new HoldfastError('CSV_COLUMN_MISSING', message, { remedy: `Correct ${this.#say('headerRow')}.` });
  }

  #open(): RecordScanner {
    const separator = this.#said.separator ?? sepLine(this.#start) ?? separatorOf(this.#headerText());
    this.#scanner = new RecordScanner(separator, ROW_CHARACTERS_MAX);
    return this.#scanner;
  }

  #headerText(): string {
    const { headerRow } = this.#said;
    return headerRow === undefined
      ? this.#start
      : (this.#start.split(LINE_END, headerRow)[headerRow - 1] ?? '');
  }

  #questions(records: readonly TableRecord[]): readonly Question[] {
    const questions: Question[] = [];
    for (const record of records) {
      if (this.#isLeftOut(record)) continue;
      if (this.#columns === undefined) {
        const header = this.#headerIn(record);
        this.#columns = header ?? columnsOf(COLUMNS.slice(0, record.cells.length), {});
        if (header !== null) continue;
      }
      questions.push(this.#question(record, this.#columns));
    }
    this.#asked += questions.length;
    return questions;
  }

  /** Empty rows, comments, and the line `sep=`. */
  #isLeftOut({ raw, cells, line, broken }: TableRecord): boolean {
    if (line < (this.#said.headerRow ?? 1)) return true;
    if (raw === '' || (cells[0] === '' && cells.every((cell) => cell === ''))) return true;
    if (broken !== null) {
      const remedy = `Fix line ${line}.`;
      throw new HoldfastError('CSV_MALFORMED', `${this.#path}:${line}: ${broken.words}`, { remedy });
    }
    return this.#isComment(raw, cells) || (line === 1 && sepLine(raw) !== undefined);
  }

  #isComment(raw: string, cells: readonly string[]): boolean {
    const { comment } = this.#said;
    if (comment !== undefined) return comment !== 'none' && raw.startsWith(comment);
    // An error of a spreadsheet is refused where it is read: without it, answers would belong to other points.
    return raw.startsWith('#') && !isSheetError(cells[0] ?? '');
  }

  #headerIn(record: TableRecord): Columns | null {
    const { headerRow } = this.#said;
    if (headerRow === undefined) return this.#isData(record) ? null : headerOf(record, this.#path);
    if (record.line === headerRow) return headerOf(record, this.#path);
    throw this.#noHeader();
  }

  /** What begins like a number is one, mistaken or not: no column is named so. Names of marks are places. */
  #isData({ cells: [first = ''], line }: TableRecord): boolean {
    if (/^[+-]?\d/.test(first)) return true;
    if (markNamed(first, this.#marks) === undefined) return false;
    if (!COLUMNS.some((name) => name === first.toLowerCase())) return true;
    const message = `${this.#path}:${line}: "${first}" names a column, and a mark of the map`;
    const remedy = `If it is the header, say ${this.#say('headerRow', `${line}`)}; else write the place of the mark.`;
    throw new HoldfastError('CSV_COLUMN_UNKNOWN', message, { remedy });
  }

  #question({ cells, line }: TableRecord, columns: Columns): Question {
    const { names, at, units } = columns;
    if (cells.length !== names.length) this.#checkLength(cells, line, names.length);
    const phase = cells[at.phase] ?? '';
    const knownPhase = phase === '' ? 0 : this.#knownPhase(phase);
    const phaseInUnit =
      knownPhase === undefined ? this.#inUnit(phase, units.phase, this.#where(line, 'phase')) : phase;
    const y = cells[at.y] ?? '';
    if (y !== '' && this.#axisY === undefined) {
      throw new HoldfastError('USAGE', `${this.#where(line, 'y')}: a line has one axis`, {
        remedy: 'Leave the column y empty, or remove it.',
      });
    }
    if (phase === '' && at.phase >= 0) {
      throw new HoldfastError('BAD_VALUE', `${this.#where(line, 'phase')}: it is empty`, {
        remedy: 'Fill in the field: merged cells of a spreadsheet are empty below the first of them.',
      });
    }
    const x = this.#readX(cells[at.x] ?? '', units.x, line);
    return this.#axisY === undefined
      ? { x, phase: knownPhase ?? this.#readPhase(phase, phaseInUnit, line) }
      : {
          x,
          y: this.#readY(y, units.y, line, this.#axisY),
          phase: knownPhase ?? this.#readPhase(phase, phaseInUnit, line),
        };
  }

  /** Refuses a row with fields that belong to no column, or with fewer than there are columns. */
  #checkLength(cells: readonly string[], line: number, count: number): void {
    if (cells.length < count) {
      const message = `${this.#path}:${line}: ${cells.length} ${cells.length === 1 ? 'field' : 'fields'} in ${count} columns`;
      throw new HoldfastError('CSV_ROW_LENGTH', message, { remedy: 'Fill in what is missing.' });
    }
    if (cells.slice(count).every((cell) => cell === '')) return;
    throw new HoldfastError(
      'CSV_MALFORMED',
      `${this.#path}:${line}: ${cells.length} fields in ${count} columns`,
      { remedy: 'Remove the fields that belong to no column.' },
    );
  }

  #where(line: number, column: ColumnName): string {
    return `${this.#path}:${line}, ${column}`;
  }

  #knownPhase(cell: string): number | undefined {
    const ticks = this.#forms.phase.known(cell);
    return ticks !== undefined && ticks <= U32_MAX ? ticks : undefined;
  }

  #readPhase(cell: string, inUnit: string, line: number): number {
    const ticks = parsePhase(inUnit, this.#where(line, 'phase'), this.#units);
    this.#forms.phase.learn(cell, BigInt(ticks));
    return ticks;
  }

  /** The text of a cell with the unit of its column, unless it has that itself. */
  #inUnit(text: string, unit: string | undefined, where: string): string {
    if (unit === undefined || text === '') return text;
    if (isNumeral(text)) return `${text} ${unit}`;
    if (partsOfChainage(text) !== null && !isMetric(unit)) {
      const message = `${where} is "${cutText(text)}", which looks like kilometres + metres, and its column counts ${unit}`;
      const remedy = `Write one number in ${unit}: station 12+40 of feet is 1240 ft.`;
      throw new HoldfastError('UNIT_MISMATCH', message, { remedy });
    }
    const own = AMOUNT.exec(text)?.[2]?.trim();
    if (own === undefined || isSameUnit(own, unit)) return text;
    throw new HoldfastError(
      'UNIT_MISMATCH',
      `${where} is "${cutText(text)}", and its column counts ${unit}`,
      {
        remedy: `Write it in ${unit}, or take the unit out of the header.`,
      },
    );
  }

  #readY(cell: string, unit: string | undefined, line: number, axis: NamedPlaces['axis']): bigint {
    if (cell !== '') return this.#readCell(cell, unit, line, 'y', axis);
    throw new HoldfastError('BAD_VALUE', `${this.#where(line, 'y')}: it is empty`, {
      remedy: 'A plane is asked at x and y: fill in the field.',
    });
  }

  /** A place, as it stands or in the unit of its column; or a name of a mark. */
  #readX(cell: string, unit: string | undefined, line: number): bigint {
    const mayBeNamed = this.#marks.length > 0 && (this.#hasMarksLikeNumbers || STARTS_WITH_LETTER.test(cell));
    const isSteps = unit === undefined && mayBeNamed && PLAIN_INTEGER.test(cell);
    const place = mayBeNamed && !isSteps ? this.#placeOfMark(cell, unit, line) : undefined;
    return place ?? this.#readCell(cell, unit, line, 'x', this.#axis);
  }

  /** Undefined for what names no mark, and for what can be read as a place, which is never taken for a name. */
  #placeOfMark(cell: string, unit: string | undefined, line: number): bigint | undefined {
    const known = this.#placesOfMarks.get(cell);
    if (known !== undefined) return known;
    const where = this.#where(line, 'x');
    const text = this.#inUnit(cell, unit, where);
    const mark = markNamed(text, this.#marks);
    if (mark === undefined ? !STARTS_WITH_LETTER.test(text) : this.#isPlace(text)) return undefined;
    const place = parseNamedPlace(text, where, { axis: this.#axis, marks: this.#marks });
    this.#placesOfMarks.set(cell, place);
    return place;
  }

  /** A number with marks, a quantity, a station; on an axis of time a timestamp. */
  #readCell(
    cell: string,
    unit: string | undefined,
    line: number,
    column: 'x' | 'y',
    axis: NamedPlaces['axis'],
  ): bigint {
    if (axis.kind !== 'number' && unit === undefined && PLAIN_INTEGER.test(cell)) return BigInt(cell);
    const forms = axis.kind === 'number' ? this.#forms[column] : this.#moments[column];
    const known = forms.known(cell);
    if (known !== undefined) return BigInt(known);
    const steps = this.#readWhole(cell, unit, this.#where(line, column), axis);
    forms.learn(cell, steps);
    return steps;
  }

  #readWhole(cell: string, unit: string | undefined, where: string, axis: NamedPlaces['axis']): bigint {
    return this.#readPlace(this.#inUnit(cell, unit, where), where, axis);
  }

  #isPlace(text: string): boolean {
    try {
      this.#readPlace(text, '');
      return true;
    } catch (error) {
      if (error instanceof HoldfastError) return false;
      throw error;
    }
  }

  #readPlace(text: string, where: string, axis = this.#axis): bigint {
    if (axis.kind === 'time' && !PLAIN_INTEGER.test(text))
      return parseX(momentOf(text, this.#said).timestamp, where, axis);
    const [, number = text, unit = ''] = AMOUNT.exec(text) ?? [];
    if (!isNumeral(number)) return parseX(text, where, axis);
    const value = readNumeral(number, this.#said, this.#say);
    if (!('code' in value)) return parseX(`${decimalWords(value)}${unit}`, where, axis);
    throw new HoldfastError(value.code, `${where} is "${cutText(text)}", ${value.words}`, {
      remedy: value.remedy,
    });
  }
}

/** A semicolon, tab or bar where there is one: with those a comma belongs to a number. */
function separatorOf(text: string): string {
  const line = text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  const others = [SEPARATORS.semicolon, SEPARATORS.tab, SEPARATORS.bar];
  return others.find((separator) => line.includes(separator)) ?? SEPARATORS.comma;
}

function columnsOf(names: readonly ColumnName[], units: Columns['units']): Columns {
  return {
    names,
    units,
    at: { x: names.indexOf('x'), y: names.indexOf('y'), phase: names.indexOf('phase') },
  };
}

/** The columns that a header row names, with their units, as in `x (km)` or `phase_s`. */
function headerOf({ cells, line }: TableRecord, path: string): Columns {
  const units: Partial<Record<ColumnName, string>> = {};
  const columns = cells.map((cell) => {
    const [, title = '', rest = ''] = /^(x|y|phase)([^\p{L}\p{N}].*)?$/isu.exec(cell) ?? [];
    const name = COLUMNS.find((column) => column === title.toLowerCase());
    const unit = rest === '' ? undefined : unitSpelled(rest.replace(/^[\s_]*[([{]?|[)\]}]?\s*$/gu, ''));
    if (name !== undefined && unit !== undefined) units[name] = unit;
    if (name !== undefined && (rest === '' || unit !== undefined)) return name;
    throw new HoldfastError(
      'CSV_COLUMN_UNKNOWN',
      `${path}:${line}: the column "${cutText(cell)}" is not one of x, y, phase`,
      { remedy: 'Name the columns x[,y[,phase]], with a unit as in "x (km)", or leave the header row out.' },
    );
  });
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  if (twice !== undefined) {
    throw new HoldfastError('CSV_COLUMN_UNKNOWN', `${path}:${line}: two columns are named ${twice}`, {
      remedy: 'Keep one of them.',
    });
  }
  if (columns.includes('x')) return columnsOf(columns, units);
  throw new HoldfastError('CSV_COLUMN_MISSING', `${path}:${line}: column x is missing`, {
    remedy: 'Add it.',
  });
}

function named(error: unknown, path: string): unknown {
  if (errnoOf(error) === '' || error instanceof HoldfastError) return error;
  return new HoldfastError('FILE_MISSING', `cannot read ${path}: ${reasonOf(error)}`, {
    remedy: 'Check the name of the file.',
    cause: error,
  });
}
