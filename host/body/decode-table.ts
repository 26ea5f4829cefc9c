import { AXIS_BYTES, SECTION, SECTION_ENTRY_AT, SECTION_ENTRY_BYTES, SECTION_RESIDENT } from '../format.ts';
import { viewOf } from './bytes.ts';
import { imageError } from './errors.ts';

/** The section table of a body: SPEC section 2.1. */

export interface SectionBytes {
  readonly bytes: Uint8Array;
  /** In the body. */
  readonly offset: number;
}

const SECTIONS = 7;

/** Bytes of header, axis record and section table of a line, whose header has `headerBytes`. */
export function tableEnd(headerBytes: number): number {
  return headerBytes + AXIS_BYTES + 4 + SECTIONS * SECTION_ENTRY_BYTES;
}

/** The sections of a line by their ids. Throws HoldfastError IMAGE_DIRECTORY. */
export function decodeTable(
  body: Uint8Array,
  headerBytes: number,
  residentBytes: number,
  ruleBits: number,
): ReadonlyMap<number, SectionBytes> {
  const view = viewOf(body);
  const tableAt = headerBytes + AXIS_BYTES;
  const rowSection = ruleBits === 0 ? SECTION.rows : SECTION.runs;
  const { phases, windows, keys, words, rules, names } = SECTION;
  const order = [phases, windows, keys, words, rowSection, rules, names];
  if (view.getUint32(tableAt, true) !== order.length) {
    throw imageError('IMAGE_DIRECTORY', `a line has ${order.length} sections`, tableAt);
  }
  const sections = new Map<number, SectionBytes>();
  let end = tableEnd(headerBytes);
  order.forEach((id, index) => {
    const at = tableAt + 4 + index * SECTION_ENTRY_BYTES;
    const flags = id === names ? 0 : SECTION_RESIDENT;
    const bytes = view.getUint32(at + SECTION_ENTRY_AT.bytes, true);
    const isRight =
      view.getUint16(at + SECTION_ENTRY_AT.section, true) === id &&
      view.getUint16(at + SECTION_ENTRY_AT.flags, true) === flags;
    if (
      !isRight ||
      view.getUint32(at + SECTION_ENTRY_AT.offset, true) !== end ||
      bytes % 4 !== 0 ||
      bytes > body.length - end
    ) {
      throw imageError('IMAGE_DIRECTORY', `the entry of section ${id} is wrong`, at);
    }
    sections.set(id, { bytes: body.subarray(end, end + bytes), offset: end });
    end += bytes;
    if (id === rules && end !== residentBytes) {
      throw imageError('IMAGE_DIRECTORY', 'the resident bytes do not end with the resident sections', at);
    }
  });
  if (end !== body.length) throw imageError('IMAGE_DIRECTORY', 'bytes after the last section', end);
  return sections;
}
