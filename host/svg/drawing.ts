import type { Partition } from '../body/partition.ts';
import { BAND_FILL } from '../drawing/palette.ts';
import type { LimitRange } from '../drawing/steps.ts';
import { fitted, textPixels } from '../drawing/text-width.ts';
import { ticksOf } from '../drawing/ticks.ts';
import { comparisonScene } from './comparison-scene.ts';
import { drawLegend } from './legend.ts';
import { mapScene } from './map-scene.ts';
import { decimal, element, escapeXml, textElement } from './markup.ts';
import { placesOver } from './places.ts';
import { CROWD_FILL, drawRow, type RowSize } from './row.ts';
import type { LegendEntry, Scene, SceneBand } from './scene.ts';
import { definitions, STYLE } from './style.ts';
import { drawTable } from './table.ts';

/** A strip drawing of a map, or of what changed between two editions, as one SVG that needs nothing else. */

const WIDTH = 1200;
const LEFT = 166;
const RIGHT = 76;
const EDGE = 20;
const STRIP = WIDTH - LEFT - RIGHT;
const HEAD = 58;
const BAND_TITLE = 24;
const ROW_APART = 8;
const AXIS = 48;
/** A line of words under the legend. */
const NOTE = 18;

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
  const places = placesOver(
    scene.marks
      .filter(({ at }) => at >= scene.from && at <= scene.to)
      .map(({ name, at }) => ({ name, at: placeX(scene, at) })),
    { left: LEFT, pixels: STRIP, beyondLeft: EDGE, beyondRight: RIGHT - EDGE },
  );
  const top = HEAD + places.pixels;
  const bands: DrawnBand[] = [];
  let y = top;
  for (const band of scene.bands) {
    const drawn = drawBand(scene, band, rows, y);
    bands.push(drawn);
    y += drawn.pixels;
  }
  const legend = drawLegend(shownEntries(scene.legend, new Set(bands.flatMap(({ fills }) => fills))), {
    left: EDGE,
    right: WIDTH - EDGE,
    top: y + AXIS,
  });
  const noteTop = y + AXIS + legend.pixels;
  const note = headLine(leftOutWords(scene.bands, bands), { y: noteTop + 6, class: 'small' }, 10);
  const tableTop = noteTop + (note === '' ? 0 : NOTE);
  const table = drawTable(scene.table, { left: EDGE, right: WIDTH - EDGE, top: tableTop });
  const height = tableTop + table.pixels;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    element('title', {}, escapeXml(scene.title)),
    element('desc', {}, escapeXml(scene.subtitle)),
    element('style', {}, STYLE),
    definitions(),
    element('rect', { width: WIDTH, height, fill: '#fff', class: 'ground' }),
    headLine(scene.title, { y: 28, class: 'title' }, 18),
    headLine(scene.subtitle, { y: 46, class: 'subtitle' }, 12),
    drawTicks(scene, top, y),
    places.draw(top, y),
    ...bands.map(({ markup }) => markup),
    legend.markup,
    note,
    table.markup,
    '</svg>',
    '',
  ]
    .filter((part, index, all) => part !== '' || index === all.length - 1)
    .join('\n');
}

/** What is filled with something that no cell shows needs no words; a sign stands below cells of any width. */
function shownEntries(entries: readonly LegendEntry[], fills: ReadonlySet<string>): readonly LegendEntry[] {
  const crowd: LegendEntry = { fill: CROWD_FILL, mark: null, words: 'many, each too narrow to draw' };
  const band: LegendEntry = { fill: BAND_FILL, mark: null, words: 'limits, from the lowest to the highest' };
  return [...entries, crowd, band].filter(
    (entry) => !('fill' in entry) || entry.mark !== null || fills.has(entry.fill),
  );
}

/** How many zones and gaps have their name nowhere, and where it is found; empty: none. */
function leftOutWords(bands: readonly SceneBand[], drawn: readonly DrawnBand[]): string {
  const named = new Set<string>();
  const all = new Set<string>();
  bands.forEach((band, index) => {
    if (!band.isMap) return;
    const nameOf = (style: number) => band.styles[style]?.names.at(-1) ?? '';
    for (const style of drawn[index]?.named ?? []) named.add(nameOf(style));
    for (const { list, over } of band.rows)
      for (const { styles } of [list, ...over])
        for (let cell = 0; cell < styles.length; cell++)
          if (band.styles[styles[cell] ?? 0]?.flag !== '') all.add(nameOf(styles[cell] ?? 0));
  });
  const count = all.size - named.size;
  if (count === 0) return '';
  const words = count === 1 ? '1 name has' : `${count} names have`;
  return `${words} no room here: holdfast audit --json lists all zones and gaps, and audit --html finds them`;
}

function headLine(text: string, attributes: { readonly y: number; readonly class: string }, size: number) {
  if (text === '') return '';
  return textElement({ x: EDGE, ...attributes }, fitted(text, size * 1.06, WIDTH - 2 * EDGE));
}

interface DrawnBand {
  readonly markup: string;
  readonly pixels: number;
  readonly fills: readonly string[];
  /** Styles whose name is written. */
  readonly named: readonly number[];
}

function drawBand(scene: Scene, band: SceneBand, rows: number, top: number): DrawnBand {
  const range = limitRange(scene.bands, band);
  const size = rowSize(rows, range !== null);
  const view = { from: scene.from, to: scene.to, pixels: STRIP };
  const markup: string[] = [];
  let y = top;
  const fills: string[] = [];
  const named: number[] = [];
  if (band.title !== '') {
    markup.push(headLine(band.title, { y: y + 16, class: 'band' }, 13));
    y += BAND_TITLE;
  }
  for (const row of band.rows) {
    const drawn = drawRow(row, band, view, size, range);
    const middle = size.limitPixels + size.stripPixels / 2;
    const words = [
      sideWords(row.label, middle + (row.note === '' ? 4 : -1), 11, 'end'),
      sideWords(row.note, middle + (row.label === '' ? 4 : 11), 10, 'end small'),
      sideWords(range === null ? '' : limitName(band), size.limitPixels / 2 + 4, 10, 'end small'),
    ].filter((part) => part !== '');
    markup.push(element('g', { transform: `translate(${LEFT} ${y})` }, ...words, drawn.markup));
    y += drawn.pixels + ROW_APART;
    fills.push(...drawn.fills);
    named.push(...drawn.named);
  }
  return { markup: markup.join('\n'), pixels: y - top, fills, named };
}

/** What the numbers on a profile count. */
function limitName({ limitUnit }: SceneBand): string {
  return limitUnit === null ? 'limit' : `limit, ${limitUnit}`;
}

/** Left of a row. */
function sideWords(text: string, y: number, size: number, name: string): string {
  return text === '' ? '' : textElement({ x: -10, y, class: name }, fitted(text, size, LEFT - 14));
}

/** Rows become lower where there are many of them. */
function rowSize(rows: number, hasLimits: boolean): RowSize {
  if (rows <= 3) return { stripPixels: 34, limitPixels: hasLimits ? 110 : 0, lanes: 16, uprightPixels: 260 };
  if (rows <= 8) return { stripPixels: 28, limitPixels: hasLimits ? 64 : 0, lanes: 5, uprightPixels: 140 };
  if (rows <= 20) return { stripPixels: 22, limitPixels: hasLimits ? 46 : 0, lanes: 3, uprightPixels: 110 };
  return { stripPixels: 18, limitPixels: hasLimits ? 22 : 0, lanes: 2, uprightPixels: 60 };
}

/** From zero, so that half a limit is half as high; bands that count the same share it. null: the band has no limits. */
function limitRange(bands: readonly SceneBand[], { limitUnit, styles }: SceneBand): LimitRange | null {
  if (styles.every(({ limit }) => limit === null)) return null;
  let [low, high] = [0, 0];
  for (const band of bands) {
    if (band.limitUnit !== limitUnit) continue;
    for (const { limit } of band.styles) {
      low = Math.min(low, limit ?? 0);
      high = Math.max(high, limit ?? 0);
    }
  }
  return { low, high };
}

function placeX({ from, to }: Scene, at: number): number {
  return ((at - from) / (to - from)) * STRIP;
}

/** Grid lines from `top` to the axis at `y`, and what they stand for. */
function drawTicks(scene: Scene, top: number, y: number): string {
  const { axis, from, to } = scene;
  const room = { pixels: STRIP, widthOf: (text: string) => textPixels(text, 11) };
  const ticks = ticksOf(axis, from, to, room).flatMap(({ at, label, under }) => {
    const x = LEFT + placeX(scene, at);
    return [
      element('path', { d: `M${decimal(x)},${top}V${decimal(y + 5)}`, class: 'grid' }),
      textElement({ x, y: y + 18, class: 'middle' }, label),
      ...(under === null ? [] : [textElement({ x, y: y + 31, class: 'middle small' }, under)]),
    ];
  });
  const line = element('path', { d: `M${LEFT},${y}H${LEFT + STRIP}`, class: 'axis' });
  const name = axis.kind === 'time' ? `${axis.name}, UTC` : axis.name;
  const words = textElement({ x: LEFT - 10, y: y + 4, class: 'small end' }, fitted(name, 10, LEFT - EDGE));
  return [...ticks, line, words].join('\n');
}
