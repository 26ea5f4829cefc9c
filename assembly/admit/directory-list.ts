/**
 * A list of a body with directories and its directory, once: cell by cell, and before each cell the buckets that begin below it.
 * docs/SPEC.md section 2.8.
 */
import { DONE, ENTRY_FROM, KEYS_WRONG, KEY_FILL, LIST_ENTRY_BYTES, RUNS_WRONG, WORDS_WRONG } from '../format';
import { MORE } from '../refusal';
import { DirectoryExamination, entriesOf } from './directory';
import { beginRuns, endsRight, examineWord } from './line-cells';
import { bodyPair, bodyWord } from './reader';

/** No bucket so far names an entry below its own cell. */
const NOT_HELD: u32 = 0xffffffff;

/** Two bytes of the body at an even offset. */
export function halfAt(body: DirectoryExamination, offset: u32): u32 {
  return (bodyWord(body, offset & ~3) >>> ((offset & 2) << 3)) & 0xffff;
}

/** Begins with the list at hand, of which neither the number of cells nor what its buckets say is known. */
export function beginList(body: DirectoryExamination): void {
  body.position = 0;
  body.cells = 0;
  body.start = 0;
  body.bucket = 0;
  body.cell = 0;
  body.heldAt = NOT_HELD;
}

/** The same of a list of cells. */
export function beginCells(body: DirectoryExamination): void {
  beginList(body);
  beginRuns(body);
}

/**
 * A bucket that begins before the cell at `position`, else that cell, else the end behind the last, else what stands behind that. Gives
 * MORE, DONE after the last entry, or the refusal.
 */
export function examineNextCell(body: DirectoryExamination): u32 {
  const index = body.position;
  if (body.cells != 0) {
    if (index >= entriesOf(body.cells, body.halvings)) return DONE;
    body.position++;
    return readEntry(body, index) && body.entryStart == KEY_FILL && body.entryWord == 0 ? MORE : KEYS_WRONG;
  }
  const result = examineNextBucket(body);
  if (result != DONE) return result;
  if (body.start == body.listEnd) return endCells(body, index);
  return examineCell(body, index, body.start);
}

/** An entry of a list of cells, read at once. Gives whether it lies in their section. */
function readEntry(body: DirectoryExamination, index: u32): bool {
  const at = body.list + index * LIST_ENTRY_BYTES;
  if (at + LIST_ENTRY_BYTES > body.keysOffset + body.keysBytes) return false;
  bodyPair(body, at, changetype<usize>(body) + offsetof<DirectoryExamination>('entryStart'));
  return true;
}

/** A cell, and where the next one starts: its word stands in the entry behind. */
function examineCell(body: DirectoryExamination, index: u32, start: u32): u32 {
  if (!readEntry(body, index + 1)) return KEYS_WRONG;
  const word = body.entryWord;
  if (index != 0 && word == body.wordBefore) return WORDS_WRONG;
  body.wordBefore = word;
  body.keyIndex = (body.list + index * LIST_ENTRY_BYTES - body.keysOffset) >>> 2;
  const next = body.entryStart;
  const refusal = examineWord(body, word, start);
  if (refusal != DONE) return refusal;
  if (next <= start || next > body.listEnd) return KEYS_WRONG;
  body.start = next;
  body.position++;
  return MORE;
}

/** The end of the list, behind so many cells. Gives MORE or the refusal. */
function endCells(body: DirectoryExamination, cells: u32): u32 {
  if (!endsRight(body)) return RUNS_WRONG;
  body.cells = cells;
  body.examined += cells;
  // The next list has the last entry of this one for its first.
  body.nextList = body.list + (entriesOf(cells, body.halvings) - 1) * LIST_ENTRY_BYTES;
  if (!endsDirectory(body)) return KEYS_WRONG;
  body.position++;
  return MORE;
}

/** The phases as a list: a bucket that begins before the next start, else that start. Gives MORE, DONE behind the last, or the refusal. */
export function examineNextStart(body: DirectoryExamination): u32 {
  const result = examineNextBucket(body);
  if (result != DONE) return result;
  if (body.start == body.listEnd) return endsDirectory(body) ? DONE : KEYS_WRONG;
  body.position++;
  body.start = bodyWord(body, body.list + body.position * LIST_ENTRY_BYTES);
  return MORE;
}

/**
 * The next bucket if it begins before `start`, where the cell at `position` or the end is; its own cell is the one before. Gives MORE
 * after a bucket, DONE where there is none, and the refusal where one is wrong or the cell at `position` is out of reach of its own.
 */
function examineNextBucket(body: DirectoryExamination): u32 {
  const begin = body.bucket << body.shift;
  if (begin < body.start) return takesBucket(body, body.position - 1) ? MORE : KEYS_WRONG;
  const isWithin = begin != body.start && body.start != body.listEnd;
  return isWithin && body.position - body.cell >> body.halvings != 0 ? KEYS_WRONG : DONE;
}

/**
 * Takes a bucket whose cell is `cell`. It names that one; near the end of a list, where a search would look at entries behind it, all name
 * one before theirs, which endsDirectory compares. Gives whether it does.
 */
function takesBucket(body: DirectoryExamination, cell: u32): bool {
  const named = halfAt(body, body.directory + (body.bucket << 1)) - (body.list - ENTRY_FROM) / LIST_ENTRY_BYTES;
  if (named != cell && body.heldAt == NOT_HELD && named < cell && named >= body.cell) body.heldAt = named;
  body.bucket++;
  body.cell = cell;
  return named == (body.heldAt == NOT_HELD ? cell : body.heldAt);
}

/** Whether buckets name entries before their own where the list ends, and nothing follows the last bucket. */
function endsDirectory(body: DirectoryExamination): bool {
  const entries = body.position + 1;
  const reach: u32 = 1 << body.halvings;
  const last = entries > reach ? entries - reach : 0;
  if (body.heldAt == NOT_HELD ? body.cell > last : body.heldAt != last) return false;
  return (body.bucket & 1) == 0 || halfAt(body, body.directory + (body.bucket << 1)) == 0;
}
