import { type Range32, within32 } from '../ranges/range32.ts';
import { generalise } from './join.ts';
import type { State, Step } from './state.ts';
import { type Carry, combine, type Flags, type Form, isSameForm, type Value } from './value.ts';

/**
 * A loop in one: a state at its head that no round leaves, what a round costs at most from there, and how many rounds there can be.
 * That comes from a counter: a register or word of memory that each round moves by the same step, and that is limited wherever the loop
 * goes round again.
 */

/** What one passage from the head gives: the state that comes back there, and those that leave. */
export interface Passage {
  readonly back: State | undefined;
  readonly exits: readonly State[];
}

/** More is the range of a type, and not what anybody limited. */
const ROUNDS_MAX = 2 ** 24;
const WIDENINGS_MAX = 24;
/** The first rounds are joined as they are: what settles by then is not widened. */
const JOINS = 2;

/** The states that leave the loop, given one at its head; undefined where it is not shown to end. */
export function leaveLoop(start: State, pass: (head: State) => Passage): State[] | undefined {
  const fresh = new Set<Value>();
  const rising = rise(start, pass, fresh);
  const settled = rising === undefined ? undefined : sink(start, rising, pass, fresh);
  if (settled === undefined) return undefined;
  const { head, passage } = settled;
  const { back, exits } = passage;
  if (back === undefined) return exits.map((exit) => behind(start, exit, undefined, 0));
  const rounds = roundsOf(start, head, back, fresh);
  return rounds === undefined ? undefined : exits.map((exit) => behind(start, exit, back, rounds));
}

interface Settled {
  readonly head: State;
  readonly passage: Passage;
}

/** The state with no way behind it. */
function apart(start: State): State {
  const head = start.copy();
  return Object.assign(head, { most: 0, least: 0, longest: undefined, shortest: undefined });
}

/** Makes the head hold more, until a round adds nothing. */
function rise(start: State, pass: (head: State) => Passage, fresh: Set<Value>): Settled | undefined {
  let head = apart(start);
  for (let round = 0; round < WIDENINGS_MAX; round++) {
    const passage = pass(head.copy());
    if (passage.back === undefined || covers(head, passage.back, fresh)) return { head, passage };
    head = head.copy();
    for (const each of generalise(head, passage.back, round >= JOINS)) fresh.add(each);
  }
  return undefined;
}

/** Takes back what widening added for nothing, as long as rounds stay within. */
function sink(start: State, settled: Settled, pass: (head: State) => Passage, fresh: Set<Value>): Settled {
  let best = settled;
  for (let round = 0; round < JOINS && best.passage.back !== undefined; round++) {
    const head = apart(start);
    const tried = new Set([...fresh, ...generalise(head, best.passage.back, false)]);
    const passage = pass(head.copy());
    if (passage.back !== undefined && !covers(head, passage.back, tried)) return best;
    for (const each of tried) fresh.add(each);
    best = { head, passage };
  }
  return best;
}

/** Whether the head holds all that comes back to it. `fresh` are numbers that the head may choose anew each round. */
function covers(head: State, back: State, fresh: ReadonlySet<Value>): boolean {
  const pairs = pairsOf(head, back);
  if (pairs === undefined) return false;
  if (back.pipeline !== undefined && head.pipeline?.covers(back.pipeline) !== true) return false;
  const chosen = chosenIn(pairs, fresh);
  const isHeld = ([ours, theirs]: readonly [Value, Value]) => {
    if (!within32(back.known.rangeOf(theirs), head.known.rangeOf(ours))) return false;
    if (ours.exact !== undefined) return true;
    const form = substituted(ours.form, fresh, chosen);
    return form !== undefined && isSameForm(form, theirs.form) && hasChoices(head, back, ours, theirs);
  };
  const isLearned = ([value, range]: readonly [Value, Range32]) =>
    !fresh.has(value) && within32(back.known.rangeOf(value), range);
  return pairs.every(isHeld) && [...head.known.learned].every(isLearned);
}

/** What numbers that are chosen anew become, where a value is one of them, and perhaps others that are not. */
function chosenIn(pairs: readonly (readonly [Value, Value])[], fresh: ReadonlySet<Value>): Map<Value, Form> {
  const chosen = new Map<Value, Form>();
  for (const [ours, theirs] of pairs) {
    const [term, ...more] = ours.form.terms.filter(({ symbol }) => fresh.has(symbol));
    if (term === undefined || more.length > 0 || term.factor !== 1) continue;
    const rest = { terms: ours.form.terms.filter((each) => each !== term), constant: ours.form.constant };
    const form = combine(theirs.form, rest, -1);
    if (form !== undefined && !chosen.has(term.symbol)) chosen.set(term.symbol, form);
  }
  return chosen;
}

function hasChoices(head: State, back: State, ours: Value, theirs: Value): boolean {
  if (ours.choices === undefined) return true;
  const held = head.known.choicesOf(ours);
  return back.known.choicesOf(theirs)?.every((each) => held?.includes(each)) === true;
}

/** The form with what was chosen for the numbers that are chosen anew; undefined where one of them was not. */
function substituted(
  { terms, constant }: Form,
  fresh: ReadonlySet<Value>,
  chosen: ReadonlyMap<Value, Form>,
): Form | undefined {
  let sum: Form | undefined = { terms: [], constant };
  for (const { symbol, factor } of terms) {
    const form = fresh.has(symbol) ? chosen.get(symbol) : { terms: [{ symbol, factor: 1 }], constant: 0 };
    sum = sum === undefined || form === undefined ? undefined : combine(sum, form, factor);
  }
  return sum;
}

/** Values that stand at the same place; undefined where the head knows of something that the other does not. */
function pairsOf(head: State, back: State): (readonly [Value, Value])[] | undefined {
  const pairs: (readonly [Value, Value])[] = head.registers.map((value, index) => [
    value,
    back.register(index),
  ]);
  for (const [address, value] of head.memory) {
    const word = back.memory.get(address);
    if (word === undefined) return undefined;
    pairs.push([value, word]);
  }
  const flags = flagPairs(head.flags, back.flags);
  const carry = carryPairs(head.carry, back);
  return flags === undefined || carry === undefined ? undefined : [...pairs, ...flags, ...carry];
}

function flagPairs(
  ours: Flags | undefined,
  theirs: Flags | undefined,
): (readonly [Value, Value])[] | undefined {
  if (ours === undefined) return [];
  if (theirs === undefined) return undefined;
  const result = [ours.result, theirs.result] as const;
  if (ours.kind === 'result') return [result];
  if (ours.kind !== theirs.kind) return undefined;
  return [result, [ours.a, theirs.a], [ours.b, theirs.b]];
}

function carryPairs(
  ours: Carry | undefined,
  { carry, known }: State,
): (readonly [Value, Value])[] | undefined {
  if (ours === undefined) return [];
  if (typeof ours === 'number') return known.carryOf(carry) === ours ? [] : undefined;
  if (typeof carry !== 'object' || carry.kind !== ours.kind) return undefined;
  return [
    [ours.a, carry.a],
    [ours.b, carry.b],
  ];
}

/** How often the loop can go round at most, by the counter that says least. */
function roundsOf(start: State, head: State, back: State, fresh: ReadonlySet<Value>): number | undefined {
  const moves = chosenIn(pairsOf(head, back) ?? [], fresh);
  const starts = chosenIn(pairsOf(head, start) ?? [], fresh);
  const counters = [...head.registers, ...head.memory.values(), ...back.known.learned.keys()];
  const rounds = counters.flatMap((counter) => {
    const first = substituted(counter.form, fresh, starts);
    const next = substituted(counter.form, fresh, moves);
    const moving = next === undefined ? undefined : combine(next, counter.form, -1);
    if (first === undefined || moving === undefined || moving.terms.length > 0) return [];
    const step = moving.constant | 0;
    return step === 0 ? [] : roundsWithin(step, start.known.rangeOfForm(first), back.known.rangeOf(counter));
  });
  const least = Math.min(...rounds);
  return least <= ROUNDS_MAX ? least : undefined;
}

/**
 * A counter begins within `from`, each round moves it by `step`, and where the loop goes round again it lay within `range`, from where
 * one step more does not wrap: so it was within the range each time. As unsigned, and as signed numbers.
 */
function roundsWithin(step: number, from: Range32, range: Range32): number[] {
  const distances =
    step > 0
      ? [
          range.high + step < 2 ** 32 ? range.high - from.low : undefined,
          range.signedHigh + step < 2 ** 31 ? range.signedHigh - from.signedLow : undefined,
        ]
      : [
          range.low + step >= 0 ? from.high - range.low : undefined,
          range.signedLow + step >= -(2 ** 31) ? from.signedHigh - range.signedLow : undefined,
        ];
  const rounds = distances
    .filter((distance) => distance !== undefined)
    .map((distance) => Math.max(0, Math.floor(distance / Math.abs(step)) + 1));
  return range.low > 0 ? [...rounds, ...roundsToZero(step, from)] : rounds;
}

/** By ones a counter comes to 0, where the loop does not go round again. */
function roundsToZero(step: number, from: Range32): number[] {
  if (step === -1) return [from.high];
  if (step !== 1) return [];
  const left = 2 ** 32 - Math.max(1, from.low);
  return [from.signedHigh <= 0 ? Math.min(left, -from.signedLow) : left];
}

/** A state that left, as if it had come by way of `start` and so many rounds. */
function behind(start: State, exit: State, back: State | undefined, rounds: number): State {
  const state = exit.copy();
  state.most += start.most + rounds * (back?.most ?? 0);
  state.least += start.least;
  state.longest = after(after(start.longest, back?.longest, rounds), exit.longest, 1);
  state.shortest = after(start.shortest, exit.shortest, 1);
  state.lowestStack = Math.min(start.lowestStack, exit.lowestStack, back?.lowestStack ?? exit.lowestStack);
  return state;
}

/** One way behind another, so many times. */
function after(before: Step | undefined, way: Step | undefined, times: number): Step | undefined {
  const steps: Step[] = [];
  for (let step = way; step !== undefined && times > 0; step = step.before) steps.push(step);
  return steps.reduceRight<Step | undefined>(
    (sum, step) => ({ from: step.from, cycles: step.cycles * times, times: step.times * times, before: sum }),
    before,
  );
}
