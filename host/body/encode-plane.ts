import { BUILD_NAMES } from '../common/arenas.ts';
import { HoldfastError } from '../common/errors.ts';
import type { Steps } from '../cycles/steps.ts';
import {
  BUILD_LIMITS,
  type BuildName,
  DIRECTORY_ENTRIES_MAX,
  DIRECTORY_FROM,
  ENTRY_FROM,
  HALVINGS_MAX,
  LAYOUT,
  LIST_ENTRY_BYTES,
  PLANE_HEADER_AT,
  PLANE_HEADER_BYTES,
  ROW_NONE,
  RULE_BYTES,
  SECTION,
  STATE,
} from '../format.ts';
import { bucketsOf, commonHalvings } from './directory-shape.ts';
import { tooMuch } from './encode-body.ts';
import { bodyOf, headerBytes, inOrder, NODES_ALIGN } from './encode-header.ts';
import {
  directoryBytes,
  encodeEntries,
  entriesOf,
  listWord,
  type Placed,
  writeDirectory,
} from './encode-list-entries.ts';
import { ruleBitsFor, wordOf } from './encode-rows.ts';
import { bytesOfWords, encodeNames, encodeRules } from './encode-sections.ts';
import { encodeGrids, type GridShape, gridBytesOf, gridShapeOf, gridsInOrder } from './plane-grids.ts';
import { encodeNodes, LONG_BYTES, levelsOf, nodeFormsFor, SHORT_BYTES, WIDE_BYTES } from './plane-nodes.ts';
import type { PlaneGrid, PlaneLink, PlanePartition } from './plane-partition.ts';
import { actionCode, packWord } from './words.ts';

/** The layout *plane*: SPEC section 2.9. */

const AXES = 2;
const SECTION_COUNT = 7;

/** What a build must hold of a plane. */
export interface PlaneSizes {
  readonly residentBytes: number;
  readonly phases: number;
  readonly levels: number;
  readonly nodeBytes: number;
  /** Entries of the directory of the phases. */
  readonly directoryEntries: number;
}

export interface EncodedPlane {
  readonly body: Uint8Array;
  readonly steps: Steps;
  /** Bytes that are copied into the arena. */
  readonly residentBytes: number;
  /** Bytes of a node: 12, 16 or 20; and all those that it might have, the fewest first. */
  readonly nodeBytes: number;
  readonly nodeForms: readonly number[];
  /** Nodes without leaves. */
  readonly nodes: number;
  readonly leaves: number;
  /** Bytes of all grids. */
  readonly gridBytes: number;
  /** The smallest build that holds it; null: none does. */
  readonly fits: BuildName | null;
  readonly sizes: PlaneSizes;
}

/**
 * Encodes a plane. The same partition always gives the same bytes.
 * @param wanted bytes of a node, of those that hold it; unless given, the fewest
 * @throws HoldfastError TOO_LARGE where phases begin too close to each other; RangeError where the partition is not what it says it is
 */
export function encodePlane(partition: PlanePartition, wanted?: number): EncodedPlane {
  const { rules, phases } = partition;
  const levels = levelsOf(partition.nodes);
  const shape = gridShapeOf(partition);
  const grids = gridsInOrder(partition);
  const leaves = leavesOf(partition, grids.distinct);
  const directory = phaseDirectory(partition);
  const names = encodeNames(rules);
  const directories = new Uint8Array(directoryBytes(directory));
  const { from, phasesOffset, gridsOffset } = offsetsFor(directory);
  const nodesFor = (wide: boolean) =>
    aligned(gridsOffset + grids.distinct.length * gridBytesOf(shape, wide), NODES_ALIGN);
  const count = partition.nodes.length + leaves.words.length;
  const nodeForms = nodeFormsFor(partition.nodes, nodesFor(false), count);
  const nodeBytes = wanted ?? nodeForms[0] ?? WIDE_BYTES;
  if (!nodeForms.includes(nodeBytes))
    throw new RangeError(`nodes of ${nodeBytes} bytes do not hold the plane`);
  const isWide = nodeBytes === WIDE_BYTES;
  const nodesOffset = nodesFor(isWide);
  const placeOf = (link: PlaneLink): number => {
    const number = link >= 0 ? levels.numberOf[link] : leafNumber(link);
    if (number === undefined) throw new RangeError(`a link leads to ${link}, where nothing is`);
    return nodesOffset + number * nodeBytes;
  };
  const leafNumber = (link: PlaneLink) => {
    const leaf = leaves.ofRule.get(-1 - link);
    return leaf === undefined ? undefined : partition.nodes.length + leaf;
  };
  const outside = nodesOffset + (count - 1) * nodeBytes;
  const gridBytes = gridBytesOf(shape, isWide);
  const phaseWords = Uint32Array.from(grids.ofPhase, (grid) => gridsOffset + grid * gridBytes);
  writeDirectory(
    directories,
    { ...directory, directory: DIRECTORY_FROM },
    (phasesOffset - ENTRY_FROM) / LIST_ENTRY_BYTES,
  );
  const sections = inOrder(from, [
    { id: SECTION.directories, bytes: directories },
    { id: SECTION.phases, bytes: encodeEntries([directory], [phaseWords]), align: LIST_ENTRY_BYTES },
    {
      id: SECTION.grids,
      bytes: encodeGrids(grids.distinct, shape, isWide, (link) => (placeOf(link) ^ outside) >>> 2),
    },
    {
      id: SECTION.nodes,
      bytes: encodeNodes(levels.inOrder, leaves.words, nodeBytes, nodesOffset, placeOf),
      align: NODES_ALIGN,
    },
    { id: SECTION.rules, bytes: encodeRules(rules, names.offsets) },
    { id: SECTION.levels, bytes: bytesOfWords(Uint32Array.from(levels.firsts)) },
    { id: SECTION.names, bytes: names.bytes },
  ]);
  const depth = levels.firsts.length - 1;
  const { body, residentBytes } = bodyOf(
    {
      axes: partition.axes,
      outside: partition.outside,
      phasePeriod: partition.phasePeriod,
      phases: phases.length,
      rules: rules.length,
      zones: partition.zones,
      approaches: 0,
      longestMove: partition.longestMove,
      mostCells: partition.mostCells,
    },
    {
      layout: LAYOUT.plane,
      phaseSteps: directory.halvings,
      lineSteps: depth,
      ruleBits: ruleBitsFor(rules.length),
      cells: leaves.words.length,
      phaseShape: listWord(directory),
    },
    sections,
    planeHeader({ nodeBytes, shape, nodes: count, leaves: leaves.words.length, outside, levels: depth + 1 }),
  );
  const sizes = {
    residentBytes,
    phases: phases.length,
    levels: depth,
    nodeBytes,
    directoryEntries: bucketsOf(directory.end, directory.shift),
  };
  return {
    body,
    steps: planeSteps(phases.length, directory.halvings, depth, nodeBytes),
    residentBytes,
    nodeBytes,
    nodeForms,
    nodes: partition.nodes.length,
    leaves: leaves.words.length,
    gridBytes: grids.distinct.length * gridBytes,
    fits: BUILD_NAMES.find((build) => planeShortfalls(sizes, build).length === 0) ?? null,
    sizes,
  };
}

/** Steps of one check of a plane by their kinds. */
export function planeSteps(phases: number, halvings: number, depth: number, nodeBytes: number): Steps {
  const forPhase = phases === 1 ? {} : { directory: 1, halving: halvings };
  return { ...forPhase, ...(nodeBytes === SHORT_BYTES ? { planeShort: depth } : { plane: depth }), grid: 1 };
}

/** Resident bytes of a plane besides those of its grids, nodes and leaves, at most. @throws HoldfastError TOO_LARGE */
export function bytesBesideNodes(plane: Pick<PlanePartition, 'phases' | 'phasePeriod' | 'rules'>): number {
  return offsetsFor(phaseDirectory(plane)).gridsOffset + NODES_ALIGN + RULE_BYTES * plane.rules.length;
}

/** Where sections and grids begin, and what is before them. */
function offsetsFor(directory: Placed) {
  const from = headerBytes(SECTION_COUNT, AXES, PLANE_HEADER_BYTES);
  const phasesOffset = aligned(from + directoryBytes(directory), LIST_ENTRY_BYTES);
  const entries = entriesOf(directory.starts.length, directory.halvings);
  return { from, phasesOffset, gridsOffset: phasesOffset + LIST_ENTRY_BYTES * entries };
}

/** What a build does not hold, one phrase each, with figures; empty when it fits. */
export function planeShortfalls(sizes: PlaneSizes, build: BuildName): string[] {
  const { arenaBytes, phaseStepsMax, planeStepsMax, layoutsAdmitted } = BUILD_LIMITS[build];
  if (((layoutsAdmitted >>> LAYOUT.plane) & 1) === 0) return ['a plane, where it has lines only'];
  return tooMuch([
    { what: 'resident bytes', value: sizes.residentBytes, most: arenaBytes },
    { what: 'levels of the plane', value: sizes.levels, most: planeStepsMax },
    { what: 'phases', value: sizes.phases, most: 2 ** phaseStepsMax },
    { what: 'bytes a node', value: sizes.nodeBytes, most: build === 'large' ? WIDE_BYTES : LONG_BYTES },
    { what: 'entries of a directory', value: sizes.directoryEntries, most: arenaBytes / 4 },
  ]);
}

function aligned(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** The list of the phases, whose directory is the first one. */
function phaseDirectory({ phases, phasePeriod }: Pick<PlanePartition, 'phases' | 'phasePeriod'>): Placed {
  const starts = Uint32Array.from(phases, ({ from }) => from);
  const list = { starts, end: phasePeriod };
  // What a line with such phases does by trees, a plane does by a larger directory.
  const found = commonHalvings([list]) ?? commonHalvings([list], 2 * DIRECTORY_ENTRIES_MAX);
  if (found === undefined) {
    const message = `${phases.length} phases begin too close to each other: ${2 ** HALVINGS_MAX} or more in ${Math.ceil(phasePeriod / DIRECTORY_ENTRIES_MAX)} ticks`;
    throw new HoldfastError('TOO_LARGE', message, { remedy: 'Use fewer phases, or a coarser tick.' });
  }
  const directory = headerBytes(SECTION_COUNT, AXES, PLANE_HEADER_BYTES);
  return {
    starts,
    end: phasePeriod,
    shift: found.shifts[0] ?? 0,
    halvings: found.halvings,
    base: 0,
    directory,
  };
}

/** One leaf for each rule that something leads to, in the order of rules, and the one of the outside behind them. */
function leavesOf({ nodes, rules, outside }: PlanePartition, grids: readonly PlaneGrid[]) {
  const links = [
    ...nodes.flatMap(({ left, right }) => [left, right]),
    ...grids.flatMap(({ roots }) => roots),
  ];
  const used = [...new Set(links.filter((link) => link < 0).map((link) => -1 - link))].sort((a, b) => a - b);
  const words = used.map((rule) => {
    if (rules[rule] === undefined) throw new RangeError(`a link leads to rule ${rule}, which there is not`);
    return wordOf(rules[rule], rule);
  });
  return {
    ofRule: new Map(used.map((rule, index) => [rule, index])),
    words: [...words, packWord(STATE.outside, actionCode(outside), ROW_NONE)],
  };
}

interface PlaneFigures {
  readonly nodeBytes: number;
  readonly shape: GridShape;
  readonly nodes: number;
  readonly leaves: number;
  readonly outside: number;
  readonly levels: number;
}

function planeHeader({ nodeBytes, shape, nodes, leaves, outside, levels }: PlaneFigures): Uint8Array {
  const bytes = new Uint8Array(PLANE_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(PLANE_HEADER_AT.nodeBytes, nodeBytes);
  view.setUint8(PLANE_HEADER_AT.gridShiftX, shape.shiftX);
  view.setUint8(PLANE_HEADER_AT.gridShiftY, shape.shiftY);
  view.setUint8(PLANE_HEADER_AT.gridStride, shape.stride);
  view.setUint32(PLANE_HEADER_AT.nodes, nodes, true);
  view.setUint32(PLANE_HEADER_AT.leaves, leaves, true);
  view.setUint32(PLANE_HEADER_AT.outside, outside, true);
  view.setUint32(PLANE_HEADER_AT.levels, levels, true);
  return bytes;
}
