/**
 * The sections of a plane, examined where they lie in flash, in steps. docs/SPEC.md section 2.9. After this every question ends, within the
 * levels there are, in a leaf whose word the rules justify; which places a leaf stands for is the digest's matter.
 *
 * Order: rules → names → phases with the places of their grids → their directory → grids → nodes, level by level → leaves.
 */
import {
  DONE, FLASH_FAILED, KEYS_WRONG, MOVE_CHANGE_BITS, NODE_12_AT_A, NODE_12_AT_C, NODE_12_BYTES, NODE_16_AT_A, NODE_16_AT_B,
  NODE_16_AT_C, NODE_16_BYTES, NODE_20_AT_A, NODE_20_AT_B, NODE_20_AT_C, NODE_20_AT_LEFT, NODE_20_BYTES, PHASES_WRONG, READS_A_STEP,
  STATE_COVERED, STATE_GAP, WORDS_WRONG, WORD_ROW_MASK,
} from '../format';
import { MORE } from '../refusal';
import { actionOfWord, stateOfWord } from '../words';
import { examineNextStart, halfAt } from './directory-list';
import { NO_LIST_WORD, beginPhaseStarts, hasNoPhases, takePhase } from './phase-list';
import { PlaneExamination, outsideWordOf } from './plane';
import { bodyWord } from './reader';
import { actionOfRule, examineNamesBegin, examineNextName, examineNextRule, examineRulesBegin } from './rules';

const PART_RULES: u32 = 0;
const PART_NAMES: u32 = 1;
const PART_PHASES: u32 = 2;
const PART_STARTS: u32 = 3;
const PART_GRIDS: u32 = 4;
const PART_NODES: u32 = 5;

/** Bits of a word of links that no link has. */
const LINKS_UNUSED: u32 = 0x20002;
const LINK_MASK: u32 = 0x1fffc;

/** Begins with the sections of the plane whose header was examined. */
export function examinePlaneBegin(plane: PlaneExamination): void {
  plane.part = PART_RULES;
  plane.nextPhase = 0;
  plane.nextList = plane.gridsOffset;
  plane.nextDirectory = plane.directoriesOffset;
  plane.phaseWord = NO_LIST_WORD;
  plane.next = 0;
  plane.level = 0;
  plane.levelEnd = 0;
  plane.rowLeast = 0;
  examineRulesBegin(plane);
}

/** One bounded step: it ends after `most` of what is counted, or behind that in which READS_A_STEP were reached. */
export function examinePlaneStep(plane: PlaneExamination, most: u32): u32 {
  plane.reads = 0;
  let result: u32 = MORE;
  for (let i: u32 = 0; result == MORE && i < most && plane.reads < READS_A_STEP; i++) result = examineNext(plane);
  return plane.readFailed ? FLASH_FAILED : result;
}

/** Examines the next rule, name, phase, start of a phase, square or node. Gives MORE, DONE after the last of all, or the refusal. */
function examineNext(plane: PlaneExamination): u32 {
  switch (plane.part) {
    case PART_RULES: return goOn(plane, examineNextRule(plane));
    case PART_NAMES: return goOn(plane, examineNextName(plane));
    case PART_PHASES: return goOn(plane, examineNextPhase(plane));
    case PART_STARTS: return goOn(plane, examineNextStart(plane));
    case PART_GRIDS: return goOn(plane, examineNextSquare(plane));
    default: return examineNextNode(plane);
  }
}

/** Where a part is done, goes on to the next. Gives MORE or the refusal. */
function goOn(plane: PlaneExamination, result: u32): u32 {
  if (result != DONE) return result;
  if (plane.part == PART_RULES) examineNamesBegin(plane);
  plane.part++;
  return MORE;
}

/** The next entry of PHASES. Its word is the offset of the next grid, or of one that was met before. Gives MORE, DONE or the refusal. */
function examineNextPhase(plane: PlaneExamination): u32 {
  const end = plane.gridsOffset + plane.gridsBytes;
  if (hasNoPhases(plane)) return plane.nextList == end ? beginPhaseStarts(plane) : KEYS_WRONG;
  const result = takePhase(plane);
  if (result != DONE) return result;
  const grid = plane.entryWord;
  if (grid == plane.nextList && grid < end) {
    plane.nextList += plane.gridBytes;
    return MORE;
  }
  const isKnown = grid >= plane.gridsOffset && grid < plane.nextList && (grid - plane.gridsOffset) % max(plane.gridBytes, 1) == 0;
  return isKnown ? MORE : PHASES_WRONG;
}

/** Whether an offset is that of a node from number `first` on, or of a leaf; nothing leads to the last one, that of the outside. */
function isLink(plane: PlaneExamination, offset: u32, first: u32): bool {
  const at = offset - plane.nodesOffset;
  if (offset < plane.nodesOffset + first * plane.nodeBytes || offset >= plane.outsideLeaf) return false;
  return (at & 3) == 0 && isMultiple(at >>> 2, plane.nodeBytes);
}

/** Whether so many words are whole nodes. A number is a multiple of an odd one where its product with the inverse of that is small. */
function isMultiple(words: u32, nodeBytes: u32): bool {
  if (nodeBytes == NODE_12_BYTES) return words * 0xaaaaaaab <= 0x55555555;
  if (nodeBytes == NODE_20_BYTES) return words * 0xcccccccd <= 0x33333333;
  return (words & 3) == 0;
}

/** The next entry of the grids: a root, or 0 beyond the axes. Gives MORE, DONE after the last, or the refusal. */
function examineNextSquare(plane: PlaneExamination): u32 {
  const isWide = plane.nodeBytes == NODE_20_BYTES;
  const at = plane.next;
  if (at >= plane.gridsBytes) {
    plane.next = 0;
    return bodyWord(plane, plane.levelsOffset) == 0 ? DONE : KEYS_WRONG;
  }
  plane.next += isWide ? 4 : 2;
  const offset = plane.gridsOffset + at;
  const entry = isWide ? bodyWord(plane, offset) : halfAt(plane, offset);
  const square = (at % max(plane.gridBytes, 1)) >>> (isWide ? 2 : 1);
  const row = square >>> plane.stride;
  const column = square & ((1 << plane.stride) - 1);
  if (column >= plane.columns || row >= plane.rows) return entry == 0 ? MORE : KEYS_WRONG;
  return isLink(plane, (entry << 2) ^ plane.outsideLeaf, 0) ? MORE : KEYS_WRONG;
}

/** The next node of a level, or leaf. Gives MORE, DONE after the last, or the refusal. */
function examineNextNode(plane: PlaneExamination): u32 {
  const number = plane.next;
  const first = plane.nodes - plane.leaves;
  if (number >= plane.nodes) return DONE;
  if (number == plane.levelEnd && plane.level < plane.lineSteps) {
    plane.level++;
    const end = bodyWord(plane, plane.levelsOffset + (plane.level << 2));
    if (end <= number || end > first) return KEYS_WRONG;
    plane.levelEnd = end;
  }
  plane.next++;
  if (number < plane.levelEnd) return examineNode(plane, number);
  return number >= first ? examineLeaf(plane, number) : KEYS_WRONG;
}

/** Where a node stands in the body. */
function nodeAt(plane: PlaneExamination, number: u32): u32 {
  return plane.nodesOffset + number * plane.nodeBytes;
}

/** A node that is a line. Gives MORE or the refusal. */
function examineNode(plane: PlaneExamination, number: u32): u32 {
  const at = nodeAt(plane, number);
  const right = linkOf(plane, at, 0);
  const left = linkOf(plane, at, 16);
  if (left == right || !hasLinks(plane, at)) return KEYS_WRONG;
  if (!isLink(plane, left, plane.levelEnd) || !isLink(plane, right, plane.levelEnd)) return KEYS_WRONG;
  const a = coefficientOf(plane, at, false);
  const b = coefficientOf(plane, at, true);
  if (u64(abs<i64>(a) + abs<i64>(b)) * plane.moveLengthMax >>> MOVE_CHANGE_BITS != 0) return KEYS_WRONG;
  return a > 0 || (a == 0 && b > 0) ? MORE : KEYS_WRONG;
}

/** A leaf, whose word is one of a rule behind those before, or that of the outside. Gives MORE or the refusal. */
function examineLeaf(plane: PlaneExamination, number: u32): u32 {
  const at = nodeAt(plane, number);
  if (linkOf(plane, at, 0) != at || linkOf(plane, at, 16) != at || !hasLinks(plane, at)) return KEYS_WRONG;
  if (coefficientOf(plane, at, false) != 0 || coefficientOf(plane, at, true) != 0) return KEYS_WRONG;
  const bytes = plane.nodeBytes;
  const word = bodyWord(plane, at + (bytes == NODE_12_BYTES ? NODE_12_AT_C : bytes == NODE_16_BYTES ? NODE_16_AT_C : NODE_20_AT_C));
  if (number == plane.nodes - 1) return word == outsideWordOf(plane) ? MORE : WORDS_WRONG;
  const row = word & WORD_ROW_MASK;
  if (row < plane.rowLeast || row >= plane.rules) return WORDS_WRONG;
  plane.rowLeast = row + 1;
  const state = row < plane.covering ? STATE_COVERED : STATE_GAP;
  return stateOfWord(word) == state && actionOfWord(word) == actionOfRule(plane, row) ? MORE : WORDS_WRONG;
}

/** The link of the node at an offset: where f ≥ 0 (turned by 0), or where f < 0 (turned by 16). */
function linkOf(plane: PlaneExamination, at: u32, turned: u32): u32 {
  if (plane.nodeBytes == NODE_20_BYTES) return bodyWord(plane, at + (turned == 0 ? 0 : NODE_20_AT_LEFT));
  return rotr<u32>(bodyWord(plane, at), turned) & LINK_MASK;
}

/** Whether nothing but two links is in the words that hold them. */
function hasLinks(plane: PlaneExamination, at: u32): bool {
  return plane.nodeBytes == NODE_20_BYTES || (bodyWord(plane, at) & LINKS_UNUSED) == 0;
}

/** A coefficient of the node at an offset: a, or b. */
function coefficientOf(plane: PlaneExamination, at: u32, isB: bool): i32 {
  switch (plane.nodeBytes) {
    case NODE_12_BYTES: {
      const both = bodyWord(plane, at + NODE_12_AT_A);
      return isB ? i32(both) >> 16 : i32(both << 16) >> 16;
    }
    case NODE_16_BYTES: return i32(bodyWord(plane, at + (isB ? NODE_16_AT_B : NODE_16_AT_A)));
    default: return i32(bodyWord(plane, at + (isB ? NODE_20_AT_B : NODE_20_AT_A)));
  }
}
