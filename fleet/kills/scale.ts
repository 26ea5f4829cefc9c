import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../database/connect.ts';
import { databaseUrl, placesOf } from '../database/places.ts';
import { PgExchange } from '../store/exchange.ts';
import { type PlantSize, writePlantFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import { EFFECTS_A_CONTROLLER, Rounds } from './rounds.ts';
import { ServerProcess } from './server-process.ts';

/**
 * One rollout of a large plant under a real server: controllers run the real core; gateways are the real ones, which ask over HTTPS, but
 * for their lines and disks. All of them are in this process.
 */

export interface ScaleOptions {
  readonly size: PlantSize;
  /** Cells that change at once: in all, and of a gateway. */
  readonly atOnce: { readonly cells: number; readonly aGateway: number };
  /** A folder that is empty. */
  readonly folder: string;
  /** Null: the embedded database. */
  readonly databaseUrl: string | null;
  /** The program of the fleet. */
  readonly program: string;
}

export interface Scale {
  readonly controllers: number;
  readonly gateways: number;
  /** From the begin of the rollout until all was confirmed and read back, in milliseconds. */
  readonly rolloutMs: number;
  /** The most memory that the server took, and this process with all controllers, in bytes. */
  readonly serverBytes: number;
  readonly plantBytes: number;
  /** What the server, the plant and the embedded database computed, in milliseconds; null: the database is another one. */
  readonly serverCpuMs: number;
  readonly plantCpuMs: number;
  readonly databaseCpuMs: number | null;
  /** The oldest order and the oldest unread report that were seen, in milliseconds. */
  readonly orderLagMs: number;
  readonly reportLagMs: number;
  readonly effects: number;
  readonly databaseBytes: number;
  /** What must not be, a sentence each. */
  readonly broken: readonly string[];
}

const LOOK_MS = 500;

export async function runScale(options: ScaleOptions): Promise<Scale> {
  const { folder, size, atOnce, program } = options;
  writePlantFolder(folder, true, size);
  const port = await freePort();
  const doors = ['--http', '127.0.0.1:0', '--listen', `127.0.0.1:${port}`];
  const server = new ServerProcess([program, 'up', folder, ...doors], options.databaseUrl);
  try {
    if (!(await server.until(() => server.epoch > 0)))
      throw new Error(`no server leads: ${server.said.join('; ')}`);
    const url = databaseUrl(folder, options.databaseUrl ?? undefined);
    const hooks = { onEffect: () => {}, onOrder: () => {} };
    const rounds = await Rounds.open({ folder, url, hooks, size, atOnce, port });
    const pool = connect(url, 2, 'holdfast-scale');
    const postmaster = options.databaseUrl === null ? postmasterOf(folder) : null;
    const watch = new Watch(new PgExchange(pool, url), server, postmaster);
    try {
      const round = await rounds.run();
      const { rows } = await pool.query<{ bytes: string }>(
        'select pg_database_size(current_database()) as bytes',
      );
      const wrong =
        round.effects === size.controllers * EFFECTS_A_CONTROLLER ? [] : ['effects are missing, or too many'];
      if (server.epoch > 1)
        wrong.push(`${server.epoch} servers led, one after the other: ${server.said.join('; ')}`);
      return {
        ...{ controllers: size.controllers, gateways: size.gateways, effects: round.effects },
        ...{ rolloutMs: round.ms, databaseBytes: Number(rows[0]?.bytes) },
        ...(await watch.end()),
        broken: [...round.broken, ...wrong],
      };
    } finally {
      await watch.end();
      await pool.end();
      await rounds.close();
    }
  } finally {
    await server.stop();
  }
}

type Seen = Pick<
  Scale,
  'serverBytes' | 'plantBytes' | 'serverCpuMs' | 'plantCpuMs' | 'databaseCpuMs' | 'orderLagMs' | 'reportLagMs'
>;

/** How far traffic lags while the rollout goes on, and what it takes. */
class Watch {
  readonly #exchange: PgExchange;
  readonly #server: ServerProcess;
  /** Process of the embedded database; null: there is none. */
  readonly #postmaster: number | null;
  readonly #cpuBefore = process.cpuUsage();
  readonly #looks: Promise<void>;
  #isOver = false;
  #orderLagMs = 0;
  #reportLagMs = 0;

  constructor(exchange: PgExchange, server: ServerProcess, postmaster: number | null) {
    this.#exchange = exchange;
    this.#server = server;
    this.#postmaster = postmaster;
    this.#looks = this.#look();
  }

  async #look(): Promise<void> {
    while (!this.#isOver) {
      const lag = await this.#exchange.lag();
      this.#orderLagMs = Math.max(this.#orderLagMs, lag.openMs ?? 0);
      this.#reportLagMs = Math.max(this.#reportLagMs, lag.unreadMs ?? 0);
      await pause(LOOK_MS);
    }
  }

  async end(): Promise<Seen> {
    this.#isOver = true;
    await this.#looks;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    return {
      ...{ orderLagMs: this.#orderLagMs, reportLagMs: this.#reportLagMs },
      ...{ serverBytes: peakBytes(this.#server.pid), plantBytes: peakBytes(process.pid) },
      ...{ serverCpuMs: cpuMs(this.#server.pid), plantCpuMs: (user + system) / 1000 },
      databaseCpuMs: this.#postmaster === null ? null : familyCpuMs(this.#postmaster),
    };
  }
}

/** Linux only, as the embedded database is; 0 for a process that is gone. */
function peakBytes(pid: number): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`)) ?? [];
  return Number(kib ?? 0) * 1024;
}

const TICK_MS = 10;

/** What a process computed itself. */
function cpuMs(pid: number): number {
  const { own } = timesOf(pid);
  return own * TICK_MS;
}

/** Likewise with its children, those that ended too: a connection of the database is a process of its own. */
function familyCpuMs(pid: number): number {
  const { own, ended } = timesOf(pid);
  const children = textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.reduce((sum, child) => sum + cpuMs(child), (own + ended) * TICK_MS);
}

/** Fields 14 to 17 of the line, counted from 1, after the name in brackets, which may hold anything; in ticks. */
function timesOf(pid: number): { readonly own: number; readonly ended: number } {
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
  return { own: user + system, ended: endedUser + endedSystem };
}

/** The first line of its file says which process it is. */
function postmasterOf(folder: string): number {
  return Number(textOf(join(placesOf(folder).data, 'postmaster.pid')).split('\n')[0]);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
