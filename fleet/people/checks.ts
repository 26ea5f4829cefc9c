import { findingWords, needsPerson, type Round, roundWords } from '../check/round.ts';
import type { CheckRow } from '../page/data.ts';

/** What scheduled checks found, as people are told. */

export interface SeenCheck {
  readonly site: string;
  readonly dueMs: number;
  readonly sequence: number;
  readonly isOver: boolean;
  readonly content: {
    readonly round: Round | null;
    readonly sources: readonly string[];
    readonly dirty?: number;
  };
}

/** A line, and one for each controller that needs a person and for each source. */
export function checkLines({ site, dueMs, sequence, isOver, content }: SeenCheck): string[] {
  const { round, sources } = content;
  const due = new Date(dueMs).toISOString();
  const stand = round === null ? 'begins' : `${roundWords(round)}${isOver ? '' : '; under way'}`;
  return [
    `check of ${site} for ${due}, of state ${sequence}: ${stand}`,
    ...foundIn(round).map((words) => `  ${words}`),
    ...sources.map((words) => `  ${words}`),
  ];
}

export function checkRow({ site, dueMs, isOver, content }: SeenCheck): CheckRow {
  const { round, sources, dirty = 0 } = content;
  const found = foundIn(round);
  const stand = round === null ? 'begins' : `${roundWords(round)}${isOver ? '' : '; under way'}`;
  const rank = found.length > 0 || dirty > 0 ? 'alarm' : isOver ? 'well' : 'open';
  return { site, dueMs, rank, words: [stand, ...sources].join('; ') };
}

/** What was found at controllers and needs a person, by controller. */
export function foundBy(checks: readonly SeenCheck[]): ReadonlyMap<string, string> {
  const members = checks.flatMap(({ content }) => content.round?.members ?? []);
  return new Map(
    members.flatMap(({ controller, found }) => {
      if (found === null || !needsPerson(found)) return [];
      return [[controller, `check: ${findingWords({ controller, found })}`] as const];
    }),
  );
}

const foundIn = (round: Round | null): string[] =>
  (round?.members ?? [])
    .filter(({ found }) => found !== null && needsPerson(found))
    .map((member) => findingWords(member));
