import { beginOf, pointsOf } from '../audit/curves.ts';
import { CHANGE_GROUPS } from '../drawing/change-groups.ts';
import { FLAG_APART_PIXELS, placeFlags } from '../drawing/flags.ts';
import { inkOn, MARK_SHAPES } from '../drawing/palette.ts';
import { widestOfEach } from '../drawing/repeated.ts';
import { type HeightOf, heightOf, stepWords } from '../drawing/steps.ts';
import { layOut, type Piece, type Strip, type View } from '../drawing/strip.ts';
import { ticksOf } from '../drawing/ticks.ts';
import { readablePhases } from '../source/readable.ts';
import { limitText } from '../source/unit-words.ts';
import { type Brushes, createBrushes } from './brushes.ts';
import {
  LANE_PIXELS,
  LEGEND_LINE_PIXELS,
  OVERVIEW,
  type PageLayout,
  PLACE_LANE_PIXELS,
  PLACE_LANES,
  pageLayout,
  ROW_PIXELS,
  SIGN_PIXELS,
} from './layout.ts';
import type { PageGap, PageMap } from './map-data.ts';
import type { MapView } from './view.ts';

/** Draws the map on the canvas: the whole axis on top, then what the view shows at the chosen phase, then all phases. */

export const LEFT = 132;
const RIGHT = 44;
const ROW_STRIP = 14;
const CURVE_PIXELS_MIN = 3;
const SIGNS_APART_PIXELS = 8;
/** A name that hangs under its piece is at most this wide. */
const FLAG_PIXELS_MAX = 260;
const FONTS = { plain: '12px system-ui, sans-serif', small: '11px system-ui, sans-serif' } as const;

export interface Picture {
  readonly view: MapView;
  readonly phase: number;
  /** Stored place under the pointer or the keyboard's cursor. */
  readonly cursor: number | null;
  readonly selected: Pick<PageGap, 'from' | 'to'> | null;
  /** Where a machine is; null: nobody says. */
  readonly machine: { readonly at: number; readonly words: string } | null;
}

export class Painter {
  readonly #map: PageMap;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #shapes = MARK_SHAPES.map((shape) => new Path2D(shape));
  #brushes: Brushes;
  #width = 0;
  #layout: PageLayout;

  constructor(map: PageMap, canvas: HTMLCanvasElement, dark: boolean) {
    const context = canvas.getContext('2d');
    if (context === null) throw new TypeError('the browser has no canvas');
    this.#map = map;
    this.#canvas = canvas;
    this.#context = context;
    this.#brushes = createBrushes(context, map, dark);
    this.#layout = this.#layoutFor(0);
  }

  /** Pixels of the strips. */
  get pixels(): number {
    return Math.max(1, this.#width - LEFT - RIGHT);
  }

  get layout(): PageLayout {
    return this.#layout;
  }

  setTheme(dark: boolean): void {
    this.#brushes = createBrushes(this.#context, this.#map, dark);
  }

  /** Fits the canvas to its element. */
  resize(width: number, height: number, ratio: number): void {
    this.#width = width;
    this.#layout = this.#layoutFor(height);
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(this.#layout.height * ratio);
    this.#canvas.style.height = `${this.#layout.height}px`;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  #layoutFor(height: number): PageLayout {
    const { data, hasChanges, limits } = this.#map;
    return pageLayout(height, {
      ...{ hasLimits: limits !== null, hasPlaces: data.marks.length > 0, hasChanges },
      windows: data.windows.length,
      legendLines: this.#legendLines().length,
    });
  }

  /** First of the phase windows that are drawn, so that the chosen one is among them. */
  firstRow(phase: number): number {
    const [windows, rows] = [this.#map.data.windows.length, this.#layout.rows.count];
    if (windows <= rows) return 0;
    return Math.min(Math.max(0, this.#map.windowAt(phase) - Math.floor(rows / 2)), windows - rows);
  }

  paint(picture: Picture): void {
    const { axis } = this.#map.data;
    const context = this.#context;
    const { main, changes } = this.#layout;
    context.fillStyle = this.#brushes.ground;
    context.fillRect(0, 0, this.#width, this.#layout.height);
    const whole = { from: axis.min, to: axis.max, pixels: this.pixels };
    const seen = { from: picture.view.from, to: picture.view.to, pixels: this.pixels };
    const window = this.#map.windowAt(picture.phase);
    this.#paintTicks(seen);
    this.#paintStrip(this.#layOut(window, whole), OVERVIEW.top, OVERVIEW.height, false);
    this.#paintBrush(picture.view);
    const strip = this.#layOut(window, seen);
    this.#paintStrip(strip, main.top, main.height, true);
    this.#paintLimits(strip, window, seen);
    this.#paintPlaces(seen);
    if (changes !== null) this.#paintChanges(picture.phase, seen);
    this.#paintLegend();
    this.#label('whole axis', OVERVIEW.top + 15);
    this.#label(this.#phaseWords(window), main.top + main.height / 2 + 4);
    if (this.#layout.rows.count > 0) this.#paintRows(picture, seen);
    if (picture.selected !== null) this.#paintSelection(picture.selected, seen);
    if (picture.cursor !== null) this.#paintCursor(picture.cursor, seen);
    if (picture.machine !== null) this.#paintMachine(picture.machine, seen);
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
      : `phase ${readablePhases(window.from, window.to, this.#map.data.units)}`;
  }

  #label(words: string, y: number, ink = this.#brushes.quiet): void {
    this.#text(words, LEFT - 10, y, { ink, align: 'right', pixels: LEFT - 14 });
  }

  #text(
    words: string,
    x: number,
    y: number,
    { ink = this.#brushes.ink, align = 'left', pixels, font = FONTS.plain, isOverLines = false }: TextStyle,
  ): void {
    const context = this.#context;
    context.fillStyle = ink;
    context.font = font;
    context.textAlign = align;
    if (isOverLines) this.#paintHalo(words, x, y);
    context.fillText(words, x, y, pixels);
  }

  /** Ground around a text, so that what is drawn under it does not cross it. */
  #paintHalo(words: string, x: number, y: number): void {
    const context = this.#context;
    context.save();
    context.strokeStyle = this.#brushes.ground;
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeText(words, x, y);
    context.restore();
  }

  #widthOf(text: string, font: string): number {
    this.#context.font = font;
    return this.#context.measureText(text).width;
  }

  #paintTicks(view: View): void {
    const context = this.#context;
    const { axis } = this.#map;
    const { ticksY, legend } = this.#layout;
    const widthOf = (text: string) => this.#widthOf(text, FONTS.plain);
    let end = LEFT - 24;
    for (const { at, label, under } of ticksOf(axis, view.from, view.to, { pixels: view.pixels, widthOf })) {
      const x = this.#x(at, view);
      context.fillStyle = this.#brushes.grid;
      context.fillRect(x, ticksY + 6, 1, legend.top - ticksY - 10);
      const half = widthOf(label) / 2;
      // The first label gives way to the name of the axis on its left, or to the one on its right.
      if (x - half >= end) this.#text(label, x, ticksY, { align: 'center' });
      end = Math.max(end, x + half + 6);
      if (under !== null)
        this.#text(under, x, ticksY + 13, { align: 'center', ink: this.#brushes.quiet, font: FONTS.small });
    }
    const name = axis.kind === 'time' ? `${axis.name}, UTC` : axis.name;
    this.#text(name, LEFT - 30, ticksY, { ink: this.#brushes.quiet, align: 'right', pixels: LEFT - 34 });
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
    const unnamed: Piece[] = [];
    for (const piece of strip.pieces) {
      const { left, right, style } = piece;
      context.fillStyle = this.#brushes.fillOf(style);
      context.fillRect(LEFT + left, top, right - left, height);
      if (right - left >= 3) {
        context.strokeStyle = this.#brushes.border;
        context.lineWidth = 0.6;
        context.strokeRect(LEFT + left, top, right - left, height);
      }
      if (isMain && !this.#paintName(piece, top + height / 2 + 4)) unnamed.push(piece);
    }
    this.#paintMarks(strip, top, height, isMain);
    if (isMain) this.#paintFlags(unnamed, top + height);
  }

  /** Writes the name into its piece; false: there is no room. */
  #paintName({ left, right, style }: Piece, y: number): boolean {
    const rule = this.#map.rules[style];
    if (rule === undefined || rule.id === '') return false;
    const names = rule.kind === 'gap' ? [`${rule.id}: ${rule.action}`, rule.id] : [rule.id];
    const name = names.find((each) => this.#widthOf(each, FONTS.plain) + 10 <= right - left);
    if (name === undefined) return false;
    const x = LEFT + (left + right) / 2;
    if (rule.kind === 'gap') {
      const width = this.#widthOf(name, FONTS.plain) + 8;
      this.#context.fillStyle = this.#brushes.ground;
      this.#context.fillRect(x - width / 2, y - 13, width, 17);
      this.#text(name, x, y, { align: 'center' });
    } else {
      this.#text(name, x, y, { align: 'center', ink: inkOn(this.#map.colouring.fillOf(rule)) });
    }
    return true;
  }

  /** Names under the strip, each on a line from its piece. */
  #paintFlags(unnamed: readonly Piece[], bottom: number): void {
    const { top, lanes } = this.#layout.flags;
    const requests = widestOfEach(unnamed).flatMap(({ left, right, style }) => {
      const rule = this.#map.rules[style];
      // The zone of an approach is beside it.
      if (rule === undefined || rule.id === '' || rule.kind === 'approach') return [];
      const limit = rule.limit === null ? '' : ` · ${limitText(rule.limit, this.#map.data.units)}`;
      const text = rule.kind === 'gap' ? `${rule.id}: ${rule.action}${limit}` : `${rule.id}${limit}`;
      const pixels = Math.min(FLAG_PIXELS_MAX, this.#widthOf(text, FONTS.small));
      return [{ text, at: (left + right) / 2, pixels, isFirst: rule.kind === 'gap' }];
    });
    const room = { from: 0, to: this.pixels + RIGHT - 4, lanes };
    for (const { request, lane, isLeft } of placeFlags(requests, room)) {
      const { at = 0, text = '' } = requests[request] ?? {};
      const y = top + (lane + 1) * LANE_PIXELS - 4;
      this.#context.fillStyle = this.#brushes.quiet;
      this.#context.fillRect(LEFT + at - 0.4, bottom, 0.8, y - bottom);
      const x = LEFT + at + (isLeft ? -FLAG_APART_PIXELS : FLAG_APART_PIXELS);
      this.#text(text, x, y, {
        ...{ align: isLeft ? 'right' : 'left', font: FONTS.small, pixels: FLAG_PIXELS_MAX },
      });
    }
  }

  /** A gap too narrow to draw: a line in the lower part of the strip, and in the main strip its shape below. */
  #paintMarks({ marks }: Strip, top: number, height: number, isMain: boolean): void {
    const context = this.#context;
    context.fillStyle = this.#brushes.ink;
    let last = Number.NEGATIVE_INFINITY;
    for (const { at, mark } of marks) {
      context.fillRect(LEFT + at - 0.6, top + height * 0.55, 1.2, height * 0.45 + 1);
      if (!isMain || at - last < SIGNS_APART_PIXELS) continue;
      last = at;
      this.#paintSign(mark, LEFT + at, top + height + SIGN_PIXELS / 2);
    }
  }

  #paintSign(mark: number, x: number, y: number): void {
    const shape = this.#shapes[mark];
    if (shape === undefined) return;
    const context = this.#context;
    context.save();
    context.translate(x, y);
    context.fillStyle = this.#brushes.ink;
    context.strokeStyle = this.#brushes.ink;
    context.lineWidth = 1;
    context.fill(shape);
    context.stroke(shape);
    context.restore();
  }

  #paintLimits({ limits: steps }: Strip, window: number, seen: View): void {
    const band = this.#layout.limits;
    const range = this.#map.limits;
    if (band === null || range === null) return;
    const context = this.#context;
    const { units } = this.#map.data;
    const size = { pixels: seen.pixels, height: band.height };
    const within = heightOf(range, size);
    const y: HeightOf = (limit) => band.top + within(limit);
    context.fillStyle = this.#brushes.grid;
    context.fillRect(LEFT, y(0), seen.pixels, 1);
    context.strokeStyle = this.#brushes.ink;
    context.lineWidth = 1.6;
    context.beginPath();
    let end = Number.NaN;
    for (const { left, right, low, high } of steps) {
      if (Math.abs(left - end) < 0.01) context.lineTo(LEFT + left, y(low));
      else context.moveTo(LEFT + left, y(low));
      if (low !== high) context.lineTo(LEFT + left, y(high));
      context.lineTo(LEFT + right, y(high));
      end = right;
    }
    context.stroke();
    this.#paintCurves(window, seen, y, band.top, band.height);
    const widthOf = (text: string) => this.#widthOf(text, FONTS.small);
    for (const words of stepWords(steps, within, units.limit, { ...size, textPixels: 11, widthOf }))
      this.#paintStepWords(words, band.top);
    this.#label(`limit ${limitText(range.high, units)}`, y(range.high) + 4);
    this.#label(limitText(0, units), y(0) + 4);
  }

  #paintStepWords({ text, x, y, isUpright }: ReturnType<typeof stepWords>[number], top: number): void {
    const style = { font: FONTS.small, align: isUpright ? 'left' : 'center', isOverLines: true } as const;
    if (!isUpright) {
      this.#text(text, LEFT + x, top + y, style);
      return;
    }
    const context = this.#context;
    context.save();
    context.translate(LEFT + x, top + y);
    context.rotate(-Math.PI / 2);
    this.#text(text, 0, 0, style);
    context.restore();
  }

  /** How the machine brakes before limits fall, over them. */
  #paintCurves(window: number, view: View, y: HeightOf, top: number, height: number): void {
    const { braking } = this.#map.data;
    if (braking === null) return;
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(LEFT, top, view.pixels, height);
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
    const { placesY, main } = this.#layout;
    const seen: { name: string; x: number }[] = [];
    for (const { name, at } of this.#map.data.marks) {
      const x = this.#x(at, view) - LEFT;
      if (x >= 0 && x <= view.pixels && x - (seen.at(-1)?.x ?? -2) >= 1) seen.push({ name, x });
    }
    const requests = seen.map(({ name, x }) => ({
      ...{ at: x, pixels: this.#widthOf(name, FONTS.small), isFirst: false },
    }));
    const flags = placeFlags(requests, { from: 0, to: this.#width - LEFT - 4, lanes: PLACE_LANES });
    const lanes = new Map(flags.map((flag) => [flag.request, flag]));
    context.save();
    context.setLineDash([1, 3]);
    context.strokeStyle = this.#brushes.place;
    seen.forEach(({ name, x }, index) => {
      const flag = lanes.get(index);
      const y = placesY - (flag?.lane ?? 0) * PLACE_LANE_PIXELS;
      context.beginPath();
      context.moveTo(LEFT + x + 0.5, y - 8);
      context.lineTo(LEFT + x + 0.5, flag === undefined ? placesY + 4 : main.top + main.height);
      context.stroke();
      if (flag === undefined) return;
      const side = flag.isLeft ? -FLAG_APART_PIXELS : FLAG_APART_PIXELS;
      this.#text(name, LEFT + x + side, y, { font: FONTS.small, align: flag.isLeft ? 'right' : 'left' });
    });
    context.restore();
  }

  /** What is answered differently than before at this phase. */
  #paintChanges(phase: number, view: View): void {
    const { changes: band } = this.#layout;
    if (band === null) return;
    const context = this.#context;
    context.strokeStyle = this.#brushes.border;
    context.lineWidth = 0.6;
    for (const { from, to, phaseFrom, phaseTo, group, brief } of this.#map.changes) {
      if (phase < phaseFrom || phase >= phaseTo || to <= view.from || from >= view.to) continue;
      const left = Math.max(LEFT, this.#x(from, view));
      const width = Math.max(1.5, Math.min(LEFT + view.pixels, this.#x(to, view)) - left);
      const fill = CHANGE_GROUPS[group]?.fill ?? this.#brushes.crowd;
      context.fillStyle = fill;
      context.fillRect(left, band.top, width, band.height);
      if (width >= 3) context.strokeRect(left, band.top, width, band.height);
      if (this.#widthOf(brief, FONTS.small) + 8 > width) continue;
      this.#text(brief, left + width / 2, band.top + band.height / 2 + 4, {
        ...{ font: FONTS.small, align: 'center', ink: inkOn(fill) },
      });
    }
    this.#label('changed', band.top + band.height / 2 + 4);
  }

  #paintBrush(view: MapView): void {
    const { axis } = this.#map.data;
    const whole = { from: axis.min, to: axis.max, pixels: this.pixels };
    const [left, right] = [this.#x(view.from, whole), this.#x(view.to, whole)];
    this.#context.strokeStyle = this.#brushes.accent;
    this.#context.lineWidth = 2;
    this.#context.strokeRect(left, OVERVIEW.top - 2, Math.max(3, right - left), OVERVIEW.height + 4);
  }

  /** What colours, hatches and signs mean, in lines as long as there is room. */
  #legendLines(): LegendPart[][] {
    const { colouring, actionRules, changeGroups } = this.#map;
    const parts: LegendPart[] = [
      ...colouring.classes.map(({ fill, words }) => ({ fill, words, mark: null })),
      ...actionRules.map(({ action, rule, mark }) => ({
        ...{ fill: this.#brushes.fillOf(rule), words: `gap: ${action}`, mark },
      })),
      ...changeGroups.map(({ fill, words }) => ({ fill, words, mark: null })),
    ];
    const lines: LegendPart[][] = [];
    let x = Number.POSITIVE_INFINITY;
    for (const part of parts) {
      const width = legendPixels(part, this.#widthOf(part.words, FONTS.plain));
      if (x + width > this.pixels + RIGHT) {
        lines.push([]);
        x = 0;
      }
      lines.at(-1)?.push(part);
      x += width;
    }
    return lines;
  }

  #paintLegend(): void {
    const context = this.#context;
    this.#legendLines().forEach((parts, line) => {
      const y = this.#layout.legend.top + line * LEGEND_LINE_PIXELS;
      let x = LEFT;
      for (const part of parts) {
        context.fillStyle = part.fill;
        context.fillRect(x, y, 24, 14);
        context.strokeStyle = this.#brushes.border;
        context.lineWidth = 0.6;
        context.strokeRect(x, y, 24, 14);
        if (part.mark !== null) this.#paintSign(part.mark, x + 34, y + 7);
        const words = x + (part.mark === null ? 30 : 44);
        this.#text(part.words, words, y + 11, { ink: this.#brushes.quiet });
        x += legendPixels(part, this.#widthOf(part.words, FONTS.plain));
      }
    });
  }

  #paintRows(picture: Picture, seen: View): void {
    const chosen = this.#map.windowAt(picture.phase);
    const first = this.firstRow(picture.phase);
    const { top: rowsTop, count } = this.#layout.rows;
    for (let row = 0; row < count; row++) {
      const top = rowsTop + row * ROW_PIXELS;
      const isChosen = first + row === chosen;
      this.#paintStrip(this.#layOut(first + row, seen), top, ROW_STRIP, false);
      const ink = isChosen ? this.#brushes.accent : this.#brushes.quiet;
      this.#label(this.#phaseWords(first + row), top + 11, ink);
      if (!isChosen) continue;
      this.#context.strokeStyle = this.#brushes.accent;
      this.#context.lineWidth = 2;
      this.#context.strokeRect(LEFT - 1, top - 1, this.pixels + 2, ROW_STRIP + 2);
    }
  }

  #paintSelection({ from, to }: Pick<PageGap, 'from' | 'to'>, view: View): void {
    const left = Math.max(LEFT, this.#x(from, view));
    const right = Math.min(LEFT + view.pixels, this.#x(to, view));
    if (right < left) return;
    const { main } = this.#layout;
    this.#context.strokeStyle = this.#brushes.accent;
    this.#context.lineWidth = 3;
    this.#context.strokeRect(left - 1.5, main.top - 3, Math.max(2, right - left) + 3, main.height + 6);
  }

  #paintCursor(place: number, view: View): void {
    const x = this.#x(place + 0.5, view);
    if (x < LEFT || x > LEFT + view.pixels) return;
    const { ticksY, legend } = this.#layout;
    this.#context.fillStyle = this.#brushes.accent;
    this.#context.fillRect(x - 0.5, ticksY + 18, 1.5, legend.top - ticksY - 22);
  }

  /** A triangle over the strip where the machine is, and in the overview a line. */
  #paintMachine({ at, words }: NonNullable<Picture['machine']>, view: View): void {
    const context = this.#context;
    const { axis } = this.#map.data;
    const { main } = this.#layout;
    const whole = this.#x(at + 0.5, { from: axis.min, to: axis.max, pixels: this.pixels });
    context.fillStyle = this.#brushes.machine;
    context.fillRect(whole - 1.5, OVERVIEW.top - 3, 3, OVERVIEW.height + 6);
    const x = this.#x(at + 0.5, view);
    if (x < LEFT || x > LEFT + view.pixels) return;
    context.fillRect(x - 1, main.top - 4, 2, main.height + 8);
    context.beginPath();
    context.moveTo(x, main.top + 2);
    context.lineTo(x - 8, main.top - 12);
    context.lineTo(x + 8, main.top - 12);
    context.fill();
    const width = this.#widthOf(words, FONTS.plain) + 10;
    const left = Math.min(Math.max(LEFT, x - width / 2), LEFT + view.pixels - width);
    context.fillRect(left, main.top - 30, width, 18);
    this.#text(words, left + 5, main.top - 17, { ink: this.#brushes.ground });
  }
}

interface TextStyle {
  readonly ink?: string;
  readonly align?: CanvasTextAlign;
  readonly pixels?: number | undefined;
  readonly font?: string;
  /** Lines run under it. */
  readonly isOverLines?: boolean;
}

interface LegendPart {
  readonly fill: string | CanvasPattern;
  readonly words: string;
  readonly mark: number | null;
}

function legendPixels({ mark }: LegendPart, words: number): number {
  return (mark === null ? 30 : 44) + words + 22;
}
