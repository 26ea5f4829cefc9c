/**
 * The model: what a map source says, checked and in stored coordinates, before it is resolved into a partition.
 * Plain data. A stored coordinate is an i32 relative to the axis origin: stored = source - origin.
 */

import { formatTimestamp } from './timestamp.ts';

/** A place in a source file; line and column count from 1, the column in UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What the loop does in a gap, in the order of the action codes of SPEC section 3. */
export const ACTION_NAMES = ['stop', 'hold', 'slow', 'skip', 'continue'] as const;
export type ActionName = (typeof ACTION_NAMES)[number];

/** Half-open interval [from, to) in stored coordinates of an axis, or in ticks of the phase. */
export interface Interval {
  readonly from: number;
  readonly to: number;
  readonly place: Place;
}

/** What the coordinates of an axis are: plain numbers, or moments counted since 1970-01-01T00:00:00Z. */
export type AxisKind = 'number' | 'time';

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
  readonly zones: readonly ZoneModel[];
  readonly gapRules: readonly GapRuleModel[];
  readonly overlaps: OverlapPolicy;
  readonly outside: ActionName;
  readonly fault: ActionName;
  /** Search steps that a check may take; null: no budget given. */
  readonly budgetSteps: number | null;
  /** The unit of limits, for people; null: not declared. */
  readonly limitUnit: string | null;
}

/** `[from, to) unit` in the coordinates of the source, timestamps on an axis of time; for messages and reports. */
export function formatRange(
  axis: Pick<AxisModel, 'kind' | 'unit' | 'origin' | 'scale'>,
  from: number,
  to: number,
): string {
  const words = (stored: number) => formatCoordinate(axis, sourceCoordinate(axis, stored));
  const range = `[${words(from)}, ${words(to)})`;
  return axis.kind === 'time' ? range : `${range} ${stepName(axis)}`;
}

/** A coordinate of the source for people: a timestamp in UTC on an axis of time, else digits. */
export function formatCoordinate(axis: Pick<AxisModel, 'kind' | 'unit' | 'scale'>, value: bigint): string {
  return axis.kind === 'time' ? formatTimestamp(axis, value) : value.toString();
}

/** What a coordinate counts: the unit, or a part of it on an axis with a scale. */
export function stepName(axis: Pick<AxisModel, 'unit' | 'scale'>): string {
  return axis.scale === 1 ? axis.unit : `steps of 1/${axis.scale} ${axis.unit}`;
}

/** The coordinate of the source that a stored one stands for. */
export function sourceCoordinate(axis: Pick<AxisModel, 'origin'>, stored: number): bigint {
  return BigInt(stored) + axis.origin;
}
