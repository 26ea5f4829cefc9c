import { MARK_SHAPES } from '../drawing/palette.ts';
import { fitted, textPixels } from '../drawing/text-width.ts';
import { element, textElement } from './markup.ts';
import type { LegendEntry } from './scene.ts';

/** What colours, hatches, signs and lines mean, beside each other as far as there is room. */

const LINE_PIXELS = 22;
const APART = 22;
const BOX = { width: 26, height: 14 } as const;
const TEXT_PIXELS = 11;
const MIDDLE = BOX.height / 2;

export interface Place {
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

export function drawLegend(
  entries: readonly LegendEntry[],
  { left, right, top }: Place,
): { markup: string; pixels: number } {
  let [x, y] = [left, top];
  const markup = entries.map((entry) => {
    const hasSign = 'fill' in entry && entry.mark !== null;
    const words = fitted(entry.words, TEXT_PIXELS, right - left - 60);
    const text = { x: hasSign ? 46 : 33, width: textPixels(words, TEXT_PIXELS) };
    if (x > left && x + text.x + text.width > right) {
      x = left;
      y += LINE_PIXELS;
    }
    const parts = [...signOf(entry), textElement({ x: text.x, y: 11 }, words)];
    const group = element('g', { transform: `translate(${Math.round(x)} ${y})` }, ...parts);
    x += text.x + text.width + APART;
    return group;
  });
  return { markup: markup.join('\n'), pixels: (entries.length === 0 ? 0 : y - top + LINE_PIXELS) + 12 };
}

function signOf(entry: LegendEntry): string[] {
  if ('line' in entry)
    return [element('path', { d: `M0,${MIDDLE}H${BOX.width}`, class: `key ${entry.line}` })];
  const box = element('rect', { ...BOX, fill: entry.fill, class: 'swatch' });
  const d = entry.mark === null ? undefined : MARK_SHAPES[entry.mark];
  return d === undefined
    ? [box]
    : [box, element('path', { d, transform: `translate(36 ${MIDDLE})`, class: 'shape' })];
}
