import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { Random } from '../../sim/drill/random.ts';
import { connect } from '../database/connect.ts';
import { databaseUrl } from '../database/places.ts';
import { readInventory } from '../inventory/read.ts';
import { makeEditions, type SimEditions } from '../sim/editions.ts';
import { PgExchange } from '../store/exchange.ts';
import { listIncidents } from '../store/incidents.ts';
import { lastRollout, loadWhole } from '../store/rollouts.ts';
import { beginPlantRollout } from '../up/begin.ts';
import { EFFECTS, type Effect } from './counted.ts';
import { type PlantSize, writePlantFolder, writeState } from './folder.ts';
import { LivePlant } from './live-plant.ts';
import { ServerProcess } from './server-process.ts';

/**
 * Servers are killed with kill -9 at effects on controllers that chance names, again and again, while rollouts go on. In the end each
 * controller runs what it should, and each effect came to it exactly as often as without a kill.
 */

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  /** A folder that is empty. */
  readonly folder: string;
  /** Null: the embedded database. */
  readonly databaseUrl: string | null;
  /** The program of the fleet. */
  readonly program: string;
  readonly onNote: (words: string) => void;
}

export interface Campaign {
  readonly kills: number;
  /** Of these, with all that started the server, and the embedded database. */
  readonly killedWhole: number;
  readonly rollouts: number;
  readonly controllers: number;
  /** Effects that came to controllers, and those above what a rollout without a kill has. */
  readonly effects: number;
  readonly repeated: number;
  /** From a kill to the next order of the next server, in milliseconds. */
  readonly resumedMs: { readonly median: number; readonly most: number };
  /** What must not be, a sentence each. */
  readonly broken: readonly string[];
}

const SIZE: PlantSize = { cells: 4, members: 3, gateways: 2 };
const LIMITS = { canaries: 1, atOnce: 3, aGateway: 3, aSite: 3, failures: 0 };
/** Effects between two kills. */
const BETWEEN = { least: 1, most: 14 };
/** One kill in so many ends everything. */
const WHOLE_ONCE_IN = 5;
const ROLLOUT_MS_MAX = 600_000;
const LOOK_MS = 100;

export async function runKills(options: CampaignOptions): Promise<Campaign> {
  writePlantFolder(options.folder, SIZE);
  const server = new ServerProcess([options.program, 'up', options.folder], options.databaseUrl);
  try {
    if (!(await server.until(() => server.epoch > 0)))
      throw new Error(`no server leads: ${server.said.join('; ')}`);
    return await new Kills(options, server, await makeEditions()).run();
  } finally {
    await server.stop();
  }
}

interface Killed {
  readonly atMs: number;
  readonly epoch: number;
}

class Kills {
  readonly #options: CampaignOptions;
  readonly #server: ServerProcess;
  readonly #editions: SimEditions;
  readonly #random: Random;
  readonly #broken: string[] = [];
  readonly #resumedMs: number[] = [];
  #kills = 0;
  #killedWhole = 0;
  /** Effects until the next kill; null: none comes. */
  #left: number | null = null;
  #when: 'before' | 'after' = 'before';
  /** The kill after which nothing was asked yet; null: a server is at work. */
  #killed: Killed | null = null;
  #effects = 0;
  #repeated = 0;

  constructor(options: CampaignOptions, server: ServerProcess, editions: SimEditions) {
    this.#options = options;
    this.#server = server;
    this.#editions = editions;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<Campaign> {
    const { folder, kills, onNote } = this.#options;
    const url = databaseUrl(folder, this.#options.databaseUrl ?? undefined);
    const pool = connect(url, 8, 'holdfast-campaign');
    const exchange = new PgExchange(pool, url);
    const inventory = await readInventory(`${folder}/fleet.yaml`);
    const plant = new LivePlant({
      ...{ inventory, editions: this.#editions, exchange },
      onEffect: async (_controller, _effect, when) => this.#onEffect(when),
      onOrder: (fence) => this.#onOrder(fence),
    });
    let rollouts = 0;
    try {
      const reference = await this.#rollout(pool, plant, ++rollouts, null);
      while (this.#kills < kills && this.#broken.length === 0) {
        this.#arm();
        await this.#rollout(pool, plant, ++rollouts, reference);
        onNote(`${this.#kills} of ${kills} kills, ${rollouts} rollouts`);
      }
    } finally {
      await plant.stop();
      await exchange.close();
      await pool.end();
    }
    const sorted = this.#resumedMs.toSorted((a, b) => a - b);
    const resumedMs = { median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
    return {
      ...{
        kills: this.#kills,
        killedWhole: this.#killedWhole,
        rollouts,
        controllers: SIZE.cells * SIZE.members,
      },
      ...{ effects: this.#effects, repeated: this.#repeated, resumedMs, broken: this.#broken },
    };
  }

  /** One rollout to its end; which effects each controller had. `reference`: those that are right; null: these are. */
  async #rollout(
    pool: pg.Pool,
    plant: LivePlant,
    sequence: number,
    reference: ReadonlyMap<string, unknown> | null,
  ): Promise<ReadonlyMap<string, unknown>> {
    const { folder } = this.#options;
    const inventory = await readInventory(`${folder}/fleet.yaml`);
    const stateFolder = await writeState(folder, this.#editions, sequence, Date.now());
    await plant.start();
    await untilDone(() =>
      beginPlantRollout({ inventory, pool, stateFolder, limits: LIMITS, nowMs: Date.now() }),
    );
    const isOver = await this.#untilOver(pool, sequence);
    if (!isOver) this.#broken.push(`rollout ${sequence} hangs`);
    this.#left = null;
    await plant.stop();
    await this.#judge(pool, plant, sequence);
    const effects = new Map([...plant.effects].map(([id, counts]) => [id, countsOf(counts)]));
    for (const [id, counts] of effects) {
      const right = reference?.get(id) ?? counts;
      this.#effects += EFFECTS.reduce((sum, effect) => sum + counts[effect], 0);
      if (isDeepStrictEqual(counts, right)) continue;
      this.#repeated++;
      this.#broken.push(
        `${id} had ${JSON.stringify(counts)}, not ${JSON.stringify(right)}, in rollout ${sequence}`,
      );
    }
    return effects;
  }

  async #untilOver(pool: pg.Pool, sequence: number): Promise<boolean> {
    const startMs = performance.now();
    while (performance.now() - startMs < ROLLOUT_MS_MAX) {
      const kept = await lastRollout(pool).catch(() => null);
      if (kept?.sequence === sequence && kept.stage === 'over') {
        this.#resume();
        return true;
      }
      await pause(LOOK_MS);
    }
    return false;
  }

  /** All cells are confirmed, nobody had to be told anything, and every controller says itself that it runs the edition. */
  async #judge(pool: pg.Pool, plant: LivePlant, sequence: number): Promise<void> {
    const kept = await untilDone(() => lastRollout(pool));
    const rollout = kept === null ? null : await untilDone(() => loadWhole(pool, kept));
    for (const { planned, state } of rollout?.cells ?? [])
      if (state?.outcome !== 'confirmed')
        this.#broken.push(`cell ${planned.cell} of rollout ${sequence} is ${state?.outcome}: ${state?.why}`);
    for (const { words } of await untilDone(() => listIncidents(pool, true)))
      this.#broken.push(`incident: ${words}`);
    for (const [id, { running, trial, window }] of await plant.readAll())
      if (running !== this.#editions.edition || trial || window)
        this.#broken.push(`${id} does not run the edition of rollout ${sequence}`);
    this.#broken.push(...plant.broken.splice(0));
  }

  #arm(): void {
    this.#left = this.#random.between(BETWEEN.least, BETWEEN.most);
    this.#when = this.#random.onceIn(2) ? 'before' : 'after';
  }

  #onEffect(when: 'before' | 'after'): void {
    if (when !== this.#when || this.#left === null || this.#killed !== null) return;
    this.#left--;
    if (this.#left > 0) return;
    this.#killed = { atMs: performance.now(), epoch: this.#server.epoch };
    this.#kills++;
    if (this.#random.onceIn(WHOLE_ONCE_IN)) {
      this.#killedWhole++;
      this.#server.killAll();
    } else {
      this.#server.killServer();
    }
  }

  #onOrder(fence: number): void {
    if (this.#killed !== null && fence > this.#killed.epoch) this.#resume();
  }

  #resume(): void {
    if (this.#killed === null) return;
    this.#resumedMs.push(performance.now() - this.#killed.atMs);
    this.#killed = null;
    if (this.#left !== null) this.#arm();
  }
}

function countsOf(counts: ReadonlyMap<Effect, number>): Record<Effect, number> {
  return Object.fromEntries(EFFECTS.map((effect) => [effect, counts.get(effect) ?? 0])) as Record<
    Effect,
    number
  >;
}

/** The database may be away for a moment, as it is when it is killed with its server. */
async function untilDone<T>(act: () => Promise<T>): Promise<T> {
  for (let turn = 0; ; turn++) {
    try {
      return await act();
    } catch (error) {
      if (turn >= 100) throw error;
      await pause(LOOK_MS);
    }
  }
}
