/**
 * Header and section table of a body in its slot, as far as they are the same in every layout. Each layout examines them before
 * anything in the sections is looked at. docs/SPEC.md section 2.1.
 */
import {
  ACTION_CONTINUE, ARENA_BYTES, AXIS_AT_KIND, AXIS_AT_MAX, AXIS_AT_MIN, AXIS_AT_NAME, AXIS_AT_SCALE, AXIS_AT_UNIT, AXIS_BYTES,
  AXIS_KIND_COUNT, AXIS_KIND_NUMBER, AXIS_TEXT_BYTES, AXIS_WRAPS, BODY_HEADER, BODY_HEADER_AT_AXES, BODY_HEADER_AT_BODY_BYTES,
  BODY_HEADER_AT_HEADER_BYTES, BODY_HEADER_AT_MAGIC, BODY_HEADER_AT_RESIDENT_BYTES, BODY_HEADER_AT_VERSION, BODY_HEADER_BYTES, BODY_MAGIC,
  BODY_VERSION, BODY_VERSION_2, COORDINATE_MAX, DIRECTORY, DONE, IMAGE_HEADER_BYTES, SECTION_ENTRY_AT_BYTES, SECTION_ENTRY_AT_OFFSET,
  SECTION_ENTRY_BYTES, SECTION_RESIDENT, TIME_UNIT_H, TIME_UNIT_MIN, TIME_UNIT_MS, TIME_UNIT_S, TIME_UNIT_US, TOO_LARGE,
} from '../format';
import { Edition } from './edition';
import { Examination } from './examination';
import { bodyWord } from './reader';
import { isPaddedText } from './text';

/** Magic and version; keeps the layout. Gives DONE or the refusal. */
export function examineHead(image: Examination, known: Edition): u32 {
  if (known.bodyBytes < BODY_HEADER_BYTES + AXIS_BYTES + 4) return BODY_HEADER;
  if (bodyWord(image, BODY_HEADER_AT_MAGIC) != BODY_MAGIC) return BODY_HEADER;
  const versionAndLayout = bodyWord(image, BODY_HEADER_AT_VERSION);
  if ((versionAndLayout & 0xffff) != BODY_VERSION_2) return BODY_VERSION;
  image.layout = versionAndLayout >>> 16;
  return DONE;
}

/** Bytes, number of axes and outside action, for a layout that has `axes`. Gives DONE or the refusal. */
export function examineExtent(image: Examination, known: Edition, axes: u32): u32 {
  if (bodyWord(image, BODY_HEADER_AT_BODY_BYTES) != known.bodyBytes) return BODY_HEADER;
  image.residentBytes = bodyWord(image, BODY_HEADER_AT_RESIDENT_BYTES);
  if (image.residentBytes > known.bodyBytes || (image.residentBytes & 3) != 0) return BODY_HEADER;
  if (image.residentBytes > ARENA_BYTES) return TOO_LARGE;
  const axesAndOutside = bodyWord(image, BODY_HEADER_AT_AXES);
  image.outsideAction = (axesAndOutside >>> 8) & 0xff;
  return (axesAndOutside & 0xff) != axes || image.outsideAction > ACTION_CONTINUE ? BODY_HEADER : DONE;
}

/** The axis whose record stands at an offset of the body. Gives DONE or the refusal. */
export function examineAxis(image: Examination, at: u32): u32 {
  image.minimum = i32(bodyWord(image, at + AXIS_AT_MIN));
  const maximum = i32(bodyWord(image, at + AXIS_AT_MAX));
  if (image.minimum < -COORDINATE_MAX || maximum > COORDINATE_MAX || maximum <= image.minimum) return BODY_HEADER;
  image.length = u32(maximum - image.minimum);
  const scale = bodyWord(image, at + AXIS_AT_SCALE);
  const kindAndFlags = bodyWord(image, at + AXIS_AT_KIND);
  const kind = kindAndFlags & 0xff;
  const flags = kindAndFlags >>> 8;
  if (scale == 0 || kind >= AXIS_KIND_COUNT || flags > AXIS_WRAPS) return BODY_HEADER;
  image.wraps = flags == AXIS_WRAPS;
  if (!isAxisText(image, at + AXIS_AT_NAME) || !isAxisText(image, at + AXIS_AT_UNIT)) return BODY_HEADER;
  return kind == AXIS_KIND_NUMBER || (!image.wraps && hasUnitOfTime(image, at)) ? DONE : BODY_HEADER;
}

function isAxisText(image: Examination, field: u32): bool {
  return isPaddedText(image, IMAGE_HEADER_BYTES + field, AXIS_TEXT_BYTES);
}

/** Whether the unit of the axis, a text, is one of those that moments are counted in: none has more than three bytes. */
function hasUnitOfTime(image: Examination, at: u32): bool {
  const unit = bodyWord(image, at + AXIS_AT_UNIT);
  return unit == TIME_UNIT_US || unit == TIME_UNIT_MS || unit == TIME_UNIT_S || unit == TIME_UNIT_MIN || unit == TIME_UNIT_H;
}

/** The head of the section table at an offset of the body, of a layout that has `entries` sections. Gives DONE or the refusal. */
export function examineTableHead(image: Examination, known: Edition, at: u32, entries: u32): u32 {
  const headerBytes = bodyWord(image, BODY_HEADER_AT_HEADER_BYTES);
  if (bodyWord(image, at) != entries || headerBytes != at + 4 + entries * SECTION_ENTRY_BYTES) return DIRECTORY;
  image.sectionOffset = headerBytes;
  image.sectionBytes = 0;
  image.tableOffset = at;
  return headerBytes > known.bodyBytes ? DIRECTORY : DONE;
}

/**
 * The entry of the section table that stands at `entry` and must tell of `section`, behind the one before, at the next multiple of `align`
 * bytes with zeros in between. Leaves its place in `sectionOffset` and `sectionBytes`. Gives DONE or the refusal.
 */
export function examineEntry(image: Examination, known: Edition, entry: u32, section: u32, resident: bool, align: u32): u32 {
  const at = image.tableOffset + 4 + entry * SECTION_ENTRY_BYTES;
  let end = sectionEnd(image);
  for (let bytes = end & (align - 1); bytes != 0 && bytes < align; bytes += 4, end += 4) {
    if (bodyWord(image, end) != 0) return DIRECTORY;
  }
  if (bodyWord(image, at) != (section | (resident ? SECTION_RESIDENT << 16 : 0))) return DIRECTORY;
  const offset = bodyWord(image, at + SECTION_ENTRY_AT_OFFSET);
  const bytes = bodyWord(image, at + SECTION_ENTRY_AT_BYTES);
  if (offset != end || (bytes & 3) != 0 || end > known.bodyBytes || bytes > known.bodyBytes - end) return DIRECTORY;
  image.sectionOffset = offset;
  image.sectionBytes = bytes;
  return DONE;
}

/** Where the section examined last ends. */
export function sectionEnd(image: Examination): u32 {
  return image.sectionOffset + image.sectionBytes;
}
