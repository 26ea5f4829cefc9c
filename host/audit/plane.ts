import type { OverlapReason } from '../body/partition.ts';
import type { PlaneOverlapKind, PlanePartition, PlanePhases, PlaneSample } from '../body/plane-partition.ts';
import { areaOfPiece, piecesOf } from '../plane/pieces.ts';
import type { ActionName, AxisKind, AxisModel, MapUnits, Replaced, RoundingModel } from '../source/model.ts';
import { type Coordinate, coordinate } from './audit.ts';

/** What a plane covers and what not: plain data in the coordinates of the source, for people and programs. */

/** A place inside of what is told; between steps where nothing near its middle lies on one. */
export interface PlaneAuditPlace {
  readonly x: Coordinate;
  readonly y: Coordinate;
  readonly isLattice: boolean;
}

/** Areas are in squares of a step. */
export interface PlaneAuditOverlap {
  readonly over: string;
  readonly under: string;
  readonly kind: PlaneOverlapKind;
  readonly why: OverlapReason;
  readonly overTier: number;
  readonly underTier: number;
  readonly overLimit: number | null;
  readonly underLimit: number | null;
  readonly area: number;
  readonly sample: PlaneAuditPlace;
  readonly phases: readonly PlanePhases[];
}

export interface PlaneAuditGap {
  /** The gap rule. */
  readonly id: string;
  readonly action: ActionName;
  readonly limit: number | null;
  /** No way leads from it over other gaps to the ends of the axes. */
  readonly isEnclosed: boolean;
  readonly area: number;
  readonly sample: PlaneAuditPlace;
  readonly phases: readonly PlanePhases[];
}

/** Share: part of all places and phases for which it answers, 0 to 1. */
export interface PlaneAuditRule {
  readonly id: string;
  readonly limit: number | null;
  readonly share: number;
}

export interface PlaneAuditAxis {
  readonly kind: AxisKind;
  readonly name: string;
  readonly unit: string;
  readonly scale: number;
  readonly min: Coordinate;
  readonly max: Coordinate;
}

export interface PlaneAudit {
  readonly map: string;
  readonly device: string;
  readonly epoch: number;
  readonly replaces: readonly Replaced[];
  readonly axes: readonly [PlaneAuditAxis, PlaneAuditAxis];
  readonly phasePeriod: number;
  readonly units: MapUnits;
  /** Covered part of all places and phases, 0 to 1. */
  readonly coverage: number;
  readonly phases: readonly (PlanePhases & { readonly coverage: number })[];
  readonly zones: readonly (PlaneAuditRule & { readonly tier: number })[];
  readonly gapRules: readonly (PlaneAuditRule & { readonly action: ActionName })[];
  /** null: not known, an image holds only who won. */
  readonly overlaps: readonly PlaneAuditOverlap[] | null;
  readonly gaps: readonly PlaneAuditGap[] | null;
  readonly moves: { readonly longest: number; readonly cells: number } | null;
  readonly rounded: readonly RoundingModel[] | null;
}

export function auditPlane(plane: PlanePartition): PlaneAudit {
  const { map, device, epoch, replaces, axes, phasePeriod, units, rules, zones, longestMove, mostCells } =
    plane;
  const { shares, coverages } = sharesOf(plane);
  const rule = (index: number) => {
    const { id = '', limit = null } = rules[index] ?? {};
    return { id, limit, share: shares[index] ?? 0 };
  };
  return {
    ...{ map, device, epoch, replaces, phasePeriod, units },
    axes: [describeAxis(axes[0]), describeAxis(axes[1])],
    coverage: shares.slice(0, zones).reduce((sum, share) => sum + share, 0),
    phases: plane.phases.map(({ from, to, grid }) => ({ from, to, coverage: coverages[grid] ?? 0 })),
    zones: rules.flatMap((each, index) =>
      each.kind === 'zone' ? [{ ...rule(index), tier: each.tier }] : [],
    ),
    gapRules: rules.flatMap((each, index) =>
      each.kind === 'gap' ? [{ ...rule(index), action: each.action }] : [],
    ),
    overlaps: plane.found?.overlaps.map((overlap) => describeOverlap(plane, overlap)) ?? null,
    gaps: plane.found?.gaps.map((gap) => describeGap(plane, gap)) ?? null,
    moves: longestMove === 0 ? null : { longest: longestMove, cells: mostCells },
    rounded: plane.notes?.roundings ?? null,
  };
}

function describeAxis(axis: AxisModel): PlaneAuditAxis {
  const { kind, name, unit, scale, min, max } = axis;
  return { kind, name, unit, scale, min: coordinate(axis, min), max: coordinate(axis, max) };
}

/** Of each rule over all phases, and of what is covered in each grid. */
function sharesOf(plane: PlanePartition): { shares: readonly number[]; coverages: readonly number[] } {
  const { axes, grids, phases, phasePeriod, rules, zones } = plane;
  const whole = axes.reduce((product, { min, max }) => product * (max - min), 1);
  const inGrid = grids.map((grid) => {
    const parts = new Array<number>(rules.length).fill(0);
    for (const piece of piecesOf(plane, grid).pieces)
      parts[piece.rule] = (parts[piece.rule] ?? 0) + areaOfPiece(piece) / whole;
    return parts;
  });
  const shares = new Array<number>(rules.length).fill(0);
  for (const { from, to, grid } of phases)
    inGrid[grid]?.forEach((part, rule) => {
      shares[rule] = (shares[rule] ?? 0) + (part * (to - from)) / phasePeriod;
    });
  return {
    shares,
    coverages: inGrid.map((parts) => parts.slice(0, zones).reduce((sum, part) => sum + part, 0)),
  };
}

type Found = NonNullable<PlanePartition['found']>;

function describeOverlap(plane: PlanePartition, overlap: Found['overlaps'][number]): PlaneAuditOverlap {
  const [over, under] = [plane.rules[overlap.over], plane.rules[overlap.under]];
  if (over?.kind !== 'zone' || under?.kind !== 'zone') throw new TypeError('overlaps are of zones');
  const { kind, why, area, phases } = overlap;
  return {
    ...{ over: over.id, under: under.id, kind, why, area, phases },
    ...{ overTier: over.tier, underTier: under.tier, overLimit: over.limit, underLimit: under.limit },
    sample: planePlace(plane.axes, overlap.sample),
  };
}

function describeGap(plane: PlanePartition, gap: Found['gaps'][number]): PlaneAuditGap {
  const rule = plane.rules[gap.rule];
  if (rule?.kind !== 'gap') throw new TypeError('rules behind the zones are gap rules');
  const { isEnclosed, area, phases } = gap;
  const { id, action, limit } = rule;
  return { id, action, limit, isEnclosed, area, phases, sample: planePlace(plane.axes, gap.sample) };
}

type PlacedAxis = Pick<AxisModel, 'origin' | 'min'>;

/** A sample, which is an offset from the minima, in the coordinates of the source. */
export function planePlace(
  [ofX, ofY]: readonly [PlacedAxis, PlacedAxis],
  { x, y, isLattice }: PlaneSample,
): PlaneAuditPlace {
  return { x: offsetIn(ofX, x), y: offsetIn(ofY, y), isLattice };
}

/** A coordinate of the source; between steps where the offset is. */
function offsetIn(axis: PlacedAxis, offset: number): Coordinate {
  const whole = Math.floor(offset);
  const at = coordinate(axis, axis.min + whole);
  return typeof at === 'number' ? at + (offset - whole) : at;
}
