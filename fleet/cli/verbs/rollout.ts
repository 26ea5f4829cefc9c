import type { Command } from 'commander';
import { printJson, printLines } from '../../../host/cli/common/output.ts';
import { planLines } from '../../people/plan-words.ts';
import { beginPlantRollout } from '../../up/begin.ts';
import { type Preview, previewRollout } from '../../up/preview.ts';
import { FOLDER, withPlant } from '../common/plant.ts';
import { wholeNumber } from '../common/whole-number.ts';

/** `fleet rollout`: hands a signed state to the server of a plant. */

interface RolloutOptions {
  readonly canaries: number;
  readonly atOnce: number;
  readonly aGateway: number;
  readonly aSite: number;
  readonly failures: number;
  readonly plan?: boolean;
  readonly json?: boolean;
}

const HELP = `
The state is judged, taken in with its images, and carried out by the server: it reads every controller that the state is
about, says what changes, and changes the canary cells first. Watch it with \`fleet status\`.

--plan says what would change, for whom from which epoch to which, and why others would not, by what was read last. Nothing
begins, nothing is taken in, and no controller is asked.

Examples:
  npm run fleet -- rollout north-works state-7 --plan
  npm run fleet -- rollout north-works state-7 --canaries 2 --at-once 10`;

const COUNT_MAX = 100_000;

export function register(program: Command): void {
  program
    .command('rollout')
    .description('bring a plant to a signed state')
    .argument(...FOLDER)
    .argument('<state>', 'what `fleet sign` wrote')
    .option(
      '--canaries <n>',
      'cells that go first; the others wait until these are confirmed',
      wholeNumber(0, COUNT_MAX),
      1,
    )
    .option('--at-once <n>', 'cells that are changed at once', wholeNumber(1, COUNT_MAX), 8)
    .option('--a-gateway <n>', 'of those, on one gateway', wholeNumber(1, COUNT_MAX), 4)
    .option('--a-site <n>', 'of those, at one site', wholeNumber(1, COUNT_MAX), 8)
    .option(
      '--failures <n>',
      'stop when more cells than this end otherwise than confirmed',
      wholeNumber(0, COUNT_MAX),
      0,
    )
    .option('--plan', 'say what would change, for whom, and why not; nothing begins')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(folder: string, stateFolder: string, options: RolloutOptions): Promise<void> {
  const { canaries, atOnce, aGateway, aSite, failures } = options;
  const limits = { canaries, atOnce, aGateway, aSite, failures };
  await withPlant(folder, async ({ inventory, pool }) => {
    if (options.plan === true) {
      const preview = await previewRollout({ inventory, pool, stateFolder, nowMs: Date.now() });
      tellPlan(preview, options.json === true);
      return;
    }
    const begun = await beginPlantRollout({ inventory, pool, stateFolder, limits, nowMs: Date.now() });
    if (options.json) printJson(begun);
    else printLines([`rollout ${begun.rollout} of state ${begun.sequence} begins as soon as a server leads`]);
  });
}

function tellPlan({ sequence, plan, readMs }: Preview, json: boolean): void {
  if (!json) {
    printLines([`state ${sequence}, not begun`, ...planLines(plan, readMs)]);
    return;
  }
  const cells = plan.cells.map(({ cell, site, members }) => ({
    ...{ cell, site },
    members: members.map(({ controller, gateway, from, to }) => ({
      ...{ controller, gateway, from, to, readMs: readMs.get(controller) ?? null },
    })),
  }));
  printJson({ sequence, cells, left: plan.left });
}
