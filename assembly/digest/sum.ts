/**
 * A sum that changes whenever one word changes, whatever changes in it, and all but surely when several do: cheaper than a checksum, so
 * that a slice can look at all that it decides on. Each step is a bijection of what came before, and of the word.
 */

/** 2^32 divided by the golden ratio, odd. */
const SPREAD: u32 = 0x9e3779b1;

// @ts-ignore: decorator
@inline
export function add(sum: u32, value: u32): u32 {
  return rotl<u32>(sum ^ value, 5) * SPREAD;
}

/** The sum of `bytes` (a multiple of 16) at `location`. */
export function sumOf(location: usize, bytes: u32): u32 {
  let sum: u32 = 0;
  for (const end = location + bytes; location < end; location += 16) {
    sum = add(sum, load<u32>(location));
    sum = add(sum, load<u32>(location, 4));
    sum = add(sum, load<u32>(location, 8));
    sum = add(sum, load<u32>(location, 12));
  }
  return sum;
}
