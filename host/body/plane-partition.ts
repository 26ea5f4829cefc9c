import type { CycleBudget } from '../cycles/table.ts';
import type { ActionName, AxisModel, MapUnits, Replaced } from '../source/model.ts';
import type { GapRule, OverlapReason, SourceNotes, ZoneRule } from './partition.ts';

/**
 * The partition of a plane: every point of the two axes and every phase belongs to exactly one rule. Trees of exact lines lead there.
 * Coordinates are offsets from the minima of the axes: x from 0 to width − 1, y from 0 to height − 1.
 */

/** A line f = a·x + b·y + c, and where each side of it leads. a > 0, or a = 0 and b > 0. */
export interface PlaneNode {
  readonly a: number;
  readonly b: number;
  /** As i32: the true c modulo 2^32. Over the cell of the node |f| < 2^31, so the sign of f modulo 2^32 is the true one. */
  readonly c: number;
  /** Where f < 0 leads. */
  readonly left: PlaneLink;
  /** Where f ≥ 0 leads. */
  readonly right: PlaneLink;
}

/** Index of a later node of `nodes` if ≥ 0; else −1 − rule. */
export type PlaneLink = number;

/** Squares of 2^shiftX by 2^shiftY steps from the minima, row by row in rising y; each leads somewhere. */
export interface PlaneGrid {
  readonly roots: readonly PlaneLink[];
}

/** Phases [from, to) in ticks that share a grid; neighbours differ. */
export interface PlanePhase {
  readonly from: number;
  readonly to: number;
  /** Index into `grids`. */
  readonly grid: number;
}

/** A place of a region; between lattice points where the region has none near its middle. */
export interface PlaneSample {
  readonly x: number;
  readonly y: number;
  readonly isLattice: boolean;
}

/** Phases [from, to) in ticks. */
export interface PlanePhases {
  readonly from: number;
  readonly to: number;
}

/** How two zones lie over one another: the same place, one within the other, a strip of two steps or less, or else. */
export type PlaneOverlapKind = 'same' | 'nested' | 'sliver' | 'crossing';

/** Two zones over one place and who won; zones are indices into the rules. */
export interface PlaneOverlap {
  readonly over: number;
  readonly under: number;
  readonly why: OverlapReason;
  readonly kind: PlaneOverlapKind;
  /** Squares of a step, in the first of the phases; exact to 6 digits. */
  readonly area: number;
  readonly sample: PlaneSample;
  /** Rising, apart from each other. */
  readonly phases: readonly PlanePhases[];
}

/** A place that hangs together, which no zone answers for and one gap rule does. */
export interface PlaneGap {
  /** Index into the rules. */
  readonly rule: number;
  /** No way leads from it over other gaps to the ends of the axes. */
  readonly isEnclosed: boolean;
  readonly area: number;
  readonly sample: PlaneSample;
  readonly phases: readonly PlanePhases[];
}

/** What a source was found to hold, for the audit; an image has none of it. */
export interface PlaneFound {
  readonly overlaps: readonly PlaneOverlap[];
  readonly gaps: readonly PlaneGap[];
}

export interface PlanePartition {
  readonly shape: 'plane';
  readonly map: string;
  readonly device: string;
  readonly epoch: number;
  readonly replaces: readonly Replaced[];
  /** x, then y; neither wraps. */
  readonly axes: readonly [AxisModel, AxisModel];
  /** Ticks; 1: no phases. */
  readonly phasePeriod: number;
  readonly units: MapUnits;
  /** At least one, from 0 to the period without holes. */
  readonly phases: readonly PlanePhase[];
  /** The same for all grids; 31 and 31: one square. */
  readonly shiftX: number;
  readonly shiftY: number;
  readonly columns: number;
  readonly rows: number;
  readonly grids: readonly PlaneGrid[];
  /** In an order in which every link leads to a later node, by level: a node of level i is i links from a root at most. Each differs. */
  readonly nodes: readonly PlaneNode[];
  /** Most nodes from a root to a leaf. */
  readonly depth: number;
  /** Zones in the order of the source, then gap rules. */
  readonly rules: readonly (ZoneRule | GapRule)[];
  readonly zones: number;
  readonly outside: ActionName;
  readonly fault: ActionName;
  readonly budgetSteps: number | null;
  readonly budgetCycles: CycleBudget | null;
  /** Of a move, in steps of the axis along which it is longer; 0: no moves. */
  readonly longestMove: number;
  /** Cells that a move may cross, at most 4,096; 0: no moves. */
  readonly mostCells: number;
  /** null: the partition comes from an image. */
  readonly notes: SourceNotes | null;
  /** undefined: the partition comes from an image. */
  readonly found?: PlaneFound | undefined;
}
