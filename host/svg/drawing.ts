import type { Partition } from '../body/partition.ts';
import { GAP_HATCHES, HATCH_TILE, type Hatch, MARK_SHAPES } from '../drawing/palette.ts';
import { ticksOf, unitWords } from '../drawing/ticks.ts';
import { ACTION_NAMES } from '../format.ts';
import { comparisonScene } from './comparison-scene.ts';
import { hatchId, mapScene } from './map-scene.ts';
import { element, escapeXml, textElement } from './markup.ts';
import { drawRow, type LimitRange, MARK_PIXELS, type RowSize } from './row.ts';
import type { LegendEntry, Scene, SceneBand } from './scene.ts';

/** A strip drawing of a map, or of what changed between two editions, as one SVG that needs nothing else. */

const WIDTH = 1200;
const LEFT = 150;
const RIGHT = 70;
const STRIP = WIDTH - LEFT - RIGHT;
const HEAD = 58;
/** Of named places, over the rows. */
const NAMES = 12;
const BAND_TITLE = 24;
const ROW_APART = 6;
const AXIS = 46;
const LEGEND_COLUMN = 230;
const LEGEND_LINE = 22;
const TICKS_MAX = 9;
const NAME_PIXELS_A_CHARACTER = 5.6;

/** The drawing of one map. */
export function drawMap(partition: Partition): string {
  return drawScene(mapScene(partition));
}

/**
 * The drawing of two editions and the changes between them.
 * @throws HoldfastError NOT_COMPARABLE when their axes count different things.
 */
export function drawComparison(before: Partition, after: Partition): string {
  return drawScene(comparisonScene(before, after));
}

function drawScene(scene: Scene): string {
  const rows = scene.bands.reduce((sum, band) => sum + band.rows.length, 0);
  const bands: string[] = [];
  const top = scene.marks.length === 0 ? HEAD : HEAD + NAMES;
  let y = top;
  for (const band of scene.bands) {
    const drawn = drawBand(scene, band, rows, y);
    bands.push(drawn.markup);
    y += drawn.pixels;
  }
  const axisY = y;
  const legend = drawLegend(scene.legend, axisY + AXIS);
  const height = axisY + AXIS + legend.pixels;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    element('title', {}, escapeXml(scene.title)),
    element('desc', {}, escapeXml(scene.subtitle)),
    element('style', {}, STYLE),
    definitions(),
    element('rect', { width: WIDTH, height, fill: '#fff' }),
    textElement({ x: 20, y: 28, class: 'title' }, scene.title),
    textElement({ x: 20, y: 46, class: 'subtitle' }, scene.subtitle),
    drawTicks(scene, top, axisY),
    ...drawNamedPlaces(scene, top, axisY),
    ...bands,
    legend.markup,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = [
  'text{font-family:system-ui,"Helvetica Neue",Arial,sans-serif;font-size:11px;fill:#111}',
  '.title{font-size:18px;font-weight:600}.subtitle{font-size:12px;fill:#444}.small{font-size:10px;fill:#444}',
  '.band{font-size:13px;font-weight:600}.end{text-anchor:end}.middle,.label{text-anchor:middle}',
  '.label{pointer-events:none}.halo{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}',
  '.piece{stroke:#222;stroke-width:.75}.frame{fill:none;stroke:#222;stroke-width:1}',
  '.mark{stroke:#000;stroke-width:1.2;fill:none}.shape{fill:#000;stroke:#000;stroke-width:1}',
  '.curve{stroke:#06c;stroke-width:1;stroke-dasharray:4 2;fill:none}.place{stroke:#06c;stroke-width:1;stroke-dasharray:1 3}',
  '.limit{stroke:#111;stroke-width:1.5;fill:none}.grid{stroke:#ccc;stroke-width:1}.axis{stroke:#222;stroke-width:1}',
].join('');

function drawBand(
  scene: Scene,
  band: SceneBand,
  rows: number,
  top: number,
): { markup: string; pixels: number } {
  const range = limitRange(band);
  const size = rowSize(rows, range !== null);
  const titlePixels = band.title === '' ? 0 : BAND_TITLE;
  const rowPixels = size.limitPixels + size.stripPixels + MARK_PIXELS + ROW_APART;
  const view = { from: scene.from, to: scene.to, pixels: STRIP };
  const markup = band.rows.map((row, index) => {
    const y = top + titlePixels + index * rowPixels;
    const middle = size.limitPixels + size.stripPixels / 2;
    const words = [
      textElement({ x: -10, y: middle + (row.note === '' ? 4 : -1), class: 'end' }, row.label),
      textElement({ x: -10, y: middle + (row.label === '' ? 4 : 11), class: 'end small' }, row.note),
    ];
    const drawn = drawRow(row, band, view, size, range);
    return element('g', { transform: `translate(${LEFT} ${y})` }, ...words, drawn);
  });
  if (band.title !== '') markup.unshift(textElement({ x: 20, y: top + 16, class: 'band' }, band.title));
  return { markup: markup.join('\n'), pixels: titlePixels + band.rows.length * rowPixels };
}

/** Rows become lower where there are many of them. */
function rowSize(rows: number, hasLimits: boolean): RowSize {
  if (rows <= 8) return { stripPixels: 30, limitPixels: hasLimits ? 44 : 0 };
  if (rows <= 20) return { stripPixels: 22, limitPixels: hasLimits ? 28 : 0 };
  return { stripPixels: 16, limitPixels: hasLimits ? 18 : 0 };
}

function limitRange(band: SceneBand): LimitRange | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { limit } of band.styles) {
    if (limit === null) continue;
    low = Math.min(low, limit);
    high = Math.max(high, limit);
  }
  return low > high ? null : { low, high };
}

/** Grid lines from `top` to the axis at `y`, and what they stand for. */
function drawTicks(scene: Scene, top: number, y: number): string {
  const { axis, from, to } = scene;
  const count = axis.kind === 'time' ? TICKS_MAX - 3 : TICKS_MAX;
  const ticks = ticksOf(axis, from, to, count).flatMap(({ at, label }) => {
    const x = LEFT + ((at - from) / (to - from)) * STRIP;
    return [
      element('line', { x1: x, x2: x, y1: top, y2: y + 5, class: 'grid' }),
      textElement({ x, y: y + 18, class: 'middle' }, label),
    ];
  });
  const line = element('line', { x1: LEFT, x2: LEFT + STRIP, y1: y, y2: y, class: 'axis' });
  const words = textElement(
    { x: LEFT + STRIP + 12, y: y + 4, class: 'small' },
    `${axis.name} (${unitWords(axis)})`,
  );
  return [...ticks, line, words].join('\n');
}

/** Named places above the rows; a name that would lie over the one before it is told by pointing at its line. */
function drawNamedPlaces({ marks, from, to }: Scene, top: number, bottom: number): string[] {
  let end = Number.NEGATIVE_INFINITY;
  return marks.map(({ name, at }) => {
    const x = LEFT + ((at - from) / (to - from)) * STRIP;
    const line = element(
      'line',
      { x1: x, x2: x, y1: top - 2, y2: bottom, class: 'place' },
      element('title', {}, escapeXml(name)),
    );
    if (x < end) return line;
    end = x + 8 + name.length * NAME_PIXELS_A_CHARACTER;
    return `${line}\n${textElement({ x: x + 3, y: top - 3, class: 'small' }, name)}`;
  });
}

function drawLegend(entries: readonly LegendEntry[], top: number): { markup: string; pixels: number } {
  const columns = Math.floor((WIDTH - 40) / LEGEND_COLUMN);
  const markup = entries.map(({ fill, mark, words }, index) => {
    const x = 20 + (index % columns) * LEGEND_COLUMN;
    const y = top + Math.floor(index / columns) * LEGEND_LINE;
    const box = element('rect', { width: 26, height: 14, fill, class: 'piece' });
    const d = mark === null ? null : MARK_SHAPES[mark];
    const shape = d == null ? '' : element('path', { d, transform: 'translate(36 7)', class: 'shape' });
    const label = textElement({ x: mark === null ? 33 : 46, y: 11 }, words);
    return element('g', { transform: `translate(${x} ${y})` }, box, shape, label);
  });
  return { markup: markup.join('\n'), pixels: Math.ceil(entries.length / columns) * LEGEND_LINE + 12 };
}

function definitions(): string {
  const crowd: Hatch = { lines: [2, 6].map((x) => [x, 0, x, 8] as const), width: 0.7 };
  return element(
    'defs',
    {},
    ...ACTION_NAMES.map((action) => pattern(hatchId(action), GAP_HATCHES[action], '#fff')),
    pattern('hatch-loss', GAP_HATCHES.stop, '#f2b99d'),
    pattern('crowd', crowd, '#e6e6e6'),
  );
}

function pattern(id: string, hatch: Hatch, ground: string): string {
  const tile = { width: HATCH_TILE, height: HATCH_TILE };
  const lines = hatch.lines.map(([x1, y1, x2, y2]) =>
    element('line', { x1, y1, x2, y2, stroke: '#222', 'stroke-width': hatch.width }),
  );
  const background = element('rect', { ...tile, fill: ground });
  return element('pattern', { id, ...tile, patternUnits: 'userSpaceOnUse' }, background, ...lines);
}
