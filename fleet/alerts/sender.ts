import type { QueuedAlert } from '../store/alerts.ts';

/** A way to people. */
export interface Sender {
  readonly channel: string;
  /** Resolves when the other side has taken it; throws an Error whose message says why it did not. The signal: this server ends. */
  send(alert: QueuedAlert, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** No id of the inventory has capitals. */
export const TERMINAL = 'TERMINAL';
