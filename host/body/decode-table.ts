import {
  LAYOUT,
  LIST_ENTRY_BYTES,
  SECTION,
  SECTION_ENTRY_AT,
  SECTION_ENTRY_BYTES,
  SECTION_RESIDENT,
} from '../format.ts';
import { viewOf } from './bytes.ts';
import { NODES_ALIGN, staysInFlash } from './encode-header.ts';
import { imageError } from './errors.ts';

/** The section table of a body: SPEC section 2.1. */

export interface SectionBytes {
  readonly bytes: Uint8Array;
  /** In the body. */
  readonly offset: number;
}

/** A section, and what it begins at a multiple of. */
interface Expected {
  readonly id: number;
  readonly align: number;
}

/** The sections of a layout, in order. */
function sectionsOf({ layout, ruleBits }: TablePlace): readonly Expected[] {
  const rowSection = ruleBits === 0 ? SECTION.rows : SECTION.runs;
  const { phases, windows, keys, words, directories, cells, rules, names, grids, nodes, levels } = SECTION;
  const entry = LIST_ENTRY_BYTES;
  const inWords = (...ids: readonly number[]) => ids.map((id) => ({ id, align: 4 }));
  const found = { id: phases, align: entry };
  if (layout === LAYOUT.plane)
    return [
      ...inWords(directories),
      found,
      ...inWords(grids),
      { id: nodes, align: NODES_ALIGN },
      ...inWords(rules, levels, names),
    ];
  const own =
    layout === LAYOUT.directory
      ? [...inWords(directories), found, { id: cells, align: entry }]
      : inWords(phases, windows, keys, words);
  return [...own, ...inWords(rowSection, rules, names)];
}

/** What the table goes by: where it stands, and what the header says. */
export interface TablePlace {
  readonly tableAt: number;
  /** What the header says of all that stands before the first section. */
  readonly saidBytes: number;
  readonly residentBytes: number;
  readonly ruleBits: number;
  /** LAYOUT. */
  readonly layout: number;
}

/** The sections of a map by their ids. Throws HoldfastError IMAGE_DIRECTORY. */
export function decodeTable(body: Uint8Array, place: TablePlace): ReadonlyMap<number, SectionBytes> {
  const view = viewOf(body);
  const { tableAt } = place;
  const order = sectionsOf(place);
  let end = tableAt + 4 + order.length * SECTION_ENTRY_BYTES;
  if (view.getUint32(tableAt, true) !== order.length || place.saidBytes !== end || end > body.length) {
    throw imageError('IMAGE_DIRECTORY', `a map of this layout has ${order.length} sections`, tableAt);
  }
  const sections = new Map<number, SectionBytes>();
  order.forEach(({ id, align }, index) => {
    const at = tableAt + 4 + index * SECTION_ENTRY_BYTES;
    const flags = staysInFlash(id) ? 0 : SECTION_RESIDENT;
    const before = end;
    end = Math.ceil(end / align) * align;
    if (body.subarray(before, end).some((byte) => byte !== 0)) {
      throw imageError('IMAGE_DIRECTORY', `the bytes before section ${id} are not 0`, before);
    }
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
  });
  if (end !== body.length) throw imageError('IMAGE_DIRECTORY', 'bytes after the last section', end);
  const inFlash = order.find(({ id }) => staysInFlash(id))?.id ?? SECTION.names;
  if (sections.get(inFlash)?.offset === place.residentBytes) return sections;
  throw imageError('IMAGE_DIRECTORY', 'the resident bytes do not end with the resident sections', tableAt);
}
