/** A plant is upgraded while a rollout is under way: the next version reads what the one before wrote down, and goes on with it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../fleet/database/connect.ts';
import type { ServerProcess } from '../../fleet/kills/server-process.ts';
import { lastRollout } from '../../fleet/store/rollouts.ts';
import { Scene } from './support/scene.ts';

const scene = new Scene();
let pool: ReturnType<typeof connect>;
let first: ServerProcess;

beforeAll(async () => {
  await scene.startDatabase();
  first = await scene.startLeader();
  pool = connect(scene.database.url, 2, 'test');
});

afterAll(async () => {
  await pool?.end();
  await scene.end();
});

interface CourseRow {
  readonly id: string;
  readonly status: string;
  readonly turns: number;
  readonly steps: readonly string[];
}

/** Courses as the engine keeps them, with the names of the steps that they did. */
async function courses(): Promise<readonly CourseRow[]> {
  const text = `select w.workflow_uuid as id, w.status, count(o.*)::integer as turns,
      coalesce(array_agg(distinct o.function_name) filter (where o.function_name is not null), '{}') as steps
    from fleet_engine.workflow_status w left join fleet_engine.operation_outputs o using (workflow_uuid)
    group by 1, 2 order by 1`;
  return (await pool.query<CourseRow>(text)).rows;
}

/** The database as the version before left it: without the tables that came last, and with courses that are in the middle of theirs. */
async function asBefore(): Promise<void> {
  await pool.query('drop table fleet.checks, fleet.bundles');
  await pool.query('update fleet.version set steps = 2');
}

test('orders in flight are carried out once, courses go on where they stood, and tables are brought up to date', async () => {
  let before: readonly CourseRow[] = [];
  let openOrders = 0;
  let upgraded: Promise<ServerProcess> | null = null;
  scene.at(15, () => {
    upgraded = (async () => {
      const text = 'select count(*)::integer as count from fleet.orders where settled_at is null';
      openOrders = (await pool.query<{ count: number }>(text)).rows[0]?.count ?? 0;
      await first.stop();
      before = await courses();
      await asBefore();
      return scene.startLeader();
    })();
  });
  // Every cell confirmed, every controller read, every effect once, and nobody told anything.
  await scene.rollOut();
  await upgraded;
  expect(openOrders).toBeGreaterThan(0);
  const inFlight = before.filter(({ status }) => status === 'PENDING');
  expect(inFlight.some(({ id, turns }) => id.startsWith('cell/') && turns > 0)).toBe(true);
  expect(inFlight.some(({ id, turns }) => id.startsWith('rollout/') && turns > 0)).toBe(true);
  const after = await courses();
  for (const { id, turns } of inFlight) {
    const course = after.find((each) => each.id === id);
    expect(course?.status, id).toBe('SUCCESS');
    expect(course?.turns, `${id} went on, and did not begin anew`).toBeGreaterThan(turns);
  }
  // No other take of any: nothing broke over what was written down before.
  expect(after.filter(({ id }) => !id.endsWith('#1'))).toEqual([]);
  expect((await lastRollout(pool))?.stage).toBe('over');
  const { rows } = await pool.query<{ steps: number; there: boolean }>(
    "select steps, to_regclass('fleet.checks') is not null as there from fleet.version",
  );
  expect(rows).toEqual([{ steps: 3, there: true }]);
});

test('names of courses and of their steps are those that earlier versions wrote down', async () => {
  const all = await courses();
  const programs = new Set(all.map(({ id }) => id.split('/')[0]));
  expect([...programs].sort()).toEqual(['cell', 'rollout']);
  for (const { id } of all) expect(id).toMatch(/^(cell\/\d+\/\d+\/[a-z0-9-]+|rollout\/\d+\/\d+)#1$/);
  // A course that did other steps than these cannot be read again: change it with `changed`, as docs/FLEET.md says.
  expect(new Set(all.flatMap(({ steps }) => steps))).toEqual(new Set(['turn']));
});
