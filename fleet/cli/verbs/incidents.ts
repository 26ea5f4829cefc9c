import { type Command, InvalidArgumentError } from 'commander';
import { printJson, printLines, printRemarks } from '../../../host/cli/common/output.ts';
import { PgExchange } from '../../store/exchange.ts';
import { acknowledge, type KeptIncident, listIncidents } from '../../store/incidents.ts';
import { FOLDER, whoAmI, withPlant } from '../common/plant.ts';

/** `fleet incidents` and `fleet ack`: what people are told, and that somebody has it in hand. */

const ID_MAX = 2 ** 31 - 1;

export function register(program: Command): void {
  program
    .command('incidents')
    .description('what people are to know, the oldest first')
    .argument(...FOLDER)
    .option('--all', 'also those that were acknowledged')
    .option('--json', 'print them as one JSON object')
    .action(incidents);
  program
    .command('ack')
    .description('acknowledge incidents: somebody has them in hand')
    .argument(...FOLDER)
    .argument('<id...>', 'their numbers', parseIds)
    .option('--by <name>', 'who; the user of this computer unless given')
    .action(ack);
}

function parseIds(text: string, before: readonly number[] | undefined): number[] {
  const id = /^[0-9]{1,10}$/.test(text) ? Number(text) : 0;
  if (id >= 1 && id <= ID_MAX) return [...(before ?? []), id];
  throw new InvalidArgumentError('Give the number of an incident, as `fleet incidents` shows it.');
}

async function incidents(
  folder: string,
  options: { readonly all?: boolean; readonly json?: boolean },
): Promise<void> {
  await withPlant(folder, async ({ pool }) => {
    const list = await listIncidents(pool, options.all === true);
    const traffic = await new PgExchange(pool, '').told();
    if (options.json) return printJson({ incidents: list, traffic });
    const times = (count: number) => (count === 1 ? '' : ` (${count} times)`);
    printLines([
      ...list.flatMap(linesOf),
      ...(options.all !== true ? [] : traffic).map(
        ({ gateway, code, words, remedy, count }) =>
          `traffic  ${code}${gateway === '' ? '' : ` of ${gateway}`}${times(count)}: ${words} ${remedy}`,
      ),
      ...(list.length === 0 ? ['no incidents'] : []),
    ]);
  });
}

function linesOf({ id, at, rollout, words, remedy, ackedBy, ackedAt }: KeptIncident): string[] {
  const of = rollout === null ? '' : `, rollout ${rollout}`;
  const acked = ackedAt === null ? '' : `, acknowledged by ${ackedBy} at ${ackedAt.toISOString()}`;
  return [`${id}  ${at.toISOString()}${of}${acked}`, `  ${words}`, `  ${remedy}`];
}

async function ack(folder: string, ids: readonly number[], { by }: { readonly by?: string }): Promise<void> {
  await withPlant(folder, async ({ pool }) => {
    const done = await acknowledge(pool, ids, by ?? whoAmI());
    printLines(done.map((id) => `${id} is acknowledged`));
    const others = ids.filter((id) => !done.includes(id));
    if (others.length === 0) return;
    printRemarks([`not there, or acknowledged before: ${others.join(', ')}`]);
    process.exitCode = 1;
  });
}
