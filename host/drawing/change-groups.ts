import type { ChangeKind } from '../audit/change-kinds.ts';
import { CHANGE_FILLS } from './palette.ts';

/** Changes as drawings tell them apart: a colour or a hatch, and a sign. */

export type ChangeGroupName = keyof typeof CHANGE_FILLS;

export interface ChangeGroup {
  readonly name: ChangeGroupName;
  readonly fill: string;
  /** Index into MARK_SHAPES. */
  readonly mark: number;
  readonly words: string;
  readonly kinds: readonly ChangeKind[];
}

/** The first group that holds a kind of a change is its group; the last takes what is left. */
export const CHANGE_GROUPS: readonly ChangeGroup[] = [
  {
    ...{ name: 'covered', fill: CHANGE_FILLS.covered, mark: 1, words: 'newly covered' },
    kinds: ['newly-covered'],
  },
  {
    ...{ name: 'lost', fill: CHANGE_FILLS.lost, mark: 4, words: 'newly a gap or outside' },
    kinds: ['newly-gap', 'newly-outside'],
  },
  {
    ...{ name: 'raised', fill: CHANGE_FILLS.raised, mark: 0, words: 'limit raised' },
    kinds: ['limit-raised'],
  },
  {
    ...{ name: 'lowered', fill: CHANGE_FILLS.lowered, mark: 3, words: 'limit lowered' },
    kinds: ['limit-lowered'],
  },
  { name: 'other', fill: CHANGE_FILLS.other, mark: 2, words: 'other change', kinds: [] },
];

/** Index into CHANGE_GROUPS. */
export function changeGroupOf({ kinds }: { readonly kinds: readonly ChangeKind[] }): number {
  const group = CHANGE_GROUPS.findIndex((candidate) => candidate.kinds.some((kind) => kinds.includes(kind)));
  return group < 0 ? CHANGE_GROUPS.length - 1 : group;
}
