import { beginOf, pointsOf } from '../audit/curves.ts';
import { MARK_SHAPES } from '../drawing/palette.ts';
import { layOut, type Strip, type View } from '../drawing/strip.ts';
import { ticksOf } from '../drawing/ticks.ts';
import { limitText, phaseRangeText } from '../source/unit-words.ts';
import { type Brushes, createBrushes } from './brushes.ts';
import type { PageGap, PageMap } from './map-data.ts';
import type { MapView } from './view.ts';

/** Draws the map on the canvas: the whole axis on top, then what the view shows at the chosen phase, then all phases. */

export const LEFT = 124;
const RIGHT = 40;
export const OVERVIEW = { top: 4, height: 22 } as const;
const TICKS_Y = 46;
const PLACES_Y = 66;
const LIMITS = { top: 72, height: 62 } as const;
const MAIN = { top: 140, height: 56 } as const;
const LEGEND_Y = 216;
const LEGEND_PIXELS_MAX = 92;
export const ROWS_TOP = 246;
export const ROW_PIXELS = 18;
const ROW_STRIP = 13;
/** Phase windows that are drawn below; further ones are reached with the slider. */
export const ROWS_MAX = 24;
const CURVE_PIXELS_MIN = 3;
const LABEL_PIXELS_A_CHARACTER = 7;

export interface Picture {
  readonly view: MapView;
  readonly phase: number;
  /** Stored place under the pointer or the keyboard's cursor. */
  readonly cursor: number | null;
  readonly selected: PageGap | null;
}

export class Painter {
  readonly #map: PageMap;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #shapes = MARK_SHAPES.map((shape) => new Path2D(shape));
  #brushes: Brushes;
  #width = 0;

  constructor(map: PageMap, canvas: HTMLCanvasElement, dark: boolean) {
    const context = canvas.getContext('2d');
    if (context === null) throw new TypeError('the browser has no canvas');
    this.#map = map;
    this.#canvas = canvas;
    this.#context = context;
    this.#brushes = createBrushes(context, map, dark);
  }

  /** Pixels of the strips. */
  get pixels(): number {
    return Math.max(1, this.#width - LEFT - RIGHT);
  }

  setTheme(dark: boolean): void {
    this.#brushes = createBrushes(this.#context, this.#map, dark);
  }

  /** Fits the canvas to its element. */
  resize(width: number, ratio: number): void {
    const rows = Math.min(ROWS_MAX, this.#map.data.windows.length);
    const height = ROWS_TOP + (rows > 1 ? rows * ROW_PIXELS + 8 : 0);
    this.#width = width;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.height = `${height}px`;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** First of the phase windows that are drawn, so that the chosen one is among them. */
  firstRow(phase: number): number {
    const windows = this.#map.data.windows.length;
    if (windows <= ROWS_MAX) return 0;
    return Math.min(Math.max(0, this.#map.windowAt(phase) - ROWS_MAX / 2), windows - ROWS_MAX);
  }

  paint(picture: Picture): void {
    const { axis } = this.#map.data;
    const context = this.#context;
    context.fillStyle = this.#brushes.ground;
    context.fillRect(0, 0, this.#width, this.#canvas.height);
    const whole = { from: axis.min, to: axis.max, pixels: this.pixels };
    const seen = { from: picture.view.from, to: picture.view.to, pixels: this.pixels };
    const window = this.#map.windowAt(picture.phase);
    this.#paintTicks(seen, this.#bottom());
    this.#paintStrip(this.#layOut(window, whole), OVERVIEW.top, OVERVIEW.height, false);
    this.#paintBrush(picture.view);
    const strip = this.#layOut(window, seen);
    this.#paintStrip(strip, MAIN.top, MAIN.height, true);
    this.#paintLimits(strip, window, seen);
    this.#paintPlaces(seen);
    this.#paintLegend();
    this.#label('whole axis', OVERVIEW.top + 15);
    this.#label(this.#phaseWords(window), MAIN.top + MAIN.height / 2 + 4);
    if (this.#map.data.windows.length > 1) this.#paintRows(picture, seen);
    if (picture.selected !== null) this.#paintSelection(picture.selected, seen);
    if (picture.cursor !== null) this.#paintCursor(picture.cursor, seen);
  }

  #bottom(): number {
    return this.#canvas.height / this.#context.getTransform().d;
  }

  /** Nothing while its list has not come. */
  #layOut(window: number, view: View): Strip {
    const list = this.#map.listOf(window);
    if (list === undefined) return { crowds: [], pieces: [], marks: [], limits: [] };
    return layOut(list, this.#map.styles, view, list.index);
  }

  #phaseWords(index: number): string {
    const window = this.#map.data.windows[index];
    return window === undefined || this.#map.data.phasePeriod === 1
      ? 'cover'
      : `phase ${phaseRangeText(window.from, window.to, this.#map.data.units)}`;
  }

  #label(words: string, y: number, ink = this.#brushes.quiet): void {
    const context = this.#context;
    context.fillStyle = ink;
    context.font = '12px system-ui, sans-serif';
    context.textAlign = 'right';
    context.fillText(words, LEFT - 10, y, LEFT - 14);
  }

  #paintTicks(view: View, bottom: number): void {
    const context = this.#context;
    context.font = '12px system-ui, sans-serif';
    context.textAlign = 'center';
    const widthOf = (text: string) => context.measureText(text).width;
    const { axis } = this.#map;
    for (const { at, label } of ticksOf(axis, view.from, view.to, { pixels: view.pixels, widthOf })) {
      const x = this.#x(at, view);
      context.fillStyle = this.#brushes.grid;
      context.fillRect(x, TICKS_Y + 6, 1, bottom);
      context.fillStyle = this.#brushes.ink;
      // The first label gives way to the name of the axis on its left.
      context.fillText(label, Math.max(x, LEFT - 6 + context.measureText(label).width / 2), TICKS_Y);
    }
    this.#label(axis.kind === 'time' ? `${axis.name}, UTC` : axis.name, TICKS_Y);
  }

  #x(place: number, view: View): number {
    return LEFT + ((place - view.from) / (view.to - view.from)) * view.pixels;
  }

  #paintStrip(strip: Strip, top: number, height: number, isMain: boolean): void {
    const context = this.#context;
    for (const { left, right, cells, style } of strip.crowds) {
      context.fillStyle = cells === 1 ? this.#brushes.fillOf(style) : this.#brushes.crowd;
      context.fillRect(LEFT + left, top, Math.max(0.5, right - left), height);
    }
    for (const { left, right, style } of strip.pieces) {
      context.fillStyle = this.#brushes.fillOf(style);
      context.fillRect(LEFT + left, top, right - left, height);
      if (right - left < 3) continue;
      context.strokeStyle = this.#brushes.ink;
      context.lineWidth = 0.6;
      context.strokeRect(LEFT + left, top, right - left, height);
      if (isMain) this.#paintName(left, right, style, top + height / 2 + 4);
    }
    this.#paintMarks(strip, top, height, isMain);
  }

  #paintName(left: number, right: number, rule: number, y: number): void {
    const id = this.#map.rules[rule]?.id ?? '';
    if (right - left < id.length * LABEL_PIXELS_A_CHARACTER + 8) return;
    const context = this.#context;
    context.font = '13px system-ui, sans-serif';
    context.textAlign = 'center';
    const x = LEFT + (left + right) / 2;
    if (this.#map.rules[rule]?.kind === 'gap') {
      context.strokeStyle = this.#brushes.ground;
      context.lineWidth = 5;
      context.lineJoin = 'round';
      context.strokeText(id, x, y);
    }
    context.fillStyle = this.#brushes.ink;
    context.fillText(id, x, y);
  }

  /** A gap too narrow to draw: a line in the lower part of the strip, and in the main strip its shape below. */
  #paintMarks({ marks }: Strip, top: number, height: number, isMain: boolean): void {
    const context = this.#context;
    context.fillStyle = this.#brushes.ink;
    let last = Number.NEGATIVE_INFINITY;
    for (const { at, mark } of marks) {
      context.fillRect(LEFT + at - 0.6, top + height * 0.55, 1.2, height * 0.45 + 1);
      const shape = this.#shapes[mark];
      if (!isMain || shape === undefined || at - last < 8) continue;
      last = at;
      context.save();
      context.translate(LEFT + at, top + height + 8);
      context.strokeStyle = this.#brushes.ink;
      context.lineWidth = 1;
      context.fill(shape);
      context.stroke(shape);
      context.restore();
    }
  }

  #paintLimits({ limits }: Strip, window: number, seen: View): void {
    const { limitLow, limitHigh } = this.#map;
    if (limitLow > limitHigh) {
      this.#label('no limits', LIMITS.top + LIMITS.height / 2);
      return;
    }
    const context = this.#context;
    const span = limitHigh - limitLow;
    const y = (limit: number) =>
      LIMITS.top +
      (span === 0 ? LIMITS.height / 2 : 6 + (1 - (limit - limitLow) / span) * (LIMITS.height - 12));
    context.strokeStyle = this.#brushes.ink;
    context.lineWidth = 1.6;
    context.beginPath();
    let end = Number.NaN;
    for (const { left, right, low, high } of limits) {
      if (Math.abs(left - end) < 0.01) context.lineTo(LEFT + left, y(low));
      else context.moveTo(LEFT + left, y(low));
      if (low !== high) context.lineTo(LEFT + left, y(high));
      context.lineTo(LEFT + right, y(high));
      end = right;
    }
    context.stroke();
    this.#paintCurves(window, seen, y);
    const { units } = this.#map.data;
    this.#label(`limit ${limitText(limitHigh, units)}`, y(limitHigh) + 4);
    if (span !== 0) this.#label(limitText(limitLow, units), y(limitLow) + 4);
  }

  /** How the machine brakes before limits fall, over them. */
  #paintCurves(window: number, view: View, y: (limit: number) => number): void {
    const { braking } = this.#map.data;
    if (braking === null) return;
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(LEFT, LIMITS.top, view.pixels, LIMITS.height);
    context.clip();
    context.strokeStyle = this.#brushes.place;
    context.lineWidth = 1.2;
    context.setLineDash([4, 2]);
    context.beginPath();
    for (const curve of this.#map.curvesOf(window)) {
      const ends = [this.#x(curve.at, view), this.#x(beginOf(curve, braking), view)];
      const [left, right] = [Math.min(...ends), Math.max(...ends)];
      if (right < LEFT || left > LEFT + view.pixels || right - left < CURVE_PIXELS_MIN) continue;
      pointsOf(curve, braking).forEach(({ at, limit }, index) => {
        if (index === 0) context.moveTo(this.#x(at, view), y(limit));
        else context.lineTo(this.#x(at, view), y(limit));
      });
    }
    context.stroke();
    context.restore();
  }

  /** Named places: a line through the drawing, and the name where there is room for it. */
  #paintPlaces(view: View): void {
    const context = this.#context;
    context.save();
    context.font = '11px system-ui, sans-serif';
    context.textAlign = 'left';
    context.setLineDash([1, 3]);
    context.strokeStyle = this.#brushes.place;
    context.fillStyle = this.#brushes.ink;
    let end = Number.NEGATIVE_INFINITY;
    let column = Number.NEGATIVE_INFINITY;
    for (const { name, at } of this.#map.data.marks) {
      const x = this.#x(at, view);
      if (x < LEFT || x > LEFT + view.pixels || x - column < 1) continue;
      column = x;
      context.beginPath();
      context.moveTo(x + 0.5, PLACES_Y - 8);
      context.lineTo(x + 0.5, MAIN.top + MAIN.height);
      context.stroke();
      const width = context.measureText(name).width;
      if (x < end || x + 3 + width > this.#width) continue;
      context.fillText(name, x + 3, PLACES_Y);
      end = x + 3 + width + 6;
    }
    context.restore();
  }

  #paintBrush(view: MapView): void {
    const { axis } = this.#map.data;
    const whole = { from: axis.min, to: axis.max, pixels: this.pixels };
    const [left, right] = [this.#x(view.from, whole), this.#x(view.to, whole)];
    this.#context.strokeStyle = this.#brushes.accent;
    this.#context.lineWidth = 2;
    this.#context.strokeRect(left, OVERVIEW.top - 2, Math.max(3, right - left), OVERVIEW.height + 4);
  }

  /** The hatches of the gaps that there are. */
  #paintLegend(): void {
    const context = this.#context;
    context.font = '12px system-ui, sans-serif';
    context.textAlign = 'left';
    const apart = Math.min(LEGEND_PIXELS_MAX, this.pixels / this.#map.actionRules.length);
    this.#map.actionRules.forEach(({ action, rule }, index) => {
      const x = LEFT + index * apart;
      context.fillStyle = this.#brushes.fillOf(rule);
      context.fillRect(x, LEGEND_Y, 24, 14);
      context.strokeStyle = this.#brushes.ink;
      context.lineWidth = 0.6;
      context.strokeRect(x, LEGEND_Y, 24, 14);
      context.fillStyle = this.#brushes.quiet;
      context.fillText(action, x + 30, LEGEND_Y + 11, apart - 36);
    });
    if (this.#map.actionRules.length > 0) this.#label('gaps', LEGEND_Y + 11);
  }

  #paintRows(picture: Picture, seen: View): void {
    const chosen = this.#map.windowAt(picture.phase);
    const first = this.firstRow(picture.phase);
    for (let row = 0; row < Math.min(ROWS_MAX, this.#map.data.windows.length); row++) {
      const top = ROWS_TOP + row * ROW_PIXELS;
      const isChosen = first + row === chosen;
      this.#paintStrip(this.#layOut(first + row, seen), top, ROW_STRIP, false);
      this.#label(
        this.#phaseWords(first + row),
        top + 11,
        isChosen ? this.#brushes.accent : this.#brushes.quiet,
      );
      if (!isChosen) continue;
      this.#context.strokeStyle = this.#brushes.accent;
      this.#context.lineWidth = 2;
      this.#context.strokeRect(LEFT - 1, top - 1, this.pixels + 2, ROW_STRIP + 2);
    }
  }

  #paintSelection(gap: PageGap, view: View): void {
    const left = Math.max(LEFT, this.#x(gap.from, view));
    const right = Math.min(LEFT + view.pixels, this.#x(gap.to, view));
    if (right < left) return;
    this.#context.strokeStyle = this.#brushes.accent;
    this.#context.lineWidth = 3;
    this.#context.strokeRect(left - 1.5, MAIN.top - 3, Math.max(2, right - left) + 3, MAIN.height + 6);
  }

  #paintCursor(place: number, view: View): void {
    const x = this.#x(place + 0.5, view);
    if (x < LEFT || x > LEFT + view.pixels) return;
    this.#context.fillStyle = this.#brushes.accent;
    this.#context.fillRect(x - 0.5, TICKS_Y + 6, 1.5, this.#bottom());
  }
}
