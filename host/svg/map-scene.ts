import { type Braking, brakingCurves, brakingOf, type CurvePoint, pointsOf } from '../audit/curves.ts';
import { measureShares } from '../audit/shares.ts';
import { percent } from '../audit/text.ts';
import type { Partition, PhaseWindow, Rule } from '../body/partition.ts';
import { ACTION_MARKS, zoneFill } from '../drawing/palette.ts';
import type { CellList } from '../drawing/strip.ts';
import { ACTION_NAMES } from '../format.ts';
import type { ActionName, MapUnits } from '../source/model.ts';
import { limitWords, phaseRangeText } from '../source/unit-words.ts';
import type { DrawStyle, LegendEntry, Scene, SceneBand, SceneRow } from './scene.ts';

/** A map as a scene: phases as rows, zones and gaps in them. */

/** Rows of a drawing; further phase windows share rows. */
const ROWS_MAX = 32;

export function hatchId(action: ActionName): string {
  return `hatch-${action}`;
}

export function mapScene(partition: Partition): Scene {
  const { map, epoch, device, axis } = partition;
  const { coverage } = measureShares(partition);
  return {
    title: `${map}, epoch ${epoch}`,
    subtitle: `device ${device}; ${percent(coverage)} of all places and phases covered${lineWords(partition)}`,
    axis,
    from: axis.min,
    to: axis.max,
    bands: [mapBand(partition, '', 0)],
    legend: mapLegend([partition]),
    marks: partition.notes?.marks ?? [],
  };
}

/** What the lines of a drawing are; empty where it has none. */
export function lineWords(partition: Partition): string {
  const { rules, units, notes } = partition;
  const hasLimits = rules.some(({ limit }) => limit !== null);
  const unit = units.limit === null ? '' : ` in ${units.limit}`;
  return [
    ...(hasLimits ? [`; lines are limits${unit}`] : []),
    ...(brakingOf(partition) === null ? [] : [', dashed ones how the machine brakes']),
    ...((notes?.marks ?? []).length === 0 ? [] : ['; dotted ones are named places']),
  ].join('');
}

/** The rows of one map; `shift` is added to its coordinates. */
export function mapBand(partition: Partition, title: string, shift: number, rowsMax = ROWS_MAX): SceneBand {
  const { rules, units } = partition;
  const styles = rules.map((rule, index) => styleOf(rule, index, units));
  return { title, styles, rows: rowsOf(partition, shift, rowsMax), limitUnit: units.limit };
}

function styleOf(rule: Rule, index: number, units: MapUnits): DrawStyle {
  const { id, limit } = rule;
  return rule.kind !== 'gap'
    ? {
        ...{ limit, mark: null, isBlank: false, label: id },
        fill: zoneFill(rule.kind === 'approach' ? rule.zone : index),
        title: `${rule.kind === 'approach' ? 'approach in zone' : 'zone'} ${id}, tier ${rule.tier}${limitWords(limit, units)}`,
      }
    : {
        ...{ limit, mark: ACTION_MARKS[rule.action], isBlank: false, fill: `url(#${hatchId(rule.action)})` },
        label: id,
        title: `gap ${id}, ${rule.action}${limitWords(limit, units)}`,
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
        partition.phasePeriod === 1 ? '' : `phase ${phaseRangeText(first.from, last.to, partition.units)}`,
      note:
        others.length === 0
          ? `${percent(shares[at]?.share ?? 0)} covered`
          : `${windows.length} phase ranges, gaps of all`,
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

/** Zones, and the actions of the gaps that there are. */
export function mapLegend(partitions: readonly Partition[]): LegendEntry[] {
  const used = new Set(
    partitions.flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === 'gap' ? [rule.action] : []))),
  );
  return [
    { fill: zoneFill(0), mark: null, words: 'zone (colours have no meaning)' },
    { fill: 'url(#crowd)', mark: null, words: 'many, each too narrow to draw' },
    ...ACTION_NAMES.filter((action) => used.has(action)).map((action) => ({
      fill: `url(#${hatchId(action)})`,
      mark: ACTION_MARKS[action],
      words: `gap: ${action}`,
    })),
  ];
}
