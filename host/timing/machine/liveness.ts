import type { Instruction } from './architecture.ts';

/** Registers that are still read: what others hold where a block begins tells no two ways apart. */

/** Sets of registers, a bit each. */
interface Uses {
  /** Read before they are written. */
  readonly reads: number;
  readonly writes: number;
}

/**
 * By block, the registers that it or a block behind it reads before they are written. undefined where the instructions of an
 * architecture do not tell what they read.
 */
export function liveAt(
  blocks: Iterable<number>,
  within: (block: number) => readonly Instruction[],
  successors: (block: number) => readonly number[],
): ReadonlyMap<number, readonly number[]> | undefined {
  const uses = new Map<number, Uses>();
  for (const block of blocks) {
    const own = usesOf(within(block));
    if (own === undefined) return undefined;
    uses.set(block, own);
  }
  const live = new Map<number, number>();
  for (let isSettled = false; !isSettled; ) {
    isSettled = true;
    for (const [block, { reads, writes }] of uses) {
      const behind = successors(block).reduce((sum, next) => sum | (live.get(next) ?? 0), 0);
      const own = reads | (behind & ~writes);
      if (own === live.get(block)) continue;
      live.set(block, own);
      isSettled = false;
    }
  }
  return new Map([...live].map(([block, set]) => [block, registersIn(set)]));
}

function usesOf(instructions: readonly Instruction[]): Uses | undefined {
  let [reads, writes] = [0, 0];
  for (const { uses } of instructions) {
    if (uses === undefined) return undefined;
    reads |= uses.reads & ~writes;
    writes |= uses.writes;
  }
  return { reads, writes };
}

function registersIn(set: number): number[] {
  return [...Array(32).keys()].filter((register) => (set & (1 << register)) !== 0);
}
