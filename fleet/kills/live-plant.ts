import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../host/common/clock.ts';
import type { Followed } from '../desired/verify.ts';
import type { ExchangeStore } from '../exchange/store.ts';
import { Agent, type Journal, type Remembered } from '../gateway/agent.ts';
import { readController } from '../gateway/read.ts';
import type { Inventory } from '../inventory/model.ts';
import type { Reading, Report } from '../order/order.ts';
import { SimController } from '../sim/controller.ts';
import type { SimEditions } from '../sim/editions.ts';
import type { ServerLink } from '../station/link.ts';
import type { Session } from '../station/session-file.ts';
import { Station } from '../station/station.ts';
import { CountedDevice, type Effect } from './counted.ts';

/**
 * A plant in real time: controllers that run the real core, and gateways that run the real agent, before a server that may be killed.
 * Gateways ask at the door of the server; or they fetch and report at the store itself, as if each server that leads had an open one.
 */

/**
 * How often loops of controllers go on, and gateways fetch. Controllers of a cell that nobody speaks to pass a longer time at once: their
 * loops count the same checks, in fewer slices.
 */
const TICK_MS = 20;
const QUIET_TICK_MS = 5000;
/** For how long after a request a controller is not quiet. */
const SPOKEN_MS = 2000;
const FETCH_MS = 15;
const AGAIN_MS = 100;
const MOST = 64;

export interface LiveOptions {
  readonly inventory: Inventory;
  readonly editions: SimEditions;
  readonly exchange: ExchangeStore;
  /** How a gateway reaches the server; null: it asks the store. */
  readonly link: ((gateway: string) => ServerLink) | null;
  /** Called before and after each effect on a controller. */
  readonly onEffect: (controller: string, effect: Effect, when: 'before' | 'after') => Promise<void>;
  /** Called with each order that a gateway takes: the fence under which it does. */
  readonly onOrder: (fence: number) => void;
}

export class LivePlant {
  readonly #options: LiveOptions;
  readonly #controllers = new Map<string, SimController>();
  /** When each controller was spoken to last. */
  readonly #spokenMs = new Map<string, number>();
  readonly #journals = new Map<string, Map<string, Remembered>>();
  readonly #sessions = new Map<string, { session: Session; followed: Followed | null }>();
  readonly #stations: Station[] = [];
  readonly #startMs = performance.now();
  #loops: Promise<void>[] = [];
  #isOver = false;
  /** How often each effect came to each controller since it was booted. */
  readonly effects = new Map<string, Map<Effect, number>>();
  /** What must never be, a sentence each. */
  readonly broken: string[] = [];

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** New controllers that run the edition before; gateways at a door are new as well, others have the journals that they had. */
  async start(): Promise<void> {
    const { inventory, editions } = this.#options;
    this.#isOver = false;
    this.effects.clear();
    // Gateways that knew the controllers before would say that others hang there now.
    if (this.#options.link !== null) this.#journals.clear();
    if (this.#options.link !== null) this.#sessions.clear();
    for (const id of inventory.controllers.keys()) {
      const controller = await SimController.boot(id, editions.before);
      controller.skipTo(this.#nowMs());
      controller.onRequest = () => {
        const nowMs = this.#nowMs();
        controller.device.tick = nowMs;
        this.#spokenMs.set(id, nowMs);
      };
      this.#spokenMs.set(id, this.#nowMs());
      this.#controllers.set(id, controller);
    }
    const { link } = this.#options;
    const gateways = [...inventory.gateways.keys()];
    this.#loops = [
      this.#tick(),
      ...gateways.map((id) => (link === null ? this.#serve(id) : this.#ask(id, link(id)))),
    ];
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#stations.splice(0).map((station) => station.end()));
    await Promise.all(this.#loops);
  }

  /** Cuts the line of a controller, or mends it. */
  connect(id: string, isConnected: boolean): void {
    this.controller(id).connected = isConnected;
  }

  /** The controller itself, for who does something to it. */
  controller(id: string): SimController {
    const controller = this.#controllers.get(id);
    if (controller === undefined) throw new TypeError(`no controller ${id}`);
    return controller;
  }

  /** What each controller says of itself on its own line, whatever anybody reported. Only when it is stopped: a line has one listener. */
  async readAll(): Promise<Map<string, Reading>> {
    const readings = new Map<string, Reading>();
    for (const [id, controller] of this.#controllers)
      readings.set(id, await readController(controller.open()));
    return readings;
  }

  #nowMs(): number {
    return Math.round(performance.now() - this.#startMs);
  }

  async #tick(): Promise<void> {
    const tickedMs = new Map<string, number>();
    while (!this.#isOver) {
      for (const { id, members } of this.#options.inventory.cells.values()) {
        const nowMs = this.#nowMs();
        const isSpokenTo = members.some((member) => nowMs - (this.#spokenMs.get(member) ?? 0) < SPOKEN_MS);
        const lastMs = tickedMs.get(id) ?? this.#spokenMs.get(members[0] ?? '') ?? nowMs;
        if (!isSpokenTo && nowMs - lastMs < QUIET_TICK_MS) continue;
        tickedMs.set(id, nowMs);
        for (const member of members) await this.controller(member).advance(nowMs);
        this.#look(id, members);
      }
      await pause(TICK_MS);
    }
  }

  /** No cell answers two editions: nothing happens to machines here. */
  #look(cell: string, members: readonly string[]): void {
    const answers = members.flatMap((name) => this.controller(name).answering ?? []);
    if (new Set(answers).size > 1) this.broken.push(`cell ${cell} answers epochs ${[...new Set(answers)]}`);
  }

  /** A gateway as it is, but for its lines, which are simulated, and its disk, which is memory. */
  async #ask(gateway: string, link: ServerLink): Promise<void> {
    const { inventory, onOrder } = this.#options;
    const journal = this.#journalOf(gateway);
    const all = this.#journals.get(gateway) ?? new Map<string, Remembered>();
    const kept = this.#sessions.get(gateway) ?? { session: { epoch: 0, lease: 0 }, followed: null };
    this.#sessions.set(gateway, kept);
    const lines = this.#linesOf();
    const station = new Station({
      ...{ gateway, inventory, clock: systemClock, wallMs: Date.now, random: Math.random },
      link: {
        ...{ hello: (hello) => link.hello(hello), report: (message) => link.report(message) },
        ...{ state: () => link.state(), image: (name, bytesMax) => link.image(name, bytesMax) },
        close: () => link.close(),
        pull: async (pull) => {
          const given = await link.pull(pull);
          for (const _order of given.orders) onOrder(given.epoch);
          return given;
        },
      },
      lines: { device: async (id) => lines(id), drop: async () => {}, close: async () => {} },
      journal: { ...journal, all },
      session: {
        load: () => kept.session,
        save: (session) => {
          kept.session = session;
        },
      },
      followed: {
        load: () => kept.followed,
        save: async (followed) => {
          kept.followed = followed;
        },
      },
      onIncident: ({ words }) => this.broken.push(`gateway ${gateway} says: ${words}`),
      onNote: () => {},
    });
    this.#stations.push(station);
    await station.run();
  }

  async #serve(gateway: string): Promise<void> {
    const { exchange, onOrder } = this.#options;
    const agent = this.#agentOf(gateway);
    const reports: Report[] = [];
    let lease: number | null = null;
    let taken = 0;
    while (!this.#isOver) {
      try {
        lease ??= await exchange.grant(gateway);
        const entries = await exchange.take(gateway, lease, taken, MOST);
        if (entries === null) {
          [lease, taken] = [null, 0];
          continue;
        }
        const fence = entries.length === 0 ? 0 : await exchange.epoch();
        for (const { order, position } of entries) {
          taken = position;
          onOrder(fence);
          void agent.carryOut({ ...order, fence }).then(
            (report) => reports.push(report),
            (error: unknown) => this.broken.push(`gateway ${gateway} broke: ${error}`),
          );
        }
        const told = reports.slice(0, MOST);
        if (told.length > 0 && (await exchange.receive(gateway, lease, told)) !== null)
          reports.splice(0, told.length);
        await pause(FETCH_MS);
      } catch {
        // The database is away, as it is when a server is killed with it.
        await pause(AGAIN_MS);
      }
    }
  }

  #agentOf(gateway: string): Agent {
    const { editions } = this.#options;
    const lines = this.#linesOf();
    return new Agent({
      device: async (id) => lines(id),
      image: (hash) => editions.images.get(hash) ?? null,
      journal: this.#journalOf(gateway),
    });
  }

  /** Each line is opened once by a gateway. */
  #linesOf(): (id: string) => CountedDevice {
    const open = new Map<string, CountedDevice>();
    return (id) => {
      const known = open.get(id) ?? this.#open(id);
      open.set(id, known);
      return known;
    };
  }

  #open(id: string): CountedDevice {
    const counts = new Map<Effect, number>();
    this.effects.set(id, counts);
    return this.controller(id).open((client) => {
      const device = new CountedDevice(client);
      device.onEffect = async (effect, when) => {
        if (when === 'after') counts.set(effect, (counts.get(effect) ?? 0) + 1);
        await this.#options.onEffect(id, effect, when);
      };
      return device;
    });
  }

  #journalOf(gateway: string): Journal {
    const disk = this.#journals.get(gateway) ?? new Map<string, Remembered>();
    this.#journals.set(gateway, disk);
    return {
      load: (controller) => disk.get(controller) ?? null,
      save: async (controller, remembered) => {
        const before = disk.get(controller);
        if (before !== undefined && (remembered.fence < before.fence || remembered.seen < before.seen))
          this.broken.push(`the fence of ${controller} fell`);
        disk.set(controller, structuredClone(remembered));
      },
    };
  }
}
