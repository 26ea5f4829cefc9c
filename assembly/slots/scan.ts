/**
 * The background check: what answers rely on in RAM is checksummed over and over, a few words a slice.
 *
 *     arena, from its checksum on ──▶ layout ──▶ burned block ──▶ some of what decides over editions ──▶ again
 *
 * A flip is found at the latest (R + 512) / (4 × SCAN_WORDS_A_SLICE) + 5 slices later, twice over, for R resident bytes; of what decides
 * over editions one slice of a pass adds its words.
 */
import {
  ACTIVE_LOCATION, ARENA_BYTES, ARENA_CHANGED, ARENA_LOCATION, BODY_CHECKED_FROM, BURNED_BLOCK, BURNED_BYTES, BURNED_CHECKED_FROM,
  BURNED_LOCATION, DONE, MEMORY_CHANGED, SCAN_WORDS_A_SLICE,
} from '../format';
import { burned } from '../burned';
import { Active } from '../check/active';
import { CRC_START, crcWord } from '../digest/crc32c';
import { LAYOUT_BEGIN, LAYOUT_END, arenaIs, arenaResidentBytes, layoutIs } from './arena';
import { sealScan } from './seal';

const IN_ARENA: u32 = 0;
const IN_LAYOUT: u32 = 1;
const IN_BURNED: u32 = 2;
const IN_SEAL: u32 = 3;

/** Offsets in a record of up to 128 bytes. */
const LAYOUT_MASK: u32 = 124;

let part: u32 = IN_ARENA;
let at: u32 = BODY_CHECKED_FROM;
let crc: u32 = CRC_START;
let scans: u32 = 0;

/** Whole passes since boot. */
export function scanCount(): u32 {
  return scans;
}

/** Begins a pass anew: after another edition was loaded. */
export function scanBegin(): void {
  begin(IN_ARENA, BODY_CHECKED_FROM);
}

function begin(next: u32, from: u32): void {
  part = next;
  at = from;
  crc = CRC_START;
}

/** Adds a few words. Gives DONE, or what has changed. */
export function scanStep(): u32 {
  switch (part) {
    case IN_ARENA: return scanArena();
    case IN_LAYOUT: return scanLayout();
    case IN_BURNED: return scanBurned();
    default: return scanSeal();
  }
}

/** Adds words up to `end`; their offsets are masked, and clamped where `bytes` are no power of two. Gives whether the end is reached. */
// @ts-ignore: decorator
@inline
function add(location: usize, mask: u32, bytes: u32, end: u32): bool {
  let offset = at;
  let sum = crc;
  for (let left: u32 = SCAN_WORDS_A_SLICE; left != 0; left--) {
    if (offset >= end) break;
    sum = crcWord(sum, load<u32>(location + min(offset & mask, bytes - 4)));
    offset += 4;
  }
  at = offset;
  crc = sum;
  return offset >= end;
}

function scanArena(): u32 {
  const end = arenaResidentBytes();
  if (!add(ARENA_LOCATION, ARENA_BYTES - 4, ARENA_BYTES, end)) return DONE;
  const whole = end == 0 || arenaIs(crc);
  begin(end == 0 ? IN_BURNED : IN_LAYOUT, end == 0 ? BURNED_CHECKED_FROM : LAYOUT_BEGIN);
  return whole ? DONE : ARENA_CHANGED;
}

function scanLayout(): u32 {
  if (!add(ACTIVE_LOCATION, LAYOUT_MASK, LAYOUT_END, LAYOUT_END)) return DONE;
  const whole = layoutIs(crc);
  begin(IN_BURNED, BURNED_CHECKED_FROM);
  return whole ? DONE : ARENA_CHANGED;
}

function scanBurned(): u32 {
  if (!add(BURNED_LOCATION, u32(BURNED_BYTES) - 4, u32(BURNED_BYTES), u32(BURNED_BYTES))) return DONE;
  part = IN_SEAL;
  return ~crc == burned().checksum ? DONE : BURNED_BLOCK;
}

function scanSeal(): u32 {
  scanBegin();
  scans++;
  return sealScan() ? DONE : MEMORY_CHANGED;
}

if (!(offsetof<Active>() <= LAYOUT_MASK + 4)) ERROR('the layout record outgrew its mask');
