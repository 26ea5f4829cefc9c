import { type CellRun, runCell } from './cell-run.ts';
import { makeEditions } from './editions.ts';
import { FAULTS } from './faults.ts';

/** Many cells, one after the other, and what became of them. */

/** Keeps seeds of neighbouring cells apart. */
const SEED_STEP = 7919;

export interface CampaignOptions {
  readonly cells: number;
  /** Faults a cell, 0 to 2; fewer strike where a cell is over before. */
  readonly faults: number;
  readonly seed: number;
  readonly onCell?: (done: number) => void;
}

/** Cells that a first fault of one kind struck in one phase. */
export interface Count {
  cells: number;
  /** Of these, those that answered different editions at any time. */
  mixed: number;
  /** And those that needed a person. */
  stuck: number;
}

export interface Campaign {
  readonly seed: number;
  readonly faults: number;
  readonly cells: number;
  readonly controllers: number;
  readonly orders: number;
  readonly mixed: number;
  readonly mixedAtEnd: number;
  /** The longest time for which a cell answered different editions, in milliseconds of its world. */
  readonly mixedMsMost: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** By the phase of the first fault, then by its kind. */
  readonly byFault: Readonly<Record<string, Readonly<Record<string, Count>>>>;
  /** Runs in which an invariant did not hold, with what replays each. */
  readonly broken: readonly { readonly seed: number; readonly words: readonly string[] }[];
}

export async function runCampaign({ cells, faults, seed, onCell }: CampaignOptions): Promise<Campaign> {
  const editions = await makeEditions();
  const runs: CellRun[] = [];
  for (let cell = 0; cell < cells; cell++) {
    runs.push(await runCell((seed + cell * SEED_STEP) >>> 0, editions, { faults }));
    onCell?.(cell + 1);
  }
  const sum = (of: (run: CellRun) => number) => runs.reduce((total, run) => total + of(run), 0);
  return {
    seed,
    faults,
    cells,
    controllers: sum(({ controllers }) => controllers),
    orders: sum(({ orders }) => orders),
    mixed: sum(({ mixed }) => Number(mixed)),
    mixedAtEnd: sum(({ mixedAtEnd }) => Number(mixedAtEnd)),
    mixedMsMost: Math.max(0, ...runs.map(({ mixedMs }) => mixedMs)),
    outcomes: countBy(runs.map(({ outcome }) => outcome ?? 'none')),
    byFault: tableOf(runs),
    broken: runs
      .filter(({ broken }) => broken.length > 0)
      .map((run) => ({ seed: run.seed, words: run.broken })),
  };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function tableOf(runs: readonly CellRun[]): Record<string, Record<string, Count>> {
  const table: Record<string, Record<string, Count>> = {};
  for (const { struck, mixed, outcome } of runs) {
    const [first] = struck;
    if (first === undefined) continue;
    const row = table[first.phase] ?? {};
    const count = row[first.kind] ?? { cells: 0, mixed: 0, stuck: 0 };
    table[first.phase] = { ...row, [first.kind]: count };
    count.cells++;
    count.mixed += Number(mixed);
    count.stuck += Number(outcome === 'stuck');
  }
  return table;
}

const PHASES = ['stage', 'gather', 'open', 'mark', 'ready', 'close', 'trial', 'confirm', 'verify'];

/** The table for people: mixed cells of all that a first fault of the kind struck in the phase. */
export function tableLines({ byFault }: Pick<Campaign, 'byFault'>): string[] {
  const rows = PHASES.filter((phase) => byFault[phase] !== undefined);
  const head = ['first fault in', ...FAULTS];
  const cells = rows.map((phase) => [
    phase,
    ...FAULTS.map((kind) => {
      const count = byFault[phase]?.[kind];
      return count === undefined ? '–' : `${count.mixed}/${count.cells}`;
    }),
  ]);
  const all = [head, ...cells];
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
