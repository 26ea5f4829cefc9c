import { ARENA_DEFAULT, type ArenaName } from '../../common/arenas.ts';
import type { ByAxis, CycleTable } from '../../cycles/table.ts';
import { ARENAS, BUILD_LIMITS, HALVINGS_MAX } from '../../format.ts';
import { ANY32, and32, between32, exactly32, or32, type Range32 } from '../ranges/range32.ts';
import { boundOf, type Question } from './bounds.ts';
import { CALLS } from './holdfast.ts';

/** The figures of a board that maps are judged by (`targets/NAME/cycles.json`), shown of its firmware for every image of a shape. */

/** Words of ACTIVE, by their number (assembly/check/active.ts), and what stands in them for a map of a kind. */
const WORD = {
  ask: 0,
  list: 5,
  words: 6,
  /** Of a plane: its grid, 0 where each phase has its own; and `list` says its levels. */
  grid: 6,
  phaseStarts: 9,
  phaseEntries: 10,
  runShift: 11,
  moveCellsMax: 18,
} as const;
const ASK = {
  line: 0xcf,
  phases: 0xf3,
  directory: 0x3c,
  directoryPhases: 0x55,
  plane: 0x1b,
  planeShort: 0x27,
} as const;
const LEVELS_ROOM = 15;
const LEVELS_SHIFT = 28;
const HALVINGS_ROOM = 7;
const HALVINGS_SHIFT = 29;
const NO_RUNS = exactly32(0);
/** Of a line: a ring has the bit above. */
const RUNS = between32(1, 31);
/** As many cells as a move of any image may cross. */
const MOVE_CELLS = exactly32(256);

/** Questions of a board's firmware without words, in the build of an arena; ACTIVE is one of the parts. */
export type ArenaQuestions = readonly (readonly [ArenaName, Question])[];

/** Of the arenas that are asked about, that of most among them. */
export function boardCycles(questions: ArenaQuestions, compiler: string): CycleTable {
  const question = new Map(questions).get(ARENA_DEFAULT);
  if (question === undefined)
    throw new RangeError(`the build for ${ARENA_DEFAULT} is not among the questions`);
  const check = checksOf(question, BUILD_LIMITS[ARENAS[ARENA_DEFAULT]]);
  const rows = questions.map(([arena, each]) => {
    const own =
      each === question ? check : checksOf(each, { ...BUILD_LIMITS[ARENAS[arena]], planeStepsMax: 0 });
    return { arena, checkMore: mostMore(own, check), ...callCycles(each) };
  });
  const byArena = <Value>(of: (row: (typeof rows)[number]) => Value) =>
    Object.fromEntries(rows.map((row) => [row.arena, of(row)])) as Record<ArenaName, Value>;
  return {
    ...{ core: question.core.id, compiler, check },
    checkMore: byArena(({ checkMore }) => checkMore),
    ...{ verdict: byArena(({ verdict }) => verdict), sweep: byArena(({ sweep }) => sweep) },
  };
}

/** How much the check of a map takes more at most by `own` than by `other`: maps on lines, whose lookups all builds have. */
function mostMore(own: CycleTable['check'], other: CycleTable['check']): number {
  const rows = ({ line, phases, directory, directoryPhases }: CycleTable['check']) => [
    line,
    directory,
    directoryPhases,
    ...phases,
  ];
  const more = rows(own).flatMap((row, index) =>
    row.map((cycles, steps) => cycles - (rows(other)[index]?.[steps] ?? 0)),
  );
  return Math.max(0, ...more);
}

/** What a call takes at most while words of ACTIVE, by their number, hold what is given. */
function bounds(question: Question): (call: string, words: Words) => number | null {
  const active = question.parts?.find(({ name }) => name === 'ACTIVE');
  if (active === undefined) throw new RangeError('the program holds no core');
  return (call, words) => {
    const given = words.map(([index, range]) => [active.from + 4 * index, range] as const);
    return boundOf({ ...question, words: new Map(given) }, call).bound;
  };
}

type Words = readonly (readonly [number, Range32])[];

/** Of verdict and sweep. */
function callCycles(question: Question): { verdict: ByAxis; sweep: ByAxis } {
  const most = bounds(question);
  const onLine = (call: string, more: Words) =>
    higher(most(call, [...more, [WORD.runShift, NO_RUNS]]), most(call, [...more, [WORD.runShift, RUNS]]));
  const cells: Words = [[WORD.moveCellsMax, MOVE_CELLS]];
  return {
    verdict: { line: onLine(CALLS.verdict, []), any: most(CALLS.verdict, []) },
    sweep: { line: onLine(CALLS.sweep, cells), any: most(CALLS.sweep, cells) },
  };
}

type CheckLimits = Readonly<Record<'lineStepsMax' | 'phaseStepsMax' | 'planeStepsMax', number>>;

/** Of check, for every map that a build takes; without planes where it has none. */
function checksOf(question: Question, limits: CheckLimits): CycleTable['check'] {
  const most = bounds(question);
  const check = (phases: number, line: number) => {
    const kind = phases === 0 ? ASK.line : ASK.phases;
    const lists = [
      [WORD.list, listOf(line)],
      [WORD.phaseStarts, listOf(phases)],
    ] as const;
    return shown(most(CALLS.check, [[WORD.ask, exactly32(kind)], ...lists]));
  };
  const look = (kind: number, phases: number, line: number) => {
    const halvings = [
      [WORD.words, halvingsOf(line)],
      [WORD.phaseEntries, halvingsOf(phases)],
    ] as const;
    return shown(most(CALLS.check, [[WORD.ask, exactly32(kind)], ...halvings]));
  };
  /** Of all ways in which two searches share so many halvings. */
  const looks = (total: number) =>
    Math.max(
      ...halvings
        .filter((line) => total >= line && total - line <= HALVINGS_MAX)
        .map((line) => look(ASK.directoryPhases, total - line, line)),
    );
  const plane = (kind: number, levels: number, phases: number | undefined) => {
    const words: [number, Range32][] = [
      [WORD.ask, exactly32(kind)],
      [WORD.list, listOf(levels)],
      [WORD.grid, phases === undefined ? between32(1, 2 ** 32 - 1) : exactly32(0)],
    ];
    if (phases !== undefined) words.push([WORD.phaseEntries, halvingsOf(phases)]);
    return shown(most(CALLS.checkPlane, words));
  };
  const planes = (kind: number) =>
    limits.planeStepsMax === 0
      ? []
      : [undefined, ...halvings].map((phases) => levels.map((each) => plane(kind, each, phases)));
  const levels = Array.from({ length: limits.planeStepsMax + 1 }, (_, steps) => steps);
  const lines = Array.from({ length: limits.lineStepsMax + 1 }, (_, steps) => steps);
  const phases = Array.from({ length: limits.phaseStepsMax }, (_, index) => index + 1);
  const halvings = Array.from({ length: HALVINGS_MAX + 1 }, (_, steps) => steps);
  return {
    line: lines.map((steps) => check(0, steps)),
    phases: phases.map((each) => lines.map((steps) => check(each, steps))),
    directory: halvings.map((each) => look(ASK.directory, 0, each)),
    directoryPhases: Array.from({ length: 2 * HALVINGS_MAX + 1 }, (_, total) => looks(total)),
    plane: planes(ASK.plane),
    planeShort: planes(ASK.planeShort),
  };
}

function shown(bound: number | null): number {
  if (bound === null) throw new RangeError('check of this firmware has no bound');
  return bound;
}

function higher(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

/** A list of so many levels, wherever it lies. */
function listOf(levels: number): Range32 {
  return above(LEVELS_SHIFT, LEVELS_ROOM - levels);
}

/** A search by so many halvings, as what is left out of the most. */
function halvingsOf(halvings: number): Range32 {
  return above(HALVINGS_SHIFT, HALVINGS_ROOM - halvings);
}

/** Any word with `value` in the bits from `shift` on. */
function above(shift: number, value: number): Range32 {
  return or32(exactly32(value << shift), and32(ANY32, exactly32(2 ** shift - 1)));
}
