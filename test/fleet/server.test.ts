/** What happens to servers and their database while a rollout goes on: it goes on all the same, and no effect comes twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../fleet/database/connect.ts';
import type { ServerProcess } from '../../fleet/kills/server-process.ts';
import { Scene } from './support/scene.ts';

const scene = new Scene();
let server: ServerProcess;

beforeAll(async () => {
  await scene.startDatabase();
  server = await scene.startLeader();
});

afterAll(() => scene.end());

/** Cuts connections by what they are for. */
async function cut(name: string): Promise<void> {
  const pool = connect(scene.database.url, 1, 'test-cut');
  try {
    const text = 'select pg_terminate_backend(pid) from pg_stat_activity where application_name like $1';
    await pool.query(text, [name]);
  } finally {
    await pool.end();
  }
}

test('the connections of a server are cut, all but its lock', async () => {
  const { epoch } = server;
  scene.at(20, () => void cut('holdfast-server').then(() => cut('holdfast-engine')));
  await scene.rollOut();
  // A computer that is busy for four seconds ends it as well, by its deadline; nothing else may.
  const isLate = server.said.some((line) => line.includes('was not reached in time'));
  expect(server.epoch === epoch || isLate, server.said.join('\n')).toBe(true);
});

test('a server whose lock is cut ends, and the next one has a higher epoch', async () => {
  const { epoch } = server;
  scene.at(30, () => void cut('holdfast-leader'));
  await scene.rollOut();
  expect(await server.until(() => server.epoch > epoch)).toBe(true);
  expect(server.said.join('\n')).toContain('the connection that holds the lock is lost');
});

test('the database is restarted', async () => {
  const { epoch } = server;
  scene.at(25, () => void scene.database.stop().then(() => scene.startDatabase()));
  await scene.rollOut();
  expect(server.epoch).toBeGreaterThan(epoch);
});

test('a leader that is stopped is followed by a standby, and does nothing when it goes on', async () => {
  const standby = scene.startServer();
  expect(await standby.until(() => standby.said.some((line) => line.includes('stands by')))).toBe(true);
  const { pid, epoch } = server;
  scene.at(18, () => {
    process.kill(pid, 'SIGSTOP');
    // As a network does that is cut, the database gives its lock to another.
    void cut('holdfast-leader');
    void standby
      .until(() => standby.epoch > epoch)
      .then(() => setTimeout(() => process.kill(pid, 'SIGCONT'), 500));
  });
  await scene.rollOut();
  expect(standby.epoch).toBeGreaterThan(epoch);
  expect(await server.until(() => server.said.some((line) => line.includes(`:${pid} ends`)))).toBe(true);
});
