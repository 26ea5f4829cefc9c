import { FLAG_APART_PIXELS, type Flag } from '../drawing/flags.ts';
import { type NameRequest, nameRequests, narrowCells, placeNames, slantPixels } from '../drawing/names.ts';
import { BAND_FILL, inkOn, MARK_SHAPES } from '../drawing/palette.ts';
import { heightOf, type LimitRange } from '../drawing/steps.ts';
import { layOut, type Mark, type Piece, type Strip, type View } from '../drawing/strip.ts';
import { fitted, textPixels } from '../drawing/text-width.ts';
import type { UprightName } from '../drawing/upright.ts';
import { decimal, element, escapeXml, textElement } from './markup.ts';
import { drawCurves, drawProfile, type Profile } from './profile.ts';
import type { DrawStyle, SceneBand, SceneRow } from './scene.ts';

/** One row of a drawing: limits, cells, marks and names under them, with its top left corner at (0, 0). */

export interface RowSize {
  /** Of the cells. */
  readonly stripPixels: number;
  /** Above them; 0: no limits. */
  readonly limitPixels: number;
  /** Lanes of names under them, at most. */
  readonly lanes: number;
  /** The longest name that may stand upright under them. */
  readonly uprightPixels: number;
}

export interface DrawnRow {
  readonly markup: string;
  readonly pixels: number;
  /** What cells, and the band of many limits, were filled with. */
  readonly fills: readonly string[];
  /** Styles whose name is written. */
  readonly named: readonly number[];
}

/** Of cells that were drawn together. */
export const CROWD_FILL = 'url(#crowd)';
/** Room under the cells, for marks. */
const MARK_PIXELS = 9;
const LANE_PIXELS = 13;
const NAME_PIXELS = 11;
const FLAG_PIXELS_MAX = 260;
const NAME_STRIP_PIXELS_MIN = 16;
const MARKS_APART_PIXELS = 6;
/** Lines of marks that are nearer to each other run through a third of the strip only, so that the rest of it still shows. */
const LINES_APART_PIXELS = 4;
/** Names may hang a little beyond the ends of the strip. */
const BEYOND_PIXELS = 60;

type Styles = readonly DrawStyle[];

export function drawRow(
  row: SceneRow,
  { styles, limitUnit, changed }: Pick<SceneBand, 'styles' | 'limitUnit' | 'changed'>,
  view: View,
  size: RowSize,
  range: LimitRange | null,
): DrawnRow {
  const strip = layOut(row.list, styles, view);
  const strips = [strip, ...row.over.map((list) => onlyMarked(layOut(list, styles, view), styles))];
  const top = size.limitPixels;
  // Several phase ranges in one row lie over each other: names would, too.
  const isNamed = row.over.length === 0;
  const profileSize = { pixels: view.pixels, height: size.limitPixels };
  const profile =
    range === null ? null : drawProfile(strip.limits, { ...range, unit: limitUnit }, profileSize);
  const hasName = (piece: Piece) => isNamed && nameIn(piece, styles, size) !== null;
  const unnamed = strips.flatMap((each) => [
    ...each.pieces.filter((piece) => !hasName(piece)),
    ...narrowCells(each, styles),
  ]);
  const names = drawNames(requestsOf(unnamed, { styles, limitUnit, changed }, view, profile), view, size);
  const marks = strips.flatMap((each) => each.marks);
  const markup = [
    ...strips.map((each) => drawStrip(each, styles, size, isNamed)),
    element('rect', { x: 0, y: top, width: view.pixels, height: size.stripPixels, class: 'frame' }),
    drawMarkLines(marks, top, size),
    names.markup,
    drawShapes([...marks, ...signsOf(unnamed, styles)], top + size.stripPixels + 5),
    ...(range === null || profile === null || profile.markup === ''
      ? []
      : [drawCurves(row.curves, heightOf(range, profileSize), view), profile.markup]),
  ];
  return {
    markup: markup.filter((part) => part !== '').join('\n'),
    pixels: top + size.stripPixels + MARK_PIXELS + names.pixels,
    fills: [
      ...strips.flatMap((each) => fillsIn(each, styles)),
      ...(profile?.isBand === true ? [BAND_FILL] : []),
    ],
    named: [...strip.pieces.filter(hasName).map(({ style }) => style), ...names.named],
  };
}

/** The fill of a crowd of cells, or of the one in it. */
function crowdFill({ cells, style }: Strip['crowds'][number], styles: Styles): string {
  return cells === 1 ? (styles[style]?.fill ?? 'none') : CROWD_FILL;
}

function fillsIn({ crowds, pieces }: Strip, styles: Styles): string[] {
  return [
    ...crowds.map((crowd) => crowdFill(crowd, styles)),
    ...pieces.map(({ style }) => styles[style]?.fill ?? 'none'),
  ];
}

function onlyMarked(strip: Strip, styles: Styles): Strip {
  const pieces = strip.pieces.filter(({ style }) => styles[style]?.mark !== null);
  return { pieces, crowds: [], marks: strip.marks, limits: [] };
}

function drawStrip(strip: Strip, styles: Styles, size: RowSize, isNamed: boolean): string {
  const top = size.limitPixels;
  const box = (left: number, right: number) => ({
    ...{ x: left, y: top, width: Math.max(right - left, 0.5), height: size.stripPixels },
  });
  const crowds = strip.crowds.map((crowd) => {
    const { left, right, cells, style } = crowd;
    const fill = crowdFill(crowd, styles);
    const words = cells === 1 ? (styles[style]?.title ?? '') : `${cells} cells, each too narrow to draw`;
    return element('rect', { ...box(left, right), fill }, title(words));
  });
  const pieces = strip.pieces.flatMap((piece) => {
    const { left, right, style } = piece;
    const { fill = 'none', title: words = '' } = styles[style] ?? {};
    const rectangle = element('rect', { ...box(left, right), fill, class: 'piece' }, title(words));
    const name = isNamed ? nameIn(piece, styles, size) : null;
    if (name === null) return [rectangle];
    const [x, y] = [(left + right) / 2, top + size.stripPixels / 2 + 4];
    const text = textElement({ x, y, class: `label ${inkClass(fill)}`.trim() }, name);
    return fill.startsWith('url(') ? [rectangle, plate(x, y, name), text] : [rectangle, text];
  });
  return [...crowds, ...pieces].join('\n');
}

/** Ground under a name that stands over a hatch. */
function plate(x: number, y: number, name: string): string {
  const width = textPixels(name, NAME_PIXELS) + 6;
  return element('rect', { x: x - width / 2, y: y - 11, width, height: 15, rx: 2, class: 'plate' });
}

/** The ink of text over a fill; that of the drawing over a plate. */
function inkClass(fill: string): string {
  if (fill.startsWith('url(')) return '';
  return inkOn(fill) === '#000' ? 'dark' : 'light';
}

function title(words: string): string {
  return element('title', {}, escapeXml(words));
}

/** The longest of its names that a piece has room for; null: none. */
function nameIn({ left, right, style }: Piece, styles: Styles, { stripPixels }: RowSize): string | null {
  if (stripPixels < NAME_STRIP_PIXELS_MIN) return null;
  const names = styles[style]?.names ?? [];
  return names.find((name) => textPixels(name, NAME_PIXELS) + 8 <= right - left) ?? null;
}

/** Marked pieces that have no room for their name: their sign tells what they are, without colour. */
function signsOf(unnamed: readonly Piece[], styles: Styles): Mark[] {
  return unnamed.flatMap(({ left, right, style }) => {
    const { mark = null } = styles[style] ?? {};
    return mark === null ? [] : [{ at: (left + right) / 2, mark }];
  });
}

/** What hangs under a row; what is marked or changed comes first. */
function requestsOf(
  unnamed: readonly Piece[],
  { styles, limitUnit, changed }: Pick<SceneBand, 'styles' | 'limitUnit' | 'changed'>,
  view: View,
  profile: Profile | null,
): NameRequest[] {
  const scale = view.pixels / (view.to - view.from);
  const isChanged = ({ left, right }: Piece) =>
    changed.some(({ from, to }) => (from - view.from) * scale < right && (to - view.from) * scale > left);
  const requests = nameRequests(unnamed, {
    wordsOf: (piece) => {
      const { flag = '', mark = null, limit = null } = styles[piece.style] ?? {};
      return { name: flag, limit, isFirst: mark !== null || isChanged(piece) };
    },
    limitUnit,
    worded: profile?.labelled ?? [],
    widthOf: (text) => textPixels(text, NAME_PIXELS),
  });
  return requests.map((request) => {
    const text = fitted(request.text, NAME_PIXELS, FLAG_PIXELS_MAX);
    return { ...request, text, pixels: textPixels(text, NAME_PIXELS) };
  });
}

interface DrawnNames {
  readonly markup: string;
  readonly pixels: number;
  readonly named: readonly number[];
}

function drawNames(requests: readonly NameRequest[], view: View, size: RowSize): DrawnNames {
  const room = { from: -BEYOND_PIXELS, to: view.pixels + BEYOND_PIXELS, apart: LANE_PIXELS };
  const placed = placeNames(requests, { ...room, lanes: size.lanes, uprightPixels: size.uprightPixels });
  const drawn = placed.isUpright
    ? drawUpright(requests, placed.names, size)
    : drawFlags(requests, placed.names, size);
  return { ...drawn, named: placed.names.map(({ request }) => requests[request]?.style ?? -1) };
}

function drawFlags(requests: readonly NameRequest[], flags: readonly Flag[], size: RowSize) {
  const bottom = size.limitPixels + size.stripPixels;
  const markup = flags.map(({ request, lane, isLeft }) => {
    const { at = 0, text = '' } = requests[request] ?? {};
    const y = bottom + MARK_PIXELS + lane * LANE_PIXELS + LANE_PIXELS - 3;
    const line = element('path', {
      d: `M${decimal(at)},${decimal(bottom)}V${decimal(y)}`,
      class: 'leader',
    });
    const side = isLeft ? -FLAG_APART_PIXELS : FLAG_APART_PIXELS;
    return `${line}${textElement({ x: at + side, y, class: isLeft ? 'flag end' : 'flag' }, text)}`;
  });
  const lanes = Math.max(0, ...flags.map(({ lane }) => lane + 1));
  return { markup: markup.join('\n'), pixels: lanes * LANE_PIXELS };
}

/** Written from the bottom to the top, as limits of narrow steps are, so that each ends at its line. */
function drawUpright(requests: readonly NameRequest[], names: readonly UprightName[], size: RowSize) {
  const top = size.limitPixels + size.stripPixels;
  const slant = slantPixels(requests, names);
  const end = top + MARK_PIXELS + slant;
  const texts = names.map(({ request }) =>
    fitted(requests[request]?.text ?? '', NAME_PIXELS, size.uprightPixels),
  );
  const markup = names.map(({ request, x }, index) => {
    const { at = 0 } = requests[request] ?? {};
    const d = `M${decimal(at)},${decimal(top)}V${decimal(top + MARK_PIXELS)}L${decimal(x)},${decimal(end)}`;
    const transform = `translate(${decimal(x + 4)} ${decimal(end + FLAG_APART_PIXELS)}) rotate(-90)`;
    return `${element('path', { d, class: 'leader' })}${textElement({ transform, class: 'flag end' }, texts[index] ?? '')}`;
  });
  const longest = Math.max(0, ...texts.map((text) => textPixels(text, NAME_PIXELS)));
  return { markup: markup.join('\n'), pixels: slant + 2 * FLAG_APART_PIXELS + Math.ceil(longest) };
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
