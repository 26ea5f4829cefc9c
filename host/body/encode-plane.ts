import { HoldfastError } from '../common/errors.ts';
import {
  ACTION,
  AXIS_BYTES,
  BODY_CHECKED_FROM,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  BODY_MAGIC,
  BODY_VERSION_2,
  KEY_FILL,
  LAYOUT,
  LIST_ENTRY_BYTES,
  LIST_WORD_SHIFT_SHIFT,
  NODE_16_AT,
  NODE_16_BYTES,
  PLACE_FROM,
  PLANE_HEADER_AT,
  PLANE_HEADER_BYTES,
  ROW_NONE,
  SECTION,
  SECTION_ENTRY_BYTES,
  STATE,
} from '../format.ts';
import { crc32c } from './crc32c.ts';
import { type Section, writeAxis, writeTable } from './encode-header.ts';
import { bytesOfWords, encodeNames, encodeRules } from './encode-sections.ts';
import { type Directory, directoryOf } from './phase-directory.ts';
import type { PlaneMap } from './plane-map.ts';
import { actionCode, packWord } from './words.ts';

/** A plane as a body: SPEC section 2.9. Nodes have 16 bytes; the grid has one square. */

export interface EncodedPlane {
  readonly body: Uint8Array;
  /** Bytes that are copied into the arena. */
  readonly residentBytes: number;
  /** Halvings behind the directory of phases. */
  readonly halvings: number;
  /** Levels of the deepest tree. */
  readonly levels: number;
}

const AXES = 2;
const SECTIONS = 7;
const TABLE_AT = BODY_HEADER_BYTES + AXES * AXIS_BYTES + PLANE_HEADER_BYTES;
const HEADER_BYTES = TABLE_AT + 4 + SECTIONS * SECTION_ENTRY_BYTES;
/** Both shifts of a grid of one square. */
const WHOLE_SHIFT = 31;
/** A grid of one square: its entry, and what fills its word. */
const GRID_BYTES = 4;

/**
 * The same plane always gives the same bytes.
 * @throws HoldfastError TOO_LARGE when its phases lie too close to each other for a directory
 */
export function encodePlane(plane: PlaneMap): EncodedPlane {
  const starts = plane.phases.map(({ from }) => from);
  const directory = directoryOf(starts, plane.phasePeriod);
  if (directory === undefined) {
    const message = `${starts.length} phases begin too close to each other`;
    throw new HoldfastError('TOO_LARGE', message, { remedy: 'Use fewer or longer windows.' });
  }
  const places = placesOf(plane, directory);
  const sections = encodeSections(plane, directory, places);
  const last = sections.at(-1) as Section;
  const residentBytes = (sections.find(({ id }) => id === SECTION.levels) as Section).offset;
  const body = new Uint8Array(last.offset + last.bytes.length);
  for (const section of sections) body.set(section.bytes, section.offset);
  const view = new DataView(body.buffer);
  writeHeader(view, plane, directory, residentBytes);
  writePlaneHeader(view, plane, places);
  writeTable(view, TABLE_AT, sections);
  view.setUint32(BODY_HEADER_AT.checksum, crc32c(body.subarray(BODY_CHECKED_FROM, residentBytes)), true);
  return { body, residentBytes, halvings: directory.halvings, levels: plane.lookup.levels.length };
}

/** Where sections begin, and what stands in which leaf. */
interface Places {
  readonly grids: number;
  readonly phases: number;
  readonly nodes: number;
  /** Of the first leaf, which answers outside. */
  readonly outside: number;
  /** Words of the leaves in their order, rising. */
  readonly words: readonly number[];
  /** Offset in the body of each place of the lookup. */
  readonly offsets: readonly number[];
}

function placesOf(plane: PlaneMap, { entries, halvings }: Directory): Places {
  const { lookup } = plane;
  const grids = HEADER_BYTES + Math.ceil(entries.length / 2) * 4;
  const phases = alignedTo(grids + lookup.roots.length * GRID_BYTES, LIST_ENTRY_BYTES);
  const listEntries = Math.max(plane.phases.length + 1, 2 ** halvings);
  const nodes = alignedTo(phases + listEntries * LIST_ENTRY_BYTES, NODE_16_BYTES);
  const outside = nodes + lookup.nodes.length * NODE_16_BYTES;
  const wordsOfPlaces = lookup.leaves.map((rule) => wordOf(plane, rule));
  const words = [packWord(STATE.outside, actionCode(plane.outside), ROW_NONE), ...wordsOfPlaces].sort(
    (left, right) => left - right,
  );
  const offsets = [
    ...lookup.nodes.map((_, index) => nodes + index * NODE_16_BYTES),
    ...wordsOfPlaces.map((word) => outside + words.indexOf(word) * NODE_16_BYTES),
  ];
  return { grids, phases, nodes, outside, words, offsets };
}

function alignedTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

function wordOf(plane: PlaneMap, rule: number): number {
  const made = plane.rules[rule];
  return made?.kind === 'gap'
    ? packWord(STATE.gap, actionCode(made.action), rule)
    : packWord(STATE.covered, ACTION.none, rule);
}

/** All sections in the order of SPEC section 2.1. */
function encodeSections(plane: PlaneMap, directory: Directory, places: Places): Section[] {
  const { lookup, rules } = plane;
  const { phases, grids, nodes, outside, offsets } = places;
  const names = encodeNames(rules);
  const buckets = directory.entries.map((entry) => phases / LIST_ENTRY_BYTES + entry);
  const roots = lookup.roots.flatMap((root) => [((offsets[root] ?? outside) ^ outside) / 4, 0]);
  const ruleBytes = encodeRules(rules, names.offsets);
  const rulesAt = outside + places.words.length * NODE_16_BYTES;
  const levels = Uint32Array.from([...lookup.levels, lookup.nodes.length]);
  const levelsAt = rulesAt + ruleBytes.length;
  const resident = (id: number, offset: number, bytes: Uint8Array) => ({ id, offset, bytes, resident: true });
  return [
    resident(SECTION.directories, HEADER_BYTES, halves(buckets)),
    resident(SECTION.grids, grids, halves(roots)),
    resident(SECTION.phases, phases, encodePhases(plane, directory.halvings, grids)),
    resident(SECTION.nodes, nodes, encodeNodes(plane, places)),
    resident(SECTION.rules, rulesAt, ruleBytes),
    { id: SECTION.levels, offset: levelsAt, bytes: bytesOfWords(levels), resident: false },
    { id: SECTION.names, offset: levelsAt + 4 * levels.length, bytes: names.bytes, resident: false },
  ];
}

/** u16 each, up to a whole word. */
function halves(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 2) * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint16(2 * index, value, true);
  });
  return bytes;
}

/** The list of phases, as SPEC section 2.8 has lists; a word names the phase's grid. */
function encodePhases({ phases, phasePeriod }: PlaneMap, halvings: number, grids: number): Uint8Array {
  const entries = [{ start: phasePeriod, word: 0 }];
  phases.forEach(({ to, root }) => {
    entries.push({ start: to, word: (grids + root * GRID_BYTES - PLACE_FROM) / 2 });
  });
  while (entries.length < 2 ** halvings) entries.push({ start: KEY_FILL, word: 0 });
  return bytesOfWords(Uint32Array.from(entries.flatMap(({ start, word }) => [start, word])));
}

function encodeNodes({ lookup }: PlaneMap, { outside, words, offsets }: Places): Uint8Array {
  const bytes = new Uint8Array((lookup.nodes.length + words.length) * NODE_16_BYTES);
  const view = new DataView(bytes.buffer);
  lookup.nodes.forEach(({ a, b, c, left, right }, index) => {
    const at = index * NODE_16_BYTES;
    view.setUint32(at + NODE_16_AT.links, linksOf(offsets[right] ?? 0, offsets[left] ?? 0), true);
    view.setInt32(at + NODE_16_AT.a, a, true);
    view.setInt32(at + NODE_16_AT.b, b, true);
    view.setInt32(at + NODE_16_AT.c, c, true);
  });
  words.forEach((word, index) => {
    const at = (lookup.nodes.length + index) * NODE_16_BYTES;
    const own = outside + index * NODE_16_BYTES;
    view.setUint32(at + NODE_16_AT.links, linksOf(own, own), true);
    view.setUint32(at + NODE_16_AT.c, word, true);
  });
  return bytes;
}

/** right | (left rotated left by 16). */
function linksOf(right: number, left: number): number {
  return (right | (left << 16) | (left >>> 16)) >>> 0;
}

function writeHeader(
  view: DataView,
  plane: PlaneMap,
  { shift, halvings }: Directory,
  residentBytes: number,
): void {
  const { lookup, rules, axes } = plane;
  view.setUint32(BODY_HEADER_AT.magic, BODY_MAGIC, true);
  view.setUint16(BODY_HEADER_AT.version, BODY_VERSION_2, true);
  view.setUint16(BODY_HEADER_AT.layout, LAYOUT.plane, true);
  view.setUint32(BODY_HEADER_AT.headerBytes, HEADER_BYTES, true);
  view.setUint32(BODY_HEADER_AT.bodyBytes, view.byteLength, true);
  view.setUint32(BODY_HEADER_AT.residentBytes, residentBytes, true);
  view.setUint8(BODY_HEADER_AT.axes, AXES);
  view.setUint8(BODY_HEADER_AT.outsideAction, actionCode(plane.outside));
  view.setUint32(BODY_HEADER_AT.phasePeriod, plane.phasePeriod, true);
  view.setUint32(BODY_HEADER_AT.phases, plane.phases.length, true);
  view.setUint32(BODY_HEADER_AT.phaseSteps, halvings, true);
  view.setUint32(BODY_HEADER_AT.steps, lookup.levels.length, true);
  view.setUint32(BODY_HEADER_AT.ruleBits, ruleBitsOf(rules.length), true);
  view.setUint32(BODY_HEADER_AT.rules, rules.length, true);
  view.setUint32(BODY_HEADER_AT.zones, plane.zones, true);
  view.setUint32(BODY_HEADER_AT.cells, lookup.leaves.length + 1, true);
  const shape = shift * 2 ** LIST_WORD_SHIFT_SHIFT + (HEADER_BYTES - PLACE_FROM) / 2;
  view.setUint32(BODY_HEADER_AT.phaseShape, shape, true);
  axes.forEach((axis, index) => {
    writeAxis(view, BODY_HEADER_BYTES + index * AXIS_BYTES, axis);
  });
}

/** The least bits that hold so many rules. */
function ruleBitsOf(rules: number): number {
  return 32 - Math.clz32(rules - 1);
}

function writePlaneHeader(view: DataView, { lookup }: PlaneMap, { outside, words }: Places): void {
  const at = BODY_HEADER_BYTES + AXES * AXIS_BYTES;
  view.setUint8(at + PLANE_HEADER_AT.nodeBytes, NODE_16_BYTES);
  view.setUint8(at + PLANE_HEADER_AT.gridShiftX, WHOLE_SHIFT);
  view.setUint8(at + PLANE_HEADER_AT.gridShiftY, WHOLE_SHIFT);
  view.setUint32(at + PLANE_HEADER_AT.nodes, lookup.nodes.length + words.length, true);
  view.setUint32(at + PLANE_HEADER_AT.leaves, words.length, true);
  view.setUint32(at + PLANE_HEADER_AT.outside, outside, true);
  view.setUint32(at + PLANE_HEADER_AT.levels, lookup.levels.length + 1, true);
}
