import type { EditionChange } from '../audit/compare.ts';
import { CHANGE_GROUPS, type ChangeGroup, changeGroupOf } from '../drawing/change-groups.ts';
import type { LegendEntry } from './scene.ts';

/** How drawings fill what changed between two editions. */

/** What is lost has a hatch, as gaps have. */
const LOST_FILL = 'url(#hatch-loss)';

/** As a drawing fills it. */
export function groupFill({ name, fill }: ChangeGroup): string {
  return name === 'lost' ? LOST_FILL : fill;
}

/** Those that some change has. */
export function usedGroups(changes: readonly Pick<EditionChange, 'kinds'>[]): LegendEntry[] {
  const used = new Set(changes.map(changeGroupOf));
  return CHANGE_GROUPS.filter((_, index) => used.has(index)).map((group) => ({
    ...{ fill: groupFill(group), mark: group.mark, words: group.words },
  }));
}
