/**
 * The sections of a tree body, examined where they lie in flash, in steps: after this, every answer of check and verdict is one
 * that the cells, rules and runs of the map justify. docs/SPEC.md sections 2.2 to 2.7.
 *
 * Order: phases, their tree and their lists' places → rules → names → each list once, cell by cell: line-cells.ts.
 *
 * Lists tile their sections. Each is met first where the one before ends, so that one place is enough to know a new list; a list that was
 * met before is known by its head, which no word of a cell can be.
 */
import {
  ARENA_BYTES, BODY_HEADER, BODY_HEADER_AT_CELLS, DONE, FLASH_FAILED, KEYS_WRONG, KEY_FILL, LIST_HEAD_AT_SHAPE,
  LINE_STEPS_MAX, LIST_HEAD_BYTES, LIST_SHAPE_CELLS_SHIFT, LIST_SHAPE_DEPTH_MASK, PHASES_WRONG, READS_A_STEP, ROW_NONE, TOO_LARGE,
  WINDOW_AT_KEYS, WINDOW_AT_SHAPE, WINDOW_AT_WORDS, WINDOW_BYTES, WORDS_WRONG,
} from '../format';
import { MORE } from '../refusal';
import { LineExamination, TREES_OFFSET } from './line';
import { examineLists, treePlace } from './line-cells';
import { bodyWord } from './reader';
import { examineNamesBegin, examineNextName, examineNextRule, examineRulesBegin } from './rules';

const PART_PHASES: u32 = 0;
const PART_RULES: u32 = 1;
const PART_NAMES: u32 = 2;
const PART_LISTS: u32 = 3;

/** Begins with the sections of the line whose header was examined. */
export function examineLineBegin(line: LineExamination): void {
  line.part = PART_PHASES;
  line.nextPhase = 0;
  line.deepest = 0;
  line.examined = 0;
  line.nextList = line.wordsOffset;
  line.gapWord = 0;
  line.row = ROW_NONE;
  for (let depth: u32 = 0; depth <= min(line.lineSteps, LINE_STEPS_MAX); depth++) setTrees(line, depth, 0, 0);
}

/** One bounded step: it ends after `most` cells, rules or names, or behind that in which READS_A_STEP were reached. */
export function examineLineStep(line: LineExamination, most: u32): u32 {
  line.reads = 0;
  const result = line.part == PART_LISTS ? examineLists(line, most) : stepOfPart(line, most);
  return line.readFailed ? FLASH_FAILED : result;
}

function stepOfPart(line: LineExamination, most: u32): u32 {
  for (let i: u32 = 0; i < most && line.reads < READS_A_STEP; i++) {
    const result = examineNext(line);
    if (result == DONE) return beginNextPart(line);
    if (result != MORE) return result;
  }
  return MORE;
}

/** Examines the next phase, rule or name. Gives MORE, DONE after the last, or the refusal. */
function examineNext(line: LineExamination): u32 {
  switch (line.part) {
    case PART_PHASES: return examineNextPhase(line);
    case PART_RULES: return examineNextRule(line);
    default: return examineNextName(line);
  }
}

/** Goes on to what comes after a part that was found right. Gives MORE or the refusal. */
function beginNextPart(line: LineExamination): u32 {
  if (line.part == PART_PHASES) {
    const refusal = examineTiling(line);
    if (refusal != DONE) return refusal;
    examineRulesBegin(line);
  } else if (line.part == PART_RULES) {
    examineNamesBegin(line);
  } else {
    line.nextList = line.wordsOffset;
    line.position = 0;
  }
  line.part++;
  return MORE;
}

/** A phase's start against the tree of starts, its list within the sections; beyond the last phase, the tree's padding. */
function examineNextPhase(line: LineExamination): u32 {
  const index = line.nextPhase++;
  if (index >= <u32>1 << line.phaseSteps) return DONE;
  const key = bodyWord(line, line.phasesOffset + (treePlace(line.phaseSteps, index) << 2));
  if (index >= line.phases) return key == KEY_FILL ? MORE : PHASES_WRONG;
  const at = line.windowsOffset + index * WINDOW_BYTES;
  const start = bodyWord(line, at);
  if (index == 0) {
    if (start != 0 || key != line.period) return PHASES_WRONG;
  } else {
    if (start != key || start >= line.period || start <= bodyWord(line, at - WINDOW_BYTES)) return PHASES_WRONG;
    if (bodyWord(line, at + WINDOW_AT_WORDS) == bodyWord(line, at - WINDOW_BYTES + WINDOW_AT_WORDS)) return PHASES_WRONG;
  }
  const refusal = examineList(line, at);
  return refusal == DONE ? MORE : refusal;
}

/** Takes a shape for that of the list at hand. Gives whether there is such a shape. */
function takeShape(line: LineExamination, shape: u32): bool {
  const depth = shape & LIST_SHAPE_DEPTH_MASK;
  const cells = shape >>> LIST_SHAPE_CELLS_SHIFT;
  line.depth = depth;
  line.cells = cells;
  if (depth > line.lineSteps || cells == 0 || cells > <u32>1 << depth) return false;
  return depth == 0 || cells > <u32>1 << (depth - 1);
}

/** The list of the phase entry at `at`: the next of WORDS, or one that was met before. Gives DONE or the refusal. */
function examineList(line: LineExamination, at: u32): u32 {
  const keys = bodyWord(line, at + WINDOW_AT_KEYS);
  const words = bodyWord(line, at + WINDOW_AT_WORDS);
  const shape = bodyWord(line, at + WINDOW_AT_SHAPE);
  if (!takeShape(line, shape)) return PHASES_WRONG;
  const head = words - LIST_HEAD_BYTES;
  const isNew = head == line.nextList;
  const left = line.wordsOffset + line.wordsBytes - line.nextList;
  const bytes = LIST_HEAD_BYTES + (line.cells << 2);
  if (isNew ? bytes > left : (words & 3) != 0 || head < line.wordsOffset || head >= line.nextList) return WORDS_WRONG;
  if (bodyWord(line, head) != keys || bodyWord(line, head + LIST_HEAD_AT_SHAPE) != shape) return WORDS_WRONG;
  if (!isNew) return DONE;
  line.nextList += bytes;
  line.examined += line.cells;
  line.deepest = max(line.deepest, line.depth);
  return examineTree(line, keys);
}

/** Where trees of a depth begin (0: none was met), and where the next of them may. */
function treesAt(line: LineExamination, depth: u32): usize {
  return changetype<usize>(line) + TREES_OFFSET + (min(depth, LINE_STEPS_MAX) << 3);
}

function setTrees(line: LineExamination, depth: u32, begin: u32, next: u32): void {
  store<u32>(treesAt(line, depth), begin);
  store<u32>(treesAt(line, depth), next, 4);
}

/** The tree of a new list: the next of its depth, or one that was met before. Gives DONE or the refusal. */
function examineTree(line: LineExamination, keys: u32): u32 {
  if (keys >= ARENA_BYTES / 2) return TOO_LARGE;
  const trees = treesAt(line, line.depth);
  const begin = load<u32>(trees) == 0 ? keys : load<u32>(trees);
  const next = load<u32>(trees) == 0 ? keys : load<u32>(trees, 4);
  const bytes: u32 = 4 << line.depth;
  if (keys < next) return keys >= begin && ((keys - begin) & (bytes - 1)) == 0 ? DONE : KEYS_WRONG;
  const end = line.keysOffset + line.keysBytes;
  if (keys != next || (keys & 3) != 0 || keys < line.keysOffset || keys > end || bytes > end - keys) return KEYS_WRONG;
  setTrees(line, line.depth, begin, next + bytes);
  return DONE;
}

/** Whether the lists of all phases fill WORDS, and their trees KEYS, depth by depth. Gives DONE or the refusal. */
function examineTiling(line: LineExamination): u32 {
  if (line.deepest != line.lineSteps) return BODY_HEADER;
  if (line.nextList != line.wordsOffset + line.wordsBytes) return WORDS_WRONG;
  if (line.examined != bodyWord(line, BODY_HEADER_AT_CELLS)) return BODY_HEADER;
  let end = line.keysOffset;
  for (let depth: u32 = 0; depth <= min(line.lineSteps, LINE_STEPS_MAX); depth++) {
    const begin = load<u32>(treesAt(line, depth));
    if (begin == 0) continue;
    if (begin != end) return KEYS_WRONG;
    end = load<u32>(treesAt(line, depth), 4);
  }
  return end == line.keysOffset + line.keysBytes ? DONE : KEYS_WRONG;
}
