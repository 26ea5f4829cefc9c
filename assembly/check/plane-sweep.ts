/**
 * A straight move through a plane, from leaf to leaf, by whole numbers alone. docs/SPEC.md section 3.1.
 *
 * A place on the way is a fraction of the move, and whether what begins there begins with that point or right behind it: a line where
 * f ≥ 0 comes to hold is crossed at the point, one where f < 0 comes to hold behind it. In the leaf that holds what comes next, the
 * nearest crossing of a line on the walk to it, or of a border of its square, is where the next leaf begins.
 *
 * f at the first point, which may lie far outside of the cell of a node, is known modulo 2^32 only. What it really is follows from where
 * the move is now, since there |f| < 2^30: f without its fraction, from a place that is less than 2^29 off, fits 32 bits.
 */
import {
  ARENA_LOCATION, END_BOUND, END_WHOLE, LARGE, NODE_12_AT_A, NODE_12_AT_B, NODE_12_AT_C, NODE_16_AT_A, NODE_16_AT_B, NODE_16_AT_C,
  NODE_12_BYTES, NODE_16_BYTES, NODE_20_AT_A, NODE_20_AT_B, NODE_20_AT_C, NODE_20_AT_LEFT, NODE_20_BYTES, PLANE_STEPS_MAX, STATE_COVERED,
  SWEEP_CELLS_MAX, Sweep,
} from '../format';
import { stateOfWord } from '../words';
import { ASK_PLANE_SHORT, ASK_PLANE_WIDE, Active } from './active';
import { ActivePlane, SHAPE_Y_SHIFT, asPlane } from './active-plane';
import { compareProducts, partOf32, scaledBy32 } from './fraction';
import { addCell, beginAt, finish, finishUncovered } from './move';
import { gridOf, rootOfSquare } from './plane';
import { WALK_ROOM, WALK_SHIFT, nodePlace } from './plane-walk';

// The move: its first point from the minima, its way, and the steps of the axis along which that is longer.
let fromX: u32 = 0;
let fromY: u32 = 0;
let wayX: i64 = 0;
let wayY: i64 = 0;
let steps: u64 = 0;

// Where it is: the fraction reached/reachedOf, whether behind that point, and the whole part of 2^32 times that.
let reached: u64 = 0;
let reachedOf: u64 = 1;
let isBehind: bool = false;
let reached32: u64 = 0;

// The nearest crossing ahead that was found; the end of the move, 1/1 and behind it, unless there is one.
let next: u64 = 1;
let nextOf: u64 = 1;
let nextBehind: bool = true;

// The square that it is in.
let column: u32 = 0;
let row: u32 = 0;

/** Follows a move whose first point is covered. Bounded by the image's own bound of cells, and that by SWEEP_CELLS_MAX. */
export function followInPlane(map: Active, out: Sweep, phase: u32, x0: i32, y0: i32, x1: i32, y1: i32): void {
  const plane = asPlane(map);
  wayX = i64(x1) - i64(x0);
  wayY = i64(y1) - i64(y0);
  steps = u64(max(abs(wayX), abs(wayY)));
  if (steps > u64(plane.moveLengthMax)) return finish(out, END_BOUND, 0);
  fromX = u32(x0 - plane.minimumX);
  fromY = u32(y0 - plane.minimumY);
  column = fromX >>> plane.shape;
  row = fromY >>> (plane.shape >>> SHAPE_Y_SHIFT);
  reached = 0;
  reachedOf = 1;
  isBehind = false;
  reached32 = 0;
  beginAt(map, out, out.startWord);
  follow(plane, map, out, gridOf(plane, phase));
}

function follow(plane: ActivePlane, map: Active, out: Sweep, grid: u32): void {
  const bound = min(plane.moveCellsMax, SWEEP_CELLS_MAX);
  for (let cell: u32 = 0; cell < bound; cell++) {
    next = 1;
    nextOf = 1;
    nextBehind = true;
    const endX = offerBorder(wayX, fromX, borderOf(wayX, column, plane.shape, plane.width));
    const endY = offerBorder(wayY, fromY, borderOf(wayY, row, plane.shape >>> SHAPE_Y_SHIFT, plane.height));
    const word = leafWord(plane, nodePlace(nodeBytesOf(plane), rootOfSquare(plane, nodeBytesOf(plane), grid, column, row)));
    if (stateOfWord(word) != STATE_COVERED) return finishUncovered(out, stepsDone(), word);
    if (addCell(map, out, word)) out.lowerDistance = stepsDone();
    if (nextBehind && next == nextOf) return finish(out, END_WHOLE, u32(steps));
    reached = next;
    reachedOf = nextOf;
    isBehind = nextBehind;
    reached32 = partOf32(reached, reachedOf);
    if (isCrossed(wayX, endX)) column += wayX > 0 ? 1 : -1;
    if (isCrossed(wayY, endY)) row += wayY > 0 ? 1 : -1;
    if (isOutside(plane)) return finishUncovered(out, stepsDone(), wordAt(plane, plane.outsideLeaf));
  }
  finish(out, END_BOUND, stepsLookedAt());
}

/** Where the square that the move is in ends along an axis, counted from the minimum: ahead, and no further than the axis. */
function borderOf(way: i64, square: u32, shift: u32, length: u32): u32 {
  return way > 0 ? min((square + 1) << shift, length) : square << shift;
}

/** Offers the crossing of a border of the square, if the move leads there. Gives how far it is. */
function offerBorder(way: i64, from: u32, border: u32): u64 {
  const distance = way > 0 ? u64(border - from) : u64(from - border);
  if (way != 0) offer(distance, u64(abs(way)), way < 0);
  return distance;
}

/** Whether a border that is so far has been crossed where the move is now. */
function isCrossed(way: i64, distance: u64): bool {
  if (way == 0) return false;
  const ahead = compareProducts(distance, reachedOf, reached, u64(abs(way)));
  return ahead < 0 || (ahead == 0 && (way > 0 || isBehind));
}

function isOutside(plane: ActivePlane): bool {
  return column << plane.shape >= plane.width || row << (plane.shape >>> SHAPE_Y_SHIFT) >= plane.height;
}

/** Takes the crossing at part/whole of the move for the next one if it is nearer. */
function offer(part: u64, whole: u64, behind: bool): void {
  if (part > whole) return;
  const further = compareProducts(part, nextOf, next, whole);
  if (further > 0 || (further == 0 && (behind || !nextBehind))) return;
  next = part;
  nextOf = whole;
  nextBehind = behind;
}

/** The word of the leaf that holds what comes next, from a root; offers where the move leaves it. */
function leafWord(plane: ActivePlane, root: u32): u32 {
  let node = root;
  const levels = min(WALK_ROOM - (plane.shape >>> WALK_SHIFT), PLANE_STEPS_MAX);
  for (let level: u32 = 0; level < levels; level++) {
    const leads = nodePlace(nodeBytesOf(plane), leadsTo(plane, node));
    if (leads == node) break;
    node = leads;
  }
  return wordAt(plane, node);
}

/** Where a node leads the move; offers where it would lead elsewhere. */
function leadsTo(plane: ActivePlane, at: u32): u32 {
  const node: usize = ARENA_LOCATION + at;
  if (LARGE && plane.ask == ASK_PLANE_WIDE) {
    const isLeft = isBelow(load<i32>(node, NODE_20_AT_A), load<i32>(node, NODE_20_AT_B), load<u32>(node, NODE_20_AT_C));
    return isLeft ? load<u32>(node, NODE_20_AT_LEFT) : load<u32>(node);
  }
  const isLeft = plane.ask == ASK_PLANE_SHORT
    ? isBelow(i32(load<i16>(node, NODE_12_AT_A)), i32(load<i16>(node, NODE_12_AT_B)), load<u32>(node, NODE_12_AT_C))
    : isBelow(load<i32>(node, NODE_16_AT_A), load<i32>(node, NODE_16_AT_B), load<u32>(node, NODE_16_AT_C));
  return rotr<u32>(load<u32>(node), isLeft ? 16 : 0);
}

/** Whether f = a·x + b·y + c is below 0 in what comes next. Offers where that changes, if it does ahead. */
function isBelow(a: i32, b: i32, c: u32): bool {
  const change = i64(a) * wayX + i64(b) * wayY;
  const done = scaledBy32(change, reached32);
  const here = i32(a * fromX + b * fromY + c + u32(done));
  const first = i64(here) - done;
  if (signOf(first, change, here) < 0) {
    if (change > 0) offer(u64(-first), u64(change), false);
    return true;
  }
  if (change < 0) offer(u64(first), u64(-change), true);
  return false;
}

/** −1 where f is below 0 in what comes next, else 0 or 1: f at the first point, its change on the whole move, and f here, to some steps. */
function signOf(first: i64, change: i64, here: i32): i32 {
  const doubt = (abs(change) >>> 32) + 2;
  if (change == 0 || abs<i64>(here) > doubt) return here < 0 ? -1 : 1;
  const isRising = change > 0;
  if (first >= 0 == isRising && first != 0) return isRising ? 1 : -1;
  const done = compareProducts(reached, u64(abs(change)), u64(abs(first)), reachedOf);
  if (done != 0) return isRising ? done : -done;
  return isBehind && !isRising ? -1 : 0;
}

/** Whole steps up to where the move is. */
function stepsDone(): u32 {
  const done = (reached32 * steps) >>> 32;
  return u32(compareProducts(done + 1, reachedOf, reached, steps) <= 0 ? done + 1 : done);
}

/** Whole steps up to the last one before what comes next, which was not looked at. */
function stepsLookedAt(): u32 {
  const done = stepsDone();
  return !isBehind && compareProducts(done, reachedOf, reached, steps) == 0 ? done - 1 : done;
}

function nodeBytesOf(plane: ActivePlane): u32 {
  if (LARGE && plane.ask == ASK_PLANE_WIDE) return NODE_20_BYTES;
  return plane.ask == ASK_PLANE_SHORT ? NODE_12_BYTES : NODE_16_BYTES;
}

/** The word of a leaf. */
function wordAt(plane: ActivePlane, offset: u32): u32 {
  const leaf: usize = ARENA_LOCATION + nodePlace(nodeBytesOf(plane), offset);
  if (LARGE && plane.ask == ASK_PLANE_WIDE) return load<u32>(leaf, NODE_20_AT_C);
  return plane.ask == ASK_PLANE_SHORT ? load<u32>(leaf, NODE_12_AT_C) : load<u32>(leaf, NODE_16_AT_C);
}
