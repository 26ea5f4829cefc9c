/** A list of a body with directories, once: cell by cell, then bucket by bucket of its directory. docs/SPEC.md section 2.8. */
import {
  DONE, ENTRY_FROM, KEYS_WRONG, KEY_FILL, LIST_ENTRY_AT_WORD_BEFORE, LIST_ENTRY_BYTES, RUNS_WRONG, WORDS_WRONG,
} from '../format';
import { MORE } from '../refusal';
import { DirectoryExamination, entriesOf } from './directory';
import { beginRuns, endsRight, examineWord } from './line-cells';
import { bodyWord } from './reader';

/** Two bytes of the body at an even offset. */
export function halfAt(body: DirectoryExamination, offset: u32): u32 {
  return (bodyWord(body, offset & ~3) >>> ((offset & 2) << 3)) & 0xffff;
}

/** Begins with the cells of the list at hand, whose number is not known before its end is met. */
export function beginCells(body: DirectoryExamination): void {
  body.position = 0;
  body.cells = 0;
  beginRuns(body);
}

/** The start of a cell of the list at hand. */
function startOf(body: DirectoryExamination, cell: u32): u32 {
  return bodyWord(body, body.list + cell * LIST_ENTRY_BYTES);
}

/** The cell at `position`, the end behind the last, or what stands behind that. Gives MORE, DONE after the last entry, or the refusal. */
export function examineNextCell(body: DirectoryExamination): u32 {
  const index = body.position;
  if (body.cells != 0 && index >= entriesOf(body.cells, body.halvings)) return DONE;
  const at = body.list + index * LIST_ENTRY_BYTES;
  if (at + LIST_ENTRY_BYTES > body.keysOffset + body.keysBytes) return KEYS_WRONG;
  body.position++;
  if (body.cells != 0) {
    const isFill = bodyWord(body, at) == KEY_FILL && bodyWord(body, at + LIST_ENTRY_AT_WORD_BEFORE) == 0;
    return isFill ? MORE : KEYS_WRONG;
  }
  const start = index == 0 ? 0 : bodyWord(body, at);
  if (index != 0 && start == body.length) return endCells(body, index);
  return examineCell(body, index, at, start);
}

/** A cell that starts within the axis. Its word stands in the entry behind. */
function examineCell(body: DirectoryExamination, index: u32, at: u32, start: u32): u32 {
  if (index != 0 && (start <= body.keyBefore || start > body.length)) return KEYS_WRONG;
  if (at + 2 * LIST_ENTRY_BYTES > body.keysOffset + body.keysBytes) return KEYS_WRONG;
  const word = bodyWord(body, at + LIST_ENTRY_BYTES + LIST_ENTRY_AT_WORD_BEFORE);
  if (index != 0 && word == body.wordBefore) return WORDS_WRONG;
  body.keyBefore = start;
  body.wordBefore = word;
  body.keyIndex = (at - body.keysOffset) >>> 2;
  const refusal = examineWord(body, word, start);
  return refusal == DONE ? MORE : refusal;
}

/** The end of the list, behind so many cells. Gives MORE or the refusal. */
function endCells(body: DirectoryExamination, cells: u32): u32 {
  if (!endsRight(body)) return RUNS_WRONG;
  body.cells = cells;
  body.examined += cells;
  // The next list has the last entry of this one for its first.
  body.nextList = body.list + (entriesOf(cells, body.halvings) - 1) * LIST_ENTRY_BYTES;
  return MORE;
}

/**
 * The next bucket of the list at hand, or the next cell that starts at or below it. Every cell that starts in a bucket is within reach of
 * the entry that it names. Gives MORE, DONE after the last, or the refusal.
 */
export function examineNextBucket(body: DirectoryExamination): u32 {
  const begin = body.bucket << body.shift;
  const next = body.cell + 1;
  if (next < body.cells && startOf(body, next) <= begin) {
    body.cell = next;
    return MORE;
  }
  const reach: u32 = 1 << body.halvings;
  const index = body.cells + 1 > reach ? min(body.cell, body.cells + 1 - reach) : 0;
  const at = body.directory + (body.bucket << 1);
  if (halfAt(body, at) != (body.list - ENTRY_FROM) / LIST_ENTRY_BYTES + index) return KEYS_WRONG;
  const last = begin + ((<u32>1 << body.shift) - 1);
  if (index + reach < body.cells && startOf(body, index + reach) <= last) return KEYS_WRONG;
  if (last < body.listEnd - 1) {
    body.bucket++;
    return MORE;
  }
  return (at & 2) != 0 || halfAt(body, at + 2) == 0 ? DONE : KEYS_WRONG;
}
