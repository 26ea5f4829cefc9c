/**
 * The background check: what answers rely on in RAM is checksummed over and over, a few words a slice.
 *
 *     arena, from its checksum on ──▶ layout ──▶ burned block ──▶ again
 *
 * A flip is found at the latest (R + 512) / (4 × SCAN_WORDS_A_SLICE) + 2 slices later, twice over, for R resident bytes.
 */
import { ARENA_CHANGED, BURNED_BLOCK, DONE } from '../admit/refusal';
import { CRC_START, crcWord } from '../admit/crc32c';
import { CHECKSUM_FROM } from '../admit/examine';
import { ARENA_BYTES, SCAN_WORDS_A_SLICE } from '../limits';
import { ARENA_LOCATION, BURNED_BYTES, BURNED_LOCATION } from '../memory';
import { BURNED_CHECKED_FROM, burned } from '../window/burned';
import { arenaIs, arenaResidentBytes, layoutHolds } from './arena';

let inBurned: bool = false;
let at: u32 = CHECKSUM_FROM;
let crc: u32 = CRC_START;
let scans: u32 = 0;

/** Whole passes since boot. */
export function scanCount(): u32 {
  return scans;
}

/** Begins a pass anew: after another edition was loaded. */
export function scanBegin(): void {
  inBurned = false;
  at = CHECKSUM_FROM;
  crc = CRC_START;
}

/** Adds a few words. Gives DONE, or what has changed. */
export function scanStep(): u32 {
  return inBurned ? scanBurned() : scanArena();
}

function scanArena(): u32 {
  const end = arenaResidentBytes();
  for (let i: u32 = 0; i < SCAN_WORDS_A_SLICE; i++) {
    if (at >= end) break;
    crc = crcWord(crc, load<u32>(ARENA_LOCATION + (at & (ARENA_BYTES - 4))));
    at += 4;
  }
  if (at < end) return DONE;
  const whole = end == 0 || (arenaIs(crc) && layoutHolds());
  inBurned = true;
  at = BURNED_CHECKED_FROM;
  crc = CRC_START;
  return whole ? DONE : ARENA_CHANGED;
}

function scanBurned(): u32 {
  for (let i: u32 = 0; i < SCAN_WORDS_A_SLICE; i++) {
    if (at >= u32(BURNED_BYTES)) break;
    crc = crcWord(crc, load<u32>(BURNED_LOCATION + (at & (u32(BURNED_BYTES) - 4))));
    at += 4;
  }
  if (at < u32(BURNED_BYTES)) return DONE;
  const whole = ~crc == burned().checksum;
  scanBegin();
  scans++;
  return whole ? DONE : BURNED_BLOCK;
}
