import type { Command } from 'commander';
import { printJson, printLines } from '../../../host/cli/common/output.ts';
import { sleep, systemClock } from '../../../host/common/clock.ts';
import { runTour } from '../../tour/tour.ts';

/** `fleet tour`: what `npm run fleet` shows when nothing else is asked for. */

/** Virtual time passes this much faster than that of people, and no pause is longer. */
const SPEED = 4;
const PAUSE_MS_MAX = 400;

const HELP = `
A plant in memory: 40 controllers that run the real core, in 8 cells on 2 gateways. It is brought to a new edition cell by
cell; one gateway is killed on the way; in the end every controller is read over its own line. Nothing is left behind.
Exit code 1 when a controller does not run the new edition then, or a cell answered two.`;

export function register(program: Command): void {
  program
    .command('tour')
    .description('watch a small plant being updated')
    .option('--no-pause', 'as fast as it goes')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ pause, json }: { readonly pause: boolean; readonly json?: boolean }): Promise<void> {
  const result = await runTour({
    seed: 1,
    print: (line) => {
      if (!json) printLines([line]);
    },
    onTime: async (elapsedMs) => {
      if (pause && !json) await sleep(systemClock, Math.min(elapsedMs / SPEED, PAUSE_MS_MAX));
    },
  });
  if (json) printJson(result);
  if (result.confirmed !== result.controllers || result.mixed > 0) process.exitCode = 1;
}
