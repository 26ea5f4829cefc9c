import type { Command } from 'commander';
import { type Line, printJson, printLines } from '../../../host/cli/common/output.ts';
import { LATE_MS } from '../../alerts/alerter.ts';
import { TERMINAL } from '../../alerts/sender.ts';
import { type ChannelSeen, channelsSeen } from '../../store/alerts.ts';
import { raise } from '../../store/incidents.ts';
import { nowMsOf } from '../../store/rollouts.ts';
import { FOLDER, whoAmI, withPlant } from '../common/plant.ts';

/** `fleet alerts`: what reached whom, and what did not. */

const S = 1000;

const HELP = `
Who is told stands in fleet.yaml, and where the secrets for that are:

  alerts:
    - { id: duty, webhook: "https://duty.example/fleet", secret-env: DUTY_TOKEN }
    - { id: office, mail: [ ann@plant.example ], server: "smtps://mail.example", from: plant@plant.example,
        user: plant, secret-file: mail.secret }

Exit code 1 when an alert did not arrive for two minutes.`;

export function register(program: Command): void {
  program
    .command('alerts')
    .description('what reached whom of the incidents')
    .argument(...FOLDER)
    .option('--try', 'make an incident that says it is a trial, so that everybody is told')
    .option('--json', 'print it as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

interface AlertsOptions {
  readonly try?: boolean;
  readonly json?: boolean;
}

async function run(folder: string, options: AlertsOptions): Promise<void> {
  await withPlant(folder, async ({ inventory, pool }) => {
    const nowMs = await nowMsOf(pool);
    if (options.try) {
      const words = `This is a trial of the alerts, which ${whoAmI()} asked for.`;
      const remedy = 'Acknowledge it when it reached you.';
      await raise(pool, [{ key: `trial/${nowMs}`, rollout: null, cell: '', kind: 'trial', words, remedy }]);
    }
    const seen = await channelsSeen(pool);
    const names = [TERMINAL, ...inventory.alerts.keys()];
    const channels = names.map((name) => seen.find(({ channel }) => channel === name) ?? unseen(name));
    const isLate = ({ oldestMs }: ChannelSeen) => oldestMs !== null && nowMs - oldestMs > LATE_MS;
    if (channels.some(isLate)) process.exitCode = 1;
    if (options.json) return printJson({ trial: options.try === true, channels });
    printLines([
      ...(options.try ? ['a trial is on its way; it is an incident until it is acknowledged'] : []),
      ...channels.map((channel): Line => {
        const words = channelWords(channel, nowMs);
        return isLate(channel) ? { alarm: words } : words;
      }),
    ]);
  });
}

function unseen(channel: string): ChannelSeen {
  return { channel, open: 0, oldestId: null, oldestMs: null, why: '', arrived: 0, givenUp: 0, lastMs: null };
}

function channelWords(
  { channel, open, oldestMs, why, arrived, givenUp, lastMs }: ChannelSeen,
  nowMs: number,
): string {
  const name = channel === TERMINAL ? 'terminal of the server' : channel;
  const last = lastMs === null ? '' : `, the last at ${new Date(lastMs).toISOString()}`;
  const waits = oldestMs === null ? '' : `, the oldest for ${Math.round((nowMs - oldestMs) / S)} s`;
  const reason = why === '' ? '' : `: ${why}`;
  return `${name}  ${arrived} arrived${last}; ${open} on their way${waits}${reason}; ${givenUp} given up`;
}
