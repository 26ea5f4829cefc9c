import { MARK_SHAPES } from '../drawing/palette.ts';
import { type LimitStep, layOut, type Mark, type Piece, type Strip, type View } from '../drawing/strip.ts';
import { decimal, element, escapeXml, textElement } from './markup.ts';
import type { DrawStyle, SceneBand, SceneRow } from './scene.ts';

/** One row of a drawing: cells, marks and limits, with its top left corner at (0, 0). */

export interface RowSize {
  /** Of the cells. */
  readonly stripPixels: number;
  /** Above them; 0: no limits. */
  readonly limitPixels: number;
}

/** The limits that are drawn at the bottom and at the top. */
export interface LimitRange {
  readonly low: number;
  readonly high: number;
}

/** Room under the cells, for marks. */
export const MARK_PIXELS = 9;
const UNIT_CHARACTERS_MAX = 6;
const LABEL_PIXELS_A_CHARACTER = 6.3;
const LABEL_STRIP_PIXELS_MIN = 16;
const MARKS_APART_PIXELS = 6;
/** Lines of marks that are nearer to each other run through a third of the strip only, so that the rest of it still shows. */
const LINES_APART_PIXELS = 4;

export function drawRow(
  row: SceneRow,
  { styles, limitUnit }: Pick<SceneBand, 'styles' | 'limitUnit'>,
  view: View,
  size: RowSize,
  range: LimitRange | null,
): string {
  const strip = layOut(row.list, styles, view);
  const over = row.over.map((list) => onlyMarked(layOut(list, styles, view), styles));
  const top = size.limitPixels;
  const strips = [strip, ...over];
  const shapes = strips.flatMap((each) => [...each.marks, ...unlabelled(each, styles, size)]);
  const parts = [
    ...strips.map((each) => drawStrip(each, styles, top, size)),
    frame(view, top, size),
    drawMarkLines(
      strips.flatMap(({ marks }) => marks),
      top,
      size,
    ),
    drawShapes(shapes, top + size.stripPixels + 5),
  ];
  if (range !== null && size.limitPixels > 0)
    parts.push(drawLimits(strip.limits, row.curves, { ...range, unit: limitUnit }, size, view));
  return parts.join('\n');
}

function onlyMarked(strip: Strip, styles: readonly DrawStyle[]): Strip {
  const pieces = strip.pieces.filter(({ style }) => styles[style]?.mark !== null);
  return { pieces, crowds: [], marks: strip.marks, limits: [] };
}

function frame(view: View, top: number, { stripPixels }: RowSize): string {
  return element('rect', { x: 0, y: top, width: view.pixels, height: stripPixels, class: 'frame' });
}

function drawStrip(strip: Strip, styles: readonly DrawStyle[], top: number, size: RowSize): string {
  const box = (left: number, right: number) => ({
    ...{ x: left, y: top, width: Math.max(right - left, 0.5), height: size.stripPixels },
  });
  const crowds = strip.crowds.map(({ left, right, cells, style }) => {
    const fill = cells === 1 ? (styles[style]?.fill ?? 'none') : 'url(#crowd)';
    const words = cells === 1 ? (styles[style]?.title ?? '') : `${cells} cells, each too narrow to draw`;
    return element('rect', { ...box(left, right), fill }, title(words));
  });
  const pieces = strip.pieces.flatMap((piece) => {
    const { left, right, style } = piece;
    const { fill = 'none', label = '', title: words = '', mark = null } = styles[style] ?? {};
    const rectangle = element('rect', { ...box(left, right), fill, class: 'piece' }, title(words));
    if (!hasLabel(piece, styles, size)) return [rectangle];
    const place = { x: (left + right) / 2, y: top + size.stripPixels / 2 + 4 };
    const kind = mark === null ? 'label' : 'label halo';
    return [rectangle, textElement({ ...place, class: kind }, label)];
  });
  return [...crowds, ...pieces].join('\n');
}

function title(words: string): string {
  return element('title', {}, escapeXml(words));
}

/** Marked pieces that have no room for their label: their shape tells what they are, without colour. */
function unlabelled({ pieces }: Strip, styles: readonly DrawStyle[], size: RowSize): Mark[] {
  return pieces.flatMap((piece) => {
    const { mark = null } = styles[piece.style] ?? {};
    const wide = hasLabel(piece, styles, size) || mark === null;
    return wide ? [] : [{ at: (piece.left + piece.right) / 2, mark }];
  });
}

function hasLabel(
  { left, right, style }: Piece,
  styles: readonly DrawStyle[],
  { stripPixels }: RowSize,
): boolean {
  const label = styles[style]?.label ?? '';
  const isWide = right - left - 6 >= label.length * LABEL_PIXELS_A_CHARACTER;
  return label !== '' && isWide && stripPixels >= LABEL_STRIP_PIXELS_MIN;
}

/** A line through the strip for each cell too narrow to draw. */
function drawMarkLines(marks: readonly Mark[], top: number, { stripPixels }: RowSize): string {
  const places = marks.map(({ at }) => at).sort((left, right) => left - right);
  if (places.length === 0) return '';
  const lines = places.map((at, index) => {
    const before = at - (places[index - 1] ?? Number.NEGATIVE_INFINITY);
    const after = (places[index + 1] ?? Number.POSITIVE_INFINITY) - at;
    const isCrowded = Math.min(before, after) < LINES_APART_PIXELS;
    const from = isCrowded ? top + (stripPixels * 2) / 3 : top;
    return `M${decimal(at)},${decimal(from)}V${decimal(top + stripPixels + 2)}`;
  });
  return element('path', { d: lines.join(''), class: 'mark' });
}

/** Shapes of marks along `y`, those of one kind not over each other. */
function drawShapes(marks: readonly Mark[], y: number): string {
  const lastShape = new Map<number, number>();
  const shapes: string[] = [];
  for (const { at, mark } of [...marks].sort((left, right) => left.at - right.at)) {
    if (at - (lastShape.get(mark) ?? Number.NEGATIVE_INFINITY) < MARKS_APART_PIXELS) continue;
    lastShape.set(mark, at);
    const transform = `translate(${decimal(at)} ${decimal(y)})`;
    shapes.push(element('path', { d: MARK_SHAPES[mark] ?? '', transform, class: 'shape' }));
  }
  return shapes.join('\n');
}

function drawLimits(
  steps: readonly LimitStep[],
  curves: SceneRow['curves'],
  range: LimitRange & { readonly unit: string | null },
  size: RowSize,
  view: View,
): string {
  const margin = 4;
  const height = size.limitPixels - 2 * margin;
  const span = range.high - range.low;
  const y = (limit: number) =>
    margin + (span === 0 ? height / 2 : height - ((limit - range.low) / span) * height);
  let path = '';
  let end = Number.NaN;
  for (const { left, right, low, high } of steps) {
    const isConnected = Math.abs(left - end) < 0.01;
    path += `${isConnected ? 'L' : 'M'}${decimal(left)},${decimal(y(low))}`;
    if (high !== low) path += `V${decimal(y(high))}`;
    path += `H${decimal(right)}`;
    end = right;
  }
  const line = element('path', { d: path, class: 'limit' });
  // A longer unit has no room here; the subtitle says it.
  const unit = range.unit === null || range.unit.length > UNIT_CHARACTERS_MAX ? '' : ` ${range.unit}`;
  const scale = [range.high, ...(span === 0 ? [] : [range.low])].map((limit) =>
    textElement({ x: view.pixels + 5, y: y(limit) + 3.5, class: 'small' }, `${limit}${unit}`),
  );
  const braking = curves.map((points) => drawCurve(points, y, view)).filter((curve) => curve !== '');
  return path === '' ? '' : [...braking, line, ...scale].join('\n');
}

/** A curve as far as it lies in the view. */
function drawCurve(points: SceneRow['curves'][number], y: (limit: number) => number, view: View): string {
  const scale = view.pixels / (view.to - view.from);
  const inside = points.filter(({ at }) => at >= view.from && at <= view.to);
  if (inside.length < 2) return '';
  const places = inside.map(({ at, limit }) => `${decimal((at - view.from) * scale)},${decimal(y(limit))}`);
  return element('path', { d: `M${places.join('L')}`, class: 'curve' });
}
