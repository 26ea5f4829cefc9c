/** Deep checks by the schedule of a site under a real server, which is killed on the way: what differs is told, shown, and told once. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../fleet/database/connect.ts';
import { readInventory } from '../../fleet/inventory/read.ts';
import { changePlantText, writeState } from '../../fleet/kills/folder.ts';
import { LivePlant } from '../../fleet/kills/live-plant.ts';
import type { ServerProcess } from '../../fleet/kills/server-process.ts';
import { PlantMetrics } from '../../fleet/metrics/metrics.ts';
import { makeEditions } from '../../fleet/sim/editions.ts';
import { lastChecks, openChecks } from '../../fleet/store/checks.ts';
import { PgExchange } from '../../fleet/store/exchange.ts';
import { listIncidents } from '../../fleet/store/incidents.ts';
import { lastRollout } from '../../fleet/store/rollouts.ts';
import { lookAtPlant } from '../../fleet/web/look.ts';
import { fleet } from './support/command.ts';
import { Scene } from './support/scene.ts';

const SOURCE = `holdfast: 1
map: line
epoch: 2
replaces: 1
space: { axes: [ { name: s, unit: mm, min: 0, max: 1000 } ] }
zones:
  - { id: slow, at: { from: 400, to: 600 }, limit: 30 }
gaps:
  - { anywhere: true, action: hold }
`;

const scene = new Scene();
let pool: ReturnType<typeof connect>;
let exchange: PgExchange;
let live: LivePlant;
let server: ServerProcess;

const run = (verb: string, ...argv: string[]) =>
  fleet([verb, scene.plant, ...argv], { env: { DATABASE_URL: scene.database.url } });

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never came to that: ${(await run('status')).stdout}${server.said.join('\n')}`);
}

beforeAll(async () => {
  changePlantText(scene.plant, '    windows:', '    check: { days: daily, at: "00:00" }\n    windows:');
  appendFileSync(join(scene.plant, 'fleet.yaml'), 'sources: [ line.map.yaml, missing.map.yaml ]\n');
  writeFileSync(join(scene.plant, 'line.map.yaml'), SOURCE);
  await scene.startDatabase();
  server = await scene.startLeader();
  pool = connect(scene.database.url, 4, 'test');
  exchange = new PgExchange(pool, scene.database.url);
  const inventory = await readInventory(`${scene.plant}/fleet.yaml`);
  const hooks = { onEffect: async () => {}, onOrder: () => {}, link: null };
  live = new LivePlant({ inventory, editions: await makeEditions(), exchange, ...hooks });
  await live.start();
  // Long answers go out a few bytes a slice while a controller runs.
  for (const id of inventory.controllers.keys()) live.controller(id).device.patience.afterAnswer = 1000;
});

afterAll(async () => {
  await live?.stop();
  await exchange?.close();
  await pool?.end();
  await scene.end();
});

test('a plant is checked when its moment comes, and the check goes on under the next server', async () => {
  const editions = await makeEditions();
  const state = await writeState(scene.plant, editions, 1, Date.now());
  expect((await run('rollout', state, '--at-once', '4')).code).toBe(0);
  await until(async () => (await lastRollout(pool))?.stage === 'over');
  expect(await lastChecks(pool), 'the moment was before there was anything to check').toEqual([]);

  const { content } = live.controller('c2-1').device;
  const image = Buffer.from(editions.images.get(editions.edition)?.bytes ?? []);
  const at = Buffer.from(content).indexOf(image);
  content[at + 40] = (content[at + 40] ?? 0) ^ 1;
  live.connect('c3-1', false);
  await pool.query("update fleet.states set taken_at = taken_at - interval '9 days'");
  await until(async () => (await openChecks(pool)).length === 1);
  const { epoch } = server;
  server.killServer();
  await until(async () => {
    const [check] = await lastChecks(pool);
    return (check?.content.round?.members ?? []).filter(({ found }) => found !== null).length === 11;
  });
  expect(server.epoch).toBeGreaterThan(epoch);
  live.connect('c3-1', true);
  await until(async () => (await openChecks(pool)).length === 0);

  const incidents = await listIncidents(pool, true);
  expect(incidents.map(({ kind, cell }) => [kind, cell])).toEqual([
    ['source', ''],
    ['source', ''],
    ['check', 'cell-2'],
  ]);
  const words = incidents.map((incident) => incident.words);
  expect(words[0]).toMatch(/^The source \S*missing\.map\.yaml could not be compared/);
  expect(words[1]).toMatch(
    /^The source of line \(generic\) was changed after epoch 2 was signed: .*limit 40.*limit 30/,
  );
  expect(words[2]).toMatch(
    /^The check of site hall found in cell cell-2: c2-1 damaged: What lies in its flash/,
  );

  const status = (await run('status')).stdout;
  expect(status).toContain(
    'of state 1: 12 controllers: 11 as signed, byte by byte, 1 otherwise\n  c2-1 damaged: ',
  );
  expect(status).toContain('DIRTY, its source was changed after it was signed');
  expect((await run('why', 'c2-1')).stdout).toContain('  check: c2-1 damaged: ');
  const inventory = await readInventory(`${scene.plant}/fleet.yaml`);
  const { text } = await new PlantMetrics({ inventory, pool, exchange }).text();
  const told = new Map(
    text.split('\n').map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]),
  );
  const metric = (name: string) => told.get(`holdfast_fleet_${name}`);
  expect(metric('check_ended_seconds{site="hall"}')).toBeGreaterThanOrEqual(0);
  expect(metric('check_ended_seconds{site="hall"}')).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(
    ['right', 'damaged'].map((found) => metric(`check_controllers{site="hall",found="${found}"}`)),
  ).toEqual([11, 1]);
  expect([metric('editions_dirty'), metric('sources_unread')]).toEqual([1, 1]);
  const picture = await lookAtPlant({ inventory, pool, exchange });
  expect(picture.checks).toMatchObject([{ site: 'hall', rank: 'alarm' }]);
  const rows = picture.controllers.filter(({ rank }) => rank === 'alarm');
  expect(rows.map((row) => [row.controller, row.words.slice(0, 21)])).toEqual([
    ['c2-1', 'check: c2-1 damaged: '],
  ]);
  expect((await exchange.lag()).open).toBe(0);
});

test('a moment has one check, whoever leads', async () => {
  server.killServer();
  const { epoch } = server;
  expect(await server.until(() => server.epoch > epoch)).toBe(true);
  await until(async () => (await openChecks(pool)).length === 0);
  const { rows } = await pool.query<{ count: number }>('select count(*)::integer as count from fleet.checks');
  // One more where midnight passes meanwhile.
  expect(rows[0]?.count).toBeLessThanOrEqual(2);
  expect((await listIncidents(pool, true)).filter(({ kind }) => kind === 'source')).toHaveLength(2);
});
