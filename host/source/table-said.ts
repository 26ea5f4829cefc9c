/** What somebody may say of a table: how it is written, and what its rows mean. The same words serve options and sources. */

import type { EncodingName } from '../table/encoding.ts';
import type { LayoutSaid } from '../table/layout.ts';
import type { DecimalMark, ThousandsMark } from '../table/numbers.ts';
import type { RowsSaid } from '../table/rows.ts';

export const ROW_ORDERS = ['rising', 'falling', 'either'] as const;
export type RowOrder = (typeof ROW_ORDERS)[number];

export interface TableSaid extends LayoutSaid, RowsSaid {
  readonly encoding?: EncodingName | undefined;
  readonly decimal?: DecimalMark | undefined;
  readonly thousands?: ThousandsMark | undefined;
  /** How dates are written: `dd`, `mm` and `yyyy` with what stands between them, such as `dd.mm.yyyy`. */
  readonly dates?: string | undefined;
  /** Of timestamps that have none: `Z`, `+01:00`. */
  readonly offset?: string | undefined;
  /** Places are times of a day, such as 22:00. */
  readonly clock?: boolean | undefined;
  /** On an axis of time, bare numbers count since 1970-01-01T00:00:00Z. */
  readonly since1970?: boolean | undefined;
  /** Whether a row holds the place at which it ends: one step of the axis, a whole day behind a date, or the width that is given. */
  readonly ends?: 'exclusive' | 'inclusive' | (string & {}) | undefined;
  /** Which of its two places a row begins with; `rising` unless said. */
  readonly order?: RowOrder | undefined;
  /** A row holds until the next one begins. */
  readonly until?: 'next' | undefined;
  /** Where a row ends that says no end; `row`: the last row only says where the one before ends. */
  readonly end?: string | undefined;
  /** What an empty field of a limit stands for: no limit, or that of the row above. */
  readonly emptyLimit?: 'none' | 'same' | undefined;
  /** `column=value` or `column!=value`: the rows that are read. */
  readonly where?: readonly string[] | undefined;
  /** Columns that are known to be unused. */
  readonly unused?: readonly string[] | undefined;
  /** `any`: ids are made of whatever text stands in their column. */
  readonly ids?: 'any' | undefined;
  /** A column whose values are phases, in the order of their names. */
  readonly phases?: PhasesSaid | undefined;
}

export interface PhasesSaid {
  readonly column: string;
  readonly names: readonly string[];
  /** The value that stands for every phase. */
  readonly all?: string | undefined;
}

export const DECIMAL_NAMES: Readonly<Record<string, DecimalMark>> = {
  point: '.',
  comma: ',',
  '.': '.',
  ',': ',',
};

export const THOUSANDS_NAMES: Readonly<Record<string, ThousandsMark>> = {
  point: '.',
  comma: ',',
  space: ' ',
  apostrophe: "'",
  none: 'none',
  '.': '.',
  ',': ',',
};
