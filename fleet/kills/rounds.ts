import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { privateKeyFromPem } from '../../host/image/sign.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { connect } from '../database/connect.ts';
import type { Inventory } from '../inventory/model.ts';
import { readInventory } from '../inventory/read.ts';
import { makeEditions, type SimEditions } from '../sim/editions.ts';
import { HttpsLink } from '../station/https-link.ts';
import { PgExchange } from '../store/exchange.ts';
import { listIncidents } from '../store/incidents.ts';
import { lastRollout, loadWhole } from '../store/rollouts.ts';
import { beginPlantRollout } from '../up/begin.ts';
import { EFFECTS, type Effect } from './counted.ts';
import { cellsOf, PLANT_SIZE, type PlantSize, writeState } from './folder.ts';
import { LivePlant } from './live-plant.ts';

/** Rollouts of a live plant, one after the other, each with fresh controllers, and each judged when it is over. */

const LIMITS = { canaries: 1, atOnce: 3, aGateway: 3, aSite: 3, failures: 0 };
const ROLLOUT_MS_MAX = 1_800_000;
const LOOK_MS = 100;

/** What a controller goes through in a rollout: windows for staging, changing and confirming, and one of each other thing. */
const RIGHT: Readonly<Record<Effect, number>> = {
  ...{ open: 3, close: 3, upload: 1, mark: 1, confirm: 1 },
  ...{ revert: 0, force: 0 },
};
export const EFFECTS_A_CONTROLLER = EFFECTS.reduce((sum, effect) => sum + RIGHT[effect], 0);
export const CONTROLLERS = PLANT_SIZE.controllers;

export interface RoundHooks {
  readonly onEffect: (when: 'before' | 'after') => void;
  /** With the epoch of the server whose order it is. */
  readonly onOrder: (epoch: number) => void;
}

export interface RoundsOptions {
  /** Of `writePlantFolder`. */
  readonly folder: string;
  readonly url: string;
  readonly hooks: RoundHooks;
  /** The port at which gateways ask the server; null: they ask its store. */
  readonly port: number | null;
  /** As the folder was written; PLANT_SIZE unless given. */
  readonly size?: PlantSize;
  /** How many cells change at once: in all, and of a gateway. */
  readonly atOnce?: { readonly cells: number; readonly aGateway: number };
}

export interface Round {
  readonly effects: number;
  /** From its begin until it was over, in milliseconds. */
  readonly ms: number;
  /** Controllers to which an effect came more often, or less, than it should. */
  readonly repeated: number;
  /** What must not be, a sentence each. */
  readonly broken: readonly string[];
}

export class Rounds {
  readonly #folder: string;
  readonly #inventory: Inventory;
  readonly #editions: SimEditions;
  readonly #pool: pg.Pool;
  readonly #exchange: PgExchange;
  readonly #plant: LivePlant;
  readonly #size: PlantSize;
  readonly #limits: typeof LIMITS;
  #sequence = 0;

  private constructor(
    { folder, url, hooks, port, size, atOnce }: RoundsOptions,
    inventory: Inventory,
    editions: SimEditions,
  ) {
    this.#folder = folder;
    this.#size = size ?? PLANT_SIZE;
    const wide = atOnce && { atOnce: atOnce.cells, aSite: atOnce.cells, aGateway: atOnce.aGateway };
    this.#limits = { ...LIMITS, ...wide };
    this.#inventory = inventory;
    this.#editions = editions;
    this.#pool = connect(url, 8, 'holdfast-rounds');
    this.#exchange = new PgExchange(this.#pool, url);
    this.#plant = new LivePlant({
      ...{ inventory, editions, exchange: this.#exchange, onOrder: hooks.onOrder },
      onEffect: async (_controller, _effect, when) => hooks.onEffect(when),
      link: port === null ? null : (gateway) => linkTo(port, gateway, inventory),
    });
  }

  static async open(options: RoundsOptions): Promise<Rounds> {
    const inventory = await readInventory(`${options.folder}/fleet.yaml`);
    return new Rounds(options, inventory, await makeEditions());
  }

  get count(): number {
    return this.#sequence;
  }

  /** One rollout to its end. Servers may come and go meanwhile, and so may the database. */
  async run(): Promise<Round> {
    const sequence = ++this.#sequence;
    const stateFolder = await writeState(this.#folder, this.#editions, sequence, Date.now());
    await this.#plant.start();
    const toBegin = {
      inventory: this.#inventory,
      pool: this.#pool,
      stateFolder,
      limits: this.#limits,
      nowMs: Date.now(),
    };
    await untilDone(() => beginPlantRollout(toBegin));
    const startMs = performance.now();
    const broken = (await this.#isOver(sequence)) ? [] : [`rollout ${sequence} hangs`];
    const ms = performance.now() - startMs;
    await this.#plant.stop();
    broken.push(...(await this.#wrongCells(sequence)), ...(await this.#wrongControllers()));
    const counts = [...this.#plant.effects].map(([id, effects]) => ({ id, counts: countsOf(effects) }));
    const wrong = counts.filter((each) => !isDeepStrictEqual(each.counts, RIGHT));
    broken.push(
      ...wrong.map((each) => `${each.id} had ${JSON.stringify(each.counts)} in rollout ${sequence}`),
    );
    const effects = counts.reduce(
      (sum, each) => sum + EFFECTS.reduce((all, effect) => all + each.counts[effect], 0),
      0,
    );
    return { effects, ms, repeated: wrong.length, broken };
  }

  async close(): Promise<void> {
    await this.#plant.stop();
    await this.#exchange.close();
    await this.#pool.end();
  }

  async #isOver(sequence: number): Promise<boolean> {
    const startMs = performance.now();
    while (performance.now() - startMs < ROLLOUT_MS_MAX) {
      const kept = await lastRollout(this.#pool).catch(() => null);
      if (kept?.sequence === sequence && kept.stage === 'over') return true;
      await pause(LOOK_MS);
    }
    return false;
  }

  /** All cells are confirmed, and nobody had to be told anything: who serves plants is killed and begun anew without a word. */
  async #wrongCells(sequence: number): Promise<string[]> {
    const kept = await untilDone(() => lastRollout(this.#pool));
    const rollout = kept === null ? null : await untilDone(() => loadWhole(this.#pool, kept));
    const cells = (rollout?.cells ?? []).flatMap(({ planned: { cell }, state }) =>
      state?.outcome === 'confirmed'
        ? []
        : [`cell ${cell} of rollout ${sequence} is ${state?.outcome}: ${state?.why}`],
    );
    const count = rollout?.cells.length ?? 0;
    const missing = count === cellsOf(this.#size) ? [] : [`rollout ${sequence} has ${count} cells`];
    const told = await untilDone(() => listIncidents(this.#pool, true));
    const traffic = await untilDone(() => this.#exchange.told());
    return [...cells, ...missing, ...[...told, ...traffic].map(({ words }) => `incident: ${words}`)];
  }

  /** Every controller says itself, on its own line, that it runs the edition, and nothing was ever seen that must not be. */
  async #wrongControllers(): Promise<string[]> {
    const readings = [...(await this.#plant.readAll())];
    const wrong = readings.filter(
      ([, { running, trial, window }]) => running !== this.#editions.edition || trial || window,
    );
    const words = wrong.map(([id]) => `${id} does not run the edition of rollout ${this.#sequence}`);
    return [...words, ...this.#plant.broken.splice(0)];
  }
}

function linkTo(port: number, gateway: string, { server }: Inventory): HttpsLink {
  if (server === null) throw new TypeError('the inventory names a server');
  const key = privateKeyFromPem(testKeyPair(gateway).privatePem);
  return new HttpsLink({ host: '127.0.0.1', port, key, serverKey: server });
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
