import { isHalf } from '../body/plane-nodes.ts';
import type { PlaneLink, PlaneNode } from '../body/plane-partition.ts';
import type { Lines } from './lines.ts';

/**
 * Nodes that trees share: the same line with the same links is the same node, and one whose links are equal is none. Links of this
 * room: −1 − rule of a leaf, else a number of a node, whose own links are smaller numbers.
 */
export class Dag {
  readonly lines: Lines;
  readonly #line: number[] = [];
  readonly #left: PlaneLink[] = [];
  readonly #right: PlaneLink[] = [];
  readonly #depth: number[] = [];
  readonly #known = new Map<string, number>();

  constructor(lines: Lines) {
    this.lines = lines;
  }

  node(line: number, left: PlaneLink, right: PlaneLink): PlaneLink {
    if (left === right) return left;
    const key = `${line} ${left} ${right}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const node = this.#line.length;
    this.#line.push(line);
    this.#left.push(left);
    this.#right.push(right);
    this.#depth.push(1 + Math.max(this.depthOf(left), this.depthOf(right)));
    this.#known.set(key, node);
    return node;
  }

  /** Nodes on the longest way from here to a leaf. */
  depthOf(link: PlaneLink): number {
    return link < 0 ? 0 : (this.#depth[link] ?? 0);
  }

  at(node: number): { readonly line: number; readonly left: PlaneLink; readonly right: PlaneLink } {
    return {
      line: this.#line[node] as number,
      left: this.#left[node] as number,
      right: this.#right[node] as number,
    };
  }

  /** How many nodes roots lead to, and whether coefficients of 16 bits do for all of them. */
  sizeOf(roots: Iterable<PlaneLink>): { readonly count: number; readonly isShort: boolean } {
    const reached = this.#reached(roots);
    const isShort = reached.every((node) => {
      const line = this.#line[node] as number;
      return isHalf(this.lines.a[line] as number) && isHalf(this.lines.b[line] as number);
    });
    return { count: reached.length, isShort };
  }

  /** The nodes that roots lead to, by level, and the roots by their new numbers. */
  ordered(roots: readonly PlaneLink[]): {
    readonly nodes: readonly PlaneNode[];
    readonly roots: PlaneLink[];
  } {
    const { nodes, links } = this.#distinct(roots);
    // Links lead to smaller numbers, so from the greatest down each level is known when its node is met.
    const levels = nodes.map(() => 0);
    for (let node = nodes.length - 1; node >= 0; node--) {
      const { left, right } = nodes[node] as PlaneNode;
      for (const link of [left, right])
        if (link >= 0) levels[link] = Math.max(levels[link] ?? 0, (levels[node] ?? 0) + 1);
    }
    const inOrder = nodes.map((_, node) => node);
    inOrder.sort((one, other) => (levels[one] ?? 0) - (levels[other] ?? 0) || other - one);
    const places: number[] = [];
    inOrder.forEach((node, place) => {
      places[node] = place;
    });
    const placeOf = (link: PlaneLink) => (link < 0 ? link : (places[link] ?? 0));
    return {
      nodes: inOrder.map((place) => {
        const node = nodes[place] as PlaneNode;
        return { ...node, left: placeOf(node.left), right: placeOf(node.right) };
      }),
      roots: links.map(placeOf),
    };
  }

  /** Nodes with the same numbers once, each behind those that it leads to. Lines that are 2^32 apart have the same numbers. */
  #distinct(roots: readonly PlaneLink[]): { readonly nodes: PlaneNode[]; readonly links: PlaneLink[] } {
    const nodes: PlaneNode[] = [];
    const known = new Map<string, number>();
    const numbers = new Map<number, number>();
    const numberOf = (link: PlaneLink) => (link < 0 ? link : (numbers.get(link) ?? 0));
    for (const node of this.#reached(roots).reverse()) {
      const line = this.#line[node] as number;
      const [a, b, c] = [this.lines.a[line] as number, this.lines.b[line] as number, this.lines.word(line)];
      const [left, right] = [numberOf(this.#left[node] as number), numberOf(this.#right[node] as number)];
      const key = `${a} ${b} ${c} ${left} ${right}`;
      const number = left === right ? left : (known.get(key) ?? nodes.length);
      if (number === nodes.length) nodes.push({ a, b, c, left, right });
      if (left !== right) known.set(key, number);
      numbers.set(node, number);
    }
    return { nodes, links: roots.map(numberOf) };
  }

  /** Greatest first. */
  #reached(roots: Iterable<PlaneLink>): number[] {
    const seen = new Set<number>();
    const waiting: number[] = [];
    const take = (link: PlaneLink) => {
      if (link < 0 || seen.has(link)) return;
      seen.add(link);
      waiting.push(link);
    };
    for (const root of roots) take(root);
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      take(this.#left[node] as number);
      take(this.#right[node] as number);
    }
    return [...seen].sort((one, other) => other - one);
  }
}
