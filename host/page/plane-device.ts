import type { Core } from '../core/core.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import type { DevicePiece, FlashPiece } from './data.ts';
import { bootCore, storedPlace } from './device.ts';
import type { PlaneMap } from './plane-map.ts';

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
    const verdict = this.#core.verdict(this.#core.check(phase, placeX, placeY), placeX, placeY);
    const { rule, state, tier, limit, action, epoch } = verdict;
    const id = rule === null ? null : (this.#rules[rule]?.id ?? null);
    return {
      ...{ at: [x.toString(), y.toString()], phase, state },
      zone: state === 'covered' ? id : null,
      ...{ tier, limit, action },
      gap: state === 'gap' ? id : null,
      epoch,
    };
  }
}
