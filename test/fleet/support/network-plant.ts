/** A plant of two gateways with simulated controllers (the real core), its signed state, and the door of its server on this computer. */

import { signState } from '../../../fleet/desired/sign.ts';
import { type Followed, verifyState } from '../../../fleet/desired/verify.ts';
import { Desk } from '../../../fleet/desk/desk.ts';
import { Door, type DoorOptions } from '../../../fleet/desk/server.ts';
import { MemoryExchange } from '../../../fleet/exchange/memory.ts';
import type { ExchangeStore } from '../../../fleet/exchange/store.ts';
import type { Remembered } from '../../../fleet/gateway/agent.ts';
import type { Inventory } from '../../../fleet/inventory/model.ts';
import { readInventory } from '../../../fleet/inventory/read.ts';
import type { Act, Report } from '../../../fleet/order/order.ts';
import { SimController } from '../../../fleet/sim/controller.ts';
import { makeEditions, type SimEditions } from '../../../fleet/sim/editions.ts';
import { HttpsLink } from '../../../fleet/station/https-link.ts';
import type { ServerLink } from '../../../fleet/station/link.ts';
import type { Session } from '../../../fleet/station/session-file.ts';
import { Station, type StationOptions } from '../../../fleet/station/station.ts';
import type { ToldByGateway } from '../../../fleet/wire/messages.ts';
import { toHex } from '../../../host/body/bytes.ts';
import { systemClock } from '../../../host/common/clock.ts';
import { privateKeyFromPem, sha256 } from '../../../host/image/sign.ts';
import { memoryReader } from '../../../host/source/reader.ts';
import { testKeyPair } from '../../../sim/drill/test-keys.ts';

const TEXT = `fleet: 1
name: net
signers: [ state.pub.pem ]
server: server.pub.pem
sites: [ { id: hall, zone: UTC, windows: [ { days: daily, from: 00:00, to: 12:00 } ] } ]
gateways:
  - { id: gw-1, site: hall, key: gw-1.pub.pem, lines: 4 }
  - { id: gw-2, site: hall, key: gw-2.pub.pem, lines: 4 }
cells: [ { id: press, site: hall }, { id: saw, site: hall } ]
controllers:
  - { id: c1, cell: press, gateway: gw-1, port: /dev/ttyS0, map: line }
  - { id: c2, cell: press, gateway: gw-1, port: /dev/ttyS1, map: line }
  - { id: c3, cell: saw, gateway: gw-2, port: /dev/ttyS0, map: line }
  - { id: c4, cell: saw, gateway: gw-1, port: /dev/ttyS2, map: other }
`;
export const SIGNED_MS = Date.parse('2026-11-01T00:00:00Z');
const DAY_MS = 86_400_000;

export const keyOf = (name: string) => privateKeyFromPem(testKeyPair(name).privatePem);

export async function networkInventory(): Promise<Inventory> {
  const names = ['state', 'server', 'gw-1', 'gw-2'];
  const keys = names.map((name) => [`${name}.pub.pem`, testKeyPair(name).publicPem]);
  const reader = memoryReader({ 'fleet.yaml': TEXT, ...Object.fromEntries(keys) });
  return readInventory('fleet.yaml', reader);
}

/** Signed offline as anywhere: sequence, signer and dates may be other ones. */
export function signedState(
  editions: SimEditions,
  change: Partial<{
    sequence: number;
    signer: string;
    fleet: string;
    issuedMs: number;
    expiresMs: number;
  }> = {},
): string {
  const [first, second] = [editions.edition, editions.reissue].map(
    (hash) => editions.images.get(hash)?.bytes,
  );
  if (first === undefined || second === undefined) throw new TypeError('the editions are there');
  return signState({
    fleet: change.fleet ?? 'net',
    sequence: change.sequence ?? 5,
    issuedMs: change.issuedMs ?? SIGNED_MS,
    expiresMs: change.expiresMs ?? SIGNED_MS + 300 * DAY_MS,
    images: [{ edition: first, reissue: second }],
    key: testKeyPair(change.signer ?? 'state').privatePem,
  });
}

/** What a gateway keeps over a reboot, in memory. */
export class Disk {
  readonly controllers = new Map<string, Remembered>();
  session: Session = { epoch: 0, lease: 0 };
  followed: Followed | null = null;
}

export class NetworkPlant {
  readonly inventory: Inventory;
  readonly editions: SimEditions;
  readonly store: ExchangeStore = new MemoryExchange();
  readonly controllers = new Map<string, SimController>();
  readonly incidents: ToldByGateway[] = [];
  readonly notes: string[] = [];
  readonly #stations: Station[] = [];
  #door: Door | null = null;
  epoch = 0;
  /** What the server offers. */
  stateText: string;
  wallMs = SIGNED_MS + DAY_MS;

  private constructor(inventory: Inventory, editions: SimEditions) {
    this.inventory = inventory;
    this.editions = editions;
    this.stateText = signedState(editions);
  }

  static async boot(): Promise<NetworkPlant> {
    const plant = new NetworkPlant(await networkInventory(), await makeEditions());
    for (const id of plant.inventory.controllers.keys())
      plant.controllers.set(id, await SimController.boot(id, plant.editions.before));
    return plant;
  }

  desk(waitMs = 2000, leaseMs = 30_000): Desk {
    return new Desk({
      store: this.store,
      tell: (incident) => this.store.tell(incident),
      epoch: this.epoch,
      state: async () => this.stateName(),
      leaseMs,
      waitMs,
      onFollowed: () => {},
    });
  }

  /** The name of what is offered, as a server works it out. */
  stateName() {
    const { fleet, signers } = this.inventory;
    const nowMs = SIGNED_MS + 1;
    try {
      return verifyState(this.stateText, { fleet, signers, last: null, nowMs }).followed;
    } catch {
      return { sequence: 1, digest: 'ff'.repeat(32) };
    }
  }

  async openDoor(change: Partial<DoorOptions> = {}): Promise<Door> {
    this.epoch = await this.store.lead();
    const { gateways } = this.inventory;
    const bySha = new Map(
      [...this.editions.images.values()].map(({ bytes }) => [toHex(sha256(bytes)), bytes]),
    );
    this.#door = await Door.open({
      tell: (incident) => this.store.tell(incident),
      desk: this.desk(),
      key: keyOf('server'),
      gateways: new Map([...gateways.values()].map(({ id, key }) => [key, id])),
      stateText: async () => this.stateText,
      image: async (name) => bySha.get(name) ?? null,
      port: 0,
      host: '127.0.0.1',
      ...change,
    });
    return this.#door;
  }

  link(port: number, key = 'gw-1', serverKey = this.inventory.server ?? ''): HttpsLink {
    return new HttpsLink({ host: '127.0.0.1', port, key: keyOf(key), serverKey });
  }

  /** A gateway that starts with what its disk holds. */
  station(link: ServerLink, disk: Disk, change: Partial<StationOptions> = {}): Station {
    const lines = new Map([...this.controllers].map(([id, controller]) => [id, controller.open()]));
    const station = new Station({
      gateway: 'gw-1',
      inventory: this.inventory,
      link,
      lines: {
        device: async (id) => {
          const line = lines.get(id);
          if (line === undefined) throw new TypeError(`no line to ${id}`);
          return line;
        },
        drop: async () => {},
        close: async () => {},
      },
      journal: {
        all: disk.controllers,
        load: (id) => disk.controllers.get(id) ?? null,
        save: async (id, remembered) => void disk.controllers.set(id, structuredClone(remembered)),
      },
      session: {
        load: () => disk.session,
        save: (session) => {
          disk.session = session;
        },
      },
      followed: {
        load: () => disk.followed,
        save: async (followed) => {
          disk.followed = followed;
        },
      },
      clock: systemClock,
      wallMs: () => this.wallMs,
      random: () => 0.5,
      onIncident: (incident) => this.incidents.push(incident),
      onNote: (words) => this.notes.push(words),
      ...change,
    });
    this.#stations.push(station);
    return station;
  }

  #nextId = 1;

  /** Puts an order and waits for its report. */
  async ask(controller: string, act: Act, hash = '', gateway = 'gw-1'): Promise<Report> {
    const id = this.#nextId++;
    const order = { id, controller, act, hash, force: false };
    await this.store.put(this.epoch, [{ gateway, order }]);
    return this.reportOn(controller, id);
  }

  async reportOn(controller: string, id: number): Promise<Report> {
    for (let turn = 0; turn < 12_000; turn++) {
      const reports = await this.store.reportsAbove(0, 10_000);
      const found = reports.find(({ report }) => report.id === id && report.controller === controller);
      if (found !== undefined) return found.report;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`nobody reports on order ${id} of ${controller}`);
  }

  codes(): string[] {
    return this.incidents.map(({ code }) => code);
  }

  async end(): Promise<void> {
    for (const station of this.#stations) await station.end();
    await this.#door?.close();
  }
}
