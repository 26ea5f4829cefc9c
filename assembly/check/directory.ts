/**
 * The search behind a directory: one look by the upper bits of a value, then halvings of a sorted list whose entries have the start of a
 * cell and the word of the cell before. docs/SPEC.md section 2.8.
 *
 * Why no load leaves the arena, whatever it holds: places in directories and numbers of entries are cut to as many bits as reach
 * its end, and directories begin, and halvings go on, by less than BEHIND_ARENA_BYTES, which stand behind it and are always 0.
 */
import {
  ARENA_BYTES, ARENA_LOCATION, BEHIND_ARENA_BYTES, DIRECTORY_ENTRIES_MAX, DIRECTORY_FROM, ENTRY_FROM, HALVINGS_MAX, LIST_ENTRY_BYTES,
  LIST_WORD_PLACE_MASK, LIST_WORD_SHIFT_SHIFT,
} from '../format';
import { arenaWord } from './place';

const DIRECTORIES: usize = ARENA_LOCATION + DIRECTORY_FROM;
/** Bits of a word that a number of an entry, which has sixteen, leaves unused: as many numbers as there are entries in the arena. */
const ENTRY_UNUSED_BITS: u32 = clz<u32>(ARENA_BYTES) + 4 > 16 ? clz<u32>(ARENA_BYTES) + 4 : 16;
/**
 * The same of the number of a bucket, and of the place of a directory in a list word, as halves of words: together they stay in the arena.
 * That no image for it needs more, admission sees to.
 */
const HALF_UNUSED_BITS: u32 = clz<u32>(ARENA_BYTES) + 3;
const BUCKET_UNUSED_BITS: u32 = HALF_UNUSED_BITS > 19 ? HALF_UNUSED_BITS : 19;
const PLACE_UNUSED_BITS: u32 = HALF_UNUSED_BITS > 17 ? HALF_UNUSED_BITS : 17;
/** The same of both added up, as check takes them, in one cut: as many halves of words as the arena has. */
const SUM_UNUSED_BITS: u32 = clz<u32>(ARENA_BYTES) + 2 > 16 ? clz<u32>(ARENA_BYTES) + 2 : 16;
/** Buckets that a directory may have here, and halves of words before one, from the first directory on. */
export const BUCKETS_MOST: u32 = 1 << (32 - BUCKET_UNUSED_BITS);
export const PLACES_MOST: u32 = 1 << (32 - PLACE_UNUSED_BITS);
/** From the place of entry e, counted from DIRECTORIES: the start of its cell, and that cell's word. */
const START: u32 = 4;
const WORD: u32 = 8;

/** Three bits say how many of seven halvings are left out: no build makes more than five. */
export const HALVINGS_ROOM: u32 = 7;
export const HALVINGS_SHIFT: u32 = 29;

/** The place of a value in the first directory, bytes. */
// @ts-ignore: decorator
@inline
export function placeInFirst(list: u32, value: u32): u32 {
  return ((value >>> (list >>> LIST_WORD_SHIFT_SHIFT)) << BUCKET_UNUSED_BITS) >>> (BUCKET_UNUSED_BITS - 1);
}

/** The place of a value in the directory that a list word names, bytes from the first. The cut takes off what else the word says. */
// @ts-ignore: decorator
@inline
export function placeIn(list: u32, value: u32): u32 {
  return ((list + (value >>> (list >>> LIST_WORD_SHIFT_SHIFT))) << SUM_UNUSED_BITS) >>> (SUM_UNUSED_BITS - 1);
}

// @ts-ignore: decorator
@inline
function halve(at: usize, value: u32, shift: u32): usize {
  return at + (u32(value >= load<u32>(at + (1 << shift) - START)) << shift);
}

/**
 * The word of the cell that holds `value`.
 *
 * @param place what placeIn or placeInFirst gave
 * @param out the halvings that are left out of HALVINGS_ROOM, 0 to 7; no more than HALVINGS_MAX are made
 */
export function find(place: u32, out: u32, value: u32): u32 {
  let at: usize = DIRECTORIES + ((u32(load<u16>(DIRECTORIES + place)) << ENTRY_UNUSED_BITS) >>> (ENTRY_UNUSED_BITS - 3));
  switch (out) {
    case 0:
    case 1:
    case 2: at = halve(at, value, 7);
    case 3: at = halve(at, value, 6);
    case 4: at = halve(at, value, 5);
    case 5: at = halve(at, value, 4);
    case 6: at = halve(at, value, 3);
    default: break;
  }
  return load<u32>(at, WORD);
}

/** The number of that cell's entry. Not on the path of check: what counts is how much code it is. */
export function findEntry(list: u32, out: u32, value: u32): u32 {
  const reach: u32 = 1 << (HALVINGS_ROOM - out);
  let entry: u32 = load<u16>(DIRECTORIES + placeIn(list, value));
  for (let i: u32 = 1; i <= HALVINGS_MAX; i++) {
    const step = reach >>> i;
    if (value >= startAt(entry + step)) entry += step;
  }
  return entry;
}

/** The entry that the first bucket of a directory names: that of the first cell of its list. */
// @ts-ignore: decorator
@inline
export function firstEntry(list: u32): u32 {
  return load<u16>(DIRECTORIES + ((list << PLACE_UNUSED_BITS) >>> (PLACE_UNUSED_BITS - 1)));
}

/** Offsets in the arena: of the start of an entry's cell, and of the word of that cell. */
// @ts-ignore: decorator
@inline
export function startPlace(entry: u32): u32 {
  return ENTRY_FROM + entry * LIST_ENTRY_BYTES;
}

// @ts-ignore: decorator
@inline
export function wordPlace(entry: u32): u32 {
  return startPlace(entry) + LIST_ENTRY_BYTES + 4;
}

/** The start of an entry's cell, and the word of that cell. */
// @ts-ignore: decorator
@inline
export function startAt(entry: u32): u32 {
  return arenaWord(startPlace(entry));
}

// @ts-ignore: decorator
@inline
export function wordAt(entry: u32): u32 {
  return arenaWord(wordPlace(entry));
}

if (!(DIRECTORY_FROM - ENTRY_FROM == START && LIST_ENTRY_BYTES == 8)) ERROR('a halving looks for starts elsewhere');
if (!(HALVINGS_MAX == 5 && BUCKETS_MOST <= DIRECTORY_ENTRIES_MAX)) ERROR('the unrolled search has other bounds');
if (!(PLACES_MOST - 1 <= LIST_WORD_PLACE_MASK)) ERROR('places in list words have another number of bits');
if (!((PLACES_MOST + BUCKETS_MOST) << 1 <= ARENA_BYTES)) ERROR('directories lie behind the arena');
if (!(PLACES_MOST + BUCKETS_MOST <= 1 << (32 - SUM_UNUSED_BITS))) ERROR('a place and a bucket are more than the cut leaves');
if (!(DIRECTORY_FROM + (2 << (32 - SUM_UNUSED_BITS)) <= ARENA_BYTES + BEHIND_ARENA_BYTES)) ERROR('places lie where there is no memory');
if (!(<u32>8 << (32 - ENTRY_UNUSED_BITS) <= ARENA_BYTES)) ERROR('entries of lists begin behind the arena');
if (!(DIRECTORY_FROM + (8 << HALVINGS_MAX) + 4 <= BEHIND_ARENA_BYTES)) ERROR('halvings look further than there is memory');
