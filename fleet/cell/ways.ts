import { isMixed } from './mixed.ts';
import {
  type CellLimits,
  type CellState,
  goalOf,
  type Incident,
  isSettledOn,
  type Outcome,
  type Phase,
} from './state.ts';

/** Where a cell goes from a phase that is over, and from one that failed. */

export interface Way {
  readonly phase: Phase;
  readonly change?: Partial<Pick<CellState, 'goal' | 'round' | 'repairs' | 'why' | 'parkedUntilMs'>>;
  /** With the end. */
  readonly outcome?: Outcome;
  readonly incident?: Omit<Incident, 'cell'>;
}

const NEXT: Partial<Readonly<Record<Phase, Phase>>> = {
  stage: 'gather',
  gather: 'open',
  open: 'mark',
  mark: 'ready',
  ready: 'close',
  close: 'trial',
  trial: 'confirm',
  confirm: 'verify',
};

/** All members are done with the phase. */
export function afterPhase(state: CellState, limits: CellLimits): Way {
  const next = NEXT[state.phase];
  if (next !== undefined) return { phase: next };
  switch (state.phase) {
    case 'verify':
      return confirmed(state);
    case 'leave':
      return state.round < limits.rounds
        ? { phase: 'stage', change: { round: state.round + 1 } }
        : untouched(state.why);
    case 'back':
      return isMixed(state.members) ? again(state, limits, state.why) : wentBack(state);
    case 'settle':
      return isEverybodyThere(state)
        ? { phase: 'verify' }
        : { phase: 'stage', change: { goal: 'reissue', parkedUntilMs: null } };
    default:
      return afterSurvey(state, limits);
  }
}

/** Something failed for good, or its time is over. `why`: a sentence without its full stop. */
export function afterFailure(state: CellState, limits: CellLimits, why: string): Way {
  switch (state.phase) {
    case 'stage':
    case 'gather':
      return state.goal === 'edition' ? untouched(why) : again(state, limits, why);
    case 'open':
    case 'mark':
    case 'ready':
      return { phase: 'leave', change: { why } };
    case 'leave':
      return state.goal === 'edition' && !state.plan.again ? untouched(why) : again(state, limits, why);
    case 'survey':
      return stuck(why);
    case 'back':
    case 'settle':
      return again(state, limits, why);
    default:
      return { phase: 'survey', change: { why } };
  }
}

/** Another look before another try, while tries are left. */
function again({ repairs }: CellState, limits: CellLimits, why: string): Way {
  return repairs < limits.rounds ? { phase: 'survey', change: { why } } : stuck(why);
}

/** All members were read after a failure. */
function afterSurvey(state: CellState, limits: CellLimits): Way {
  if (isEverybodyThere(state)) return { phase: 'verify' };
  if (state.repairs >= limits.rounds) return stuck(state.why);
  const { members } = state;
  const isForward =
    state.goal === 'reissue' ||
    members.some(
      ({ plan, reading }) => isSettledOn(plan.edition, reading) || isSettledOn(plan.reissue, reading),
    );
  const change = { repairs: state.repairs + 1 };
  if (isForward) return { phase: 'settle', change };
  const isActivated = members.some(({ reading }) => reading?.trial === true || reading?.armed === true);
  return isActivated ? { phase: 'back', change } : { phase: 'leave' };
}

function isEverybodyThere(state: CellState): boolean {
  return state.members.every((member) => isSettledOn(goalOf(state, member), member.reading));
}

function confirmed({ goal, why }: CellState): Way {
  if (goal === 'edition') return { phase: 'end', outcome: 'confirmed' };
  const incident = {
    kind: 'forward',
    words: `All controllers run the reissue, after a repair: ${why}.`,
    remedy: 'Find out what happened; nothing is to be repaired.',
  } as const;
  return { phase: 'end', outcome: 'forward', incident };
}

function wentBack({ why }: CellState): Way {
  const incident = {
    kind: 'back',
    words: `All controllers run what they ran before, after a repair: ${why}.`,
    remedy: 'Find out what happened, then sign a later edition.',
  } as const;
  return { phase: 'end', outcome: 'back', incident };
}

function untouched(why: string): Way {
  const incident = {
    kind: 'untouched',
    words: `No controller was changed: ${why}.`,
    remedy: 'Park all machines of the cell in one window, see that they can be reached, then try again.',
  } as const;
  return { phase: 'end', outcome: 'untouched', change: { why }, incident };
}

function stuck(why: string): Way {
  const incident = {
    kind: 'stuck',
    words: `The cell could not be brought to one edition: ${why}.`,
    remedy: 'Hold its machines, see to that controller, then try again.',
  } as const;
  return { phase: 'end', outcome: 'stuck', change: { why }, incident };
}
