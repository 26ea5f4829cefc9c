/**
 * How long the slices of `service` in RUN took since this was last asked, by the port's counter, and what the longest was doing.
 * A few instructions a slice; interrupts that came in between are in the figures, as they are in the loop's.
 */
import { SLICE_RECEIVE } from '../format';

let doing: u32 = SLICE_RECEIVE;
let startCycle: u32 = 0;
let count: u32 = 0;
let least: u32 = 0;
let most: u32 = 0;
let longest: u32 = SLICE_RECEIVE;

export function sliceBegins(atCycle: u32): void {
  doing = SLICE_RECEIVE;
  startCycle = atCycle;
}

export function sliceDoes(what: u32): void {
  doing = what;
}

export function sliceEnds(atCycle: u32): void {
  const took = atCycle - startCycle;
  if (count == 0 || took < least) least = took;
  if (count == 0 || took > most) {
    most = took;
    longest = doing;
  }
  count += u32(count != 0xffffffff);
}

export function sliceCount(): u32 {
  return count;
}

export function sliceCyclesLeast(): u32 {
  return least;
}

export function sliceCyclesMost(): u32 {
  return most;
}

/** What the longest slice was doing. */
export function sliceLongest(): u32 {
  return longest;
}

/** Begins to count anew. */
export function slicesForget(): void {
  count = 0;
  least = 0;
  most = 0;
  longest = SLICE_RECEIVE;
}
