/** Questions to a plane in the coordinates of its source, answers in its ids: what `holdfast check` prints. */

import { decodePlane } from '../body/decode-plane.ts';
import type { PlanePartition } from '../body/plane-partition.ts';
import { HoldfastError } from '../common/errors.ts';
import { parseImage } from '../image/container.ts';
import type { AxisModel, MapUnits } from '../source/model.ts';
import { readablePlace } from '../source/readable.ts';
import { limitWords, zoneLimitWords } from '../source/unit-words.ts';
import {
  type Answer,
  asNumber,
  type MoveAnswer,
  openOnSmallest,
  type Question,
  storedCoordinate,
} from './ask.ts';
import type { Core } from './core.ts';
import { planeMoveWords, pointWords } from './plane-move-words.ts';

/** One verdict; a plane has no distances along an axis. */
export type PlaneAnswer = Omit<Answer, 'at' | 'toGapAhead' | 'toGapBehind'> & {
  /** The point that was asked for. */
  at: [x: number | bigint, y: number | bigint];
};

/** How far a move is safe; steps are those of the axis along which it is longer. */
export type PlaneMoveAnswer = Omit<MoveAnswer, 'from' | 'to' | 'until' | 'lower' | 'start'> & {
  from: [x: number | bigint, y: number | bigint];
  to: [x: number | bigint, y: number | bigint];
  /** After the steps that are safe, whole along both axes: along the other one no farther than the move is. */
  until: [x: number | bigint, y: number | bigint];
  lower: { at: [x: number | bigint, y: number | bigint]; after: number; limit: number } | null;
  start: PlaneAnswer;
};

type Point = Required<Pick<Question, 'x' | 'y'>>;

/** An image of a plane that answers questions. */
export class PlaneImage {
  readonly shape = 'plane';
  readonly axes: readonly [AxisModel, AxisModel];
  readonly core: Core;
  readonly rules: PlanePartition['rules'];
  readonly units: MapUnits;
  /** Steps and cells of a move at most; 0: no moves are followed. */
  readonly moves: Pick<PlanePartition, 'longestMove' | 'mostCells'>;

  private constructor(
    core: Core,
    {
      axes,
      rules,
      longestMove,
      mostCells,
    }: Pick<PlanePartition, 'axes' | 'rules' | 'longestMove' | 'mostCells'>,
    units: MapUnits,
  ) {
    this.moves = { longestMove, mostCells };
    this.core = core;
    this.axes = axes;
    this.rules = rules;
    this.units = units;
  }

  /** @throws what `parseImage`, `decodePlane` and `openImage` throw */
  static async open(image: Uint8Array): Promise<PlaneImage> {
    const { body, identity } = parseImage(image);
    const plane = decodePlane(body);
    return new PlaneImage(await openOnSmallest(image), plane, identity.units);
  }

  /** @throws HoldfastError USAGE for a question without y */
  ask({ x, y, phase }: Question): PlaneAnswer {
    if (y === undefined) throw withoutY();
    const [storedX, storedY] = [storedCoordinate(this.axes[0], x), storedCoordinate(this.axes[1], y)];
    return this.#answer({ x, y }, phase, this.core.check(phase, storedX, storedY));
  }

  /**
   * How far the straight move from the place of a question to another one is safe.
   * @throws HoldfastError USAGE for a question without y, and for a place that no coordinates reach
   */
  sweep({ x, y, phase }: Question, to: Point): PlaneMoveAnswer {
    if (y === undefined) throw withoutY();
    const [from, end] = [this.#stored({ x, y }), this.#stored(to)];
    const move = this.core.sweepPlane(phase, from, end);
    const steps = Math.max(Math.abs(end[0] - from[0]), Math.abs(end[1] - from[1]));
    const after = (safe: number): Point => {
      const along = (one: bigint, other: bigint) =>
        steps === 0 ? one : one + ((other - one) * BigInt(safe)) / BigInt(steps);
      return { x: along(x, to.x), y: along(y, to.y) };
    };
    const until = after(move.distance);
    const { state, gap, action } = this.#answer(until, phase, move.endWord);
    const isStopped = move.end === 'uncovered' || move.end === 'at-start';
    const { lower } = move;
    return {
      ...{ from: numbers({ x, y }), to: numbers(to), phase, end: move.end, safe: move.distance },
      until: numbers(until),
      ...{ tier: move.tier, limit: move.limit },
      lower: lower && { at: numbers(after(lower.distance)), after: lower.distance, limit: lower.limit },
      start: this.#answer({ x, y }, phase, move.startWord),
      stop: isStopped ? { state, gap, action } : null,
      epoch: move.epoch,
    };
  }

  #stored({ x, y }: Point): [x: number, y: number] {
    return this.axes.map((axis, index) => {
      const asked = index === 0 ? x : y;
      const stored = storedCoordinate(axis, asked);
      if (BigInt(stored) + axis.origin === asked) return stored;
      throw new HoldfastError('USAGE', `${axis.name} ${asked} lies beyond all coordinates`, {
        remedy: 'Ask about a move to a place on the plane.',
      });
    }) as [number, number];
  }

  #answer({ x, y }: Point, phase: number, word: number): PlaneAnswer {
    const verdict = this.core.verdict(word, storedCoordinate(this.axes[0], x));
    const id = this.rules[verdict.rule ?? -1]?.id ?? null;
    return {
      at: numbers({ x, y }),
      phase,
      state: verdict.state,
      zone: verdict.state === 'covered' ? id : null,
      tier: verdict.tier,
      limit: verdict.limit,
      action: verdict.action,
      gap: verdict.state === 'gap' ? id : null,
      epoch: verdict.epoch,
    };
  }

  /** One line for people: `[12 m, 4.5 m]: covered by aisle, limit 2 m/s`. */
  words(answer: PlaneAnswer): string {
    return answerWords(answer, this);
  }

  /** One line for people: how far a move is safe, and why not farther. */
  moveWords(answer: PlaneMoveAnswer): string {
    const { axes, units, moves } = this;
    return planeMoveWords(answer, { axes, units, longestMove: moves.longestMove });
  }
}

function withoutY(): HoldfastError {
  return new HoldfastError('USAGE', 'a plane is asked at x and y', { remedy: 'Give both coordinates.' });
}

function numbers({ x, y }: Point): [x: number | bigint, y: number | bigint] {
  return [asNumber(x), asNumber(y)];
}

function answerWords(
  answer: PlaneAnswer,
  { axes, rules, units }: Pick<PlaneImage, 'axes' | 'rules' | 'units'>,
): string {
  const place = pointWords(answer.at, axes);
  const { state, action, limit } = answer;
  if (state === 'covered') {
    const isLimited = rules.some((rule) => rule.limit !== null);
    return `${place}: covered by ${answer.zone}${zoneLimitWords(limit, units, isLimited)}`;
  }
  if (state === 'gap') return `${place}: gap ${answer.gap}, ${action}${limitWords(limit, units)}`;
  if (state !== 'outside') return `${place}: ${state}, ${action}`;
  const ranges = axes.map((axis) => {
    const [min, max] = [axis.min, axis.max].map((stored) =>
      readablePlace(BigInt(stored) + axis.origin, axis),
    );
    return `${axis.name} [${min}, ${max})`;
  });
  return `${place}: outside of the axes or phases, ${action}; the axes are ${ranges.join(' and ')}`;
}
