import { join } from 'node:path';
import type { Command } from 'commander';
import { printJson, printLines } from '../../../host/cli/common/output.ts';
import { applyToCell } from '../../apply/apply.ts';
import { FollowedFile } from '../../gateway/followed.ts';
import { FileJournal } from '../../gateway/journal-file.ts';
import { readInventory } from '../../inventory/read.ts';
import { tellingApply } from '../common/apply-words.ts';

/** `fleet apply`: one cell from the computer that its lines are plugged into. */

interface ApplyVerbOptions {
  readonly cell: string;
  readonly journal: string;
  readonly anyTime?: boolean;
  readonly again?: boolean;
  readonly json?: boolean;
}

const HELP = `
The cell changes together, as under a server: all members are staged, then it is waited until all machines are parked, and
so on. The folder of --journal remembers which states and orders were followed; keep it, and give the same one each time.
Exit code 1 when the cell does not end confirmed.

Example:
  npm run fleet -- apply fleet.yaml state-7 --cell press-1 --journal fleet-journal`;

export function register(program: Command): void {
  program
    .command('apply')
    .description('bring one cell to a signed state over the serial ports of this computer')
    .argument('<inventory>', 'the inventory, such as fleet.yaml; ports are those of this computer')
    .argument('<folder>', 'what `fleet sign` wrote')
    .requiredOption('--cell <id>', 'the cell')
    .requiredOption('--journal <folder>', 'where this computer remembers what it followed and did')
    .option('--any-time', 'outside of the windows of the site, too')
    .option('--again', 'take the edition although it ran on trial before and was reverted')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, folder: string, options: ApplyVerbOptions): Promise<void> {
  const inventory = await readInventory(path);
  const journal = new FileJournal(join(options.journal, 'controllers'));
  const followed = await FollowedFile.open(join(options.journal, 'followed.json'));
  const { onPlan, onStep } = tellingApply(options.cell, options.json === true);
  const [anyTime, again] = [options.anyTime === true, options.again === true];
  const { ended: result } = await applyToCell({
    inventory,
    folder,
    cell: options.cell,
    journal,
    followed,
    nowMs: Date.now(),
    anyTime,
    again,
    task: null,
    onPlan,
    onStep,
  });
  if ('reason' in result) {
    if (options.json) printJson({ cell: options.cell, outcome: result.reason, words: result.words });
    else printLines([`${options.cell} is left: ${result.words}`]);
    if (result.reason !== 'there') process.exitCode = 1;
    return;
  }
  const { outcome, why, members } = result;
  const readings = members.map(({ plan, reading }) => ({
    controller: plan.controller,
    running: reading?.running,
    epoch: reading?.epoch,
    trial: reading?.trial,
  }));
  if (options.json) printJson({ cell: options.cell, outcome, why, members: readings });
  if (outcome !== 'confirmed') process.exitCode = 1;
}
