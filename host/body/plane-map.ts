import type { ActionName, AxisModel, MapUnits, Replaced } from '../source/model.ts';
import type { Rule } from './partition.ts';

/** A plane as an image has it: every place and phase belongs to exactly one rule, by a tree of lines. SPEC section 2.9. */

/** A line f = a·x + b·y + c, x and y counted from the minima, and where a question goes on: at `left` where f < 0. */
export interface PlacedNode {
  readonly a: number;
  readonly b: number;
  /** An i32: c modulo 2^32. */
  readonly c: number;
  /** Places in the list of nodes, those of leaves behind them. */
  readonly left: number;
  readonly right: number;
}

/** What is looked up: nodes level by level, then the leaves. */
export interface Lookup {
  readonly nodes: readonly PlacedNode[];
  /** Of each leaf its rule, rising. */
  readonly leaves: readonly number[];
  /** The place at which each level begins; their number is what a question takes. */
  readonly levels: readonly number[];
  /** The place at which the tree of each different phase begins. */
  readonly roots: readonly number[];
}

/** Phases [from, to) in ticks, and which of the roots answers in them. */
export interface PlanePhase {
  readonly from: number;
  readonly to: number;
  readonly root: number;
}

export interface PlaneMap {
  readonly map: string;
  readonly device: string;
  readonly epoch: number;
  readonly replaces: readonly Replaced[];
  readonly axes: readonly [x: AxisModel, y: AxisModel];
  /** Ticks; 1: no phases. */
  readonly phasePeriod: number;
  readonly units: MapUnits;
  /** At least one, from 0 to the period without holes; neighbours differ. */
  readonly phases: readonly PlanePhase[];
  readonly lookup: Lookup;
  /** Zones in the order of the source, then gap rules. */
  readonly rules: readonly Rule[];
  /** How many of the rules are zones. */
  readonly zones: number;
  readonly outside: ActionName;
  readonly fault: ActionName;
  readonly budgetSteps: number | null;
}
