import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { printJson, printLines } from '../../../host/cli/common/output.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { reasonOf } from '../../../host/common/file-reason.ts';
import { quarterOf, runDrill, seedOfQuarter } from '../../drill/drill.ts';
import { drillPage, exerciseLines, summaryWords } from '../../drill/words.ts';
import { SEED_MAX, wholeNumber } from '../common/whole-number.ts';

/** `fleet drill`: what goes wrong is played, so that people know what it looks like. */

interface DrillOptions {
  readonly seed?: number;
  readonly quarter?: string;
  readonly rounds: number;
  readonly page?: string;
  readonly json?: boolean;
}

const ROUNDS_MAX = 1000;

const HELP = `
Each kind of fault strikes a cell on its way to a new edition: server, database, gateway, network, disk, clocks, cables, machines,
power, results that come twice or late. Told is who noticed it first and after how long, and how it was repaired. Controllers run the
real core; gateways and the desk of the server are the real ones; time is simulated. Without --seed it is the drill of this quarter,
the same for everybody. --page writes a page of results to hand on. Exit code 1 when something is not as it should be.

Example:
  npm run fleet -- drill --quarter 2026-Q4 --page drill.html`;

export function register(program: Command): void {
  program
    .command('drill')
    .description('play what goes wrong in a plant, and tell what was noticed and repaired')
    .option('--seed <n>', 'what all that is random follows from', wholeNumber(0, SEED_MAX))
    .option('--quarter <year-Qn>', 'the drill of a quarter (default: this one)', parseQuarter)
    .option('--rounds <n>', 'how often each kind strikes', wholeNumber(1, ROUNDS_MAX), 1)
    .option('--page <file>', 'write a page of results (HTML); written over if it is there')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

function parseQuarter(text: string): string {
  if (/^\d{4}-Q[1-4]$/.test(text)) return text;
  throw new InvalidArgumentError('Write a year and a quarter, such as 2026-Q4.');
}

async function run(options: DrillOptions): Promise<void> {
  const { rounds, page, json } = options;
  const quarter = options.quarter ?? quarterOf(new Date());
  const title = options.seed === undefined ? `Drill of ${quarter}` : `Drill with seed ${options.seed}`;
  const seed = options.seed ?? seedOfQuarter(quarter);
  const drill = await runDrill({
    seed,
    rounds,
    onExercise: (exercise) => {
      if (!json) printLines(exerciseLines(exercise));
    },
  });
  if (json) printJson({ title, ...drill });
  else printLines([`${title}: ${summaryWords(drill)}`]);
  if (page !== undefined) await writePage(page, drillPage(title, drill));
  if (drill.exercises.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
}

async function writePage(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new HoldfastError('FILE_NOT_WRITTEN', `cannot write ${path}: ${reasonOf(cause)}`, {
      remedy: 'Give a file in a folder that can be written.',
      cause,
    });
  }
}
