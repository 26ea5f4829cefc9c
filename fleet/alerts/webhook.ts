import type { QueuedAlert } from '../store/alerts.ts';
import { keyOf, postedAlert } from './message.ts';
import type { Sender } from './sender.ts';

/** Incidents are posted as JSON. No redirection is followed, and nothing of the answer is read but its status. */

const TIMEOUT_MS = 10_000;

export interface WebhookOptions {
  readonly fleet: string;
  readonly channel: string;
  readonly url: string;
  /** Null: none is sent. */
  readonly token: string | null;
  readonly timeoutMs?: number;
}

export class WebhookSender implements Sender {
  readonly channel: string;
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.channel = options.channel;
    this.#options = options;
  }

  async send(alert: QueuedAlert, signal: AbortSignal): Promise<void> {
    const { fleet, url, token, timeoutMs = TIMEOUT_MS } = this.#options;
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': keyOf(fleet, alert),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(postedAlert(fleet, alert)),
    }).catch((error: unknown) => {
      throw new Error(reasonOf(error));
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  }

  close(): void {}
}

/** Why no answer came, without the address, which may be a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be asked';
  if (error.name === 'TimeoutError') return 'it did not answer in time';
  const { cause } = error;
  const { code } = (cause instanceof Error ? cause : error) as { code?: string };
  return typeof code === 'string' ? `it could not be reached: ${code}` : 'it could not be reached';
}
