/** The lists of a tree body, each once and cell by cell: keys in order, words of their rules, runs. docs/SPEC.md sections 2.2 to 2.7. */
import {
  DONE, KEYS_WRONG, KEY_FILL, LIST_HEAD_AT_SHAPE, LIST_HEAD_BYTES, LIST_SHAPE_CELLS_SHIFT, LIST_SHAPE_DEPTH_MASK,
  READS_A_STEP, ROW_AT_AHEAD, ROW_AT_BEHIND, ROW_AT_RULE, ROW_BYTES, ROW_NONE, RUNS_WRONG, STATE_COVERED, STATE_GAP, WORDS_WRONG,
  WORD_ROW_MASK,
} from '../format';
import { MORE } from '../refusal';
import { actionOfWord, stateOfWord } from '../words';
import { LineExamination } from './line';
import { bodyWord } from './reader';
import { actionOfRule } from './rules';

/** At most so many cells more. Gives MORE, DONE after the last list, or the refusal. */
export function examineLists(line: LineExamination, most: u32): u32 {
  for (let i: u32 = 0; i < most && line.reads < READS_A_STEP; i++) {
    if (line.position == 0) {
      if (line.nextList >= line.wordsOffset + line.wordsBytes) return DONE;
      beginList(line);
    }
    const refusal = examineCell(line);
    if (refusal != DONE) return refusal;
    line.position++;
    if (line.position >> line.depth != 0) line.position = 0;
  }
  return MORE;
}

/** Begins with the list whose head is next, and which was found in its place. */
function beginList(line: LineExamination): void {
  const shape = bodyWord(line, line.nextList + LIST_HEAD_AT_SHAPE);
  line.listKeys = bodyWord(line, line.nextList);
  line.listWords = line.nextList + LIST_HEAD_BYTES;
  line.depth = shape & LIST_SHAPE_DEPTH_MASK;
  line.cells = shape >>> LIST_SHAPE_CELLS_SHIFT;
  line.nextList = line.listWords + (line.cells << 2);
  beginRuns(line);
}

/** Before the first cell of a list no run is known of it. */
export function beginRuns(line: LineExamination): void {
  line.inRun = false;
  line.beginsCovered = false;
  line.crosses = false;
}

/** Where in a search tree of `levels` levels the start of cell `index` stands; index 0 is the word before the tree. */
export function treePlace(levels: u32, index: u32): u32 {
  return index == 0 ? 0 : ((<u32>1 << levels) + index) >>> (ctz(index) + 1);
}

/** The cell at `position` of the list at hand, or the padding behind the last. */
function examineCell(line: LineExamination): u32 {
  const keyAt = line.listKeys + (treePlace(line.depth, line.position) << 2);
  const key = bodyWord(line, keyAt);
  line.keyIndex = (keyAt - line.keysOffset) >>> 2;
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
  return endsRight(line) ? DONE : RUNS_WRONG;
}

/** A word against its rule and its run, which must be the stretch of covered cells that `start` belongs to. */
export function examineWord(line: LineExamination, word: u32, start: u32): u32 {
  const state = stateOfWord(word);
  if (state == STATE_GAP && word == line.gapWord) return endsRun(line, start) ? DONE : RUNS_WRONG;
  const covered = state == STATE_COVERED;
  if (!covered && state != STATE_GAP) return WORDS_WRONG;
  const row = word & WORD_ROW_MASK;
  if (row == ROW_NONE) return WORDS_WRONG;
  const isSame = takeRow(line, row);
  if (line.row == ROW_NONE) return RUNS_WRONG;
  if (line.rule >= line.rules || covered != (line.rule < line.covering)) return WORDS_WRONG;
  if (actionOfWord(word) != actionOfRule(line, line.rule)) return WORDS_WRONG;
  if (covered) return examineRun(line, start, isSame) ? DONE : RUNS_WRONG;
  if (line.behind != 0 || line.ahead != 0 || !endsRun(line, start)) return RUNS_WRONG;
  line.gapWord = word;
  return DONE;
}

/**
 * Reads what the row of a word says, ROW_NONE in `row` where there is none. Gives whether it says the same of its run as the row before,
 * being the same one.
 */
function takeRow(line: LineExamination, row: u32): bool {
  if (line.ruleBits != 0) {
    line.rule = row & ((1 << line.ruleBits) - 1);
    row >>>= line.ruleBits;
  }
  if (row == line.row) return true;
  line.row = ROW_NONE;
  if (line.ruleBits != 0) {
    if (row >= line.rowsBytes >>> 2) return false;
    const packed = bodyWord(line, line.rowsOffset + (row << 2));
    line.behind = packed & 0xffff;
    line.ahead = packed >>> 16;
  } else {
    if (row >= line.rowsBytes / ROW_BYTES) return false;
    const at = line.rowsOffset + row * ROW_BYTES;
    line.rule = bodyWord(line, at + ROW_AT_RULE);
    line.behind = bodyWord(line, at + ROW_AT_BEHIND);
    line.ahead = bodyWord(line, at + ROW_AT_AHEAD);
  }
  line.row = row;
  return false;
}

/** Takes note of a gap. Gives whether a run that was there ends just before it. */
function endsRun(line: LineExamination, start: u32): bool {
  const ends = !line.inRun || line.runEnd == start;
  line.inRun = false;
  return ends;
}

/**
 * Whether what the row at hand says of the run of a covered cell fits what stands before it. Of the same row in the same run that is known;
 * where it names the key of this very cell, that was read.
 */
function examineRun(line: LineExamination, start: u32, isSame: bool): bool {
  if (line.inRun && isSame) return true;
  const keys = line.keysBytes >>> 2;
  const behind = line.behind;
  const ahead = line.ahead;
  if (behind >= keys || ahead >= keys || ((behind | ahead) & line.keyMask) != 0) return false;
  const isHere = start != 0 && behind == line.keyIndex;
  const from = behind == 0 ? 0 : isHere ? start : bodyWord(line, line.keysOffset + (behind << 2));
  const to = bodyWord(line, line.keysOffset + (ahead << 2));
  if (to == line.length && ahead != 0) return false;
  if (line.inRun) return from == line.runStart && to == line.runEnd;
  line.inRun = true;
  if (start == 0) line.beginsCovered = true;
  line.runStart = from;
  line.runEnd = to;
  line.runMet = start;
  if (from == start) return true;
  // Only a run that began before the seam of a ring is met behind its start.
  line.crosses = true;
  line.crossStart = from;
  line.crossEnd = to;
  return line.wraps && start == 0;
}

/**
 * Whether the list at hand ends as its runs say: a run ends with the axis, or is the one that the list began with, which crosses the
 * seam of a ring; and none ends at a seam behind which it goes on.
 */
export function endsRight(line: LineExamination): bool {
  if (line.crosses) {
    return line.inRun && line.runMet == line.crossStart && line.runStart == line.crossStart && line.runEnd == line.crossEnd;
  }
  if (!line.inRun) return true;
  return line.runEnd == line.length && (!line.wraps || line.runMet == 0 || !line.beginsCovered);
}
