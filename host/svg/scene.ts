import type { CurvePoint } from '../audit/curves.ts';
import type { CellList, StripStyle } from '../drawing/strip.ts';
import type { TickAxis } from '../drawing/ticks.ts';
import type { MarkModel } from '../source/model.ts';

/** What a drawing shows, before it has a size. */

export interface DrawStyle extends StripStyle {
  /** A colour, or `url(#…)` of a pattern. */
  readonly fill: string;
  /** Written into a piece that has room. */
  readonly label: string;
  /** What a reader is told who points at it. */
  readonly title: string;
}

/** One row: its cells, and further lists of which only marked cells (gaps, changes) are drawn over them. */
export interface SceneRow {
  readonly label: string;
  readonly note: string;
  readonly list: CellList;
  readonly over: readonly CellList[];
  /** Lines over the limits, such as braking curves. */
  readonly curves: readonly (readonly CurvePoint[])[];
}

/** Rows that share their styles and the scale of their limits. */
export interface SceneBand {
  /** Empty where there is only one. */
  readonly title: string;
  readonly styles: readonly DrawStyle[];
  readonly rows: readonly SceneRow[];
  /** Of limits; null: not said. */
  readonly limitUnit: string | null;
}

export interface LegendEntry {
  readonly fill: string;
  /** Shape of the mark that stands for it where it is too narrow to draw; null: it has none. */
  readonly mark: number | null;
  readonly words: string;
}

export interface Scene {
  readonly title: string;
  readonly subtitle: string;
  readonly axis: TickAxis & { readonly name: string };
  /** Stored coordinates. */
  readonly from: number;
  readonly to: number;
  readonly bands: readonly SceneBand[];
  readonly legend: readonly LegendEntry[];
  /** Named places, rising. */
  readonly marks: readonly MarkModel[];
}
