/**
 * The walk through the tree of a plane: branch-free, constant in time for a given image. docs/SPEC.md section 2.9.
 *
 * Why no load leaves the arena, whatever it holds: the place of a node is cut to as many bits as reach its end before each turn, and a
 * node that begins there ends within BEHIND_ARENA_BYTES.
 */
import {
  ARENA_BYTES, ARENA_LOCATION, BEHIND_ARENA_BYTES, LARGE, NODE_12_AT_A, NODE_12_AT_B, NODE_12_AT_C, NODE_12_BYTES, NODE_16_AT_A,
  NODE_16_AT_B, NODE_16_AT_C, NODE_16_BYTES, NODE_20_AT_A, NODE_20_AT_B, NODE_20_AT_C, NODE_20_AT_LEFT, NODE_20_BYTES, PLANE_STEPS_MAX,
} from '../format';

/** Levels that a walk can leave out at most: so many that none is left. */
export const WALK_ROOM: u32 = LARGE ? 31 : 15;
/** Where they stand in the record of a plane. */
export const WALK_SHIFT: u32 = LARGE ? 27 : 28;
/** Levels that are unrolled in one switch; more are added before it. */
const SWITCH_ROOM: u32 = 15;

/** Links that share a word have 17 bits. */
const SHARED_REACH: u32 = 0x20000;
const SHARED_MASK: u32 = (ARENA_BYTES < SHARED_REACH ? ARENA_BYTES : SHARED_REACH) - 4;
const WIDE_MASK: u32 = ARENA_BYTES - 4;

/** The place of a node in the arena, cut to it. */
// @ts-ignore: decorator
@inline
export function nodePlace(nodeBytes: u32, offset: u32): u32 {
  return offset & (nodeBytes == NODE_20_BYTES ? WIDE_MASK : SHARED_MASK);
}

/** Where a node leads; from a leaf, to itself. */
// @ts-ignore: decorator
@inline
function turn(nodeBytes: u32, at: u32, x: u32, y: u32): u32 {
  const node: usize = ARENA_LOCATION + at;
  if (nodeBytes == NODE_20_BYTES) {
    const f = load<u32>(node, NODE_20_AT_A) * x + load<u32>(node, NODE_20_AT_B) * y + load<u32>(node, NODE_20_AT_C);
    return load<u32>(node + ((f >>> 31) << 2)) & WIDE_MASK;
  }
  if (nodeBytes == NODE_12_BYTES) {
    const f = i32(load<i16>(node, NODE_12_AT_A)) * x + i32(load<i16>(node, NODE_12_AT_B)) * y + load<u32>(node, NODE_12_AT_C);
    return rotr<u32>(load<u32>(node), (f >>> 31) << 4) & SHARED_MASK;
  }
  const f = load<u32>(node, NODE_16_AT_A) * x + load<u32>(node, NODE_16_AT_B) * y + load<u32>(node, NODE_16_AT_C);
  return rotr<u32>(load<u32>(node), (f >>> 31) << 4) & SHARED_MASK;
}

// @ts-ignore: decorator
@inline
function walk(nodeBytes: u32, at: u32, out: u32, x: u32, y: u32): u32 {
  if (PLANE_STEPS_MAX > SWITCH_ROOM) {
    if (out <= WALK_ROOM - 30) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 29) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 28) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 27) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 26) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 25) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 24) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 23) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 22) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 21) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 20) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 19) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 18) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 17) at = turn(nodeBytes, at, x, y);
    if (out <= WALK_ROOM - 16) at = turn(nodeBytes, at, x, y);
  }
  // On controllers four bits leave as many values as there are cases: no compiler needs a comparison before it jumps.
  switch (PLANE_STEPS_MAX > SWITCH_ROOM ? max(out, WALK_ROOM - SWITCH_ROOM) - (WALK_ROOM - SWITCH_ROOM) : out) {
    case 0: at = turn(nodeBytes, at, x, y);
    case 1: at = turn(nodeBytes, at, x, y);
    case 2: at = turn(nodeBytes, at, x, y);
    case 3: at = turn(nodeBytes, at, x, y);
    case 4: at = turn(nodeBytes, at, x, y);
    case 5: at = turn(nodeBytes, at, x, y);
    case 6: at = turn(nodeBytes, at, x, y);
    case 7: at = turn(nodeBytes, at, x, y);
    case 8: at = turn(nodeBytes, at, x, y);
    case 9: at = turn(nodeBytes, at, x, y);
    case 10: at = turn(nodeBytes, at, x, y);
    case 11: at = turn(nodeBytes, at, x, y);
    case 12: at = turn(nodeBytes, at, x, y);
    case 13: at = turn(nodeBytes, at, x, y);
    case 14: at = turn(nodeBytes, at, x, y);
    default: break;
  }
  return at;
}

// In each form the word of the leaf to which the node at `at`, what nodePlace gave, leads in WALK_ROOM − `out` turns, never more than the
// build allows. `x` and `y` are counted from the minima.

export function walkLong(at: u32, out: u32, x: u32, y: u32): u32 {
  return load<u32>(ARENA_LOCATION + walk(NODE_16_BYTES, at, out, x, y), NODE_16_AT_C);
}

export function walkShort(at: u32, out: u32, x: u32, y: u32): u32 {
  return load<u32>(ARENA_LOCATION + walk(NODE_12_BYTES, at, out, x, y), NODE_12_AT_C);
}

export function walkWide(at: u32, out: u32, x: u32, y: u32): u32 {
  return load<u32>(ARENA_LOCATION + walk(NODE_20_BYTES, at, out, x, y), NODE_20_AT_C);
}

if (!(PLANE_STEPS_MAX == 0 || PLANE_STEPS_MAX == 15 || PLANE_STEPS_MAX == 30)) ERROR('the unrolled walk has another number of steps');
if (!(NODE_20_BYTES <= BEHIND_ARENA_BYTES)) ERROR('a node at the end of the arena ends further on than there is memory');
if (!(NODE_20_AT_LEFT == 4)) ERROR('the link where f < 0 stands elsewhere');
