import type { Sweep } from '../core/core.ts';
import { type PlaneMoveOutcome, planeMoveWords } from '../core/plane-move-words.ts';
import { sourceCoordinate } from '../source/axis-words.ts';
import type { PlaneMap } from './plane-map.ts';

/** A straight move that a reader draws over a plane, and how far the core says that it is safe. */

/** A place as offsets from the minima. */
export type Offset = readonly [x: number, y: number];

export interface PlaneMove {
  readonly from: Offset;
  readonly to: Offset;
  readonly phase: number;
  /** Of the axis along which it is longer. */
  readonly steps: number;
  readonly end: Sweep['end'];
  /** Steps of it that are safe. */
  readonly safe: number;
  /** Where the limit first falls below that of the first place, in steps of the move; null: nowhere. */
  readonly lower: { readonly after: number; readonly limit: number } | null;
  readonly tier: number | null;
  readonly limit: number | null;
  /** What answers where coverage ends; null: the whole move is safe, or the map follows it no farther. */
  readonly stop: PlaneMoveOutcome['stop'];
}

/** Steps of a move. */
export function stepsOf(from: Offset, to: Offset): number {
  return Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]));
}

/** Where a move is after so many of its steps. */
export function placeAfter(
  { from, to, steps }: Pick<PlaneMove, 'from' | 'to' | 'steps'>,
  after: number,
): Offset {
  if (steps === 0) return from;
  const along = (axis: 0 | 1) => from[axis] + Math.trunc(((to[axis] - from[axis]) * after) / steps);
  return [along(0), along(1)];
}

/** How far it is safe, in words. */
export function moveWords(move: PlaneMove, { plane, head }: PlaneMap): string {
  const [ofX, ofY] = plane.axes;
  const source = ([x, y]: Offset) =>
    [sourceCoordinate(ofX, ofX.min + x), sourceCoordinate(ofY, ofY.min + y)] as const;
  const places = {
    from: source(move.from),
    to: source(move.to),
    until: source(placeAfter(move, move.safe)),
  };
  const { axes, longestMove } = plane;
  return planeMoveWords({ ...move, ...places }, { axes, units: head.units, longestMove });
}
