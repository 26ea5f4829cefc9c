import { roundLength } from '../drawing/scale-bar.ts';
import { fitted, textPixels } from '../drawing/text-width.ts';
import { type TickAxis, ticksOf } from '../drawing/ticks.ts';
import type { Corners } from '../plane/pieces.ts';
import type { MapUnits } from '../source/model.ts';
import { readableLength } from '../source/readable.ts';
import { phaseRangeText } from '../source/unit-words.ts';
import { decimal, element, escapeXml, textElement } from './markup.ts';
import { definitions, STYLE } from './style.ts';

/** Where the pictures of a plane stand in a drawing: one a range of phases, side by side and below each other, with their axes. */

export const WIDTH = 1200;
export const EDGE = 20;
const LEFT = 84;
const HEAD = 58;
const TITLE = 26;
const AXIS = 34;
const APART = 24;
const HEIGHT_MAX = 900;
const BAR_PIXELS = 160;
/** Pictures that are drawn; a map with more of them is one for the page. */
export const PICTURES_MAX = 12;

const BORDER_STYLE =
  '.border{stroke:#222;stroke-width:.9;fill:none}.before{stroke-dasharray:4 3}@media screen and (prefers-color-scheme:dark){.border{stroke:#eceff2}}';

export type PlaneAxis = TickAxis & { readonly name: string };

export interface PlanePictures {
  readonly axes: readonly [PlaneAxis, PlaneAxis];
  /** Whether each picture has a title. */
  readonly isTitled: boolean;
}

export interface PlaneFrame {
  readonly columns: number;
  /** Of one picture, pixels. */
  readonly width: number;
  readonly height: number;
  readonly title: number;
  /** Pixels a step. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/** As large as there is room, both axes at one scale where they count the same. */
export function planeFrame({ axes, isTitled }: PlanePictures, pictures: number): PlaneFrame {
  const [x, y] = axes;
  const [spanX, spanY] = [x.max - x.min, y.max - y.min];
  const columns = pictures === 1 ? 1 : pictures <= 4 ? 2 : 3;
  const widest = (WIDTH - EDGE - columns * LEFT) / columns;
  const highest = pictures === 1 ? HEIGHT_MAX : HEIGHT_MAX / 2;
  // What both axes count alike is drawn alike; x of degrees shrinks towards the poles, which no map tells.
  const scale = Math.min(widest / spanX, highest / spanY);
  const isLong = widest / spanX / (highest / spanY);
  const isAlike = isLong < 20 && isLong > 1 / 20;
  const [scaleX, scaleY] = isAlike ? [scale, scale] : [widest / spanX, (highest / spanY) * 0.5];
  return {
    columns,
    width: spanX * scaleX,
    height: spanY * scaleY,
    title: isTitled ? TITLE : 0,
    scaleX,
    scaleY,
  };
}

export interface PlacedFrame extends PlaneFrame {
  readonly x: number;
  readonly y: number;
}

export interface PlaneDocument {
  readonly title: string;
  readonly subtitle: string;
  /** Pixels. */
  readonly height: number;
  /** Markup; empty parts are left out. */
  readonly parts: readonly string[];
}

/** The SVG around pictures, with its heading. */
export function planeDocument({ title, subtitle, height, parts }: PlaneDocument): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${decimal(height)}" viewBox="0 0 ${WIDTH} ${decimal(height)}" role="img">`,
    element('title', {}, escapeXml(title)),
    element('desc', {}, escapeXml(subtitle)),
    element('style', {}, `${STYLE}${BORDER_STYLE}`),
    definitions(),
    element('rect', { width: WIDTH, height, fill: '#fff', class: 'ground' }),
    textElement({ x: EDGE, y: 28, class: 'title' }, fitted(title, 19, WIDTH - 2 * EDGE - BAR_PIXELS)),
    textElement({ x: EDGE, y: 46, class: 'subtitle' }, fitted(subtitle, 12.5, WIDTH - 2 * EDGE - BAR_PIXELS)),
    ...parts.filter((part) => part !== ''),
    '</svg>',
    '',
  ].join('\n');
}

/** Where picture `index` stands. */
export function placedFrame(frame: PlaneFrame, index: number): PlacedFrame {
  const column = index % frame.columns;
  const row = Math.floor(index / frame.columns);
  return {
    ...frame,
    x: LEFT + column * (frame.width + LEFT),
    y: HEAD + row * (frame.height + AXIS + frame.title + APART) + frame.title,
  };
}

/** Where so many pictures end. */
export function endOfPictures({ columns, height, title }: PlaneFrame, pictures: number): number {
  return HEAD + Math.ceil(pictures / columns) * (height + AXIS + title + APART);
}

/** The y axis points up. */
export function pixelOf({ scaleX, scaleY, height }: PlaneFrame, x: number, y: number): [number, number] {
  return [x * scaleX, height - y * scaleY];
}

/** Convex pieces, corners in steps from the minima, as one path. */
export function pathOf(pieces: readonly Corners[], frame: PlaneFrame): string {
  return pieces
    .map((corners) => {
      const points: string[] = [];
      for (let at = 0; at < corners.length; at += 2) {
        const [x, y] = pixelOf(frame, corners[at] ?? 0, corners[at + 1] ?? 0);
        points.push(`${decimal(x)},${decimal(y)}`);
      }
      return `M${points.join('L')}Z`;
    })
    .join('');
}

/** Lines between rules, as one element; empty where there are none. */
export function drawBorders(
  borders: readonly (readonly [number, number, number, number])[],
  frame: PlaneFrame,
  name = 'border',
): string {
  const d = borders.map(([x0, y0, x1, y1]) => {
    const [from, to] = [pixelOf(frame, x0, y0), pixelOf(frame, x1, y1)];
    return `M${from.map(decimal).join(',')}L${to.map(decimal).join(',')}`;
  });
  return d.length === 0 ? '' : element('path', { d: d.join(''), class: name });
}

export function drawTicks({ axes }: Pick<PlanePictures, 'axes'>, frame: PlaneFrame): string {
  const [x, y] = axes;
  const widthOf = (text: string) => textPixels(text, 10);
  const alongX = ticksOf(x, x.min, x.max, { pixels: frame.width, widthOf });
  const alongY = ticksOf(y, y.min, y.max, { pixels: frame.height, widthOf: () => 12 });
  return [
    ...alongX.flatMap(({ at, label }) => {
      const px = (at - x.min) * frame.scaleX;
      return [
        element('path', { d: `M${decimal(px)},${decimal(frame.height)}v5`, class: 'axis' }),
        textElement({ x: px, y: frame.height + 17, class: 'middle small' }, label),
      ];
    }),
    ...alongY.flatMap(({ at, label }) => {
      const py = frame.height - (at - y.min) * frame.scaleY;
      return [
        element('path', { d: `M0,${decimal(py)}h-5`, class: 'axis' }),
        textElement({ x: -8, y: py + 3.5, class: 'end small' }, label),
      ];
    }),
    textElement({ x: frame.width, y: frame.height + 30, class: 'end small' }, `${x.name} →`),
    textElement({ x: -8, y: -12, class: 'end small' }, `${y.name} ↑`),
  ].join('');
}

/** What stands above a picture; nothing where a map has no phases. */
export function phasesTitle(
  from: number,
  to: number,
  { phasePeriod, units }: { readonly phasePeriod: number; readonly units: MapUnits },
): string {
  if (phasePeriod === 1) return '';
  return from === 0 && to === phasePeriod ? 'all phases' : `phases ${phaseRangeText(from, to, units)}`;
}

/** A round length beside the title. */
export function scaleBar(axis: PlaneAxis, { scaleX }: PlaneFrame): string {
  const steps = roundLength(BAR_PIXELS / scaleX);
  const length = steps * scaleX;
  const right = WIDTH - EDGE;
  return [
    element('path', {
      d: `M${decimal(right - length)},34v8h${decimal(length)}v-8`,
      class: 'axis',
      fill: 'none',
    }),
    textElement({ x: right - length / 2, y: 30, class: 'middle small' }, readableLength(steps, axis)),
  ].join('');
}
