import { HoldfastError } from '../../host/common/errors.ts';
import { webhookFault } from '../inventory/alerts.ts';
import type { AlertChannel } from '../inventory/model.ts';
import { MailSender } from './mail.ts';
import { incidentLine } from './message.ts';
import { readSecret } from './secret.ts';
import { type Sender, TERMINAL } from './sender.ts';
import { WebhookSender } from './webhook.ts';

/** The terminal of the server: `print` writes a line of it. */
export function terminalSender(print: (line: string) => void): Sender {
  return {
    channel: TERMINAL,
    send: async ({ incidents }) => {
      for (const incident of incidents) print(incidentLine(incident));
    },
    close: () => {},
  };
}

/** The channels of an inventory, with their secrets. Throws HoldfastError SECRET_MISSING, SECRET_UNUSABLE or WEBHOOK. */
export async function sendersOf(
  fleet: string,
  channels: ReadonlyMap<string, AlertChannel>,
): Promise<readonly Sender[]> {
  return Promise.all([...channels.values()].map((channel) => senderOf(fleet, channel)));
}

async function senderOf(fleet: string, channel: AlertChannel): Promise<Sender> {
  if (channel.kind === 'mail') {
    const { login } = channel;
    const password = login === null ? null : await readSecret(login.password);
    return new MailSender(fleet, channel, password);
  }
  const { id, url: place, secret } = channel;
  const url = typeof place === 'string' ? place : await readSecret(place);
  const fault = webhookFault(url);
  if (fault !== null) {
    throw new HoldfastError('WEBHOOK', `the address of alert ${id} ${fault}`, {
      remedy: 'Give an https address, or http to 127.0.0.1.',
    });
  }
  return new WebhookSender({ fleet, channel: id, url, token: secret && (await readSecret(secret)) });
}
