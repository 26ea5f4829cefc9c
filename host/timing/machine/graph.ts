import type { Instruction } from './architecture.ts';
import { liveAt } from './liveness.ts';

/**
 * The blocks of one function in an order in which they are best executed: each before what follows it, a loop as a whole before what is
 * behind it. This is the weak topological order of F. Bourdoncle, Efficient chaotic iteration strategies with widenings (1993).
 */
export interface Graph {
  /** Position in the order, and heads of the loops around it, outermost first; its own head is the last of its own. */
  readonly blocks: ReadonlyMap<number, Block>;
}

export interface Block {
  readonly position: number;
  readonly heads: readonly number[];
  /** Registers that the loops around it count with, rising. */
  readonly counters: readonly number[];
  /** Registers that are read from here on before they are written, rising; undefined where that is not told. */
  readonly live: readonly number[] | undefined;
}

/** Blocks and loops (a list, of which the first is the head). */
type Component = number | readonly Component[];

/** `successors` gives the blocks that follow the one at an address, `within` its instructions. */
export function orderOf(
  entry: number,
  successors: (block: number) => readonly number[],
  within: (block: number) => readonly Instruction[],
): Graph {
  const blocks = new Map<number, Pick<Block, 'position' | 'heads'>>();
  let position = 0;
  const place = (components: readonly Component[], heads: readonly number[]) => {
    for (const component of components) {
      if (typeof component === 'number') {
        blocks.set(component, { position: position++, heads });
        continue;
      }
      const head = component[0];
      if (typeof head === 'number') place(component, [...heads, head]);
    }
  };
  place(new Ordering(successors).from(entry), []);
  const counters = new Map<number, Set<number>>();
  for (const [block, { heads }] of blocks) {
    for (const head of heads) {
      const own = counters.get(head) ?? new Set();
      counters.set(head, own);
      for (const { counts } of within(block)) if (counts !== undefined) own.add(counts);
    }
  }
  const of = (heads: readonly number[]) =>
    [...new Set(heads.flatMap((head) => [...(counters.get(head) ?? [])]))].sort((a, b) => a - b);
  const live = liveAt(blocks.keys(), within, successors);
  return {
    blocks: new Map(
      [...blocks].map(([at, block]) => [at, { ...block, counters: of(block.heads), live: live?.get(at) }]),
    ),
  };
}

const DONE = Number.POSITIVE_INFINITY;

class Ordering {
  readonly #successors: (block: number) => readonly number[];
  readonly #numbers = new Map<number, number>();
  readonly #stack: number[] = [];
  #last = 0;

  constructor(successors: (block: number) => readonly number[]) {
    this.#successors = successors;
  }

  from(entry: number): Component[] {
    const backwards: Component[] = [];
    this.#visit(entry, backwards);
    return backwards.reverse();
  }

  /** Appends what is reached from a block, last first; gives the lowest number on the stack that it leads back to. */
  #visit(block: number, backwards: Component[]): number {
    this.#stack.push(block);
    const own = ++this.#last;
    this.#numbers.set(block, own);
    let [head, isLoop] = [own, false];
    for (const next of this.#successors(block)) {
      const number = this.#numbers.get(next) ?? 0;
      const least = number === 0 ? this.#visit(next, backwards) : number;
      if (least <= head) [head, isLoop] = [least, true];
    }
    if (head !== own) return head;
    this.#numbers.set(block, DONE);
    let last = this.#stack.pop();
    if (!isLoop) {
      backwards.push(block);
      return head;
    }
    while (last !== undefined && last !== block) {
      this.#numbers.set(last, 0);
      last = this.#stack.pop();
    }
    backwards.push(this.#loop(block));
    return head;
  }

  #loop(head: number): Component {
    const backwards: Component[] = [];
    for (const next of this.#successors(head)) {
      if ((this.#numbers.get(next) ?? 0) === 0) this.#visit(next, backwards);
    }
    return [head, ...backwards.reverse()];
  }
}
