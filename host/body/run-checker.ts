/** What a cell says of its covered run: indices into KEYS, and the places that they name. */
interface Ends {
  readonly behind: number;
  readonly ahead: number;
  readonly start: number;
  readonly end: number;
}

interface MetRun extends Ends {
  /** The cell at which it was met. */
  readonly met: number;
}

/**
 * Follows the cells of a list in order and knows whether the runs that they name are the stretches of covered cells, SPEC sections 2.5
 * and 2.7; as assembly/admit/line-cells.ts does.
 */
export class RunChecker {
  readonly #axisLength: number;
  readonly #wraps: boolean;
  #run: MetRun | undefined;
  /** The run that the list begins in. */
  #first: MetRun | undefined;

  constructor(axisLength: number, wraps: boolean) {
    this.#axisLength = axisLength;
    this.#wraps = wraps;
  }

  /** Takes the next cell. Gives whether its run fits those before. */
  take(covered: boolean, cellStart: number, ends: Ends): boolean {
    const { behind, ahead, start, end } = ends;
    const run = this.#run;
    if (!covered) {
      this.#run = undefined;
      return (run === undefined || run.end === cellStart) && behind === 0 && ahead === 0;
    }
    if (end === this.#axisLength && ahead !== 0) return false;
    if (run !== undefined) return start === run.start && end === run.end;
    this.#run = { ...ends, met: cellStart };
    if (cellStart === 0) this.#first = this.#run;
    return start === cellStart || (this.#wraps && cellStart === 0);
  }

  /** Whether the list may end behind the cell taken last. */
  endsRight(): boolean {
    const [run, first] = [this.#run, this.#first];
    if (first !== undefined && first.start !== 0) {
      return (
        run !== undefined && run.met === first.start && run.start === first.start && run.end === first.end
      );
    }
    if (run === undefined) return true;
    return run.end === this.#axisLength && (!this.#wraps || run === first || first === undefined);
  }
}
