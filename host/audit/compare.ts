import { FoundInLists, type ListedPhases, numberedLists } from '../body/found-in-lists.ts';
import type { Cell, Partition } from '../body/partition.ts';
import type { EditionAnswer } from './answer.ts';
import { answerOf, KindTable } from './answer-kinds.ts';
import { type AuditAxis, type AuditPlace, auditPlace, coordinate } from './audit.ts';
import type { ChangeKind } from './change-kinds.ts';
import { type CommonAxis, commonAxisOf } from './common-axis.ts';
import {
  type ComparedEdition,
  comparedEdition,
  type HeadChange,
  type HeadFields,
  headChanges,
  headFields,
} from './head-changes.ts';

/** What changed between two editions, stretch by stretch, in the coordinates of the source. */

/** A stretch that is answered otherwise than before. */
export interface EditionChange extends AuditPlace {
  /** At least one; the direction of each difference. */
  readonly kinds: readonly ChangeKind[];
  readonly before: EditionAnswer;
  readonly after: EditionAnswer;
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
    before: comparedEdition(before),
    after: comparedEdition(after),
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

/** What to add to stored coordinates of `after` for those of `before`, and the range of both axes together. */
function commonAxis(before: Partition, after: Partition): CommonAxis {
  return commonAxisOf(before.axis, after.axis);
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
  return headChanges(headOf(before), headOf(after));
}

function headOf(partition: Partition): HeadFields {
  const { axis } = partition;
  return headFields(partition, {
    'axis name': axis.name,
    'axis min': coordinate(axis, axis.min),
    'axis max': coordinate(axis, axis.max),
    'axis origin': axis.origin.toString(),
    'axis wraps': axis.wraps ? 'yes' : 'no',
  });
}
