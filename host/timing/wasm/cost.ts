import { CLASSES, opcode } from './opcodes.ts';

/**
 * What executing costs, counted in instructions. `block`, `loop`, `else`, `end` and `nop` do nothing and count nothing.
 *
 * A cost is an upper bound over all executions that reach a place: `total` along the longest one, `classes` each by itself. The
 * longest one is kept as a chain of links, so that a report can tell where its instructions stand.
 */
export interface Cost {
  readonly total: number;
  /** In the order of CLASSES. */
  readonly classes: readonly number[];
  readonly path: Link | undefined;
}

/** The last piece of an execution: an instruction, all rounds of a loop, or a call. */
export type Link =
  | { readonly kind: 'step'; readonly before: Link | undefined; readonly at: number }
  | {
      readonly kind: 'times';
      readonly before: Link | undefined;
      readonly rounds: number;
      readonly body: Link | undefined;
    };

export const NO_COST: Cost = { total: 0, classes: CLASSES.map(() => 0), path: undefined };

/** The class of each opcode as an index into CLASSES; −1 for what counts nothing. */
const CLASS_OF: readonly number[] = Array.from({ length: 256 }, (_, code) => {
  const name = opcode(code)?.class;
  return name === undefined ? -1 : CLASSES.indexOf(name);
});

/** The cost with one more instruction; `at` is its offset. */
export function withInstruction(cost: Cost, op: number, at: number): Cost {
  const index = CLASS_OF[op] ?? -1;
  if (index < 0) return cost;
  const classes = cost.classes.slice();
  classes[index] = (classes[index] ?? 0) + 1;
  return { total: cost.total + 1, classes, path: { kind: 'step', before: cost.path, at } };
}

/** First `first`, then `then` as often as `rounds` says. */
export function sequence(first: Cost, then: Cost, rounds = 1): Cost {
  if (rounds === 0 || (then.total === 0 && then.path === undefined)) return first;
  const classes = first.classes.map((count, index) => count + rounds * (then.classes[index] ?? 0));
  const path: Link = { kind: 'times', before: first.path, rounds, body: then.path };
  return { total: first.total + rounds * then.total, classes, path };
}

/** At most the one or the other. */
export function worse(a: Cost, b: Cost): Cost {
  if (a === b) return a;
  const classes = a.classes.map((count, index) => Math.max(count, b.classes[index] ?? 0));
  return { total: Math.max(a.total, b.total), classes, path: (a.total >= b.total ? a : b).path };
}

/** How often each instruction stands on the longest execution: offset in the file → times. */
export function timesByOffset(cost: Cost): Map<number, number> {
  const times = new Map<number, number>();
  const pending: { link: Link | undefined; factor: number }[] = [{ link: cost.path, factor: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { factor } = next;
    for (let link = next.link; link !== undefined; link = link.before) {
      if (link.kind === 'step') times.set(link.at, (times.get(link.at) ?? 0) + factor);
      else pending.push({ link: link.body, factor: factor * link.rounds });
    }
  }
  return times;
}
