import { bytesBesideNodes } from '../body/encode-plane.ts';
import type { ListedPhases } from '../body/found-in-lists.ts';
import type { GapRule, ZoneRule } from '../body/partition.ts';
import { longestMoveOver } from '../body/plane-nodes.ts';
import type { PlanePartition, PlanePhase } from '../body/plane-partition.ts';
import { BUILD_LIMITS, type BuildName } from '../format.ts';
import type { Ring } from '../geometry/point.ts';
import { Lines } from '../plane/lines.ts';
import { buildLookup, type Lookup, type LookupLimits, RANGE, RANGE_WITH_MOVES } from '../plane/lookup.ts';
import { type Ruled, ruled } from '../plane/rule-edges.ts';
import { subdivide, ThicketError } from '../plane/subdivision.ts';
import { TooFineError } from '../plane/tree-builder.ts';
import { outOfRange } from '../plane/verify.ts';
import type { Diagnostics } from '../source/diagnostics.ts';
import { UNITS_NONE } from '../source/model.ts';
import type { PlaneArea, PlaneModel } from '../source/plane-model.ts';
import { type ZoneOrder, zoneOrder } from './order.ts';
import { type PhaseSet, phaseSets } from './pieces.ts';
import { coverOf, RULE_NONE } from './plane-cover.ts';
import { PlaneFindings } from './plane-findings.ts';
import { findIn } from './plane-look.ts';
import { pointText } from './plane-words.ts';

/** A second or two. */
const LOOKS_MAX = 30_000_000;

export interface PlaneWanted {
  /** The build that it is for: the fewest cycles of what it holds are looked for. Unless given, the largest of controllers. */
  readonly build?: BuildName;
  /** Unless given, what the build has left for them. */
  readonly limits?: LookupLimits;
}

/** So many take minutes; a map of more is none that anybody burns. */
const EDGES_MAX = 2 ** 17;

/**
 * Resolves a model of a plane into a partition: every place and phase gets exactly one rule. Mistakes are added to `diagnostics`, and
 * null is given where there are any: every overlap that nothing orders, every gap rule that lies where it may not, and of a `complete`
 * model every gap that nothing acknowledges.
 */
export function resolvePlane(
  model: PlaneModel,
  complete: boolean,
  diagnostics: Diagnostics,
  { build = 'device', limits }: PlaneWanted = {},
): PlanePartition | null {
  const before = diagnostics.count;
  const order = zoneOrder(model.overlaps, model.zones);
  const findings = new PlaneFindings(model, order);
  const lines = new Lines();
  const ranges = phaseRanges(model, diagnostics);
  const sets = ruledSets(model, ranges, order, lines, findings, diagnostics);
  if (sets === null) return null;
  const listed = ranges.map(({ from, to, set }): ListedPhases => ({ from, to, list: set }));
  findings.report(listed, complete, diagnostics);
  if (!complete || diagnostics.count > before) return null;
  if (!isNarrowForMoves(model, diagnostics)) return null;
  const rules = rulesOf(model);
  const within = limits ?? limitsFor(build, { phasePeriod: model.phasePeriod, rules }, ranges);
  const lookup = lookupOf(model, lines, sets, within, diagnostics);
  if (lookup === null || !takesMoves(model, lookup, diagnostics)) return null;
  const { shape, nodes, depth } = lookup;
  return {
    shape: 'plane',
    ...headOf(model),
    ...shape,
    ...phasesOf(ranges, lookup),
    ...{ nodes, depth },
    rules,
    zones: model.zones.length,
    notes: { roundings: model.roundings, unused: model.unused, approach: null, marks: [] },
    found: findings.found(listed),
  };
}

/** What a build holds besides all else of a map. @throws HoldfastError TOO_LARGE where phases begin too close to each other */
function limitsFor(
  build: BuildName,
  plane: Pick<PlanePartition, 'phasePeriod' | 'rules'>,
  ranges: readonly PhaseSet[],
): LookupLimits {
  const phases = ranges.map(({ from, to, set }) => ({ from, to, grid: set }));
  const bytesMax = BUILD_LIMITS[build].arenaBytes - bytesBesideNodes({ ...plane, phases });
  return { grids: true, bytesMax, looksMax: LOOKS_MAX };
}

function headOf(model: PlaneModel) {
  const { map, device, epoch, replaces, axes, phasePeriod, phase, limitUnit } = model;
  const { outside, fault, budgetSteps, budgetCycles, longestMove, mostCells } = model;
  const counted = phase === null ? UNITS_NONE.phase : { unit: phase.unit, scale: phase.scale };
  return {
    ...{ map, device, epoch, replaces, axes, phasePeriod, outside, fault },
    ...{ budgetSteps, budgetCycles, longestMove, mostCells },
    units: { limit: limitUnit, phase: counted },
  };
}

function rulesOf({ zones, gapRules }: PlaneModel): (ZoneRule | GapRule)[] {
  return [
    ...zones.map(({ id, tier, limit }): ZoneRule => ({ kind: 'zone', id, tier, limit })),
    ...gapRules.map(({ id, action, limit }): GapRule => ({ kind: 'gap', id, action, limit })),
  ];
}

/** Ranges of phases, each with the number of what holds in it; none, and reported, where these are too many. */
function phaseRanges(model: PlaneModel, diagnostics: Diagnostics): readonly PhaseSet[] {
  const edgesOf = (areas: readonly PlaneArea[] | null) =>
    areas === null ? null : { length: areas.reduce((sum, { rings }) => sum + edgeCount(rings), 0) };
  const zones = model.zones.map(({ at, when }) => ({ at: edgesOf(at), when }));
  const gapRules = model.gapRules.map(({ at, when }) => ({ at: edgesOf(at), when }));
  const total = [...zones, ...gapRules].reduce((sum, { at }) => sum + (at?.length ?? 0), 0);
  if (total > EDGES_MAX) {
    const words = `zones and gap rules have ${total} edges, of which no map takes more than ${EDGES_MAX}`;
    diagnostics.add(
      'TOO_MANY',
      model.place,
      words,
      'Simplify the areas, or cut the plane into several maps.',
    );
    return [];
  }
  const { ranges, excess } = phaseSets({ phasePeriod: model.phasePeriod, zones, gapRules });
  if (excess === undefined) return ranges;
  const message = `up to phase ${excess.phase} of ${model.phasePeriod} zones and gap rules have more than ${excess.most} edges, counted anew wherever others hold with them`;
  const remedy = 'Use fewer zones with windows of their own, or let them begin and end together.';
  diagnostics.add('TOO_MANY', model.place, message, remedy);
  return [];
}

function edgeCount(rings: readonly { readonly length: number }[]): number {
  return rings.reduce((sum, { length }) => sum + length, 0);
}

/** One for each set of zones that phases have; null, and reported, where these are a thicket. */
function ruledSets(
  model: PlaneModel,
  ranges: readonly PhaseSet[],
  order: ZoneOrder,
  lines: Lines,
  findings: PlaneFindings,
  diagnostics: Diagnostics,
): Ruled[] | null {
  const sets: Ruled[] = [];
  try {
    for (const range of ranges) sets[range.set] ??= ruledSet(model, range, order, lines, findings);
    return sets;
  } catch (error) {
    if (!(error instanceof ThicketError)) throw error;
    const remedy = 'Cut zones to the places where they may answer.';
    diagnostics.add('TOO_MANY', model.place, error.message, remedy);
    return null;
  }
}

/** Which rule answers where of the zones and gap rules that hold in a range of phases. */
function ruledSet(
  model: PlaneModel,
  { from, set }: PhaseSet,
  order: ZoneOrder,
  lines: Lines,
  findings: PlaneFindings,
): Ruled {
  const [x, y] = model.axes;
  const owners: number[] = [];
  const areas: (readonly Ring[])[] = [];
  [...model.zones, ...model.gapRules].forEach(({ at, when }, owner) => {
    const holds = when === null || when.some((window) => window.from <= from && from < window.to);
    if (!holds) return;
    for (const { rings } of at ?? []) {
      owners.push(owner);
      areas.push(rings.map((ring) => ring.map(([px, py]) => [px - x.min, py - y.min] as const)));
    }
  });
  const subdivision = subdivide(lines, x.max - x.min, y.max - y.min, areas);
  const anywhere = model.gapRules.findIndex(({ at }) => at === null);
  const covers = subdivision.areasOf.map((inside) => {
    const rising = [...new Set(inside.map((area) => owners[area] ?? 0))].sort((one, other) => one - other);
    return coverOf(model, order, rising, anywhere);
  });
  findIn({ subdivision, covers, model, set, findings });
  const rules = subdivision.sets.map((number) => covers[number]?.rule ?? RULE_NONE);
  return ruled(subdivision, rules);
}

/** null, and reported, where an edge is too fine for numbers of 32 bits. */
function lookupOf(
  { axes, place, longestMove }: PlaneModel,
  lines: Lines,
  sets: readonly Ruled[],
  limits: LookupLimits,
  diagnostics: Diagnostics,
): Lookup | null {
  const [x, y] = axes;
  const [width, height] = [x.max - x.min, y.max - y.min];
  try {
    const range = longestMove === 0 ? RANGE : RANGE_WITH_MOVES;
    const lookup = buildLookup(lines, width, height, sets, range, limits);
    const wrong = outOfRange(lines, width, height, lookup, range);
    if (wrong > 0) throw new TypeError(`${wrong} nodes of the plane are out of range`);
    return lookup;
  } catch (error) {
    if (!(error instanceof TooFineError)) throw error;
    const ends = error.ends.map((point) => pointText(axes, point)).join(' to ');
    const message = `the edge from ${ends} is too long and too fine to be told exactly by numbers of 32 bits`;
    diagnostics.add(
      'OUT_OF_RANGE',
      place,
      message,
      'Cut it by a point in its middle, or let the axes count larger steps.',
    );
    return null;
  }
}

/** Whether no axis is longer than those along which moves are followed; else that is reported. */
function isNarrowForMoves({ longestMove, axes, place }: PlaneModel, diagnostics: Diagnostics): boolean {
  const longest = Math.max(...axes.map(({ min, max }) => max - min));
  if (longestMove === 0 || longest <= RANGE_WITH_MOVES) return true;
  const message = `an axis has ${longest} steps; moves are followed on planes of up to ${RANGE_WITH_MOVES} steps each way`;
  diagnostics.add('OUT_OF_RANGE', place, message, 'Leave out "moves", or let the axes count larger steps.');
  return false;
}

/** Whether the longest move is one that the core follows with numbers of 64 bits; else that is reported. */
function takesMoves(
  { longestMove, place }: PlaneModel,
  { nodes }: Lookup,
  diagnostics: Diagnostics,
): boolean {
  const most = longestMoveOver(nodes);
  if (longestMove <= most) return true;
  const message = `the longest move is ${longestMove} steps; over edges as fine as some of these, moves of ${most} steps can be followed`;
  diagnostics.add('OUT_OF_RANGE', place, message, `Write a longest move of ${most} steps at most.`);
  return false;
}

/** What holds in ranges of phases, by grid: each grid once, neighbouring ranges with the same one joined. */
function phasesOf(ranges: readonly PhaseSet[], lookup: Lookup): Pick<PlanePartition, 'phases' | 'grids'> {
  const numbers = new Map<string, number>();
  const grids: PlanePartition['grids'][number][] = [];
  const gridOf = lookup.grids.map((grid) => {
    const key = grid.roots.join(' ');
    const number = numbers.get(key) ?? grids.length;
    if (number === grids.length) grids.push(grid);
    numbers.set(key, number);
    return number;
  });
  const phases: PlanePhase[] = [];
  for (const { from, to, set } of ranges) {
    const grid = gridOf[set] ?? 0;
    const last = phases.at(-1);
    if (last?.grid === grid) phases[phases.length - 1] = { from: last.from, to, grid };
    else phases.push({ from, to, grid });
  }
  return { phases, grids };
}
