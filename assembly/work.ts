/**
 * What a slice of `service` in WINDOW may still work: cycles of an RP2040, as the steps say themselves that they take at most. Flash
 * operations are counted apart: after one the slice ends.
 */
import { STEP_CYCLES_MAX } from './format';

let left: u32 = 0;
let all: u32 = 0;
let nextMost: u32 = STEP_CYCLES_MAX;

/** Begins a slice of `cycles`. */
export function workBegin(cycles: u32): void {
  left = cycles;
  all = cycles;
}

/** Takes up that a step works for at most `cycles`. The next one may be any, unless this one says what that takes. */
export function spend(cycles: u32): void {
  left = left > cycles ? left - cycles : 0;
  nextMost = STEP_CYCLES_MAX;
}

/** Takes up that the step after this one takes at most `cycles`. To be called after spend. */
export function nextTakes(cycles: u32): void {
  nextMost = cycles;
}

/** Whether the next step fits into the slice. */
export function nextFits(): bool {
  return left >= nextMost;
}

/** Takes up that a step erases or programs flash. */
export function spendAll(): void {
  left = 0;
}

/** Whether the step at hand, which is to write records, must wait for a slice of its own: then the one at hand ends with it. */
export function waitsForSlice(): bool {
  if (left == all) return false;
  left = 0;
  return true;
}

/** Cycles that are left. */
export function workLeft(): u32 {
  return left;
}
