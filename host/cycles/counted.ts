import { STEP_KIND } from '../format.ts';
import type { Steps } from './steps.ts';
import { type CycleTable, checkCycles, LOOKS_WITH_PHASES, takesPhases } from './table.ts';

/** How a device counts cycles: so many, and so many more for each step by its kind. */
export interface CountedCosts extends Readonly<Record<keyof typeof STEP_KIND, number>> {
  readonly base: number;
}

/** What lines are counted by. */
type LineCosts = Omit<CountedCosts, 'plane' | 'planeShort' | 'grid'>;

export function counted({ base, ...costs }: CountedCosts, steps: Steps): number {
  return base + countedSteps(costs, steps);
}

function countedSteps(costs: Partial<CountedCosts>, steps: Steps): number {
  const names = Object.keys(STEP_KIND) as (keyof Steps)[];
  return names.reduce((sum, name) => sum + (costs[name] ?? 0) * (steps[name] ?? 0), 0);
}

/**
 * The costs to burn: maps like the first are counted exactly where cycles rise evenly, and no map that takes more than the limit is
 * counted within it. A device has one base, that of maps like the first; what other kinds take more is added to their steps.
 *
 * @param first steps of the map that a device is burned with
 * @param limit cycles that a check may take
 */
export function countedCosts(table: CycleTable, first: Steps, limit: number): CountedCosts {
  if (first.grid !== undefined) return withPlanes(table, costsNeverLess(table, {}), true);
  const isLook = first.directory !== undefined && !takesPhases(first);
  const ofLines = (isLook ? costsOfLook(table, limit) : undefined) ?? costsNeverLess(table, first);
  return withPlanes(table, ofLines, false);
}

/**
 * What planes cost besides. The look into their grid, which each has, makes up for their base; what those with phases take more is added to
 * the look for a phase where the first map is a plane, so that one without phases is counted exactly, else to the grid.
 */
function withPlanes({ check }: CycleTable, lines: LineCosts, isFirst: boolean): CountedCosts {
  const forms = (['plane', 'planeShort'] as const).map((name) => {
    const rise = Math.max(...check[name].map(risePerStep));
    return { name, rise, bases: check[name].map((cycles) => baseOf(cycles, rise)) };
  });
  const excess = (isWithPhases: boolean, { directory, halving }: Pick<LineCosts, 'directory' | 'halving'>) =>
    Math.max(
      0,
      ...forms.flatMap(({ bases }) =>
        bases.map((base, row) => {
          if (row > 0 !== isWithPhases) return 0;
          return base - lines.base - (row > 0 ? directory + halving * (row - 1) : 0);
        }),
      ),
    );
  const flat = excess(false, lines);
  const grid = isFirst ? flat : Math.max(flat, excess(true, lines));
  const directory = lines.directory + Math.max(0, excess(true, lines) - grid);
  const [plane = 0, planeShort = 0] = forms.map(({ rise }) => rise);
  return { ...lines, directory, plane, planeShort, grid };
}

/** Where each kind of map begins, with the rise of its steps; trees with phases by their steps of phases, from 1 on. */
function basesOf({ check }: CycleTable) {
  const line = Math.max(risePerStep(check.line), ...check.phases.map(risePerStep));
  const halving = Math.max(risePerStep(check.directory), risePerStep(check.directoryPhases));
  return {
    line,
    halving,
    ofLines: baseOf(check.line, line),
    ofPhases: check.phases.map((cycles) => baseOf(cycles, line)),
    ofLook: baseOf(check.directory, halving),
    ofLooks: baseOf(check.directoryPhases, halving),
  };
}

/** No map is counted less than it takes. */
function costsNeverLess(table: CycleTable, first: Steps): LineCosts {
  const { line, halving, ofLines, ofPhases, ofLook, ofLooks } = basesOf(table);
  const phaseFor = (base: number) =>
    Math.max(0, ...ofPhases.map((each, index) => Math.ceil((each - base) / (index + 1))));
  const lookFor = (base: number) =>
    Math.max(0, ofLook - base, Math.ceil((ofLooks - base) / LOOKS_WITH_PHASES));
  const from = (base: number, phase = phaseFor(base)) => {
    return { base, phase, line, directory: lookFor(base), halving };
  };
  if (!takesPhases(first)) return from(ofLines);
  if (first.directory !== undefined) {
    const looks = Math.max(0, Math.floor((ofLooks - ofLines) / LOOKS_WITH_PHASES));
    return from(Math.max(ofLines, ofLooks - LOOKS_WITH_PHASES * looks));
  }
  const phase = risePerStep(ofPhases);
  return from(Math.max(ofLines, ...ofPhases.map((each, index) => each - phase * (index + 1))), phase);
}

/**
 * For a first map that takes one look. Trees have no step that each of them takes, so their base may be more than all that such a map
 * takes: then their steps cost as much more as makes what is over the limit be counted over it. Of such costs those that let most maps
 * pass; undefined: there are none.
 */
function costsOfLook(table: CycleTable, limit: number): LineCosts | undefined {
  const { line, halving, ofLook } = basesOf(table);
  const shapes = shapesOf(table);
  const over = shapes.filter(({ cycles }) => cycles > limit);
  const within = shapes.filter(({ cycles }) => cycles <= limit);
  const candidates = Array.from({ length: ofLook + 1 }, (_, directory): LineCosts => {
    const base = ofLook - directory;
    const ofLine = Math.max(
      line,
      ...over.map(({ steps }) => leastCost(limit - base, steps.line, steps.phase)),
    );
    const ofPhase = (steps: Steps) => leastCost(limit - base - ofLine * (steps.line ?? 0), steps.phase, 0);
    const phase = Math.max(0, ...over.map(({ steps }) => ofPhase(steps)));
    return { base, phase, line: ofLine, directory, halving };
  }).filter((costs) => over.every(({ steps }) => costs.base + countedSteps(costs, steps) > limit));
  const passing = candidates.map(
    (costs) => within.filter(({ steps }) => costs.base + countedSteps(costs, steps) <= limit).length,
  );
  return candidates[passing.indexOf(Math.max(...passing))];
}

/** The least cost with which so many steps are more than `room`; 0 where there are none, or steps of the other kind as well. */
function leastCost(room: number, steps = 0, others = 0): number {
  return steps === 0 || others > 0 ? 0 : Math.max(0, Math.floor(room / steps) + 1);
}

/** All shapes that a build may have, with the cycles that each takes. */
function shapesOf(table: CycleTable): { readonly steps: Steps; readonly cycles: number }[] {
  const { line, phases, directory, directoryPhases } = table.check;
  const trees = [line, ...phases].flatMap((row, phase) =>
    row.map((_, index): Steps => ({ phase, line: index })),
  );
  const looks = [directory, directoryPhases].flatMap((row, index) =>
    row.map((_, halving): Steps => ({ directory: index + 1, halving })),
  );
  return [...trees, ...looks].map((steps) => ({ steps, cycles: checkCycles(table, steps) ?? 0 }));
}

/** Cycles without steps, so that none is counted too few. */
function baseOf(cycles: readonly number[], rise: number): number {
  return Math.max(...cycles.map((each, steps) => each - rise * steps));
}

/** Cycles a step, in whole cycles, with which the least is counted too much. */
function risePerStep(cycles: readonly number[]): number {
  const [first = 0, last = 0] = [cycles[0], cycles.at(-1)];
  const even = Math.max(0, Math.floor((last - first) / Math.max(1, cycles.length - 1)));
  const excess = (rise: number) => {
    const base = baseOf(cycles, rise);
    return cycles.reduce((sum, each, steps) => sum + base + rise * steps - each, 0);
  };
  return excess(even + 1) < excess(even) ? even + 1 : even;
}
