/** Places in the arena: every offset becomes one inside it and aligned, whatever memory holds. */
import { ARENA_BYTES, ARENA_LOCATION, ROW_BYTES, RULE_AT_LIMIT, RULE_BYTES } from '../format';
import { Active } from './active';

const ARENA_WORD_MASK: u32 = ARENA_BYTES - 4;
/** Bits that an index of a word of the arena leaves unused: a word of 2^n bytes has an index of n − 2 bits. */
const INDEX_UNUSED_BITS: u32 = clz<u32>(ARENA_BYTES) + 3;
/** The same of a list, which begins in the first half of the arena. */
export const LIST_UNUSED_BITS: u32 = INDEX_UNUSED_BITS + 1;
/** Entries of RULES and ROWS: words of one, and which of them is a rule's limit. */
export const RULE_WORDS: u32 = RULE_BYTES / 4;
export const RULE_LIMIT: u32 = RULE_AT_LIMIT / 4;
export const ROW_WORDS: u32 = ROW_BYTES / 4;

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

/** The rule of a row, in either form. */
// @ts-ignore: decorator
@inline
export function ruleOfRow(map: Active, row: u32): u32 {
  return map.ruleMask == 0 ? arenaIndex(map.rows + row * ROW_WORDS) : row & map.ruleMask;
}

if (!(<u64>1 << (34 - INDEX_UNUSED_BITS) == u64(ARENA_BYTES))) ERROR('the unused bits of an index follow from the size of the arena');
