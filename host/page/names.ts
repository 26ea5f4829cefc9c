import type { Rule } from '../body/partition.ts';
import { FLAG_APART_PIXELS, placeFlags } from '../drawing/flags.ts';
import { type NameRequest, nameRequests, placeNames, slantPixels } from '../drawing/names.ts';
import { placeRequest } from '../drawing/places.ts';
import type { LimitStep, Piece } from '../drawing/strip.ts';
import type { UprightName } from '../drawing/upright.ts';
import type { MarkModel } from '../source/model.ts';
import { LANE_PIXELS, type PageLayout, PLACE_LANE_PIXELS } from './layout.ts';
import { PLACE_DASH } from './legend.ts';
import { FONTS, type Pen } from './pen.ts';

/** Names on the canvas that hang on lines: of cells too narrow for theirs, and of places. */

/** A name is at most this wide. */
const NAME_PIXELS_MAX = 260;

/** Where names may stand: pixels of the canvas from `left` on. */
export interface NameRoom {
  readonly left: number;
  /** To the right end of the canvas. */
  readonly pixels: number;
  readonly layout: PageLayout;
}

export interface NamedCells {
  readonly rules: readonly Rule[];
  readonly limitUnit: string | null;
  /** Steps with their limit written on them. */
  readonly worded: readonly Pick<LimitStep, 'left' | 'right'>[];
}

/** Paints the names of cells, and says how many have no room. */
export function paintCellNames(
  cells: readonly Piece[],
  { rules, limitUnit, worded }: NamedCells,
  pen: Pen,
  { left, pixels, layout }: NameRoom,
): number {
  const wordsOf = ({ style }: Piece) => {
    const rule = rules[style];
    // The zone of an approach is beside it.
    if (rule === undefined || rule.id === '' || rule.kind === 'approach')
      return { name: '', limit: null, isFirst: false };
    const name = rule.kind === 'gap' ? `${rule.id}: ${rule.action}` : rule.id;
    return { name, limit: rule.limit, isFirst: rule.kind === 'gap' };
  };
  const widthOf = (text: string) => Math.min(NAME_PIXELS_MAX, pen.widthOf(text, FONTS.small));
  const requests = nameRequests(cells, { wordsOf, limitUnit, worded, widthOf });
  const { lanes } = layout.flags;
  const uprightPixels = lanes * LANE_PIXELS - 24;
  const placed = placeNames(requests, { from: 0, to: pixels - 4, lanes, uprightPixels, apart: 13 });
  if (placed.isUpright) paintUpright(requests, placed.names, pen, left, layout);
  else
    for (const { request, lane, isLeft } of placed.names) {
      const { at = 0, text = '' } = requests[request] ?? {};
      const y = layout.flags.top + (lane + 1) * LANE_PIXELS - 4;
      paintLeader([at, layout.main.top + layout.main.height, at, y], pen, left);
      const x = left + at + (isLeft ? -FLAG_APART_PIXELS : FLAG_APART_PIXELS);
      pen.text(pen.fitted(text, FONTS.small, NAME_PIXELS_MAX), x, y, {
        ...{ align: isLeft ? 'right' : 'left', font: FONTS.small },
      });
    }
  return requests.length - placed.names.length;
}

function paintUpright(
  requests: readonly NameRequest[],
  names: readonly UprightName[],
  pen: Pen,
  left: number,
  { main, flags }: PageLayout,
): void {
  const slant = slantPixels(requests, names);
  const end = flags.top + slant;
  const pixels = flags.lanes * LANE_PIXELS - slant - FLAG_APART_PIXELS;
  for (const { request, x } of names) {
    const { at = 0, text = '' } = requests[request] ?? {};
    paintLeader([at, main.top + main.height, at, flags.top], pen, left);
    paintLeader([at, flags.top, x, end], pen, left);
    pen.upright(pen.fitted(text, FONTS.small, pixels), left + x + 4, end + FLAG_APART_PIXELS, {
      ...{ align: 'right', font: FONTS.small, isOverLines: true },
    });
  }
}

function paintLeader(
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  { context, brushes }: Pen,
  left: number,
): void {
  context.strokeStyle = brushes.quiet;
  context.lineWidth = 0.8;
  context.beginPath();
  context.moveTo(left + x0, y0);
  context.lineTo(left + x1, y1);
  context.stroke();
}

/**
 * Named places: a line through the drawing, and the name where there is room for it. `at` in pixels of the strip. Says how many that are no
 * mileposts have no room.
 */
export function paintPlaces(
  places: readonly MarkModel[],
  pen: Pen,
  { left, pixels, layout }: NameRoom,
): number {
  const { context, brushes } = pen;
  const { places: room, main } = layout;
  const requests = places.map(({ name, at }) => placeRequest(name, at, pen.widthOf(name, FONTS.small)));
  const flags = placeFlags(requests, { from: 0, to: pixels - 4, lanes: room.lanes });
  const lanes = new Map(flags.map((flag) => [flag.request, flag]));
  context.save();
  context.setLineDash([...PLACE_DASH]);
  context.lineWidth = 1;
  requests.forEach(({ name, at }, index) => {
    const flag = lanes.get(index);
    const y = room.y - (flag?.lane ?? 0) * PLACE_LANE_PIXELS;
    const [from, to] = flag === undefined ? [room.y + 5, room.y + 11] : [y - 8, main.top + main.height];
    context.strokeStyle = brushes.place;
    context.beginPath();
    context.moveTo(left + at + 0.5, from);
    context.lineTo(left + at + 0.5, to);
    context.stroke();
    if (flag === undefined) return;
    const side = flag.isLeft ? -FLAG_APART_PIXELS : FLAG_APART_PIXELS;
    pen.text(name, left + at + side, y, {
      ...{ font: FONTS.small, align: flag.isLeft ? 'right' : 'left', isOverLines: true },
    });
  });
  context.restore();
  return requests.filter(({ isFirst }, index) => isFirst && !lanes.has(index)).length;
}
