import type { ChangeKind } from '../audit/change-kinds.ts';
import { compareEditions, type EditionChange } from '../audit/compare.ts';
import { answerWords, kindWords } from '../audit/compare-words.ts';
import type { Partition } from '../body/partition.ts';
import { ZONE_FILLS } from '../drawing/palette.ts';
import type { CellList } from '../drawing/strip.ts';
import type { MapUnits } from '../source/model.ts';
import { phaseRangeText } from '../source/unit-words.ts';
import { mapBand, mapLegend } from './map-scene.ts';
import type { DrawStyle, LegendEntry, Scene, SceneBand, SceneRow } from './scene.ts';

/** Two editions as a scene: before, after, and the changes between them. */

/** Rows of each of the three. */
const ROWS_MAX = 12;

/** How changes are drawn; the first group that holds a kind of a change is its group. */
const GROUPS: readonly (LegendEntry & { readonly mark: number; readonly kinds: readonly ChangeKind[] })[] = [
  { fill: ZONE_FILLS[2], mark: 1, words: 'newly covered', kinds: ['newly-covered'] },
  {
    fill: 'url(#hatch-loss)',
    mark: 4,
    words: 'newly a gap or outside',
    kinds: ['newly-gap', 'newly-outside'],
  },
  { fill: ZONE_FILLS[0], mark: 0, words: 'limit raised', kinds: ['limit-raised'] },
  { fill: ZONE_FILLS[5], mark: 3, words: 'limit lowered', kinds: ['limit-lowered'] },
  { fill: ZONE_FILLS[6], mark: 2, words: 'other change', kinds: [] },
];

/** @throws HoldfastError NOT_COMPARABLE when the axes count different things. */
export function comparisonScene(before: Partition, after: Partition): Scene {
  const changes = compareEditions(before, after);
  const shift = Number(after.axis.origin - before.axis.origin);
  const [from, to] = [
    Math.min(before.axis.min, after.axis.min + shift),
    Math.max(before.axis.max, after.axis.max + shift),
  ];
  const count = changes.length === 1 ? '1 stretch' : `${changes.length} stretches`;
  const period = Math.max(before.phasePeriod, after.phasePeriod);
  return {
    title: `${before.map}: epoch ${before.epoch} to epoch ${after.epoch}`,
    subtitle: `${count} answered differently`,
    axis: before.axis,
    ...{ from, to },
    bands: [
      mapBand(before, `before: epoch ${before.epoch}`, 0, ROWS_MAX),
      mapBand(after, `after: epoch ${after.epoch}`, shift, ROWS_MAX),
      changesBand(changes, {
        origin: before.axis.origin,
        from,
        to,
        period,
        before: before.units,
        after: after.units,
      }),
    ],
    marks: before.notes?.marks ?? [],
    legend: [...mapLegend([before, after]), ...usedGroups(changes)],
  };
}

function groupOf({ kinds }: Pick<EditionChange, 'kinds'>): number {
  const group = GROUPS.findIndex((candidate) => candidate.kinds.some((kind) => kinds.includes(kind)));
  return group < 0 ? GROUPS.length - 1 : group;
}

function usedGroups(changes: readonly EditionChange[]): LegendEntry[] {
  const used = new Set(changes.map(groupOf));
  return GROUPS.filter((_, index) => used.has(index));
}

interface Extent {
  readonly origin: bigint;
  readonly from: number;
  readonly to: number;
  readonly period: number;
  /** What numbers of the editions count. */
  readonly before: MapUnits;
  readonly after: MapUnits;
}

const BLANK: DrawStyle = { limit: null, mark: null, isBlank: true, fill: 'none', label: '', title: '' };

function changesBand(changes: readonly EditionChange[], extent: Extent): SceneBand {
  const styles = [BLANK, ...changes.map((change) => styleOf(change, extent))];
  return { title: 'changes', styles, rows: changeRows(changes, extent), limitUnit: null };
}

function styleOf(change: EditionChange, { before, after }: Extent): DrawStyle {
  const { fill, mark } = GROUPS[groupOf(change)] ?? { fill: 'none', mark: 0 };
  const label = kindWords(change);
  const title = `${label}: ${answerWords(change.before, before)} → ${answerWords(change.after, after)}`;
  return { limit: null, mark, isBlank: false, fill, label, title };
}

/** A row for phases between which the changes are the same; several share one where there are too many. */
function changeRows(changes: readonly EditionChange[], extent: Extent): SceneRow[] {
  const borders = [
    ...new Set([0, extent.period, ...changes.flatMap(({ phaseFrom, phaseTo }) => [phaseFrom, phaseTo])]),
  ].sort((left, right) => left - right);
  const lists = borders.slice(1).map((to, index) => listAt(changes, borders[index] ?? 0, to, extent));
  const listsARow = Math.ceil(lists.length / ROWS_MAX);
  const rows: SceneRow[] = [];
  for (let at = 0; at < lists.length; at += listsARow) {
    const [first, ...over] = lists.slice(at, at + listsARow);
    if (first === undefined) break;
    const last = over.at(-1) ?? first;
    rows.push({
      label:
        extent.period === 1 ? '' : `phase ${phaseRangeText(first.phaseFrom, last.phaseTo, extent.before)}`,
      note: over.length === 0 ? '' : `${over.length + 1} phase ranges`,
      list: first,
      over,
      curves: [],
    });
  }
  return rows;
}

type PhaseList = CellList & { readonly phaseFrom: number; readonly phaseTo: number };

/** The changes that hold in phases [phaseFrom, phaseTo), and blanks between them. */
function listAt(
  changes: readonly EditionChange[],
  phaseFrom: number,
  phaseTo: number,
  extent: Extent,
): PhaseList {
  const here = changes
    .map((change, index) => ({ change, style: index + 1 }))
    .filter(({ change }) => change.phaseFrom < phaseTo && phaseFrom < change.phaseTo)
    .map(({ change, style }) => ({ style, from: stored(change.from, extent), to: stored(change.to, extent) }))
    .sort((left, right) => left.from - right.from);
  const starts: number[] = [];
  const styles: number[] = [];
  let end = extent.from;
  for (const { from, to, style } of here) {
    if (from > end) {
      starts.push(end);
      styles.push(0);
    }
    starts.push(from);
    styles.push(style);
    end = to;
  }
  starts.push(end);
  styles.push(0);
  return { starts, styles, end: extent.to, phaseFrom, phaseTo };
}

function stored(place: EditionChange['from'], extent: Extent): number {
  return Number(BigInt(place) - extent.origin);
}
