/**
 * The layout *tree*: its header and section table, and how it is laid out for check. Its sections: line-lists.ts, line-cells.ts.
 * docs/SPEC.md sections 2.1 to 2.6.
 */
import {
  ARENA_BYTES, AXIS_BYTES, BODY_HEADER, BODY_HEADER_AT_MOVE_CELLS_MAX, BODY_HEADER_AT_MOVE_LENGTH_MAX,
  BODY_HEADER_AT_PHASES, BODY_HEADER_AT_PHASE_PERIOD, BODY_HEADER_AT_PHASE_STEPS, BODY_HEADER_AT_RULE_BITS, BODY_HEADER_AT_STEPS,
  BODY_HEADER_BYTES, DIRECTORY, DONE, EXAMINATION_ROOM, LINE_STEPS_MAX, PHASE_STEPS_MAX, RULE_BITS_MAX, SECTION_CELLS, SECTION_KEYS,
  SECTION_NAMES, SECTION_PHASES, SECTION_ROWS, SECTION_RULES, SECTION_RUNS, SECTION_WINDOWS, SECTIONS_MAX, SECTION_WORDS, STATE_OUTSIDE,
  STEPS_WRONG, STEP_KIND_PHASE, SWEEP_CELLS_MAX, TICKS_MAX, TOO_LARGE, WINDOW_AT_KEYS, WINDOW_AT_WORDS, WINDOW_BYTES, WINDOWS_MAX,
} from '../format';
import { ASK_LINE, ASK_PHASES, Active, NO_RUNS, RING, listOf } from '../check/active';
import { ROW_UNUSED_BITS, wordWithoutRow } from '../words';
import { examineAxis, examineTableHead, examineEntry, examineExtent, sectionEnd } from './body';
import { Edition, hasSteps } from './edition';
import { Examination } from './examination';
import { bodyWord, keptWord } from './reader';
import { examineRuleCounts, examineRulesBytes } from './rules';

export const AXES: u32 = 1;
/** Where the section table of a line stands. */
export const TABLE_AT: u32 = BODY_HEADER_BYTES + AXIS_BYTES;
/** What follows in the header is of other layouts, or reserved. */
const ZEROS_AT: u32 = BODY_HEADER_AT_MOVE_CELLS_MAX + 4;

const ENTRIES: u32 = 7;

/** What is known of a line under examination. */
@unmanaged
export class LineExamination extends Examination {
  // The header.
  period: u32;
  phases: u32;
  phaseSteps: u32;
  lineSteps: u32;
  ruleBits: u32;
  moveLengthMax: u32;
  moveCellsMax: u32;

  // The sections.
  phasesOffset: u32;
  phasesBytes: u32;
  windowsOffset: u32;
  windowsBytes: u32;
  keysOffset: u32;
  keysBytes: u32;
  wordsOffset: u32;
  wordsBytes: u32;
  /** The bits that the number of a key does not have: CELLS has a word beside each. */
  keyMask: u32;
  /** RUNS or ROWS, whichever there is. */
  rowsOffset: u32;
  rowsBytes: u32;

  // How far the sections are examined: line-lists.ts, line-cells.ts.
  part: u32;
  /** The phase that is next. */
  nextPhase: u32;
  deepest: u32;
  /** Cells of the lists so far. */
  examined: u32;
  /** Where the next list of WORDS begins. */
  nextList: u32;

  // The list at hand.
  listKeys: u32;
  listWords: u32;
  depth: u32;
  cells: u32;
  /** Position in order: 0 the first cell, then separators and padding up to 2^depth. */
  position: u32;
  keyBefore: u32;
  wordBefore: u32;
  /** Where the key of the cell at hand stands, in words of KEYS or CELLS. */
  keyIndex: u32;
  /** A gap's word that was found right, 0 before the first: what it says of its rule and row need not be read again. */
  gapWord: u32;
  /** The row that was read last: its number behind that of the rule, and what it says. */
  row: u32;
  rule: u32;
  behind: u32;
  ahead: u32;
  inRun: bool;
  /** What the words of the run at hand say of it, and the place at which it was met. */
  runStart: u32;
  runEnd: u32;
  runMet: u32;
  beginsCovered: bool;
  /** Whether the list begins within a run that crosses the seam of a ring, and that run. */
  crosses: bool;
  crossStart: u32;
  crossEnd: u32;
}

/** Behind the record, two words for each depth that a tree can have: where its trees begin in KEYS, and where the next of them may. */
export const TREES_OFFSET: usize = offsetof<LineExamination>();
const LINE_EXAMINATION_BYTES: usize = TREES_OFFSET + (LINE_STEPS_MAX + 1) * 8;

/** Reads and examines header and section table. Gives DONE or the refusal. */
export function examineLineHeader(line: LineExamination, known: Edition): u32 {
  let refusal = examineExtent(line, known, AXES);
  if (refusal == DONE) refusal = examineSteps(line, known);
  if (refusal == DONE) refusal = examineNumbers(line, known, ZEROS_AT);
  if (refusal == DONE) refusal = examineLineAxis(line);
  if (refusal == DONE) refusal = examineTable(line, known);
  return refusal == DONE ? examineSizes(line) : refusal;
}

/** The axis, around which a move goes once at most. Gives DONE or the refusal. */
export function examineLineAxis(line: LineExamination): u32 {
  const refusal = examineAxis(line, BODY_HEADER_BYTES);
  return refusal == DONE && line.wraps && line.moveLengthMax > line.length ? BODY_HEADER : refusal;
}

/** Phases and the steps of both searches. Gives DONE or the refusal. */
function examineSteps(line: LineExamination, known: Edition): u32 {
  const refusal = examinePhases(line);
  if (refusal != DONE) return refusal;
  const phases = line.phases;
  const steps = line.phaseSteps;
  if (steps > PHASE_STEPS_MAX || line.lineSteps > LINE_STEPS_MAX) return TOO_LARGE;
  if (!hasSteps(known, STEP_KIND_PHASE, steps, line.lineSteps)) return STEPS_WRONG;
  return phases > <u32>1 << steps || (steps > 0 && phases <= <u32>1 << (steps - 1)) ? BODY_HEADER : DONE;
}

/** Reads what the header says of phases and steps. Gives DONE, or the refusal of a period or a number of phases that cannot be. */
export function examinePhases(line: LineExamination): u32 {
  line.period = bodyWord(line, BODY_HEADER_AT_PHASE_PERIOD);
  line.phases = bodyWord(line, BODY_HEADER_AT_PHASES);
  line.phaseSteps = bodyWord(line, BODY_HEADER_AT_PHASE_STEPS);
  line.lineSteps = bodyWord(line, BODY_HEADER_AT_STEPS);
  if (line.period == 0 || line.period > TICKS_MAX) return BODY_HEADER;
  return line.phases == 0 || line.phases > min(line.period, WINDOWS_MAX) ? BODY_HEADER : DONE;
}

/** What the header says besides, with zeros from an offset on. Gives DONE or the refusal. */
export function examineNumbers(line: LineExamination, known: Edition, zerosAt: u32): u32 {
  line.ruleBits = bodyWord(line, BODY_HEADER_AT_RULE_BITS);
  line.moveLengthMax = bodyWord(line, BODY_HEADER_AT_MOVE_LENGTH_MAX);
  line.moveCellsMax = bodyWord(line, BODY_HEADER_AT_MOVE_CELLS_MAX);
  if (line.ruleBits > RULE_BITS_MAX) return BODY_HEADER;
  if (line.moveCellsMax > SWEEP_CELLS_MAX) return TOO_LARGE;
  for (let at = zerosAt; at < BODY_HEADER_BYTES; at += 4) if (bodyWord(line, at) != 0) return BODY_HEADER;
  known.residentBytes = line.residentBytes;
  return examineRuleCounts(line);
}

/** The sections, in order, without holes; NAMES alone stays in flash. */
function examineTable(line: LineExamination, known: Edition): u32 {
  const refusal = examineTableHead(line, known, TABLE_AT, ENTRIES);
  if (refusal != DONE) return refusal;
  for (let entry: u32 = 0; entry < ENTRIES; entry++) {
    const section = sectionAt(line, entry);
    const wrong = examineEntry(line, known, entry, section, section != SECTION_NAMES, 4);
    if (wrong != DONE) return wrong;
    keepSection(line, section, line.sectionOffset, line.sectionBytes);
  }
  return sectionEnd(line) == known.bodyBytes && line.namesOffset == line.residentBytes ? DONE : DIRECTORY;
}

/** Which section stands at a place of the section table. */
function sectionAt(line: LineExamination, entry: u32): u32 {
  if (entry == ENTRIES - 1) return SECTION_NAMES;
  if (entry == 4) return line.ruleBits != 0 ? SECTION_RUNS : SECTION_ROWS;
  return entry == 5 ? SECTION_RULES : entry + 1;
}

export function keepSection(line: LineExamination, section: u32, offset: u32, bytes: u32): void {
  switch (section) {
    case SECTION_PHASES: line.phasesOffset = offset; line.phasesBytes = bytes; break;
    case SECTION_WINDOWS: line.windowsOffset = offset; line.windowsBytes = bytes; break;
    case SECTION_KEYS: line.keysOffset = offset; line.keysBytes = bytes; line.keyMask = 0; break;
    case SECTION_WORDS: line.wordsOffset = offset; line.wordsBytes = bytes; break;
    case SECTION_CELLS: line.keysOffset = offset; line.keysBytes = bytes; line.keyMask = 1; break;
    case SECTION_RULES: line.rulesOffset = offset; line.rulesBytes = bytes; break;
    case SECTION_NAMES: line.namesOffset = offset; line.namesBytes = bytes; break;
    default: line.rowsOffset = offset; line.rowsBytes = bytes; break;
  }
}

function examineSizes(line: LineExamination): u32 {
  if (line.phasesBytes != <u32>4 << line.phaseSteps) return DIRECTORY;
  if (line.phases > u32.MAX_VALUE / WINDOW_BYTES || line.windowsBytes != line.phases * WINDOW_BYTES) return DIRECTORY;
  const refusal = examineRulesBytes(line);
  if (refusal != DONE) return refusal;
  if (line.keysBytes < <u32>4 << line.lineSteps || line.rowsBytes < 4) return DIRECTORY;
  return line.phasesOffset >= ARENA_BYTES / 2 ? TOO_LARGE : DONE;
}

/** Lays the line that stands in the arena out for check. Gives how it is asked. */
export function layOutLine(line: LineExamination, known: Edition, map: Active): u32 {
  layOutAxis(line, known, map);
  map.list = listOf(keptWord(line.windowsOffset + WINDOW_AT_KEYS), line.lineSteps);
  map.words = (keptWord(line.windowsOffset + WINDOW_AT_WORDS) >>> 2) - (<u32>1 << line.lineSteps);
  map.phaseStarts = listOf(line.phasesOffset, line.phaseSteps);
  map.phaseEntries = (<u32>4 << line.phaseSteps) - (line.windowsOffset >>> 2);
  return line.phaseSteps == 0 ? ASK_LINE : ASK_PHASES;
}

/** What is laid out of every line, whatever its searches are. */
export function layOutAxis(line: LineExamination, known: Edition, map: Active): void {
  map.minimum = line.minimum;
  map.lastPhase = line.period - 1;
  map.length = line.length;
  map.outsideWord = wordWithoutRow(STATE_OUTSIDE, line.outsideAction);
  map.runShift = line.wraps ? RING | line.ruleBits : line.ruleBits == 0 ? NO_RUNS : ROW_UNUSED_BITS + line.ruleBits;
  map.ruleMask = (1 << line.ruleBits) - 1;
  map.rows = line.rowsOffset >>> 2;
  map.rules = line.rulesOffset >>> 2;
  map.keys = line.keysOffset >>> 2;
  map.epoch = known.epoch;
  map.moveLengthMax = line.moveLengthMax;
  map.moveCellsMax = line.moveCellsMax;
  map.height = 0;
  map.minimumY = 0;
  map.outsideLeaf = 0;
}

if (!(LINE_EXAMINATION_BYTES <= EXAMINATION_ROOM)) ERROR('what is known of a line under examination outgrew its place');
if (!(ENTRIES <= SECTIONS_MAX)) ERROR('more sections than the directory may hold');
