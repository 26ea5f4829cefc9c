/** Random partitions: lines and rings, approaches, phases that share lists; all that a body can say of a line. */
import { encodeBody } from '../../host/body/encode.ts';
import type { Lookup } from '../../host/body/encode-layout.ts';
import type { Cell, Partition, PhaseWindow, Rule } from '../../host/body/partition.ts';
import { compilePartition } from '../../host/compile/compile.ts';
import { type MapUnits, UNITS_NONE } from '../../host/source/model.ts';
import type { Random } from './random.ts';

const UNITS: readonly MapUnits[] = [
  UNITS_NONE,
  { limit: 'km/h', phase: UNITS_NONE.phase },
  { limit: null, phase: { unit: 'ms', scale: 1000 } },
  { limit: '20 bytes, as µm²/s', phase: { unit: 'tick', scale: 7 } },
];
const ACTIONS = ['stop', 'hold', 'slow', 'skip', 'continue'] as const;
const COORDINATE_MAX = 2 ** 30;
const LIMITS = [-(2 ** 31), -7, 0, 40, 80, 120, 2 ** 31 - 1];

export interface PartitionShape {
  /** Most cells of a list. */
  readonly cells: number;
  readonly wraps: boolean;
  readonly approaches: boolean;
  /** Ticks; 1: no phases. */
  readonly period: number;
  /** Once in so many cells there is a gap; 0: nowhere. */
  readonly gapOnceIn: number;
}

/** A partition of about this shape. */
export function randomPartition(random: Random, shape: PartitionShape): Partition {
  const { min, max } = randomAxis(random, shape.cells);
  const zones = 1 + random.below(6);
  const { rules, approaches } = randomRules(random, zones, shape.approaches);
  const lists = Array.from({ length: 1 + random.below(4) }, () =>
    randomCells(random, shape, { min, max, rules, covering: zones + approaches }),
  );
  return {
    ...{ map: 'random', device: 'generic', epoch: 1, replaces: [] },
    axis: { kind: 'number', name: 's', unit: 'mm', min, max, origin: 0n, scale: 1, wraps: shape.wraps },
    phasePeriod: shape.period,
    units: random.pick(UNITS),
    windows: randomWindows(random, shape.period, lists),
    ...{ rules, zones, approaches },
    outside: random.pick(ACTIONS),
    fault: 'stop',
    budgetSteps: null,
    budgetCycles: null,
    overlaps: null,
    overlapsOmitted: 0,
    notes: null,
  };
}

/** The image of a partition, with directories or trees; undefined: it has no directories. */
export function imageBy(lookup: Lookup, partition: Partition): Uint8Array | undefined {
  const encoded = encodeBody(partition, lookup);
  return encoded && compilePartition(partition, undefined, { large: true, lookup }).image;
}

/** The image of a partition, with trees. */
export function imageOf(partition: Partition): Uint8Array {
  return compilePartition(partition, undefined, { large: true, lookup: 'tree' }).image;
}

/** Now and then the longest axis that there can be, and the shortest that holds the cells. */
function randomAxis(random: Random, cells: number): { min: number; max: number } {
  if (random.onceIn(6)) return { min: -COORDINATE_MAX, max: COORDINATE_MAX };
  const length = cells + random.below(random.onceIn(2) ? 4 * cells : 1_000_000_000);
  const min = random.between(-COORDINATE_MAX, COORDINATE_MAX - length);
  return { min, max: min + length };
}

function randomRules(random: Random, zones: number, withApproaches: boolean) {
  const limit = () => (random.onceIn(4) ? null : random.pick(LIMITS));
  const rules: Rule[] = Array.from({ length: zones }, (_, index) => {
    return { kind: 'zone', id: `z${index}`, tier: random.below(256), limit: limit() };
  });
  let approaches = 0;
  for (let zone = 0; withApproaches && zone < zones; zone++) {
    const of = rules[zone];
    const { id, tier } = of?.kind === 'zone' ? of : { id: '', tier: 0 };
    const lower = LIMITS.filter((each) => of?.limit === null || each < (of?.limit ?? 0));
    for (const each of lower.filter(() => random.onceIn(2))) {
      rules.push({ kind: 'approach', zone, id, tier, limit: each });
      approaches++;
    }
  }
  for (let gap = 0; gap < 1 + random.below(3); gap++)
    rules.push({ kind: 'gap', id: `g${gap}`, action: random.pick(ACTIONS), limit: limit() });
  return { rules, approaches };
}

interface Place {
  readonly min: number;
  readonly max: number;
  readonly rules: readonly Rule[];
  readonly covering: number;
}

function randomCells(random: Random, shape: PartitionShape, { min, max, rules, covering }: Place): Cell[] {
  const wanted = random.onceIn(3) ? shape.cells : 1 + random.below(shape.cells);
  const cuts = new Set([min]);
  for (let tries = 0; cuts.size < wanted && tries < 4 * wanted; tries++) cuts.add(random.between(min, max));
  const starts = [...cuts].sort((left, right) => left - right);
  const cells: Cell[] = [];
  starts.forEach((from, index) => {
    const to = starts[index + 1] ?? max;
    const isGap = shape.gapOnceIn > 0 && random.onceIn(shape.gapOnceIn);
    const rule = isGap ? random.between(covering, rules.length) : random.below(covering);
    const before = cells.at(-1);
    if (before?.rule === rule) cells[cells.length - 1] = { ...before, to };
    else cells.push({ from, to, rule });
  });
  return cells;
}

/** Neighbouring windows have different lists; those apart may share one. */
function randomWindows(random: Random, period: number, lists: readonly (readonly Cell[])[]): PhaseWindow[] {
  const starts = [0];
  while ((starts.at(-1) ?? 0) + 1 < period && starts.length < 12)
    starts.push(random.between((starts.at(-1) ?? 0) + 1, period));
  const windows: PhaseWindow[] = [];
  for (const from of starts) {
    const cells = random.pick(lists);
    const before = windows.at(-1);
    if (before !== undefined && same(before.cells, cells)) continue;
    windows.push({ from, to: period, cells });
  }
  return windows.map((window, index) => ({ ...window, to: windows[index + 1]?.from ?? period }));
}

function same(left: readonly Cell[], right: readonly Cell[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
