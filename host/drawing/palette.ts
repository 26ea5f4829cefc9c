import type { ActionName } from '../source/model.ts';

/**
 * Colours and hatches of drawings, for the SVG and the page. The colours of zones are one scale that grows darker, from ColorBrewer's
 * YlGnBu: its order is seen by people with any kind of colour vision, and on paper without colours. Gaps carry hatches and signs,
 * which need no colour at all.
 */

/** From the palest to the darkest. */
export const SCALE_FILLS = [
  '#ffffd9',
  '#edf8b1',
  '#c7e9b4',
  '#7fcdbb',
  '#41b6c4',
  '#1d91c0',
  '#225ea8',
  '#253494',
  '#081d58',
] as const;
/** Of zones that differ in nothing that colours could tell. */
export const PLAIN_FILL = '#c7e9b4';
/** Of zones without a limit, where others have one. */
export const WITHOUT_FILL = '#e9ecef';

/** Between the lowest and the highest of many limits; on a light ground and on a dark one. */
export const BAND_FILL = '#9aa3ab';

/** What changed between two editions. */
export const CHANGE_FILLS = {
  covered: '#9bd8c2',
  lost: '#f2b99d',
  raised: '#a8d5f0',
  lowered: '#f6cf8b',
  other: '#e4c0d6',
} as const;

/** The ink that is read on a fill: black or white, whichever differs more; its contrast is at least 4.5 on any colour. */
export function inkOn(fill: string): '#000' | '#fff' {
  return luminanceOf(fill) > 0.179 ? '#000' : '#fff';
}

/** Relative luminance of `#rrggbb`, 0 to 1, as WCAG 2 defines it. */
function luminanceOf(fill: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(fill.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Strokes of a hatch in a tile of 8 × 8, each a line from (x, y) to (x, y). */
export interface Hatch {
  readonly lines: readonly (readonly [x0: number, y0: number, x1: number, y1: number])[];
  readonly width: number;
}

export const HATCH_TILE = 8;

const RISING = [
  [0, 8, 8, 0],
  [-2, 2, 2, -2],
  [6, 10, 10, 6],
] as const;
const FALLING = [
  [0, 0, 8, 8],
  [6, -2, 10, 2],
  [-2, 6, 2, 10],
] as const;

/** The harder the action, the darker its hatch. */
export const GAP_HATCHES: Readonly<Record<ActionName, Hatch>> = {
  stop: { lines: [...RISING, ...FALLING], width: 2 },
  hold: { lines: [[0, 4, 8, 4]], width: 3 },
  slow: { lines: RISING, width: 1.6 },
  skip: { lines: [[4, 0, 4, 8]], width: 1.2 },
  continue: { lines: [[3, 4, 5, 4]], width: 2 },
};

/** Shapes of marks that stand for cells too narrow to be drawn, around (0, 0), as SVG paths 6 wide. */
export const MARK_SHAPES = [
  'M0,-3 L3,3 L-3,3 Z',
  'M-2.5,-2.5 H2.5 V2.5 H-2.5 Z',
  'M0,-3.4 L3.4,0 L0,3.4 L-3.4,0 Z',
  'M0,3 L3,-3 L-3,-3 Z',
  'M-3,-3 L3,3 M-3,3 L3,-3',
] as const;

/** The mark of a gap too narrow to draw, by action; indices into MARK_SHAPES. */
export const ACTION_MARKS: Readonly<Record<ActionName, number>> = {
  stop: 4,
  hold: 1,
  slow: 2,
  skip: 0,
  continue: 3,
};
