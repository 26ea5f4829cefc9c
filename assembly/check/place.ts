/** Places in the arena: every offset becomes one inside it and aligned, whatever memory holds. */
import { ARENA_BYTES, LARGE } from '../limits';
import { ARENA_LOCATION } from '../memory';
import { Active } from './active';

const ARENA_WORD_MASK: u32 = ARENA_BYTES - 4;
/** Bits that an index of a word of the arena leaves unused. */
const INDEX_UNUSED_BITS: u32 = LARGE ? 8 : 17;
const RULE_BYTES: u32 = 12;
const ROW_BYTES: u32 = 12;

/** The word at an offset of the arena. */
// @ts-ignore: decorator
@inline
export function arenaWord(offset: u32): u32 {
  return load<u32>(ARENA_LOCATION + (offset & ARENA_WORD_MASK));
}

/** Word number `index` of the arena. By two shifts, which need no mask from memory. */
// @ts-ignore: decorator
@inline
export function arenaIndex(index: u32): u32 {
  return load<u32>(ARENA_LOCATION + ((index << INDEX_UNUSED_BITS) >>> (INDEX_UNUSED_BITS - 2)));
}

/** Where an entry of `bytes` stands that ends inside the arena. */
// @ts-ignore: decorator
@inline
export function arenaEntry(offset: u32, bytes: u32): usize {
  return ARENA_LOCATION + (min(offset, ARENA_BYTES - bytes) & ~3);
}

/** The entry of a rule by its index. */
// @ts-ignore: decorator
@inline
export function ruleEntry(map: Active, rule: u32): usize {
  return arenaEntry(map.rulesOffset + rule * RULE_BYTES, RULE_BYTES);
}

/** The entry of a row in ROWS; for maps whose rule bits are 0. */
// @ts-ignore: decorator
@inline
export function rowEntry(map: Active, row: u32): usize {
  return arenaEntry(map.rowsOffset + row * ROW_BYTES, ROW_BYTES);
}

/** The rule of a row, in either form. */
// @ts-ignore: decorator
@inline
export function ruleOfRow(map: Active, row: u32): u32 {
  const ruleBits = map.ruleBits & 31;
  return ruleBits != 0 ? row & ((1 << ruleBits) - 1) : load<u32>(rowEntry(map, row));
}

if (!(<u64>1 << (34 - INDEX_UNUSED_BITS) == u64(ARENA_BYTES))) ERROR('the unused bits of an index follow from the size of the arena');
