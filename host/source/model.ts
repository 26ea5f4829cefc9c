/**
 * The model: what a map source says, checked and in stored coordinates, before it is resolved into a partition.
 * Plain data. A stored coordinate is an i32 relative to the axis origin: stored = source - origin.
 */

import type { CycleBudget } from '../cycles/table.ts';
import type { ACTION_NAMES, AXIS_KIND_NAMES } from '../format.ts';
import type { Rational } from './decimal.ts';
import type { Place } from './place.ts';

/** What the loop does in a gap. */
export type ActionName = (typeof ACTION_NAMES)[number];

/** Half-open interval [from, to) in stored coordinates of an axis, or in ticks of the phase. */
export interface Interval {
  readonly from: number;
  readonly to: number;
  readonly place: Place;
}

/** What the coordinates of an axis are: plain numbers, or moments counted since 1970-01-01T00:00:00Z. */
export type AxisKind = (typeof AXIS_KIND_NAMES)[number];

/** One axis: [min, max) in stored coordinates, |min|, |max| at most 2^30. */
export interface AxisModel {
  readonly kind: AxisKind;
  readonly name: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Added to a stored coordinate to give the source's, in steps of the axis. */
  readonly origin: bigint;
  /** Steps of the axis in one unit; 1 unless the source says so. */
  readonly scale: number;
  /** A ring: max is the same place as min. */
  readonly wraps: boolean;
}

/** The counter of the machine: ticks from 0 to the period, after which they begin again. */
export interface PhaseModel {
  /** What the period and windows are written in: `tick`, or a unit of time. */
  readonly unit: string;
  /** Ticks in one unit. */
  readonly scale: number;
  /** Ticks, 1 to 2^31 - 1. */
  readonly period: number;
  /** Windows may run over the end of the period. */
  readonly wraps: boolean;
}

/** What numbers of a map count, for people: an image has it, devices have no use for it. */
export interface MapUnits {
  /** Of limits; null: not said. */
  readonly limit: string | null;
  /** Of phases, `tick` where nothing else is said, and the ticks in one. */
  readonly phase: Pick<PhaseModel, 'unit' | 'scale'>;
}

/** Ticks, and limits of which nobody said what they count. */
export const UNITS_NONE: MapUnits = { limit: null, phase: { unit: 'tick', scale: 1 } };

/** What was rounded, for the report; places are displaced by at most this. */
export interface RoundingModel {
  /** What its numbers are of, such as `axis "s"`. */
  readonly of: string;
  readonly rule: 'nearest' | 'down' | 'up';
  readonly count: number;
  /** The largest displacement, with its unit. */
  readonly displacement: string;
  /** Which number was displaced so far. */
  readonly worst: string;
}

/** What a table says and nothing uses: one sentence, without its full stop. */
export interface Remark {
  /** Of the entry that names the table. */
  readonly place: Place;
  readonly words: string;
}

/** A named place, such as a station or a milepost: for people, never in an image. */
export interface MarkModel {
  readonly name: string;
  /** Stored coordinate. */
  readonly at: number;
}

/** How the machine brakes before its limit falls. */
export interface ApproachModel {
  readonly place: Place;
  /** How much the square of a limit grows with a step of the axis, along the braking curve; above 0. */
  readonly perStep: Rational;
  /** Into how many equal parts each fall is cut, 1 to 64. */
  readonly steps: number;
  /** Steps of the axis that the braking ends before the fall. */
  readonly margin: number;
  /** Which way the machine moves. */
  readonly toward: 'max' | 'min' | 'both';
}

/** What tells rows of one table apart, for messages. */
export interface RowsApart {
  /** What to do where the rows of two lines differ in a column that nothing uses, and what otherwise; undefined where none differs. */
  remedy(line: number, other: number, otherwise: string): string | undefined;
}

export interface TableRowModel {
  readonly line: number;
  /** The same for all rows of a table. */
  readonly table: RowsApart;
}

/** What rows of a table cover, or may cover, behind the places that are written as their ends, for messages. */
export interface HeldEnd {
  /** Steps of the axis. */
  readonly steps: number;
  /** How somebody says that it is otherwise: that rows hold nothing behind (`--ends exclusive`), or that they do. */
  readonly say: string;
}

export interface ZoneModel {
  readonly id: string;
  readonly place: Place;
  /** Rising, apart from each other, at least one. */
  readonly at: readonly Interval[];
  /** Phase windows, rising, apart from each other; null: every phase. */
  readonly when: readonly Interval[] | null;
  /** 0 to 255. */
  readonly tier: number;
  /** i32, or null for none. */
  readonly limit: number | null;
  /** undefined: it ends where it is said to. */
  readonly heldEnd?: HeldEnd | undefined;
  /** What rows of its table may hold behind their ends, where nobody said so; the same list for all of them. */
  readonly likelyEnds?: readonly HeldEnd[] | undefined;
  /** The row of a table that it comes from. */
  readonly row?: TableRowModel | undefined;
}

export interface GapRuleModel {
  readonly id: string;
  readonly place: Place;
  /** null: `anywhere`, the catch-all. */
  readonly at: readonly Interval[] | null;
  readonly when: readonly Interval[] | null;
  readonly action: ActionName;
  readonly limit: number | null;
  /** Takes its place out of the zones under it. */
  readonly cuts: boolean;
}

/** An ordered pair of zones, as indices into `zones`: `over` wins where both are. */
export interface OverlapOrder {
  readonly over: number;
  readonly under: number;
  readonly place: Place;
}

export type OverlapPolicy =
  | { readonly kind: 'forbid' }
  | { readonly kind: 'by-tier' }
  | { readonly kind: 'lowest-limit' }
  | { readonly kind: 'list'; readonly orders: readonly OverlapOrder[] };

/** An edition that this one may replace: its epoch and, when given, 1 to 16 lower-case hex digits of its hash. */
export interface Replaced {
  readonly epoch: number;
  readonly hashPrefix: string;
}

export interface MapModel {
  readonly place: Place;
  readonly map: string;
  readonly device: string;
  /** u32, at least 1. */
  readonly epoch: number;
  /** At most 8; empty: a first edition. */
  readonly replaces: readonly Replaced[];
  readonly axis: AxisModel;
  readonly axisPlace: Place;
  /** Ticks, 1 to 2^31 - 1; 1: no phases. */
  readonly phasePeriod: number;
  /** null: the source has no phases. */
  readonly phase: PhaseModel | null;
  readonly zones: readonly ZoneModel[];
  readonly gapRules: readonly GapRuleModel[];
  readonly overlaps: OverlapPolicy;
  /** null: limits fall where they fall. */
  readonly approach: ApproachModel | null;
  /** Rising. */
  readonly marks: readonly MarkModel[];
  readonly outside: ActionName;
  readonly fault: ActionName;
  /** Search steps that a check may take; null: no budget given. */
  readonly budgetSteps: number | null;
  /** Cycles of a board that calls may take; null: no budget given. */
  readonly budgetCycles: CycleBudget | null;
  /** The unit of limits, for people; null: not declared. */
  readonly limitUnit: string | null;
  /** What the source asked to round, and how far that went; empty: every number was exact. */
  readonly roundings: readonly RoundingModel[];
  /** What its tables hold that is not used, for people. */
  readonly unused: readonly Remark[];
}
