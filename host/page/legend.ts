import type { Brushes } from './brushes.ts';
import { LEGEND_LINE_PIXELS } from './layout.ts';
import type { PageMap } from './map-data.ts';
import { FONTS, type Pen } from './pen.ts';

/**
 * What colours, hatches, signs and lines mean. It is of the whole map, at all phases, whatever is in sight: so it stands still while a
 * reader zooms and plays through phases, and says what there is to be found.
 */

export interface LegendPart {
  readonly words: string;
  /** A colour or a hatch; null: a line. */
  readonly fill: string | CanvasPattern | null;
  readonly dash: readonly number[];
  readonly mark: number | null;
}

/** What a colour or a hatch is shown in, in pixels. */
export const LEGEND_BOX = { width: 24, height: 14 } as const;
const APART = 22;
/** Of a named place, and of a braking curve. */
export const PLACE_DASH = [1, 3] as const;
export const CURVE_DASH = [4, 2] as const;

export function legendParts(
  { colouring, actionRules, changeGroups, data }: PageMap,
  brushes: Brushes,
): LegendPart[] {
  const filled = (fill: LegendPart['fill'], words: string, mark: number | null = null): LegendPart => {
    return { fill, words, mark, dash: [] };
  };
  const line = (dash: readonly number[], words: string): LegendPart => ({
    fill: null,
    words,
    mark: null,
    dash,
  });
  return [
    ...colouring.classes.map(({ fill, words }) => filled(fill, words)),
    ...actionRules.map(({ action, rule, mark }) => filled(brushes.fillOf(rule), `gap: ${action}`, mark)),
    ...changeGroups.map(({ fill, words }) => filled(fill, words)),
    ...(data.braking === null ? [] : [line(CURVE_DASH, 'how the machine brakes')]),
    ...(data.marks.length === 0 ? [] : [line(PLACE_DASH, 'named place')]),
  ];
}

function wordsLeft({ mark }: LegendPart): number {
  return mark === null ? LEGEND_BOX.width + 6 : LEGEND_BOX.width + 20;
}

/** In lines as long as there is room. */
export function legendLines(parts: readonly LegendPart[], pen: Pen, pixels: number): LegendPart[][] {
  const lines: LegendPart[][] = [];
  let x = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const width = wordsLeft(part) + pen.widthOf(part.words, FONTS.plain);
    if (x + width > pixels) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1)?.push(part);
    x += width + APART;
  }
  return lines;
}

export function paintLegend(lines: readonly LegendPart[][], pen: Pen, left: number, top: number): void {
  lines.forEach((parts, line) => {
    const y = top + line * LEGEND_LINE_PIXELS;
    let x = left;
    for (const part of parts) {
      paintKey(part, pen, x, y);
      pen.text(part.words, x + wordsLeft(part), y + 11, { ink: pen.brushes.quiet });
      x += wordsLeft(part) + pen.widthOf(part.words, FONTS.plain) + APART;
    }
  });
}

function paintKey({ fill, dash, mark }: LegendPart, pen: Pen, x: number, y: number): void {
  const { context, brushes } = pen;
  context.save();
  if (fill === null) {
    context.strokeStyle = brushes.place;
    context.lineWidth = 1.2;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x, y + LEGEND_BOX.height / 2);
    context.lineTo(x + LEGEND_BOX.width, y + LEGEND_BOX.height / 2);
    context.stroke();
  } else {
    context.fillStyle = fill;
    context.fillRect(x, y, LEGEND_BOX.width, LEGEND_BOX.height);
    context.strokeStyle = brushes.edge;
    context.lineWidth = 0.6;
    context.strokeRect(x, y, LEGEND_BOX.width, LEGEND_BOX.height);
  }
  context.restore();
  if (mark !== null) pen.sign(mark, x + 34, y + LEGEND_BOX.height / 2);
}
