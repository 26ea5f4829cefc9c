import { setTimeout as pause } from 'node:timers/promises';

/** What is done again and again until all of it is stopped; what fails is told, and tried again. */
export class Loops {
  readonly #onTrouble: (words: string) => void;
  readonly #running: Promise<void>[] = [];
  readonly #end = new AbortController();

  constructor(onTrouble: (words: string) => void) {
    this.#onTrouble = onTrouble;
  }

  /** Aborted when all is stopped: what takes long looks at it. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Does something now, and then again some time after it is done, or as soon as `now` is called. */
  every(ms: number, work: () => Promise<void>): { readonly now: () => void } {
    let rouse = () => {};
    let isRoused = false;
    const { signal } = this.#end;
    const loop = async (): Promise<void> => {
      while (!signal.aborted) {
        isRoused = false;
        await work().catch((error: unknown) => this.#onTrouble(String(error)));
        if (isRoused) continue;
        const waiting = new AbortController();
        rouse = () => waiting.abort();
        const either = AbortSignal.any([signal, waiting.signal]);
        await pause(ms, undefined, { signal: either }).catch(() => {});
      }
    };
    this.#running.push(loop());
    return {
      now: () => {
        isRoused = true;
        rouse();
      },
    };
  }

  /** Resolves when what was being done is done. */
  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }
}
