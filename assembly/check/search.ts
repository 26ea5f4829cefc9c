/**
 * The search of the check path: branch-free, constant in time for a given image. docs/SPEC.md section 2.2.
 *
 * Why no load leaves the arena, whatever it holds: the list starts in the first half of the arena (its offset is masked), and
 * after i steps the position k is below 2^(i+1), so that with at most LINE_STEPS_MAX steps `4 × k` is below the other half.
 */
import { ARENA_BYTES, LINE_STEPS_MAX } from '../limits';
import { ARENA_LOCATION } from '../memory';

const LIST_OFFSET_MASK: u32 = ARENA_BYTES / 2 - 4;
/** Steps that every build unrolls in one switch; more are added before it. */
const SWITCH_STEPS: u32 = 14;
const CASE_MASK: u32 = 15;

// @ts-ignore: decorator
@inline
function step(base: usize, k: u32, value: u32): u32 {
  return (k << 1) + u32(value >= load<u32>(base + (k << 2)));
}

/**
 * Descends `steps` levels of the list at `offset` bytes in the arena; never more than the build allows, whatever `steps` says.
 * Gives 2^steps + the index of the last start that is not above `value`.
 */
// @ts-ignore: decorator
@inline
export function search(offset: u32, steps: u32, value: u32): u32 {
  const base: usize = ARENA_LOCATION + (offset & LIST_OFFSET_MASK);
  let k: u32 = 1;
  if (LINE_STEPS_MAX > SWITCH_STEPS) {
    if (steps >= 22) k = step(base, k, value);
    if (steps >= 21) k = step(base, k, value);
    if (steps >= 20) k = step(base, k, value);
    if (steps >= 19) k = step(base, k, value);
    if (steps >= 18) k = step(base, k, value);
    if (steps >= 17) k = step(base, k, value);
    if (steps >= 16) k = step(base, k, value);
    if (steps >= 15) k = step(base, k, value);
  }
  // On controllers the mask alone leaves as many values as there are cases, so that compilers look a case up without a comparison.
  switch (LINE_STEPS_MAX > SWITCH_STEPS ? min(steps, SWITCH_STEPS) : steps & CASE_MASK) {
    case 15:
    case 14: k = step(base, k, value);
    case 13: k = step(base, k, value);
    case 12: k = step(base, k, value);
    case 11: k = step(base, k, value);
    case 10: k = step(base, k, value);
    case 9: k = step(base, k, value);
    case 8: k = step(base, k, value);
    case 7: k = step(base, k, value);
    case 6: k = step(base, k, value);
    case 5: k = step(base, k, value);
    case 4: k = step(base, k, value);
    case 3: k = step(base, k, value);
    case 2: k = step(base, k, value);
    case 1: k = step(base, k, value);
    default: break;
  }
  return k;
}

if (!(LINE_STEPS_MAX == SWITCH_STEPS || LINE_STEPS_MAX == 22)) ERROR('the unrolled search has another number of steps');
