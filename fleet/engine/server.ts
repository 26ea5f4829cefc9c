import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { Loops } from '../common/loops.ts';
import { connect, requireDatabase } from '../database/connect.ts';
import type { Inventory } from '../inventory/model.ts';
import { openChecks } from '../store/checks.ts';
import { PgExchange } from '../store/exchange.ts';
import { dropUnmeant, lastNumber, unreadAbove } from '../store/reports.ts';
import { nowMsOf, openCells, rolloutsToDrive } from '../store/rollouts.ts';
import { prepareTables } from '../store/schema.ts';
import { Bell } from './bell.ts';
import { giveUpCell, turnCell } from './cell-turn.ts';
import { beginChecks, giveUpCheck, turnCheck } from './check-turn.ts';
import { type Course, type Engine, launchEngine, StepFailed } from './dbos.ts';
import { Leader } from './leader.ts';
import { cellKey, type Plant, rolloutKey, type Turn } from './plant.ts';
import { giveUpRollout, reopenRollout, turnRollout } from './rollout-turn.ts';
import { compareSources } from './sources.ts';
import { archiveOnce, watchOnce } from './watch.ts';

/** A server of a plant: stands by until it leads, and then drives what is open, until it is stopped or another one leads. */

const CONNECTIONS = 12;
const ENGINE_CONNECTIONS = 12;
const ROUTE_MS = 500;
const ROUTE_AT_ONCE = 1000;
const START_MS = 500;
const WATCH_MS = 5000;
const DROP_MS = 60_000;
const ARCHIVE_MS = 600_000;

export interface ServerOptions {
  readonly url: string;
  readonly inventory: Inventory;
  readonly name: string;
  readonly onStandby: () => void;
  readonly onLead: (epoch: number) => void;
  readonly onTrouble: (words: string) => void;
  /** This server leads no more, or lost its courses: the process has to end before this returns. */
  readonly onLost: (why: string) => void;
}

export interface RunningServer {
  readonly pool: pg.Pool;
  readonly exchange: PgExchange;
  readonly epoch: number;
  readonly lose: (why: string) => void;
  stop(): Promise<void>;
}

/** Throws HoldfastError DATABASE_UNREACHABLE, DATABASE_OLD or DATABASE_NEWER. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { url, inventory, name, onStandby, onLead, onLost, onTrouble } = options;
  await requireDatabase(url);
  const pool = connect(url, CONNECTIONS, 'holdfast-server');
  await prepareTables(pool, inventory.fleet);
  const exchange = new PgExchange(pool, url);
  const leader = await Leader.become({ url, exchange, name, onStandby, onLost });
  onLead(leader.epoch);
  const plant: Plant = {
    ...{ pool, leader, inventory, onTrouble },
    ...{ bell: new Bell(), awaited: new Map(), planned: new Map() },
  };
  // What was reported up to here is found by the first turn of each course.
  const readTo = await lastNumber(pool);
  const enginePool = connect(url, ENGINE_CONNECTIONS, 'holdfast-engine');
  const engine = await launchEngine({
    pool: enginePool,
    url,
    onTrouble,
    programs: {
      cell: (course) => driveCell(plant, course),
      rollout: (course) => driveRollout(plant, course),
      check: (course) => driveCheck(plant, course),
    },
  });
  const server = new Server(plant, exchange, engine, readTo);
  server.run();
  return {
    ...{ pool, exchange, epoch: leader.epoch, lose: (why) => leader.lose(why) },
    stop: async () => {
      await server.stop();
      await engine.stop();
      await exchange.close();
      await leader.stop();
      await enginePool.end();
      await pool.end();
    },
  };
}

async function driveCell(plant: Plant, course: Course): Promise<void> {
  const [rollout = '', tries = '', ...rest] = course.key.split('/');
  const name = { rollout: Number(rollout), tries: Number(tries), cell: rest.join('/') };
  const end = (why: string) => giveUpCell(plant, name, why);
  await drive(plant, course, { course: 'cell', turn: () => turnCell(plant, name), end });
  plant.bell.ringAll('rollout/');
}

async function driveRollout(plant: Plant, course: Course): Promise<void> {
  const [rollout = '', run = ''] = course.key.split('/');
  const name = { rollout: Number(rollout), run: Number(run) };
  const end = (why: string) => giveUpRollout(plant, name, why);
  await drive(plant, course, { course: 'rollout', turn: () => turnRollout(plant, name), end });
}

async function driveCheck(plant: Plant, course: Course): Promise<void> {
  const id = Number(course.key);
  await course.step('sources', () => compareSources(plant, id));
  const end = (why: string) => giveUpCheck(plant, id, why);
  await drive(plant, course, { course: 'check', turn: () => turnCheck(plant, id), end });
}

interface Driven {
  readonly course: string;
  readonly turn: () => Promise<Turn>;
  /** Called when turns fail for good, with why. */
  readonly end: (why: string) => Promise<void>;
}

/** One thing seldom comes alone: what is reported within this time of the first is heard in the same turn. */
const GATHER_MS = 50;

/** Turn after turn, each once for good. Between them it waits in memory only: what ends a wait is in the database. */
async function drive(plant: Plant, course: Course, { course: kind, turn, end }: Driven): Promise<void> {
  try {
    for (;;) {
      const { over, waitMs } = await course.step('turn', turn);
      if (over) return;
      if (await plant.bell.wait(`${kind}/${course.key}`, waitMs)) await pause(GATHER_MS);
    }
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    const why = error.message;
    await course.step('end', () => end(why));
  }
}

/** What a leader does besides its courses, each again and again; what fails is tried again. */
class Server {
  readonly #plant: Plant;
  readonly #exchange: PgExchange;
  readonly #engine: Engine;
  readonly #started = new Set<string>();
  readonly #startMs = performance.now();
  readonly #loops: Loops;
  #readTo: number;
  #unwatch = () => {};

  constructor(plant: Plant, exchange: PgExchange, engine: Engine, readTo: number) {
    this.#plant = plant;
    this.#exchange = exchange;
    this.#engine = engine;
    this.#loops = new Loops(plant.onTrouble);
    this.#readTo = readTo;
  }

  run(): void {
    const { pool } = this.#plant;
    let reported = () => {};
    this.#unwatch = this.#exchange.watch((gateway) => {
      if (gateway === null) reported();
    });
    const route = this.#loops.every(ROUTE_MS, () => this.#route());
    reported = route.now;
    this.#loops.every(START_MS, () => this.#startOpen());
    this.#loops.every(WATCH_MS, () =>
      watchOnce({
        ...{ plant: this.#plant, engine: this.#engine, ledMs: performance.now() - this.#startMs },
        onLost: (words) => this.#plant.leader.lose(words),
      }),
    );
    this.#loops.every(DROP_MS, () => dropUnmeant(pool, [...this.#plant.awaited.keys()]));
    this.#loops.every(ARCHIVE_MS, async () => {
      while (await archiveOnce(this.#exchange, this.#engine, await nowMsOf(pool))) {
        if (this.#loops.signal.aborted) return;
      }
    });
  }

  async stop(): Promise<void> {
    this.#unwatch();
    await this.#loops.stop();
  }

  /** Rouses the courses that wait for what came in. */
  async #route(): Promise<void> {
    for (;;) {
      const unread = await unreadAbove(this.#plant.pool, this.#readTo, ROUTE_AT_ONCE);
      for (const { number, controller } of unread) {
        const key = this.#plant.awaited.get(controller);
        if (key !== undefined) this.#plant.bell.ring(key);
        this.#readTo = number;
      }
      if (unread.length < ROUTE_AT_ONCE) return;
    }
  }

  /** Starts a course for what is open and has none in this process, and lets rollouts hear what was said to them. */
  async #startOpen(): Promise<void> {
    const { pool, bell } = this.#plant;
    for (const { id, run, stage, isAddressed } of await rolloutsToDrive(pool)) {
      if (stage === 'over') {
        await reopenRollout(this.#plant, id);
        continue;
      }
      await this.#start('rollout', rolloutKey(id, run));
      if (isAddressed) bell.ring(`rollout/${rolloutKey(id, run)}`);
    }
    for (const { rollout, cell, tries } of await openCells(pool))
      await this.#start('cell', cellKey(rollout, cell, tries));
    await beginChecks(this.#plant);
    for (const id of await openChecks(pool)) await this.#start('check', String(id));
  }

  async #start(program: string, key: string): Promise<void> {
    const name = `${program}/${key}`;
    if (this.#started.has(name)) return;
    await this.#engine.start(program, key);
    this.#started.add(name);
  }
}
