/** Where the parts of the page's picture stand: all of its height is used, and nothing is so low that it could not be read. */

export interface Band {
  readonly top: number;
  readonly height: number;
}

export interface PageLayout {
  /** Of the canvas. */
  readonly height: number;
  readonly ticksY: number;
  /** Of named places: baseline of the nearest lane; further lanes are above it. */
  readonly places: { readonly y: number; readonly lanes: number };
  /** null: the map has no limits. */
  readonly limits: Band | null;
  readonly main: Band;
  /** Of names under the main strip. */
  readonly flags: { readonly top: number; readonly lanes: number };
  /** null: there is only one edition. */
  readonly changes: Band | null;
  /** Phase ranges. */
  readonly rows: { readonly top: number; readonly count: number };
  readonly legend: Band;
}

/** Left and right of the strips, for words. */
export interface Sides {
  readonly left: number;
  readonly right: number;
  /** Where the legend begins. */
  readonly legend: number;
  /** Words are kept short. */
  readonly isNarrow: boolean;
}

const NARROW_PIXELS_MAX = 560;

/** Of a canvas of this width: on a narrow one, such as a telephone's, most of it is the map's. */
export function sidesOf(width: number): Sides {
  if (width <= NARROW_PIXELS_MAX) return { left: 78, right: 10, legend: 4, isNarrow: true };
  return { left: 132, right: 44, legend: 132, isNarrow: false };
}

export interface PageContent {
  readonly hasLimits: boolean;
  readonly hasPlaces: boolean;
  readonly hasChanges: boolean;
  readonly windows: number;
  /** Lines of the legend. */
  readonly legendLines: number;
}

export const OVERVIEW = { top: 4, height: 22 } as const;
export const ROW_PIXELS = 20;
export const LANE_PIXELS = 15;
export const LEGEND_LINE_PIXELS = 22;
export const PLACE_LANE_PIXELS = 13;
/** Under the main strip, for signs. */
export const SIGN_PIXELS = 16;
const HEIGHT_MIN = 420;
const CHANGES_PIXELS = 22;
const ROWS_MIN = 4;

export function pageLayout(height: number, content: PageContent): PageLayout {
  const { hasLimits, hasPlaces, hasChanges, windows, legendLines } = content;
  const rowsAtLeast = windows > 1 ? Math.min(windows, ROWS_MIN) : 0;
  const placeLanes = hasPlaces ? between((height * 0.13) / PLACE_LANE_PIXELS, 3, 8) : 0;
  const top = 64 + (hasPlaces ? placeLanes * PLACE_LANE_PIXELS : 4);
  const legend = legendLines * LEGEND_LINE_PIXELS;
  const fixed = top + SIGN_PIXELS + (hasChanges ? CHANGES_PIXELS + 10 : 0) + legend + 16;
  const free = Math.max(height, HEIGHT_MIN) - fixed - rowsAtLeast * ROW_PIXELS;
  const low = hasLimits ? between(free * 0.4, 56, 260) : 0;
  const main = between(free * 0.16, 36, 90);
  const lanes = between(Math.floor((free * 0.28) / LANE_PIXELS), 2, 16);
  const left = Math.max(0, free - low - main - lanes * LANE_PIXELS);
  const rows = windows > 1 ? Math.min(windows, rowsAtLeast + Math.floor(left / ROW_PIXELS)) : 0;
  // What no row needs makes the limits higher.
  const spare = left - Math.max(0, rows - rowsAtLeast) * ROW_PIXELS;
  const limits = hasLimits ? between(low + spare, 56, 420) : 0;
  const mainTop = top + limits + (hasLimits ? 6 : 0);
  const flagsTop = mainTop + main + SIGN_PIXELS;
  const changesTop = flagsTop + lanes * LANE_PIXELS + 4;
  const rowsTop = changesTop + (hasChanges ? CHANGES_PIXELS + 10 : 0);
  const legendTop = rowsTop + rows * ROW_PIXELS + 8;
  return {
    height: Math.max(legendTop + legend + 4, HEIGHT_MIN),
    ticksY: 44,
    places: { y: top - 6, lanes: placeLanes },
    limits: hasLimits ? { top, height: limits } : null,
    main: { top: mainTop, height: main },
    flags: { top: flagsTop, lanes },
    changes: hasChanges ? { top: changesTop, height: CHANGES_PIXELS } : null,
    rows: { top: rowsTop, count: rows },
    legend: { top: legendTop, height: legend },
  };
}

function between(value: number, low: number, high: number): number {
  return Math.round(Math.min(high, Math.max(low, value)));
}
