/** What an import is asked for, what it takes from a table, and what it writes. */

import type { ActionName } from '../source/model.ts';
import type { SourceReader } from '../source/reader.ts';
import type { TableSaid } from '../source/table-said.ts';

export interface ImportOptions {
  /** Names of columns. */
  readonly from: string;
  /** Not needed where rows hold until the next one begins. */
  readonly to?: string | undefined;
  /** Several: a limit for each of several categories, which become phases in this order. */
  readonly limit?: string | readonly string[] | undefined;
  readonly id?: string | undefined;
  /** Column of the units of places. */
  readonly unitColumn?: string | undefined;
  /** Column of the units of limits. */
  readonly limitUnitColumn?: string | undefined;
  readonly map: string;
  readonly axis?: string | undefined;
  /** What bare numbers in the columns of places count; without it, what their names say. */
  readonly unit?: string | undefined;
  readonly axisUnit?: string | undefined;
  /** Steps of the axis in one of its units. */
  readonly scale?: number | undefined;
  /** A timestamp makes it an axis of time, whose table holds timestamps. */
  readonly origin?: string | undefined;
  readonly limitUnit?: string | undefined;
  /** Limits that have no unit in the table are multiplied by this. */
  readonly limitScale?: number | undefined;
  readonly epoch?: number | undefined;
  /** The editions that this one may replace, such as `11` or `11@3fa9c2`; an epoch above 1 needs it. `[]`: none. */
  readonly replaces?: readonly string[] | undefined;
  /** How the table is written, and what its rows mean. */
  readonly table?: TableSaid | undefined;
  /** Write a catch-all gap rule with this action. */
  readonly gaps?: ActionName | undefined;
  readonly reader?: SourceReader | undefined;
}

/** Everything that the written source takes from what was said and found. */
export interface ImportPlan {
  readonly map: string;
  readonly epoch: number;
  readonly replaces: readonly string[];
  readonly axisName: string;
  readonly axisUnit: string;
  readonly scale: number;
  readonly origin: string | undefined;
  readonly limitUnit: string | null;
  readonly gaps: ActionName | undefined;
  /** Names of the phases, in their order; empty: none. */
  readonly phases: readonly string[];
}

export interface ImportedRow {
  readonly id: string;
  /** Steps, origin included; rising. */
  readonly at: readonly { readonly from: bigint; readonly to: bigint }[];
  readonly limit: bigint | null;
  /** null: every phase. */
  readonly phase: number | null;
}
