import { FoundInLists, type ListedPhases, numberedLists } from '../body/found-in-lists.ts';
import type { Cell, Partition, Rule } from '../body/partition.ts';
import { HoldfastError } from '../common/errors.ts';
import { budgetWords } from '../cycles/words.ts';
import { stepName } from '../source/axis-words.ts';
import type { MapUnits } from '../source/model.ts';
import { amountWords } from '../source/unit-words.ts';
import type { EditionAnswer } from './answer.ts';
import { type AuditAxis, type AuditPlace, auditPlace, coordinate } from './audit.ts';
import { type ChangeKind, changeKinds } from './change-kinds.ts';
import { replacesText } from './text.ts';

/** What changed between two editions, stretch by stretch, in the coordinates of the source. */

/** A stretch that is answered otherwise than before. */
export interface EditionChange extends AuditPlace {
  /** At least one; the direction of each difference. */
  readonly kinds: readonly ChangeKind[];
  readonly before: EditionAnswer;
  readonly after: EditionAnswer;
}

/** A difference that has no place, such as the epoch. */
export interface HeadChange {
  readonly field: string;
  readonly before: string | number | null;
  readonly after: string | number | null;
}

export interface ComparedEdition {
  readonly map: string;
  readonly epoch: number;
  /** What its limits and phases count. */
  readonly units: MapUnits;
}

export interface EditionComparison {
  readonly before: ComparedEdition;
  readonly after: ComparedEdition;
  /** The axis on which changes are told: all that either edition has. */
  readonly axis: AuditAxis;
  /** The longer of both periods, in ticks; 1: no phases. */
  readonly phasePeriod: number;
  /** Neither head nor stretches differ. */
  readonly equal: boolean;
  readonly head: readonly HeadChange[];
  readonly changes: readonly EditionChange[];
}

/** A stretch in stored coordinates of the first edition, and which answers meet there. */
interface Meeting {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Compares two editions.
 * @throws HoldfastError NOT_COMPARABLE when their axes count different things.
 */
export function comparePartitions(before: Partition, after: Partition): EditionComparison {
  const changes = compareEditions(before, after);
  const head = compareHeads(before, after);
  const { min, max } = commonAxis(before, after);
  const { kind, name, unit, scale, wraps } = before.axis;
  return {
    before: { map: before.map, epoch: before.epoch, units: before.units },
    after: { map: after.map, epoch: after.epoch, units: after.units },
    axis: {
      ...{ kind, name, unit, scale, wraps },
      min: coordinate(before.axis, min),
      max: coordinate(before.axis, max),
    },
    phasePeriod: Math.max(before.phasePeriod, after.phasePeriod),
    equal: head.length === 0 && changes.length === 0,
    head,
    changes,
  };
}

/**
 * The stretches that two editions answer differently, by phase and place, neighbours with equal answers joined. Takes time
 * linear in the cells of the lists that meet.
 * @throws HoldfastError NOT_COMPARABLE when their axes count different things.
 */
export function compareEditions(before: Partition, after: Partition): EditionChange[] {
  const { shift, min, max } = commonAxis(before, after);
  const left = new Edition(before, 0, min, max);
  const right = new Edition(after, shift, min, max);
  const kinds = new KindTable(left.answers, right.answers);
  const { pairs, ranges } = meetingLists(left, right);
  const found = new FoundInLists<Meeting>();
  pairs.forEach(([one, other], pair) => {
    for (const meeting of meetings(left.cellsIn(one), right.cellsIn(other))) {
      if (kinds.isEqual(meeting)) continue;
      found.add(`${meeting.from} ${meeting.to} ${meeting.before} ${meeting.after}`, meeting, pair);
    }
  });
  const changes: (Meeting & Phases)[] = [];
  for (const { item, phases } of found.withPhases(ranges))
    for (const range of phases) changes.push({ ...item, phaseFrom: range.from, phaseTo: range.to });
  changes.sort((one, other) => one.phaseFrom - other.phaseFrom || one.from - other.from);
  return changes.map((change) => ({
    kinds: kinds.of(change),
    ...auditPlace(before.axis, change.from, change.to, change.phaseFrom, change.phaseTo),
    before: left.answer(change.before),
    after: right.answer(change.after),
  }));
}

interface Phases {
  readonly phaseFrom: number;
  readonly phaseTo: number;
}

/** The pairs of lists that meet, as numbers of each edition, and the phases of each pair. */
function meetingLists(
  left: Edition,
  right: Edition,
): { pairs: readonly (readonly [number, number])[]; ranges: readonly ListedPhases[] } {
  const pairs: [number, number][] = [];
  const known = new Map<string, number>();
  const ranges = commonPhases(left, right).map(({ from, to }) => {
    const pair: [number, number] = [left.listAt(from), right.listAt(from)];
    const key = pair.join(' ');
    const list = known.get(key) ?? pairs.push(pair) - 1;
    known.set(key, list);
    return { from, to, list };
  });
  return { pairs, ranges };
}

/** Sums and differences of coordinates stay exact up to here. */
const SHIFT_MAX = 2n ** 52n;

/** What to add to stored coordinates of `after` for those of `before`, and the range of both axes together. */
function commonAxis(before: Partition, after: Partition): { shift: number; min: number; max: number } {
  const [left, right] = [before.axis, after.axis];
  const shift = right.origin - left.origin;
  if (left.kind !== right.kind || left.unit !== right.unit || left.scale !== right.scale) {
    throw notComparable(
      `one counts ${left.kind} in ${stepName(left)}, the other ${right.kind} in ${stepName(right)}`,
    );
  }
  if (shift > SHIFT_MAX || shift < -SHIFT_MAX) throw notComparable('their origins lie too far apart');
  const offset = Number(shift);
  return {
    shift: offset,
    min: Math.min(left.min, right.min + offset),
    max: Math.max(left.max, right.max + offset),
  };
}

function notComparable(reason: string): HoldfastError {
  return new HoldfastError('NOT_COMPARABLE', `the axes of the two editions cannot be compared: ${reason}`, {
    remedy: 'Compare editions whose axes have the same unit and scale.',
  });
}

interface AnsweredCell {
  readonly from: number;
  readonly to: number;
  /** Index into the edition's answers. */
  readonly answer: number;
}

/** An edition stretched over a common axis: what it does not have is outside. */
class Edition {
  /** By rule, and behind the rules the answer outside. */
  readonly answers: readonly EditionAnswer[];
  readonly #partition: Partition;
  readonly #shift: number;
  readonly #min: number;
  readonly #max: number;
  readonly #lists: readonly (readonly Cell[])[];
  readonly #ranges: readonly ListedPhases[];
  #range = 0;

  constructor(partition: Partition, shift: number, min: number, max: number) {
    this.#partition = partition;
    this.#shift = shift;
    this.#min = min;
    this.#max = max;
    const { lists, ranges } = numberedLists(partition.windows);
    this.#lists = lists;
    this.#ranges = ranges;
    this.answers = [...partition.rules.map(answerOf), { state: 'outside', action: partition.outside }];
  }

  /** Where its phase windows begin, and its period. */
  phaseStarts(): number[] {
    return [...this.#partition.windows.map(({ from }) => from), this.#partition.phasePeriod];
  }

  answer(index: number): EditionAnswer {
    const answer = this.answers[index];
    if (answer === undefined) throw new RangeError(`an edition has no answer ${index}`);
    return answer;
  }

  /** The number of its list in a phase, -1 behind its period; phases must be asked for in rising order. */
  listAt(phase: number): number {
    while (phase >= (this.#ranges[this.#range]?.to ?? Number.POSITIVE_INFINITY)) this.#range++;
    return this.#ranges[this.#range]?.list ?? -1;
  }

  /** The cells of a list, from end to end of the common axis. */
  *cellsIn(list: number): Generator<AnsweredCell> {
    const { axis, rules } = this.#partition;
    const cells = this.#lists[list];
    const outside = rules.length;
    const [min, max] = [axis.min + this.#shift, axis.max + this.#shift];
    if (cells === undefined) {
      yield { from: this.#min, to: this.#max, answer: outside };
      return;
    }
    if (this.#min < min) yield { from: this.#min, to: min, answer: outside };
    for (const { from, to, rule } of cells)
      yield { from: from + this.#shift, to: to + this.#shift, answer: rule };
    if (max < this.#max) yield { from: max, to: this.#max, answer: outside };
  }
}

function answerOf(rule: Rule): EditionAnswer {
  const { id, limit } = rule;
  return rule.kind !== 'gap'
    ? { state: 'covered', id, tier: rule.tier, limit }
    : { state: 'gap', id, action: rule.action, limit };
}

/** Two answers that are equal have the same name. */
function nameOf(answer: EditionAnswer): string {
  return answer.state === 'outside' ? answer.state : `${answer.state} ${answer.id}`;
}

/** How each pair of answers differs, worked out once a pair. */
class KindTable {
  readonly #before: readonly EditionAnswer[];
  readonly #after: readonly EditionAnswer[];
  readonly #known = new Map<number, readonly ChangeKind[]>();
  /** By answer before: the equal answer after, −1 where there is none. Most stretches of two editions end here. */
  readonly #equal: Int32Array;

  constructor(before: readonly EditionAnswer[], after: readonly EditionAnswer[]) {
    this.#before = before;
    this.#after = after;
    const afterByName = new Map(after.map((answer, index) => [nameOf(answer), index]));
    this.#equal = Int32Array.from(before, (answer) => {
      const index = afterByName.get(nameOf(answer));
      const other = index === undefined ? undefined : after[index];
      return index !== undefined && other !== undefined && changeKinds(answer, other).length === 0
        ? index
        : -1;
    });
  }

  isEqual(meeting: Pick<Meeting, 'before' | 'after'>): boolean {
    return this.#equal[meeting.before] === meeting.after || this.of(meeting).length === 0;
  }

  /** Empty: the answers are equal. */
  of({ before, after }: Pick<Meeting, 'before' | 'after'>): readonly ChangeKind[] {
    const key = before * this.#after.length + after;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [left, right] = [this.#before[before], this.#after[after]];
    if (left === undefined || right === undefined)
      throw new RangeError('cells name answers of their edition');
    const kinds = changeKinds(left, right);
    this.#known.set(key, kinds);
    return kinds;
  }
}

/** Stretches of phases in which neither edition changes its window. */
function commonPhases(left: Edition, right: Edition): { from: number; to: number }[] {
  const starts = [...new Set([...left.phaseStarts(), ...right.phaseStarts()])].sort((a, b) => a - b);
  return starts.slice(1).map((to, index) => ({ from: starts[index] ?? 0, to }));
}

/** Walks two lists of cells side by side. */
function* meetings(left: Generator<AnsweredCell>, right: Generator<AnsweredCell>): Generator<Meeting> {
  let [one, other] = [left.next(), right.next()];
  let from = one.done ? 0 : one.value.from;
  while (!one.done && !other.done) {
    const to = Math.min(one.value.to, other.value.to);
    const [before, after] = [one.value.answer, other.value.answer];
    yield { from, to, before, after };
    if (one.value.to === to) one = left.next();
    if (other.value.to === to) other = right.next();
    from = to;
  }
}

/** Differences of what stands above the partition. */
function compareHeads(before: Partition, after: Partition): HeadChange[] {
  const [left, right] = [headOf(before), headOf(after)];
  return Object.entries(left).flatMap(([field, value]) => {
    const other = right[field] ?? null;
    return value === other ? [] : [{ field, before: value, after: other }];
  });
}

function headOf(partition: Partition): Record<string, string | number | null> {
  const { map, device, epoch, replaces, axis, phasePeriod, units, outside, fault } = partition;
  return {
    map,
    device,
    epoch,
    replaces: replacesText(replaces),
    'axis name': axis.name,
    'axis min': coordinate(axis, axis.min),
    'axis max': coordinate(axis, axis.max),
    'axis origin': axis.origin.toString(),
    'axis wraps': axis.wraps ? 'yes' : 'no',
    period: phasePeriod,
    'unit of phases': phasePeriod === 1 ? null : amountWords(1, units.phase),
    'unit of limits': units.limit,
    outside,
    fault,
    budget: budgetOf(partition),
  };
}

/** Steps, or cycles in words. */
function budgetOf({ budgetSteps, budgetCycles }: Partition): number | string | null {
  return budgetCycles === null ? budgetSteps : budgetWords(budgetCycles);
}
