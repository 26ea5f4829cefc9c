import type { CurvePoint } from '../audit/curves.ts';
import type { CellList, StripStyle } from '../drawing/strip.ts';
import type { TickAxis } from '../drawing/ticks.ts';
import type { MarkModel } from '../source/model.ts';

/** What a drawing shows, before it has a size. */

export interface DrawStyle extends StripStyle {
  /** `#rrggbb`, or `url(#…)` of a pattern, over which names have a ground of their own. */
  readonly fill: string;
  /** Names for a piece, the longest first: the first that it has room for is written into it. */
  readonly names: readonly string[];
  /** What hangs on a line under a piece that has room for no name; empty: nothing. */
  readonly flag: string;
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
  /** Its names are those of zones and gaps, and not of changes, which have a table. */
  readonly isMap: boolean;
  readonly styles: readonly DrawStyle[];
  readonly rows: readonly SceneRow[];
  /** Of limits; null: not said. */
  readonly limitUnit: string | null;
  /** Where it differs from the other edition: what is there is named before all else. */
  readonly changed: readonly { readonly from: number; readonly to: number }[];
}

/** A colour or a hatch, or a kind of line by its class. */
export type LegendEntry =
  | {
      readonly fill: string;
      /** Shape of the mark that stands for it where it is too narrow to draw; null: it has none. */
      readonly mark: number | null;
      readonly words: string;
    }
  | { readonly line: 'curve' | 'place' | 'limit' | 'border' | 'border before'; readonly words: string };

/** Lines of words under a drawing, in columns. */
export interface SceneTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What was left out; empty: nothing. */
  readonly more: string;
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
  readonly table: SceneTable | null;
}
