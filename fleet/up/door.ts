import type { KeyObject } from 'node:crypto';
import type pg from 'pg';
import { Desk } from '../desk/desk.ts';
import { Door } from '../desk/server.ts';
import type { ExchangeStore, TrafficIncident } from '../exchange/store.ts';
import type { Inventory } from '../inventory/model.ts';
import { isTroubleOf } from '../store/transaction.ts';
import type { StateName } from '../wire/messages.ts';

/** The door of a server that leads, for its gateways. */

/** A gateway waits this long for orders, and has its lease this long without an answer. */
const WAIT_MS = 20_000;
const LEASE_MS = 90_000;

export interface PlantDoorOptions {
  readonly server: {
    readonly pool: pg.Pool;
    readonly exchange: ExchangeStore;
    readonly epoch: number;
    readonly lose: (why: string) => void;
  };
  readonly inventory: Inventory;
  /** The private half of `server` of the inventory. */
  readonly key: KeyObject;
  readonly host: string;
  readonly port: number;
}

/** Throws HoldfastError PORT_TAKEN. */
export function openPlantDoor(options: PlantDoorOptions): Promise<Door> {
  const { server, inventory, key, host, port } = options;
  const { pool, exchange: store, epoch, lose } = server;
  const tell = (incident: TrafficIncident) => store.tell(incident);
  const desk = new Desk({
    ...{ store, epoch, tell },
    state: () => offered(pool),
    leaseMs: LEASE_MS,
    waitMs: WAIT_MS,
    onFollowed: () => lose('another server leads'),
  });
  return Door.open({
    ...{ desk, tell, key, host, port },
    gateways: new Map([...inventory.gateways.values()].map(({ id, key: of }) => [of, id])),
    stateText: () => offeredText(pool),
    image: (sha256) => imageOf(pool, sha256),
    isPassing: isTroubleOf,
  });
}

/** The state of the last rollout: one begins only when the one before is over. */
const LAST = 'from fleet.rollouts join fleet.states using (sequence) order by id desc limit 1';

async function offered(pool: pg.Pool): Promise<StateName | null> {
  const { rows } = await pool.query<{ sequence: string; digest: string }>(`select sequence, digest ${LAST}`);
  const [row] = rows;
  return row === undefined ? null : { digest: row.digest, sequence: Number(row.sequence) };
}

async function offeredText(pool: pg.Pool): Promise<string | null> {
  const { rows } = await pool.query<{ envelope: string }>(`select envelope ${LAST}`);
  return rows[0]?.envelope ?? null;
}

async function imageOf(pool: pg.Pool, sha256: string): Promise<Uint8Array | null> {
  const text = 'select bytes from fleet.images where sha256 = $1';
  return (await pool.query<{ bytes: Uint8Array }>(text, [sha256])).rows[0]?.bytes ?? null;
}
