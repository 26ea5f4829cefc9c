/** What a plant's database keeps and what it deletes; and readings, which outlive both. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reading } from '../../fleet/order/order.ts';
import { raise } from '../../fleet/store/incidents.ts';
import { allReadings } from '../../fleet/store/readings.ts';
import { trimHistory } from '../../fleet/store/retention.ts';
import { PlantDatabase } from './support/database.ts';

const DAY_MS = 86_400_000;
let database: PlantDatabase;

beforeAll(async () => {
  database = await PlantDatabase.start('retention');
});
afterAll(() => database.end());

const READING: Reading = {
  ...{ running: 'aa'.repeat(32), epoch: 1, trial: false, other: '', pending: false, armed: false },
  ...{ window: false, parked: true, checks: 0, need: 0 },
};

test('orders, reports, incidents, letters and rollouts go when they are over for long enough, in helpings; what is needed stays', async () => {
  const { pool, exchange } = database;
  const epoch = await exchange.lead();
  const lease = await exchange.grant('gw');
  for (const controller of ['a', 'b'])
    for (let id = 1; id <= 5; id++) {
      const order = { id, controller, act: 'read' as const, hash: '', force: false };
      await exchange.put(epoch, [{ gateway: 'gw', order }]);
      const report = { id, controller, end: 'done' as const, code: '', words: '', reading: READING };
      await exchange.receive('gw', lease, [report]);
    }
  await exchange.readUpTo(epoch, 10);
  await exchange.archive(Date.now() + DAY_MS, 1000);
  expect(await database.count('archived_orders')).toBe(10);

  const incident = { rollout: 1, cell: 'c', kind: 'stuck' as const, words: 'w', remedy: 'r' };
  await raise(pool, [
    { ...incident, key: '1' },
    { ...incident, key: '2' },
  ]);
  await pool.query('update fleet.incidents set told_at = now()');
  await pool.query("update fleet.incidents set acked_at = now() where key = '1'");
  await pool.query(
    "insert into fleet.dead_letters (key, rollout, cell, controller, act, hash, words) values ('k', 1, 'c', 'a', 'read', '', '')",
  );
  const envelope = (hash: string) =>
    JSON.stringify({ payload: Buffer.from(JSON.stringify({ hash })).toString('base64') });
  for (const sequence of [1, 2]) {
    const hash = `${sequence}`.repeat(64);
    await pool.query('insert into fleet.states values ($1, $2, $3)', [sequence, 'd', envelope(hash)]);
    await pool.query('insert into fleet.images values ($1, $1, $2)', [hash, Buffer.from('x')]);
    await pool.query(
      "insert into fleet.rollouts (id, sequence, stage, mode, content, ended_at) values ($1, $2, 'over', 'running', '{}', now())",
      [sequence, sequence],
    );
    for (const part of [
      "cells (rollout, cell, place, planned) values ($1, 'c', 0, '{}')",
      "left_cells values ($1, 'd', 'there', 'w')",
    ])
      await pool.query(`insert into fleet.${part}`, [sequence]);
  }

  const before = await trimHistory(pool, epoch, Date.now() - DAY_MS, 1000);
  expect([before, await database.count('archived_orders'), await database.count('rollouts')]).toEqual([
    false,
    10,
    2,
  ]);

  let helpings = 0;
  while (await trimHistory(pool, epoch, Date.now() + DAY_MS, 3)) helpings++;
  expect(helpings).toBeGreaterThan(2);
  const left: Record<string, number> = {};
  for (const table of [
    'archived_reports',
    'dead_letters',
    'incidents',
    'rollouts',
    'cells',
    'left_cells',
    'states',
    'images',
  ])
    left[table] = await database.count(table);
  expect(left).toEqual({
    ...{ archived_reports: 0, dead_letters: 0, incidents: 1, rollouts: 1 },
    ...{ cells: 1, left_cells: 1, states: 1, images: 1 },
  });
  expect(await database.count('incidents', "key = '2'")).toBe(1);

  // The last order of each controller is known for ever: a gateway that comes back with its report is no stranger.
  expect(await database.count('archived_orders', 'id = 5')).toBe(2);
  expect(await database.count('archived_orders')).toBe(2);
  const again = { id: 5, controller: 'a', end: 'done' as const, code: '', words: '', reading: READING };
  expect(await exchange.receive('gw', lease, [again])).toEqual(['again']);
  await exchange.lead();
  await expect(trimHistory(pool, epoch, 0, 3)).rejects.toMatchObject({ code: 'EPOCH_LOWER' });
});

test('of each controller the last reading is kept, and apart from it what it ran for good', async () => {
  const { exchange } = database;
  const epoch = await exchange.lead();
  const lease = await exchange.grant('gw');
  let id = 10;
  const reported = async (...readings: (Reading | null)[]) => {
    const reports = readings.map((reading) => ({
      ...{ id: id++, controller: 'a', end: reading === null ? ('unreachable' as const) : ('done' as const) },
      ...{ code: '', words: '', reading },
    }));
    for (const { id: at } of reports) {
      await exchange.put(epoch, [
        { gateway: 'gw', order: { id: at, controller: 'a', act: 'read', hash: '', force: false } },
      ]);
      await exchange.receive(
        'gw',
        lease,
        reports.filter((report) => report.id === at),
      );
    }
    return (await allReadings(database.pool)).find(({ controller }) => controller === 'a');
  };
  const [first, second] = ['aa', 'bb'].map((byte) => byte.repeat(32));
  expect(await reported({ ...READING, epoch: 7 })).toMatchObject({
    running: first,
    settled: first,
    epoch: 7,
  });
  expect(await reported({ ...READING, running: second ?? '', trial: true }, null)).toMatchObject({
    ...{ running: second, settled: first, trial: true },
  });
  expect(await reported({ ...READING, running: second ?? '', window: true })).toMatchObject({
    settled: first,
    maintained: true,
  });
  expect(await reported({ ...READING, running: second ?? '' })).toMatchObject({
    settled: second,
    trial: false,
  });
});
