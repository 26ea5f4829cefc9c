import type { Command } from 'commander';
import { printJson, printLines, printNote } from '../../../host/cli/common/output.ts';
import { type Campaign, runCampaign, tableLines } from '../../sim/campaign.ts';
import { SEED_MAX, wholeNumber } from '../common/whole-number.ts';

/** `fleet sim`: cells of controllers that run the real core, in virtual time, with faults. */

interface SimOptions {
  readonly cells: number;
  readonly faults: number;
  readonly seed: number;
  readonly json?: boolean;
}

const CELLS_MAX = 1_000_000;
const NOTE_EVERY = 1000;

const HELP = `
Each cell has two to four controllers on one or two gateways, and goes from one edition to the next. After every event it
is looked whether each invariant holds. The same seed gives the same runs; --cells 1 with the seed of a run replays it.
Exit code 1 when an invariant did not hold.

Example:
  npm run fleet:sim -- --cells 500 --faults 1 --seed 7`;

export function register(program: Command): void {
  program
    .command('sim')
    .description('simulate cells of controllers with faults')
    .option('--cells <n>', 'how many cells', wholeNumber(0, CELLS_MAX), 200)
    .option('--faults <n>', 'faults a cell: 0, 1 or 2', wholeNumber(0, 2), 0)
    .option('--seed <n>', 'what all that is random follows from', wholeNumber(0, SEED_MAX), 1)
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ cells, faults, seed, json }: SimOptions): Promise<void> {
  const onCell = (done: number) => {
    if (!json && done % NOTE_EVERY === 0 && done < cells) printNote(`${done} of ${cells} cells`);
  };
  const campaign = await runCampaign({ cells, faults, seed, onCell });
  if (json) printJson(campaign);
  else printLines(linesOf(campaign));
  if (campaign.broken.length > 0) process.exitCode = 1;
}

function linesOf(campaign: Campaign): string[] {
  const { cells, controllers, orders, faults, seed, mixed, mixedAtEnd, mixedMsMost, outcomes, broken } =
    campaign;
  const ends = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`);
  const table =
    faults === 0 ? [] : ['', 'mixed cells of those struck, by the first fault', ...tableLines(campaign)];
  return [
    `${cells} cells of ${controllers} controllers, ${faults} faults each, seed ${seed}: ${orders} orders`,
    `mixed at any time ${mixed}, for at most ${(mixedMsMost / 1000).toFixed(1)} s; at the end ${mixedAtEnd}`,
    `ends: ${ends.join(', ')}`,
    ...table,
    '',
    broken.length === 0
      ? 'every invariant held after every event'
      : `${broken.length} runs broke an invariant:`,
    ...broken.slice(0, 20).map(({ seed: of, words }) => `  seed ${of}: ${words.join('; ')}`),
  ];
}
