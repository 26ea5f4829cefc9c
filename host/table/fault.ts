/** What can be wrong with a table, apart from what its values mean: where, and what to do. */

export type TableFaultCode =
  | 'COMMENT_UNCLEAR'
  | 'CSV_BROKEN'
  | 'CSV_COLUMN_MISSING'
  | 'CSV_ROW_LENGTH'
  | 'DUPLICATE_COLUMN'
  | 'EMPTY_FILE'
  | 'HEADER_UNCLEAR'
  | 'NOT_A_NUMBER'
  | 'NOT_A_TABLE'
  | 'NOT_TEXT'
  | 'NUMBER_AMBIGUOUS'
  | 'SEPARATOR_UNCLEAR'
  | 'TOTAL_UNCLEAR';

/** Line and column count from 1. The message is one sentence without its full stop, the remedy one in the imperative. */
export interface TableFault {
  readonly code: TableFaultCode;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

/**
 * How somebody says an option where the table is named: `--decimal comma` on a command line, `decimal: comma` in a source. Remedies are
 * written with it, so that they can be followed as they stand.
 */
export type Say = (option: string, value?: string) => string;

/** `['a', 'b', 'c']` as "a, b or c". */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
