/**
 * What a map costs in cycles on a board: figures that were shown of the board's firmware as it is linked (docs/TIMING.md), kept in
 * `targets/NAME/cycles.json`, so that a map can be judged without a compiler for the board.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { ARENA_DEFAULT, type ArenaName } from '../common/arenas.ts';
import { packageUrl } from '../common/root.ts';
import type { Steps } from './steps.ts';

const FILE = 'cycles.json';

/** Bounds of one board's firmware, for every image of a shape. */
export interface CycleTable {
  /** Whose cycles, by the name of its table. */
  readonly core: string;
  /** What the firmware was built by; another compiler's takes its own. */
  readonly compiler: string;
  /** In the build of the largest arena. */
  readonly check: {
    /** Of a map without phases, by its steps along the line. */
    readonly line: readonly number[];
    /** Of a map with phases: by its steps of phases, from 1 on, then by those along the line. */
    readonly phases: readonly (readonly number[])[];
    /** Of a map with directories and without phases, by its halvings. */
    readonly directory: readonly number[];
    /** Of a map with directories and phases, by its halvings of both. */
    readonly directoryPhases: readonly number[];
    /**
     * Of a plane whose nodes have 16 bytes, and of one whose nodes have 12, by their levels: without phases, then with phases by the
     * halvings of their search.
     */
    readonly plane: readonly (readonly number[])[];
    readonly planeShort: readonly (readonly number[])[];
  };
  /** By the arena: cycles that a check takes more at most in its build. */
  readonly checkMore: Readonly<Record<ArenaName, number>>;
  /** By the arena: builds for small ones have code for size. */
  readonly verdict: Readonly<Record<ArenaName, ByAxis>>;
  /** Of a move over as many cells as images allow. */
  readonly sweep: Readonly<Record<ArenaName, ByAxis>>;
}

/** On a line, and on a line or a ring; null where nothing is shown. */
export interface ByAxis {
  readonly line: number | null;
  readonly any: number | null;
}

/** What of a map its cost hangs on. */
export interface MapShape {
  readonly steps: Steps;
  readonly isRing: boolean;
}

/** Looks into directories of a map with phases: the search for the phase is one. */
export const LOOKS_WITH_PHASES = 2;

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
  readonly arena: ArenaName;
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

/** What a map of this shape takes at most in the build of an arena; check takes as much for every input. */
export function mapCycles(
  target: string,
  table: CycleTable,
  { steps, isRing }: MapShape,
  arena: ArenaName = ARENA_DEFAULT,
): MapCycles {
  const axis = isRing ? 'any' : 'line';
  const check = checkCycles(table, steps);
  const isPlane = steps.plane !== undefined || steps.planeShort !== undefined;
  return {
    target,
    core: table.core,
    arena,
    check: check === undefined ? null : check + table.checkMore[arena],
    verdict: table.verdict[arena][axis],
    // Of a move through a plane nothing is shown for every image.
    sweep: isPlane ? null : table.sweep[arena][axis],
  };
}

/** Of what the cycles of a check are made up: those without any step, and those of its steps of each kind. */
export interface CheckParts {
  readonly base: number;
  /** Of the search for a phase; with directories of its look, without halvings. */
  readonly phase: number;
  /** Of steps along the line; with directories of all halvings. */
  readonly line: number;
}

/** They add up to what a check of a map of this shape takes; null where nothing is shown. */
export function checkParts(table: CycleTable, { steps }: MapShape): CheckParts | null {
  const { phase = 0, directory = 0, halving = 0, grid = 0, planeShort } = steps;
  const flat = planeShort === undefined ? { plane: 0, grid } : { planeShort: 0, grid };
  const [without, begun] =
    grid > 0
      ? [flat, directory > 0 ? { ...flat, directory, halving } : flat]
      : directory > 0
        ? [{ directory: 1 }, { directory }]
        : [
            { phase: 0, line: 0 },
            { phase, line: 0 },
          ];
  const [base, withPhases, total] = [without, begun, steps].map((each) => checkCycles(table, each));
  if (base === undefined || withPhases === undefined || total === undefined) return null;
  return { base, phase: withPhases - base, line: total - withPhases };
}

/** undefined where nothing is known of such a map. */
export function checkCycles({ check }: CycleTable, steps: Steps): number | undefined {
  const { phase = 0, line = 0, directory = 0, halving = 0, plane, planeShort } = steps;
  const forPhase = directory === 0 ? 0 : 1 + halving;
  if (planeShort !== undefined) return check.planeShort[forPhase]?.[planeShort];
  if (plane !== undefined) return check.plane[forPhase]?.[plane];
  if (directory > 0) return (takesPhases(steps) ? check.directoryPhases : check.directory)[halving];
  return (phase === 0 ? check.line : check.phases[phase - 1])?.[line];
}

/** Whether a map that takes such steps has phases. */
export function takesPhases({ phase = 0, directory = 0, grid = 0 }: Steps): boolean {
  return phase > 0 || directory === LOOKS_WITH_PHASES || (grid > 0 && directory > 0);
}
