import { HoldfastError } from '../common/errors.ts';
import type { CycleBudget } from '../cycles/table.ts';
import type { Point, Ring } from '../geometry/point.ts';
import type {
  ActionName,
  AxisModel,
  Interval,
  OverlapPolicy,
  PhaseModel,
  Remark,
  Replaced,
  RoundingModel,
} from './model.ts';
import type { Place } from './place.ts';

/** What a source of a plane says, checked and in stored coordinates, before it is resolved. Plain data. */

/** Stored coordinates x, y: integers, each |·| at most 2^30. */
export type PlanePoint = Point;

/** As `repairRing` leaves it: no edge crosses another one. */
export type PlaneRing = Ring;

/**
 * An outline and its holes. A point P is in it if a ray from P + (δ, ε), ε far smaller than δ, both above 0 and near 0, in the direction
 * of rising x crosses an odd number of edges of all its rings: so left and lower borders belong to it, right and upper ones do not.
 */
export interface PlaneArea {
  readonly place: Place;
  readonly rings: readonly PlaneRing[];
}

export interface PlaneZoneModel {
  readonly id: string;
  readonly place: Place;
  /** At least one; a point is in the zone if it is in one of them or more. */
  readonly at: readonly PlaneArea[];
  /** Phases, rising, apart from each other; null: every phase. */
  readonly when: readonly Interval[] | null;
  /** 0 to 255. */
  readonly tier: number;
  readonly limit: number | null;
}

export interface PlaneGapRuleModel {
  readonly id: string;
  readonly place: Place;
  /** null: anywhere, the catch-all. */
  readonly at: readonly PlaneArea[] | null;
  readonly when: readonly Interval[] | null;
  readonly action: ActionName;
  readonly limit: number | null;
  /** Takes its place out of the zones under it. */
  readonly cuts: boolean;
}

export interface PlaneModel {
  readonly shape: 'plane';
  readonly place: Place;
  readonly map: string;
  readonly device: string;
  readonly epoch: number;
  readonly replaces: readonly Replaced[];
  readonly axes: readonly [AxisModel, AxisModel];
  /** Ticks; 1: no phases. */
  readonly phasePeriod: number;
  readonly phase: PhaseModel | null;
  readonly zones: readonly PlaneZoneModel[];
  readonly gapRules: readonly PlaneGapRuleModel[];
  readonly overlaps: OverlapPolicy;
  readonly outside: ActionName;
  readonly fault: ActionName;
  readonly budgetSteps: number | null;
  readonly budgetCycles: CycleBudget | null;
  /** Steps of the longer axis; 0: no moves. */
  readonly longestMove: number;
  readonly mostCells: number;
  readonly limitUnit: string | null;
  readonly roundings: readonly RoundingModel[];
  readonly unused: readonly Remark[];
}

/** Whether it is of a plane rather than of a line. */
export function isPlane<Line extends object, Plane extends { readonly shape: 'plane' }>(
  map: Line | Plane,
): map is Plane {
  return 'shape' in map;
}

/** What only knows lines refuses a plane so. */
export function planeRefused(path: string): HoldfastError {
  return new HoldfastError('PLANE', `${path} is a map of a plane, and this knows lines only`, {
    remedy: 'compile, check, sweep, lint, audit, diff, controller and view know planes.',
  });
}
