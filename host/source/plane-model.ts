/** A plane as its source says it, checked and in stored coordinates, before it is resolved. Plain data. */

import type { AxisModel, GapRuleModel, MapModel, ZoneModel } from './model.ts';

/** A lattice point, stored coordinates. */
export type Corner = readonly [x: number, y: number];

/** A border: corners in order, the last leads to the first; it neither meets itself nor turns back. */
export type Border = readonly Corner[];

/** An area: inside of its first border and outside of the others, which are its holes. */
export type Polygon = readonly [outer: Border, ...holes: Border[]];

/** Covers the union of its polygons. */
export interface PlaneZoneModel extends Omit<ZoneModel, 'at'> {
  readonly at: readonly Polygon[];
}

export interface PlaneGapRuleModel extends Omit<GapRuleModel, 'at'> {
  /** `anywhere`: every place that nothing else answers for; `around`: those of them from which a way leads out of the axes. */
  readonly at: readonly Polygon[] | 'anywhere' | 'around';
}

export interface PlaneModel
  extends Omit<MapModel, 'axis' | 'axisPlace' | 'zones' | 'gapRules' | 'approach' | 'marks'> {
  readonly axes: readonly [x: AxisModel, y: AxisModel];
  readonly zones: readonly PlaneZoneModel[];
  readonly gapRules: readonly PlaneGapRuleModel[];
  /** What was wrong with borders and could be put right in one way only, a line for people each. */
  readonly repairs: readonly string[];
}
