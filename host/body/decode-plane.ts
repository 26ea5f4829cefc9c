import {
  AXIS_BYTES,
  BODY_CHECKED_FROM,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  BODY_MAGIC,
  BODY_VERSION_2,
  LAYOUT,
  LIST_ENTRY_AT,
  LIST_ENTRY_BYTES,
  NODE_16_AT,
  NODE_16_BYTES,
  PLACE_FROM,
  PLANE_HEADER_AT,
  PLANE_HEADER_BYTES,
  RULE_BYTES,
  SECTION,
  SECTION_ENTRY_AT,
  SECTION_ENTRY_BYTES,
  WORD_ROW_MASK,
} from '../format.ts';
import { viewOf } from './bytes.ts';
import { crc32c } from './crc32c.ts';
import { decodeAxis } from './decode-axis.ts';
import { decodeRules } from './decode-rules.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import type { Lookup, PlaneMap, PlanePhase } from './plane-map.ts';
import { actionName } from './words.ts';

/**
 * A plane read back from its body: SPEC section 2.9. What a wrong body could make a reader do is checked here; that every place has a
 * right answer, the core examines when the image is opened.
 */

/** What a body says; the rest of a plane stands in the container. */
export type DecodedPlane = Omit<
  PlaneMap,
  'map' | 'device' | 'epoch' | 'replaces' | 'units' | 'fault' | 'budgetSteps'
>;

const PLANE_HEADER_FROM = BODY_HEADER_BYTES + 2 * AXIS_BYTES;
const TABLE_AT = PLANE_HEADER_FROM + PLANE_HEADER_BYTES;
const ORDER = [
  SECTION.directories,
  SECTION.grids,
  SECTION.phases,
  SECTION.nodes,
  SECTION.rules,
  SECTION.levels,
  SECTION.names,
];

/** Of a link, which leads to a multiple of 4. */
const LINK_MASK = 0x1fffc;
/** A grid of one square. */
const GRID_BYTES = 4;

/** Whether a body is one of a plane. */
export function isPlaneBody(body: Uint8Array): boolean {
  if (body.length < BODY_HEADER_AT.layout + 2) return false;
  const view = viewOf(body);
  const isOurs = view.getUint32(BODY_HEADER_AT.magic, true) === BODY_MAGIC;
  const isToday = view.getUint16(BODY_HEADER_AT.version, true) === BODY_VERSION_2;
  return isOurs && isToday && view.getUint16(BODY_HEADER_AT.layout, true) === LAYOUT.plane;
}

/** @throws HoldfastError with a code IMAGE_…, naming the offset in the body */
export function decodePlane(body: Uint8Array): DecodedPlane {
  const view = viewOf(body);
  if (body.length < TABLE_AT + 4 + ORDER.length * SECTION_ENTRY_BYTES || !isPlaneBody(body))
    throw imageError('IMAGE_BODY', 'not the body of a plane', 0);
  const residentBytes = view.getUint32(BODY_HEADER_AT.residentBytes, true);
  if (residentBytes > body.length || residentBytes < BODY_CHECKED_FROM)
    throw imageError(
      'IMAGE_BODY',
      'the resident bytes are not within the body',
      BODY_HEADER_AT.residentBytes,
    );
  const checksum = crc32c(body.subarray(BODY_CHECKED_FROM, residentBytes));
  if (view.getUint32(BODY_HEADER_AT.checksum, true) !== checksum)
    throw imageError('IMAGE_CHECKSUM', 'the CRC-32C of the resident bytes is wrong', BODY_HEADER_AT.checksum);
  if (view.getUint8(PLANE_HEADER_FROM + PLANE_HEADER_AT.nodeBytes) !== NODE_16_BYTES)
    throw imageError('IMAGE_LAYOUT', 'a plane whose nodes have other than 16 bytes', PLANE_HEADER_FROM);
  const sections = sectionsOf(body, view);
  const section = (id: number) => sections.get(id) as SectionBytes;
  const number = (at: number) => view.getUint32(at, true);
  const outside = actionName(view.getUint8(BODY_HEADER_AT.outsideAction));
  if (outside === undefined)
    throw imageError('IMAGE_BODY', 'unknown outside action', BODY_HEADER_AT.outsideAction);
  const rules = { rules: number(BODY_HEADER_AT.rules), zones: number(BODY_HEADER_AT.zones), approaches: 0 };
  const areRules =
    rules.zones <= rules.rules && section(SECTION.rules).bytes.length === rules.rules * RULE_BYTES;
  if (!areRules) throw imageError('IMAGE_BODY', 'a number of rules is wrong', BODY_HEADER_AT.rules);
  const phasePeriod = number(BODY_HEADER_AT.phasePeriod);
  return {
    axes: [
      decodeAxis(body, BODY_HEADER_BYTES, BODY_VERSION_2),
      decodeAxis(body, BODY_HEADER_BYTES + AXIS_BYTES, BODY_VERSION_2),
    ],
    phasePeriod,
    phases: phasesOf(
      section(SECTION.phases),
      section(SECTION.grids),
      number(BODY_HEADER_AT.phases),
      phasePeriod,
    ),
    lookup: lookupOf(section(SECTION.nodes), section(SECTION.levels), section(SECTION.grids)),
    rules: decodeRules(rules, section(SECTION.rules), section(SECTION.names)),
    zones: rules.zones,
    outside,
  };
}

/** Sections by their ids: in order, within the body, none over another. */
function sectionsOf(body: Uint8Array, view: DataView): ReadonlyMap<number, SectionBytes> {
  const sections = new Map<number, SectionBytes>();
  if (view.getUint32(TABLE_AT, true) !== ORDER.length)
    throw imageError('IMAGE_DIRECTORY', `a plane has ${ORDER.length} sections`, TABLE_AT);
  let end = TABLE_AT + 4 + ORDER.length * SECTION_ENTRY_BYTES;
  ORDER.forEach((id, index) => {
    const at = TABLE_AT + 4 + index * SECTION_ENTRY_BYTES;
    const offset = view.getUint32(at + SECTION_ENTRY_AT.offset, true);
    const bytes = view.getUint32(at + SECTION_ENTRY_AT.bytes, true);
    const isRight = view.getUint16(at + SECTION_ENTRY_AT.section, true) === id && bytes % 4 === 0;
    if (!isRight || offset < end || offset + bytes > body.length)
      throw imageError('IMAGE_DIRECTORY', `the entry of section ${id} is wrong`, at);
    sections.set(id, { bytes: body.subarray(offset, offset + bytes), offset });
    end = offset + bytes;
  });
  return sections;
}

/** Phases in order; a root is the number of the grid that a phase names. */
function phasesOf(list: SectionBytes, grids: SectionBytes, count: number, period: number): PlanePhase[] {
  const view = viewOf(list.bytes);
  if (list.bytes.length < (count + 1) * LIST_ENTRY_BYTES)
    throw imageError('IMAGE_PHASES', 'fewer phases than the header says', list.offset);
  let from = 0;
  return Array.from({ length: count }, (_, phase) => {
    const at = (phase + 1) * LIST_ENTRY_BYTES;
    const to = view.getUint32(at + LIST_ENTRY_AT.start, true);
    const grid = view.getUint32(at + LIST_ENTRY_AT.wordBefore, true) * 2 + PLACE_FROM - grids.offset;
    const isGrid = grid >= 0 && grid < grids.bytes.length && grid % GRID_BYTES === 0;
    if (to <= from || to > period || !isGrid)
      throw imageError('IMAGE_PHASES', `phase ${phase} is wrong`, list.offset + at);
    const made = { from, to, root: grid / GRID_BYTES };
    from = to;
    return made;
  });
}

/** Nodes and leaves; the first leaf, which answers outside, is no part of a lookup. */
function lookupOf(nodes: SectionBytes, levels: SectionBytes, grids: SectionBytes): Lookup {
  const view = viewOf(nodes.bytes);
  const count = Math.floor(nodes.bytes.length / NODE_16_BYTES);
  const starts = [...wordsOf(levels)];
  const first = starts.pop() ?? count;
  if (first >= count) throw imageError('IMAGE_NODES', 'a plane without leaves', nodes.offset);
  const placeOf = (offset: number): number => {
    const index = (offset - nodes.offset) / NODE_16_BYTES;
    if (!Number.isInteger(index) || index < 0 || index >= count || index === first)
      throw imageError('IMAGE_NODES', `no node stands at ${offset}`, nodes.offset);
    return index < first ? index : index - 1;
  };
  const field = (index: number, at: number) => view.getInt32(index * NODE_16_BYTES + at, true);
  const made = Array.from({ length: first }, (_, index) => {
    const links = field(index, NODE_16_AT.links);
    const [right, left] = [links & LINK_MASK, ((links >>> 16) | (links << 16)) & LINK_MASK];
    const [a, b, c] = [field(index, NODE_16_AT.a), field(index, NODE_16_AT.b), field(index, NODE_16_AT.c)];
    return { a, b, c, left: placeOf(left), right: placeOf(right) };
  });
  const leaves = Array.from(
    { length: count - first - 1 },
    (_, index) => field(first + 1 + index, NODE_16_AT.c) & WORD_ROW_MASK,
  );
  const outside = nodes.offset + first * NODE_16_BYTES;
  const roots = [...wordsOf(grids)].map((entry) => placeOf(((entry & 0xffff) * 4) ^ outside));
  return { nodes: made, leaves, levels: starts, roots };
}

function wordsOf({ bytes }: SectionBytes): Uint32Array {
  const view = viewOf(bytes);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true));
}
