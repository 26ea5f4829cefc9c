/** Random partitions of planes: all that a body can say of one, whatever its lines are; and what one answers, worked out without a core. */
import { encodePlane } from '../../host/body/encode-plane.ts';
import { longestMoveOver } from '../../host/body/plane-nodes.ts';
import type { PlaneLink, PlaneNode, PlanePartition, PlanePhase } from '../../host/body/plane-partition.ts';
import { actionCode } from '../../host/body/words.ts';
import { stepsByKind } from '../../host/cycles/steps.ts';
import { AXIS_BYTES, BODY_HEADER_BYTES, PLANE_HEADER_BYTES } from '../../host/format.ts';
import { wrapImage } from '../../host/image/container.ts';
import { BUDGET_NONE } from '../../host/image/identity.ts';
import { type AxisModel, UNITS_NONE } from '../../host/source/model.ts';
import { type SectionPlace, sectionsOf } from './one-rule.ts';
import type { Random } from './random.ts';

const ACTIONS = ['stop', 'hold', 'slow', 'skip', 'continue'] as const;
const COORDINATE_MAX = 2 ** 30;

export interface PlaneShapeWanted {
  /** Levels; each has a node at least. */
  readonly depth: number;
  /** Nodes at most. */
  readonly nodes: number;
  /** Bits of coefficients, 1 to 31. */
  readonly bits: number;
  /** Ticks; 1: no phases. */
  readonly period: number;
  /** Squares along an axis at most. */
  readonly squares: number;
}

export function randomPlane(random: Random, wanted: PlaneShapeWanted): PlanePartition {
  const axes = [randomAxis(random, 'x'), randomAxis(random, 'y')] as const;
  const zones = 1 + random.below(5);
  const gaps = 1 + random.below(3);
  const rules: PlanePartition['rules'] = [
    ...Array.from({ length: zones }, (_, index) => ({
      ...{ kind: 'zone' as const, id: `zone ${index}`, tier: random.below(256) },
      limit: random.below(2) === 0 ? null : random.between(-1000, 1000),
    })),
    ...Array.from({ length: gaps }, (_, index) => ({
      ...{ kind: 'gap' as const, id: `gap ${index}`, action: random.pick(ACTIONS) },
      limit: random.below(2) === 0 ? null : random.between(-1000, 1000),
    })),
  ];
  const nodes = randomNodes(random, wanted, axes, rules.length);
  const shape = {
    ...shiftOf(random, axes[0], wanted.squares, 'X'),
    ...shiftOf(random, axes[1], wanted.squares, 'Y'),
  };
  const { shiftX = 0, shiftY = 0, squaresX: columns = 1, squaresY: rows = 1 } = shape;
  const linkFrom = (first: number): PlaneLink => randomLink(random, nodes.length, first, rules.length);
  const grids = Array.from({ length: 1 + random.below(3) }, () => ({
    roots: Array.from({ length: columns * rows }, () => linkFrom(0)),
  }));
  // Of levels that nothing else leads to.
  for (const [index] of nodes.entries()) {
    const roots = grids[0]?.roots;
    if (roots !== undefined && index === 0) roots[0] = 0;
  }
  const isOneGrid = new Set(grids.map((grid) => grid.roots.join())).size < grids.length;
  const phases = randomPhases(random, wanted.period, isOneGrid ? 1 : grids.length);
  return {
    shape: 'plane',
    ...{ map: 'random', device: 'generic', epoch: 1, replaces: [] },
    axes,
    phasePeriod: wanted.period,
    units: UNITS_NONE,
    ...{ phases, shiftX, shiftY, columns, rows, grids, nodes, depth: wanted.depth, rules, zones },
    ...{ outside: random.pick(ACTIONS), fault: 'stop', budgetSteps: null, budgetCycles: null },
    ...{
      longestMove: random.below(Math.min(2 ** 31, Number(longestMoveOver(nodes)))),
      mostCells: random.below(4097),
      notes: null,
    },
  };
}

function randomAxis(random: Random, name: string): AxisModel {
  const length = random.pick([1, 2, 1000, 2 ** 16, 2 ** 20 + 3, 2 ** 30, 2 ** 31]);
  const min = length === 2 ** 31 ? -COORDINATE_MAX : random.between(-COORDINATE_MAX, COORDINATE_MAX - length);
  return { kind: 'number', name, unit: 'mm', min, max: min + length, origin: 0n, scale: 1, wraps: false };
}

/** Squares along an axis: few enough, and in the one form that it has. */
function shiftOf(
  random: Random,
  { min, max }: AxisModel,
  most: number,
  axis: 'X' | 'Y',
): Record<string, number> {
  const least = Math.max(0, 32 - Math.clz32(Math.ceil((max - min) / most) - 1));
  const wanted = random.below(3) === 0 ? 31 : least;
  const squares = ((max - min - 1) >>> wanted) + 1;
  return { [`shift${axis}`]: squares === 1 ? 31 : wanted, [`squares${axis}`]: squares };
}

function randomLink(random: Random, nodes: number, first: number, rules: number): PlaneLink {
  return first < nodes && random.below(4) > 0
    ? first + random.below(nodes - first)
    : -1 - random.below(rules);
}

/** A chain of the wanted depth, and other nodes between its links. */
function randomNodes(
  random: Random,
  { depth, nodes: count, bits }: PlaneShapeWanted,
  axes: readonly [AxisModel, AxisModel],
  rules: number,
): PlaneNode[] {
  const perLevel = Math.max(1, Math.floor(count / Math.max(1, depth)));
  const nodes: PlaneNode[] = [];
  const total = depth * perLevel;
  for (let level = 0; level < depth; level++) {
    const next = (level + 1) * perLevel;
    for (let each = 0; each < perLevel; each++) {
      const along =
        next < total ? next + (each === 0 ? 0 : random.below(perLevel)) : -1 - random.below(rules);
      let other = randomLink(random, total, next, rules);
      while (other === along)
        other =
          -1 - random.below(rules) === along ? -1 - ((-1 - along + 1) % rules) : -1 - random.below(rules);
      const [left, right] = random.below(2) === 0 ? [along, other] : [other, along];
      nodes.push({ ...randomLine(random, bits, axes), left, right });
    }
  }
  return nodes;
}

/** A line through a point of the axes, mostly. */
function randomLine(random: Random, bits: number, [x, y]: readonly [AxisModel, AxisModel]) {
  const most = 2 ** bits - 1;
  const a = random.below(4) === 0 ? 0 : 1 + random.below(most);
  const b = a === 0 ? 1 + random.below(most) : random.between(-most, most);
  const [px, py] = [random.below(x.max - x.min), random.below(y.max - y.min)];
  const c = random.below(8) === 0 ? random.below(2 ** 32) | 0 : -(Math.imul(a, px) + Math.imul(b, py)) | 0;
  return { a, b, c };
}

function randomPhases(random: Random, period: number, grids: number): PlanePhase[] {
  const starts =
    period === 1 || grids === 1
      ? [0]
      : [0, ...Array.from({ length: random.below(12) }, () => random.below(period))];
  const sorted = [...new Set(starts)].sort((a, b) => a - b);
  const phases: { from: number; grid: number }[] = [];
  for (const from of sorted) {
    const grid = random.below(grids);
    if (phases.at(-1)?.grid !== grid) phases.push({ from, grid });
  }
  return phases.map(({ from, grid }, index) => ({ from, to: phases[index + 1]?.from ?? period, grid }));
}

/** The rule of a place, in stored coordinates; undefined outside of the axes or the period. */
export function ruleAt(partition: PlanePartition, phase: number, x: number, y: number): number | undefined {
  const [ax, ay] = partition.axes;
  const found = partition.phases.find(({ from, to }) => phase >= from && phase < to);
  if (found === undefined || x < ax.min || x >= ax.max || y < ay.min || y >= ay.max) return undefined;
  const [dx, dy] = [x - ax.min, y - ay.min];
  const square = (dy >>> partition.shiftY) * partition.columns + (dx >>> partition.shiftX);
  let link = partition.grids[found.grid]?.roots[square] ?? 0;
  while (link >= 0) {
    const node = partition.nodes[link];
    if (node === undefined) throw new RangeError('a link leads nowhere');
    const f = (Math.imul(node.a, dx) + Math.imul(node.b, dy) + node.c) | 0;
    link = f < 0 ? node.left : node.right;
  }
  return -1 - link;
}

/** The image of a plane, not signed. */
export function imageOfPlane(partition: PlanePartition): Uint8Array {
  const { map, device, epoch, replaces, units, fault } = partition;
  const { body, steps } = encodePlane(partition);
  const burn = {
    ...{ faultAction: actionCode(fault), holdAction: actionCode('hold') },
    ...{ budgetLimit: BUDGET_NONE, budgetBase: 0, costs: [1, 1, 1, 1, 1, 1, 1, 1] },
  };
  return wrapImage(body, { map, device, epoch, replaces, steps: stepsByKind(steps), burn, units }).image;
}

/** Places everywhere, on borders of the axes and beyond them, phases in the period and out of it. */
export function* placesIn(partition: PlanePartition, random: Random, count: number) {
  const extremes = [-(2 ** 31), -1, 0, 2 ** 31 - 1];
  const place = ({ min, max }: AxisModel) =>
    random.onceIn(6) ? random.pick([min - 1, min, max - 1, max, ...extremes]) : random.between(min, max);
  const starts = partition.phases.flatMap(({ from, to }) => [from, to - 1]);
  const phase = () => {
    if (random.onceIn(12)) return random.pick([partition.phasePeriod, 2 ** 31, 2 ** 32 - 1]);
    return random.onceIn(3) ? random.pick(starts) : random.below(partition.phasePeriod);
  };
  for (let each = 0; each < count; each++)
    yield { phase: phase(), x: place(partition.axes[0]), y: place(partition.axes[1]) };
}

/** The sections of a body of layout plane. */
export function planeSectionsOf(body: Uint8Array): SectionPlace[] {
  return sectionsOf(body, BODY_HEADER_BYTES + 2 * AXIS_BYTES + PLANE_HEADER_BYTES);
}
