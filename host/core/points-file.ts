/** Points from a table, as a stream: columns x[,y[,phase]], with or without a header row. */

import { createReadStream } from 'node:fs';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { errnoOf, reasonOf } from '../common/file-reason.ts';
import type { TableSaid } from '../source/table-said.ts';
import { findEncoding, TableDecoder } from '../table/encoding.ts';
import type { Say, TableFault } from '../table/fault.ts';
import { SEPARATORS, sepLine } from '../table/layout.ts';
import { decimalWords, isNumeral, readNumeral } from '../table/numbers.ts';
import { RecordScanner, type TableRecord } from '../table/records.ts';
import type { Question } from './ask.ts';
import { type PlaceAxis, parsePhase, parseX } from './points.ts';

const COLUMNS = ['x', 'y', 'phase'] as const;
const ROW_CHARACTERS_MAX = 4096;
/** More digits are left to the reader that knows bounds. */
const PLAIN_INTEGER = /^[+-]?[0-9]{1,15}$/;

type ColumnName = (typeof COLUMNS)[number];

export interface PointsOptions {
  /** How the file is written, as far as somebody said. */
  readonly said?: TableSaid;
  readonly say?: Say;
}

const SAY_NOTHING: Say = (option) => `the ${option}`;

/**
 * Reads the points of a file, some at a time, in bounded memory.
 *
 * @throws HoldfastError FILE_MISSING, NOT_TEXT, NOT_A_TABLE, CSV_MALFORMED, CSV_COLUMN_UNKNOWN, NOT_AN_INTEGER, NUMBER_AMBIGUOUS,
 *   OUT_OF_RANGE, TIMESTAMP_*, UNIT_INEXACT, naming file and line
 */
export async function* readPoints(
  path: string,
  axis: PlaceAxis,
  { said = {}, say = SAY_NOTHING }: PointsOptions = {},
): AsyncGenerator<readonly Question[]> {
  const reader = new PointReader(path, axis, said, say);
  let decoder: TableDecoder | undefined;
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Uint8Array>) {
      decoder ??= decoderFor(piece, path, said, say);
      yield reader.push(textOf(decoder.push(piece, false), path));
    }
    if (decoder !== undefined) yield reader.push(textOf(decoder.push(new Uint8Array(), true), path));
    yield reader.end();
  } catch (error) {
    throw named(error, path);
  }
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
  readonly #axis: PlaceAxis;
  readonly #said: TableSaid;
  readonly #say: Say;
  #scanner: RecordScanner | undefined;
  /** What came before a first line was whole. */
  #start = '';
  #columns: readonly ColumnName[] | undefined;

  constructor(path: string, axis: PlaceAxis, said: TableSaid, say: Say) {
    this.#path = path;
    this.#axis = axis;
    this.#said = said;
    this.#say = say;
  }

  push(text: string): readonly Question[] {
    if (this.#scanner !== undefined) return this.#questions(this.#scanner.push(text));
    this.#start += text;
    // The separator is that of the first line which holds anything.
    if (!/\S.*[\r\n]/.test(this.#start) && this.#start.length <= ROW_CHARACTERS_MAX) return [];
    return this.#questions(this.#open().push(this.#start));
  }

  end(): readonly Question[] {
    if (this.#scanner !== undefined) return this.#questions(this.#scanner.end());
    const scanner = this.#open();
    return this.#questions([...scanner.push(this.#start), ...scanner.end()]);
  }

  #open(): RecordScanner {
    const separator = this.#said.separator ?? sepLine(this.#start) ?? separatorOf(this.#start);
    this.#scanner = new RecordScanner(separator, ROW_CHARACTERS_MAX);
    return this.#scanner;
  }

  #questions(records: readonly TableRecord[]): readonly Question[] {
    const questions: Question[] = [];
    for (const record of records) {
      if (this.#isLeftOut(record)) continue;
      if (this.#columns === undefined) {
        const header = headerOf(record, this.#path);
        this.#columns = header ?? COLUMNS.slice(0, record.cells.length);
        if (header !== null) continue;
      }
      questions.push(this.#question(record, this.#columns));
    }
    return questions;
  }

  /** Empty rows, comments, and the line `sep=`. */
  #isLeftOut({ raw, cells, line, broken }: TableRecord): boolean {
    if (raw === '' || cells.every((cell) => cell === '')) return true;
    if (broken !== null) {
      const remedy = `Fix line ${line}.`;
      throw new HoldfastError('CSV_MALFORMED', `${this.#path}:${line}: ${broken.words}`, { remedy });
    }
    const comment = this.#said.comment ?? '#';
    return (comment !== 'none' && raw.startsWith(comment)) || (line === 1 && sepLine(raw) !== undefined);
  }

  #question({ cells, line }: TableRecord, columns: readonly ColumnName[]): Question {
    if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell !== '')) {
      throw new HoldfastError(
        'CSV_MALFORMED',
        `${this.#path}:${line}: ${cells.length} fields in ${columns.length} columns`,
        { remedy: 'Remove the fields that belong to no column.' },
      );
    }
    const x = cells[columns.indexOf('x')] ?? '';
    const y = cells[columns.indexOf('y')] ?? '';
    const phase = cells[columns.indexOf('phase')] ?? '';
    if (y !== '') {
      throw new HoldfastError('USAGE', `${this.#path}:${line}, y: a line has one axis`, {
        remedy: 'Leave the column y empty, or remove it.',
      });
    }
    return {
      x: PLAIN_INTEGER.test(x) ? BigInt(x) : this.#readX(x, line),
      phase: phase === '' ? 0 : parsePhase(phase, `${this.#path}:${line}, phase`),
    };
  }

  /** What is more than digits: a number with marks, a quantity, a timestamp. */
  #readX(text: string, line: number): bigint {
    const where = `${this.#path}:${line}, x`;
    if (!isNumeral(text)) return parseX(text, where, this.#axis);
    const value = readNumeral(text, this.#said, this.#say);
    if (!('code' in value)) return parseX(decimalWords(value), where, this.#axis);
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

/** The columns that a header row names; null when the first row is one of data. */
function headerOf({ cells, line }: TableRecord, path: string): ColumnName[] | null {
  // What begins like a number is one, mistaken or not: no column is named so.
  if (/^[+-]?\d/.test(cells[0] ?? '')) return null;
  const columns = cells.map((cell) => {
    const name = COLUMNS.find((column) => column === cell.toLowerCase());
    if (name !== undefined) return name;
    throw new HoldfastError(
      'CSV_COLUMN_UNKNOWN',
      `${path}:${line}: the column "${cutText(cell)}" is not one of x, y, phase`,
      { remedy: 'Name the columns x[,y[,phase]], or leave the header row out.' },
    );
  });
  if (columns.includes('x')) return columns;
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
