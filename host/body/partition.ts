import type { CycleBudget } from '../cycles/table.ts';
import type {
  ActionName,
  ApproachModel,
  AxisModel,
  MapUnits,
  MarkModel,
  Remark,
  Replaced,
  RoundingModel,
} from '../source/model.ts';

/**
 * The partition: every place and phase belongs to exactly one rule. It is what the compiler encodes, and what an image
 * decodes to again. Coordinates are stored ones (relative to the axis origin).
 */

export interface ZoneRule {
  readonly kind: 'zone';
  readonly id: string;
  /** 0 to 255. */
  readonly tier: number;
  readonly limit: number | null;
}

/** A stretch of a zone where the limit is lower, because of what lies ahead; all but the limit is the zone's. */
export interface ApproachRule {
  readonly kind: 'approach';
  /** Index of the zone. */
  readonly zone: number;
  readonly id: string;
  readonly tier: number;
  readonly limit: number;
}

export interface GapRule {
  readonly kind: 'gap';
  readonly id: string;
  readonly action: ActionName;
  readonly limit: number | null;
}

export type Rule = ZoneRule | ApproachRule | GapRule;

/** A stretch [from, to) of the axis that one rule answers for; `rule` is an index into the partition's rules. */
export interface Cell {
  readonly from: number;
  readonly to: number;
  readonly rule: number;
}

/**
 * Phases [from, to) in ticks that share one list of cells; the cells are rising, without holes, neighbours differ. On a ring
 * the list begins and ends at the seam, so its last cell may have the rule of its first.
 */
export interface PhaseWindow {
  readonly from: number;
  readonly to: number;
  readonly cells: readonly Cell[];
}

/** Why one zone wins: a higher tier, an order of the list, a lower limit, or only that it comes first and says the same. */
export type OverlapReason = 'tier' | 'list' | 'limit' | 'first';

/** Two zones over one place and who won; zones are indices into the rules. */
export interface Overlap {
  readonly over: number;
  readonly under: number;
  readonly from: number;
  readonly to: number;
  /** Phases in which it is so. */
  readonly phaseFrom: number;
  readonly phaseTo: number;
  readonly why: OverlapReason;
}

/** What a source says for people; an image holds none of it. */
export interface SourceNotes {
  /** What was rounded because the source asks for it; empty: every number is exact. */
  readonly roundings: readonly RoundingModel[];
  /** What tables hold that is not used: columns, and rows that are no data. */
  readonly unused: readonly Remark[];
  /** How the machine brakes; null: limits fall where they fall. */
  readonly approach: ApproachModel | null;
  /** Named places, rising; the image is the same without them. */
  readonly marks: readonly MarkModel[];
}

export interface Partition {
  readonly map: string;
  readonly device: string;
  readonly epoch: number;
  readonly replaces: readonly Replaced[];
  readonly axis: AxisModel;
  /** Ticks; 1: no phases. */
  readonly phasePeriod: number;
  readonly units: MapUnits;
  /** At least one, from 0 to the period without holes; neighbours differ. */
  readonly windows: readonly PhaseWindow[];
  /** Zones in the order of the source, then approaches by zone and rising limit, then gap rules. */
  readonly rules: readonly Rule[];
  /** How many of the rules are zones; they come first. */
  readonly zones: number;
  /** How many of the rules are approaches; they follow the zones. */
  readonly approaches: number;
  readonly outside: ActionName;
  readonly fault: ActionName;
  readonly budgetSteps: number | null;
  readonly budgetCycles: CycleBudget | null;
  /** null: not known, as when the partition comes from an image. */
  readonly overlaps: readonly Overlap[] | null;
  /** Overlaps above the number that is kept. */
  readonly overlapsOmitted: number;
  /** null: the partition comes from an image. */
  readonly notes: SourceNotes | null;
}

/** Whether a rule covers its places: a zone or an approach. */
export function isCovering(
  { zones, approaches }: Pick<Partition, 'zones' | 'approaches'>,
  rule: number,
): boolean {
  return rule < zones + approaches;
}
