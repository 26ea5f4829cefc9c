import { join } from 'node:path';
import type { Command } from 'commander';
import { toHex } from '../../../host/body/bytes.ts';
import { readInput } from '../../../host/cli/common/files.ts';
import { printAlarm, printJson, printLines } from '../../../host/cli/common/output.ts';
import { systemClock } from '../../../host/common/clock.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { occupy } from '../../../host/controller/running-mark.ts';
import { privateKeyFromPem, rawPublicKey } from '../../../host/image/sign.ts';
import { makeJournalFolder } from '../../common/synced-file.ts';
import { FollowedFile } from '../../gateway/followed.ts';
import { FileJournal } from '../../gateway/journal-file.ts';
import { portsOf, SerialLines } from '../../gateway/lines.ts';
import type { Inventory } from '../../inventory/model.ts';
import { readInventory } from '../../inventory/read.ts';
import { HttpsLink } from '../../station/https-link.ts';
import { SessionFile } from '../../station/session-file.ts';
import { Station } from '../../station/station.ts';
import { type Address, parseAddress } from '../common/address.ts';
import { requireServer } from '../common/door.ts';

/** `fleet gateway`: the process on a gateway, until a signal ends it. */

interface GatewayOptions {
  readonly id: string;
  readonly key: string;
  readonly server: Address;
  readonly journal: string;
  readonly json?: boolean;
}

const HELP = `
It asks the server for orders and carries them out on the serial ports that the inventory gives this gateway. Both show
each other their keys; the inventory names that of the server as "server". Signers, ports and keys are those of the
inventory on this computer, never what a server says. The folder of --journal remembers which servers, states and orders
were followed; keep it. What is refused is an incident: on stderr here, and at the server. SIGTERM ends it.

Example:
  npm run fleet -- gateway fleet.yaml --id gw-1 --key gw-1.pem --server plant.example:7443 --journal /var/lib/holdfast`;

export function register(program: Command): void {
  program
    .command('gateway')
    .description('carry out what a server asks for, on the serial lines of this computer')
    .argument('<inventory>', 'the inventory, such as fleet.yaml; ports are those of this computer')
    .requiredOption('--id <gateway>', 'which gateway of the inventory this is')
    .requiredOption('--key <pem>', 'its private key')
    .requiredOption('--server <host:port>', 'where the server is', parseAddress)
    .requiredOption('--journal <folder>', 'where this computer remembers what it followed and did')
    .option('--json', 'print what goes on as JSON, one object a line')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, options: GatewayOptions): Promise<void> {
  const inventory = await readInventory(path);
  const key = privateKeyFromPem(Buffer.from(await readInput(options.key)).toString('latin1'));
  const serverKey = requireOwn(inventory, options, toHex(rawPublicKey(key)));
  makeJournalFolder(options.journal);
  const giveBack = occupy(join(options.journal, 'running'), {
    code: 'JOURNAL_IN_USE',
    who: 'gateway',
    what: `the journal ${options.journal}`,
    remedy: 'End it first; two that share a journal would both act.',
  });
  const own = [...inventory.controllers.values()].filter(({ gateway }) => gateway === options.id);
  const station = new Station({
    gateway: options.id,
    inventory,
    link: new HttpsLink({ ...options.server, key, serverKey }),
    lines: new SerialLines(portsOf(own)),
    journal: new FileJournal(join(options.journal, 'controllers')),
    session: new SessionFile(join(options.journal, 'session.json')),
    followed: await FollowedFile.open(join(options.journal, 'followed.json')),
    clock: systemClock,
    wallMs: Date.now,
    random: Math.random,
    onIncident: (incident) => {
      if (options.json) printJson({ incident });
      else printAlarm(`INCIDENT  ${incident.words} ${incident.remedy}`);
    },
    onNote: (words) => {
      if (options.json) printJson({ note: words });
      else printLines([words]);
    },
  });
  await untilSignal(station);
  giveBack();
}

/** The key of the server. Throws GATEWAY_UNKNOWN, GATEWAY_KEY or SERVER_UNKNOWN. */
function requireOwn(inventory: Inventory, { id, key }: GatewayOptions, publicKey: string): string {
  const { gateways } = inventory;
  const own = gateways.get(id);
  if (own === undefined) {
    const remedy = `Name one of: ${[...gateways.keys()].slice(0, 20).join(', ')}.`;
    throw new HoldfastError('GATEWAY_UNKNOWN', `the inventory has no gateway ${id}`, { remedy });
  }
  if (own.key !== publicKey) {
    throw new HoldfastError('GATEWAY_KEY', `${key} is not the private half of the key of gateway ${id}`, {
      remedy: 'Give the .pem file that was made with the key in the inventory.',
    });
  }
  return requireServer(inventory);
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** A second signal ends the process at once; the journal knows what was begun. */
async function untilSignal(station: Station): Promise<void> {
  let ended: Promise<void> | null = null;
  const onSignal = () => {
    if (ended !== null) process.exit(3);
    ended = station.end();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  await station.run();
  await ended;
  for (const signal of SIGNALS) process.off(signal, onSignal);
}
