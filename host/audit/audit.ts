import { FoundInLists, numberedLists } from '../body/found-in-lists.ts';
import {
  type Cell,
  isCovering,
  type Overlap,
  type OverlapReason,
  type Partition,
} from '../body/partition.ts';
import { lengthOf, sourceCoordinate } from '../source/axis-words.ts';
import type { ActionName, AxisKind, AxisModel, MapUnits, Replaced, RoundingModel } from '../source/model.ts';
import { type ActionShare, measureShares, type TierShare, type WindowShares } from './shares.ts';

/** What a map covers and what it does not: plain data in the coordinates of the source, for people and programs. */

/** A coordinate of the source: a number, or decimal digits where a number would lose some. */
export type Coordinate = number | string;

/** A place [from, to) in phases [phaseFrom, phaseTo); `length` is in steps of the axis. */
export interface AuditPlace {
  readonly from: Coordinate;
  readonly to: Coordinate;
  readonly length: number;
  readonly phaseFrom: number;
  readonly phaseTo: number;
}

export interface AuditGap extends AuditPlace {
  /** The gap rule. */
  readonly id: string;
  readonly action: ActionName;
  readonly limit: number | null;
}

/** A stretch of a zone where the limit is lower, because of what lies ahead. */
export interface AuditApproach extends AuditPlace {
  readonly zone: string;
  readonly limit: number;
}

export interface AuditOverlap extends AuditPlace {
  /** The zone that wins, and the one under it. */
  readonly over: string;
  readonly under: string;
  readonly overTier: number;
  readonly underTier: number;
  readonly overLimit: number | null;
  readonly underLimit: number | null;
  /** `first`: both say the same, and this one comes first in the source. */
  readonly why: OverlapReason;
}

export interface AuditZone {
  readonly id: string;
  readonly tier: number;
  readonly limit: number | null;
  /** Part of all places and phases for which it answers, 0 to 1; 0: it never does. */
  readonly share: number;
}

export interface AuditAxis {
  readonly kind: AxisKind;
  readonly name: string;
  readonly unit: string;
  readonly scale: number;
  readonly min: Coordinate;
  readonly max: Coordinate;
  /** A ring: max is the same place as min. */
  readonly wraps: boolean;
}

export interface AuditReport {
  readonly map: string;
  readonly device: string;
  readonly epoch: number;
  readonly replaces: readonly Replaced[];
  readonly axis: AuditAxis;
  /** Ticks; 1: no phases. */
  readonly phasePeriod: number;
  readonly units: MapUnits;
  readonly gaps: readonly AuditGap[];
  readonly approaches: readonly AuditApproach[];
  /** null: not known, an image holds only who won. */
  readonly overlaps: readonly AuditOverlap[] | null;
  /** Overlaps found above the number that is kept. */
  readonly overlapsOmitted: number;
  /** Covered part of all places and phases, 0 to 1. */
  readonly coverage: number;
  readonly windows: readonly WindowShares[];
  /** Covered parts by tier, and gap parts by action, of all places and phases. */
  readonly tiers: readonly TierShare[];
  readonly actions: readonly ActionShare[];
  readonly zones: readonly AuditZone[];
  /** What the source asked to round; null: not known, an image holds only the result. */
  readonly rounded: readonly RoundingModel[] | null;
  /** Named places in the coordinates of the source; null: not known. */
  readonly marks: readonly { readonly name: string; readonly at: Coordinate }[] | null;
}

/** Reports on a partition, whether it comes from a source or from an image. */
export function audit(partition: Partition): AuditReport {
  const { map, device, epoch, replaces, axis, phasePeriod, units, overlapsOmitted } = partition;
  const { kind, name, unit, scale, min, max, wraps } = axis;
  const { coverage, windows, tiers, actions, rules } = measureShares(partition);
  return {
    ...{ map, device, epoch, replaces, phasePeriod, units, overlapsOmitted },
    axis: { kind, name, unit, scale, min: coordinate(axis, min), max: coordinate(axis, max), wraps },
    gaps: gapCells(partition, 'around').map((gap) => describeGap(partition, gap)),
    approaches: describeApproaches(partition),
    overlaps: partition.overlaps?.map((overlap) => describeOverlap(partition, overlap)) ?? null,
    ...{ coverage, windows, tiers, actions },
    zones: describeZones(partition, rules),
    rounded: partition.notes?.roundings ?? null,
    marks:
      partition.notes?.marks.map(({ name: mark, at }) => ({ name: mark, at: coordinate(axis, at) })) ?? null,
  };
}

/** A stored coordinate in the coordinates of the source. */
export function coordinate(axis: Pick<AxisModel, 'origin'>, stored: number): Coordinate {
  const value = sourceCoordinate(axis, stored);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** A stretch in stored coordinates as reports name it. */
export function auditPlace(
  axis: Pick<AxisModel, 'origin' | 'min' | 'max' | 'wraps'>,
  from: number,
  to: number,
  phaseFrom: number,
  phaseTo: number,
): AuditPlace {
  const [source, end] = [coordinate(axis, from), coordinate(axis, to)];
  return { from: source, to: end, length: lengthOf(axis, from, to), phaseFrom, phaseTo };
}

/** A gap in stored coordinates, over all neighbouring phase windows that it lasts through. */
export interface GapCell extends Cell {
  readonly phaseFrom: number;
  readonly phaseTo: number;
}

/**
 * The gaps in order of phase and place. `around`: gaps of a ring that meet at its seam are one, which ends below the place
 * where it begins; `apart`: they are two.
 */
export function gapCells(partition: Partition, overSeam: 'around' | 'apart'): GapCell[] {
  return cellsWhere(partition, overSeam, (rule) => !isCovering(partition, rule));
}

/** Cells of some rules, over all neighbouring phase windows that they last through. */
function cellsWhere(
  partition: Partition,
  overSeam: 'around' | 'apart',
  isWanted: (rule: number) => boolean,
): GapCell[] {
  const { lists, ranges } = numberedLists(partition.windows);
  const found = new FoundInLists<Cell>();
  lists.forEach((cells, list) => {
    for (const cell of cellsIn(partition, cells, overSeam, isWanted))
      found.add(`${cell.from} ${cell.to} ${cell.rule}`, cell, list);
  });
  const stretches: GapCell[] = [];
  for (const { item, phases } of found.withPhases(ranges))
    for (const { from, to } of phases) stretches.push({ ...item, phaseFrom: from, phaseTo: to });
  return stretches.sort((left, right) => left.phaseFrom - right.phaseFrom || left.from - right.from);
}

function cellsIn(
  { axis }: Partition,
  cells: readonly Cell[],
  overSeam: 'around' | 'apart',
  isWanted: (rule: number) => boolean,
): readonly Cell[] {
  const wanted = cells.filter(({ rule }) => isWanted(rule));
  const [first, last] = [cells[0], cells.at(-1)];
  if (overSeam === 'apart' || !axis.wraps || first === undefined || last === undefined) return wanted;
  if (first === last || first.rule !== last.rule || wanted[0] !== first) return wanted;
  return [...wanted.slice(1, -1), { ...last, to: first.to }];
}

function describeApproaches(partition: Partition): AuditApproach[] {
  const { axis, rules } = partition;
  const cells = cellsWhere(partition, 'around', (rule) => rules[rule]?.kind === 'approach');
  return cells.flatMap(({ from, to, phaseFrom, phaseTo, rule: index }) => {
    const rule = rules[index];
    if (rule?.kind !== 'approach') return [];
    return [{ zone: rule.id, limit: rule.limit, ...auditPlace(axis, from, to, phaseFrom, phaseTo) }];
  });
}

function describeGap(partition: Partition, gap: GapCell): AuditGap {
  const rule = partition.rules[gap.rule];
  if (rule?.kind !== 'gap') throw new TypeError('rules behind the zones are gap rules');
  const { id, action, limit } = rule;
  return { id, action, limit, ...auditPlace(partition.axis, gap.from, gap.to, gap.phaseFrom, gap.phaseTo) };
}

function describeOverlap(partition: Partition, overlap: Overlap): AuditOverlap {
  const over = partition.rules[overlap.over];
  const under = partition.rules[overlap.under];
  if (over?.kind !== 'zone' || under?.kind !== 'zone') throw new TypeError('overlaps are of zones');
  return {
    over: over.id,
    under: under.id,
    overTier: over.tier,
    underTier: under.tier,
    overLimit: over.limit,
    underLimit: under.limit,
    why: overlap.why,
    ...auditPlace(partition.axis, overlap.from, overlap.to, overlap.phaseFrom, overlap.phaseTo),
  };
}

function describeZones(partition: Partition, shareOfRule: readonly number[]): AuditZone[] {
  const zones: AuditZone[] = [];
  partition.rules.forEach((rule, index) => {
    if (rule.kind !== 'zone') return;
    const { id, tier, limit } = rule;
    zones.push({ id, tier, limit, share: shareOfRule[index] ?? 0 });
  });
  return zones;
}
