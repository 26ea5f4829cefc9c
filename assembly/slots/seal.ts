/**
 * The seal of what decides over editions: a checksum over what is known of images, journals and arena, over the examination under way,
 * and one over the geometry. In WINDOW each slice looks at it first, before anything is written or accepted, and puts it anew at its end;
 * a slice in RUN changes nothing of it, and looks at a few words.
 *
 *     boot, slice in WINDOW ──▶ seal ──▶ slices in RUN: some words each ──▶ slice in WINDOW: all, then its work ──▶ seal
 */
import {
  EDITIONS_LOCATION, EDITIONS_ROOM, EXAMINATION_LOCATION, EXAMINATION_ROOM, GEOMETRY_LOCATION, GEOMETRY_ROOM, KNOWN_LOCATION, KNOWN_ROOM,
} from '../format';
import { CRC_START, crcOf, crcWord } from '../digest/crc32c';

/** Words that a slice in RUN adds. */
export const SEAL_WORDS: u32 = 2;

let ofEditions: u32 = 0;
let ofKnown: u32 = 0;
let ofExamination: u32 = 0;
let ofGeometry: u32 = 0;
/** How far the slices in RUN are: in what is known of images, then in what is known of journals and arena. */
let inEditions: bool = true;
let at: u32 = 0;
let crc: u32 = CRC_START;

/** Seals the geometry, once it was found to hold. */
export function sealGeometry(): void {
  ofGeometry = crcOf(GEOMETRY_LOCATION, GEOMETRY_ROOM);
}

export function geometryIsSealed(): bool {
  return crcOf(GEOMETRY_LOCATION, GEOMETRY_ROOM) == ofGeometry;
}

export function seal(): void {
  ofEditions = crcOf(EDITIONS_LOCATION, EDITIONS_ROOM);
  ofKnown = crcOf(KNOWN_LOCATION, KNOWN_ROOM);
  ofExamination = crcOf(EXAMINATION_LOCATION, EXAMINATION_ROOM);
  begin(true);
}

export function sealHolds(): bool {
  if (crcOf(EDITIONS_LOCATION, EDITIONS_ROOM) != ofEditions || crcOf(KNOWN_LOCATION, KNOWN_ROOM) != ofKnown) return false;
  return crcOf(EXAMINATION_LOCATION, EXAMINATION_ROOM) == ofExamination;
}

function begin(withEditions: bool): void {
  inEditions = withEditions;
  at = 0;
  crc = CRC_START;
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
  let sum = crc;
  for (let i: u32 = 0; i < SEAL_WORDS; i++) {
    if (offset >= bytes) break;
    sum = crcWord(sum, load<u32>(location + min(offset & ~3, bytes - 4)));
    offset += 4;
  }
  at = offset;
  crc = sum;
  if (offset < bytes) return true;
  begin(!inEditions);
  return ~sum == sealed;
}
