import type pg from 'pg';
import { foreign } from '../../host/common/visible.ts';
import type { Loops } from '../common/loops.ts';
import {
  channelsSeen,
  dropAlerts,
  noteAlert,
  type QueuedAlert,
  queueAlerts,
  settleAlert,
  takeAlert,
} from '../store/alerts.ts';
import { raise } from '../store/incidents.ts';
import { type Sender, TERMINAL } from './sender.ts';

/**
 * Brings incidents to people. What is to be sent is in the database before it is sent, and is sent until it arrives: so none is lost when
 * a server ends. One that ended between sending and writing that down leaves a message that is sent again, under the same key.
 */

const LOOK_MS = 1000;
/** Of what a mail server said. */
const WHY_CHARACTERS_MAX = 300;
const WATCH_MS = 5000;
/** Until it is tried again: twice as long each time, so that whoever is away for minutes is told within half a minute of coming back. */
const PAUSE_MS = { least: 2000, most: 30_000 };
/** After these tries, about ten minutes, it is tried now and then only; and given up after a day. */
const EAGER_TRIES = 24;
const SELDOM_MS = 300_000;
const GIVE_UP_MS = 86_400_000;
/** A message that did not arrive for longer is an incident itself, which other channels and the page tell. */
export const LATE_MS = 120_000;

export interface AlerterOptions {
  readonly pool: pg.Pool;
  readonly epoch: number;
  readonly senders: readonly Sender[];
  /** The clock of the database, in milliseconds since 1970. */
  readonly nowMs: () => Promise<number>;
}

export class Alerter {
  readonly #options: AlerterOptions;

  constructor(options: AlerterOptions) {
    this.#options = options;
  }

  /** Every channel by itself: one that hangs keeps no other. */
  run(loops: Loops): void {
    loops.every(LOOK_MS, () => this.queue());
    loops.every(WATCH_MS, () => this.watch());
    for (const sender of this.#options.senders)
      loops.every(LOOK_MS, async () => {
        while (!loops.signal.aborted && (await this.sendOne(sender, loops.signal)));
      });
  }

  /** Messages are made of what nobody was told. */
  async queue(): Promise<void> {
    const { pool, epoch, nowMs } = this.#options;
    await queueAlerts(pool, epoch, this.#channels(), await nowMs());
  }

  /** One message of a channel, when one is due; whether there was one. */
  async sendOne(sender: Sender, signal: AbortSignal): Promise<boolean> {
    const { pool, epoch, nowMs } = this.#options;
    const due = { epoch, channel: sender.channel, nowMs: await nowMs() };
    const alert = await takeAlert(pool, due, pauseMs);
    if (alert === null) return false;
    try {
      await sender.send(alert, signal);
    } catch (error) {
      await this.#failed(
        alert,
        foreign(error instanceof Error ? error.message : String(error), WHY_CHARACTERS_MAX),
      );
      return true;
    }
    await settleAlert(pool, alert.id, await nowMs(), null);
    return true;
  }

  async #failed(alert: QueuedAlert, why: string): Promise<void> {
    const { pool, nowMs } = this.#options;
    const now = await nowMs();
    if (now - alert.madeMs > GIVE_UP_MS) await settleAlert(pool, alert.id, now, why);
    else await noteAlert(pool, alert.id, why);
  }

  /** By ages alone: a channel that does not take what it should is told, whatever keeps it. */
  async watch(): Promise<void> {
    const { pool, nowMs } = this.#options;
    const now = await nowMs();
    await dropAlerts(pool, this.#channels(), now);
    const late = (await channelsSeen(pool)).filter(
      ({ oldestMs }) => oldestMs !== null && now - oldestMs > LATE_MS,
    );
    await raise(
      pool,
      late.map(({ channel, open, oldestId, why }) => ({
        key: `alert-late/${channel}/${oldestId}`,
        ...{ rollout: null, cell: '', kind: 'alert-late' as const },
        words: `${open} alerts did not reach ${channel === TERMINAL ? 'the terminal' : channel} for more than two minutes${why === '' ? '' : `: ${why}`}.`,
        remedy: 'See to that channel; what waits for it is sent as soon as it takes it, for a day.',
      })),
    );
  }

  #channels(): string[] {
    return this.#options.senders.map(({ channel }) => channel);
  }
}

export function pauseMs(tries: number): number {
  if (tries > EAGER_TRIES) return SELDOM_MS;
  return Math.min(PAUSE_MS.least * 2 ** (tries - 1), PAUSE_MS.most);
}
