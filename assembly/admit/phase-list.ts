/** List words and directories of a body, and the list of its phases behind one: SPEC section 2.8. */
import {
  BODY_HEADER, DIRECTORY_ENTRIES_MAX, DIRECTORY_FROM, DONE, KEYS_WRONG, KEY_FILL, LIST_ENTRY_AT_WORD_BEFORE, LIST_ENTRY_BYTES,
  LIST_WORD_PLACE_MASK, LIST_WORD_SHIFT_MASK, LIST_WORD_SHIFT_SHIFT, LIST_WORD_UNUSED_MASK, LIST_WORD_UNUSED_SHIFT, PHASES_WRONG, TOO_LARGE,
} from '../format';
import { BUCKETS_MOST, PLACES_MOST } from '../check/directory';
import { MORE } from '../refusal';
import { DirectoryExamination, entriesOf } from './directory';
import { beginList } from './directory-list';
import { bodyWord } from './reader';

/** One bucket may be as wide as this. */
export const SHIFT_MAX: u32 = LIST_WORD_SHIFT_MASK;
/** What no list word is, nor the offset of a grid. */
export const NO_LIST_WORD: u32 = (LIST_WORD_UNUSED_MASK << LIST_WORD_UNUSED_SHIFT) | 1;

/** Buckets of a directory, and bytes that it takes. */
export function bucketsOf(end: u32, shift: u32): u32 {
  return ((end - 1) >>> shift) + 1;
}

export function bytesOf(buckets: u32): u32 {
  return ((buckets << 1) + 3) & ~3;
}

/** Where the directory of a list word is, an offset in the body. */
export function placeOf(word: u32): u32 {
  return DIRECTORY_FROM + ((word & LIST_WORD_PLACE_MASK) << 1);
}

/** Whether a word can be a list word: of a directory at a multiple of 4, with as many buckets as one may have. */
export function isListWord(word: u32, end: u32): bool {
  const shift = word >>> LIST_WORD_SHIFT_SHIFT;
  const buckets = bucketsOf(end, shift);
  if (((word >>> LIST_WORD_UNUSED_SHIFT) & LIST_WORD_UNUSED_MASK) != 0 || (word & 1) != 0) return false;
  return buckets <= DIRECTORY_ENTRIES_MAX && (buckets != 1 || shift == SHIFT_MAX);
}

/** Whether the search of this build reaches the directory of a list word, and all of its buckets. */
export function isWithinReach(word: u32, end: u32): bool {
  return (word & LIST_WORD_PLACE_MASK) < PLACES_MOST && bucketsOf(end, word >>> LIST_WORD_SHIFT_SHIFT) <= BUCKETS_MOST;
}

/** Takes the next directory for that of the list at hand. */
export function beginDirectory(body: DirectoryExamination, at: u32, shift: u32): void {
  body.directory = at;
  body.shift = shift;
  body.nextDirectory = at + bytesOf(bucketsOf(body.listEnd, shift));
}

/** Whether all entries of PHASES were taken. */
export function hasNoPhases(body: DirectoryExamination): bool {
  return body.nextPhase >= entriesOf(body.phases, body.phaseSteps);
}

/**
 * Takes the next entry of PHASES: the start of a phase, the end of the period or what is behind it. Gives DONE where it has the word of the
 * phase before, in `entryWord`; MORE where it has none, or the refusal.
 */
export function takePhase(body: DirectoryExamination): u32 {
  const index = body.nextPhase;
  const at = body.phasesOffset + index * LIST_ENTRY_BYTES;
  const start = bodyWord(body, at);
  const word = bodyWord(body, at + LIST_ENTRY_AT_WORD_BEFORE);
  const isWithin = index != 0 && index < body.phases;
  const wanted = index > body.phases ? KEY_FILL : body.period;
  if (isWithin ? start <= body.phaseStart || start >= body.period : start != wanted) return PHASES_WRONG;
  body.phaseStart = index == 0 ? 0 : start;
  body.nextPhase++;
  if (index == 0 || index > body.phases) return word == 0 ? MORE : PHASES_WRONG;
  if (word == body.phaseWord) return PHASES_WRONG;
  body.phaseWord = word;
  body.entryWord = word;
  return DONE;
}

/** Takes the directory of the phases, which is the last one, for that of the list at hand. Gives DONE or the refusal. */
export function beginPhaseStarts(body: DirectoryExamination): u32 {
  const word = body.phaseShape;
  if (!isListWord(word, body.period) || placeOf(word) != body.nextDirectory) return BODY_HEADER;
  if (!isWithinReach(word, body.period)) return TOO_LARGE;
  if (body.phases == 1 && (word >>> LIST_WORD_SHIFT_SHIFT != SHIFT_MAX || body.phaseSteps != 0)) return BODY_HEADER;
  body.list = body.phasesOffset;
  body.listEnd = body.period;
  body.halvings = body.phaseSteps;
  beginDirectory(body, placeOf(word), word >>> LIST_WORD_SHIFT_SHIFT);
  beginList(body);
  return body.nextDirectory != body.directoriesOffset + body.directoriesBytes ? KEYS_WRONG : DONE;
}
