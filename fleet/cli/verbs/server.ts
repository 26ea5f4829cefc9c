import { hostname } from 'node:os';
import type { Command } from 'commander';
import { printAlarm, printLines, printRemarks } from '../../../host/cli/common/output.ts';
import { sendersOf, terminalSender } from '../../alerts/channel.ts';
import { databaseUrl } from '../../database/places.ts';
import { startServer } from '../../engine/server.ts';
import { runSteward } from '../../steward/steward.ts';
import { openPlantDoor } from '../../up/door.ts';
import { servePage } from '../../web/serve.ts';
import { type DoorFlags, doorOf, HTTP, KEY, LISTEN } from '../common/door.ts';
import { FOLDER, inventoryOf } from '../common/plant.ts';

/** `fleet server`: one server, which `fleet up` starts and begins anew. It ends when it leads no more. */

const EXIT_LOST = 3;

export function register(program: Command): void {
  program
    .command('server', { hidden: true })
    .description('one server, as `up` starts it')
    .argument(...FOLDER)
    .option(...KEY)
    .option(...LISTEN)
    .option(...HTTP)
    .action(run);
}

async function run(folder: string, flags: DoorFlags): Promise<void> {
  // Whoever started it is gone.
  process.once('disconnect', () => process.exit(EXIT_LOST));
  const inventory = await inventoryOf(folder);
  const place = await doorOf(folder, inventory, flags);
  const senders = [terminalSender(printAlarm), ...(await sendersOf(inventory.fleet, inventory.alerts))];
  const name = `${hostname()}:${process.pid}`;
  const server = await startServer({
    url: databaseUrl(folder, process.env.DATABASE_URL),
    inventory,
    name,
    onStandby: () => printLines([`server ${name} stands by: another one leads`]),
    onLead: (epoch) => printLines([`server ${name} leads ${inventory.fleet}, epoch ${epoch}`]),
    onTrouble: (words) => printRemarks([words]),
    onLost: (why) => {
      printRemarks([`server ${name} ends: ${why}`]);
      process.exit(EXIT_LOST);
    },
  });
  const { pool, epoch } = server;
  const steward = runSteward({
    pool,
    epoch,
    inventory,
    senders,
    onTrouble: (words) => printRemarks([words]),
  });
  const stopPage = servePage(
    { ...server, inventory, ...(flags.http ?? {}) },
    steward,
    printLines,
    printRemarks,
  );
  const door = place && (await openPlantDoor({ server, inventory, ...place }));
  if (door !== null) printLines([`gateways are answered at port ${door.port}`]);
  process.once('SIGTERM', () => {
    void (async () => {
      await door?.close();
      await steward.stop();
      await stopPage();
      for (const sender of senders) sender.close();
      await server.stop();
      process.exit(0);
    })();
  });
}
