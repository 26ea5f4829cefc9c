import nodemailer from 'nodemailer';
import { isThisComputer } from '../inventory/alerts.ts';
import type { MailChannel } from '../inventory/model.ts';
import type { QueuedAlert } from '../store/alerts.ts';
import { keyOf, writtenMail } from './message.ts';
import type { Sender } from './sender.ts';

/** Incidents by mail, as plain text. */

const TIMEOUT_MS = 20_000;
const PORTS: Readonly<Record<string, number>> = { 'smtps:': 465, 'smtp:': 587 };

export class MailSender implements Sender {
  readonly channel: string;
  readonly #fleet: string;
  readonly #mail: MailChannel;
  readonly #transport: ReturnType<typeof transportOf>;

  /** `password`: null when nobody logs in. */
  constructor(fleet: string, mail: MailChannel, password: string | null) {
    this.channel = mail.id;
    this.#fleet = fleet;
    this.#mail = mail;
    this.#transport = transportOf(mail, password);
  }

  async send(alert: QueuedAlert, signal: AbortSignal): Promise<void> {
    const { from, to } = this.#mail;
    const domain = from.slice(from.lastIndexOf('@') + 1);
    // The same message has the same id, by which mailboxes know that they have it.
    const messageId = `<${keyOf(this.#fleet, alert)}@${domain}>`;
    const { rejected } = await this.#transport.sendMail({
      ...{ from, to: [...to], messageId, ...writtenMail(this.#fleet, alert) },
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (rejected.length > 0) throw new Error(`${rejected.length} of ${to.length} addresses were refused`);
  }

  close(): void {
    this.#transport.close();
  }
}

function transportOf({ server, login }: MailChannel, password: string | null) {
  const url = new URL(server.replace(/^smtps?:/, 'https:'));
  const protocol = server.slice(0, server.indexOf(':') + 1);
  const { hostname } = url;
  const secure = protocol === 'smtps:';
  return nodemailer.createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: explicitPort(server) ?? PORTS[protocol] ?? 587,
    ...{ secure, requireTLS: !secure && !isThisComputer(url), ignoreTLS: !secure && isThisComputer(url) },
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    ...(login === null || password === null ? {} : { auth: { user: login.user, pass: password } }),
    // Words of controllers are text: no path and no address in them is opened.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
}

/** `URL` hides the port that is usual for its own protocol. */
function explicitPort(server: string): number | null {
  const [, digits] = /:(\d{1,5})\/?$/.exec(server) ?? [];
  return digits === undefined ? null : Number(digits);
}
