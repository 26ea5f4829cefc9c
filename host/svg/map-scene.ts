import { type Braking, brakingCurves, brakingOf, type CurvePoint, pointsOf } from '../audit/curves.ts';
import { measureShares } from '../audit/shares.ts';
import { percent } from '../audit/text.ts';
import type { Partition, PhaseWindow, Rule } from '../body/partition.ts';
import { type Colouring, colouringOf } from '../drawing/colours.ts';
import { ACTION_MARKS } from '../drawing/palette.ts';
import type { CellList } from '../drawing/strip.ts';
import { ACTION_NAMES } from '../format.ts';
import type { ActionName, MapUnits } from '../source/model.ts';
import { readablePhases } from '../source/readable.ts';
import { limitWords } from '../source/unit-words.ts';
import type { DrawStyle, LegendEntry, Scene, SceneBand, SceneRow } from './scene.ts';

/** A map as a scene: phases as rows, zones and gaps in them. */

/** Rows of a drawing; further phase windows share rows. */
const ROWS_MAX = 32;

export function hatchId(action: ActionName): string {
  return `hatch-${action}`;
}

export function mapScene(partition: Partition): Scene {
  const { map, epoch, axis, rules, units } = partition;
  const colouring = colouringOf(rules, units);
  return {
    title: `${map}, epoch ${epoch}`,
    subtitle: summaryWords(partition),
    axis,
    from: axis.min,
    to: axis.max,
    bands: [mapBand(partition, { title: '', shift: 0, rowsMax: ROWS_MAX, colouring })],
    legend: mapLegend([partition], colouring),
    marks: partition.notes?.marks ?? [],
    table: null,
  };
}

/** What a drawing or a page is of, in a line. */
export function summaryWords(partition: Partition): string {
  const { device, phasePeriod, units, rules } = partition;
  const all = phasePeriod === 1 ? 'all places' : 'all places and phases';
  const hasLimits = rules.some(({ limit }) => limit !== null);
  const unit = units.limit === null ? '' : ` in ${units.limit}`;
  const limits = hasLimits ? `; the line is the limit${unit}` : '';
  return `device ${device}; ${percent(measureShares(partition).coverage)} of ${all} covered${limits}`;
}

export interface BandOptions {
  readonly title: string;
  /** Added to the coordinates of the map. */
  readonly shift: number;
  readonly rowsMax: number;
  readonly colouring: Colouring;
}

/** The rows of one map. */
export function mapBand(partition: Partition, { title, shift, rowsMax, colouring }: BandOptions): SceneBand {
  const { rules, units } = partition;
  const styles = rules.map((rule) => styleOf(rule, units, colouring));
  const rows = rowsOf(partition, shift, rowsMax);
  return { title, isMap: true, styles, rows, limitUnit: units.limit, changed: [] };
}

function styleOf(rule: Rule, units: MapUnits, colouring: Colouring): DrawStyle {
  const { id, limit } = rule;
  const common = { limit, isBlank: false };
  if (rule.kind === 'gap') {
    const words = `${id}: ${rule.action}`;
    return {
      ...common,
      mark: ACTION_MARKS[rule.action],
      fill: `url(#${hatchId(rule.action)})`,
      names: [words, id],
      flag: words,
      title: `gap ${id}, ${rule.action}${limitWords(limit, units)}`,
    };
  }
  const isApproach = rule.kind === 'approach';
  return {
    ...common,
    mark: null,
    fill: colouring.fillOf(rule),
    names: [id],
    // The zone itself is beside it.
    flag: isApproach ? '' : id,
    title: `${isApproach ? 'approach in zone' : 'zone'} ${id}, tier ${rule.tier}${limitWords(limit, units)}`,
  };
}

function rowsOf(partition: Partition, shift: number, rowsMax: number): SceneRow[] {
  const shares = measureShares(partition).windows;
  const braking = brakingOf(partition);
  const windowsARow = Math.ceil(partition.windows.length / rowsMax);
  const rows: SceneRow[] = [];
  for (let at = 0; at < partition.windows.length; at += windowsARow) {
    const windows = partition.windows.slice(at, at + windowsARow);
    const [first, ...others] = windows;
    const last = windows.at(-1);
    if (first === undefined || last === undefined) break;
    rows.push({
      label:
        partition.phasePeriod === 1 ? '' : `phase ${readablePhases(first.from, last.to, partition.units)}`,
      note:
        others.length === 0
          ? `${percent(shares[at]?.share ?? 0)} covered`
          : `${windows.length} ranges, gaps of all`,
      list: cellsOf(first, shift),
      over: others.map((window) => cellsOf(window, shift)),
      curves: braking === null ? [] : curvesOf(partition, first, braking, shift),
    });
  }
  return rows;
}

function curvesOf(
  partition: Partition,
  { cells }: PhaseWindow,
  braking: Braking,
  shift: number,
): CurvePoint[][] {
  return brakingCurves(partition, cells, braking).map((curve) =>
    pointsOf({ ...curve, at: curve.at + shift }, braking),
  );
}

function cellsOf(window: PhaseWindow, shift: number): CellList {
  return {
    starts: Float64Array.from(window.cells, ({ from }) => from + shift),
    styles: Uint32Array.from(window.cells, ({ rule }) => rule),
    end: (window.cells.at(-1)?.to ?? 0) + shift,
  };
}

/** What the colours of zones mean, the actions of the gaps that there are, and the lines. */
export function mapLegend(partitions: readonly Partition[], colouring: Colouring): LegendEntry[] {
  const rules = partitions.flatMap((partition) => partition.rules);
  const used = new Set(rules.flatMap((rule) => (rule.kind === 'gap' ? [rule.action] : [])));
  return [
    ...colouring.classes.map(({ fill, words }) => ({ fill, mark: null, words })),
    ...ACTION_NAMES.filter((action) => used.has(action)).map((action) => ({
      fill: `url(#${hatchId(action)})`,
      mark: ACTION_MARKS[action],
      words: `gap: ${action}`,
    })),
    ...lineEntries(partitions),
  ];
}

function lineEntries(partitions: readonly Partition[]): LegendEntry[] {
  const braking = partitions.flatMap((partition) => brakingOf(partition) ?? []);
  const ways = new Set(braking.map(({ toward }) => toward));
  const both = ways.has('both') || ways.size > 1 ? ' in both directions' : '';
  const hasMarks = partitions.some(({ notes }) => (notes?.marks ?? []).length > 0);
  return [
    ...(braking.length === 0
      ? []
      : [{ line: 'curve' as const, words: `how the machine brakes${both || wayWords(ways)}` }]),
    ...(hasMarks ? [{ line: 'place' as const, words: 'named place' }] : []),
  ];
}

function wayWords(ways: ReadonlySet<Braking['toward']>): string {
  return ways.has('max') ? ' on its way up the axis' : ' on its way down the axis';
}
