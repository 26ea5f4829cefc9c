import type { Act, Order, Reading } from '../order/order.ts';

/** A cell on its way from one edition to another: plain data, so that it can be kept and taken up again anywhere. */

/**
 * `stage` to `verify` are the way; `leave` closes windows again and tries anew. `survey` looks what stands after a failure; `back` reverts
 * all; `settle` ends trials before all go forward to the reissue. The last one is the end.
 */
export type Phase =
  | 'stage'
  | 'gather'
  | 'open'
  | 'mark'
  | 'ready'
  | 'close'
  | 'trial'
  | 'confirm'
  | 'verify'
  | 'leave'
  | 'survey'
  | 'back'
  | 'settle'
  | 'end';

/**
 * `confirmed`: all members run the edition, as read. `forward`: all run the reissue, after a repair. `back`: all run what they ran before,
 * after a repair. `untouched`: nothing was activated, and nothing will be. `stuck`: a person is needed. `superseded`: a later server leads.
 */
export type Outcome = 'confirmed' | 'forward' | 'back' | 'untouched' | 'stuck' | 'superseded';

export interface MemberPlan {
  readonly controller: string;
  /** Hashes, 64 hexadecimal digits. */
  readonly edition: string;
  readonly reissue: string;
}

export interface CellPlan {
  readonly cell: string;
  readonly members: readonly MemberPlan[];
  /** The first id for an order; above all that were given for these controllers. */
  readonly firstId: number;
  /**
   * Whether it was tried before: then what that left (windows, marks, trials) is ended first, and the edition is taken although it ran on
   * trial and was reverted.
   */
  readonly again: boolean;
}

/** Bounds of a cell; times are in milliseconds. */
export interface CellLimits {
  /** How often an order is tried in all. */
  readonly attempts: number;
  /** How often a cell is gathered, and how often it is tried to repair it. */
  readonly rounds: number;
  /** How long an answer is waited for: of `stage`, and of any other order. */
  readonly stageMs: number;
  readonly answerMs: number;
  /** Between two looks, and before a second attempt; later ones wait twice as long each time. */
  readonly pollMs: number;
  /** How long it is waited for all machines to be parked. */
  readonly parkedMs: number;
  /** How long a trial may take to answer enough checks, and then to be confirmed. */
  readonly trialMs: number;
  /** How long each phase of a repair may take. */
  readonly repairMs: number;
}

export interface Asked {
  readonly id: number;
  readonly act: Act;
  readonly hash: string;
  readonly force: boolean;
  /** Null: it is to be sent again. */
  readonly sentMs: number | null;
}

export interface Member {
  readonly plan: MemberPlan;
  /** What was read last, and when; null before. */
  readonly reading: Reading | null;
  readonly readMs: number;
  /** The order that is on its way; null: none. */
  readonly asked: Asked | null;
  /** Whether this phase is over for it. */
  readonly done: boolean;
  /** What failed in this phase, how often. */
  readonly failures: number;
  /** Not asked again before. */
  readonly notBeforeMs: number;
  /** What kept it last, a sentence; empty: nothing. */
  readonly why: string;
}

export interface CellState {
  readonly plan: CellPlan;
  readonly phase: Phase;
  /** What all members are to run: the edition, or after the first confirm of a cell that failed its reissue. */
  readonly goal: 'edition' | 'reissue';
  readonly sinceMs: number;
  /** When this phase is given up; null: when its attempts are. */
  readonly deadlineMs: number | null;
  /** When machines that are not parked are waited for no longer, however often the cell is gathered; null: not waited yet. */
  readonly parkedUntilMs: number | null;
  readonly round: number;
  readonly repairs: number;
  readonly nextId: number;
  readonly members: readonly Member[];
  /** Since when members were read to answer different editions; null: they answer one. */
  readonly mixedSinceMs: number | null;
  /** Why it went another way than planned; empty: it did not. */
  readonly why: string;
  readonly outcome: Outcome | null;
}

/** Where a cell stands, and nothing more of it. */
export type CellStand = Pick<CellState, 'phase' | 'outcome'>;

/** Something that was tried as often as may be, and is not tried again by itself. */
export interface GivenUp {
  readonly controller: string;
  readonly act: Act;
  readonly hash: string;
  /** What kept it last, a sentence without its full stop. */
  readonly why: string;
}

/** What a person is told. */
export interface Incident {
  readonly kind: 'mixed' | 'whole-again' | 'untouched' | 'back' | 'forward' | 'stuck' | 'halted';
  readonly cell: string;
  /** A sentence. */
  readonly words: string;
  /** What to do, a sentence in the imperative. */
  readonly remedy: string;
}

export interface Step {
  readonly state: CellState;
  readonly orders: readonly Omit<Order, 'fence'>[];
  readonly incidents: readonly Incident[];
  readonly givenUp: readonly GivenUp[];
  /** When to step again if nothing is reported before; null: never. */
  readonly wakeMs: number | null;
}

export function goalOf({ goal }: Pick<CellState, 'goal'>, { plan }: Pick<Member, 'plan'>): string {
  return plan[goal];
}

/** Whether a controller was read to answer an edition for good. */
export function isSettledOn(hash: string, reading: Reading | null): boolean {
  return reading !== null && reading.running === hash && !reading.trial;
}
