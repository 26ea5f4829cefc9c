/**
 * What a map costs in cycles on a board: figures that were shown of the board's firmware as it is linked (docs/TIMING.md), kept in
 * `targets/NAME/cycles.json`, so that a map can be judged without a compiler for the board.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { packageUrl } from '../common/root.ts';

const FILE = 'cycles.json';

/** Bounds of one board's firmware, for every image of a shape. */
export interface CycleTable {
  /** Whose cycles, by the name of its table. */
  readonly core: string;
  /** What the firmware was built by; another compiler's takes its own. */
  readonly compiler: string;
  readonly check: {
    /** Of a map without phases, by its steps along the line. */
    readonly line: readonly number[];
    /** Of a map with phases: by its steps of phases, from 1 on, then by those along the line. */
    readonly phases: readonly (readonly number[])[];
  };
  readonly verdict: ByAxis;
  /** Of a move over as many cells as images allow. */
  readonly sweep: ByAxis;
}

/** On a line, and on a line or a ring; null where nothing is shown. */
interface ByAxis {
  readonly line: number | null;
  readonly any: number | null;
}

/** What of a map its cost hangs on. */
export interface MapShape {
  readonly phaseSteps: number;
  readonly lineSteps: number;
  readonly isRing: boolean;
}

/** What a board's loop calls, and its cycles at most; null where nothing is shown or nothing is asked. */
export interface CallCycles {
  readonly check: number | null;
  readonly verdict: number | null;
  readonly sweep: number | null;
}
export const CALL_NAMES = ['check', 'verdict', 'sweep'] as const;

/** What may be spent, in cycles of a board; `target` is null where an image does not say of which. */
export interface CycleBudget extends CallCycles {
  readonly target: string | null;
}

/** What it takes on that board. */
export interface MapCycles extends CallCycles {
  readonly target: string;
  readonly core: string;
}

/** Boards whose figures are known, in order of the alphabet. */
export function boardsWithCycles(): string[] {
  return readdirSync(packageUrl('targets/'))
    .filter((name) => existsSync(packageUrl(`targets/${name}/${FILE}`)))
    .sort();
}

/** Undefined where nothing is known of the board. */
export function cyclesOf(target: string): CycleTable | undefined {
  if (!boardsWithCycles().includes(target)) return undefined;
  return JSON.parse(readFileSync(packageUrl(`targets/${target}/${FILE}`), 'utf8')) as CycleTable;
}

/** What a map of this shape takes at most; check takes as much for every input. */
export function mapCycles(target: string, table: CycleTable, shape: MapShape): MapCycles {
  const { phaseSteps, lineSteps, isRing } = shape;
  const lines = phaseSteps === 0 ? table.check.line : table.check.phases[phaseSteps - 1];
  const axis = isRing ? 'any' : 'line';
  return {
    target,
    core: table.core,
    check: lines?.[lineSteps] ?? null,
    verdict: table.verdict[axis],
    sweep: table.sweep[axis],
  };
}

/** Of what the cycles of a check are made up: those without any step, and those of its steps of each kind. */
export interface CheckParts {
  readonly base: number;
  readonly phase: number;
  readonly line: number;
}

/** They add up to what a check of a map of this shape takes; null where nothing is shown. */
export function checkParts({ check }: CycleTable, { phaseSteps, lineSteps }: MapShape): CheckParts | null {
  const lines = phaseSteps === 0 ? check.line : check.phases[phaseSteps - 1];
  const [base, withPhases, total] = [check.line[0], lines?.[0], lines?.[lineSteps]];
  if (base === undefined || withPhases === undefined || total === undefined) return null;
  return { base, phase: withPhases - base, line: total - withPhases };
}

/** How a device counts cycles: so many, and so many more a step of phases and of the line. */
export interface CountedCosts {
  readonly base: number;
  readonly phase: number;
  readonly line: number;
}

/**
 * The costs to burn: never less than what any map takes, and exact for maps like the first where cycles rise evenly. A device has one
 * base: that of maps with phases where the first has them, and else that of maps without, to which the first step of phases adds the
 * difference.
 */
export function countedCosts({ check }: CycleTable, hasPhases: boolean): CountedCosts {
  const line = Math.max(risePerStep(check.line), ...check.phases.map(risePerStep));
  const baseOf = (cycles: readonly number[]) => Math.max(...cycles.map((each, steps) => each - line * steps));
  const ofLines = baseOf(check.line);
  const ofPhases = check.phases.map(baseOf);
  if (!hasPhases) {
    return {
      base: ofLines,
      line,
      phase: Math.max(0, ...ofPhases.map((each, index) => Math.ceil((each - ofLines) / (index + 1)))),
    };
  }
  const phase = risePerStep(ofPhases);
  const base = Math.max(ofLines, ...ofPhases.map((each, index) => each - phase * (index + 1)));
  return { base, line, phase };
}

export function counted({ base, phase, line }: CountedCosts, { phaseSteps, lineSteps }: MapShape): number {
  return base + phase * phaseSteps + line * lineSteps;
}

/** Cycles a step, in whole cycles, with which the least is counted too much. */
function risePerStep(cycles: readonly number[]): number {
  const [first = 0, last = 0] = [cycles[0], cycles.at(-1)];
  const even = Math.max(0, Math.floor((last - first) / Math.max(1, cycles.length - 1)));
  const excess = (rise: number) => {
    const base = Math.max(...cycles.map((each, steps) => each - rise * steps));
    return cycles.reduce((sum, each, steps) => sum + base + rise * steps - each, 0);
  };
  return excess(even + 1) < excess(even) ? even + 1 : even;
}
