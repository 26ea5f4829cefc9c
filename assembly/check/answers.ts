/** What verdict and sweep fill. docs/SPEC.md section 3. */
import { SWEEP_BYTES, VERDICT_BYTES } from '../memory';

/** Nine words of 32 bits. */
@unmanaged
export class Verdict {
  state: u32;
  action: u32;
  /** Index into RULES; −1 when no rule answers. */
  rule: i32;
  tier: u32;
  limit: i32;
  hasLimit: u32;
  epoch: u32;
  toGapAhead: u32;
  toGapBehind: u32;
}

/** The whole move is safe, its last point too. */
export const END_WHOLE: u32 = 0;
/** Coverage ends before: at a gap, or at the end of the axis. */
export const END_UNCOVERED: u32 = 1;
/** The image does not let a move be longer or cross more cells: safe so far, ask again from there. */
export const END_BOUND: u32 = 2;
/** Not even the first point is covered. */
export const END_AT_START: u32 = 3;

/** Eight words of 32 bits. docs/SPEC.md section 3.1. */
@unmanaged
export class Sweep {
  /** What check answers for the first point. */
  startWord: u32;
  end: u32;
  /** Steps of the axis that are safe. */
  distance: u32;
  /** Lowest tier on the safe part; 0 when nothing is. */
  tier: u32;
  /** Lowest limit on the safe part. */
  limit: i32;
  hasLimit: u32;
  epoch: u32;
  /** What check answers where coverage ends; the word of the last cell of a move that is safe so far. */
  endWord: u32;
}

if (!(offsetof<Verdict>() <= VERDICT_BYTES)) ERROR('the verdict outgrew its place');
if (!(offsetof<Sweep>() <= SWEEP_BYTES)) ERROR('the sweep outgrew its place');
