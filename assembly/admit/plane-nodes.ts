/**
 * The sections of a plane, examined where they lie in flash, in steps and each once from its beginning to its end. After this every
 * question ends, within the levels that the header tells, in a leaf whose word its rule justifies. Whether lines are where the source has
 * them is the digest's matter. docs/SPEC.md section 2.9.
 *
 * Order: phases → the directory of phases → rules → names → grids → nodes, level by level, and leaves.
 */
import {
  ACTION_NONE, CELLS_A_STEP, DONE, FLASH_FAILED, KEYS_WRONG, KEY_FILL, LIST_ENTRY_AT_WORD_BEFORE, LIST_ENTRY_BYTES, LIST_WORD_PLACE_MASK,
  NODE_16_AT_A, NODE_16_AT_B, NODE_16_AT_C, NODE_16_BYTES, PHASES_WRONG, PLACE_FROM, STATE_COVERED, STATE_GAP, STATE_OUTSIDE, WORDS_WRONG,
  WORD_ROW_MASK, LIST_WORD_SHIFT_SHIFT,
} from '../format';
import { MORE } from '../refusal';
import { actionOfWord, stateOfWord, wordWithoutRow } from '../words';
import { PlaneExamination, bucketsOf } from './plane';
import { bodyWord } from './reader';
import { actionOfRule, examineNamesBegin, examineNextName, examineNextRule, examineRulesBegin } from './rules';

const PART_PHASES: u32 = 0;
const PART_DIRECTORY: u32 = 1;
const PART_RULES: u32 = 2;
const PART_NAMES: u32 = 3;
const PART_GRIDS: u32 = 4;
const PART_NODES: u32 = 5;

/** Bits by which the links of a node are apart. */
const LINK_BITS: u32 = 16;

/** Begins with the sections of the plane whose headers were examined. */
export function examinePlaneBegin(plane: PlaneExamination): void {
  plane.part = PART_PHASES;
  plane.next = 0;
  plane.nextGrid = plane.gridsOffset;
}

/** One bounded step. Gives MORE, DONE or the refusal. */
export function examinePlaneStep(plane: PlaneExamination): u32 {
  let result: u32 = MORE;
  for (let i: u32 = 0; i < CELLS_A_STEP && result == MORE; i++) {
    result = examineNext(plane);
    if (result == DONE && plane.part != PART_NODES) result = beginNextPart(plane);
  }
  return plane.readFailed ? FLASH_FAILED : result;
}

/** Examines what is next in the part at hand. Gives MORE, DONE after the last, or the refusal. */
function examineNext(plane: PlaneExamination): u32 {
  switch (plane.part) {
    case PART_PHASES: return examineNextPhase(plane);
    case PART_DIRECTORY: return examineNextBucket(plane);
    case PART_RULES: return examineNextRule(plane);
    case PART_NAMES: return examineNextName(plane);
    case PART_GRIDS: return examineNextSquares(plane);
    default: return examineNextNode(plane);
  }
}

/** Goes on to what comes after a part that was found right. */
function beginNextPart(plane: PlaneExamination): u32 {
  plane.part++;
  plane.next = 0;
  plane.phaseAt = 0;
  plane.level = 0;
  plane.wordBefore = 0;
  plane.levelEnd = 0;
  if (plane.part == PART_RULES) examineRulesBegin(plane);
  if (plane.part == PART_NAMES) examineNamesBegin(plane);
  return MORE;
}

/** Entry i of PHASES: the start of phase i, and the word of the one before, which names its grid. */
function examineNextPhase(plane: PlaneExamination): u32 {
  const index = plane.next++;
  const at = plane.phasesOffset + index * LIST_ENTRY_BYTES;
  if (at >= plane.phasesOffset + plane.phasesBytes) return plane.nextGrid == plane.gridsOffset + plane.gridsBytes ? DONE : PHASES_WRONG;
  const start = bodyWord(plane, at);
  const word = bodyWord(plane, at + LIST_ENTRY_AT_WORD_BEFORE);
  if (index > plane.phases) return start == KEY_FILL && word == 0 ? MORE : PHASES_WRONG;
  if (index == 0) return start == plane.period && word == 0 ? MORE : PHASES_WRONG;
  if (index == plane.phases ? start != plane.period : start >= plane.period) return PHASES_WRONG;
  const before: u32 = index == 1 ? 0 : bodyWord(plane, at - LIST_ENTRY_BYTES);
  if (start <= before) return PHASES_WRONG;
  if (index > 1 && bodyWord(plane, at - LIST_ENTRY_BYTES + LIST_ENTRY_AT_WORD_BEFORE) == word) return PHASES_WRONG;
  return examineGridWord(plane, word) ? MORE : PHASES_WRONG;
}

/** Whether a list word names the next grid, or one that an earlier phase has. */
function examineGridWord(plane: PlaneExamination, word: u32): bool {
  const grid = ((word & LIST_WORD_PLACE_MASK) << 1) + PLACE_FROM;
  if (word > LIST_WORD_PLACE_MASK || grid < plane.gridsOffset || (grid - plane.gridsOffset) % plane.gridBytes != 0) return false;
  if (grid < plane.nextGrid) return true;
  if (grid != plane.nextGrid || grid >= plane.gridsOffset + plane.gridsBytes) return false;
  plane.nextGrid = grid + plane.gridBytes;
  return true;
}

/** The next bucket of the directory of phases: the entry from which its halvings reach every phase that starts in it. */
function examineNextBucket(plane: PlaneExamination): u32 {
  const bucket = plane.next;
  const buckets = bucketsOf(plane);
  if (bucket >= buckets) return (buckets & 1) == 0 || bucketAt(plane, buckets) == 0 ? DONE : KEYS_WRONG;
  const shift = plane.phaseShape >>> LIST_WORD_SHIFT_SHIFT;
  if (plane.phaseAt + 1 < plane.phases && startOf(plane, plane.phaseAt + 1) <= bucket << shift) {
    plane.phaseAt++;
    return MORE;
  }
  plane.next++;
  const first = plane.phasesOffset / LIST_ENTRY_BYTES;
  const reach: u32 = 1 << plane.halvings;
  const last: u32 = plane.phases + 1 > reach ? plane.phases + 1 - reach : 0;
  const entry = min(plane.phaseAt, last);
  if (bucketAt(plane, bucket) != first + entry) return KEYS_WRONG;
  // The first phase that is out of reach must not start in the bucket.
  const beyond = entry + reach;
  if (beyond >= plane.phases) return MORE;
  return u64(startOf(plane, beyond)) >= u64(bucket + 1) << shift ? MORE : KEYS_WRONG;
}

function bucketAt(plane: PlaneExamination, bucket: u32): u32 {
  return halfOf(plane, plane.directoriesOffset, bucket);
}

/** The start of a phase but the first. */
function startOf(plane: PlaneExamination, phase: u32): u32 {
  return bodyWord(plane, plane.phasesOffset + phase * LIST_ENTRY_BYTES);
}

/** Number `index` of the u16 from an offset of the body on, which is a multiple of 4. */
function halfOf(plane: PlaneExamination, offset: u32, index: u32): u32 {
  return (bodyWord(plane, offset + ((index << 1) & ~3)) >>> ((index & 1) << 4)) & 0xffff;
}

/** Two entries more of the grids: each the offset of a node, and in squares beyond the axes that of the leaf that answers outside. */
function examineNextSquares(plane: PlaneExamination): u32 {
  const at = plane.next++ << 1;
  if (at << 1 >= plane.gridsBytes) return DONE;
  for (let index = at; index < at + 2; index++) {
    const entry = halfOf(plane, plane.gridsOffset, index);
    const root = (entry << 2) ^ plane.outside;
    if (!isNode(plane, root, 0)) return KEYS_WRONG;
    if (entry != 0 && !isSquare(plane, index % (plane.gridBytes >>> 1))) return KEYS_WRONG;
  }
  return MORE;
}

/** Whether an entry of a grid is a square of the axes, and not what fills its row or its last word. */
function isSquare(plane: PlaneExamination, entry: u32): bool {
  const column = entry & ((<u32>1 << plane.stride) - 1);
  return column <= (plane.width - 1) >>> plane.shiftX && entry >>> plane.stride <= (plane.length - 1) >>> plane.shiftY;
}

/** Whether an offset is that of node number `first` or of a later one. */
function isNode(plane: PlaneExamination, offset: u32, first: u32): bool {
  const from = plane.nodesOffset + first * NODE_16_BYTES;
  return offset >= from && offset < plane.nodesOffset + plane.nodesBytes && (offset & (NODE_16_BYTES - 1)) == 0;
}

/** The next node, or leaf. */
function examineNextNode(plane: PlaneExamination): u32 {
  const index = plane.next;
  if (index >= plane.nodes) return DONE;
  // A level ends where LEVELS says that the next begins; the last ones end where the leaves begin.
  if (index == plane.levelEnd && plane.level <= plane.steps) return examineNextLevel(plane);
  plane.next++;
  const at = plane.nodesOffset + index * NODE_16_BYTES;
  const links = bodyWord(plane, at);
  const a = i32(bodyWord(plane, at + NODE_16_AT_A));
  const b = i32(bodyWord(plane, at + NODE_16_AT_B));
  const right = links & 0x1ffff;
  const left = rotr<u32>(links, LINK_BITS) & 0x1ffff;
  if (links != (right | rotl<u32>(left, LINK_BITS))) return KEYS_WRONG;
  if (index >= plane.nodes - plane.leaves) {
    if (a != 0 || b != 0 || right != at || left != at) return KEYS_WRONG;
    return examineLeaf(plane, index, bodyWord(plane, at + NODE_16_AT_C));
  }
  if (a < 0 || (a == 0 && b <= 0)) return KEYS_WRONG;
  return left != right && isNode(plane, right, plane.levelEnd) && isNode(plane, left, plane.levelEnd) ? MORE : KEYS_WRONG;
}

/** Goes on to the next level, whose end LEVELS tells: no level is empty, and the leaves follow the last. */
function examineNextLevel(plane: PlaneExamination): u32 {
  const first = bodyWord(plane, plane.levelsOffset + (plane.level << 2));
  if (first != plane.next) return KEYS_WRONG;
  plane.level++;
  if (plane.level > plane.steps) return first == plane.nodes - plane.leaves ? MORE : KEYS_WRONG;
  plane.levelEnd = bodyWord(plane, plane.levelsOffset + (plane.level << 2));
  return plane.levelEnd > first && plane.levelEnd <= plane.nodes - plane.leaves ? MORE : KEYS_WRONG;
}

/** Words of leaves rise; the first is that of `outside`, the others are those of rules. */
function examineLeaf(plane: PlaneExamination, index: u32, word: u32): u32 {
  const before = plane.wordBefore;
  plane.wordBefore = word;
  if (index == plane.nodes - plane.leaves) return word == wordWithoutRow(STATE_OUTSIDE, plane.outsideAction) ? MORE : WORDS_WRONG;
  const rule = word & WORD_ROW_MASK;
  if (word <= before || rule >= plane.rules) return WORDS_WRONG;
  const isCovered = rule < plane.zones;
  if (stateOfWord(word) != (isCovered ? STATE_COVERED : STATE_GAP)) return WORDS_WRONG;
  return actionOfWord(word) == (isCovered ? ACTION_NONE : actionOfRule(plane, rule)) ? MORE : WORDS_WRONG;
}
