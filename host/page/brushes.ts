import type { Rule } from '../body/partition.ts';
import type { Colouring } from '../drawing/colours.ts';
import { GAP_HATCHES, HATCH_TILE, type Hatch, PLAIN_FILL } from '../drawing/palette.ts';
import type { ActionName } from '../source/model.ts';

/** Colours and hatches of the canvas, light and dark. */

export interface Brushes {
  readonly ground: string;
  readonly ink: string;
  readonly quiet: string;
  readonly grid: string;
  readonly accent: string;
  readonly crowd: string;
  /** Named places and braking curves. */
  readonly place: string;
  /** Around pieces: they are as pale on a dark ground as on a light one. */
  readonly border: string;
  /** Around what stands alone on the ground: rows, and what the legend shows. */
  readonly edge: string;
  /** A machine that is followed. */
  readonly machine: string;
  fillOf(rule: number): string | CanvasPattern;
}

export function createBrushes(
  context: CanvasRenderingContext2D,
  { rules, colouring }: { readonly rules: readonly Rule[]; readonly colouring: Colouring },
  dark: boolean,
): Brushes {
  const [ground, ink] = dark ? ['#16191d', '#eceff2'] : ['#ffffff', '#14171a'];
  const hatches = new Map<ActionName, string | CanvasPattern>();
  const hatchOf = (action: ActionName) => {
    const known = hatches.get(action) ?? hatchPattern(context, GAP_HATCHES[action], ground, ink);
    hatches.set(action, known);
    return known;
  };
  return {
    ...{ ground, ink },
    quiet: dark ? '#a3abb3' : '#565e66',
    grid: dark ? '#333a41' : '#dde1e5',
    accent: dark ? '#ffb454' : '#b34700',
    crowd: dark ? '#4a525a' : '#cfd5da',
    place: dark ? '#7cb7ff' : '#0a58ca',
    border: dark ? '#16191d' : '#14171a',
    edge: dark ? '#8a939c' : '#14171a',
    machine: dark ? '#ff9ecb' : '#a3005c',
    fillOf: (index) => {
      const rule = rules[index];
      if (rule?.kind === 'gap') return hatchOf(rule.action);
      return rule === undefined ? PLAIN_FILL : colouring.fillOf(rule);
    },
  };
}

function hatchPattern(
  context: CanvasRenderingContext2D,
  hatch: Hatch,
  ground: string,
  ink: string,
): string | CanvasPattern {
  const tile = document.createElement('canvas');
  tile.width = HATCH_TILE;
  tile.height = HATCH_TILE;
  const drawing = tile.getContext('2d');
  if (drawing === null) return ground;
  drawing.fillStyle = ground;
  drawing.fillRect(0, 0, HATCH_TILE, HATCH_TILE);
  drawing.strokeStyle = ink;
  drawing.lineWidth = hatch.width;
  for (const [x0, y0, x1, y1] of hatch.lines) {
    drawing.beginPath();
    drawing.moveTo(x0, y0);
    drawing.lineTo(x1, y1);
    drawing.stroke();
  }
  return context.createPattern(tile, 'repeat') ?? ground;
}
