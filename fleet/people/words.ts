import { takesPart, waitsForParking } from '../cell/phases.ts';
import type { CellState, Member } from '../cell/state.ts';
import type { Reading } from '../order/order.ts';
import {
  isOpenCell,
  type RolloutCell,
  type RolloutMode,
  type RolloutStage,
  type RolloutState,
} from '../rollout/state.ts';

/** What a rollout is told to people as. */

const PHASE_WORDS: Readonly<Record<CellState['phase'], string>> = {
  stage: 'staging',
  gather: 'waiting for its machines to be parked',
  open: 'opening windows',
  mark: 'marking',
  ready: 'looking once more',
  close: 'activating',
  trial: 'on trial',
  confirm: 'confirming',
  verify: 'reading back',
  leave: 'closing windows again',
  survey: 'looking what stands after a failure',
  back: 'going back',
  settle: 'ending trials before it goes forward',
  end: 'at its end',
};

const OUTCOME_WORDS: Readonly<Record<NonNullable<CellState['outcome']>, string>> = {
  confirmed: 'confirmed and read back',
  forward: 'runs the reissue, after a repair',
  back: 'runs what it ran before, after a repair',
  untouched: 'was not changed',
  stuck: 'needs a person',
  superseded: 'was taken over by another server',
};

/** Where a cell stands, without its name. */
export function cellWords({ state }: RolloutCell): string {
  return state === null ? 'waits for its turn' : stateWords(state);
}

export function stateWords(state: CellState): string {
  const { phase, outcome, why, mixedSinceMs } = state;
  if (outcome !== null)
    return outcome === 'confirmed' || why === ''
      ? OUTCOME_WORDS[outcome]
      : `${OUTCOME_WORDS[outcome]}: ${why}`;
  const mixed = mixedSinceMs === null ? '' : 'MIXED, ';
  const untilMs = parkingOf(state)?.untilMs ?? null;
  const until = untilMs === null ? '' : `, until ${new Date(untilMs).toISOString()} at the latest`;
  const kept = state.members.filter((member) => !member.done && member.why !== '');
  const whom =
    kept.length === 0
      ? ''
      : ` (${kept.map(({ plan, why: words }) => `${plan.controller}: ${words}`).join('; ')})`;
  return `${mixed}${PHASE_WORDS[phase]}${whom}${until}`;
}

export interface Parking {
  /** Since when machines are waited for, and when that is given up (null: with the last attempt); milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number | null;
}

/** How long a cell has waited for its machines to be parked, and will; null: it does not wait for that. */
export function parkingOf(state: CellState): Parking | null {
  const { phase, members, sinceMs, deadlineMs: untilMs } = state;
  const isWaiting =
    phase === 'gather' ||
    (waitsForParking(phase) &&
      members.some((member) => !member.done && takesPart(state, member) && member.reading?.parked === false));
  return isWaiting ? { sinceMs, untilMs } : null;
}

const MODE_WORDS: Readonly<Record<RolloutMode, string>> = {
  ...{ running: 'under way', paused: 'paused', halted: 'halted', aborted: 'aborted' },
};

/** How a rollout stands as a whole, without its number. */
function headLine({ cells, mode, why }: RolloutState, stage: RolloutStage): string {
  if (stage === 'planning') return 'controllers are being read';
  const over = mode === 'running' ? 'over' : `over, ${MODE_WORDS[mode]}`;
  const stand = stage === 'over' ? over : MODE_WORDS[mode];
  const confirmed = cells.filter(({ state }) => state?.outcome === 'confirmed').length;
  const counted = `${confirmed} of ${cells.length} cells confirmed and read back`;
  return `${stand}${why === '' ? '' : `: ${why}`}; ${counted}`;
}

/** The rollout in lines: how it stands; then the mixed cells, those that are open, what has ended, and what waits. */
export function statusLines(rollout: RolloutState, stage: RolloutStage): string[] {
  const { cells } = rollout;
  const rank = (cell: RolloutCell): number => {
    if (cell.state === null) return 3;
    if (cell.state.mixedSinceMs !== null) return 0;
    return isOpenCell(cell) ? 1 : 2;
  };
  const lines = cells
    .toSorted((a, b) => rank(a) - rank(b))
    .map((cell) => `  ${cell.planned.cell}  ${cellWords(cell)}`);
  return [headLine(rollout, stage), ...lines];
}

/** Why a controller is where it is; null when the rollout does not know it. */
export function whyLines(rollout: RolloutState, controller: string): string[] | null {
  const cell = rollout.cells.find(({ planned }) =>
    planned.members.some((member) => member.controller === controller),
  );
  const planned = cell?.planned.members.find((member) => member.controller === controller);
  if (cell === undefined || planned === undefined) return null;
  const member = cell.state?.members.find(({ plan }) => plan.controller === controller);
  const { wanted, to } = planned;
  return [
    `${controller} of cell ${cell.planned.cell}, on gateway ${planned.gateway}: should run epoch ${to} of ${wanted.map}`,
    `  ${member?.reading == null ? 'not read in this rollout' : readingWords(member.reading)}`,
    `  its cell ${cellWords(cell)}`,
    ...(member === undefined ? [] : memberLines(member)),
  ];
}

function readingWords({ running, epoch, trial, window, parked }: Reading): string {
  const what = running === '' ? 'runs no edition' : `runs epoch ${epoch}${trial ? ' on trial' : ''}`;
  return `${what}${window ? ', in a window' : ''}, ${parked ? 'parked' : 'not parked'}, as read last`;
}

function memberLines({ asked, failures, why }: Member): string[] {
  return [
    ...(asked === null ? [] : [`  asked to ${asked.act}, order ${asked.id}`]),
    ...(why === '' ? [] : [`  ${why}${failures > 0 ? `, tried ${failures} times` : ''}`]),
  ];
}
