/** Points from a CSV file, as a stream: columns x[,y[,phase]], with or without a header row. */

import { createReadStream } from 'node:fs';
import { CsvError, type Info, parse } from 'csv-parse';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { errnoOf, reasonOf } from '../common/file-reason.ts';
import type { Question } from './ask.ts';
import { type PlaceAxis, parsePhase, parseX } from './points.ts';

const COLUMNS = ['x', 'y', 'phase'] as const;
const ROW_BYTES_MAX = 4096;

type ColumnName = (typeof COLUMNS)[number];

/**
 * Reads the points of a file, one after the other, in bounded memory.
 *
 * @throws HoldfastError FILE_MISSING, CSV_MALFORMED, CSV_COLUMN_UNKNOWN, NOT_AN_INTEGER, OUT_OF_RANGE, TIMESTAMP_*, UNIT_INEXACT,
 *   naming file and line
 */
export async function* readPoints(path: string, axis: PlaceAxis): AsyncGenerator<Question> {
  let lastLine = 0;
  const parser = createReadStream(path)
    .on('error', (error) => parser.destroy(error))
    .pipe(
      parse({
        bom: true,
        trim: true,
        skip_empty_lines: true,
        info: true,
        relax_column_count: true,
        max_record_size: ROW_BYTES_MAX,
        on_record: (record: string[], { lines }) => {
          lastLine = lines;
          return record;
        },
      }),
    );
  let columns: readonly ColumnName[] | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      requireText(record, `${path}:${info.lines}`);
      if (columns === null) {
        columns = headerOf(record, path);
        if (columns !== null) continue;
        columns = COLUMNS.slice(0, record.length);
      }
      yield questionOf(record, columns, `${path}:${info.lines}`, axis);
    }
  } catch (error) {
    throw named(error, path, lastLine + 1);
  }
}

function requireText(row: readonly string[], where: string): void {
  if (!row.some((text) => text.includes('\0'))) return;
  throw new HoldfastError('CSV_MALFORMED', `${where}: the row contains a NUL byte, so it is not text`, {
    remedy: 'Save the file as UTF-8.',
  });
}

/** The columns that a header row names; null when the first row is one of data. */
function headerOf(row: readonly string[], path: string): ColumnName[] | null {
  // What begins like a number is one, mistaken or not: no column is named so.
  if (/^[+-]?\d/.test(row[0] ?? '')) return null;
  const columns = row.map((cell) => {
    const name = COLUMNS.find((column) => column === cell.toLowerCase());
    if (name !== undefined) return name;
    throw new HoldfastError(
      'CSV_COLUMN_UNKNOWN',
      `${path}:1: the column "${cutText(cell)}" is not one of x, y, phase`,
      {
        remedy: 'Name the columns x[,y[,phase]], or leave the header row out.',
      },
    );
  });
  if (columns.includes('x')) return columns;
  throw new HoldfastError('CSV_COLUMN_MISSING', `${path}:1: column x is missing`, { remedy: 'Add it.' });
}

function questionOf(
  row: readonly string[],
  columns: readonly ColumnName[],
  where: string,
  axis: PlaceAxis,
): Question {
  if (row.length > columns.length) {
    throw new HoldfastError('CSV_MALFORMED', `${where}: ${row.length} fields in ${columns.length} columns`, {
      remedy: 'Remove the fields that belong to no column.',
    });
  }
  const cell = (column: ColumnName) => row[columns.indexOf(column)] ?? '';
  const x = parseX(cell('x'), `${where}, x`, axis);
  if (cell('y') !== '') {
    throw new HoldfastError('USAGE', `${where}, y: a line has one axis`, {
      remedy: 'Leave the column y empty, or remove it.',
    });
  }
  const phase = cell('phase');
  return {
    x,
    phase: phase === '' ? 0 : parsePhase(phase, `${where}, phase`),
  };
}

/** What the parser finds wrong, in our words. */
const CSV_WORDS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that opens here is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
  INVALID_OPENING_QUOTE: 'a quote in the middle of a field',
  CSV_MAX_RECORD_SIZE: `a row has more than ${ROW_BYTES_MAX} bytes`,
};

/** `nextLine` is the one behind the last whole row. */
function named(error: unknown, path: string, nextLine: number): unknown {
  if (error instanceof CsvError) {
    const words = CSV_WORDS[error.code] ?? 'the row is not CSV';
    return new HoldfastError('CSV_MALFORMED', `${path}:${nextLine}: ${words}`, {
      remedy: `Fix line ${nextLine}.`,
      cause: error,
    });
  }
  if (errnoOf(error) === '' || error instanceof HoldfastError) return error;
  return new HoldfastError('FILE_MISSING', `cannot read ${path}: ${reasonOf(error)}`, {
    remedy: 'Check the name of the file.',
    cause: error,
  });
}
