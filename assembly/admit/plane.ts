/**
 * The layout *plane*: its headers and section table, and how it is laid out for check. Its sections: plane-nodes.ts.
 * docs/SPEC.md section 2.9.
 *
 * Nodes of 16 bytes and planes without moves are what this core admits; of others it says that the layout is unknown to it.
 */
import {
  ARENA_BYTES, AXIS_BYTES, BODY_HEADER, BODY_HEADER_AT_APPROACHES, BODY_HEADER_AT_CELLS, BODY_HEADER_AT_MOVE_CELLS_MAX,
  BODY_HEADER_AT_MOVE_LENGTH_MAX, BODY_HEADER_AT_PHASES, BODY_HEADER_AT_PHASE_PERIOD, BODY_HEADER_AT_PHASE_SHAPE,
  BODY_HEADER_AT_PHASE_STEPS, BODY_HEADER_AT_RULE_BITS, BODY_HEADER_AT_STEPS, BODY_HEADER_BYTES, DIRECTORY, DIRECTORY_ENTRIES_MAX, DONE,
  EXAMINATION_ROOM, HALVINGS_MAX, LAYOUT_UNKNOWN, LIST_ENTRY_BYTES, LIST_WORD_PLACE_MASK, LIST_WORD_SHIFT_SHIFT, LIST_WORD_UNUSED_MASK,
  LIST_WORD_UNUSED_SHIFT, NODE_16_BYTES, PHASE_STEPS_MAX, PLACE_FROM, PLANE_HEADER_AT_LEAVES, PLANE_HEADER_AT_LEVELS,
  PLANE_HEADER_AT_NODES, PLANE_HEADER_AT_OUTSIDE, PLANE_HEADER_BYTES, PLANE_REACH, PLANE_STEPS_MAX, RULE_BITS_MAX, SECTIONS_MAX,
  SECTION_DIRECTORIES, SECTION_GRIDS, SECTION_LEVELS, SECTION_NAMES, SECTION_NODES, SECTION_PHASES, SECTION_RULES, STEPS_WRONG,
  STEP_KIND_DIRECTORY, STEP_KIND_GRID, STEP_KIND_HALVING, STEP_KIND_LINE, STEP_KIND_PHASE, STEP_KIND_PLANE, STEP_KIND_PLANE_SHORT,
  TICKS_MAX, TOO_LARGE,
} from '../format';
import { ASK_PLANE, ASK_PLANE_PHASES, Active, RING, ROWS_OF_PLANE } from '../check/active';
import { examineAxis, examineEntry, examineExtent, examineTableHead, sectionEnd } from './body';
import { Edition, stepsOf } from './edition';
import { Examination } from './examination';
import { bodyWord } from './reader';
import { examineRuleCounts, examineRulesBytes } from './rules';

const AXES: u32 = 2;
const PLANE_HEADER_AT: u32 = BODY_HEADER_BYTES + AXES * AXIS_BYTES;
const ENTRIES: u32 = 7;
/** The last shift of a u32: a grid of one square. */
const SHIFT_MAX: u32 = 31;

/** What is known of a plane under examination. */
@unmanaged
export class PlaneExamination extends Examination {
  // The headers.
  period: u32;
  phases: u32;
  halvings: u32;
  steps: u32;
  /** Of x; what the axis record leaves is then that of y. */
  minimumX: i32;
  width: u32;
  /** The list word of the phases. */
  phaseShape: u32;
  shiftX: u32;
  shiftY: u32;
  stride: u32;
  nodes: u32;
  leaves: u32;
  outside: u32;

  // The sections.
  directoriesOffset: u32;
  directoriesBytes: u32;
  gridsOffset: u32;
  gridsBytes: u32;
  phasesOffset: u32;
  phasesBytes: u32;
  nodesOffset: u32;
  nodesBytes: u32;
  levelsOffset: u32;
  levelsBytes: u32;

  // How far the sections are examined: plane-nodes.ts.
  part: u32;
  /** The phase, bucket, grid entry or node that is next. */
  next: u32;
  /** Bytes of one grid, and where one that no phase named yet would begin. */
  gridBytes: u32;
  nextGrid: u32;
  /** The last phase that starts at or before the bucket at hand. */
  phaseAt: u32;
  /** The level of the node at hand, and the first node of the next one. */
  level: u32;
  levelEnd: u32;
  wordBefore: u32;
}

/** Reads and examines headers and section table. Gives DONE or the refusal. */
export function examinePlaneHeader(plane: PlaneExamination, known: Edition): u32 {
  let refusal = examineExtent(plane, known, AXES);
  plane.tableAt = PLANE_HEADER_AT + PLANE_HEADER_BYTES;
  if (refusal == DONE && plane.residentBytes > PLANE_REACH) refusal = TOO_LARGE;
  if (refusal == DONE) refusal = examineNumbers(plane, known);
  if (refusal == DONE) refusal = examineAxes(plane);
  if (refusal == DONE) refusal = examineTable(plane, known);
  if (refusal == DONE) refusal = examineGridShape(plane);
  return refusal == DONE ? examineSizes(plane) : refusal;
}

function examineNumbers(plane: PlaneExamination, known: Edition): u32 {
  plane.period = bodyWord(plane, BODY_HEADER_AT_PHASE_PERIOD);
  plane.phases = bodyWord(plane, BODY_HEADER_AT_PHASES);
  plane.halvings = bodyWord(plane, BODY_HEADER_AT_PHASE_STEPS);
  plane.steps = bodyWord(plane, BODY_HEADER_AT_STEPS);
  plane.phaseShape = bodyWord(plane, BODY_HEADER_AT_PHASE_SHAPE);
  const phases = plane.phases;
  if (plane.period == 0 || plane.period > TICKS_MAX || phases == 0 || phases > plane.period) return BODY_HEADER;
  if (plane.halvings > HALVINGS_MAX) return BODY_HEADER;
  if (phases > 1 << PHASE_STEPS_MAX || plane.steps > PLANE_STEPS_MAX) return TOO_LARGE;
  if (!areSteps(plane, known)) return STEPS_WRONG;
  if (bodyWord(plane, BODY_HEADER_AT_MOVE_LENGTH_MAX) != 0 || bodyWord(plane, BODY_HEADER_AT_MOVE_CELLS_MAX) != 0) return LAYOUT_UNKNOWN;
  for (let at = BODY_HEADER_AT_PHASE_SHAPE + 4; at < BODY_HEADER_BYTES; at += 4) if (bodyWord(plane, at) != 0) return BODY_HEADER;
  known.residentBytes = plane.residentBytes;
  const refusal = examineRuleCounts(plane);
  if (refusal != DONE) return refusal;
  if (bodyWord(plane, BODY_HEADER_AT_APPROACHES) != 0) return BODY_HEADER;
  const bits: u32 = 32 - clz<u32>(plane.rules - 1);
  return bits <= RULE_BITS_MAX && bodyWord(plane, BODY_HEADER_AT_RULE_BITS) == bits ? DONE : BODY_HEADER;
}

/** Whether the steps TLV names what a question takes, and nothing else: the phase only in a map with phases. */
function areSteps(plane: PlaneExamination, known: Edition): bool {
  const directories: u32 = plane.phases > 1 ? 1 : 0;
  if (stepsOf(known, STEP_KIND_DIRECTORY) != directories || stepsOf(known, STEP_KIND_HALVING) != plane.halvings) return false;
  if (stepsOf(known, STEP_KIND_PLANE) != plane.steps || stepsOf(known, STEP_KIND_GRID) != 1) return false;
  return (stepsOf(known, STEP_KIND_PHASE) | stepsOf(known, STEP_KIND_LINE) | stepsOf(known, STEP_KIND_PLANE_SHORT)) == 0;
}

function examineAxes(plane: PlaneExamination): u32 {
  let refusal = examineAxis(plane, BODY_HEADER_BYTES);
  if (refusal != DONE || plane.wraps) return BODY_HEADER;
  plane.minimumX = plane.minimum;
  plane.width = plane.length;
  refusal = examineAxis(plane, BODY_HEADER_BYTES + AXIS_BYTES);
  return refusal != DONE || plane.wraps ? BODY_HEADER : DONE;
}

/** The sections, in order; LEVELS and NAMES stay in flash. */
function examineTable(plane: PlaneExamination, known: Edition): u32 {
  const refusal = examineTableHead(plane, known, ENTRIES);
  if (refusal != DONE) return refusal;
  for (let entry: u32 = 0; entry < ENTRIES; entry++) {
    const section = sectionAt(entry);
    const isResident = section != SECTION_NAMES && section != SECTION_LEVELS;
    const align: u32 = section == SECTION_NODES ? NODE_16_BYTES : section == SECTION_PHASES ? LIST_ENTRY_BYTES : 4;
    const wrong = examineEntry(plane, known, entry, section, isResident, align);
    if (wrong != DONE) return wrong;
    keepSection(plane, section, plane.sectionOffset, plane.sectionBytes);
  }
  return sectionEnd(plane) == known.bodyBytes && plane.levelsOffset == plane.residentBytes ? DONE : DIRECTORY;
}

/** Which section stands at a place of the section table. */
function sectionAt(entry: u32): u32 {
  switch (entry) {
    case 0: return SECTION_DIRECTORIES;
    case 1: return SECTION_GRIDS;
    case 2: return SECTION_PHASES;
    case 3: return SECTION_NODES;
    case 4: return SECTION_RULES;
    case 5: return SECTION_LEVELS;
    default: return SECTION_NAMES;
  }
}

function keepSection(plane: PlaneExamination, section: u32, offset: u32, bytes: u32): void {
  switch (section) {
    case SECTION_DIRECTORIES: plane.directoriesOffset = offset; plane.directoriesBytes = bytes; break;
    case SECTION_GRIDS: plane.gridsOffset = offset; plane.gridsBytes = bytes; break;
    case SECTION_PHASES: plane.phasesOffset = offset; plane.phasesBytes = bytes; break;
    case SECTION_NODES: plane.nodesOffset = offset; plane.nodesBytes = bytes; break;
    case SECTION_RULES: plane.rulesOffset = offset; plane.rulesBytes = bytes; break;
    case SECTION_LEVELS: plane.levelsOffset = offset; plane.levelsBytes = bytes; break;
    default: plane.namesOffset = offset; plane.namesBytes = bytes; break;
  }
}

/** The plane header: what a node is, and the squares of a grid. */
function examineGridShape(plane: PlaneExamination): u32 {
  const shape = bodyWord(plane, PLANE_HEADER_AT);
  if ((shape & 0xff) != NODE_16_BYTES) return LAYOUT_UNKNOWN;
  plane.shiftX = (shape >>> 8) & 0xff;
  plane.shiftY = (shape >>> 16) & 0xff;
  plane.stride = shape >>> 24;
  if (plane.shiftX > SHIFT_MAX || plane.shiftY > SHIFT_MAX || plane.stride > SHIFT_MAX) return BODY_HEADER;
  const columns = u64((plane.width - 1) >>> plane.shiftX) + 1;
  const rows = u64((plane.length - 1) >>> plane.shiftY) + 1;
  const bytes = (rows << (plane.stride + 1)) + 3;
  if (columns > <u64>1 << plane.stride || bytes > u64(PLANE_REACH)) return BODY_HEADER;
  plane.gridBytes = u32(bytes) & ~3;
  return DONE;
}

function examineSizes(plane: PlaneExamination): u32 {
  plane.nodes = bodyWord(plane, PLANE_HEADER_AT + PLANE_HEADER_AT_NODES);
  plane.leaves = bodyWord(plane, PLANE_HEADER_AT + PLANE_HEADER_AT_LEAVES);
  plane.outside = bodyWord(plane, PLANE_HEADER_AT + PLANE_HEADER_AT_OUTSIDE);
  if (bodyWord(plane, PLANE_HEADER_AT + PLANE_HEADER_AT_LEVELS) != plane.steps + 1) return BODY_HEADER;
  for (let at = PLANE_HEADER_AT + PLANE_HEADER_AT_LEVELS + 4; at < plane.tableAt; at += 4) if (bodyWord(plane, at) != 0) return BODY_HEADER;
  if (plane.leaves == 0 || plane.leaves > plane.nodes || plane.leaves != bodyWord(plane, BODY_HEADER_AT_CELLS)) return BODY_HEADER;
  if (u64(plane.nodesBytes) != u64(plane.nodes) * NODE_16_BYTES || plane.levelsBytes != (plane.steps + 1) << 2) return DIRECTORY;
  if (plane.outside != plane.nodesOffset + (plane.nodes - plane.leaves) * NODE_16_BYTES) return BODY_HEADER;
  const more: u32 = 1 << plane.halvings;
  const fill: u32 = more > plane.phases + 1 ? more - 1 - plane.phases : 0;
  if (plane.phasesBytes != (plane.phases + 1 + fill) * LIST_ENTRY_BYTES || plane.phasesOffset >= ARENA_BYTES / 2) return DIRECTORY;
  if (plane.gridsBytes == 0 || plane.gridsBytes % plane.gridBytes != 0) return DIRECTORY;
  return examineDirectorySize(plane) ? examineRulesBytes(plane) : DIRECTORY;
}

/** Whether the one directory, that of the phases, fills its section. */
function examineDirectorySize(plane: PlaneExamination): bool {
  const shape = plane.phaseShape;
  if (((shape >>> LIST_WORD_UNUSED_SHIFT) & LIST_WORD_UNUSED_MASK) != 0) return false;
  if (((shape & LIST_WORD_PLACE_MASK) << 1) + PLACE_FROM != plane.directoriesOffset) return false;
  const buckets = bucketsOf(plane);
  return buckets <= DIRECTORY_ENTRIES_MAX && plane.directoriesBytes == ((buckets << 1) + 3 & ~3);
}

/** Entries of the directory of phases. */
export function bucketsOf(plane: PlaneExamination): u32 {
  return ((plane.period - 1) >>> (plane.phaseShape >>> LIST_WORD_SHIFT_SHIFT)) + 1;
}

/** Lays the plane that stands in the arena out for check. Gives how it is asked. */
export function layOutPlane(plane: PlaneExamination, known: Edition, map: Active): u32 {
  const hasPhases = plane.phases > 1;
  map.minimum = plane.minimumX;
  map.lastPhase = plane.period - 1;
  map.list = plane.steps;
  map.words = hasPhases ? plane.phaseShape : plane.gridsOffset >>> 1;
  map.length = plane.width;
  map.outsideWord = plane.outside;
  map.phaseStarts = plane.shiftY | (plane.stride << 8);
  map.phaseEntries = (1 << plane.halvings) - 1;
  map.runShift = plane.shiftX | RING;
  map.ruleMask = ROWS_OF_PLANE;
  map.rows = u32(plane.minimum);
  map.rules = plane.rulesOffset >>> 2;
  map.keys = plane.length;
  map.epoch = known.epoch;
  map.moveLengthMax = 0;
  map.moveCellsMax = 0;
  return hasPhases ? ASK_PLANE_PHASES : ASK_PLANE;
}

if (!(offsetof<PlaneExamination>() <= EXAMINATION_ROOM)) ERROR('what is known of a plane under examination outgrew its place');
if (!(ENTRIES <= SECTIONS_MAX)) ERROR('more sections than the table may hold');
