/**
 * Header and section directory of a body in its slot, as far as they are the same in every layout. Each layout examines them before
 * anything in the sections is looked at. docs/SPEC.md section 2.1.
 */
import { ARENA_BYTES, COORDINATE_MAX } from '../limits';
import { BODY_HEADER, BODY_VERSION, DIRECTORY, DONE, TOO_LARGE } from '../refusal';
import { ACTION_CONTINUE } from '../words';
import { Edition } from './edition';
import { Examination } from './examination';
import { bodyWord } from './reader';

export const BODY_MAGIC: u32 = 0x31424648;
const BODY_VERSION_ONE: u32 = 1;
const BODY_HEADER_BYTES: u32 = 80;
const AXIS_BYTES: u32 = 64;
const DIRECTORY_ENTRY_BYTES: u32 = 12;
const FLAG_RESIDENT: u32 = 1;

/** Magic and version; keeps the layout. Gives DONE or the refusal. */
export function examineHead(image: Examination, known: Edition): u32 {
  if (known.bodyBytes < BODY_HEADER_BYTES + AXIS_BYTES + 4) return BODY_HEADER;
  if (bodyWord(image, 0) != BODY_MAGIC) return BODY_HEADER;
  const versionAndLayout = bodyWord(image, 8);
  if ((versionAndLayout & 0xffff) != BODY_VERSION_ONE) return BODY_VERSION;
  image.layout = versionAndLayout >>> 16;
  return DONE;
}

/** Bytes, and the word of axes and outside action, for a layout that has `axes`. Gives DONE or the refusal. */
export function examineExtent(image: Examination, known: Edition, axes: u32): u32 {
  if (bodyWord(image, 16) != known.bodyBytes) return BODY_HEADER;
  image.residentBytes = bodyWord(image, 20);
  if (image.residentBytes > known.bodyBytes || (image.residentBytes & 3) != 0) return BODY_HEADER;
  if (image.residentBytes > ARENA_BYTES) return TOO_LARGE;
  const axesAndOutside = bodyWord(image, 24);
  image.outsideAction = (axesAndOutside >>> 8) & 0xff;
  return (axesAndOutside & 0xffff00ff) != axes || image.outsideAction > ACTION_CONTINUE ? BODY_HEADER : DONE;
}

/** The first axis. Gives DONE or the refusal. */
export function examineAxis(image: Examination): u32 {
  image.minimum = i32(bodyWord(image, BODY_HEADER_BYTES));
  const maximum = i32(bodyWord(image, BODY_HEADER_BYTES + 4));
  if (image.minimum < -COORDINATE_MAX || maximum > COORDINATE_MAX || maximum <= image.minimum) return BODY_HEADER;
  image.length = u32(maximum - image.minimum);
  const scale = bodyWord(image, BODY_HEADER_BYTES + 16);
  const kind = bodyWord(image, BODY_HEADER_BYTES + 20);
  return scale == 0 || kind > 1 ? BODY_HEADER : DONE;
}

/** The head of the directory behind one axis, of a layout that has `entries` sections. Gives DONE or the refusal. */
export function examineDirectoryHead(image: Examination, known: Edition, entries: u32): u32 {
  const at = BODY_HEADER_BYTES + AXIS_BYTES;
  const headerBytes = bodyWord(image, 12);
  if (bodyWord(image, at) != entries || headerBytes != at + 4 + entries * DIRECTORY_ENTRY_BYTES) return DIRECTORY;
  image.sectionOffset = headerBytes;
  image.sectionBytes = 0;
  return headerBytes > known.bodyBytes ? DIRECTORY : DONE;
}

/**
 * The entry of the directory that stands at `entry` and must tell of `section`, behind the one before, without a hole. Leaves its place
 * in `sectionOffset` and `sectionBytes`. Gives DONE or the refusal.
 */
export function examineEntry(image: Examination, known: Edition, entry: u32, section: u32, resident: bool): u32 {
  const at = BODY_HEADER_BYTES + AXIS_BYTES + 4 + entry * DIRECTORY_ENTRY_BYTES;
  const end = sectionEnd(image);
  if (bodyWord(image, at) != (section | (resident ? FLAG_RESIDENT << 16 : 0))) return DIRECTORY;
  const offset = bodyWord(image, at + 4);
  const bytes = bodyWord(image, at + 8);
  if (offset != end || (bytes & 3) != 0 || bytes > known.bodyBytes - end) return DIRECTORY;
  image.sectionOffset = offset;
  image.sectionBytes = bytes;
  return DONE;
}

/** Where the section examined last ends. */
export function sectionEnd(image: Examination): u32 {
  return image.sectionOffset + image.sectionBytes;
}
