/** Points from a CSV file, as a stream: columns x[,y[,phase]], with or without a header row. */

import { createReadStream } from 'node:fs';
import { CsvError, type Info, parse } from 'csv-parse';
import { HoldfastError } from '../errors.ts';
import type { Question } from './ask.ts';

const COLUMNS = ['x', 'y', 'phase'] as const;
const ROW_BYTES_MAX = 4096;
const INTEGER = /^[+-]?\d{1,19}$/;
const U32_MAX = 2 ** 32 - 1;

type ColumnName = (typeof COLUMNS)[number];

/** Integer text to a bigint. Throws HoldfastError NOT_AN_INTEGER that names `where`. */
export function parseInteger(text: string, where: string): bigint {
  if (INTEGER.test(text)) return BigInt(text);
  throw new HoldfastError('NOT_AN_INTEGER', `${where}: "${text}" is not an integer`, {
    remedy: 'Give whole steps of the axis; a decimal is never rounded.',
  });
}

/** The x of `X[,Y]`; a line has no use for a Y. Throws HoldfastError NOT_AN_INTEGER or USAGE. */
export function parsePlace(text: string, where: string): bigint {
  const [x = '', ...rest] = text.split(',');
  if (rest.length === 0) return parseInteger(x.trim(), where);
  throw new HoldfastError('USAGE', `${where} ${text}: a line has one axis`, {
    remedy: 'Give one coordinate.',
  });
}

/** Ticks of a phase, u32. Throws HoldfastError NOT_AN_INTEGER or OUT_OF_RANGE. */
export function parsePhase(text: string, where: string): number {
  const phase = parseInteger(text, where);
  if (phase >= 0n && phase <= BigInt(U32_MAX)) return Number(phase);
  throw new HoldfastError('OUT_OF_RANGE', `${where}: a phase of ${phase} ticks`, {
    remedy: `Give 0 to ${U32_MAX}.`,
  });
}

/**
 * Reads the points of a file, one after the other, in bounded memory.
 *
 * @throws HoldfastError FILE_MISSING, CSV_MALFORMED, CSV_COLUMN_UNKNOWN, NOT_AN_INTEGER, OUT_OF_RANGE, naming file and line
 */
export async function* readPoints(path: string): AsyncGenerator<Question> {
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
      }),
    );
  let columns: readonly ColumnName[] | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (columns === null) {
        columns = headerOf(record, path);
        if (columns !== null) continue;
        columns = COLUMNS.slice(0, record.length);
      }
      yield questionOf(record, columns, `${path}:${info.lines}`);
    }
  } catch (error) {
    throw named(error, path);
  }
}

/** The columns that a header row names; null when the first row is one of data. */
function headerOf(row: readonly string[], path: string): ColumnName[] | null {
  if (row.every((cell) => INTEGER.test(cell))) return null;
  const columns = row.map((cell) => {
    const name = COLUMNS.find((column) => column === cell.toLowerCase());
    if (name !== undefined) return name;
    throw new HoldfastError(
      'CSV_COLUMN_UNKNOWN',
      `${path}:1: the column "${cell}" is not one of x, y, phase`,
      {
        remedy: 'Name the columns x[,y[,phase]], or leave the header row out.',
      },
    );
  });
  if (columns.includes('x')) return columns;
  throw new HoldfastError('CSV_COLUMN_MISSING', `${path}:1: there is no column x`, { remedy: 'Add it.' });
}

function questionOf(row: readonly string[], columns: readonly ColumnName[], where: string): Question {
  if (row.length > columns.length) {
    throw new HoldfastError('CSV_MALFORMED', `${where}: ${row.length} fields in ${columns.length} columns`, {
      remedy: 'Take the fields that belong to no column out.',
    });
  }
  const cell = (column: ColumnName) => row[columns.indexOf(column)] ?? '';
  const phase = cell('phase');
  return {
    x: parseInteger(cell('x'), `${where}, x`),
    phase: phase === '' ? 0 : parsePhase(phase, `${where}, phase`),
  };
}

function named(error: unknown, path: string): unknown {
  if (error instanceof CsvError) {
    return new HoldfastError('CSV_MALFORMED', `${path}: ${error.message}`, {
      remedy: 'Mend the file at that line.',
      cause: error,
    });
  }
  if (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'EACCES')
  ) {
    return new HoldfastError('FILE_MISSING', `cannot read ${path}: ${error.code}`, {
      remedy: 'Check the name of the file.',
      cause: error,
    });
  }
  return error;
}
