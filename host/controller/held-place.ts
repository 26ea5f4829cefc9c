import { HoldfastError } from '../common/errors.ts';
import { type PlaceAxis, parsePlace, parsePoint } from '../core/points.ts';

/** Where the machine is held, as somebody wrote it: steps, or what only an axis tells the steps of, such as `12.9 km`. */

const STEPS = /^[+-]?\d{1,19}$/;

/** In the coordinates of the source: x, or x and y of a plane. */
type Steps = readonly [x: bigint, y?: bigint];

export class HeldPlace {
  readonly text: string;
  #steps: Steps | null;
  /** An edition told the place. */
  #isRead = false;

  constructor(text: string) {
    this.text = text;
    this.#steps = STEPS.test(text) ? [BigInt(text)] : null;
  }

  /** null while no edition says what its axes count. */
  get steps(): Steps | null {
    return this.#steps;
  }

  /**
   * Reads the place against the axis of an edition, or both of a plane. A later edition whose axes count something else leaves the
   * machine where it is.
   * @throws HoldfastError as `parsePlace` and `parsePoint` do, when no axis gave a place before
   */
  readOn([x, y]: readonly PlaceAxis[]): void {
    if (x === undefined) throw new RangeError('a map has an axis');
    try {
      if (y === undefined) this.#steps = [parsePlace(this.text, '--at', x)];
      else {
        const point = parsePoint(this.text, '--at', [x, y]);
        this.#steps = [point.x, point.y];
      }
    } catch (error) {
      if (!this.#isRead || !(error instanceof HoldfastError)) throw error;
    }
    this.#isRead = true;
  }
}
