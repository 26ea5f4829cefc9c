/** What an import is asked for, what it takes from a table, and what it writes. */

import type { ActionName } from '../source/model.ts';
import type { SourceReader } from '../source/reader.ts';

export interface ImportOptions {
  /** Names of columns. */
  readonly from: string;
  readonly to: string;
  readonly limit?: string | undefined;
  readonly id?: string | undefined;
  readonly map: string;
  readonly axis?: string | undefined;
  /** What the columns count; without it, the unit in which both their names end. */
  readonly unit?: string | undefined;
  readonly axisUnit?: string | undefined;
  /** Steps of the axis in one of its units. */
  readonly scale?: number | undefined;
  /** A timestamp makes it an axis of time, whose table holds timestamps. */
  readonly origin?: string | undefined;
  readonly limitUnit?: string | undefined;
  /** Limits are multiplied by this. */
  readonly limitScale?: number | undefined;
  readonly epoch?: number | undefined;
  readonly separator?: string | undefined;
  readonly decimalComma?: boolean | undefined;
  /** Intervals of the table hold the place at which they end: one unit of the table is added to it. */
  readonly closed?: boolean | undefined;
  /** Write a catch-all gap rule with this action. */
  readonly gaps?: ActionName | undefined;
  readonly reader?: SourceReader | undefined;
}

/** Everything that the written source takes from the table and from what was assumed. */
export interface ImportPlan {
  readonly file: string;
  readonly map: string;
  readonly epoch: number;
  readonly axisName: string;
  readonly tableUnit: string;
  readonly axisUnit: string;
  readonly scale: number;
  readonly origin: string | undefined;
  readonly limitUnit: string | undefined;
  readonly gaps: ActionName | undefined;
}

export interface ImportedRow {
  readonly id: string;
  /** Steps, origin included. */
  readonly from: bigint;
  readonly to: bigint;
  readonly limit: bigint | null;
  /** In the table, from 1. */
  readonly line: number;
}
