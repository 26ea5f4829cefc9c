import { HoldfastError } from '../common/errors.ts';
import { type PlaceAxis, parsePlace } from '../core/points.ts';

/** Where the machine is held, as somebody wrote it: steps, or what only an axis tells the steps of, such as `12.9 km`. */

const STEPS = /^[+-]?\d{1,19}$/;

export class HeldPlace {
  readonly text: string;
  #steps: bigint | null;

  constructor(text: string) {
    this.text = text;
    this.#steps = STEPS.test(text) ? BigInt(text) : null;
  }

  /** In the coordinates of the source; null while no edition says what its axis counts. */
  get steps(): bigint | null {
    return this.#steps;
  }

  /**
   * Reads the place against the axis of an edition. A later edition whose axis counts something else leaves the machine where it is.
   * @throws HoldfastError as `parsePlace` does, when no axis gave a place before
   */
  readOn(axis: PlaceAxis): void {
    try {
      this.#steps = parsePlace(this.text, '--at', axis);
    } catch (error) {
      if (this.#steps === null || !(error instanceof HoldfastError)) throw error;
    }
  }
}
