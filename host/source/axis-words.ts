/** Coordinates of an axis in words for people, and the step from stored ones to those of the source. */

import type { AxisModel } from './model.ts';
import { formatTimestamp } from './timestamp.ts';

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
