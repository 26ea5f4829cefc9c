/**
 * The sections of a line body, examined where they lie in flash, in steps: after this, every answer of check and verdict is one
 * that the cells, rules and runs of the map justify. docs/SPEC.md sections 2.2 to 2.6.
 *
 * Order: phases and their tree → rules → names → for each phase its list, cell by cell.
 */
import {
  ARENA_BYTES, BODY_HEADER, CELLS_A_STEP, DONE, EXAMINED_CELLS_MAX, FLASH_FAILED, KEYS_WRONG, KEY_FILL, LIST_SHAPE_CELLS_SHIFT,
  LIST_SHAPE_DEPTH_MASK, PHASES_WRONG, ROW_AT_AHEAD, ROW_AT_BEHIND, ROW_AT_RULE, ROW_BYTES, ROW_NONE, RUNS_WRONG, STATE_COVERED, STATE_GAP,
  TOO_LARGE, WINDOW_AT_KEYS, WINDOW_AT_SHAPE, WINDOW_AT_WORDS, WINDOW_BYTES, WORDS_WRONG, WORD_ROW_MASK,
} from '../format';
import { MORE } from '../refusal';
import { actionOfWord, stateOfWord } from '../words';
import { LineExamination } from './line';
import { bodyWord } from './reader';
import { actionOfRule, examineName, examineNamesEnd, examineRule } from './rules';

const PART_PHASES: u32 = 0;
const PART_RULES: u32 = 1;
const PART_NAMES: u32 = 2;
const PART_LISTS: u32 = 3;

/** Begins with the sections of the line whose header was examined. */
export function examineLineBegin(line: LineExamination): void {
  line.part = PART_PHASES;
  line.next = 0;
  line.deepest = 0;
  line.examined = 0;
}

/** One bounded step. Gives MORE, DONE or the refusal. */
export function examineLineStep(line: LineExamination): u32 {
  const result = stepOfPart(line);
  return line.readFailed ? FLASH_FAILED : result;
}

function stepOfPart(line: LineExamination): u32 {
  if (line.part == PART_LISTS) return stepThroughLists(line);
  for (let i: u32 = 0; i < CELLS_A_STEP; i++) {
    const result = examineNext(line);
    if (result != DONE) return result;
  }
  return MORE;
}

/** Examines the next phase, rule or name, and goes on to the next part after the last. Gives DONE or the refusal. */
function examineNext(line: LineExamination): u32 {
  if (line.part == PART_PHASES) {
    if (line.next < <u32>1 << line.phaseSteps) return examinePhase(line, line.next++);
    if (line.deepest != line.lineSteps) return BODY_HEADER;
    line.part = PART_RULES;
    line.next = 0;
  }
  if (line.part == PART_RULES) {
    if (line.next < line.rules) return examineRule(line, line.next++);
    line.part = PART_NAMES;
    line.next = 0;
    line.nameAt = 0;
  }
  if (line.next < line.rules) return examineName(line, line.next++);
  const refusal = examineNamesEnd(line);
  line.part = PART_LISTS;
  line.next = 0;
  line.position = 0;
  return refusal == DONE ? MORE : refusal;
}

/** Where in a search tree of `levels` levels the start of cell `index` stands; index 0 is the word before the tree. */
function treePlace(levels: u32, index: u32): u32 {
  return index == 0 ? 0 : ((<u32>1 << levels) + index) >>> (ctz(index) + 1);
}

/** A phase's start against the tree of starts, its list within the sections; beyond the last phase, the tree's padding. */
function examinePhase(line: LineExamination, index: u32): u32 {
  const key = bodyWord(line, line.phasesOffset + (treePlace(line.phaseSteps, index) << 2));
  if (index >= line.phases) return key == KEY_FILL ? DONE : PHASES_WRONG;
  const at = line.windowsOffset + index * WINDOW_BYTES;
  const start = bodyWord(line, at);
  if (index == 0) {
    if (start != 0 || key != line.period) return PHASES_WRONG;
  } else if (start != key || start >= line.period || start <= bodyWord(line, at - WINDOW_BYTES)) {
    return PHASES_WRONG;
  }
  return examineList(line, at);
}

/** Whether the list of the phase entry at `at` lies inside KEYS and WORDS. */
function examineList(line: LineExamination, at: u32): u32 {
  readList(line, at);
  if (line.depth > line.lineSteps || line.cells == 0 || line.cells > <u32>1 << line.depth) return PHASES_WRONG;
  if (line.depth > 0 && line.cells <= <u32>1 << (line.depth - 1)) return PHASES_WRONG;
  if ((line.listKeys & 3) != 0 || (line.listWords & 3) != 0) return PHASES_WRONG;
  if (line.listKeys >= ARENA_BYTES / 2) return TOO_LARGE;
  if (!isInside(line.listKeys, <u32>4 << line.depth, line.keysOffset, line.keysBytes)) return PHASES_WRONG;
  if (!isInside(line.listWords, line.cells << 2, line.wordsOffset, line.wordsBytes)) return PHASES_WRONG;
  line.deepest = max(line.deepest, line.depth);
  line.examined += line.cells;
  return line.examined > EXAMINED_CELLS_MAX ? TOO_LARGE : DONE;
}

/** Whether `bytes` from `offset` on lie in the section of `sectionBytes` at `section`. */
function isInside(offset: u32, bytes: u32, section: u32, sectionBytes: u32): bool {
  const end = section + sectionBytes;
  return offset >= section && offset <= end && bytes <= end - offset;
}

function readList(line: LineExamination, at: u32): void {
  line.listKeys = bodyWord(line, at + WINDOW_AT_KEYS);
  line.listWords = bodyWord(line, at + WINDOW_AT_WORDS);
  const shape = bodyWord(line, at + WINDOW_AT_SHAPE);
  line.depth = shape & LIST_SHAPE_DEPTH_MASK;
  line.cells = shape >>> LIST_SHAPE_CELLS_SHIFT;
}

function stepThroughLists(line: LineExamination): u32 {
  for (let i: u32 = 0; i < CELLS_A_STEP; i++) {
    if (line.position == 0) {
      if (line.next >= line.phases) return DONE;
      readList(line, line.windowsOffset + line.next * WINDOW_BYTES);
      line.next++;
      line.inRun = false;
    }
    const refusal = examineCell(line);
    if (refusal != DONE) return refusal;
    line.position++;
    if (line.position >> line.depth != 0) line.position = 0;
  }
  return MORE;
}

/** The cell at `position` of the list at hand, or the padding behind the last. */
function examineCell(line: LineExamination): u32 {
  const key = bodyWord(line, line.listKeys + (treePlace(line.depth, line.position) << 2));
  if (line.position >= line.cells) return key == KEY_FILL ? DONE : KEYS_WRONG;
  let start: u32 = 0;
  if (line.position == 0) {
    if (key != line.length) return KEYS_WRONG;
  } else {
    if (key <= line.keyBefore || key >= line.length) return KEYS_WRONG;
    start = key;
  }
  const word = bodyWord(line, line.listWords + (line.position << 2));
  if (line.position > 0 && word == line.wordBefore) return WORDS_WRONG;
  line.keyBefore = start;
  line.wordBefore = word;
  const refusal = examineWord(line, word, start);
  if (refusal != DONE || line.position != line.cells - 1) return refusal;
  return line.inRun && line.runEnd != line.length ? RUNS_WRONG : DONE;
}

/** A word against its rule and its run, which must be the stretch of covered cells that `start` belongs to. */
function examineWord(line: LineExamination, word: u32, start: u32): u32 {
  const state = stateOfWord(word);
  const covered = state == STATE_COVERED;
  if (!covered && state != STATE_GAP) return WORDS_WRONG;
  const row = word & WORD_ROW_MASK;
  if (row == ROW_NONE) return WORDS_WRONG;
  let rule: u32;
  let behind: u32;
  let ahead: u32;
  if (line.ruleBits != 0) {
    rule = row & ((1 << line.ruleBits) - 1);
    const run = row >>> line.ruleBits;
    if (run >= line.rowsBytes >>> 2) return RUNS_WRONG;
    const packed = bodyWord(line, line.rowsOffset + (run << 2));
    behind = packed & 0xffff;
    ahead = packed >>> 16;
  } else {
    if (row >= line.rowsBytes / ROW_BYTES) return RUNS_WRONG;
    const at = line.rowsOffset + row * ROW_BYTES;
    rule = bodyWord(line, at + ROW_AT_RULE);
    behind = bodyWord(line, at + ROW_AT_BEHIND);
    ahead = bodyWord(line, at + ROW_AT_AHEAD);
  }
  if (rule >= line.rules || covered != (rule < line.zones)) return WORDS_WRONG;
  if (actionOfWord(word) != actionOfRule(line, rule)) return WORDS_WRONG;
  return examineRun(line, covered, behind, ahead, start);
}

function examineRun(line: LineExamination, covered: bool, behind: u32, ahead: u32, start: u32): u32 {
  const keys = line.keysBytes >>> 2;
  if (behind >= keys || ahead >= keys) return RUNS_WRONG;
  if (!covered) {
    const endsHere = !line.inRun || line.runEnd == start;
    line.inRun = false;
    return endsHere && behind == 0 && ahead == 0 ? DONE : RUNS_WRONG;
  }
  const from = behind == 0 ? 0 : bodyWord(line, line.keysOffset + (behind << 2));
  const to = bodyWord(line, line.keysOffset + (ahead << 2));
  if (line.inRun) return from == line.runStart && to == line.runEnd ? DONE : RUNS_WRONG;
  line.inRun = true;
  line.runStart = from;
  line.runEnd = to;
  return from == start ? DONE : RUNS_WRONG;
}
