/** The traffic in PostgreSQL keeps what every store of it promises, and more than one connection may hold it to that at once. */
import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../fleet/database/connect.ts';
import { type Embedded, startEmbedded } from '../../fleet/database/embedded.ts';
import { Bell } from '../../fleet/engine/bell.ts';
import type { Engine } from '../../fleet/engine/dbos.ts';
import type { Leader } from '../../fleet/engine/leader.ts';
import { watchOnce } from '../../fleet/engine/watch.ts';
import type { Inventory } from '../../fleet/inventory/model.ts';
import { PgExchange } from '../../fleet/store/exchange.ts';
import { listIncidents } from '../../fleet/store/incidents.ts';
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
    const waits = async () => {
      const text = "select count(*)::integer as count from pg_stat_activity where wait_event_type = 'Lock'";
      return (await pool.query<{ count: number }>(text)).rows[0]?.count;
    };
    await expect.poll(waits, { timeout: 60_000 }).toBe(1);
    await client.query('commit');
    expect(await next).toBe(epoch + 1);
    await client.query('begin');
    await expect(requireLeader(client, epoch)).rejects.toMatchObject({ code: 'EPOCH_LOWER' });
    await client.query('rollback');
  } finally {
    client.release();
  }
});
