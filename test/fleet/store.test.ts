/** The traffic in PostgreSQL keeps what every store of it promises, and more than one connection may hold it to that at once. */
import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../fleet/database/connect.ts';
import { type Embedded, startEmbedded } from '../../fleet/database/embedded.ts';
import { Bell } from '../../fleet/engine/bell.ts';
import type { Engine } from '../../fleet/engine/dbos.ts';
import { Leader } from '../../fleet/engine/leader.ts';
import { watchOnce } from '../../fleet/engine/watch.ts';
import type { Inventory } from '../../fleet/inventory/model.ts';
import { PgExchange, putIn, reserveIdsIn } from '../../fleet/store/exchange.ts';
import { listIncidents } from '../../fleet/store/incidents.ts';
import { takeReports } from '../../fleet/store/reports.ts';
import { prepareTables, requireTables } from '../../fleet/store/schema.ts';
import { isTroubleOf, requireLeader } from '../../fleet/store/transaction.ts';
import { temporaryFolder } from '../support/command.ts';
import { promisesOfAnExchange } from './support/exchange-contract.ts';

const folder = temporaryFolder('store');
chmodSync(folder.path, 0o711);
const TABLES = 'orders, archived_orders, reports, archived_reports, leases, told';
let database: Embedded;
let stores: Awaited<ReturnType<typeof open>>[] = [];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await startEmbedded(folder.path);
});

afterAll(async () => {
  for (const close of closing) await close();
  await database.stop();
  folder.remove();
});

function open() {
  const pool = connect(database.url, 8, 'test');
  const exchange = new PgExchange(pool, database.url);
  closing.push(async () => {
    await exchange.close();
    await pool.end();
  });
  return { pool, exchange };
}

async function empty() {
  if (stores.length === 0) stores = [open(), open()];
  const [first, second] = stores;
  if (first === undefined || second === undefined) throw new TypeError('two stores are open');
  await prepareTables(first.pool, 'works');
  await first.pool.query(`truncate ${TABLES.split(', ').map((name) => `fleet.${name}`)}`);
  await first.pool.query('update fleet.numbers set value = 0');
  await first.pool.query('update fleet.leader set epoch = 0');
  return { ...first, second: second.exchange };
}

promisesOfAnExchange(async () => {
  const { exchange, second } = await empty();
  return { store: exchange, second };
});

test('positions and numbers appear in their order, however many write at once', async () => {
  const { exchange, second } = await empty();
  const epoch = await exchange.lead();
  const lease = await exchange.grant('g1');
  const order = (controller: string, id: number) => ({
    gateway: 'g1',
    order: { id, controller, act: 'read' as const, hash: '', force: false },
  });
  let isOver = false;
  const positions: number[] = [];
  const reader = (async () => {
    for (;;) {
      const wasOver = isOver;
      const entries = (await second.take('g1', lease, positions.at(-1) ?? 0, 7)) ?? [];
      positions.push(...entries.map(({ position }) => position));
      if (entries.length === 0 && wasOver) return;
    }
  })();
  const count = 60;
  await Promise.all(
    Array.from({ length: count }, (_, at) =>
      (at % 2 === 0 ? exchange : second).put(epoch, [order(`c${at}`, 1)]),
    ),
  );
  isOver = true;
  await reader;
  expect(positions).toEqual(Array.from({ length: count }, (_, at) => at + 1));
});

test('what a hostile gateway says breaks nothing: zeros, ids that are no numbers, halves of characters', async () => {
  const { exchange } = await empty();
  const epoch = await exchange.lead();
  const lease = await exchange.grant('g1');
  await exchange.put(epoch, [
    { gateway: 'g1', order: { id: 1, controller: 'c1', act: 'read', hash: '', force: false } },
  ]);
  const report = {
    id: 1,
    controller: 'c1',
    end: 'refused' as const,
    code: 'A\0',
    words: '\0 \ud800 \u{10ffff}',
    reading: null,
  };
  expect(
    await exchange.receive('g1', lease, [
      { ...report, controller: 'c\0' },
      { ...report, controller: '\ud800' },
      { ...report, id: 1.5 },
      { ...report, id: 2 ** 70 },
      { ...report, id: Number.NaN },
      report,
    ]),
  ).toEqual([...Array.from({ length: 5 }, () => 'never-given'), 'taken']);
  expect((await exchange.reportsAbove(0, 9))[0]?.report).toEqual(report);
  await exchange.tell({ gateway: 'g\0', code: 'X', words: '\0', remedy: '\ud800' });
  expect(await exchange.told()).toHaveLength(1);
  expect(await exchange.touch('g\0', 1)).toBe(false);
});

test('tables are made once, also by two at a time, and those of a later version are left alone', async () => {
  const { pool } = await empty();
  await pool.query('drop schema fleet cascade');
  await Promise.all([
    prepareTables(pool, 'works'),
    prepareTables(pool, 'works'),
    prepareTables(pool, 'works'),
  ]);
  await prepareTables(pool, 'works');
  await pool.query('update fleet.version set steps = 1000');
  await expect(prepareTables(pool, 'works')).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
  await expect(requireTables(pool, 'works')).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
  await pool.query('drop schema fleet cascade');
  await expect(requireTables(pool, 'works')).rejects.toMatchObject({ code: 'NO_DATABASE' });
  await prepareTables(pool, 'works');
  await requireTables(pool, 'works');
  await expect(prepareTables(pool, 'mill')).rejects.toMatchObject({ code: 'DATABASE_OTHER_FLEET' });
});

test('trouble of the database is told from faults of what was asked', () => {
  const error = (code: string, message = '') =>
    Object.assign(new Error(message), code === '' ? {} : { code });
  const troubles = ['53100', '57P01', '08006', '25P03', '40001', 'ECONNREFUSED', 'EPIPE', 'ENOENT'];
  expect(troubles.filter((code) => !isTroubleOf(error(code)))).toEqual([]);
  expect(isTroubleOf(error('', 'Connection terminated unexpectedly'))).toBe(true);
  expect(isTroubleOf(error('', 'timeout expired'))).toBe(true);
  expect(
    ['23505', '42P01', '22P02', 'EPOCH_LOWER', 'ORDER_CHANGED'].filter((code) => isTroubleOf(error(code))),
  ).toEqual([]);
  expect([new TypeError('x is undefined'), 'words', null].map(isTroubleOf)).toEqual([false, false, false]);
});

test('a gateway is silent once it could be heard for a minute, and was not', async () => {
  const { pool, exchange } = await empty();
  const epoch = await exchange.lead();
  await exchange.grant('g1');
  const read = { id: 1, controller: 'c1', act: 'read' as const, hash: '', force: false };
  await exchange.put(epoch, [{ gateway: 'g1', order: read }]);
  await pool.query("update fleet.orders set put_at = now() - interval '10 minutes'");
  await pool.query("update fleet.leases set seen_at = now() - interval '10 minutes'");
  const leader = { epoch, require: () => {} } as Leader;
  const inventory = {} as Inventory;
  const plant = {
    pool,
    leader,
    inventory,
    bell: new Bell(),
    awaited: new Map(),
    planned: new Map(),
    onTrouble: () => {},
  };
  const engine = { broken: async () => new Map() } as unknown as Engine;
  const told = async (ledMs: number) => {
    await watchOnce({ plant, engine, ledMs, onLost: () => {} });
    return (await listIncidents(pool, true)).map(({ kind }) => kind);
  };
  // Whoever leads since a moment ago heard nobody before.
  expect(await told(50_000)).toEqual([]);
  expect(await told(65_000)).toEqual(['gateway-silent']);
});

test('the beat of a leader passes whatever its transactions hold, and who leads next waits for them', async () => {
  const { pool, exchange } = await empty();
  const epoch = await exchange.lead();
  const client = await pool.connect();
  try {
    await client.query('begin');
    await requireLeader(client, epoch);
    // It would wait for as long as some transaction is under way, and end the server by its deadline.
    const beat = await pool.query('update fleet.leader set beat = clock_timestamp() where epoch = $1', [
      epoch,
    ]);
    expect(beat.rowCount).toBe(1);
    const next = exchange.lead();
    await untilWaiting(1);
    await client.query('commit');
    expect(await next).toBe(epoch + 1);
    await client.query('begin');
    await expect(requireLeader(client, epoch)).rejects.toMatchObject({ code: 'EPOCH_LOWER' });
    await client.query('rollback');
  } finally {
    client.release();
  }
});

test('a standby keeps no transaction open: who leads may change tables beside it', async () => {
  const { pool, exchange } = await empty();
  const become = (name: string, onStandby: () => void) =>
    Leader.become({ url: database.url, exchange, name, onStandby, onLost: () => {} });
  const first = await become('first', () => {});
  let second: Promise<Leader> | null = null;
  await new Promise<void>((resolve) => {
    second = become('second', resolve);
  });
  // It waits for all transactions that began before.
  await pool.query('create index concurrently told_words on fleet.told (words)');
  await pool.query('drop index fleet.told_words');
  await first.stop();
  const next = await (second as Promise<Leader> | null);
  expect(next?.epoch).toBe(first.epoch + 1);
  await next?.stop();
});

type Client = Parameters<typeof putIn>[0];

/** Resolves when so many connections wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  const text = "select count(*)::integer as count from pg_stat_activity where wait_event_type = 'Lock'";
  const { pool } = stores[0] ?? open();
  const waits = async () => (await pool.query<{ count: number }>(text)).rows[0]?.count;
  await expect.poll(waits, { timeout: 60_000 }).toBe(count);
}

const reading = (controller: string, id: number, gateway = 'g1') => ({
  gateway,
  order: { id, controller, act: 'read' as const, hash: '', force: false },
});
const told = (controller: string, id: number) => ({
  ...{ id, controller, end: 'done' as const, code: '', words: '', reading: null },
});

/** Works in a transaction that is left open until `go` is called. */
async function inTransaction(work: (client: Client) => Promise<unknown>) {
  const client = await open().pool.connect();
  await client.query('begin');
  await work(client);
  return {
    client,
    commit: async () => {
      await client.query('commit');
      client.release();
    },
  };
}

test('who has reserved ids does not wait in a ring with who puts under ids that were reserved before', async () => {
  const { exchange } = await empty();
  const epoch = await exchange.lead();
  await exchange.reserveIds(epoch, 10);
  const first = await inTransaction((client) => reserveIdsIn(client, 10));
  await exchange.put(epoch, [reading('c1', 1)]);
  await putIn(first.client, [reading('c2', 11)]);
  await first.commit();
  expect(await exchange.highestId()).toBe(20);
});

test.each([
  ['orders are withdrawn', (exchange: PgExchange, epoch: number) => exchange.withdraw(epoch, ['c1', 'c2'])],
  ['orders are taken', (exchange: PgExchange) => exchange.take('g1', 1, 0, 9)],
  [
    'orders are overtaken',
    (exchange: PgExchange, epoch: number) => exchange.put(epoch, [reading('c2', 9), reading('c1', 9)]),
  ],
  ['reports come', (exchange: PgExchange) => exchange.receive('g1', 1, [told('c2', 1), told('c1', 1)])],
])('orders are held in the order of their keys when %s, wherever they lie', async (_, act) => {
  const { exchange } = await empty();
  const epoch = await exchange.lead();
  expect(await exchange.grant('g1')).toBe(1);
  // They lie in the other order, and are found so by who does not ask for one.
  await exchange.put(epoch, [reading('c2', 1), reading('c1', 1)]);
  const hold = (client: Client, controller: string) =>
    client.query('select from fleet.orders where controller = $1 for update nowait', [controller]);
  const other = await inTransaction((client) => hold(client, 'c1'));
  const acted = act(exchange, epoch);
  await untilWaiting(1);
  await hold(other.client, 'c2');
  await other.commit();
  await acted;
});

test('reports are held in the order of their numbers when they are read, wherever they lie', async () => {
  const { pool, exchange } = await empty();
  const epoch = await exchange.lead();
  const lease = await exchange.grant('g1');
  await exchange.put(epoch, [reading('c1', 1), reading('c2', 1)]);
  await exchange.receive('g1', lease, [told('c2', 1)]);
  await exchange.receive('g1', lease, [told('c1', 1)]);
  // A row that is written anew lies behind the others, as it does in the order of controllers.
  await pool.query('update fleet.reports set content = content where number = 1');
  const hold = (client: Client, number: number) =>
    client.query('select from fleet.reports where number = $1 for update nowait', [number]);
  const other = await inTransaction((client) => hold(client, 1));
  const taken = takeReports(pool, ['c1', 'c2']);
  await untilWaiting(1);
  await hold(other.client, 2);
  await other.commit();
  expect((await taken).map(({ controller }) => controller)).toEqual(['c2', 'c1']);
});

test('an order that is put once more while it is taken hides none that was put between', async () => {
  const { exchange, second } = await empty();
  const epoch = await exchange.lead();
  const lease = await exchange.grant('g1');
  await exchange.put(epoch, [reading('c1', 1)]);
  const again = await inTransaction((client) => client.query('select from fleet.orders for update'));
  const taken = second.take('g1', lease, 0, 9);
  await untilWaiting(1);
  await exchange.put(epoch, [reading('c2', 2)]);
  await putIn(again.client, [reading('c1', 1)]);
  await again.commit();
  const last = (await taken)?.at(-1)?.position ?? 0;
  expect((await exchange.take('g1', lease, last, 9))?.map(({ order }) => order.controller)).toEqual([
    'c2',
    'c1',
  ]);
});
