/**
 * Sets of owners that come and go, told apart by number: equal sets have equal numbers. A tree over the owners, in which every node is
 * numbered by its two children; a change costs a step a level.
 */

/** Owners of a leaf, a bit each. */
const LEAF_OWNERS = 16;
/** Numbers of nodes, and masks of leaves, lie below. */
const NODE_FACTOR = 2 ** 26;
/** More than this many nodes are not kept: from then on every set counts as a new one. */
const NODES_MAX = 2 ** 22;

export class OwnerSets {
  /** From the masks of leaves to the root. */
  readonly #levels: Uint32Array[] = [];
  readonly #nodes = new Map<number, number>();
  readonly #sets = new Map<number, number>();
  readonly #dirty = new Set<number>();
  readonly #nodesMax: number;
  #setCount = 0;

  constructor(owners: number, nodesMax = NODES_MAX) {
    this.#nodesMax = nodesMax;
    let width = 2 ** Math.ceil(Math.log2(Math.max(1, Math.ceil(owners / LEAF_OWNERS))));
    for (; width > 1; width /= 2) this.#levels.push(new Uint32Array(width));
    this.#levels.push(new Uint32Array(1));
  }

  /** Takes an owner in where it is not, out where it is. */
  toggle(owner: number): void {
    const leaf = Math.floor(owner / LEAF_OWNERS);
    const leaves = this.#levels[0] ?? new Uint32Array(1);
    leaves[leaf] = (leaves[leaf] ?? 0) ^ (1 << (owner % LEAF_OWNERS));
    this.#dirty.add(leaf);
  }

  /** The number of the set as it is, from 0 in the order in which sets are first asked for. */
  number(): number {
    if (this.#nodes.size > this.#nodesMax) return this.#setCount++;
    let dirty: ReadonlySet<number> = this.#dirty;
    for (let level = 1; level < this.#levels.length; level++) dirty = this.#renumber(level, dirty);
    this.#dirty.clear();
    const root = this.#levels.at(-1)?.[0] ?? 0;
    const known = this.#sets.get(root) ?? this.#setCount++;
    this.#sets.set(root, known);
    return known;
  }

  /** Numbers the parents of changed nodes anew; gives their places. */
  #renumber(level: number, changed: ReadonlySet<number>): ReadonlySet<number> {
    const [below, here] = [this.#levels[level - 1], this.#levels[level]];
    const parents = new Set<number>();
    for (const child of changed) parents.add(child >> 1);
    if (below === undefined || here === undefined) return parents;
    for (const parent of parents) {
      const key = (below[2 * parent] ?? 0) * NODE_FACTOR + (below[2 * parent + 1] ?? 0);
      // Two empty children are an empty node.
      const node = key === 0 ? 0 : (this.#nodes.get(key) ?? this.#nodes.size + 1);
      if (key !== 0) this.#nodes.set(key, node);
      here[parent] = node;
    }
    return parents;
  }
}
