import type { Pipeline } from './pipeline.ts';

/** Which branch is predicted to be taken: one at an address, none, or nobody knows. */
export type Predicted = number | 'none' | 'unknown';

/** What a load leaves to the instruction after it, and which branch is predicted. */
export class RiscvPipeline implements Pipeline {
  /** Registers, a bit each, that the instruction before may have loaded. */
  readonly loaded: number;
  /** Whether it loaded the one register of `loaded`, on every way here. */
  readonly isLoadSure: boolean;
  readonly predicted: Predicted;

  constructor(loaded: number, isLoadSure: boolean, predicted: Predicted) {
    this.loaded = loaded;
    this.isLoadSure = isLoadSure;
    this.predicted = predicted;
  }

  join(other: Pipeline): RiscvPipeline {
    if (!(other instanceof RiscvPipeline)) throw new TypeError('pipelines of two kinds');
    return new RiscvPipeline(
      this.loaded | other.loaded,
      this.isLoadSure && other.isLoadSure && this.loaded === other.loaded,
      this.predicted === other.predicted ? this.predicted : 'unknown',
    );
  }

  covers(other: Pipeline): boolean {
    const joined = this.join(other);
    return (
      joined.loaded === this.loaded &&
      joined.isLoadSure === this.isLoadSure &&
      joined.predicted === this.predicted
    );
  }
}

/** When a function is called: what stands before the call loads nothing that the function's first instruction needs. */
export const AT_CALL = new RiscvPipeline(0, false, 'unknown');
