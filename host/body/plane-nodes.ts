import {
  MOVE_CHANGE_BITS,
  NODE_12_AT,
  NODE_12_BYTES,
  NODE_16_AT,
  NODE_16_BYTES,
  NODE_20_AT,
  NODE_20_BYTES,
} from '../format.ts';
import type { PlaneLink, PlaneNode } from './plane-partition.ts';

/** The nodes of a plane as bytes, SPEC section 2.9: level by level, then the leaves; in one of three forms. */

/** Bytes of a node with coefficients of 16 bits, of one with 32 bits, and of one whose links have words of their own. */
export const SHORT_BYTES = NODE_12_BYTES;
export const LONG_BYTES = NODE_16_BYTES;
export const WIDE_BYTES = NODE_20_BYTES;
/** Links that share a word are below. */
export const SHARED_LINK_END = 2 ** 17;

export interface PlaneLevels {
  readonly inOrder: readonly PlaneNode[];
  /** The number of each node of the partition. */
  readonly numberOf: readonly number[];
  /** Number of the first node of each level, and then of the first leaf. */
  readonly firsts: readonly number[];
}

/** Nodes by the most links that lead to them from a node that none leads to; those of a level in the order of the partition. */
export function levelsOf(nodes: readonly PlaneNode[]): PlaneLevels {
  const levels = new Uint32Array(nodes.length);
  nodes.forEach(({ left, right }, index) => {
    for (const link of [left, right]) {
      if (link < 0) continue;
      if (link <= index || link >= nodes.length) throw new RangeError(`node ${index} leads to node ${link}`);
      levels[link] = Math.max(levels[link] ?? 0, (levels[index] ?? 0) + 1);
    }
  });
  const order = nodes.map((_, index) => index).sort((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0) || a - b);
  const numberOf = new Array<number>(nodes.length);
  const firsts: number[] = [];
  order.forEach((node, number) => {
    numberOf[node] = number;
    if (levels[node] === firsts.length) firsts.push(number);
  });
  return { inOrder: order.flatMap((node) => nodes[node] ?? []), numberOf, firsts: [...firsts, nodes.length] };
}

/** Bytes that each of `count` nodes, leaves included, that begin at `offset` may have, the fewest first. */
export function nodeFormsFor(nodes: readonly PlaneNode[], offset: number, count: number): number[] {
  const isShort = nodes.every(({ a, b }) => isHalf(a) && isHalf(b));
  const forms = [...(isShort ? [SHORT_BYTES] : []), LONG_BYTES].filter(
    (bytes) => offset + count * bytes <= SHARED_LINK_END,
  );
  return forms.length === 0 ? [WIDE_BYTES] : forms;
}

/** The longest move on a plane with these nodes whose fractions numbers of 64 bits hold, steps. */
export function longestMoveOver(nodes: readonly Pick<PlaneNode, 'a' | 'b'>[]): bigint {
  const steepest = nodes.reduce((most, { a, b }) => Math.max(most, Math.abs(a) + Math.abs(b)), 1);
  return (2n ** BigInt(MOVE_CHANGE_BITS) - 1n) / BigInt(steepest);
}

/** Whether 16 bits hold a coefficient. */
export function isHalf(value: number): boolean {
  return value === (value << 16) >> 16;
}

/** Both links in one word. */
export function packLinks(left: number, right: number): number {
  return (right | (left << 16) | (left >>> 16)) >>> 0;
}

/** The link where f < 0, or the one where f ≥ 0, of a word that has both. */
function unpackLink(links: number, isLeft: boolean): number {
  const turned = isLeft ? (links >>> 16) | (links << 16) : links;
  return turned & (SHARED_LINK_END - 4);
}

/** Nodes, then a leaf for each word. */
export function encodeNodes(
  nodes: readonly PlaneNode[],
  words: readonly number[],
  nodeBytes: number,
  offset: number,
  placeOf: (link: PlaneLink) => number,
): Uint8Array {
  const bytes = new Uint8Array((nodes.length + words.length) * nodeBytes);
  const view = new DataView(bytes.buffer);
  nodes.forEach((node, index) => {
    const links = { left: placeOf(node.left), right: placeOf(node.right) };
    writeNode(view, index * nodeBytes, nodeBytes, { ...node, ...links });
  });
  words.forEach((word, index) => {
    const at = (nodes.length + index) * nodeBytes;
    writeNode(view, at, nodeBytes, { a: 0, b: 0, c: word, left: offset + at, right: offset + at });
  });
  return bytes;
}

/** Links are offsets in the body. */
function writeNode(view: DataView, at: number, nodeBytes: number, { a, b, c, left, right }: PlaneNode): void {
  if (nodeBytes === SHORT_BYTES) {
    view.setUint32(at + NODE_12_AT.links, packLinks(left, right), true);
    view.setInt16(at + NODE_12_AT.a, a, true);
    view.setInt16(at + NODE_12_AT.b, b, true);
    view.setUint32(at + NODE_12_AT.c, c, true);
  } else if (nodeBytes === LONG_BYTES) {
    view.setUint32(at + NODE_16_AT.links, packLinks(left, right), true);
    view.setInt32(at + NODE_16_AT.a, a, true);
    view.setInt32(at + NODE_16_AT.b, b, true);
    view.setUint32(at + NODE_16_AT.c, c, true);
  } else {
    view.setUint32(at + NODE_20_AT.right, right, true);
    view.setUint32(at + NODE_20_AT.left, left, true);
    view.setInt32(at + NODE_20_AT.a, a, true);
    view.setInt32(at + NODE_20_AT.b, b, true);
    view.setUint32(at + NODE_20_AT.c, c, true);
  }
}

/** The node or leaf at a place of NODES; links are offsets in the body. */
export function readNode(view: DataView, at: number, nodeBytes: number): PlaneNode {
  if (nodeBytes === WIDE_BYTES) {
    return {
      left: view.getUint32(at + NODE_20_AT.left, true),
      right: view.getUint32(at + NODE_20_AT.right, true),
      a: view.getInt32(at + NODE_20_AT.a, true),
      b: view.getInt32(at + NODE_20_AT.b, true),
      c: view.getInt32(at + NODE_20_AT.c, true),
    };
  }
  const links = view.getUint32(at + NODE_16_AT.links, true);
  const both = { left: unpackLink(links, true), right: unpackLink(links, false) };
  if (nodeBytes === SHORT_BYTES) {
    return {
      ...both,
      a: view.getInt16(at + NODE_12_AT.a, true),
      b: view.getInt16(at + NODE_12_AT.b, true),
      c: view.getInt32(at + NODE_12_AT.c, true),
    };
  }
  return {
    ...both,
    a: view.getInt32(at + NODE_16_AT.a, true),
    b: view.getInt32(at + NODE_16_AT.b, true),
    c: view.getInt32(at + NODE_16_AT.c, true),
  };
}
