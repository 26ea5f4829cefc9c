/** Coordinates of an axis in words for people, and the step from stored ones to those of the source. */

import type { AxisModel } from './model.ts';
import { formatTimestamp } from './timestamp.ts';

/** `[from, to) unit` in the coordinates of the source, timestamps on an axis of time; for messages and reports. */
export function formatRange(
  axis: Pick<AxisModel, 'kind' | 'unit' | 'origin' | 'scale'>,
  from: number,
  to: number,
): string {
  const range = `[${sourceWords(axis, from)}, ${sourceWords(axis, to)})`;
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

/** A stored coordinate as a source may write it: a timestamp, or the number of steps. */
export function sourceWords(
  axis: Pick<AxisModel, 'kind' | 'unit' | 'origin' | 'scale'>,
  stored: number,
): string {
  return formatCoordinate(axis, sourceCoordinate(axis, stored));
}

/** What lies where coverage ends: a gap, the end of the axis, or on a ring nothing, since it is covered all around. */
export type Reach = 'gap' | 'end' | 'around';

/** What a distance to the nearest gap leads to, from a stored coordinate. */
export function reachOf(
  { min, max, wraps }: Pick<AxisModel, 'min' | 'max' | 'wraps'>,
  stored: number,
  distance: number,
  side: 'ahead' | 'behind',
): Reach {
  if (wraps) return distance >= max - min ? 'around' : 'gap';
  return distance >= (side === 'ahead' ? max - stored : stored - min) ? 'end' : 'gap';
}

/** Steps from `from` to `to`; on a ring the way may lead over the seam. */
export function lengthOf(axis: Pick<AxisModel, 'min' | 'max' | 'wraps'>, from: number, to: number): number {
  return to > from || !axis.wraps ? to - from : to - from + (axis.max - axis.min);
}
