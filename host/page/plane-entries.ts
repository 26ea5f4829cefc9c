import type { PlanePhases } from '../body/plane-partition.ts';
import { areaWords } from '../compile/plane-words.ts';
import { sourceCoordinate } from '../source/axis-words.ts';
import { readablePhases, readablePlace } from '../source/readable.ts';
import { unitNamed } from '../source/unit-table.ts';
import { limitWords } from '../source/unit-words.ts';
import type { Entries, Entry } from './entries.ts';
import { type PlaneMap, type PlanePlace, placeAround } from './plane-map.ts';

/** What the lists of a plane's page hold: changes, gaps, overlaps and zones, each with a name and somewhere to go. */

export const PLANE_KINDS = ['change', 'gap', 'overlap', 'zone'] as const;
export type PlaneEntryKind = (typeof PLANE_KINDS)[number];

export interface PlaneEntries extends Entries<PlaneEntryKind> {
  /** null: it has no place. */
  place(index: number): PlanePlace | null;
}

export function planeEntries(map: PlaneMap, kind: PlaneEntryKind): PlaneEntries {
  return { change: changes, gap: gaps, overlap: overlaps, zone: zones }[kind](map);
}

function changes(map: PlaneMap): PlaneEntries {
  const name = ({ what, before, after }: PlaneMap['changes'][number]) => `${what} ${before} ${after}`;
  return listOf(map.changes, {
    ...{ kind: 'change', title: 'changes', lines: linesOf(map) + 2 },
    entry: ({ where, what, before, after, area, at, phases, pieces }) => {
      const answers = [before, `→ ${after}`];
      if (pieces.length === 0) return { name: what, where, details: answers };
      const place = placed(map, area, at, phases);
      return { name: what, where: place.where, details: [...answers, ...place.details] };
    },
    text: name,
    place: ({ at, area, phases, pieces }) => (pieces.length === 0 ? null : placeAround(at, area, phases)),
  });
}

/** Of a source each place that hangs together, of an image each gap rule. */
function gaps(map: PlaneMap): PlaneEntries {
  const { gaps: found, units } = map.head;
  if (found === null) return rules(map, 'gap', 'gap rules');
  return listOf(found, {
    ...{ kind: 'gap', title: 'gaps', lines: linesOf(map) },
    entry: ({ id, action, limit, area, at, isEnclosed, phases }) => ({
      name: `${id} · ${action}${limitWords(limit, units)}${isEnclosed ? ', enclosed' : ''}`,
      ...placed(map, area, at, phases),
    }),
    text: ({ id, action, isEnclosed }) => `${id} ${action} ${isEnclosed ? 'enclosed' : 'open'}`,
    place: ({ at, area, phases }) => placeAround(at, area, phases),
  });
}

function overlaps(map: PlaneMap): PlaneEntries {
  return listOf(map.head.overlaps ?? [], {
    ...{ kind: 'overlap', title: 'overlaps', lines: linesOf(map) },
    entry: ({ over, under, kind, area, at, phases }) => ({
      name: `${over} over ${under} · ${kind}`,
      ...placed(map, area, at, phases),
    }),
    text: ({ over, under, kind, why }) => `${over} ${under} ${kind} ${why}`,
    place: ({ at, area, phases }) => placeAround(at, area, phases),
  });
}

function zones(map: PlaneMap): PlaneEntries {
  return rules(map, 'zone', 'zones');
}

/** In the order of the source; what never answers has no place. */
function rules(map: PlaneMap, kind: 'zone' | 'gap', title: string): PlaneEntries {
  const { units } = map.head;
  const own = map.plane.rules.flatMap((rule, index) => (rule.kind === kind ? [{ rule, index }] : []));
  const name = ({ rule }: (typeof own)[number]) => {
    const what = rule.kind === 'gap' ? ` · ${rule.action}` : '';
    const tier = rule.kind === 'zone' && rule.tier > 0 ? `, tier ${rule.tier}` : '';
    return `${rule.id}${what}${limitWords(rule.limit, units)}${tier}`;
  };
  return listOf(own, {
    ...{ kind, title, lines: 2 },
    entry: (each) => {
      const place = map.placeOfRule(each.index);
      return { name: name(each), where: place === null ? 'never answers' : boundsWords(map, place) };
    },
    text: name,
    place: ({ index }) => map.placeOfRule(index),
  });
}

interface ListParts<Item> {
  readonly kind: PlaneEntryKind;
  readonly title: string;
  readonly lines: number;
  entry(item: Item): ReturnType<PlaneEntries['entry']>;
  text(item: Item): string;
  place(item: Item): PlanePlace | null;
}

function listOf<Item>(items: readonly Item[], parts: ListParts<Item>): PlaneEntries {
  const { kind, title, lines } = parts;
  const at = (index: number) => {
    const item = items[index];
    if (item === undefined) throw new RangeError(`the list has no entry ${index}`);
    return item;
  };
  return {
    ...{ kind, title, lines, count: items.length },
    entry: (index) => parts.entry(at(index)),
    text: (index) => parts.text(at(index)).toLowerCase(),
    place: (index) => parts.place(at(index)),
  };
}

/** Of what has a place: its name, where it is, and with phases when. */
function linesOf({ plane }: PlaneMap): number {
  return plane.phasePeriod === 1 ? 2 : 3;
}

/** Where something is, and when, if that is not always. */
function placed(
  map: PlaneMap,
  area: number,
  at: readonly [number, number],
  phases: readonly PlanePhases[],
): Required<Pick<Entry, 'where' | 'details'>> {
  const { axes } = map.plane;
  // Squares of a degree say nothing to anybody.
  const isLength = axes.every(({ unit }) => unitNamed(unit)?.dimension === 'length');
  const where = `${isLength ? `${areaWords(axes, area)} ` : ''}at ${placeText(map, at)}`;
  const { phasePeriod } = map.plane;
  if (phasePeriod === 1) return { where, details: [] };
  const isAlways = phases.some(({ from, to }) => from === 0 && to === phasePeriod);
  const words = phases.map(({ from, to }) => readablePhases(from, to, map.head.units)).join(', ');
  return { where, details: [isAlways ? 'in all phases' : `phases ${words}`] };
}

function boundsWords(map: PlaneMap, { west, south, east, north }: PlanePlace): string {
  return `${placeText(map, [west, south])} to ${placeText(map, [east, north])}`;
}

/** An offset in the coordinates of the source, with its unit, which stands once where it is the same: `[8.5, 47.2] deg`. */
export function placeText({ plane }: PlaneMap, [x, y]: readonly [number, number]): string {
  const [ofX, ofY] = plane.axes;
  const words = (axis: typeof ofX, offset: number) =>
    readablePlace(sourceCoordinate(axis, axis.min + Math.round(offset)), axis);
  const [atX, atY] = [words(ofX, x), words(ofY, y)];
  const [, numberX, unitX] = /^(\S+) (\S+)$/.exec(atX) ?? [];
  const [, numberY, unitY] = /^(\S+) (\S+)$/.exec(atY) ?? [];
  return unitX !== undefined && unitX === unitY ? `[${numberX}, ${numberY}] ${unitX}` : `[${atX}, ${atY}]`;
}
