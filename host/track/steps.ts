import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';

/** Speed limits that begin at a place and hold until the next: steps become intervals. */

export interface SpeedStep {
  readonly id: string;
  /** Steps of the axis. */
  readonly at: bigint;
  /** null: the limit before it ends here, and none follows. */
  readonly limit: bigint | null;
  /** File and line, for messages. */
  readonly where: string;
}

export interface SpeedInterval {
  readonly id: string;
  readonly from: bigint;
  readonly to: bigint;
  readonly limit: bigint;
}

/** Half-open. */
export interface Extent {
  readonly min: bigint;
  readonly max: bigint;
}

export type Travel = 'up' | 'down';

/**
 * Each step holds from its place to that of the next which a train that travels so comes to, the last to the end of the track.
 * @throws HoldfastError STEP_OUTSIDE; STEPS_CONTRADICT for two limits at one place
 */
export function intervalsOf(
  steps: readonly SpeedStep[],
  { min, max }: Extent,
  travel: Travel,
): readonly SpeedInterval[] {
  for (const step of steps) {
    if (step.at >= min && step.at <= max) continue;
    throw new HoldfastError(
      'STEP_OUTSIDE',
      `${step.where}: the limit of "${step.id}" lies outside of the track`,
      {
        remedy: 'Correct its place, or the ends of the track.',
      },
    );
  }
  const sorted = withoutRepeats(
    steps.toSorted((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0)),
  );
  return sorted.flatMap((step, index) => {
    const [from, to] =
      travel === 'up' ? [step.at, sorted[index + 1]?.at ?? max] : [sorted[index - 1]?.at ?? min, step.at];
    return step.limit === null || from === to ? [] : [{ id: step.id, from, to, limit: step.limit }];
  });
}

/** What is to be told of limits that begin where the track ends for who travels so. */
export function endingWords(
  steps: readonly SpeedStep[],
  { min, max }: Extent,
  travel: Travel,
): readonly string[] {
  const end = travel === 'up' ? max : min;
  const ids = steps.filter(({ at, limit }) => at === end && limit !== null).map(({ id }) => `"${id}"`);
  return ids.length === 0
    ? []
    : [`the limit of ${cutText(ids.join(', '))} begins where the track ends, and holds nowhere on it`];
}

/** Throws HoldfastError TRACK_BROKEN for a limit that no train can keep. */
export function notNegative(limit: bigint, where: string): bigint {
  if (limit >= 0n) return limit;
  const remedy = 'Write a limit from 0 on.';
  throw new HoldfastError('TRACK_BROKEN', `${where}: the limit is ${limit}, below 0`, { remedy });
}

function withoutRepeats(sorted: readonly SpeedStep[]): readonly SpeedStep[] {
  return sorted.filter((step, index) => {
    const before = sorted[index - 1];
    if (before === undefined || before.at !== step.at) return true;
    if (before.limit === step.limit) return false;
    throw new HoldfastError(
      'STEPS_CONTRADICT',
      `${step.where}: "${step.id}" has another limit than "${before.id}" (${before.where}) at the same place`,
      { remedy: 'Remove one of them, or choose a direction or profile.' },
    );
  });
}

/** How the limits of some trains stand to those of all: the lower counts, or theirs wherever they have one. */
export type Combination = 'lower' | 'replace';

/** Limits of some trains over those of all, piece by piece. */
export function combined(
  general: readonly SpeedInterval[],
  special: readonly SpeedInterval[],
  combination: Combination,
): readonly SpeedInterval[] {
  const ends = [...general, ...special].flatMap(({ from, to }) => [from, to]);
  const borders = [...new Set(ends)].sort((left, right) => (left < right ? -1 : 1));
  const pieces: SpeedInterval[] = [];
  const [ofAll, own] = [follow(general), follow(special)];
  for (let index = 0; index + 1 < borders.length; index++) {
    const [from, to] = [borders[index] ?? 0n, borders[index + 1] ?? 0n];
    const chosen = choose(ofAll(from), own(from), combination);
    if (chosen === undefined) continue;
    const last = pieces.at(-1);
    if (last !== undefined && last.id === chosen.id && last.to === from)
      pieces.splice(-1, 1, { ...last, to });
    else pieces.push({ ...chosen, from, to });
  }
  return pieces;
}

function choose(
  general: SpeedInterval | undefined,
  special: SpeedInterval | undefined,
  combination: Combination,
): SpeedInterval | undefined {
  if (special === undefined || general === undefined) return special ?? general;
  if (combination === 'replace') return special;
  return special.limit < general.limit ? special : general;
}

/** The interval that holds each of rising places; intervals rise too, and none reaches into the next. */
function follow(intervals: readonly SpeedInterval[]): (place: bigint) => SpeedInterval | undefined {
  let index = 0;
  return (place) => {
    while ((intervals[index]?.to ?? place + 1n) <= place) index++;
    const interval = intervals[index];
    return interval !== undefined && interval.from <= place ? interval : undefined;
  };
}
