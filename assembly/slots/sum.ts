/** A sum over variables that changes with each bit of each: cheap enough for a slice in RUN that begins a window. */

// @ts-ignore: decorator
@inline
export function add(sum: u32, value: u32): u32 {
  return rotl<u32>(sum, 5) ^ value;
}
