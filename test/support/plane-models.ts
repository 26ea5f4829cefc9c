import type { PlanePartition } from '../../host/body/plane-partition.ts';
import { resolvePlane } from '../../host/compile/resolve-plane.ts';
import type { LookupLimits } from '../../host/plane/lookup.ts';
import { Diagnostics } from '../../host/source/diagnostics.ts';
import type { AxisModel, OverlapPolicy } from '../../host/source/model.ts';
import type { PlaneArea, PlaneModel } from '../../host/source/plane-model.ts';
import type { OracleArea, OraclePlane, OracleWindow } from './plane-oracle.ts';

/** Models of planes as sources would give them, from what the oracle is asked of. */

export interface PlaneBox {
  readonly minX: number;
  readonly minY: number;
  readonly width: number;
  readonly height: number;
  /** Ticks; 1: no phases. */
  readonly period: number;
}

const PLACE = { file: 'plane.yaml', line: 1, column: 1 };

function axisOf(name: string, min: number, length: number): AxisModel {
  return { kind: 'number', name, unit: 'm', min, max: min + length, origin: 0n, scale: 1, wraps: false };
}

export function planeModel(plane: OraclePlane, box: PlaneBox, overlaps?: OverlapPolicy): PlaneModel {
  const { minX, minY, width, height, period } = box;
  const areasOf = (areas: readonly OracleArea[]): PlaneArea[] =>
    areas.map((rings) => ({ place: PLACE, rings }));
  const windowsOf = (when: readonly OracleWindow[] | null) =>
    when?.map(({ from, to }) => ({ from, to, place: PLACE })) ?? null;
  return {
    shape: 'plane',
    place: PLACE,
    map: 'plane',
    device: 'test',
    epoch: 1,
    replaces: [],
    axes: [axisOf('x', minX, width), axisOf('y', minY, height)],
    phasePeriod: period,
    phase: period === 1 ? null : { unit: 'tick', scale: 1, period, wraps: false },
    zones: plane.zones.map(({ areas, when, tier, limit }, index) => ({
      ...{ id: `z${index}`, place: { ...PLACE, line: 10 + index }, tier, limit },
      at: areasOf(areas),
      when: windowsOf(when),
    })),
    gapRules: plane.gapRules.map(({ areas, when, cuts }, index) => ({
      ...{
        id: `g${index}`,
        place: { ...PLACE, line: 1000 + index },
        action: 'stop' as const,
        limit: null,
        cuts,
      },
      at: areas && areasOf(areas),
      when: windowsOf(when),
    })),
    overlaps: overlaps ?? { kind: plane.wins === 'tier' ? 'by-tier' : 'lowest-limit' },
    outside: 'stop',
    fault: 'stop',
    budgetSteps: null,
    budgetCycles: null,
    longestMove: 0,
    mostCells: 0,
    limitUnit: null,
    roundings: [],
    unused: [],
  };
}

/** @throws SourceError */
export function resolved(model: PlaneModel, limits?: LookupLimits): PlanePartition {
  const diagnostics = new Diagnostics();
  const partition = resolvePlane(model, true, diagnostics, limits && { limits });
  diagnostics.throwIfAny();
  if (partition === null) throw new TypeError('a model without mistakes has a partition');
  return partition;
}

/** The rule that a partition gives for stored coordinates: a walk over its nodes as SPEC 2.9 says it, modulo 2^32. */
export function walk(partition: PlanePartition, x: number, y: number, phase = 0): number {
  const { axes, phases, grids, nodes, shiftX, shiftY, columns, depth } = partition;
  const [offsetX, offsetY] = [x - axes[0].min, y - axes[1].min];
  const grid = grids[phases.find(({ from, to }) => from <= phase && phase < to)?.grid ?? -1];
  let link = grid?.roots[(offsetY >>> shiftY) * columns + (offsetX >>> shiftX)];
  for (let step = 0; step < depth; step++) {
    const node = nodes[link ?? -1];
    if (node === undefined) break;
    const f = (Math.imul(node.a, offsetX) + Math.imul(node.b, offsetY) + node.c) | 0;
    link = f < 0 ? node.left : node.right;
  }
  if (link === undefined || link >= 0) throw new RangeError(`no leaf within ${depth} steps`);
  return -1 - link;
}
