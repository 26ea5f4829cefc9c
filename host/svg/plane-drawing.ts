import type { PlanePartition } from '../body/plane-partition.ts';
import { areaWords } from '../compile/plane-words.ts';
import { colouringOf } from '../drawing/colours.ts';
import { inkOn } from '../drawing/palette.ts';
import { pixelShape, roomIn } from '../drawing/room.ts';
import { fitted, textPixels } from '../drawing/text-width.ts';
import { ACTION_NAMES } from '../format.ts';
import { areaOfPiece, type Piece, type Pieces, piecesOf } from '../plane/pieces.ts';
import { readableLength } from '../source/readable.ts';
import { limitWords } from '../source/unit-words.ts';
import { drawLegend } from './legend.ts';
import { hatchId } from './map-scene.ts';
import { decimal, element, escapeXml, textElement } from './markup.ts';
import {
  drawBorders,
  drawTicks,
  EDGE,
  endOfPictures,
  PICTURES_MAX,
  type PlacedFrame,
  type PlaneFrame,
  pathOf,
  phasesTitle,
  pixelOf,
  placedFrame,
  planeDocument,
  planeFrame,
  scaleBar,
  WIDTH,
} from './plane-frame.ts';
import type { LegendEntry } from './scene.ts';

/** The drawing of a plane, one picture a range of phases, as one SVG that needs nothing else. */

const NAME_PIXELS = 11;
const KEY_PIXELS = 9;

type Rule = PlanePartition['rules'][number];

/** One range of phases, with everything that lies in it. */
interface Picture {
  readonly title: string;
  readonly pieces: Pieces;
}

export function drawPlane(plane: PlanePartition): string {
  const { axes, units, phases, phasePeriod } = plane;
  const colouring = colouringOf(plane.rules, units);
  const fillOf = (rule: Rule) =>
    rule.kind === 'gap' ? `url(#${hatchId(rule.action)})` : colouring.fillOf(rule);
  const shown = phases.slice(0, PICTURES_MAX);
  const pictures = shown.map(({ from, to, grid }): Picture => {
    const roots = plane.grids[grid] ?? { roots: [] };
    const title = phasesTitle(from, to, { phasePeriod, units });
    return { title, pieces: piecesOf(plane, roots) };
  });
  const frame = planeFrame({ axes, isTitled: phasePeriod !== 1 }, pictures.length);
  const keys = new Map<number, number>();
  const used = new Set<string>();
  const drawn = pictures.map((picture, index) =>
    drawPicture(plane, picture, placedFrame(frame, index), { fillOf, keys, used }),
  );
  const end = endOfPictures(frame, pictures.length);
  const legend = drawLegend(legendOf(colouring.classes, used), {
    left: EDGE,
    right: WIDTH - EDGE,
    top: end,
  });
  const list = keyList(plane, keys, end + legend.pixels);
  const notes = noteLines(plane, phases.length - shown.length, end + legend.pixels + list.pixels);
  const height = end + legend.pixels + list.pixels + notes.pixels + EDGE;
  return planeDocument({
    title: `${plane.map}, epoch ${plane.epoch}`,
    subtitle: planeSummary(plane),
    height,
    parts: [...drawn, scaleBar(axes[0], frame), legend.markup, list.markup, notes.markup],
  });
}

/** What a drawing or a page is of, in a line. */
export function planeSummary({ device, axes, zones, rules }: PlanePartition): string {
  const sizes = axes.map((axis) => readableLength(axis.max - axis.min, axis)).join(' by ');
  const gaps = rules.length - zones;
  return `device ${device}; ${sizes}; ${zones} ${zones === 1 ? 'zone' : 'zones'}, ${gaps} gap ${gaps === 1 ? 'rule' : 'rules'}`;
}

interface Inks {
  readonly fillOf: (rule: Rule) => string;
  /** Numbers of rules whose name has no room, shared by all pictures. */
  readonly keys: Map<number, number>;
  /** Fills that some piece shows. */
  readonly used: Set<string>;
}

function drawPicture(
  plane: PlanePartition,
  { title, pieces }: Picture,
  frame: PlacedFrame,
  inks: Inks,
): string {
  const { width, height, x, y } = frame;
  const byRule = new Map<number, Piece[]>();
  for (const piece of pieces.pieces) {
    const known = byRule.get(piece.rule);
    if (known === undefined) byRule.set(piece.rule, [piece]);
    else known.push(piece);
  }
  const areas = [...byRule].map(([index, own]) => drawRule(plane, index, own, frame, inks));
  const names = [...byRule]
    .sort(([left], [right]) => left - right)
    .map(([index, own]) => nameRule(plane, index, own, frame, inks));
  return element(
    'g',
    { transform: `translate(${decimal(x)} ${decimal(y)})` },
    title === '' ? '' : textElement({ x: 0, y: -8, class: 'band' }, title),
    ...areas,
    drawBorders(pieces.borders, frame),
    element('rect', { width, height, class: 'frame' }),
    ...names,
    drawTicks(plane, frame),
  );
}

function drawRule(
  { rules, units }: PlanePartition,
  index: number,
  own: readonly Piece[],
  frame: PlaneFrame,
  inks: Inks,
): string {
  const rule = rules[index];
  if (rule === undefined) return '';
  const fill = inks.fillOf(rule);
  inks.used.add(fill);
  const d = pathOf(
    own.map(({ corners }) => corners),
    frame,
  );
  // A stroke of its own colour hides the seams between pieces.
  const seam = rule.kind === 'gap' ? {} : { stroke: fill, 'stroke-width': 0.6 };
  return element('path', { d, fill, ...seam }, element('title', {}, escapeXml(titleOf(rule, units))));
}

function titleOf(rule: Rule, units: PlanePartition['units']): string {
  const what = rule.kind === 'gap' ? `gap ${rule.id}, ${rule.action}` : `${rule.id}, tier ${rule.tier}`;
  return `${what}${limitWords(rule.limit, units)}`;
}

/** Pieces whose heights are looked at for a name. */
const LOOKS_MAX = 64;

/** The name where it has room, else a number that the list explains. */
function nameRule(
  { rules }: PlanePartition,
  index: number,
  own: readonly Piece[],
  frame: PlaneFrame,
  { fillOf, keys }: Inks,
): string {
  const rule = rules[index];
  if (rule === undefined) return '';
  const shapes = own.map((piece) => pixelShape(pointsOf(piece, frame), areaOfPiece(piece)));
  const needed = textPixels(rule.id, NAME_PIXELS) + 8;
  const room = roomIn(shapes, { textPixels: NAME_PIXELS, looks: LOOKS_MAX });
  const fill = fillOf(rule);
  const isHatched = fill.startsWith('url');
  if (room.width >= needed) {
    const { x, y } = room;
    const ground = { x: x - needed / 2, y: y - 8, width: needed, height: 16, class: 'plate' };
    const ink = isHatched ? 'middle' : `label ${inkOn(fill) === '#000' ? 'dark' : 'light'}`;
    return `${isHatched ? element('rect', ground) : ''}${textElement({ x, y: y + 4, class: ink }, rule.id)}`;
  }
  const number = keys.get(index) ?? keys.size + 1;
  keys.set(index, number);
  const pixels = textPixels(`${number}`, KEY_PIXELS) + 5;
  // What a plate would hide has it at its right.
  const [left, right] = [
    Math.min(...shapes.map((shape) => shape.left)),
    Math.max(...shapes.map((shape) => shape.right)),
  ];
  const x = right - left < 2 * pixels ? right + 2 + pixels / 2 : room.x;
  const { y } = room;
  const ground = { x: x - pixels / 2, y: y - 6.5, width: pixels, height: 13, rx: 3, class: 'plate' };
  return `${element('rect', ground)}${textElement({ x, y: y + 3.5, class: 'middle small' }, `${number}`)}`;
}

function pointsOf({ corners }: Piece, frame: PlaneFrame): [number, number][] {
  const points: [number, number][] = [];
  for (let at = 0; at < corners.length; at += 2)
    points.push(pixelOf(frame, corners[at] ?? 0, corners[at + 1] ?? 0));
  return points;
}

function legendOf(
  classes: readonly { readonly fill: string; readonly words: string }[],
  used: ReadonlySet<string>,
): LegendEntry[] {
  const zones = classes.map(({ fill, words }): LegendEntry => ({ fill, mark: null, words }));
  const gaps = ACTION_NAMES.map(
    (action): LegendEntry => ({ fill: `url(#${hatchId(action)})`, mark: null, words: `gap, ${action}` }),
  );
  return [...zones, ...gaps].filter((entry) => 'fill' in entry && used.has(entry.fill));
}

/** What the numbers in the picture stand for, in columns. */
function keyList({ rules, units }: PlanePartition, keys: ReadonlyMap<number, number>, top: number) {
  if (keys.size === 0) return { markup: '', pixels: 0 };
  const columns = 3;
  const wide = (WIDTH - 2 * EDGE) / columns;
  const perColumn = Math.ceil(keys.size / columns);
  const lines = [...keys].map(([index, number], position) => {
    const rule = rules[index];
    const words = rule === undefined ? '' : `${number}  ${titleOf(rule, units)}`;
    const x = EDGE + Math.floor(position / perColumn) * wide;
    return textElement(
      { x, y: top + 14 + (position % perColumn) * 15, class: 'small' },
      fitted(words, 10, wide - 12),
    );
  });
  return { markup: lines.join('\n'), pixels: perColumn * 15 + 12 };
}

const NOTES_MAX = 12;

/** Overlaps that are narrow or whole, and gaps that are enclosed: what a picture does not show by itself. */
function noteLines({ axes, rules, found }: PlanePartition, omitted: number, top: number) {
  const id = (rule: number) => rules[rule]?.id ?? '';
  const overlaps = (found?.overlaps ?? [])
    .filter(({ kind }) => kind !== 'nested')
    .map(({ over, under, kind, area }) => `${id(over)} over ${id(under)}: ${kind}, ${areaWords(axes, area)}`);
  const lines = [
    ...(omitted > 0
      ? [`${omitted} more ranges of phases are not drawn: holdfast audit --json tells them`]
      : []),
    ...overlaps.slice(0, NOTES_MAX),
    ...(overlaps.length > NOTES_MAX
      ? [`and ${overlaps.length - NOTES_MAX} more overlaps: holdfast audit lists them`]
      : []),
  ];
  const markup = lines.map((line, index) =>
    textElement({ x: EDGE, y: top + 14 + index * 15, class: 'small' }, fitted(line, 10, WIDTH - 2 * EDGE)),
  );
  return { markup: markup.join('\n'), pixels: lines.length === 0 ? 0 : lines.length * 15 + 8 };
}
