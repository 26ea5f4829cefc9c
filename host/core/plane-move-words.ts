import type { AxisModel, MapUnits } from '../source/model.ts';
import { readableLength, readablePlace } from '../source/readable.ts';
import { type MoveOutcome, wordsOfMove } from './answer-words.ts';

/** How far a straight move through a plane is safe, in words. Runs in Node and in the page. */

/** A place in the coordinates of the source. */
export type PlanePoint = readonly [x: number | bigint, y: number | bigint];

/** Lengths are in steps of the axis along which the move is longer. */
export type PlaneMoveOutcome = Omit<MoveOutcome, 'lower'> & {
  readonly from: PlanePoint;
  readonly to: PlanePoint;
  /** After the steps that are safe. */
  readonly until: PlanePoint;
  readonly safe: number;
  readonly lower: { readonly after: number; readonly limit: number } | null;
};

export interface PlaneMoveMap {
  readonly axes: readonly [AxisModel, AxisModel];
  readonly units: MapUnits;
  /** Steps of a move at most; 0: no moves are followed. */
  readonly longestMove: number;
}

/** One line for people: `safe for 4 m along x, lowest limit 1000 mm/s; coverage ends at [52 m, 41 m]: gap people, hold`. */
export function planeMoveWords(move: PlaneMoveOutcome, { axes, units, longestMove }: PlaneMoveMap): string {
  const { from, to, until, end, safe, lower } = move;
  const along = (axis: 0 | 1) => Math.abs(Number(BigInt(to[axis]) - BigInt(from[axis])));
  const [x, y] = [along(0), along(1)];
  const longer = axes[y > x ? 1 : 0];
  const way = (steps: number) => `${readableLength(steps, longer)} along ${longer.name}`;
  if (end === 'bound' && longestMove === 0)
    return 'the map follows no moves: its source says nothing of "moves"';
  if (end === 'bound' && Math.max(x, y) > longestMove) {
    const most = readableLength(longestMove, longer);
    return `not followed: the move is ${way(Math.max(x, y))}, and the map follows moves of up to ${most} along an axis`;
  }
  const texts = {
    ...{ safe: way(safe), from: pointWords(from, axes), until: pointWords(until, axes) },
    ...{ lower: lower === null ? '' : `after ${way(lower.after)}`, axes: 'the plane' },
  };
  return wordsOfMove(move, texts, units);
}

/** `[12 m, 4.5 m]`. */
export function pointWords([x, y]: PlanePoint, axes: PlaneMoveMap['axes']): string {
  return `[${readablePlace(x, axes[0])}, ${readablePlace(y, axes[1])}]`;
}
