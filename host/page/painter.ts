import { beginOf, pointsOf } from '../audit/curves.ts';
import { CHANGE_GROUPS } from '../drawing/change-groups.ts';
import { narrowCells } from '../drawing/names.ts';
import { BAND_FILL, inkOn } from '../drawing/palette.ts';
import { isMilepost } from '../drawing/places.ts';
import { drawnSteps, type HeightOf, heightOf, type StepWords, stepWords } from '../drawing/steps.ts';
import { layOut, type Piece, type Strip, type View } from '../drawing/strip.ts';
import { ticksOf } from '../drawing/ticks.ts';
import { readablePhases } from '../source/readable.ts';
import { limitText } from '../source/unit-words.ts';
import { createBrushes } from './brushes.ts';
import type { LiveMachine } from './data.ts';
import {
  OVERVIEW,
  type PageLayout,
  pageLayout,
  ROW_PIXELS,
  SIGN_PIXELS,
  type Sides,
  sidesOf,
} from './layout.ts';
import { CURVE_DASH, type LegendPart, legendLines, legendParts, paintLegend } from './legend.ts';
import type { PageGap, PageMap } from './map-data.ts';
import { paintCellNames, paintPlaces } from './names.ts';
import { FONTS, Pen } from './pen.ts';
import type { MapView } from './view.ts';

/** Draws the map on the canvas: the whole axis on top, then what the view shows at the chosen phase, then all phases. */

const ROW_STRIP = 14;
const CURVE_PIXELS_MIN = 3;
const SIGNS_APART_PIXELS = 8;

export interface Picture {
  readonly view: MapView;
  readonly phase: number;
  /** Stored place under the pointer or the keyboard's cursor. */
  readonly cursor: number | null;
  readonly selected: Pick<PageGap, 'from' | 'to'> | null;
  /** Where a machine is; null: nobody says. */
  readonly machine: Pick<LiveMachine, 'x' | 'words'> | null;
}

export class Painter {
  readonly #map: PageMap;
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: Pen;
  #width = 0;
  #sides: Sides = sidesOf(0);
  #layout: PageLayout;
  /** Of the last picture: names that have no room in the main strip, and cells too narrow to be drawn by themselves. */
  unnamed = { names: 0, cells: 0 };

  constructor(map: PageMap, canvas: HTMLCanvasElement, dark: boolean) {
    const context = canvas.getContext('2d');
    if (context === null) throw new TypeError('the browser has no canvas');
    this.#map = map;
    this.#canvas = canvas;
    this.#pen = new Pen(context, createBrushes(context, map, dark));
    this.#layout = this.#layoutFor(0);
  }

  /** Where the strips begin. */
  get left(): number {
    return this.#sides.left;
  }

  /** Pixels of the strips. */
  get pixels(): number {
    return Math.max(1, this.#width - this.#sides.left - this.#sides.right);
  }

  get layout(): PageLayout {
    return this.#layout;
  }

  setTheme(dark: boolean): void {
    this.#pen.brushes = createBrushes(this.#pen.context, this.#map, dark);
  }

  /** Fits the canvas to its element. */
  resize(width: number, height: number, ratio: number): void {
    this.#width = width;
    this.#sides = sidesOf(width);
    this.#layout = this.#layoutFor(height);
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(this.#layout.height * ratio);
    this.#canvas.style.height = `${this.#layout.height}px`;
    this.#pen.context.setTransform(ratio, 0, 0, ratio, 0, 0);
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
    const context = this.#pen.context;
    const { main, changes } = this.#layout;
    context.fillStyle = this.#pen.brushes.ground;
    context.fillRect(0, 0, this.#width, this.#layout.height);
    const whole = { from: axis.min, to: axis.max, pixels: this.pixels };
    const seen = { from: picture.view.from, to: picture.view.to, pixels: this.pixels };
    const window = this.#map.windowAt(picture.phase);
    this.#paintTicks(seen);
    this.#paintStrip(this.#layOut(window, whole), OVERVIEW.top, OVERVIEW.height, false);
    this.#paintBrush(picture.view);
    const strip = this.#layOut(window, seen);
    const unnamed = this.#paintStrip(strip, main.top, main.height, true);
    const worded = this.#paintLimits(strip, window, seen);
    const crowds = strip.crowds.filter(({ cells }) => cells > 1);
    this.unnamed = {
      names: this.#paintNames(strip, unnamed, worded) + this.#paintPlaces(seen),
      cells: crowds.reduce((sum, { cells }) => sum + cells, 0),
    };
    if (changes !== null) this.#paintChanges(picture.phase, seen);
    paintLegend(this.#legendLines(), this.#pen, this.#sides.legend, this.#layout.legend.top);
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
      : `${this.#sides.isNarrow ? '' : 'phase '}${readablePhases(window.from, window.to, this.#map.data.units)}`;
  }

  #label(words: string, y: number, ink = this.#pen.brushes.quiet): void {
    this.#pen.text(words, this.left - 10, y, { ink, align: 'right', pixels: this.left - 14 });
  }

  #paintTicks(view: View): void {
    const context = this.#pen.context;
    const { axis } = this.#map;
    const { ticksY, legend } = this.#layout;
    const widthOf = (text: string) => this.#pen.widthOf(text, FONTS.plain);
    let end = this.left - 24;
    for (const { at, label, under } of ticksOf(axis, view.from, view.to, { pixels: view.pixels, widthOf })) {
      const x = this.#x(at, view);
      context.fillStyle = this.#pen.brushes.grid;
      context.fillRect(x, ticksY + 6, 1, legend.top - ticksY - 10);
      const half = widthOf(label) / 2;
      // The last label is kept within the canvas.
      const middle = Math.min(x, this.#width - half);
      // The first gives way to the name of the axis on its left, or to the one on its right.
      if (middle - half >= end) this.#pen.text(label, middle, ticksY, { align: 'center' });
      end = Math.max(end, middle + half + 6);
      if (under === null) continue;
      const underHalf = this.#pen.widthOf(under, FONTS.small) / 2;
      this.#pen.text(under, Math.min(x, this.#width - underHalf), ticksY + 13, {
        ...{ align: 'center', ink: this.#pen.brushes.quiet, font: FONTS.small, isOverLines: true },
      });
    }
    const name = axis.kind === 'time' ? `${axis.name}, UTC` : axis.name;
    this.#pen.text(name, this.left - 30, ticksY, {
      ink: this.#pen.brushes.quiet,
      align: 'right',
      pixels: this.left - 34,
    });
  }

  #x(place: number, view: View): number {
    return this.left + ((place - view.from) / (view.to - view.from)) * view.pixels;
  }

  /** Gives the pieces that have no room for their name. */
  #paintStrip(strip: Strip, top: number, height: number, isMain: boolean): Piece[] {
    const context = this.#pen.context;
    for (const { left, right, cells, style } of strip.crowds) {
      context.fillStyle = cells === 1 ? this.#pen.brushes.fillOf(style) : this.#pen.brushes.crowd;
      context.fillRect(this.left + left, top, Math.max(0.5, right - left), height);
    }
    const unnamed: Piece[] = [];
    for (const piece of strip.pieces) {
      const { left, right, style } = piece;
      context.fillStyle = this.#pen.brushes.fillOf(style);
      context.fillRect(this.left + left, top, right - left, height);
      if (right - left >= 3) {
        context.strokeStyle = this.#pen.brushes.border;
        context.lineWidth = 0.6;
        context.strokeRect(this.left + left, top, right - left, height);
      }
      if (isMain && !this.#paintName(piece, top + height / 2 + 4)) unnamed.push(piece);
    }
    context.strokeStyle = this.#pen.brushes.edge;
    context.lineWidth = 1;
    context.strokeRect(this.left, top, this.pixels, height);
    this.#paintMarks(strip, top, height, isMain);
    return unnamed;
  }

  /** Gives how many names have no room. */
  #paintNames(strip: Strip, unnamed: readonly Piece[], worded: readonly StepWords[]): number {
    const { rules, styles, data } = this.#map;
    const cells = [...unnamed, ...narrowCells(strip, styles)];
    const named = { rules, limitUnit: data.units.limit, worded: worded.map(({ step }) => step) };
    return paintCellNames(cells, named, this.#pen, this.#nameRoom);
  }

  get #nameRoom() {
    return { left: this.left, pixels: this.#width - this.left, layout: this.#layout };
  }

  /** Gives how many stations have no room for their name. */
  #paintPlaces(view: View): number {
    const seen: { name: string; at: number }[] = [];
    let hidden = 0;
    for (const { name, at } of this.#map.data.marks) {
      const x = this.#x(at, view) - this.left;
      if (x < 0 || x > view.pixels) continue;
      const before = seen.at(-1);
      // Of places in one pixel one is drawn, a station rather than a milepost.
      if (before !== undefined && x - before.at < 1) {
        if (isMilepost(name)) continue;
        if (isMilepost(before.name)) seen.pop();
        else {
          hidden++;
          continue;
        }
      }
      seen.push({ name, at: x });
    }
    return hidden + paintPlaces(seen, this.#pen, this.#nameRoom);
  }

  #legendLines(): LegendPart[][] {
    const parts = legendParts(this.#map, this.#pen.brushes);
    return legendLines(parts, this.#pen, this.#width - this.#sides.legend);
  }

  /** Writes the name into its piece; false: there is no room. */
  #paintName({ left, right, style }: Piece, y: number): boolean {
    const rule = this.#map.rules[style];
    if (rule === undefined || rule.id === '') return false;
    const names = rule.kind === 'gap' ? [`${rule.id}: ${rule.action}`, rule.id] : [rule.id];
    const name = names.find((each) => this.#pen.widthOf(each, FONTS.plain) + 10 <= right - left);
    if (name === undefined) return false;
    const x = this.left + (left + right) / 2;
    if (rule.kind === 'gap') {
      const width = this.#pen.widthOf(name, FONTS.plain) + 8;
      this.#pen.context.fillStyle = this.#pen.brushes.ground;
      this.#pen.context.fillRect(x - width / 2, y - 13, width, 17);
      this.#pen.text(name, x, y, { align: 'center' });
    } else {
      this.#pen.text(name, x, y, { align: 'center', ink: inkOn(this.#map.colouring.fillOf(rule)) });
    }
    return true;
  }

  /** A gap too narrow to draw: a line in the lower part of the strip, and in the main strip its shape below. */
  #paintMarks({ marks }: Strip, top: number, height: number, isMain: boolean): void {
    const context = this.#pen.context;
    context.fillStyle = this.#pen.brushes.ink;
    let last = Number.NEGATIVE_INFINITY;
    for (const { at, mark } of marks) {
      context.fillRect(this.left + at - 0.6, top + height * 0.55, 1.2, height * 0.45 + 1);
      if (!isMain || at - last < SIGNS_APART_PIXELS) continue;
      last = at;
      this.#pen.sign(mark, this.left + at, top + height + SIGN_PIXELS / 2);
    }
  }

  /** Gives what is written on steps. */
  #paintLimits({ limits: steps }: Strip, window: number, seen: View): StepWords[] {
    const band = this.#layout.limits;
    const range = this.#map.limits;
    if (band === null || range === null) return [];
    const context = this.#pen.context;
    const { units } = this.#map.data;
    const size = { pixels: seen.pixels, height: band.height };
    const within = heightOf(range, size);
    const y: HeightOf = (limit) => band.top + within(limit);
    context.fillStyle = this.#pen.brushes.grid;
    context.fillRect(this.left, y(0), seen.pixels, 1);
    const drawn = drawnSteps(steps);
    context.fillStyle = BAND_FILL;
    if (drawn.isBand)
      for (const { left, right, low, high } of drawn.steps)
        context.fillRect(this.left + left, y(high), right - left, y(low) - y(high));
    context.strokeStyle = this.#pen.brushes.ink;
    context.lineWidth = 1.6;
    context.beginPath();
    let end = Number.NaN;
    for (const { left, right, low, high: highest } of drawn.steps) {
      const high = drawn.isBand ? low : highest;
      if (Math.abs(left - end) < 0.01) context.lineTo(this.left + left, y(low));
      else context.moveTo(this.left + left, y(low));
      if (low !== high) context.lineTo(this.left + left, y(high));
      context.lineTo(this.left + right, y(high));
      end = right;
    }
    context.stroke();
    this.#paintCurves(window, seen, y, band.top, band.height);
    const widthOf = (text: string) => this.#pen.widthOf(text, FONTS.small);
    const written = stepWords(steps, within, units.limit, { ...size, textPixels: 11, widthOf });
    for (const { text, x, y: at, isUpright } of written) {
      const style = { font: FONTS.small, isOverLines: true } as const;
      if (isUpright) this.#pen.upright(text, this.left + x, band.top + at, style);
      else this.#pen.text(text, this.left + x, band.top + at, { ...style, align: 'center' });
    }
    const high = limitText(range.high, units);
    this.#label(this.#sides.isNarrow ? high : `limit ${high}`, y(range.high) + 4);
    this.#label(limitText(0, units), y(0) + 4);
    return written;
  }

  /** How the machine brakes before limits fall, over them. */
  #paintCurves(window: number, view: View, y: HeightOf, top: number, height: number): void {
    const { braking } = this.#map.data;
    if (braking === null) return;
    const context = this.#pen.context;
    context.save();
    context.beginPath();
    context.rect(this.left, top, view.pixels, height);
    context.clip();
    context.strokeStyle = this.#pen.brushes.place;
    context.lineWidth = 1.2;
    context.setLineDash([...CURVE_DASH]);
    context.beginPath();
    for (const curve of this.#map.curvesOf(window)) {
      const ends = [this.#x(curve.at, view), this.#x(beginOf(curve, braking), view)];
      const [left, right] = [Math.min(...ends), Math.max(...ends)];
      if (right < this.left || left > this.left + view.pixels || right - left < CURVE_PIXELS_MIN) continue;
      pointsOf(curve, braking).forEach(({ at, limit }, index) => {
        if (index === 0) context.moveTo(this.#x(at, view), y(limit));
        else context.lineTo(this.#x(at, view), y(limit));
      });
    }
    context.stroke();
    context.restore();
  }

  /** What is answered differently than before at this phase. */
  #paintChanges(phase: number, view: View): void {
    const { changes: band } = this.#layout;
    if (band === null) return;
    const context = this.#pen.context;
    context.strokeStyle = this.#pen.brushes.border;
    context.lineWidth = 0.6;
    for (const { from, to, phaseFrom, phaseTo, group, brief } of this.#map.changes) {
      if (phase < phaseFrom || phase >= phaseTo || to <= view.from || from >= view.to) continue;
      const left = Math.max(this.left, this.#x(from, view));
      const width = Math.max(1.5, Math.min(this.left + view.pixels, this.#x(to, view)) - left);
      const fill = CHANGE_GROUPS[group]?.fill ?? this.#pen.brushes.crowd;
      context.fillStyle = fill;
      context.fillRect(left, band.top, width, band.height);
      if (width >= 3) context.strokeRect(left, band.top, width, band.height);
      if (this.#pen.widthOf(brief, FONTS.small) + 8 > width) continue;
      this.#pen.text(brief, left + width / 2, band.top + band.height / 2 + 4, {
        ...{ font: FONTS.small, align: 'center', ink: inkOn(fill) },
      });
    }
    this.#label('changed', band.top + band.height / 2 + 4);
  }

  #paintBrush(view: MapView): void {
    const { axis } = this.#map.data;
    const whole = { from: axis.min, to: axis.max, pixels: this.pixels };
    const [left, right] = [this.#x(view.from, whole), this.#x(view.to, whole)];
    this.#pen.context.strokeStyle = this.#pen.brushes.accent;
    this.#pen.context.lineWidth = 2;
    this.#pen.context.strokeRect(left, OVERVIEW.top - 2, Math.max(3, right - left), OVERVIEW.height + 4);
  }

  #paintRows(picture: Picture, seen: View): void {
    const chosen = this.#map.windowAt(picture.phase);
    const first = this.firstRow(picture.phase);
    const { top: rowsTop, count } = this.#layout.rows;
    for (let row = 0; row < count; row++) {
      const top = rowsTop + row * ROW_PIXELS;
      const isChosen = first + row === chosen;
      this.#paintStrip(this.#layOut(first + row, seen), top, ROW_STRIP, false);
      const ink = isChosen ? this.#pen.brushes.accent : this.#pen.brushes.quiet;
      this.#label(this.#phaseWords(first + row), top + 11, ink);
      if (!isChosen) continue;
      this.#pen.context.strokeStyle = this.#pen.brushes.accent;
      this.#pen.context.lineWidth = 2;
      this.#pen.context.strokeRect(this.left - 1, top - 1, this.pixels + 2, ROW_STRIP + 2);
    }
  }

  #paintSelection({ from, to }: Pick<PageGap, 'from' | 'to'>, view: View): void {
    const left = Math.max(this.left, this.#x(from, view));
    const right = Math.min(this.left + view.pixels, this.#x(to, view));
    if (right < left) return;
    const { main } = this.#layout;
    this.#pen.context.strokeStyle = this.#pen.brushes.accent;
    this.#pen.context.lineWidth = 3;
    this.#pen.context.strokeRect(left - 1.5, main.top - 3, Math.max(2, right - left) + 3, main.height + 6);
  }

  #paintCursor(place: number, view: View): void {
    const x = this.#x(place + 0.5, view);
    if (x < this.left || x > this.left + view.pixels) return;
    const { ticksY, legend } = this.#layout;
    this.#pen.context.fillStyle = this.#pen.brushes.accent;
    this.#pen.context.fillRect(x - 0.5, ticksY + 18, 1.5, legend.top - ticksY - 22);
  }

  /** A triangle over the strip where the machine is, and in the overview a line. */
  #paintMachine({ x: at, words }: NonNullable<Picture['machine']>, view: View): void {
    const context = this.#pen.context;
    const { axis } = this.#map.data;
    const { main } = this.#layout;
    const whole = this.#x(at + 0.5, { from: axis.min, to: axis.max, pixels: this.pixels });
    context.fillStyle = this.#pen.brushes.machine;
    context.fillRect(whole - 1.5, OVERVIEW.top - 3, 3, OVERVIEW.height + 6);
    const x = this.#x(at + 0.5, view);
    if (x < this.left || x > this.left + view.pixels) return;
    context.fillRect(x - 1, main.top - 4, 2, main.height + 8);
    context.beginPath();
    context.moveTo(x, main.top + 2);
    context.lineTo(x - 8, main.top - 12);
    context.lineTo(x + 8, main.top - 12);
    context.fill();
    const width = this.#pen.widthOf(words, FONTS.plain) + 10;
    const left = Math.min(Math.max(this.left, x - width / 2), this.left + view.pixels - width);
    context.fillRect(left, main.top - 30, width, 18);
    this.#pen.text(words, left + 5, main.top - 17, { ink: this.#pen.brushes.ground });
  }
}
