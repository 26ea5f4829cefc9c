import type { ActionName } from '../source/model.ts';

/**
 * Colours and hatches of drawings, for the SVG and the page. Zones take tints of the colours of Okabe and Ito, which people with
 * any kind of colour vision tell apart; black text reads on all of them, and borders keep them apart in black and white. Gaps
 * carry hatches, which need no colour at all.
 */

export const ZONE_FILLS = [
  '#a8d5f0',
  '#f6cf8b',
  '#9bd8c2',
  '#f4ec9f',
  '#a3c1e0',
  '#f2b99d',
  '#e4c0d6',
] as const;
const ZONE_FILLS_DARK = [
  '#2b6f96',
  '#8a5f10',
  '#1b7358',
  '#77701a',
  '#2d5580',
  '#8f4a22',
  '#7f4a6b',
] as const;

/** The fill of a zone by its number in the source, so that neighbours in the source differ. */
export function zoneFill(zone: number, dark = false): string {
  const fills = dark ? ZONE_FILLS_DARK : ZONE_FILLS;
  return fills[zone % fills.length] ?? fills[0];
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
