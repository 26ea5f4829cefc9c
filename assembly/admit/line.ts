/**
 * The sections of a line body, examined where they lie in flash, in steps: after this, every answer of check and verdict is one
 * that the cells, rules and runs of the map justify. docs/SPEC.md sections 2.2 to 2.6.
 *
 * Order: phases and their tree → rules → names → for each phase its list, cell by cell.
 */
import { ACTION_CONTINUE, ACTION_NONE, ROW_MASK, ROW_NONE, STATE_COVERED, STATE_GAP, actionOfWord, stateOfWord } from '../words';
import { ARENA_BYTES, CELLS_A_STEP, CONTAINER_HEADER_BYTES, EXAMINED_CELLS_MAX, NAME_BYTES_MAX } from '../limits';
import * as body from './body';
import { readByte, readerFailed } from './reader';
import {
  BODY_HEADER, DONE, FLASH_FAILED, KEYS_WRONG, MORE, NAMES_WRONG, PHASES_WRONG, RULES_WRONG, RUNS_WRONG, TOO_LARGE, WORDS_WRONG,
} from '../refusal';

const PAD: u32 = 0xffffffff;
const PHASE_ENTRY_BYTES: u32 = 16;
const RULE_BYTES: u32 = 12;
const ROW_BYTES: u32 = 12;
const KIND_ZONE: u32 = 1;
const KIND_GAP: u32 = 2;
const DEPTH_MASK: u32 = 31;
const SHAPE_BITS: u32 = 5;

const STAGE_PHASES: u32 = 0;
const STAGE_RULES: u32 = 1;
const STAGE_NAMES: u32 = 2;
const STAGE_LISTS: u32 = 3;

let stage: u32 = 0;
/** The phase, rule or name that is next. */
let next: u32 = 0;
let deepest: u32 = 0;
/** Cells of the lists of all phases so far. */
let examined: u32 = 0;
let nameAt: u32 = 0;

// The list of the phase at hand.
let listKeys: u32 = 0;
let listWords: u32 = 0;
let depth: u32 = 0;
let cells: u32 = 0;
/** Position in order: 0 the first cell, then separators and padding up to 2^depth. */
let position: u32 = 0;
let keyBefore: u32 = 0;
let wordBefore: u32 = 0;
let inRun: bool = false;
let runStart: u32 = 0;
let runEnd: u32 = 0;

export function examineLineBegin(): void {
  stage = STAGE_PHASES;
  next = 0;
  deepest = 0;
  examined = 0;
}

/** One bounded step. Gives MORE, DONE or the refusal. */
export function examineLineStep(): u32 {
  const result = stepOfStage();
  return readerFailed() ? FLASH_FAILED : result;
}

function stepOfStage(): u32 {
  if (stage == STAGE_LISTS) return stepThroughLists();
  for (let i: u32 = 0; i < CELLS_A_STEP; i++) {
    const result = examineNext();
    if (result != DONE) return result;
  }
  return MORE;
}

/** Examines the next phase, rule or name, and goes on to the next stage after the last. Gives DONE or the refusal. */
function examineNext(): u32 {
  if (stage == STAGE_PHASES) {
    if (next < <u32>1 << body.phaseSteps) return examinePhase(next++);
    if (deepest != body.lineSteps) return BODY_HEADER;
    stage = STAGE_RULES;
    next = 0;
  }
  if (stage == STAGE_RULES) {
    if (next < body.rules) return examineRule(next++);
    stage = STAGE_NAMES;
    next = 0;
    nameAt = 0;
  }
  if (next < body.rules) return examineName(next++);
  const refusal = examineNamesEnd();
  stage = STAGE_LISTS;
  next = 0;
  position = 0;
  return refusal == DONE ? MORE : refusal;
}

/** Where in a search tree of `levels` levels the start of cell `index` stands; index 0 is the word before the tree. */
function treePlace(levels: u32, index: u32): u32 {
  return index == 0 ? 0 : ((<u32>1 << levels) + index) >>> (ctz(index) + 1);
}

/** A phase's start against the tree of starts, its list within the sections; beyond the last phase, the tree's padding. */
function examinePhase(index: u32): u32 {
  const key = body.bodyWord(body.phasesOffset + (treePlace(body.phaseSteps, index) << 2));
  if (index >= body.phases) return key == PAD ? DONE : PHASES_WRONG;
  const at = body.windowsOffset + index * PHASE_ENTRY_BYTES;
  const start = body.bodyWord(at);
  if (index == 0) {
    if (start != 0 || key != body.period) return PHASES_WRONG;
  } else if (start != key || start >= body.period || start <= body.bodyWord(at - PHASE_ENTRY_BYTES)) {
    return PHASES_WRONG;
  }
  return examineList(at);
}

/** Whether the list of the phase entry at `at` lies inside KEYS and WORDS. */
function examineList(at: u32): u32 {
  readList(at);
  if (depth > body.lineSteps || cells == 0 || cells > <u32>1 << depth) return PHASES_WRONG;
  if (depth > 0 && cells <= <u32>1 << (depth - 1)) return PHASES_WRONG;
  if ((listKeys & 3) != 0 || (listWords & 3) != 0) return PHASES_WRONG;
  if (listKeys >= ARENA_BYTES / 2) return TOO_LARGE;
  const keysEnd = body.keysOffset + body.keysBytes;
  const wordsEnd = body.wordsOffset + body.wordsBytes;
  if (listKeys < body.keysOffset || listKeys > keysEnd || <u32>4 << depth > keysEnd - listKeys) return PHASES_WRONG;
  if (listWords < body.wordsOffset || listWords > wordsEnd || cells << 2 > wordsEnd - listWords) return PHASES_WRONG;
  deepest = max(deepest, depth);
  examined += cells;
  return examined > EXAMINED_CELLS_MAX ? TOO_LARGE : DONE;
}

function readList(at: u32): void {
  listKeys = body.bodyWord(at + 4);
  listWords = body.bodyWord(at + 8);
  const shape = body.bodyWord(at + 12);
  depth = shape & DEPTH_MASK;
  cells = shape >>> SHAPE_BITS;
}

function examineRule(index: u32): u32 {
  const at = body.rulesOffset + index * RULE_BYTES;
  const head = body.bodyWord(at);
  const action = (head >>> 8) & 0xff;
  const tier = (head >>> 16) & 0xff;
  const flags = head >>> 24;
  if (flags > 1 || (flags == 0 && body.bodyWord(at + 4) != 0)) return RULES_WRONG;
  if (index < body.zones) return (head & 0xff) == KIND_ZONE && action == ACTION_NONE ? DONE : RULES_WRONG;
  return (head & 0xff) == KIND_GAP && action <= ACTION_CONTINUE && tier == 0 ? DONE : RULES_WRONG;
}

function nameByte(at: u32): u32 {
  return readByte(body.slot, CONTAINER_HEADER_BYTES + body.namesOffset + at);
}

function examineName(index: u32): u32 {
  if (body.bodyWord(body.rulesOffset + index * RULE_BYTES + 8) != nameAt || nameAt >= body.namesBytes) return NAMES_WRONG;
  const bytes = nameByte(nameAt);
  if (bytes == 0 || bytes > NAME_BYTES_MAX || bytes >= body.namesBytes - nameAt) return NAMES_WRONG;
  nameAt += 1 + bytes;
  return DONE;
}

/** After the last name less than a word of zeros. */
function examineNamesEnd(): u32 {
  if (body.namesBytes - nameAt > 3) return NAMES_WRONG;
  for (let at = nameAt; at < body.namesBytes; at++) if (nameByte(at) != 0) return NAMES_WRONG;
  return DONE;
}

function stepThroughLists(): u32 {
  for (let i: u32 = 0; i < CELLS_A_STEP; i++) {
    if (position == 0) {
      if (next >= body.phases) return DONE;
      readList(body.windowsOffset + next * PHASE_ENTRY_BYTES);
      next++;
      inRun = false;
    }
    const refusal = examineCell();
    if (refusal != DONE) return refusal;
    position++;
    if (position >> depth != 0) position = 0;
  }
  return MORE;
}

/** The cell at `position` of the list at hand, or the padding behind the last. */
function examineCell(): u32 {
  const key = body.bodyWord(listKeys + (treePlace(depth, position) << 2));
  if (position >= cells) return key == PAD ? DONE : KEYS_WRONG;
  let start: u32 = 0;
  if (position == 0) {
    if (key != body.length) return KEYS_WRONG;
  } else {
    if (key <= keyBefore || key >= body.length) return KEYS_WRONG;
    start = key;
  }
  const word = body.bodyWord(listWords + (position << 2));
  if (position > 0 && word == wordBefore) return WORDS_WRONG;
  keyBefore = start;
  wordBefore = word;
  const refusal = examineWord(word, start);
  if (refusal != DONE || position != cells - 1) return refusal;
  return inRun && runEnd != body.length ? RUNS_WRONG : DONE;
}

/** A word against its rule and its run, which must be the stretch of covered cells that `start` belongs to. */
function examineWord(word: u32, start: u32): u32 {
  const state = stateOfWord(word);
  const covered = state == STATE_COVERED;
  if (!covered && state != STATE_GAP) return WORDS_WRONG;
  const row = word & ROW_MASK;
  if (row == ROW_NONE) return WORDS_WRONG;
  let rule: u32;
  let behind: u32;
  let ahead: u32;
  if (body.ruleBits != 0) {
    rule = row & ((1 << body.ruleBits) - 1);
    const run = row >>> body.ruleBits;
    if (run >= body.rowsBytes >>> 2) return RUNS_WRONG;
    const packed = body.bodyWord(body.rowsOffset + (run << 2));
    behind = packed & 0xffff;
    ahead = packed >>> 16;
  } else {
    if (row >= body.rowsBytes / ROW_BYTES) return RUNS_WRONG;
    const at = body.rowsOffset + row * ROW_BYTES;
    rule = body.bodyWord(at);
    behind = body.bodyWord(at + 4);
    ahead = body.bodyWord(at + 8);
  }
  if (rule >= body.rules || covered != (rule < body.zones)) return WORDS_WRONG;
  const action = (body.bodyWord(body.rulesOffset + rule * RULE_BYTES) >>> 8) & 0xff;
  if (actionOfWord(word) != action) return WORDS_WRONG;
  return examineRun(covered, behind, ahead, start);
}

function examineRun(covered: bool, behind: u32, ahead: u32, start: u32): u32 {
  const keys = body.keysBytes >>> 2;
  if (behind >= keys || ahead >= keys) return RUNS_WRONG;
  if (!covered) {
    const endsHere = !inRun || runEnd == start;
    inRun = false;
    return endsHere && behind == 0 && ahead == 0 ? DONE : RUNS_WRONG;
  }
  const from = behind == 0 ? 0 : body.bodyWord(body.keysOffset + (behind << 2));
  const to = body.bodyWord(body.keysOffset + (ahead << 2));
  if (inRun) return from == runStart && to == runEnd ? DONE : RUNS_WRONG;
  inRun = true;
  runStart = from;
  runEnd = to;
  return from == start ? DONE : RUNS_WRONG;
}
