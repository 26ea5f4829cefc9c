import { fitted, textPixels } from '../drawing/text-width.ts';
import type { Place } from './legend.ts';
import { decimal, element, textElement } from './markup.ts';
import type { SceneTable } from './scene.ts';

/** Lines of words in columns, each as wide as its widest entry as far as there is room. */

const LINE_PIXELS = 18;
const TEXT_PIXELS = 11;
const APART = 24;

export function drawTable(
  table: SceneTable | null,
  { left, right, top }: Place,
): { markup: string; pixels: number } {
  if (table === null) return { markup: '', pixels: 0 };
  const columns = columnsOf(table, left, right);
  const line = (cells: readonly string[], y: number, name: string) =>
    cells.flatMap((cell, index) => {
      const { x = left, pixels = 0 } = columns[index] ?? {};
      return cell === '' ? [] : [textElement({ x, y, class: name }, fitted(cell, TEXT_PIXELS, pixels))];
    });
  let y = top + LINE_PIXELS;
  const parts = line(table.head, y, 'strong');
  parts.push(element('path', { d: `M${left},${decimal(y + 6)}H${right}`, class: 'grid' }));
  for (const row of table.rows) {
    y += LINE_PIXELS;
    parts.push(...line(row, y + 4, 'cell'));
  }
  if (table.more !== '') {
    y += LINE_PIXELS;
    parts.push(textElement({ x: left, y: y + 4, class: 'small' }, table.more));
  }
  return { markup: parts.join('\n'), pixels: y - top + LINE_PIXELS };
}

/** Where the columns begin, and how wide their words may be; what is too much is taken from the widest. */
function columnsOf(
  { head, rows }: SceneTable,
  left: number,
  right: number,
): { readonly x: number; readonly pixels: number }[] {
  const widths = head.map((_, index) =>
    Math.max(...[head, ...rows].map((row) => textPixels(row[index] ?? '', TEXT_PIXELS * 1.06))),
  );
  const room = right - left - APART * (widths.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; ) {
    const widest = widths.indexOf(Math.max(...widths));
    const cut = Math.min(over, Math.max(1, (widths[widest] ?? 0) / 10));
    widths[widest] = (widths[widest] ?? 0) - cut;
    over -= cut;
  }
  let x = left;
  return widths.map((pixels) => {
    const column = { x, pixels };
    x += pixels + APART;
    return column;
  });
}
