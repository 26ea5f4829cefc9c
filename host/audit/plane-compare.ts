import { FoundInLists, type ListedPhases } from '../body/found-in-lists.ts';
import type { PlaneGrid, PlanePartition, PlanePhases } from '../body/plane-partition.ts';
import { HoldfastError } from '../common/errors.ts';
import { bordersOf } from '../plane/borders.ts';
import type { Cell } from '../plane/cell.ts';
import { latticePointIn } from '../plane/lattice.ts';
import { Lines } from '../plane/lines.ts';
import { NoLineError, OUTSIDE, type OverlaidCell, Overlay, TooManyCellsError } from '../plane/overlay.ts';
import type { Corners } from '../plane/pieces.ts';
import { componentsOf, type Region, RegionSum } from '../plane/regions.ts';
import type { EditionAnswer } from './answer.ts';
import { answerOf, KindTable } from './answer-kinds.ts';
import { coordinate } from './audit.ts';
import { type ChangeKind, changeKinds } from './change-kinds.ts';
import { type CommonAxis, commonAxisOf } from './common-axis.ts';
import {
  type ComparedEdition,
  comparedEdition,
  type HeadChange,
  type HeadFields,
  headChanges,
  headFields,
} from './head-changes.ts';
import { type PlaneAuditAxis, type PlaneAuditPlace, planePlace } from './plane.ts';

/**
 * What changed between two editions of a plane. Both lookups are laid over one another with exact corners, and every cell in which they
 * differ is looked at: a place of a single lattice point is found as surely as half of the map. What differs only between lattice points
 * is no change, nobody is answered there.
 */

/** A place that hangs together and is answered otherwise than before, from one answer to another. */
export interface PlaneChange {
  /** At least one; the direction of each difference. */
  readonly kinds: readonly ChangeKind[];
  /** In squares of a step. */
  readonly area: number;
  /** Of the place, on a lattice point. */
  readonly sample: PlaneAuditPlace;
  readonly phases: readonly PlanePhases[];
  readonly before: EditionAnswer;
  readonly after: EditionAnswer;
}

/** A zone or a gap rule that says something else than before, has come, or has gone, wherever it answers. */
export interface PlaneRuleChange {
  readonly rule: 'zone' | 'gap';
  readonly id: string;
  /** Empty where it has come or gone. */
  readonly kinds: readonly ChangeKind[];
  /** null: there was none. */
  readonly before: EditionAnswer | null;
  /** null: there is none any more. */
  readonly after: EditionAnswer | null;
}

export interface PlaneComparison {
  readonly before: ComparedEdition;
  readonly after: ComparedEdition;
  /** All that either edition has. */
  readonly axes: readonly [PlaneAuditAxis, PlaneAuditAxis];
  /** The longer of both periods, in ticks; 1: no phases. */
  readonly phasePeriod: number;
  /** Neither head nor rules nor places differ. */
  readonly equal: boolean;
  readonly head: readonly HeadChange[];
  readonly rules: readonly PlaneRuleChange[];
  /** The largest first. */
  readonly changes: readonly PlaneChange[];
}

/** Of each change: what it covers, in convex pieces, as offsets from the minima of the common axes. */
export type PlaneChangeShapes = readonly (readonly Corners[])[];

export interface PlaneComparisonWithShapes {
  readonly comparison: PlaneComparison;
  /** Stored coordinates of the edition before. */
  readonly axes: readonly [CommonAxis, CommonAxis];
  /** Where each edition begins, in offsets from the minima of these axes. */
  readonly from: {
    readonly before: readonly [x: number, y: number];
    readonly after: readonly [x: number, y: number];
  };
  readonly shapes: PlaneChangeShapes;
}

/** @throws HoldfastError NOT_COMPARABLE */
export function comparePlanes(before: PlanePartition, after: PlanePartition): PlaneComparison {
  return comparePlaneShapes(before, after).comparison;
}

/**
 * With the shapes of what changed, for pictures.
 * @throws HoldfastError NOT_COMPARABLE when axes count different things or lie too far apart, when one of the lookups is none that a
 * compiler made, or when both together have millions of cells.
 */
export function comparePlaneShapes(before: PlanePartition, after: PlanePartition): PlaneComparisonWithShapes {
  const axes = [
    commonAxisOf(before.axes[0], after.axes[0]),
    commonAxisOf(before.axes[1], after.axes[1]),
  ] as const;
  const [answersBefore, answersAfter] = [answersOf(before), answersOf(after)];
  const kinds = new KindTable(answersBefore, answersAfter);
  const differences = differencesOf(before, after, axes, kinds);
  const head = headChanges(headOf(before), headOf(after));
  const rules = ruleChanges(before, after);
  const answer = (answers: readonly EditionAnswer[], index: number) => {
    const found = answers[index];
    if (found === undefined) throw new RangeError(`an edition has no answer ${index}`);
    return found;
  };
  const changes = differences.map(({ item, phases }): PlaneChange => {
    const { area, sample } = item.region;
    return {
      kinds: kinds.of(item),
      area,
      sample: placeIn(before, axes, sample),
      phases,
      before: answer(answersBefore, item.before),
      after: answer(answersAfter, item.after),
    };
  });
  return {
    comparison: {
      before: comparedEdition(before),
      after: comparedEdition(after),
      axes: [describeCommon(before, axes, 0), describeCommon(before, axes, 1)],
      phasePeriod: Math.max(before.phasePeriod, after.phasePeriod),
      equal: head.length === 0 && rules.length === 0 && changes.length === 0,
      ...{ head, rules, changes },
    },
    axes,
    from: { before: fromOf(before, axes, false), after: fromOf(after, axes, true) },
    shapes: differences.map(({ item }) => item.cells.map(cornersOf)),
  };
}

type Axes = readonly [CommonAxis, CommonAxis];

/** A place over which the same two answers meet; answers by rule, and behind the rules the one outside. */
interface Difference {
  readonly before: number;
  readonly after: number;
  readonly region: Region;
  readonly cells: readonly Cell[];
}

interface DifferencePhases {
  readonly item: Difference;
  readonly phases: readonly PlanePhases[];
}

function differencesOf(
  before: PlanePartition,
  after: PlanePartition,
  axes: Axes,
  kinds: KindTable,
): DifferencePhases[] {
  const lines = new Lines();
  const overlay = new Overlay(
    lines,
    { plane: before, from: fromOf(before, axes, false) },
    { plane: after, from: fromOf(after, axes, true) },
    sizeOf(axes),
  );
  const outside = [before.rules.length, after.rules.length] as const;
  const met = (one: number, other: number) => ({
    before: one === OUTSIDE ? outside[0] : one,
    after: other === OUTSIDE ? outside[1] : other,
  });
  const found = new FoundInLists<Difference>();
  const { pairs, ranges } = meetingGrids(before, after);
  pairs.forEach(([one, other], pair) => {
    const cells = comparable(() =>
      overlay.differences(one, other, (left, right) => kinds.isEqual(met(left, right))),
    );
    for (const { indices, kind } of joinedCells(lines, cells)) {
      const own = indices.map((index) => cells[index]?.cell ?? []);
      const region = regionOf(lines, own);
      if (region === null) continue;
      const { x, y } = region.sample;
      const item = { ...met(kind.before, kind.after), region, cells: own };
      found.add(`${item.before} ${item.after} ${region.area} ${x} ${y}`, item, pair);
    }
  });
  return [...found.withPhases(ranges)].sort((one, other) => other.item.region.area - one.item.region.area);
}

/** Cells side by side over which the same rules meet. */
function joinedCells(
  lines: Lines,
  cells: readonly OverlaidCell[],
): { readonly indices: readonly number[]; readonly kind: OverlaidCell }[] {
  const numbers = new Map<string, number>();
  const kinds = cells.map(({ before, after }) => {
    const key = `${before} ${after}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  const borders = bordersOf(
    lines,
    cells.map(({ cell }) => cell),
  );
  return componentsOf({ borders }, kinds).flatMap(({ cells: indices }) => {
    const kind = cells[indices[0] ?? -1];
    return kind === undefined ? [] : [{ indices, kind }];
  });
}

/** null: no lattice point lies in it. */
function regionOf(lines: Lines, cells: readonly Cell[]): Region | null {
  const sum = new RegionSum();
  for (const cell of cells) sum.add({ lines }, cell);
  const { region } = sum;
  if (region.sample.isLattice) return region;
  for (const cell of cells) {
    const point = latticePointIn(lines, cell);
    if (point !== null) return { ...region, sample: { ...point, isLattice: true } };
  }
  return null;
}

/** @throws HoldfastError NOT_COMPARABLE instead of what an overlay throws. */
function comparable<Result>(compare: () => Result): Result {
  try {
    return compare();
  } catch (cause) {
    if (cause instanceof TooManyCellsError)
      throw notComparable('both together have millions of cells', cause);
    if (cause instanceof NoLineError)
      throw notComparable('the lookup of one of them is none that a compiler makes', cause);
    throw cause;
  }
}

function notComparable(reason: string, cause: Error): HoldfastError {
  return new HoldfastError('NOT_COMPARABLE', `the two editions cannot be compared: ${reason}`, {
    remedy: 'Compare the images that were compiled of their sources.',
    cause,
  });
}

/** The pairs of grids that meet, null beyond the period of one, and the phases of each pair. */
function meetingGrids(
  before: PlanePartition,
  after: PlanePartition,
): { pairs: (readonly [PlaneGrid | null, PlaneGrid | null])[]; ranges: ListedPhases[] } {
  const pairs: (readonly [PlaneGrid | null, PlaneGrid | null])[] = [];
  const numbers = new Map<string, number>();
  const starts = [before, after].flatMap(({ phases, phasePeriod }) => [
    ...phases.map(({ from }) => from),
    phasePeriod,
  ]);
  const rising = [...new Set(starts)].sort((one, other) => one - other);
  const ranges = rising.slice(1).map((to, index): ListedPhases => {
    const from = rising[index] ?? 0;
    const [one, other] = [gridAt(before, from), gridAt(after, from)];
    const key = `${one} ${other}`;
    const list = numbers.get(key) ?? pairs.length;
    numbers.set(key, list);
    if (list === pairs.length) pairs.push([before.grids[one] ?? null, after.grids[other] ?? null]);
    return { from, to, list };
  });
  return { pairs, ranges };
}

/** The number of the grid of a phase, −1 beyond the period. */
export function gridAt({ phases }: Pick<PlanePartition, 'phases'>, phase: number): number {
  return phases.find(({ from, to }) => from <= phase && phase < to)?.grid ?? -1;
}

/** By rule, and behind the rules the answer outside. */
function answersOf({ rules, outside }: PlanePartition): EditionAnswer[] {
  return [...rules.map(answerOf), { state: 'outside', action: outside }];
}

function ruleChanges(before: PlanePartition, after: PlanePartition): PlaneRuleChange[] {
  const [left, right] = [rulesById(before), rulesById(after)];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.flatMap((key): PlaneRuleChange[] => {
    const [one, other] = [left.get(key) ?? null, right.get(key) ?? null];
    const named = one ?? other;
    if (named === null) return [];
    const kinds = one === null || other === null ? [] : changeKinds(one.answer, other.answer);
    if (one !== null && other !== null && kinds.length === 0) return [];
    return [
      {
        ...{ rule: named.rule, id: named.id, kinds },
        ...{ before: one?.answer ?? null, after: other?.answer ?? null },
      },
    ];
  });
}

function rulesById({ rules }: PlanePartition) {
  return new Map(
    rules.map((rule) => [
      `${rule.kind} ${rule.id}`,
      { rule: rule.kind, id: rule.id, answer: answerOf(rule) },
    ]),
  );
}

function headOf(plane: PlanePartition): HeadFields {
  const { axes, longestMove, mostCells } = plane;
  const fields = axes.flatMap((axis, index): [string, string | number][] => {
    const which = index === 0 ? 'x' : 'y';
    return [
      [`${which} axis name`, axis.name],
      [`${which} axis min`, coordinate(axis, axis.min)],
      [`${which} axis max`, coordinate(axis, axis.max)],
      [`${which} axis origin`, axis.origin.toString()],
    ];
  });
  return {
    ...headFields(plane, Object.fromEntries(fields)),
    'longest move': longestMove === 0 ? null : longestMove,
    'cells of a move': mostCells === 0 ? null : mostCells,
  };
}

/** Where an edition begins in offsets from the common minima. */
function fromOf({ axes }: PlanePartition, [x, y]: Axes, isAfter: boolean): [number, number] {
  const shift = (axis: CommonAxis) => (isAfter ? axis.shift : 0);
  return [axes[0].min + shift(x) - x.min, axes[1].min + shift(y) - y.min];
}

/** What coordinates of lines hold. */
const SPAN_MAX = 2 ** 31;

function sizeOf(axes: Axes): [number, number] {
  const [width, height] = axes.map(({ min, max }) => max - min) as [number, number];
  if (width <= SPAN_MAX && height <= SPAN_MAX) return [width, height];
  throw new HoldfastError('NOT_COMPARABLE', 'the axes of the two editions lie too far apart', {
    remedy: 'Compare editions that lie within 2^31 steps of each other.',
  });
}

function placeIn({ axes: [x, y] }: PlanePartition, axes: Axes, sample: Region['sample']): PlaneAuditPlace {
  return planePlace(
    [
      { origin: x.origin, min: axes[0].min },
      { origin: y.origin, min: axes[1].min },
    ],
    sample,
  );
}

function describeCommon({ axes }: PlanePartition, common: Axes, index: 0 | 1): PlaneAuditAxis {
  const { kind, name, unit, scale } = axes[index];
  const { min, max } = common[index];
  const axis = axes[index];
  return { kind, name, unit, scale, min: coordinate(axis, min), max: coordinate(axis, max) };
}

function cornersOf(cell: Cell): number[] {
  return cell.flatMap(({ corner }) => [corner.x, corner.y]);
}
