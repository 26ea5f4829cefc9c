/**
 * The sections of a body with directories, examined where they lie in flash, in steps. docs/SPEC.md section 2.8.
 *
 * Order: rules → names → phases, where each list is examined with its directory when it is met first → the directory of the phases.
 *
 * Lists tile CELLS, and their directories DIRECTORIES, in the order in which phases meet them. So one place is enough to know a
 * new list. One that was met before is known by where its directory begins and ends.
 */
import {
  BODY_HEADER, BODY_HEADER_AT_CELLS, DIRECTORY_FROM, DONE, ENTRY_FROM, FLASH_FAILED, KEYS_WRONG, KEY_FILL,
  LIST_ENTRY_AT_WORD_BEFORE, LIST_ENTRY_BYTES, LIST_WORD_SHIFT_SHIFT, PHASES_WRONG, READS_A_STEP, ROW_NONE, TOO_LARGE,
} from '../format';
import { MORE } from '../refusal';
import { DirectoryExamination } from './directory';
import { beginCells, examineNextCell, examineNextStart, halfAt } from './directory-list';
import {
  NO_LIST_WORD, SHIFT_MAX, beginDirectory, beginPhaseStarts, bucketsOf, bytesOf, hasNoPhases, isListWord, isWithinReach, placeOf, takePhase,
} from './phase-list';
import { bodyWord } from './reader';
import { examineNamesBegin, examineNextName, examineNextRule, examineRulesBegin } from './rules';

const PART_RULES: u32 = 0;
const PART_NAMES: u32 = 1;
const PART_PHASES: u32 = 2;
const PART_CELLS: u32 = 3;
const PART_STARTS: u32 = 4;

/** Begins with the sections of the body whose header was examined. */
export function examineDirectoryBegin(body: DirectoryExamination): void {
  body.part = PART_RULES;
  body.nextPhase = 0;
  body.examined = 0;
  body.nextList = body.keysOffset;
  body.nextDirectory = DIRECTORY_FROM;
  body.phaseWord = NO_LIST_WORD;
  body.wider = 0;
  body.gapWord = 0;
  body.row = ROW_NONE;
  examineRulesBegin(body);
}

/** One bounded step: it ends after `most` of what is counted, or behind that in which READS_A_STEP were reached. */
export function examineDirectoryStep(body: DirectoryExamination, most: u32): u32 {
  body.reads = 0;
  let result: u32 = MORE;
  for (let i: u32 = 0; result == MORE && i < most && body.reads < READS_A_STEP; i++) result = examineNext(body);
  return body.readFailed ? FLASH_FAILED : result;
}

/** Examines the next rule, name, phase, bucket, cell or start of a phase. Gives MORE, DONE after the last of all, or the refusal. */
function examineNext(body: DirectoryExamination): u32 {
  switch (body.part) {
    case PART_RULES: return goOn(body, examineNextRule(body), PART_NAMES);
    case PART_NAMES: return goOn(body, examineNextName(body), PART_PHASES);
    case PART_PHASES: return examineNextPhase(body);
    case PART_CELLS: return goOn(body, examineNextCell(body), PART_PHASES);
    default: return examineNextStart(body);
  }
}

/** Where a part is done, goes on to another. Gives MORE or the refusal. */
function goOn(body: DirectoryExamination, result: u32, part: u32): u32 {
  if (result != DONE) return result;
  if (body.part == PART_RULES) examineNamesBegin(body);
  body.part = part;
  return MORE;
}

/** The next entry of PHASES: the start of a phase, the end of the period or what is behind it, and the list of the phase before. */
function examineNextPhase(body: DirectoryExamination): u32 {
  if (body.wider != 0) return compareWider(body);
  if (body.nextPhase == 0 && !beginsRight(body)) return KEYS_WRONG;
  if (hasNoPhases(body)) return endPhases(body);
  const result = takePhase(body);
  return result == DONE ? examineListWord(body, body.entryWord) : result;
}

/** Whether CELLS begins with its first entry, which no list has. */
function beginsRight(body: DirectoryExamination): bool {
  if (body.keysBytes < 2 * LIST_ENTRY_BYTES) return false;
  return bodyWord(body, body.keysOffset) == body.length && bodyWord(body, body.keysOffset + LIST_ENTRY_AT_WORD_BEFORE) == 0;
}

/** The list word of a phase: of the next list, or of one that was met before. Gives MORE or the refusal. */
function examineListWord(body: DirectoryExamination, word: u32): u32 {
  const at = placeOf(word);
  const shift = word >>> LIST_WORD_SHIFT_SHIFT;
  if (!isListWord(word, body.length)) return PHASES_WRONG;
  if (!isWithinReach(word, body.length)) return TOO_LARGE;
  if (at != body.nextDirectory) return begins(body, at) && endsSo(body, at, shift) ? MORE : PHASES_WRONG;
  const bytes = bytesOf(bucketsOf(body.length, shift));
  if (bytes > body.directoriesOffset + body.directoriesBytes - at) return PHASES_WRONG;
  body.list = body.nextList;
  body.listEnd = body.length;
  body.halvings = body.lineSteps;
  beginDirectory(body, at, shift);
  beginCells(body);
  body.part = PART_CELLS;
  return MORE;
}

/**
 * Whether a directory that was met before begins at `at`: it names the entry before the first cell of a list, which ends the list before
 * or stands behind its end; and the half word before names another one.
 */
function begins(body: DirectoryExamination, at: u32): bool {
  if (at >= body.nextDirectory) return false;
  if (at == DIRECTORY_FROM) return true;
  const named = halfAt(body, at);
  if (halfAt(body, at - 2) == named) return false;
  const place = ENTRY_FROM + named * LIST_ENTRY_BYTES;
  if (place < body.keysOffset || place >= body.keysOffset + body.keysBytes) return false;
  const start = bodyWord(body, place);
  return start == body.length || start == KEY_FILL;
}

/** Whether a directory of those that were met ends at `at`. */
function ends(body: DirectoryExamination, at: u32): bool {
  return at == body.nextDirectory || begins(body, at);
}

/**
 * Whether the directory that begins at `at` has buckets of 2^shift: as many as these end where a directory ends, and fewer do not. With
 * twice as many or more, one of the fewer would end where it does; so wider ones are compared next.
 */
function endsSo(body: DirectoryExamination, at: u32, shift: u32): bool {
  const buckets = bucketsOf(body.length, shift);
  const end = at + bytesOf(buckets);
  body.metFrom = at;
  body.metEnd = end;
  body.wider = shift < SHIFT_MAX ? shift + 1 : 0;
  return ends(body, end) && (halfAt(body, end - 2) == 0) == ((buckets & 1) != 0);
}

/** Numbers of buckets that are compared in a step: it takes as long as any other. */
const COMPARED_A_STEP: u32 = 2;

/** Whether fewer buckets end where no directory does, some numbers of them after the other. Gives MORE or the refusal. */
function compareWider(body: DirectoryExamination): u32 {
  for (let i: u32 = 0; i < COMPARED_A_STEP && body.wider != 0; i++) {
    const buckets = bucketsOf(body.length, body.wider);
    const other = body.metFrom + bytesOf(buckets);
    if (other != body.metEnd && ends(body, other)) return PHASES_WRONG;
    body.wider = buckets > 1 && body.wider < SHIFT_MAX ? body.wider + 1 : 0;
  }
  return MORE;
}

/** After the last phase: lists fill their section, and then the directory of the phases comes. Gives MORE or the refusal. */
function endPhases(body: DirectoryExamination): u32 {
  if (body.nextList + LIST_ENTRY_BYTES != body.keysOffset + body.keysBytes) return KEYS_WRONG;
  if (body.examined != bodyWord(body, BODY_HEADER_AT_CELLS)) return BODY_HEADER;
  const refusal = beginPhaseStarts(body);
  if (refusal != DONE) return refusal;
  body.part = PART_STARTS;
  return MORE;
}
