import type { Order, Report } from '../order/order.ts';
import { noticeMixed } from './mixed.ts';
import { askOf, deadlineOf, takesPart } from './phases.ts';
import { takeReport } from './reports.ts';
import type { Asked, CellLimits, CellPlan, CellState, GivenUp, Incident, Member, Step } from './state.ts';
import { afterFailure, afterPhase, type Way } from './ways.ts';

/**
 * The machine of a cell: its state, a report or the time, and what is to be asked next. It is pure: no clock, no line, no store; the same
 * inputs give the same steps. A cell changes together: stage all, wait until all are parked, open all, mark all, read each, close all with
 * activation, read each, confirm all, read each. What fails is tried again within bounds; then the cell is repaired: before the first
 * confirm all go back, after it all go forward to the reissue.
 */

/** Phases that a cell passes at most between two waits: every round and every repair has a few. */
const TURNS_A_ROUND = 20;

export function beginCell(plan: CellPlan, limits: CellLimits, nowMs: number): Step {
  const members = plan.members.map(
    (member): Member => ({
      plan: member,
      reading: null,
      readMs: 0,
      asked: null,
      done: false,
      failures: 0,
      notBeforeMs: nowMs,
      why: '',
    }),
  );
  const state: CellState = {
    plan,
    // What an earlier try left is ended first.
    phase: plan.again ? 'leave' : 'stage',
    goal: 'edition',
    sinceMs: nowMs,
    deadlineMs: nowMs + limits.parkedMs,
    parkedUntilMs: nowMs + limits.parkedMs,
    round: 1,
    repairs: 0,
    nextId: plan.firstId,
    members,
    mixedSinceMs: null,
    why: '',
    outcome: null,
  };
  return follow(state, limits, nowMs, []);
}

/** What becomes of a cell when something is reported, or when it is `wakeMs`. A report that nobody waits for changes nothing. */
export function stepCell(state: CellState, limits: CellLimits, nowMs: number, report: Report | null): Step {
  if (state.phase === 'end') return atRest(state, [], []);
  const taken = report === null ? state : takeReport(state, limits, nowMs, report);
  const { state: noticed, incidents } = noticeMixed(taken, nowMs);
  return follow(withOverdue(noticed, limits, nowMs), limits, nowMs, incidents);
}

/** Follows the machine until it has to wait: for reports, or for time. */
function follow(first: CellState, limits: CellLimits, nowMs: number, told: readonly Incident[]): Step {
  let state = first;
  const incidents = [...told];
  const givenUp: GivenUp[] = [];
  for (let turn = 0; turn < TURNS_A_ROUND * (limits.rounds + 1); turn++) {
    if (state.phase === 'end') return atRest(state, incidents, givenUp);
    givenUp.push(...givenUpIn(state, limits));
    const way = wayOf(state, limits, nowMs);
    if (way === null) return { ...ask(state, limits, nowMs), incidents, givenUp };
    if (way.incident !== undefined) incidents.push({ ...way.incident, cell: state.plan.cell });
    state = enter(state, way, limits, nowMs);
  }
  throw new Error(`cell ${state.plan.cell} does not come to rest`);
}

function atRest(state: CellState, incidents: readonly Incident[], givenUp: readonly GivenUp[]): Step {
  return { state, orders: [], incidents, givenUp, wakeMs: null };
}

/** Members that failed as often as they may: what was asked of them is not asked again in this phase. */
function givenUpIn(state: CellState, limits: CellLimits): GivenUp[] {
  return state.members
    .filter((member) => takesPart(state, member) && member.failures >= limits.attempts)
    .map((member) => {
      const { act, hash } = askOf(state, member);
      return { controller: member.plan.controller, act, hash, why: member.why };
    });
}

/** Where a cell goes now; null: it stays in its phase. */
function wayOf(state: CellState, limits: CellLimits, nowMs: number): Way | null {
  const active = state.members.filter((member) => takesPart(state, member));
  const failed = active.find(({ failures }) => failures >= limits.attempts);
  if (failed !== undefined) return afterFailure(state, limits, `${failed.plan.controller}: ${failed.why}`);
  const open = active.filter((member) => !isOver(state, member, limits, nowMs));
  if (open.length === 0) return afterPhase(state, limits);
  if (state.deadlineMs === null || nowMs < state.deadlineMs) return null;
  const words = open.map(({ plan, why }) => `${plan.controller}: ${why === '' ? 'not done yet' : why}`);
  return afterFailure(state, limits, `the time for "${state.phase}" is over (${words.join('; ')})`);
}

/** A machine that was seen parked a while ago may move now, so that is only worth something while it is fresh. */
function isOver(state: CellState, { done, readMs }: Member, limits: CellLimits, nowMs: number): boolean {
  return done && (state.phase !== 'gather' || nowMs - readMs <= freshMs(limits));
}

function freshMs({ pollMs }: CellLimits): number {
  return 3 * pollMs;
}

function enter(state: CellState, way: Way, limits: CellLimits, nowMs: number): CellState {
  const members = state.members.map((member) => ({
    ...member,
    asked: null,
    done: false,
    failures: 0,
    notBeforeMs: nowMs,
    why: '',
  }));
  const next = {
    ...state,
    ...way.change,
    phase: way.phase,
    outcome: way.outcome ?? null,
    sinceMs: nowMs,
    members,
  };
  const deadlineMs = deadlineOf(next, limits, nowMs);
  const isWait = way.phase === 'stage' || way.phase === 'gather';
  return { ...next, deadlineMs, parkedUntilMs: isWait ? deadlineMs : next.parkedUntilMs };
}

/** Orders whose answer is overdue count as failed, and are sent again under the same id: it may be the answer that was lost. */
function withOverdue(state: CellState, limits: CellLimits, nowMs: number): CellState {
  const members = state.members.map((member): Member => {
    const { asked, failures, plan } = member;
    if (asked === null || asked.sentMs === null || nowMs < asked.sentMs + answerMs(asked, limits))
      return member;
    const why = `no gateway reports what became of "${asked.act}" on ${plan.controller}`;
    return { ...member, asked: { ...asked, sentMs: null }, failures: failures + 1, why };
  });
  return { ...state, members };
}

function answerMs({ act }: Asked, limits: CellLimits): number {
  return act === 'stage' ? limits.stageMs : limits.answerMs;
}

/** Asks each member that is not asked yet, as far as its time has come. */
function ask(state: CellState, limits: CellLimits, nowMs: number): Omit<Step, 'incidents' | 'givenUp'> {
  const orders: Omit<Order, 'fence'>[] = [];
  let { nextId } = state;
  const members = state.members.map((member): Member => {
    if (!takesPart(state, member) || (member.done && state.phase !== 'gather')) return member;
    if (member.asked === null && nowMs < member.notBeforeMs) return member;
    if (member.asked !== null && member.asked.sentMs !== null) return member;
    const { id, act, hash, force } = member.asked ?? { id: nextId++, ...askOf(state, member) };
    orders.push({ id, controller: member.plan.controller, act, hash, force });
    return { ...member, asked: { id, act, hash, force, sentMs: nowMs } };
  });
  const asking = { ...state, members, nextId };
  return { state: asking, orders, wakeMs: wakeOf(asking, limits, nowMs) };
}

/** When something is due if nothing is reported. */
function wakeOf(state: CellState, limits: CellLimits, nowMs: number): number | null {
  const dues = state.members
    .filter((member) => takesPart(state, member) && (!member.done || state.phase === 'gather'))
    .map(({ asked, notBeforeMs }) =>
      asked?.sentMs == null ? notBeforeMs : asked.sentMs + answerMs(asked, limits),
    );
  if (state.deadlineMs !== null) dues.push(state.deadlineMs);
  const due = Math.min(...dues);
  return Number.isFinite(due) ? Math.max(due, nowMs + 1) : null;
}
