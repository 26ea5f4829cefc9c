import type { Wanted } from '../desired/state.ts';
import type { Act, Order, Report } from '../order/order.ts';
import { type CheckedController, judge, orphanedWords } from './check.ts';

/**
 * One deep check of the controllers of a site, by its schedule. Pure, as the machine of a cell is: moments, answers and what is held back
 * are passed in. Nobody is changed, so what was asked and not answered may be asked again, by whichever server leads then.
 */

/** What it may take, and how often a controller that cannot be read is asked; the pause between. */
const ROUND_MS = 2 * 3_600_000;
const ATTEMPTS = 5;
const AGAIN_MS = 30_000;

/**
 * `changed`: it is being changed, so it was left alone. `asked`: the state is not what it should run (its cell had no turn, or failed), so
 * there is nothing to compare flash with, and it says what was recorded. Others as in a check by hand.
 */
export type RoundVerdict = CheckedController['verdict'] | 'changed' | 'asked';

export interface RoundFinding {
  readonly verdict: RoundVerdict;
  /** A sentence; empty when it is right. */
  readonly words: string;
  /** What was recorded as done and is not so, a sentence; empty: nothing. */
  readonly orphaned: string;
}

export interface RoundMember {
  readonly controller: string;
  readonly cell: string;
  /** The order that nobody answered yet, and what was expected when it was given. */
  readonly asked: RoundOrder | null;
  readonly failures: number;
  /** When it is asked at the earliest. */
  readonly fromMs: number;
  /** Null: not known yet. */
  readonly found: RoundFinding | null;
}

interface RoundOrder extends Pick<Order, 'act' | 'hash'> {
  /** Null: it gets one when it is its turn. */
  readonly id: number | null;
  readonly mark: string;
  readonly recorded: string;
}

export interface Round {
  readonly untilMs: number;
  readonly members: readonly RoundMember[];
}

export interface Expected {
  /** Another one means that the controller was changed meanwhile. */
  readonly mark: string;
  /** What it should run; null: the state is not what it should run, or names nothing for it. */
  readonly wanted: Wanted | null;
  /** What it was recorded to run for good, by hash; empty: nothing is known. */
  readonly recorded: string;
}

export interface RoundWorld {
  readonly nowMs: number;
  readonly expected: (controller: string) => Expected;
  /** Whether something else is done with it now. */
  readonly isBusy: (controller: string) => boolean;
  /** What became of an order: a report, `open`, or `gone` when it was overtaken. */
  readonly answer: (controller: string, id: number) => Report | 'open' | 'gone';
  /** Above all ids that were given to these controllers. */
  readonly nextId: number;
}

export interface RoundStep {
  readonly round: Round;
  readonly orders: readonly Omit<Order, 'fence'>[];
  /** Controllers whose open orders nobody waits for any more. */
  readonly dropped: readonly string[];
  /** What was found in this step, and needs a person. */
  readonly alarms: readonly RoundMember[];
  readonly isOver: boolean;
}

export function beginRound(
  members: readonly Pick<RoundMember, 'controller' | 'cell'>[],
  nowMs: number,
): Round {
  return {
    untilMs: nowMs + ROUND_MS,
    members: members.map(({ controller, cell }) => ({
      ...{ controller, cell, asked: null, failures: 0, fromMs: nowMs, found: null },
    })),
  };
}

export function stepRound(round: Round, world: RoundWorld): RoundStep {
  const orders: Omit<Order, 'fence'>[] = [];
  const dropped: string[] = [];
  const alarms: RoundMember[] = [];
  const members = round.members.map((member): RoundMember => {
    if (member.found !== null) return member;
    const heard = hear(member, world);
    if (heard.found === null && world.nowMs >= round.untilMs) {
      // One that was not heard is on its way still, and no other order of that controller is.
      if (heard.asked?.id != null) dropped.push(heard.controller);
      return noted(late(heard, world), alarms);
    }
    if (heard.found !== null) return noted(heard, alarms);
    const next = ask(heard, world, world.nextId + orders.length);
    if (next.asked?.id != null && next.asked.id !== heard.asked?.id) {
      const { id, act, hash } = next.asked;
      orders.push({ id, controller: next.controller, act, hash, force: false });
    }
    return next;
  });
  const isOver = members.every(({ found }) => found !== null);
  return { round: { ...round, members }, orders, dropped, alarms, isOver };
}

function noted(member: RoundMember, alarms: RoundMember[]): RoundMember {
  if (member.found !== null && needsPerson(member.found)) alarms.push(member);
  return member;
}

export function needsPerson({ verdict, orphaned }: RoundFinding): boolean {
  return orphaned !== '' || !['right', 'reissue', 'asked', 'changed'].includes(verdict);
}

/** What was answered to what it was asked. */
function hear(member: RoundMember, world: RoundWorld): RoundMember {
  const { controller, asked } = member;
  if (asked === null || asked.id === null) return member;
  const answer = world.answer(controller, asked.id);
  if (answer === 'open') return member;
  const { mark, wanted } = world.expected(controller);
  // Whoever was changed since it was asked says nothing that can be judged.
  if (answer === 'gone' || mark !== asked.mark || world.isBusy(controller)) return { ...member, asked: null };
  const reissue = wanted?.reissue.hash ?? '';
  // Who runs the reissue is examined against that.
  if (asked.act === 'examine' && asked.hash !== reissue && answer.reading?.running === reissue)
    return { ...member, asked: { ...asked, id: null, hash: reissue } };
  const found = find(asked, answer, wanted);
  const failures = member.failures + 1;
  if (found.verdict !== 'unread' || failures >= ATTEMPTS) return { ...member, asked: null, found };
  return { ...member, asked: null, failures, fromMs: world.nowMs + AGAIN_MS };
}

function find({ recorded }: RoundOrder, report: Report, wanted: Wanted | null): RoundFinding {
  const orphaned = orphanedWords(recorded === '' ? undefined : recorded, report.reading);
  const { verdict, words } = judge(report, wanted ?? undefined);
  return verdict === 'not-named' ? { verdict: 'asked', words: '', orphaned } : { verdict, words, orphaned };
}

/** The time of the check is over. */
function late(member: RoundMember, world: RoundWorld): RoundMember {
  const found: RoundFinding = world.isBusy(member.controller)
    ? { verdict: 'changed', words: 'It was being changed until the end of the check.', orphaned: '' }
    : { verdict: 'unread', words: 'No gateway reported on it until the end of the check.', orphaned: '' };
  return { ...member, asked: null, found };
}

/** The order that it gets now, if it gets one. */
function ask(member: RoundMember, world: RoundWorld, id: number): RoundMember {
  const { controller, asked, fromMs } = member;
  if (asked !== null && asked.id !== null) return member;
  if (fromMs > world.nowMs || world.isBusy(controller)) return { ...member, asked: null };
  if (asked !== null) return { ...member, asked: { ...asked, id } };
  const { mark, wanted, recorded } = world.expected(controller);
  const act: Act = wanted === null ? 'read' : 'examine';
  return { ...member, asked: { id, act, hash: wanted?.edition.hash ?? '', mark, recorded } };
}

/** When there is something to do at the latest, without any answer. */
export function roundWakeMs({ untilMs, members }: Round): number {
  const waiting = members.filter(({ found, asked }) => found === null && asked === null);
  return Math.min(untilMs, ...waiting.map(({ fromMs }) => fromMs));
}

/** How a check stands, in a line. */
export function roundWords({ members }: Round): string {
  const count = (isSo: (finding: RoundFinding) => boolean) =>
    members.filter(({ found }) => found !== null && isSo(found)).length;
  const parts = [
    [
      count(({ verdict, orphaned }) => orphaned === '' && /^(right|reissue)$/.test(verdict)),
      'as signed, byte by byte',
    ],
    [count(({ verdict, orphaned }) => orphaned === '' && verdict === 'asked'), 'as recorded'],
    [count(({ verdict }) => verdict === 'changed'), 'being changed'],
    [count(needsPerson), 'otherwise'],
    [members.filter(({ found }) => found === null).length, 'not looked at yet'],
  ] as const;
  const told = parts
    .filter(([number], at) => number > 0 || at === 0)
    .map(([number, words]) => `${number} ${words}`);
  return `${members.length} controllers: ${told.join(', ')}`;
}

/** A line about a controller that needs a person. */
export function findingWords({ controller, found }: Pick<RoundMember, 'controller' | 'found'>): string {
  if (found === null) return '';
  return [`${controller} ${found.verdict}:`, found.words, found.orphaned]
    .filter((part) => part !== '')
    .join(' ');
}
