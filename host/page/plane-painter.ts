import { CHANGE_GROUPS } from '../drawing/change-groups.ts';
import { ACTION_MARKS, inkOn } from '../drawing/palette.ts';
import { pixelShape, roomIn } from '../drawing/room.ts';
import { roundLength } from '../drawing/scale-bar.ts';
import { ticksOf } from '../drawing/ticks.ts';
import { ACTION_NAMES } from '../format.ts';
import { readableLength } from '../source/readable.ts';
import { createBrushes } from './brushes.ts';
import { LEGEND_LINE_PIXELS } from './layout.ts';
import { type LegendPart, legendLines, paintLegend } from './legend.ts';
import { FONTS, Pen } from './pen.ts';
import { clippedLine, clippedPolygon } from './plane-clip.ts';
import { type Box, boxBeside, isOver, nearestIn } from './plane-labels.ts';
import type { PageGrid, PagePiece, PlaneMap } from './plane-map.ts';
import { type Offset, type PlaneMove, placeAfter } from './plane-move.ts';
import type { Bounds, PlaneView } from './plane-view.ts';

/** Draws a plane on the canvas: what the view shows at the chosen phase, with axes, a scale bar, names and a legend. */

/** Around the map, for ticks and the scale bar. */
const LEFT = 74;
const TOP = 34;
const RIGHT = 14;
const BOTTOM = 34;
const HEIGHT_MIN = 420;
const BAR_PIXELS = 150;
const NAME_LINE_PIXELS = 12;
/** Pieces of a rule that are looked at for its name, and how many of their heights. */
const NAME_PIECES = 48;
const NAME_LOOKS = 6;
/** What is narrower than this has a sign, if it is a gap. */
const SIGN_PIXELS = 9;

/** Above so many, names beside what they are of would hide the picture. */
const NAMES_BESIDE_MAX = 60;
/** What takes less of the map than this is not hidden by a name. */
const HIDDEN_PART_MAX = 0.04;

/** What has no room for its name, with its bounds in sight. */
interface NarrowRule {
  readonly id: string;
  readonly shape: Box;
}

export interface PlanePicture {
  readonly view: PlaneView;
  readonly phase: number;
  /** Offset under the pointer or the keyboard's cursor. */
  readonly cursor: readonly [x: number, y: number] | null;
  /** A place of the list. */
  readonly selected: readonly [x: number, y: number] | null;
  /** Where a machine is that is followed; null: nobody says. */
  readonly machine: PlaneMachine | null;
  /** A move that a reader draws; null: none. */
  readonly move: PlaneMove | null;
  /** Whether the pieces and squares of the lookup are drawn. */
  readonly isLookup: boolean;
}

/** A machine, at an offset. */
export interface PlaneMachine {
  readonly at: readonly [x: number, y: number];
  readonly words: string;
}

export class PlanePainter {
  readonly left = LEFT;
  readonly top = TOP;
  readonly #map: PlaneMap;
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: Pen;
  readonly #widths = new Map<string, number>();
  #width = 1;
  #height = 1;
  /** Of the map: what the legend leaves. */
  #mapHeight = 1;
  /** Of the last picture: rules in sight whose names have no room. */
  unnamed = 0;

  constructor(map: PlaneMap, canvas: HTMLCanvasElement, dark: boolean) {
    const context = canvas.getContext('2d');
    if (context === null) throw new TypeError('the browser has no canvas');
    this.#map = map;
    this.#canvas = canvas;
    this.#pen = new Pen(context, createBrushes(context, brushed(map), dark));
  }

  setTheme(dark: boolean): void {
    this.#pen.brushes = createBrushes(this.#pen.context, brushed(this.#map), dark);
  }

  /** Fits the canvas to its element, and the view to what is left of it for the map. */
  resize(width: number, height: number, ratio: number, view: PlaneView): void {
    this.#width = width;
    this.#height = Math.max(HEIGHT_MIN, height);
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(this.#height * ratio);
    this.#canvas.style.height = `${this.#height}px`;
    this.#pen.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const lines = legendLines(this.#legend(), this.#pen, this.#width - 8).length;
    this.#mapHeight = Math.max(1, this.#height - TOP - BOTTOM - lines * LEGEND_LINE_PIXELS - 4);
    view.resize(this.#mapWidth, this.#mapHeight);
  }

  get #mapWidth(): number {
    return Math.max(1, this.#width - LEFT - RIGHT);
  }

  paint({ view, phase, cursor, selected, machine, move, isLookup }: PlanePicture): void {
    const { context, brushes } = this.#pen;
    context.fillStyle = brushes.ground;
    context.fillRect(0, 0, this.#width, this.#height);
    const grid = this.#map.gridAt(phase);
    context.save();
    context.translate(LEFT, TOP);
    this.#withinMap(view, () => {
      this.#paintRules(grid, view);
      this.#paintChanges(phase, view);
      if (isLookup) this.#paintLookup(grid, view);
      this.#paintBorders(grid, view);
    });
    const label = machine === null ? null : this.#labelOf(machine, view);
    this.#paintNames(grid, view, label === null ? [] : [label]);
    if (selected !== null) this.#paintSelected(selected, view);
    if (move !== null) this.#paintMove(move, view);
    if (cursor !== null) this.#paintCursor(cursor, view);
    if (machine !== null && label !== null) this.#paintMachine(machine, view, label);
    context.restore();
    this.#paintTicks(view);
    this.#paintBar(view);
    const lines = legendLines(this.#legend(), this.#pen, this.#width - 8);
    paintLegend(lines, this.#pen, 4, TOP + this.#mapHeight + BOTTOM + 4);
  }

  /** Nothing is painted beside the map, or beyond the ends of its axes. */
  #withinMap(view: PlaneView, paint: () => void): void {
    const { context } = this.#pen;
    const { left, right, top, bottom } = this.#frame(view);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    paint();
    context.restore();
    context.strokeStyle = this.#pen.brushes.ink;
    context.lineWidth = 1;
    context.strokeRect(left, top, right - left, bottom - top);
  }

  /** What of the axes is in sight, in pixels of the map. */
  #frame(view: PlaneView): Box {
    const [west, south] = view.pixel(0, 0);
    const [east, north] = view.pixel(this.#map.width, this.#map.height);
    return {
      left: Math.max(0, west),
      right: Math.min(this.#mapWidth, east),
      top: Math.max(0, north),
      bottom: Math.min(this.#mapHeight, south),
    };
  }

  #paintRules(grid: PageGrid, view: PlaneView): void {
    const { context, brushes } = this.#pen;
    const { bounds } = view;
    for (const [rule, pieces] of grid.byRule) {
      // All pieces of a rule are one path: what two of them share leaves no seam.
      context.fillStyle = brushes.fillOf(rule);
      context.beginPath();
      for (const piece of pieces) if (isSeen(piece, bounds)) this.#trace(piece, view);
      context.fill();
    }
  }

  #paintChanges(phase: number, view: PlaneView): void {
    const { context } = this.#pen;
    const { bounds } = view;
    for (const { group, pieces } of this.#map.changesAt(phase)) {
      context.fillStyle = CHANGE_GROUPS[group]?.fill ?? this.#pen.brushes.ground;
      context.beginPath();
      for (const piece of pieces) if (isSeen(piece, bounds)) this.#trace(piece, view);
      context.fill();
      // What is too narrow for its colour has the sign of its group.
      const seen = pieces.filter((piece) => isSeen(piece, bounds));
      if (seen.length > 0) this.#paintSign(CHANGE_GROUPS[group]?.mark ?? 0, seen, view);
    }
  }

  /** Adds a piece to the path, cut to what is near the map: far corners would lose their last digits. */
  #trace({ corners }: PagePiece, view: PlaneView): void {
    const { context } = this.#pen;
    const kept = clippedPolygon(view.pixels(corners), this.#mapWidth, this.#mapHeight);
    for (let at = 0; at < kept.length; at += 2) {
      if (at === 0) context.moveTo(kept[0] ?? 0, kept[1] ?? 0);
      else context.lineTo(kept[at] ?? 0, kept[at + 1] ?? 0);
    }
    if (kept.length > 0) context.closePath();
  }

  #paintBorders({ borders }: PageGrid, view: PlaneView): void {
    const { context, brushes } = this.#pen;
    context.strokeStyle = brushes.border;
    context.lineWidth = 0.9;
    context.beginPath();
    const [width, height] = [this.#mapWidth, this.#mapHeight];
    for (const border of borders) {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = view.pixels(border);
      const line = clippedLine([x0, y0, x1, y1], width, height);
      if (line === null) continue;
      context.moveTo(line[0], line[1]);
      context.lineTo(line[2], line[3]);
    }
    context.stroke();
  }

  /** The pieces that a check tells apart, and the squares of the grid around them. */
  #paintLookup({ byRule }: PageGrid, view: PlaneView): void {
    const { context, brushes } = this.#pen;
    const { bounds } = view;
    context.strokeStyle = brushes.place;
    context.lineWidth = 0.5;
    context.beginPath();
    for (const pieces of byRule.values())
      for (const piece of pieces) if (isSeen(piece, bounds)) this.#trace(piece, view);
    context.stroke();
    const { columns, rows, shiftX, shiftY } = this.#map.plane;
    context.lineWidth = 1.4;
    context.setLineDash([6, 4]);
    context.beginPath();
    for (let column = 1; column < columns; column++) {
      const [x] = view.pixel(column * 2 ** shiftX, 0);
      if (x < 0 || x > this.#mapWidth) continue;
      context.moveTo(x, 0);
      context.lineTo(x, this.#mapHeight);
    }
    for (let row = 1; row < rows; row++) {
      const [, y] = view.pixel(0, row * 2 ** shiftY);
      if (y < 0 || y > this.#mapHeight) continue;
      context.moveTo(0, y);
      context.lineTo(this.#mapWidth, y);
    }
    context.stroke();
    context.setLineDash([]);
  }

  /**
   * Each rule's name in the widest part of it in sight, or beside it where that is too narrow; a gap too narrow for anything has the sign
   * of its action. Nothing is written over what is taken.
   */
  #paintNames({ byRule }: PageGrid, view: PlaneView, taken: Box[]): void {
    const { rules } = this.#map.plane;
    const narrow: NarrowRule[] = [];
    const around: Box[] = [];
    for (const [index, pieces] of [...byRule].sort(([one], [other]) => one - other)) {
      const rule = rules[index];
      const seen = pieces.filter((piece) => isSeen(piece, view.bounds));
      if (rule === undefined || seen.length === 0) continue;
      const all = boundsOf(seen, view, this.#mapWidth, this.#mapHeight);
      around.push(all);
      if (this.#paintName(index, rule.id, seen, view, taken)) continue;
      // Of what lies all around others the name stands beside its largest piece.
      const shape = this.#isSmall(all)
        ? all
        : boundsOf(seen.slice(0, 1), view, this.#mapWidth, this.#mapHeight);
      narrow.push({ id: rule.id, shape });
      if (rule.kind === 'gap') this.#paintSign(ACTION_MARKS[rule.action], seen, view);
    }
    this.unnamed = narrow.length - this.#paintNamesBeside(narrow, around, view, taken);
  }

  #isSmall({ left, right, top, bottom }: Box): boolean {
    return (right - left) * (bottom - top) < this.#mapWidth * this.#mapHeight * HIDDEN_PART_MAX;
  }

  /** Names with a plate beside what they are of, and a line to it; how many have room. */
  #paintNamesBeside(
    narrow: readonly NarrowRule[],
    around: readonly Box[],
    view: PlaneView,
    taken: Box[],
  ): number {
    if (narrow.length > NAMES_BESIDE_MAX) return 0;
    const { context, brushes } = this.#pen;
    const frame = this.#frame(view);
    // Neither a name nor a small area lies under a plate.
    const kept = [...taken, ...around.filter((each) => this.#isSmall(each))];
    let named = 0;
    for (const { id, shape } of narrow) {
      const size = { width: this.#widthOf(id) + 8, height: NAME_LINE_PIXELS + 4 };
      const box = boxBeside(shape, size, { frame, taken: kept });
      if (box === null) continue;
      kept.push(box);
      taken.push(box);
      named++;
      const middle = [(shape.left + shape.right) / 2, (shape.top + shape.bottom) / 2] as const;
      const [x, y] = nearestIn(box, middle);
      const [toX, toY] = nearestIn(shape, [x, y]);
      context.strokeStyle = brushes.border;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo((toX + middle[0]) / 2, (toY + middle[1]) / 2);
      context.stroke();
      context.fillStyle = brushes.ground;
      context.fillRect(box.left, box.top, size.width, size.height);
      this.#pen.text(id, box.left + 4, box.bottom - 4, {
        ink: brushes.ink,
        align: 'left',
        font: FONTS.plain,
      });
    }
    return named;
  }

  /** false: it has no room. */
  #paintName(rule: number, name: string, seen: readonly PagePiece[], view: PlaneView, taken: Box[]): boolean {
    const around = boundsOf(seen, view, this.#mapWidth, this.#mapHeight);
    if (around.bottom - around.top < NAME_LINE_PIXELS) return false;
    const wide = this.#widthOf(name) + 8;
    if (around.right - around.left < wide) return false;
    const shapes = seen.slice(0, NAME_PIECES).flatMap((piece) => this.#shapeOf(piece, view));
    if (shapes.length === 0) return false;
    const room = roomIn(shapes, { textPixels: NAME_LINE_PIXELS, looks: NAME_LOOKS, enough: 2 * wide });
    if (room.width < wide) return false;
    const box = { left: room.x - wide / 2, right: room.x + wide / 2, top: room.y - 8, bottom: room.y + 8 };
    if (taken.some((other) => isOver(box, other))) return false;
    taken.push(box);
    const { context, brushes } = this.#pen;
    const fill = brushes.fillOf(rule);
    const isFlat = typeof fill === 'string' && this.#map.changes.length === 0;
    if (!isFlat) {
      context.fillStyle = brushes.ground;
      context.fillRect(box.left, box.top, wide, 16);
    }
    const ink = isFlat ? (inkOn(fill) === '#000' ? '#000000' : '#ffffff') : brushes.ink;
    this.#pen.text(name, room.x, room.y + 4, { ink, align: 'center', font: FONTS.plain });
    return true;
  }

  /** Of a name, measured once. */
  #widthOf(name: string): number {
    const width = this.#widths.get(name) ?? this.#pen.widthOf(name, FONTS.plain);
    this.#widths.set(name, width);
    return width;
  }

  /** Nothing where it is out of sight. */
  #shapeOf({ corners, area }: PagePiece, view: PlaneView) {
    const kept = clippedPolygon(view.pixels(corners), this.#mapWidth, this.#mapHeight, 0);
    if (kept.length < 6) return [];
    const points: [number, number][] = [];
    for (let at = 0; at < kept.length; at += 2) points.push([kept[at] ?? 0, kept[at + 1] ?? 0]);
    return [pixelShape(points, area)];
  }

  #paintSign(mark: number, seen: readonly PagePiece[], view: PlaneView): void {
    const { left, right, top, bottom } = boundsOf(seen, view, this.#mapWidth, this.#mapHeight);
    if (Math.min(right - left, bottom - top) >= SIGN_PIXELS) return;
    this.#pen.sign(mark, (left + right) / 2, (top + bottom) / 2);
  }

  #paintSelected([x, y]: readonly [number, number], view: PlaneView): void {
    const { context, brushes } = this.#pen;
    const [px, py] = view.pixel(x + 0.5, y + 0.5);
    context.strokeStyle = brushes.accent;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(px, py, 11, 0, 2 * Math.PI);
    context.stroke();
  }

  /** A broad line is safe, the rest is dashed; a ring where it begins, a bar where it stops, a short one where the limit falls. */
  #paintMove(move: PlaneMove, view: PlaneView): void {
    const { context, brushes } = this.#pen;
    const { from, to, end, safe, steps, lower } = move;
    const at = ([x, y]: Offset) => view.pixel(x + 0.5, y + 0.5);
    const line = (
      one: readonly [number, number],
      other: readonly [number, number],
      ink: string,
      width: number,
    ) => {
      const kept = clippedLine([...one, ...other], this.#mapWidth, this.#mapHeight);
      if (kept === null) return;
      context.strokeStyle = ink;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(kept[0], kept[1]);
      context.lineTo(kept[2], kept[3]);
      context.stroke();
    };
    const [start, goal] = [at(from), at(to)];
    const reached = end === 'at-start' ? start : at(placeAfter(move, safe));
    line(start, goal, brushes.ground, 8);
    context.setLineDash([4, 4]);
    line(reached, goal, brushes.accent, 2.5);
    context.setLineDash([]);
    line(start, reached, brushes.place, 5);
    this.#ring(start, 6, brushes.place);
    const length = Math.hypot(goal[0] - start[0], goal[1] - start[1]);
    if (length === 0) return;
    /** Across the move. */
    const [acrossX, acrossY] = [(start[1] - goal[1]) / length, (goal[0] - start[0]) / length];
    const bar = ([x, y]: readonly [number, number], half: number, ink: string) =>
      line([x - acrossX * half, y - acrossY * half], [x + acrossX * half, y + acrossY * half], ink, 3);
    if (lower !== null) bar(at(placeAfter(move, lower.after)), 6, brushes.place);
    if (end !== 'whole' || steps === 0) bar(reached, 11, brushes.accent);
    else this.#ring(goal, 6, brushes.place);
  }

  #ring([x, y]: readonly [number, number], radius: number, ink: string): void {
    const { context } = this.#pen;
    context.strokeStyle = ink;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }

  #paintCursor([x, y]: readonly [number, number], view: PlaneView): void {
    const { context, brushes } = this.#pen;
    const [px, py] = view.pixel(x + 0.5, y + 0.5);
    if (px < 0 || py < 0 || px > this.#mapWidth || py > this.#mapHeight) return;
    context.strokeStyle = brushes.machine;
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(px - 9, py);
    context.lineTo(px + 9, py);
    context.moveTo(px, py - 9);
    context.lineTo(px, py + 9);
    context.stroke();
  }

  /** Where the words of a machine stand: on its right, or on its left where there is no room; null: it is out of sight. */
  #labelOf({ at: [x, y], words }: PlaneMachine, view: PlaneView): Box | null {
    const [px, py] = view.pixel(x + 0.5, y + 0.5);
    if (px < 0 || py < 0 || px > this.#mapWidth || py > this.#mapHeight) return null;
    const wide = this.#pen.widthOf(words, FONTS.plain) + 8;
    const left = px + 14 + wide > this.#mapWidth ? px - 14 - wide : px + 14;
    return { left, right: left + wide, top: py - 8, bottom: py + 8 };
  }

  /** A spot in a ring, with the place in words beside it. */
  #paintMachine({ at: [x, y], words }: PlaneMachine, view: PlaneView, label: Box): void {
    const { context, brushes } = this.#pen;
    const [px, py] = view.pixel(x + 0.5, y + 0.5);
    context.fillStyle = brushes.machine;
    context.beginPath();
    context.arc(px, py, 5, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = brushes.machine;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(px, py, 10, 0, 2 * Math.PI);
    context.stroke();
    context.fillStyle = brushes.ground;
    context.fillRect(label.left, label.top, label.right - label.left, label.bottom - label.top);
    this.#pen.text(words, label.left + 4, label.bottom - 4, {
      ink: brushes.machine,
      align: 'left',
      font: FONTS.plain,
    });
  }

  #paintTicks(view: PlaneView): void {
    const [x, y] = this.#map.plane.axes;
    const { left, right, top, bottom } = this.#frame(view);
    const [west, north] = view.placeAt(left, top);
    const [east, south] = view.placeAt(right, bottom);
    const { context, brushes } = this.#pen;
    const widthOf = (text: string) => this.#pen.widthOf(text, FONTS.small);
    context.fillStyle = brushes.quiet;
    const style = { ink: brushes.quiet, font: FONTS.small } as const;
    const alongX = ticksOf(x, x.min + west, x.min + east, { pixels: right - left, widthOf });
    for (const { at, label } of alongX) {
      const px = LEFT + view.pixel(at - x.min, 0)[0];
      const half = widthOf(label) / 2;
      if (px + half > this.#width) continue;
      context.fillRect(px, TOP + bottom, 1, 5);
      this.#pen.text(label, px, TOP + bottom + 18, { ...style, align: 'center' });
    }
    const alongY = ticksOf(y, y.min + south, y.min + north, { pixels: bottom - top, widthOf: () => 12 });
    for (const { at, label } of alongY) {
      const py = TOP + view.pixel(0, at - y.min)[1];
      context.fillStyle = brushes.quiet;
      context.fillRect(LEFT + left - 5, py, 5, 1);
      this.#pen.text(label, LEFT + left - 8, py + 4, { ...style, align: 'right', pixels: LEFT - 10 });
    }
    this.#pen.text(`${x.name} →`, LEFT + right, TOP + bottom + 32, { ...style, align: 'right' });
    this.#pen.text(`${y.name} ↑`, LEFT + left, TOP + top - 12, { ...style, align: 'left' });
  }

  /** A round length, on top at the right. */
  #paintBar(view: PlaneView): void {
    const [axis] = this.#map.plane.axes;
    const steps = roundLength(BAR_PIXELS / view.scaleX);
    const length = steps * view.scaleX;
    const right = this.#width - RIGHT;
    const { context, brushes } = this.#pen;
    context.strokeStyle = brushes.ink;
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(right - length, 16);
    context.lineTo(right - length, 22);
    context.lineTo(right, 22);
    context.lineTo(right, 16);
    context.stroke();
    this.#pen.text(readableLength(steps, axis), right, 12, { align: 'right', font: FONTS.small });
  }

  #legend(): LegendPart[] {
    const { brushes } = this.#pen;
    const { colouring, plane, changeGroups } = this.#map;
    const filled = (fill: LegendPart['fill'], words: string, mark: number | null): LegendPart => ({
      ...{ fill, words, mark },
      dash: [],
    });
    const gaps = ACTION_NAMES.flatMap((action) => {
      const rule = plane.rules.findIndex((each) => each.kind === 'gap' && each.action === action);
      return rule < 0 ? [] : [filled(brushes.fillOf(rule), `gap: ${action}`, ACTION_MARKS[action])];
    });
    return [
      ...colouring.classes.map(({ fill, words }) => filled(fill, words, null)),
      ...gaps,
      ...changeGroups.map(({ fill, words, mark }) => filled(fill, words, mark)),
    ];
  }
}

function brushed({ plane, colouring }: PlaneMap) {
  return { rules: plane.rules, colouring };
}

function isSeen(piece: PagePiece, { west, east, south, north }: Bounds): boolean {
  return piece.east >= west && piece.west <= east && piece.north >= south && piece.south <= north;
}

/** In pixels of the map, as far as it is in sight. */
function boundsOf(pieces: readonly PagePiece[], view: PlaneView, width: number, height: number): Box {
  let [west, south] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [east, north] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const piece of pieces) {
    west = Math.min(west, piece.west);
    south = Math.min(south, piece.south);
    east = Math.max(east, piece.east);
    north = Math.max(north, piece.north);
  }
  const [left, bottom] = view.pixel(west, south);
  const [right, top] = view.pixel(east, north);
  return {
    left: Math.max(0, left),
    right: Math.min(width, right),
    top: Math.max(0, top),
    bottom: Math.min(height, bottom),
  };
}
