/**
 * The seal of what decides over editions: a sum over what is known of images, journals and arena, over the examination under way, over the
 * geometry, and over the burned block. In WINDOW each slice looks at it first, before anything is written or accepted, and puts it anew at
 * its end; a slice in RUN changes nothing of it, and looks at a few words.
 *
 *     boot, slice in WINDOW ──▶ seal ──▶ slices in RUN: some words each ──▶ slice in WINDOW: all, then its work ──▶ seal
 */
import {
  BURNED_LOCATION, BURNED_ROOM, EDITIONS_LOCATION, EDITIONS_ROOM, EXAMINATION_LOCATION, EXAMINATION_ROOM, GEOMETRY_LOCATION,
  GEOMETRY_ROOM, KNOWN_LOCATION, KNOWN_ROOM, SCAN_WORDS_A_SLICE,
} from '../format';
import { add, sumOf } from '../digest/sum';

let ofEditions: u32 = 0;
let ofKnown: u32 = 0;
let ofExamination: u32 = 0;
let ofGeometry: u32 = 0;
let ofBurned: u32 = 0;
/** How far the slices in RUN are: in what is known of images, then in what is known of journals and arena. */
let inEditions: bool = true;
let at: u32 = 0;
let sum: u32 = 0;

/** Seals geometry and burned block, once they were found to hold. */
export function sealConfiguration(): void {
  ofGeometry = sumOf(GEOMETRY_LOCATION, GEOMETRY_ROOM);
  ofBurned = sumOf(BURNED_LOCATION, BURNED_ROOM);
}

export function burnedIsSealed(): bool {
  return sumOf(BURNED_LOCATION, BURNED_ROOM) == ofBurned;
}

export function geometryIsSealed(): bool {
  return sumOf(GEOMETRY_LOCATION, GEOMETRY_ROOM) == ofGeometry;
}

export function seal(): void {
  ofEditions = sumOf(EDITIONS_LOCATION, EDITIONS_ROOM);
  ofKnown = sumOf(KNOWN_LOCATION, KNOWN_ROOM);
  ofExamination = sumOf(EXAMINATION_LOCATION, EXAMINATION_ROOM);
  begin(true);
}

export function sealHolds(): bool {
  if (sumOf(EDITIONS_LOCATION, EDITIONS_ROOM) != ofEditions || sumOf(KNOWN_LOCATION, KNOWN_ROOM) != ofKnown) return false;
  return sumOf(EXAMINATION_LOCATION, EXAMINATION_ROOM) == ofExamination;
}

function begin(withEditions: bool): void {
  inEditions = withEditions;
  at = 0;
  sum = 0;
}

/** Adds a few words, in RUN. Gives false when all of a part were added and something in it has changed. */
export function sealScan(): bool {
  if (inEditions) return scanPart(EDITIONS_LOCATION, EDITIONS_ROOM, ofEditions);
  return scanPart(KNOWN_LOCATION, KNOWN_ROOM, ofKnown);
}

// @ts-ignore: decorator
@inline
function scanPart(location: usize, bytes: u32, sealed: u32): bool {
  let offset = at;
  let added = sum;
  for (let i: u32 = 0; i < SCAN_WORDS_A_SLICE; i++) {
    if (offset >= bytes) break;
    added = add(added, load<u32>(location + min(offset & ~3, bytes - 4)));
    offset += 4;
  }
  at = offset;
  sum = added;
  if (offset < bytes) return true;
  begin(!inEditions);
  return added == sealed;
}
