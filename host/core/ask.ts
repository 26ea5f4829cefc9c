/** Questions in the source's coordinates, answers in the source's ids: what `holdfast check` prints. */

import { type DecodedBody, decodeBody } from '../body/decode.ts';
import type { PhaseWindow, Rule } from '../body/partition.ts';
import type { StateName } from '../body/words.ts';
import { HoldfastError } from '../common/errors.ts';
import { BUILD_LIMITS } from '../format.ts';
import { parseImage } from '../image/container.ts';
import type { ActionName, AxisModel, MapUnits, MarkModel } from '../source/model.ts';
import { openImage } from './checker.ts';
import type { Core, Sweep } from './core.ts';

const I32_MIN = -(2 ** 31);
const I32_MAX = 2 ** 31 - 1;

export interface Question {
  /** In the coordinates of the source, origin included. */
  x: bigint;
  /** The same along the second axis of a plane. */
  y?: bigint;
  /** Ticks, u32. */
  phase: number;
}

/** One verdict, as programs may rely on it. */
export interface Answer {
  /** The x that was asked for. */
  at: number | bigint;
  phase: number;
  state: StateName;
  /** Id of the zone that covers the place; null elsewhere. */
  zone: string | null;
  tier: number | null;
  limit: number | null;
  action: ActionName | null;
  /** Id of the gap rule; null outside gaps. */
  gap: string | null;
  /** Steps of the axis to the nearest gap or end of the axis; 0 in a gap, null off the map. */
  toGapAhead: number | null;
  toGapBehind: number | null;
  epoch: number;
}

/** How far a move is safe. */
export interface MoveAnswer {
  from: number | bigint;
  to: number | bigint;
  phase: number;
  /** See `Sweep`. */
  end: Sweep['end'];
  /** Steps of the axis that are safe. */
  safe: number;
  /** The last place that is safe when the move is, and where coverage ends otherwise; on a ring within the axis. */
  until: number | bigint;
  tier: number | null;
  limit: number | null;
  /** Where on the safe part the limit first falls below that of the first point, and to what; null where it does not. */
  lower: { at: number | bigint; after: number; limit: number } | null;
  /** The verdict for the first point. */
  start: Answer;
  /** State, gap and action where coverage ends; null unless it ends. */
  stop: Pick<Answer, 'state' | 'gap' | 'action'> | null;
  epoch: number;
}

/** A stored coordinate as `check` takes it. What no i32 holds is off every axis, and stays off it when it is cut to one. */
export function storedCoordinate(axis: Pick<AxisModel, 'origin'>, x: bigint): number {
  const stored = x - axis.origin;
  if (stored < BigInt(I32_MIN)) return I32_MIN;
  return stored > BigInt(I32_MAX) ? I32_MAX : Number(stored);
}

/** On the build that controllers have, where it admits the image: the large one takes 64 MiB, and milliseconds to get them. */
export async function openOnSmallest(image: Uint8Array): Promise<Core> {
  if (image.length > BUILD_LIMITS.device.arenaBytes) return openImage(image);
  try {
    return await openImage(image, { build: 'device' });
  } catch (error) {
    if (!(error instanceof HoldfastError && error.code === 'NOT_ADMITTED')) throw error;
    return openImage(image);
  }
}

/** A number where it is exact. */
export function asNumber(x: bigint): number | bigint {
  return Number.isSafeInteger(Number(x)) ? Number(x) : x;
}

/** An image that answers questions. */
export class MapImage {
  readonly axis: AxisModel;
  readonly core: Core;
  readonly windows: readonly PhaseWindow[];
  readonly rules: readonly Rule[];
  readonly units: MapUnits;
  /** Of its source, where that is at hand; images hold none. */
  readonly marks: readonly MarkModel[];

  private constructor(
    core: Core,
    { axis, windows, rules }: DecodedBody,
    units: MapUnits,
    marks: readonly MarkModel[],
  ) {
    this.marks = marks;
    this.core = core;
    this.axis = axis;
    this.windows = windows;
    this.rules = rules;
    this.units = units;
  }

  /**
   * `marks`: of the source that the image is of.
   * @throws what `parseImage`, `decodeBody` and `openImage` throw
   */
  static async open(image: Uint8Array, marks: readonly MarkModel[] = []): Promise<MapImage> {
    const { body, identity } = parseImage(image);
    return new MapImage(await openOnSmallest(image), decodeBody(body), identity.units, marks);
  }

  /** Id of a zone or gap rule by its index; null for one that the image does not have. */
  ruleId(rule: number): string | null {
    return this.rules[rule]?.id ?? null;
  }

  ask({ x, phase }: Question): Answer {
    const stored = storedCoordinate(this.axis, x);
    return this.#answer({ x, phase }, stored, this.core.check(phase, stored));
  }

  /** How far the straight move from `x` to `to` is safe. */
  sweep({ x, phase }: Question, to: bigint): MoveAnswer {
    const [x0, x1] = [storedCoordinate(this.axis, x), storedCoordinate(this.axis, to)];
    const { startWord, end, distance, tier, limit, epoch, endWord, lower } = this.core.sweep(phase, x0, x1);
    const placeAfter = (steps: number) => this.#around(to >= x ? x + BigInt(steps) : x - BigInt(steps));
    const until = placeAfter(distance);
    const { state, gap, action } = this.#answer(
      { x: until, phase },
      storedCoordinate(this.axis, until),
      endWord,
    );
    return {
      from: asNumber(x),
      to: asNumber(to),
      phase,
      end,
      safe: distance,
      until: asNumber(until),
      tier,
      limit,
      lower:
        lower === null
          ? null
          : { at: asNumber(placeAfter(lower.distance)), after: lower.distance, limit: lower.limit },
      start: this.#answer({ x, phase }, x0, startWord),
      stop: end === 'uncovered' || end === 'at-start' ? { state, gap, action } : null,
      epoch,
    };
  }

  /** Ticks until another rule answers for a place than in its phase; 0: none ever does. */
  untilChange({ x, phase }: Question): number {
    return this.core.untilChange(phase, storedCoordinate(this.axis, x));
  }

  /** The place within the axis of a ring. */
  #around(x: bigint): bigint {
    const { min, max, origin, wraps } = this.axis;
    if (!wraps) return x;
    const [first, length] = [BigInt(min) + origin, BigInt(max - min)];
    return first + ((((x - first) % length) + length) % length);
  }

  #answer({ x, phase }: Question, stored: number, word: number): Answer {
    const verdict = this.core.verdict(word, stored);
    const id = verdict.rule === null ? null : this.ruleId(verdict.rule);
    return {
      at: asNumber(x),
      phase,
      state: verdict.state,
      zone: verdict.state === 'covered' ? id : null,
      tier: verdict.tier,
      limit: verdict.limit,
      action: verdict.action,
      gap: verdict.state === 'gap' ? id : null,
      toGapAhead: verdict.toGapAhead,
      toGapBehind: verdict.toGapBehind,
      epoch: verdict.epoch,
    };
  }
}
