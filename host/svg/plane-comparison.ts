import { answerWords, headParts, kindWords } from '../audit/compare-words.ts';
import {
  comparePlaneShapes,
  gridAt,
  type PlaneChange,
  type PlaneComparison,
  type PlaneComparisonWithShapes,
} from '../audit/plane-compare.ts';
import { planeCountWords, ruleParts, whereParts } from '../audit/plane-compare-words.ts';
import type { PlanePartition, PlanePhases } from '../body/plane-partition.ts';
import { CHANGE_GROUPS, changeGroupOf } from '../drawing/change-groups.ts';
import { textPixels } from '../drawing/text-width.ts';
import { type Border, type Corners, piecesOf } from '../plane/pieces.ts';
import { groupFill, usedGroups } from './change-fills.ts';
import { CHANGE_COLUMNS, TABLE_ROWS_MAX } from './comparison-scene.ts';
import { drawLegend } from './legend.ts';
import { element, escapeXml, textElement } from './markup.ts';
import {
  drawBorders,
  drawTicks,
  EDGE,
  endOfPictures,
  PICTURES_MAX,
  type PlacedFrame,
  type PlanePictures,
  pathOf,
  phasesTitle,
  pixelOf,
  placedFrame,
  planeDocument,
  planeFrame,
  scaleBar,
  WIDTH,
} from './plane-frame.ts';
import type { LegendEntry, SceneTable } from './scene.ts';
import { drawTable } from './table.ts';

/** Two editions of a plane as one drawing: what is answered otherwise, numbered, and in a table from what to what. */

const KEY_PIXELS = 9;

/** Phases in which the same places are answered otherwise. */
interface ChangedPhases extends PlanePhases {
  /** Indices of the changes. */
  readonly changes: readonly number[];
}

/** @throws HoldfastError NOT_COMPARABLE */
export function drawPlaneComparison(before: PlanePartition, after: PlanePartition): string {
  const compared = comparePlaneShapes(before, after);
  const { comparison, axes: common } = compared;
  const axes: PlanePictures['axes'] = [
    { ...before.axes[0], min: common[0].min, max: common[0].max },
    { ...before.axes[1], min: common[1].min, max: common[1].max },
  ];
  const all = changedPhases(comparison);
  const shown = all.slice(0, PICTURES_MAX);
  const frame = planeFrame({ axes, isTitled: comparison.phasePeriod !== 1 }, shown.length);
  const drawn = shown.map((phases, index) =>
    drawPicture({ before, after, compared, axes }, phases, placedFrame(frame, index)),
  );
  const end = endOfPictures(frame, shown.length);
  const place = { left: EDGE, right: WIDTH - EDGE };
  const legend = drawLegend(legendOf(comparison), { ...place, top: end });
  const table = drawTable(tableOf(comparison, all.length - shown.length), {
    ...place,
    top: end + legend.pixels,
  });
  return planeDocument({
    title: `${before.map}: epoch ${before.epoch} to epoch ${after.epoch}`,
    subtitle: planeCountWords(comparison),
    height: end + legend.pixels + table.pixels + EDGE,
    parts: [...drawn, scaleBar(axes[0], frame), legend.markup, table.markup],
  });
}

/** In rising order; all phases as one where nothing changed. */
function changedPhases({ changes, phasePeriod }: PlaneComparison): readonly ChangedPhases[] {
  const ends = changes.flatMap(({ phases }) => phases.flatMap(({ from, to }) => [from, to]));
  const rising = [...new Set(ends)].sort((one, other) => one - other);
  const found: ChangedPhases[] = [];
  rising.slice(1).forEach((to, index) => {
    const from = rising[index] ?? 0;
    const holds = changes.flatMap(({ phases }, change) =>
      phases.some((range) => range.from <= from && to <= range.to) ? [change] : [],
    );
    if (holds.length > 0) found.push({ from, to, changes: holds });
  });
  return found.length === 0 ? [{ from: 0, to: phasePeriod, changes: [] }] : found;
}

interface Drawn {
  readonly before: PlanePartition;
  readonly after: PlanePartition;
  readonly compared: PlaneComparisonWithShapes;
  readonly axes: PlanePictures['axes'];
}

function drawPicture(
  { before, after, compared, axes }: Drawn,
  { from, to, changes }: ChangedPhases,
  frame: PlacedFrame,
): string {
  const { comparison, shapes } = compared;
  const { phasePeriod, before: compare } = comparison;
  const title = phasesTitle(from, to, { phasePeriod, units: compare.units });
  const areas = changes.flatMap((index) => {
    const change = comparison.changes[index];
    return change === undefined ? [] : [drawChange(change, shapes[index] ?? [], comparison, frame)];
  });
  return element(
    'g',
    { transform: `translate(${frame.x} ${frame.y})` },
    title === '' ? '' : textElement({ x: 0, y: -8, class: 'band' }, title),
    ...areas,
    drawBorders(bordersAt(before, from, compared.from.before), frame, 'border before'),
    drawBorders(bordersAt(after, from, compared.from.after), frame),
    element('rect', { width: frame.width, height: frame.height, class: 'frame' }),
    ...drawNumbers(changes, compared, frame),
    drawTicks({ axes }, frame),
  );
}

/** Lines between rules in a phase, as offsets from the common minima. */
function bordersAt(
  plane: PlanePartition,
  phase: number,
  [x, y]: readonly [number, number],
): readonly Border[] {
  const grid = plane.grids[gridAt(plane, phase)];
  if (grid === undefined) return [];
  const { borders } = piecesOf(plane, grid);
  return borders.map(([x0, y0, x1, y1]) => [x0 + x, y0 + y, x1 + x, y1 + y] as const);
}

function drawChange(
  change: PlaneChange,
  cells: readonly Corners[],
  { before, after }: PlaneComparison,
  frame: PlacedFrame,
): string {
  const group = CHANGE_GROUPS[changeGroupOf(change)];
  const fill = group === undefined ? 'none' : groupFill(group);
  const seam = fill.startsWith('url') ? {} : { stroke: fill, 'stroke-width': 0.6 };
  const answers = `${answerWords(change.before, before.units)} → ${answerWords(change.after, after.units)}`;
  const title = element('title', {}, escapeXml(`${kindWords(change)}: ${answers}`));
  return element('path', { d: pathOf(cells, frame), fill, ...seam }, title);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The numbers of changes in the table, each at its place, or as near to it as there is room. */
function drawNumbers(
  changes: readonly number[],
  { shapes }: PlaneComparisonWithShapes,
  frame: PlacedFrame,
): string[] {
  const taken: Box[] = [];
  return changes
    .filter((index) => index < TABLE_ROWS_MAX)
    .flatMap((index) => {
      const cells = shapes[index] ?? [];
      const [width, height] = [textPixels(`${index + 1}`, KEY_PIXELS) + 5, 13];
      const { middle, half } = boundsOf(cells, frame);
      // What the number would hide has it beside itself.
      const isNarrow = half[0] < width || half[1] < height;
      const [px, py] = isNarrow ? middle : middleOf(cells, frame);
      const [aside, away] = isNarrow ? half : [0, 0];
      const box = NEAR.slice(isNarrow ? 1 : 0)
        .map(
          ([dx, dy]): Box => ({
            x: px - width / 2 + dx * (width + 2) + Math.sign(dx) * aside,
            y: py - height / 2 + dy * (height + 2) + Math.sign(dy) * away,
            ...{ width, height },
          }),
        )
        .find((near) => isInside(near, frame) && !taken.some((other) => isOver(near, other)));
      if (box === undefined) return [];
      taken.push(box);
      const text = textElement(
        { x: box.x + width / 2, y: box.y + 10, class: 'middle small' },
        `${index + 1}`,
      );
      return [`${element('rect', { ...box, rx: 3, class: 'plate' })}${text}`];
    });
}

/** Where a number may stand beside its place: there, then around it, in its widths and heights. */
const NEAR = [0, 1, 2, 3].flatMap((far) =>
  far === 0
    ? [[0, 0] as const]
    : [
        [far, 0] as const,
        [-far, 0] as const,
        [0, far] as const,
        [0, -far] as const,
        [far, far] as const,
        [-far, -far] as const,
      ],
);

function isInside({ x, y, width, height }: Box, frame: PlacedFrame): boolean {
  return x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height;
}

function isOver(one: Box, other: Box): boolean {
  const isApartX = one.x >= other.x + other.width || other.x >= one.x + one.width;
  const isApartY = one.y >= other.y + other.height || other.y >= one.y + one.height;
  return !isApartX && !isApartY;
}

interface Bounds {
  readonly middle: readonly [x: number, y: number];
  /** Half of the width and of the height. */
  readonly half: readonly [x: number, y: number];
}

/** In pixels. */
function boundsOf(cells: readonly Corners[], frame: PlacedFrame): Bounds {
  let [west, south] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [east, north] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const corners of cells)
    corners.forEach((value, at) => {
      if (at % 2 === 0) [west, east] = [Math.min(west, value), Math.max(east, value)];
      else [south, north] = [Math.min(south, value), Math.max(north, value)];
    });
  const [left, bottom] = pixelOf(frame, west, south);
  const [right, top] = pixelOf(frame, east, north);
  return {
    middle: [(left + right) / 2, (top + bottom) / 2],
    half: [(right - left) / 2, (bottom - top) / 2],
  };
}

/** In pixels: the middle of the piece that reaches farthest. */
function middleOf(cells: readonly Corners[], frame: PlacedFrame): [number, number] {
  let [best, widest]: [[number, number], number] = [[0, 0], -1];
  for (const corners of cells) {
    const xs = corners.filter((_, at) => at % 2 === 0);
    const ys = corners.filter((_, at) => at % 2 === 1);
    const wide = Math.min(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
    if (wide <= widest) continue;
    widest = wide;
    const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
    best = pixelOf(frame, mean(xs), mean(ys));
  }
  return best;
}

function legendOf({ changes }: PlaneComparison): LegendEntry[] {
  return [
    ...usedGroups(changes).map((entry) => ({ ...entry, mark: null })),
    { line: 'border before', words: 'border before' },
    { line: 'border', words: 'border after' },
  ];
}

/** null where nothing differs. */
function tableOf(comparison: PlaneComparison, omitted: number): SceneTable | null {
  const { changes, rules, head, before, after } = comparison;
  const changeRows = changes
    .slice(0, TABLE_ROWS_MAX)
    .map((change, index) => [
      `${index + 1}  ${whereParts(comparison, change).join(', ')}`,
      kindWords(change),
      answerWords(change.before, before.units),
      answerWords(change.after, after.units),
    ]);
  const ruleRows = rules.slice(0, TABLE_ROWS_MAX).map((rule) => ruleParts(comparison, rule));
  const headRows = head.filter(({ field }) => field !== 'epoch').map((change) => ['', ...headParts(change)]);
  const rows = [...changeRows, ...ruleRows, ...headRows];
  const left = [
    ...leftOut(changes.length - changeRows.length, 'changes'),
    ...leftOut(rules.length - ruleRows.length, 'rules'),
    ...leftOut(omitted, 'ranges of phases'),
  ];
  const more = left.length === 0 ? '' : `and ${left.join(', ')}: holdfast audit --json lists them`;
  return rows.length === 0 ? null : { head: CHANGE_COLUMNS, rows, more };
}

function leftOut(count: number, what: string): string[] {
  return count > 0 ? [`${count} more ${what}`] : [];
}
