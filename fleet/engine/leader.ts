import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { connectOne } from '../database/connect.ts';
import type { ExchangeStore } from '../exchange/store.ts';

/**
 * One server leads; others stand by. A lock of the database, held by a connection of its own, says which. It is no proof: a server that was
 * stopped and goes on believes that it has it still. So each leader has an epoch above all before it, which every transaction of its looks
 * at, and which goes out with every order; and one that could not reach the database for a while ends itself.
 */

/** Any number that nobody else takes: "fleet" in bytes. */
const LOCK = 0x66_6c_65_65_74;
const BEAT_MS = 1000;
/** Less than the database takes to free the lock of a connection that is cut (5 s). */
const DEADLINE_MS = 4000;
const WATCH_MS = 250;
/** How often a standby asks whether it leads. */
const ASK_MS = 200;

export interface LeaderOptions {
  readonly url: string;
  readonly exchange: Pick<ExchangeStore, 'lead'>;
  /** What people know this server by. */
  readonly name: string;
  readonly onStandby: () => void;
  /** Called at most once, when this server leads no more. It has to end the process before it returns. */
  readonly onLost: (why: string) => void;
}

export class Leader {
  readonly epoch: number;
  readonly #client: pg.Client;
  readonly #onLost: (why: string) => void;
  #deadlineMs: number;
  #isOver = false;

  private constructor(epoch: number, client: pg.Client, onLost: (why: string) => void, deadlineMs: number) {
    this.epoch = epoch;
    this.#client = client;
    this.#onLost = onLost;
    this.#deadlineMs = deadlineMs;
  }

  /** Resolves when this server leads. */
  static async become({ url, exchange, name, onStandby, onLost }: LeaderOptions): Promise<Leader> {
    let leader: Leader | null = null;
    let isLost = false;
    const client = await connectOne(url, 'holdfast-leader', () => {
      isLost = true;
      if (leader === null) onLost('the connection that waits for its turn is lost');
      else leader.lose('the connection that holds the lock is lost');
    });
    await takeLock(client, onStandby);
    const startMs = performance.now();
    const epoch = await exchange.lead();
    await client.query('update fleet.leader set name = $1 where epoch = $2', [name, epoch]);
    leader = new Leader(epoch, client, onLost, startMs + DEADLINE_MS);
    if (isLost) leader.lose('the connection that holds the lock is lost');
    void leader.#beat();
    void leader.#watch();
    return leader;
  }

  /** Called before anything is done: a server that was stopped for a while and goes on does nothing more. */
  require(): void {
    if (performance.now() > this.#deadlineMs) this.lose('the database was not reached in time');
  }

  async #beat(): Promise<void> {
    while (!this.#isOver) {
      const startMs = performance.now();
      try {
        const text = 'update fleet.leader set beat = clock_timestamp() where epoch = $1';
        if ((await this.#client.query(text, [this.epoch])).rowCount !== 1)
          return this.lose('another server leads');
        this.#deadlineMs = startMs + DEADLINE_MS;
      } catch {
        // Whether that is the end is seen by the connection, or by the deadline.
      }
      await pause(BEAT_MS);
    }
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      this.require();
      await pause(WATCH_MS);
    }
  }

  /** Ends this server, since another one leads or may lead. */
  lose(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onLost(why);
  }

  /** Frees the lock, so that a standby leads at once. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#client.end().catch(() => {});
  }
}

/**
 * Asks again and again: a statement that waits for the lock would be a transaction without an end, and some changes of tables wait for the
 * end of all others.
 */
async function takeLock(client: pg.Client, onStandby: () => void): Promise<void> {
  for (let turn = 0; ; turn++) {
    const { rows } = await client.query<{ has: boolean }>('select pg_try_advisory_lock($1) as has', [LOCK]);
    if (rows[0]?.has === true) return;
    if (turn === 0) onStandby();
    await pause(ASK_MS);
  }
}
