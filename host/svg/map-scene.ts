import { brakingCurves } from '../audit/curves.ts';
import { measureShares } from '../audit/shares.ts';
import { limitWords, percent } from '../audit/text.ts';
import type { Partition, PhaseWindow, Rule } from '../body/partition.ts';
import { ACTION_MARKS, zoneFill } from '../drawing/palette.ts';
import type { CellList } from '../drawing/strip.ts';
import { ACTION_NAMES } from '../format.ts';
import type { ActionName } from '../source/model.ts';
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
  const hasLimits = partition.rules.some(({ limit }) => limit !== null);
  return {
    title: `${map}, epoch ${epoch}`,
    subtitle: `device ${device}; ${percent(coverage)} of all places and phases covered${hasLimits ? '; lines are limits' : ''}`,
    axis,
    from: axis.min,
    to: axis.max,
    bands: [mapBand(partition, '', 0)],
    legend: mapLegend([partition]),
    marks: partition.notes?.marks ?? [],
  };
}

/** The rows of one map; `shift` is added to its coordinates. */
export function mapBand(partition: Partition, title: string, shift: number, rowsMax = ROWS_MAX): SceneBand {
  return { title, styles: partition.rules.map(styleOf), rows: rowsOf(partition, shift, rowsMax) };
}

function styleOf(rule: Rule, index: number): DrawStyle {
  const { id, limit } = rule;
  return rule.kind !== 'gap'
    ? {
        ...{ limit, mark: null, isBlank: false, label: id },
        fill: zoneFill(rule.kind === 'approach' ? rule.zone : index),
        title: `${rule.kind === 'approach' ? 'approach in zone' : 'zone'} ${id}, tier ${rule.tier}${limitWords(limit)}`,
      }
    : {
        ...{ limit, mark: ACTION_MARKS[rule.action], isBlank: false, fill: `url(#${hatchId(rule.action)})` },
        label: id,
        title: `gap ${id}, ${rule.action}${limitWords(limit)}`,
      };
}

function rowsOf(partition: Partition, shift: number, rowsMax: number): SceneRow[] {
  const shares = measureShares(partition).windows;
  const windowsARow = Math.ceil(partition.windows.length / rowsMax);
  const rows: SceneRow[] = [];
  for (let at = 0; at < partition.windows.length; at += windowsARow) {
    const windows = partition.windows.slice(at, at + windowsARow);
    const [first, ...others] = windows;
    const last = windows.at(-1);
    if (first === undefined || last === undefined) break;
    rows.push({
      label: partition.phasePeriod === 1 ? '' : `phase ${first.from} to ${last.to}`,
      note:
        others.length === 0
          ? `${percent(shares[at]?.share ?? 0)} covered`
          : `${windows.length} phase ranges, gaps of all`,
      list: cellsOf(first, shift),
      over: others.map((window) => cellsOf(window, shift)),
      curves: brakingCurves(partition, first.cells).map((points) =>
        points.map(({ at: place, limit }) => ({ at: place + shift, limit })),
      ),
    });
  }
  return rows;
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
