import type { Partition } from '../body/partition.ts';
import { FLAG_APART_PIXELS, placeFlags } from '../drawing/flags.ts';
import type { LimitRange } from '../drawing/steps.ts';
import { fitted, textPixels } from '../drawing/text-width.ts';
import { ticksOf } from '../drawing/ticks.ts';
import { comparisonScene } from './comparison-scene.ts';
import { drawLegend } from './legend.ts';
import { mapScene } from './map-scene.ts';
import { decimal, element, escapeXml, textElement } from './markup.ts';
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
/** A lane of names of places, over the rows. */
const NAME_LANE = 13;
const NAME_LANES_MAX = 6;
const NAME_PIXELS_MAX = 200;
const BAND_TITLE = 24;
const ROW_APART = 8;
const AXIS = 48;

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
  const places = placeNames(scene);
  const top = HEAD + places.lanes * NAME_LANE;
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
  const table = drawTable(scene.table, { left: EDGE, right: WIDTH - EDGE, top: y + AXIS + legend.pixels });
  const height = y + AXIS + legend.pixels + table.pixels;
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
  return [...entries, crowd].filter(
    (entry) => !('fill' in entry) || entry.mark !== null || fills.has(entry.fill),
  );
}

function headLine(text: string, attributes: { readonly y: number; readonly class: string }, size: number) {
  return textElement({ x: EDGE, ...attributes }, fitted(text, size * 1.06, WIDTH - 2 * EDGE));
}

interface DrawnBand {
  readonly markup: string;
  readonly pixels: number;
  readonly fills: readonly string[];
}

function drawBand(scene: Scene, band: SceneBand, rows: number, top: number): DrawnBand {
  const range = limitRange(scene.bands, band);
  const size = rowSize(rows, range !== null);
  const view = { from: scene.from, to: scene.to, pixels: STRIP };
  const markup: string[] = [];
  let y = top;
  const fills: string[] = [];
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
  }
  return { markup: markup.join('\n'), pixels: y - top, fills };
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
  if (rows <= 3) return { stripPixels: 34, limitPixels: hasLimits ? 110 : 0, lanes: 16 };
  if (rows <= 8) return { stripPixels: 28, limitPixels: hasLimits ? 64 : 0, lanes: 5 };
  if (rows <= 20) return { stripPixels: 22, limitPixels: hasLimits ? 46 : 0, lanes: 3 };
  return { stripPixels: 18, limitPixels: hasLimits ? 22 : 0, lanes: 2 };
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

/** Marks whose lines are nearer than this to the one before have a tick only. */
const PLACES_APART_PIXELS = 3;

/** A name that is hardly more than a number gives way to those of stations. */
const MILEPOST = /^\p{L}{0,3}\.?\s*[\d.,+]+$/u;

/** Named places above the rows, in lanes; a name that has no room is told by pointing at its line. */
function placeNames(scene: Scene): { lanes: number; draw: (top: number, bottom: number) => string } {
  const names = scene.marks
    .filter(({ at }) => at >= scene.from && at <= scene.to)
    .map(({ name, at }) => ({ name, x: placeX(scene, at), text: fitted(name, 10, NAME_PIXELS_MAX) }));
  const requests = names.map(({ x, text }) => ({
    ...{ at: x, pixels: textPixels(text, 10), isFirst: !MILEPOST.test(text) },
  }));
  const flags = placeFlags(requests, { from: -EDGE, to: STRIP + RIGHT - EDGE, lanes: NAME_LANES_MAX });
  const byName = new Map(flags.map((flag) => [flag.request, flag]));
  const draw = (top: number, bottom: number) => {
    let last = Number.NEGATIVE_INFINITY;
    return names
      .map(({ name, x: at, text }, index) => {
        const flag = byName.get(index);
        const x = LEFT + at;
        const isNear = at - last < PLACES_APART_PIXELS;
        if (flag === undefined && isNear) return '';
        last = at;
        const y = top - 4 - (flag?.lane ?? 0) * NAME_LANE;
        const [from, to] = flag === undefined ? [top - 2, top + 6] : [y - 6, bottom];
        const d = `M${decimal(x)},${decimal(from)}V${decimal(to)}`;
        const line = element('path', { d, class: 'place' }, element('title', {}, escapeXml(name)));
        if (flag === undefined) return line;
        const side = flag.isLeft ? -FLAG_APART_PIXELS : FLAG_APART_PIXELS;
        return (
          line + textElement({ x: x + side, y, class: flag.isLeft ? 'flag end small' : 'flag small' }, text)
        );
      })
      .filter((part) => part !== '')
      .join('\n');
  };
  return { lanes: Math.max(0, ...flags.map(({ lane }) => lane + 1)), draw };
}
