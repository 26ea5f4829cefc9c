import type { Steps } from '../cycles/steps.ts';
import { BODY_VERSION_2, LIST_WORD_SHIFT_MASK, ROW_NONE, SECTION, STATE } from '../format.ts';
import type { AxisModel } from '../source/model.ts';
import { viewOf } from './bytes.ts';
import { isWordOf } from './decode-cells.ts';
import { checkPhaseDirectory, decodePhaseList, directoryBytes, listWord } from './decode-phase-list.ts';
import { decodePlaneHeader, type PlaneBodyHeader } from './decode-plane-header.ts';
import { decodeRules } from './decode-rules.ts';
import type { SectionBytes } from './decode-table.ts';
import { planeSteps } from './encode-plane.ts';
import { imageError } from './errors.ts';
import type { Rule } from './partition.ts';
import { gridBytesOf } from './plane-grids.ts';
import { longestMoveOver, packLinks, readNode } from './plane-nodes.ts';
import type { PlaneGrid, PlaneLink, PlaneNode, PlanePartition } from './plane-partition.ts';
import { actionCode, packWord, unpackWord } from './words.ts';

/** A body of layout plane read back: SPEC section 2.9. The core examines the same in the same order (assembly/admit/plane*.ts). */
export interface DecodedPlane
  extends Pick<
    PlanePartition,
    | 'phasePeriod'
    | 'phases'
    | 'shiftX'
    | 'shiftY'
    | 'columns'
    | 'rows'
    | 'grids'
    | 'nodes'
    | 'depth'
    | 'zones'
    | 'outside'
    | 'longestMove'
    | 'mostCells'
  > {
  readonly version: number;
  readonly axes: readonly [AxisModel, AxisModel];
  readonly rules: PlanePartition['rules'];
  readonly steps: Steps;
  readonly nodeBytes: number;
  readonly residentBytes: number;
}

/**
 * Decodes a body of layout plane and examines all of it.
 * @throws HoldfastError with a code IMAGE_..., naming the offset in the body.
 */
export function decodePlane(body: Uint8Array): DecodedPlane {
  const header = decodePlaneHeader(body);
  const { phasePeriod, phases, phaseSteps, steps, zones, outside, shape, axes, residentBytes } = header;
  const { nodeBytes, shiftX, shiftY, columns, rows } = shape;
  const rules = decodeRules(header, header.section(SECTION.rules), header.section(SECTION.names));
  const ofPhase = decodeGridsOfPhases(header);
  const places = new Places(header);
  const grids = decodeGrids(header, places);
  const { nodes, ruleOfLeaf } = decodeNodes(header, rules, places);
  const named = (link: PlaneLink): PlaneLink =>
    link < nodes.length ? link : -1 - (ruleOfLeaf[link - nodes.length] ?? 0);
  return {
    ...{ version: BODY_VERSION_2, axes, phasePeriod, phases: ofPhase, shiftX, shiftY, columns, rows },
    grids: grids.map(({ roots }) => ({ roots: roots.map(named) })),
    nodes: nodes.map((node) => ({ ...node, left: named(node.left), right: named(node.right) })),
    depth: steps,
    rules: rules.filter((rule) => rule.kind !== 'approach'),
    ...{ zones, outside, longestMove: header.longestMove, mostCells: header.mostCells },
    steps: planeSteps(phases, phaseSteps, steps, nodeBytes),
    ...{ nodeBytes, residentBytes },
  };
}

/** The phases with the numbers of their grids, which tile GRIDS in the order in which phases meet them. */
function decodeGridsOfPhases(header: PlaneBodyHeader): PlanePartition['phases'] {
  const { offset, bytes } = header.section(SECTION.grids);
  const gridBytes = gridBytesOf(header.shape, header.shape.isWide);
  let next = offset;
  const found = decodePhaseList(header, header.section(SECTION.phases), (word, at) => {
    const isNew = word === next && word < offset + bytes.length;
    const isKnown = word >= offset && word < next && (word - offset) % gridBytes === 0;
    if (!isNew && !isKnown)
      throw imageError('IMAGE_PHASES', 'a phase names a grid that does not begin there', at);
    if (isNew) next += gridBytes;
    return (word - offset) / gridBytes;
  });
  if (next !== offset + bytes.length) throw imageError('IMAGE_KEYS', 'grids do not fill their section', next);
  const named = listWord(header.phaseShape, header.phasePeriod);
  const isOne = header.phases > 1 || (named?.shift === LIST_WORD_SHIFT_MASK && header.phaseSteps === 0);
  const directories = header.section(SECTION.directories);
  if (named === undefined || named.directory !== directories.offset || !isOne)
    throw imageError('IMAGE_BODY', 'the directory of phases is wrong', 0);
  if (directoryBytes(header.phasePeriod, named.shift) !== directories.bytes.length)
    throw imageError('IMAGE_KEYS', 'directories do not fill their section', directories.offset);
  checkPhaseDirectory(header, header.section(SECTION.phases), directories, named);
  return found.map(({ from, to, what }) => ({ from, to, grid: what }));
}

/** Which node stands at an offset. Nothing leads to the last leaf, that of the outside. */
class Places {
  readonly #nodes: SectionBytes;
  readonly #nodeBytes: number;
  readonly #end: number;

  constructor(header: PlaneBodyHeader) {
    this.#nodes = header.section(SECTION.nodes);
    this.#nodeBytes = header.shape.nodeBytes;
    this.#end = header.shape.outsideLeaf;
  }

  /** The number of the node or leaf there, from `first` on; `at` is the offset of what leads there. */
  number(offset: number, first: number, at: number): number {
    const number = (offset - this.#nodes.offset) / this.#nodeBytes;
    const isThere = Number.isInteger(number) && number >= first && offset < this.#end;
    if (!isThere) throw imageError('IMAGE_KEYS', `a link leads to byte ${offset}`, at);
    return number;
  }
}

/** Roots are numbers of nodes and leaves. */
function decodeGrids({ section, shape }: PlaneBodyHeader, places: Places): PlaneGrid[] {
  const { offset, bytes } = section(SECTION.grids);
  const view = viewOf(bytes);
  const entryBytes = shape.isWide ? 4 : 2;
  const gridBytes = gridBytesOf(shape, shape.isWide);
  return Array.from({ length: bytes.length / gridBytes }, (_, grid) => {
    const roots: number[] = [];
    for (let place = 0; place < gridBytes; place += entryBytes) {
      const at = grid * gridBytes + place;
      const entry = shape.isWide ? view.getUint32(at, true) : view.getUint16(at, true);
      const square = place / entryBytes;
      if (square % 2 ** shape.stride < shape.columns && square < shape.rows * 2 ** shape.stride)
        roots.push(places.number(((entry << 2) ^ shape.outsideLeaf) >>> 0, 0, offset + at));
      else if (entry !== 0) throw imageError('IMAGE_KEYS', 'a square beyond the axes', offset + at);
    }
    return { roots };
  });
}

/** Links are numbers of nodes and leaves. */
function decodeNodes(
  { section, shape, steps, outside, longestMove }: PlaneBodyHeader,
  rules: readonly Rule[],
  places: Places,
): { readonly nodes: readonly PlaneNode[]; readonly ruleOfLeaf: readonly number[] } {
  const { offset, bytes } = section(SECTION.nodes);
  const view = viewOf(bytes);
  const { nodeBytes, leaves } = shape;
  const count = shape.nodes - leaves;
  const levels = decodeLevels(section(SECTION.levels), steps, count);
  const nodes: PlaneNode[] = [];
  for (let level = 0; level < steps; level++) {
    const next = levels[level + 1] ?? count;
    for (let number = nodes.length; number < next; number++) {
      const at = number * nodeBytes;
      const node = readNode(view, at, nodeBytes);
      const isLine = node.a > 0 || (node.a === 0 && node.b > 0);
      const isPacked = shape.isWide || packLinks(node.left, node.right) === view.getUint32(at, true);
      if (!isLine || !isPacked || node.left === node.right || longestMove > longestMoveOver([node]))
        throw imageError('IMAGE_KEYS', `node ${number} is wrong`, offset + at);
      nodes.push({
        ...node,
        left: places.number(node.left, next, offset + at),
        right: places.number(node.right, next, offset + at),
      });
    }
  }
  const ruleOfLeaf: number[] = [];
  for (let number = count; number < shape.nodes; number++) {
    const at = number * nodeBytes;
    const { a, b, c, left, right } = readNode(view, at, nodeBytes);
    const isPacked = shape.isWide || packLinks(left, right) === view.getUint32(at, true);
    if (a !== 0 || b !== 0 || left !== offset + at || right !== offset + at || !isPacked)
      throw imageError('IMAGE_KEYS', `leaf ${number} is wrong`, offset + at);
    const isLast = number === shape.nodes - 1;
    const word = c >>> 0;
    const { state, action, row } = unpackWord(word);
    const rule = rules[row];
    const isRight = isLast
      ? word === packWord(STATE.outside, actionCode(outside), ROW_NONE)
      : rule !== undefined && isWordOf(rule, state, action) && row > (ruleOfLeaf.at(-1) ?? -1);
    if (!isRight) throw imageError('IMAGE_WORDS', 'a word that does not fit its rule', offset + at);
    ruleOfLeaf.push(row);
  }
  return { nodes, ruleOfLeaf };
}

/** Number of the first node of each level, and of the first leaf. */
function decodeLevels({ bytes, offset }: SectionBytes, steps: number, count: number): number[] {
  const view = viewOf(bytes);
  const levels = Array.from({ length: steps + 1 }, (_, level) => view.getUint32(4 * level, true));
  levels.forEach((first, level) => {
    const isRight = level === 0 ? first === 0 : first > (levels[level - 1] ?? 0);
    if (!isRight || (level === steps && first !== count))
      throw imageError('IMAGE_KEYS', `level ${level} does not begin there`, offset + 4 * level);
  });
  return levels;
}
