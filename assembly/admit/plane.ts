/**
 * The layout *plane*: its header, plane header and section table, and how it is laid out for check. Its sections: plane-nodes.ts.
 * docs/SPEC.md sections 2.1 and 2.9.
 */
import {
  AXIS_BYTES, BODY_HEADER, BODY_HEADER_AT_CELLS, BODY_HEADER_BYTES, DIRECTORY, DONE, EXAMINATION_ROOM, LARGE,
  LIST_ENTRY_AT_WORD_BEFORE, LIST_ENTRY_BYTES, NODE_12_BYTES, NODE_16_BYTES, NODE_20_BYTES, PLANE_HEADER_AT_GRID_SHIFT_X,
  PLANE_HEADER_AT_LEAVES, PLANE_HEADER_AT_LEVELS, PLANE_HEADER_AT_NODES, PLANE_HEADER_AT_NODE_BYTES, PLANE_HEADER_AT_OUTSIDE,
  PLANE_HEADER_BYTES, PLANE_STEPS_MAX, SECTIONS_MAX, SECTION_DIRECTORIES, SECTION_GRIDS, SECTION_LEVELS, SECTION_NAMES, SECTION_NODES,
  SECTION_PHASES, SECTION_RULES, STATE_OUTSIDE, STEPS_WRONG, STEP_KIND_DIRECTORY, STEP_KIND_GRID, STEP_KIND_HALVING, STEP_KIND_PLANE,
  STEP_KIND_PLANE_SHORT, STEP_KINDS_MAX, TOO_LARGE,
} from '../format';
import { ASK_PLANE, ASK_PLANE_SHORT, ASK_PLANE_WIDE, Active, RING } from '../check/active';
import { SHAPE_STRIDE_SHIFT, SHAPE_Y_SHIFT, asPlane } from '../check/active-plane';
import { HALVINGS_ROOM, HALVINGS_SHIFT } from '../check/directory';
import { WALK_ROOM, WALK_SHIFT } from '../check/plane-walk';
import { wordWithoutRow } from '../words';
import { examineAxis, examineEntry, examineExtent, examineTableHead, sectionEnd } from './body';
import { DirectoryExamination, ZEROS_AT, entriesOf, examinePhasesByHalves } from './directory';
import { Edition, stepsOf } from './edition';
import { examineNumbers, keepSection } from './line';
import { bodyWord, keptWord } from './reader';
import { examineRulesBytes } from './rules';

const AXES: u32 = 2;
const AXIS_Y_AT: u32 = BODY_HEADER_BYTES + AXIS_BYTES;
const PLANE_HEADER: u32 = BODY_HEADER_BYTES + AXES * AXIS_BYTES;
const TABLE_AT: u32 = PLANE_HEADER + PLANE_HEADER_BYTES;
const ENTRIES: u32 = 7;
const NODES_ALIGN: u32 = 16;
/** A shift with which an axis has one square. */
const WHOLE_AXIS: u32 = 31;
/** More than any grid in the arena has. */
const STRIDE_MOST: u32 = 26;
/** Links that share a word have 17 bits. */
const SHARED_REACH: u32 = 0x20000;
/** A word of the header that is reserved, and so 0. */
const ZERO_INDEX: u32 = ZEROS_AT / 4;
/** A shift that leaves nothing of a row, whose bits are 26. */
const NOTHING_LEFT: u32 = 31;

/** What is known of a plane under examination: beside what is known of a line with directories, its second axis, grids and nodes. */
@unmanaged
export class PlaneExamination extends DirectoryExamination {
  minimumX: i32;
  width: u32;
  nodeBytes: u32;
  shiftX: u32;
  shiftY: u32;
  stride: u32;
  columns: u32;
  rows: u32;
  /** Leaves included. */
  nodes: u32;
  leaves: u32;
  outsideLeaf: u32;

  gridsOffset: u32;
  gridsBytes: u32;
  gridBytes: u32;
  nodesOffset: u32;
  nodesBytes: u32;
  levelsOffset: u32;
  levelsBytes: u32;

  // How far it is: plane-nodes.ts.
  /** The entry of a grid, or the node, that is next. */
  next: u32;
  level: u32;
  /** The first node behind the level at hand. */
  levelEnd: u32;
  /** What the row of the next leaf is at least. */
  rowLeast: u32;
}

/** Reads and examines header and section table. Gives DONE or the refusal. */
export function examinePlaneHeader(plane: PlaneExamination, known: Edition): u32 {
  if (known.bodyBytes < TABLE_AT + 4) return BODY_HEADER;
  let refusal = examineExtent(plane, known, AXES);
  if (refusal == DONE) refusal = examinePhasesByHalves(plane);
  if (refusal == DONE && plane.lineSteps > PLANE_STEPS_MAX) refusal = TOO_LARGE;
  if (refusal == DONE) refusal = examineNumbers(plane, known, ZEROS_AT);
  if (refusal == DONE) refusal = examineRules(plane);
  if (refusal == DONE) refusal = examineAxes(plane);
  if (refusal == DONE) refusal = examineShape(plane);
  if (refusal == DONE && !hasPlaneSteps(plane, known)) refusal = STEPS_WRONG;
  if (refusal == DONE) refusal = examineTable(plane, known);
  return refusal == DONE ? examineSizes(plane) : refusal;
}

/** A plane has no approaches, and as many bits of rules as its rules need. */
function examineRules(plane: PlaneExamination): u32 {
  if (plane.covering != plane.zones) return BODY_HEADER;
  return plane.ruleBits == max(32 - u32(clz(plane.rules - 1)), 1) ? DONE : BODY_HEADER;
}

/** The axes, neither of which is a ring. Leaves that of y in `minimum` and `length`. */
function examineAxes(plane: PlaneExamination): u32 {
  let refusal = examineAxis(plane, BODY_HEADER_BYTES);
  if (refusal != DONE || plane.wraps) return BODY_HEADER;
  plane.minimumX = plane.minimum;
  plane.width = plane.length;
  refusal = examineAxis(plane, AXIS_Y_AT);
  return refusal != DONE || plane.wraps ? BODY_HEADER : DONE;
}

/** Whether a shift is in the one form that it has for so many squares. */
function isShift(squares: u32, shift: u32): bool {
  return shift <= WHOLE_AXIS && (squares != 1 || shift == WHOLE_AXIS);
}

/** The plane header. Gives DONE or the refusal. */
function examineShape(plane: PlaneExamination): u32 {
  const form = bodyWord(plane, PLANE_HEADER + PLANE_HEADER_AT_NODE_BYTES);
  plane.nodeBytes = form & 0xff;
  plane.shiftX = (form >>> 8) & 0xff;
  plane.shiftY = (form >>> 16) & 0xff;
  plane.stride = form >>> 24;
  plane.columns = ((plane.width - 1) >>> plane.shiftX) + 1;
  plane.rows = ((plane.length - 1) >>> plane.shiftY) + 1;
  const bytes = plane.nodeBytes;
  if (bytes != NODE_12_BYTES && bytes != NODE_16_BYTES && bytes != NODE_20_BYTES) return BODY_HEADER;
  if (!isShift(plane.columns, plane.shiftX) || !isShift(plane.rows, plane.shiftY)) return BODY_HEADER;
  if (plane.stride != (plane.columns == 1 ? 0 : 32 - u32(clz(plane.columns - 1)))) return BODY_HEADER;
  plane.nodes = bodyWord(plane, PLANE_HEADER + PLANE_HEADER_AT_NODES);
  plane.leaves = bodyWord(plane, PLANE_HEADER + PLANE_HEADER_AT_LEAVES);
  plane.outsideLeaf = bodyWord(plane, PLANE_HEADER + PLANE_HEADER_AT_OUTSIDE);
  if (plane.leaves == 0 || plane.leaves > plane.nodes || plane.leaves != bodyWord(plane, BODY_HEADER_AT_CELLS)) return BODY_HEADER;
  if (bodyWord(plane, PLANE_HEADER + PLANE_HEADER_AT_LEVELS) != plane.lineSteps + 1) return BODY_HEADER;
  for (let at = PLANE_HEADER + PLANE_HEADER_AT_LEVELS + 4; at < TABLE_AT; at += 4) if (bodyWord(plane, at) != 0) return BODY_HEADER;
  return bytes == NODE_20_BYTES && !LARGE ? TOO_LARGE : DONE;
}

/** Whether the steps TLV says what a check of this plane takes, and nothing else. */
function hasPlaneSteps(plane: PlaneExamination, known: Edition): bool {
  const isShort = plane.nodeBytes == NODE_12_BYTES;
  for (let kind: u32 = 1; kind <= STEP_KINDS_MAX; kind++) {
    let wanted: u32 = 0;
    if (kind == STEP_KIND_DIRECTORY && plane.phases != 1) wanted = 1;
    if (kind == STEP_KIND_HALVING && plane.phases != 1) wanted = plane.phaseSteps;
    if (kind == (isShort ? STEP_KIND_PLANE_SHORT : STEP_KIND_PLANE)) wanted = plane.lineSteps;
    if (kind == STEP_KIND_GRID) wanted = 1;
    if (stepsOf(known, kind) != wanted) return false;
  }
  return true;
}

/** The sections, in order; LEVELS and NAMES stay in flash. */
function examineTable(plane: PlaneExamination, known: Edition): u32 {
  const refusal = examineTableHead(plane, known, TABLE_AT, ENTRIES);
  if (refusal != DONE) return refusal;
  for (let entry: u32 = 0; entry < ENTRIES; entry++) {
    const section = sectionAt(entry);
    const align = section == SECTION_PHASES ? LIST_ENTRY_BYTES : section == SECTION_NODES ? NODES_ALIGN : 4;
    const wrong = examineEntry(plane, known, entry, section, section != SECTION_LEVELS && section != SECTION_NAMES, align);
    if (wrong != DONE) return wrong;
    keepPlaneSection(plane, section, plane.sectionOffset, plane.sectionBytes);
  }
  return sectionEnd(plane) == known.bodyBytes && plane.levelsOffset == plane.residentBytes ? DONE : DIRECTORY;
}

/** Which section stands at a place of the section table. */
function sectionAt(entry: u32): u32 {
  switch (entry) {
    case 0: return SECTION_DIRECTORIES;
    case 1: return SECTION_PHASES;
    case 2: return SECTION_GRIDS;
    case 3: return SECTION_NODES;
    case 4: return SECTION_RULES;
    case 5: return SECTION_LEVELS;
    default: return SECTION_NAMES;
  }
}

function keepPlaneSection(plane: PlaneExamination, section: u32, offset: u32, bytes: u32): void {
  switch (section) {
    case SECTION_DIRECTORIES: plane.directoriesOffset = offset; plane.directoriesBytes = bytes; break;
    case SECTION_GRIDS: plane.gridsOffset = offset; plane.gridsBytes = bytes; break;
    case SECTION_NODES: plane.nodesOffset = offset; plane.nodesBytes = bytes; break;
    case SECTION_LEVELS: plane.levelsOffset = offset; plane.levelsBytes = bytes; break;
    default: keepSection(plane, section, offset, bytes); break;
  }
}

function examineSizes(plane: PlaneExamination): u32 {
  if (plane.phasesBytes != entriesOf(plane.phases, plane.phaseSteps) * LIST_ENTRY_BYTES) return DIRECTORY;
  const refusal = examineRulesBytes(plane);
  if (refusal != DONE) return refusal;
  const isWide = plane.nodeBytes == NODE_20_BYTES;
  const entryShift: u32 = isWide ? 2 : 1;
  if (plane.stride > STRIDE_MOST || plane.rows > plane.gridsBytes) return DIRECTORY;
  const gridBytes = (((u64(plane.rows) << plane.stride) << entryShift) + 3) & ~3;
  if (gridBytes == 0 || gridBytes > plane.gridsBytes) return DIRECTORY;
  plane.gridBytes = u32(gridBytes);
  if (plane.gridsBytes % u32(gridBytes) != 0) return DIRECTORY;
  if (u64(plane.nodes) * plane.nodeBytes != u64(plane.nodesBytes)) return DIRECTORY;
  const end = plane.nodesOffset + plane.nodesBytes;
  if (!isWide && end > SHARED_REACH) return DIRECTORY;
  if (plane.levelsBytes != (plane.lineSteps + 1) << 2) return DIRECTORY;
  return plane.outsideLeaf == end - plane.nodeBytes ? DONE : BODY_HEADER;
}

/** Lays the plane that stands in the arena out for check. Gives how it is asked. */
export function layOutPlane(plane: PlaneExamination, known: Edition, active: Active): u32 {
  const map = asPlane(active);
  const shifts = plane.shiftX | (plane.shiftY << SHAPE_Y_SHIFT) | (plane.stride << SHAPE_STRIDE_SHIFT);
  const grid = keptWord(plane.phasesOffset + LIST_ENTRY_BYTES + LIST_ENTRY_AT_WORD_BEFORE);
  map.minimumX = plane.minimumX;
  map.lastPhase = plane.period - 1;
  map.shape = ((WALK_ROOM - plane.lineSteps) << WALK_SHIFT) | shifts;
  map.grid = plane.phases == 1 ? grid : 0;
  map.length = 0;
  map.width = plane.width;
  map.phaseStarts = plane.phaseShape;
  map.phaseEntries = (HALVINGS_ROOM - plane.phaseSteps) << HALVINGS_SHIFT;
  map.runShift = RING | NOTHING_LEFT;
  map.ruleMask = (1 << plane.ruleBits) - 1;
  map.rows = ZERO_INDEX;
  map.rules = plane.rulesOffset >>> 2;
  map.keys = ZERO_INDEX;
  map.epoch = known.epoch;
  map.moveLengthMax = plane.moveLengthMax;
  map.moveCellsMax = plane.moveCellsMax;
  map.height = plane.length;
  map.minimumY = plane.minimum;
  map.outsideLeaf = plane.outsideLeaf;
  return plane.nodeBytes == NODE_12_BYTES ? ASK_PLANE_SHORT : plane.nodeBytes == NODE_16_BYTES ? ASK_PLANE : ASK_PLANE_WIDE;
}

/** The word of the leaf of the outside. */
export function outsideWordOf(plane: PlaneExamination): u32 {
  return wordWithoutRow(STATE_OUTSIDE, plane.outsideAction);
}

if (!(offsetof<PlaneExamination>() <= EXAMINATION_ROOM)) ERROR('what is known of a plane under examination outgrew its place');
if (!(ENTRIES <= SECTIONS_MAX)) ERROR('more sections than the directory may hold');
