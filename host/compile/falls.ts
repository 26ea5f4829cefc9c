import type { Cell, Partition } from '../body/partition.ts';

/** Where the limit falls on the way to rising places. */

/** What a machine may do in a cell: a speed, anything (a zone without limit), or what it did before (a gap without limit). */
export type Speed = number | 'any' | 'as before';

export interface Fall {
  /** The first place with the lower limit; on a ring the seam is max. */
  readonly at: number;
  readonly limit: number;
  /** The cell before it, and its speed. */
  readonly left: Cell;
  readonly before: Speed;
}

export function speedIn({ rules }: Pick<Partition, 'rules'>, cell: Cell): Speed {
  const rule = rules[cell.rule];
  if (rule?.kind === 'gap' && rule.action === 'stop') return 0;
  return rule?.limit ?? (rule?.kind === 'gap' ? 'as before' : 'any');
}

/** The falls along cells, in their order; on a ring also the one over the seam. */
export function fallsAlong(partition: Pick<Partition, 'rules' | 'axis'>, cells: readonly Cell[]): Fall[] {
  const isRing = partition.axis.wraps && cells.length > 1;
  return cells.flatMap((cell, index) => {
    const left = cells[index - 1] ?? (isRing ? cells.at(-1) : undefined);
    const limit = speedIn(partition, cell);
    if (left === undefined || typeof limit !== 'number') return [];
    const before = speedIn(partition, left);
    if (typeof before === 'number' && before <= limit) return [];
    return [{ at: index === 0 ? left.to : cell.from, limit, left, before }];
  });
}

/** The other way round: what falls towards rising places falls towards falling ones. */
export function mirrored<Stretch extends { readonly from: number; readonly to: number }>(
  stretch: Stretch,
): Stretch {
  // Subtracted, so that 0 stays 0 and does not become −0.
  return { ...stretch, from: 0 - stretch.to, to: 0 - stretch.from };
}
