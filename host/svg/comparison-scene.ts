import { comparePartitions, type EditionChange, type EditionComparison } from '../audit/compare.ts';
import { answerWords, briefWords, headParts, kindWords } from '../audit/compare-words.ts';
import type { Partition } from '../body/partition.ts';
import { CHANGE_GROUPS, changeGroupOf } from '../drawing/change-groups.ts';
import { colouringOf } from '../drawing/colours.ts';
import type { CellList } from '../drawing/strip.ts';
import type { MapUnits } from '../source/model.ts';
import { readablePhases, readablePlace } from '../source/readable.ts';
import { groupFill, usedGroups } from './change-fills.ts';
import { mapBand, mapLegend } from './map-scene.ts';
import type { DrawStyle, Scene, SceneBand, SceneRow, SceneTable } from './scene.ts';

/** Two editions as a scene: before, after, and the changes between them, as a picture and as a table. */

/** Rows of each of the three. */
const ROWS_MAX = 12;
/** Changes in the table. */
export const TABLE_ROWS_MAX = 24;

/** @throws HoldfastError NOT_COMPARABLE when the axes count different things. */
export function comparisonScene(before: Partition, after: Partition): Scene {
  const comparison = comparePartitions(before, after);
  const { changes } = comparison;
  const { origin } = before.axis;
  const shift = Number(after.axis.origin - origin);
  const [from, to] = [comparison.axis.min, comparison.axis.max].map((end) => Number(BigInt(end) - origin));
  const extent: Extent = {
    ...{ origin, from: from ?? 0, to: to ?? 0, period: comparison.phasePeriod },
    ...{ before: before.units, after: after.units },
  };
  const colouring = colouringOf([...before.rules, ...after.rules], after.units);
  const changed = changes.map((change) => ({
    from: stored(change.from, extent),
    to: stored(change.to, extent),
  }));
  const band = (partition: Partition, title: string, shifted: number) => ({
    ...mapBand(partition, { title, shift: shifted, rowsMax: ROWS_MAX, colouring }),
    changed,
  });
  const marks = [...(before.notes?.marks ?? [])];
  for (const { name, at } of after.notes?.marks ?? []) {
    const place = at + shift;
    if (!marks.some((mark) => mark.at === place && mark.name === name)) marks.push({ name, at: place });
  }
  return {
    title: `${before.map}: epoch ${before.epoch} to epoch ${after.epoch}`,
    subtitle: countWords(comparison),
    axis: { ...before.axis, min: extent.from, max: extent.to },
    from: extent.from,
    to: extent.to,
    bands: [
      band(before, `before: epoch ${before.epoch}`, 0),
      band(after, `after: epoch ${after.epoch}`, shift),
      changesBand(changes, extent),
    ],
    marks: marks.sort((one, other) => one.at - other.at),
    legend: [...mapLegend([before, after], colouring), ...usedGroups(changes)],
    table: tableOf(comparison),
  };
}

/** How much two editions differ, in a line. */
export function countWords({ changes, head }: EditionComparison): string {
  if (changes.length === 0)
    return `every place gets the same answer${head.length === 0 ? '' : '; what stands above the map differs'}`;
  return `${changes.length === 1 ? '1 stretch' : `${changes.length} stretches`} answered differently`;
}

/** Columns of a table of changes. */
export const CHANGE_COLUMNS = ['where', 'what', 'before', 'after'] as const;

/** A change as a row of a table: where, what, before, after. */
export function changeRow(change: EditionChange, comparison: EditionComparison): string[] {
  const { axis, phasePeriod, before, after } = comparison;
  const place = (at: EditionChange['from']) => readablePlace(BigInt(at), axis);
  const phases =
    phasePeriod === 1
      ? ''
      : `, phase ${readablePhases(change.phaseFrom, change.phaseTo, comparison.before.units)}`;
  return [
    `${place(change.from)} to ${place(change.to)}${phases}`,
    kindWords(change),
    answerWords(change.before, before.units),
    answerWords(change.after, after.units),
  ];
}

/** What changed beside places, as rows of the same table. */
export function headRows({ head }: EditionComparison): string[][] {
  return head.filter(({ field }) => field !== 'epoch').map((change) => ['', ...headParts(change)]);
}

/** null where nothing changed. */
function tableOf(comparison: EditionComparison): SceneTable | null {
  const all = comparison.changes.map((change) => changeRow(change, comparison));
  const rows = [...all.slice(0, TABLE_ROWS_MAX), ...headRows(comparison)];
  const left = all.length - Math.min(all.length, TABLE_ROWS_MAX);
  const more = left === 0 ? '' : `and ${left} more changes, which audit and its page list`;
  return rows.length === 0 ? null : { head: CHANGE_COLUMNS, rows, more };
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

const BLANK: DrawStyle = {
  ...{ limit: null, mark: null, isBlank: true, fill: 'none' },
  ...{ names: [], flag: '', title: '' },
};

function changesBand(changes: readonly EditionChange[], extent: Extent): SceneBand {
  const styles = [BLANK, ...changes.map((change) => styleOf(change, extent))];
  return {
    title: 'changes',
    isMap: false,
    styles,
    rows: changeRows(changes, extent),
    limitUnit: null,
    changed: [],
  };
}

function styleOf(change: EditionChange, { before, after }: Extent): DrawStyle {
  const group = CHANGE_GROUPS[changeGroupOf(change)];
  const [fill, mark] = group === undefined ? ['none', 0] : [groupFill(group), group.mark];
  const kind = kindWords(change);
  const brief = briefWords(change, { before, after });
  const title = `${kind}: ${answerWords(change.before, before)} → ${answerWords(change.after, after)}`;
  return { limit: null, mark, isBlank: false, fill, names: [brief, kind], flag: brief, title };
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
        extent.period === 1 ? '' : `phase ${readablePhases(first.phaseFrom, last.phaseTo, extent.before)}`,
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
