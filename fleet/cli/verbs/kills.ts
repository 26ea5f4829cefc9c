import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { printJson, printLines, printNote } from '../../../host/cli/common/output.ts';
import { type Campaign, runKills } from '../../kills/campaign.ts';
import { SEED_MAX, wholeNumber } from '../common/whole-number.ts';

/** `fleet kills`: servers are killed while rollouts go on, and what controllers were asked is counted. */

interface KillsOptions {
  readonly kills: number;
  readonly seed: number;
  readonly door?: boolean;
  readonly json?: boolean;
}

const KILLS_MAX = 1_000_000;

const HELP = `
12 controllers that run the real core, in 4 cells on 2 gateways; each rollout begins with fresh ones. A server is killed with
kill -9 at an effect that chance names; one time in five all that started it, and the embedded database, too. With
DATABASE_URL it is done over that database, which must be empty. Exit code 1 when an effect came twice, a controller does not
run what it should, or anybody had to be told anything.

Example:
  npm run fleet -- kills --kills 500 --seed 7`;

export function register(program: Command): void {
  program
    .command('kills')
    .description('kill servers at seeded effects while rollouts go on')
    .option('--kills <n>', 'how many', wholeNumber(0, KILLS_MAX), 20)
    .option('--seed <n>', 'what all that is random follows from', wholeNumber(0, SEED_MAX), 1)
    .option('--door', 'gateways ask the server over HTTPS, as in a plant; without it they ask its store')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ kills, seed, door, json }: KillsOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kills-'));
  // Root starts the database as somebody else, who has to come to it.
  chmodSync(folder, 0o711);
  const given = process.env.DATABASE_URL;
  try {
    const campaign = await runKills({
      ...{ kills, seed, folder, door: door === true, program: process.argv[1] ?? '' },
      databaseUrl: given === undefined || given === '' ? null : given,
      onNote: (words) => {
        if (!json) printNote(words);
      },
    });
    if (json) printJson(campaign);
    else printLines(linesOf(campaign, seed));
    if (campaign.broken.length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(campaign: Campaign, seed: number): string[] {
  const { kills, killedWhole, rollouts, controllers, effects, repeated, resumedMs, broken } = campaign;
  const s = (ms: number) => (ms / 1000).toFixed(1);
  return [
    `${kills} kills (${killedWhole} with all around the server) in ${rollouts} rollouts of ${controllers} controllers, seed ${seed}`,
    `${effects} effects on controllers, more or less often than they should on ${repeated}`,
    `from a kill to the next order: ${s(resumedMs.median)} s in the middle, ${s(resumedMs.most)} s at most`,
    ...(broken.length === 0 ? ['everything held'] : broken.slice(0, 20)),
  ];
}
