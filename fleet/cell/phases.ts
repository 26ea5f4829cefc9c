import { type Act, namesEdition } from '../order/order.ts';
import { type CellLimits, type CellState, goalOf, isSettledOn, type Member, type Phase } from './state.ts';

/** What each phase asks of a member, and when it is over for one. */

export interface Ask {
  readonly act: Act;
  readonly hash: string;
  readonly force: boolean;
}

/** Phases in which machines that are not parked are waited for, each with its own look. */
const WAITS: readonly Phase[] = ['stage', 'confirm', 'back', 'settle', 'leave'];

/** Whether "it moves" is no failure in a phase. */
export function waitsForParking(phase: Phase): boolean {
  return WAITS.includes(phase);
}

const ACTS: Readonly<Record<Exclude<Phase, 'settle' | 'end'>, Act>> = {
  stage: 'stage',
  gather: 'read',
  open: 'open',
  mark: 'mark',
  ready: 'read',
  close: 'close',
  trial: 'read',
  confirm: 'confirm',
  verify: 'read',
  leave: 'revert',
  survey: 'read',
  back: 'revert',
};

export function askOf(state: CellState, member: Member): Ask {
  const { phase } = state;
  if (phase === 'end') throw new RangeError('a cell at its end asks nothing');
  if (phase === 'settle') return settling(member);
  const act = ACTS[phase];
  const force = (state.goal === 'reissue' || state.plan.again) && (act === 'stage' || act === 'mark');
  return { act, hash: namesEdition(act) ? goalOf(state, member) : '', force };
}

/** A trial that answered enough is kept, any other given up: both end it. */
function settling({ reading }: Member): Ask {
  const isEnough = reading?.trial === true && reading.checks >= reading.need;
  return { act: isEnough ? 'confirm' : 'revert', hash: isEnough ? reading.running : '', force: false };
}

const FOR_ALL: readonly Phase[] = ['survey', 'verify', 'back', 'settle', 'leave'];

/** Members that run the goal for good take part in looks only. */
export function takesPart(state: CellState, member: Member): boolean {
  if (FOR_ALL.includes(state.phase)) return true;
  return !isSettledOn(goalOf(state, member), member.reading);
}

/** When a phase that begins now is given up; null: when its attempts are. */
export function deadlineOf(state: CellState, limits: CellLimits, nowMs: number): number | null {
  const { phase, goal } = state;
  const isRepair = goal === 'reissue';
  switch (phase) {
    case 'stage':
    case 'gather':
      return state.parkedUntilMs ?? nowMs + (isRepair ? limits.repairMs : limits.parkedMs);
    case 'trial':
      return nowMs + limits.trialMs;
    case 'confirm':
      return nowMs + (isRepair ? limits.repairMs : limits.trialMs);
    case 'back':
    case 'settle':
    case 'leave':
      return nowMs + limits.repairMs;
    default:
      return null;
  }
}
