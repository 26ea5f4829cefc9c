import type { Core, Verdict } from '../core/core.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import type { DevicePiece, FlashPiece } from './data.ts';
import { bootCore, storedPlace } from './device.ts';
import type { PlaneMap } from './plane-map.ts';
import { type Offset, type PlaneMove, stepsOf } from './plane-move.ts';

/** The device in the page of a plane. */

/** A verdict, with the fields that `holdfast check` prints. */
export interface PlanePageAnswer {
  readonly at: readonly [x: string, y: string];
  readonly phase: number;
  readonly state: string;
  readonly zone: string | null;
  readonly tier: number | null;
  readonly limit: number | null;
  readonly action: ActionName | null;
  readonly gap: string | null;
  readonly epoch: number;
}

export class PlaneDevice {
  readonly #core: Core;
  readonly #axes: readonly [AxisModel, AxisModel];
  readonly #rules: PlaneMap['plane']['rules'];

  private constructor(core: Core, { axes, rules }: PlaneMap['plane']) {
    this.#core = core;
    this.#axes = axes;
    this.#rules = rules;
  }

  /** @throws RangeError when the core does not admit the edition that the page was made from. */
  static async boot(
    piece: DevicePiece,
    flash: readonly FlashPiece[],
    plane: PlaneMap['plane'],
  ): Promise<PlaneDevice> {
    return new PlaneDevice(await bootCore(piece, flash), plane);
  }

  /** What the loop would be told; x and y in the coordinates of the source. */
  ask(x: bigint, y: bigint, phase: number): PlanePageAnswer {
    const [placeX, placeY] = [storedPlace(this.#axes[0], x), storedPlace(this.#axes[1], y)];
    const { rule, state, tier, limit, action, epoch } = this.#verdict(
      this.#core.check(phase, placeX, placeY),
    );
    return {
      ...{ at: [x.toString(), y.toString()], phase, state },
      zone: state === 'covered' ? rule : null,
      ...{ tier, limit, action },
      gap: state === 'gap' ? rule : null,
      epoch,
    };
  }

  /** How far the straight move between two places is safe. */
  sweep(from: Offset, to: Offset, phase: number): PlaneMove {
    const stored = ([x, y]: Offset) => [x + this.#axes[0].min, y + this.#axes[1].min] as const;
    const sweep = this.#core.sweepPlane(phase, stored(from), stored(to));
    const { end, distance: safe, tier, limit, lower } = sweep;
    const { rule, state, action } = this.#verdict(sweep.endWord);
    const isStopped = end === 'uncovered' || end === 'at-start';
    return {
      ...{ from, to, phase, steps: stepsOf(from, to), end, safe, tier, limit },
      lower: lower && { after: lower.distance, limit: lower.limit },
      stop: isStopped ? { state, gap: state === 'gap' ? rule : null, action } : null,
    };
  }

  /** What a word says, with the id of its rule. */
  #verdict(word: number): Omit<Verdict, 'rule'> & { readonly rule: string | null } {
    const { rule, ...verdict } = this.#core.verdict(word, 0, 0);
    return { ...verdict, rule: rule === null ? null : (this.#rules[rule]?.id ?? null) };
  }
}
