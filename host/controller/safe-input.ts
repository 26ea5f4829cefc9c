/**
 * The safe input of the virtual controller: a file that anyone can change while it runs.
 *
 *     echo parked > .holdfast/safe-input      the machine is parked
 *     echo moving > .holdfast/safe-input      it is not
 *
 * Like an input with nothing connected, a file that is absent or says anything else means "not parked".
 */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Clock } from '../common/clock.ts';

/** The file is looked at no more often than this. */
const SAFE_INPUT_POLL_MS = 10;

export class SafeInput {
  readonly #path: string;
  readonly #clock: Clock;
  #isParked = false;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** Whether the machine is parked, as of at most 10 ms ago. */
  isParked(): boolean {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#readAtMs >= SAFE_INPUT_POLL_MS) {
      this.#readAtMs = nowMs;
      this.#isParked = readParked(this.#path);
    }
    return this.#isParked;
  }
}

/** Switches the safe input; whole at every moment for whoever reads it meanwhile. */
export function setSafeInput(path: string, content: 'parked' | 'moving'): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, `${content}\n`);
  renameSync(temporary, path);
}

function readParked(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').trim() === 'parked';
  } catch {
    return false;
  }
}
