/** What people see of a plant under a server, and what they say to it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../fleet/database/connect.ts';
import { readInventory } from '../../fleet/inventory/read.ts';
import { writeState } from '../../fleet/kills/folder.ts';
import { LivePlant } from '../../fleet/kills/live-plant.ts';
import { PlantMetrics } from '../../fleet/metrics/metrics.ts';
import type { RolloutState } from '../../fleet/rollout/state.ts';
import { makeEditions } from '../../fleet/sim/editions.ts';
import { holdCell, releaseCell } from '../../fleet/store/bundles.ts';
import { PgExchange } from '../../fleet/store/exchange.ts';
import { type KeptRollout, lastRollout, leftOf, loadWhole, nowMsOf } from '../../fleet/store/rollouts.ts';
import { lookAtPlant } from '../../fleet/web/look.ts';
import { fleet } from './support/command.ts';
import { Scene } from './support/scene.ts';

const scene = new Scene();
let pool: ReturnType<typeof connect>;
let exchange: PgExchange;
let live: LivePlant;

const run = (verb: string, ...argv: string[]) =>
  fleet([verb, scene.plant, ...argv], { env: { DATABASE_URL: scene.database.url } });

/** What the database holds, once it is so. */
async function until(isSo: (kept: KeptRollout) => boolean): Promise<RolloutState> {
  for (let turn = 0; turn < 1000; turn++) {
    const kept = await lastRollout(pool);
    if (kept !== null && isSo(kept)) return loadWhole(pool, kept);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it never came to that: ${(await run('status')).stdout}`);
}

/** Samples of the text format of Prometheus; a line that is none fails. */
function samplesOf(text: string): { name: string; labels: string; value: number }[] {
  return text.split('\n').flatMap((line) => {
    if (line === '' || /^# (HELP|TYPE) \w+ \S/.test(line)) return [];
    const [, name = '', labels = '', value = ''] = /^([a-z_]+)(\{[^}]*\})? (\S+)$/.exec(line) ?? [];
    expect(name, line).not.toBe('');
    return [{ name, labels, value: Number(value.replace(/Inf$/, 'Infinity')) }];
  });
}

const outcomes = ({ cells }: RolloutState) => cells.map(({ state }) => state?.outcome ?? null);

beforeAll(async () => {
  await scene.startDatabase();
});

afterAll(async () => {
  await live?.stop();
  await exchange?.close();
  await pool?.end();
  await scene.end();
});

test('a plant without a server says so', async () => {
  const ran = await run('status');
  expect(ran).toMatchObject({ code: 3, stdout: '' });
  expect(ran.stderr).toContain('NO_DATABASE');
  expect(ran.stderr).toContain('fleet up');
});

test('a rollout is begun, paused, asked about and resumed, and ends with every cell confirmed', async () => {
  const server = await scene.startLeader();
  pool = connect(scene.database.url, 6, 'test');
  exchange = new PgExchange(pool, scene.database.url);
  const editions = await makeEditions();
  const inventory = await readInventory(`${scene.plant}/fleet.yaml`);
  const hooks = { onEffect: async () => {}, onOrder: () => {}, link: null };
  live = new LivePlant({ inventory, editions, exchange, ...hooks });
  await live.start();
  expect((await run('status')).stdout).toMatch(/^kills: server \S+ leads, epoch 1\nno rollout yet\n/);
  expect(await run('pause')).toMatchObject({ code: 1, stderr: expect.stringContaining('NO_ROLLOUT') });

  const state = await writeState(scene.plant, editions, 7, Date.now());
  const plan = await run('rollout', state, '--plan');
  expect(plan).toMatchObject({ code: 0, stderr: '' });
  expect(plan.stdout).toMatch(
    /^state 7, not begun\n4 cells change, 0 are left\n {2}cell-1 {2}at hall\n {4}c1-1 {2}epoch none → 2, on gw-1, never read\n/,
  );
  expect((await run('status')).stdout, 'nothing began').toContain('no rollout yet');
  expect(await run('rollout', state, '--at-once', '3')).toMatchObject({
    code: 0,
    stdout: 'rollout 1 of state 7 begins as soon as a server leads\n',
  });
  expect((await run('pause')).stdout).toBe('rollout 1 hears "pause" within a second\n');
  expect(await run('rollout', state)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ROLLOUT_OPEN'),
  });
  await until(({ mode }) => mode === 'paused');
  expect(await run('pause')).toMatchObject({ code: 1, stderr: expect.stringContaining('paused already') });
  expect(await run('retry', 'cell-2')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('did not fail'),
  });
  expect((await run('why', 'c4-1')).stdout).toMatch(
    /^c4-1 of cell cell-4, on gateway gw-\d: should run epoch 2 of line\n/,
  );
  expect(await run('why', 'c9')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('CONTROLLER_UNKNOWN'),
  });

  expect((await run('resume')).code).toBe(0);
  expect(outcomes(await until(({ stage }) => stage === 'over'))).toEqual(Array(4).fill('confirmed'));
  expect((await run('status')).stdout).toContain(
    'rollout 1 of state 7, over; 4 of 4 cells confirmed and read back',
  );
  expect((await run('why', 'c4-1')).stdout).toContain('runs epoch 2, parked, as read last');
  expect(await run('abort')).toMatchObject({ code: 1, stderr: expect.stringContaining('rollout 1 is over') });
  expect((await run('incidents')).stdout).toBe('no incidents\n');
  const address = () => /(http:\S+) shows how the plant stands/.exec(server.said.join('\n'))?.[1];
  await expect.poll(address, { timeout: 60_000 }).toBeDefined();
  const metrics = await fetch(`${address()}metrics`);
  const told = new Map(
    samplesOf(await metrics.text()).map(({ name, labels, value }) => [`${name}${labels}`, value]),
  );
  const ARRIVAL = 'holdfast_fleet_signed_to_read_back_seconds';
  expect(told.get(`${ARRIVAL}_count{goal="edition"}`)).toBe(inventory.controllers.size);
  expect(told.get(`${ARRIVAL}_bucket{le="+Inf",goal="edition"}`)).toBe(inventory.controllers.size);
  expect(told.get(`${ARRIVAL}_sum{goal="edition"}`)).toBeGreaterThan(0);
  expect(told.get('holdfast_fleet_cells{state="confirmed"}')).toBe(4);
  expect(
    ['incidents_open', 'dead_letters', 'cells_mixed', 'controllers_unread', 'outbox_orders'].map((name) =>
      told.get(`holdfast_fleet_${name}`),
    ),
  ).toEqual([0, 0, 0, 0, 0]);
  for (const gateway of inventory.gateways.keys())
    expect(told.get(`holdfast_fleet_lease_heard_seconds{gateway="${gateway}"}`)).toBeGreaterThanOrEqual(0);
  const picture = await lookAtPlant({ inventory, pool, exchange });
  expect(picture.controllers).toHaveLength(inventory.controllers.size);
  expect(picture.controllers.filter(({ epoch, readMs }) => epoch === 2 && readMs !== null)).toHaveLength(
    inventory.controllers.size,
  );
  expect(picture.cells.map(({ words }) => words)).toEqual(Array(4).fill('confirmed and read back'));
  const done = JSON.parse((await run('rollout', state, '--plan', '--json')).stdout);
  expect(done).toMatchObject({ sequence: 7, cells: [] });
  expect(done.left[0]).toEqual({
    ...{ cell: 'cell-1', reason: 'there', words: 'c1-1, c1-2, c1-3 run what they should.' },
  });
  const older = await writeState(scene.plant, editions, 6, Date.now());
  expect(await run('rollout', older, '--plan')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('STATE_OLDER'),
  });
  expect(await run('rollout', older)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('STATE_OLDER'),
  });
  await live.stop();
});

test('a controller that stays away fails its cell, a person is told, and a retry brings it there', async () => {
  const editions = await makeEditions();
  await live.start();
  live.connect('c1-1', false);
  expect((await run('rollout', await writeState(scene.plant, editions, 8, Date.now()))).code).toBe(0);
  expect(outcomes(await until(({ mode }) => mode === 'halted'))).toEqual(['untouched', null, null, null]);
  const { incidents } = JSON.parse((await run('status', '--json')).stdout);
  expect(incidents.map(({ words }: { words: string }) => words)).toEqual([
    expect.stringMatching(/^No controller was changed: c1-1: /),
    'No further cell begins: the canary cell cell-1 failed.',
  ]);
  expect((await run('why', 'c1-1')).stdout).toMatch(/ {2}gave up to stage at 20\S+: /);
  const told = await run('incidents');
  expect(told.stdout).toMatch(/^1 {2}20\S+, rollout 2\n {2}No controller was changed: c1-1/);
  expect((await run('ack', '1', '2', '--by', 'Ann')).stdout).toBe('1 is acknowledged\n2 is acknowledged\n');
  expect(await run('ack', '1', '9')).toMatchObject({ code: 1, stderr: expect.stringContaining('1, 9') });
  expect((await run('incidents')).stdout).toBe('no incidents\n');
  expect((await run('incidents', '--all')).stdout).toContain('acknowledged by Ann');

  live.connect('c1-1', true);
  expect((await run('retry', 'cell-1')).code).toBe(0);
  expect(outcomes(await until(({ stage }) => stage === 'over'))).toEqual(Array(4).fill('confirmed'));
});

test('a cell that somebody carries a task to is left by rollouts until that is over, or its time is', async () => {
  const editions = await makeEditions();
  const nowMs = await nowMsOf(pool);
  const [task, carrier] = ['1'.repeat(64), '2'.repeat(64)];
  const held = { cell: 'cell-1', task, carrier, sequence: 8, untilMs: nowMs + 3_600_000 };
  expect(await holdCell(pool, held, nowMs)).toBe(true);
  expect(await holdCell(pool, { ...held, task: '3'.repeat(64) }, nowMs)).toBe(false);
  const refused = { code: 1, stderr: expect.stringContaining('CELL_HELD') };
  expect(await run('retry', 'cell-1')).toMatchObject(refused);
  const reasons = async (sequence: number) => {
    expect((await run('rollout', await writeState(scene.plant, editions, sequence, Date.now()))).code).toBe(
      0,
    );
    await until((kept) => kept.sequence === sequence && kept.stage === 'over');
    return Object.fromEntries(await leftOf(pool, (await lastRollout(pool))?.id ?? 0));
  };
  const there = { 'cell-2': 'there', 'cell-3': 'there', 'cell-4': 'there' };
  const last = await writeState(scene.plant, editions, 99, Date.now());
  const planned = await run('rollout', last, '--plan');
  expect(planned.stdout).toMatch(/\n {2}cell-1 {2}is left: state 8 is carried to it by 22222222… until 20/);
  expect(await reasons(9)).toEqual({ 'cell-1': 'carried', ...there });
  expect((await run('why', 'c1-1')).stdout).toMatch(/ {2}state 8 is carried to it by 22222222… until 20/);
  const inventory = await readInventory(`${scene.plant}/fleet.yaml`);
  const look = async () => {
    const { cells } = await lookAtPlant({ inventory, pool, exchange });
    const { text } = await new PlantMetrics({ inventory, pool, exchange }).text();
    const counted = samplesOf(text).find(({ name }) => name === 'holdfast_fleet_cells_held');
    return { row: cells.find(({ cell }) => cell === 'cell-1'), counted: counted?.value };
  };
  expect(await look()).toMatchObject({
    row: {
      ...{ held: true, rank: 'waits', remedy: expect.stringContaining('fleet bundle return') },
      words: expect.stringMatching(/^state 8 is carried to it by 22222222… until 20\S+$/),
    },
    counted: 1,
  });
  // Another task of that cell was read back; this one is still out.
  expect(await releaseCell(pool, 'cell-1', 'fetched', '3'.repeat(64))).toBe(false);
  await pool.query("update fleet.bundles set until = now() - interval '1 second'");
  expect(await reasons(10)).toEqual({ 'cell-1': 'there', ...there });
  expect(
    await holdCell(pool, { ...held, task: '4'.repeat(64) }, await nowMsOf(pool)),
    'one that expired',
  ).toBe(true);
  expect(await releaseCell(pool, 'cell-1', 'returned')).toBe(true);
  expect(await look()).toMatchObject({ row: { held: false, rank: 'well', remedy: '' }, counted: 0 });
});
