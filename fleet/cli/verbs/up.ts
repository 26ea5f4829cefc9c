import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { printRemarks } from '../../../host/cli/common/output.ts';
import { sendersOf } from '../../alerts/channel.ts';
import type { Inventory } from '../../inventory/model.ts';
import { supervise } from '../../up/supervisor.ts';
import { argumentsOf, type DoorFlags, doorOf, HTTP, KEY, LISTEN } from '../common/door.ts';
import { FOLDER, inventoryOf } from '../common/plant.ts';

/** `fleet up`: a server of a plant, and its database. */

const HELP = `
Without DATABASE_URL the plant has a PostgreSQL of its own in <folder>/database, which ends with this command. With
DATABASE_URL=postgresql://… it uses any PostgreSQL from 15 on; more than one server may then be started on several computers:
one leads, the others stand by. What a server was doing when it ended, the next one goes on with.

A page of how the plant stands, live and to look at only, is served to the browser of this computer, and metrics for Prometheus at
/metrics. Whoever gives --http another address lets everybody who reaches it read them: put a proxy before it that asks who they are.

When the inventory names a server, gateways are answered over HTTPS with the key in <folder>/server.pem, or that of --key.

Example:
  npm run fleet -- up north-works`;

export function register(program: Command): void {
  program
    .command('up')
    .description('run the server of a plant until it is stopped')
    .argument(...FOLDER)
    .option(...KEY)
    .option(...LISTEN)
    .option(...HTTP)
    .addHelpText('after', HELP)
    .action(run);
}

async function run(folder: string, flags: DoorFlags): Promise<void> {
  // Mistakes in it are told at once, and by one process.
  const inventory = await inventoryOf(folder);
  await doorOf(folder, inventory, flags);
  for (const sender of await sendersOf(inventory.fleet, inventory.alerts)) sender.close();
  printRemarks(notActedOn(inventory));
  const end = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => end.abort());
  const given = process.env.DATABASE_URL;
  process.exitCode = await supervise(
    {
      folder: resolve(folder),
      databaseUrl: given === undefined || given === '' ? null : given,
      program: fileURLToPath(new URL('../server-main.js', import.meta.url)),
      argv: ['server', resolve(folder), ...argumentsOf(flags)],
      onNote: (words) => printRemarks([words]),
    },
    end.signal,
  );
}

/** What an inventory says that no server acts on. */
function notActedOn({ sites, sources }: Inventory): string[] {
  const isChecked = [...sites.values()].some(({ check }) => check !== null);
  return isChecked || sources.length === 0
    ? []
    : [
        '"sources" are compared when a site is checked, and no site of the inventory says when: add "check" to one',
      ];
}
