import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { findBinaries } from '../../fleet/database/binaries.ts';
import { connect, requireDatabase } from '../../fleet/database/connect.ts';
import { startEmbedded } from '../../fleet/database/embedded.ts';
import { databaseUrl, placesOf } from '../../fleet/database/places.ts';
import { packageUrl } from '../../host/common/root.ts';
import { temporaryFolder } from '../support/command.ts';

/** The embedded PostgreSQL: durable, shut to others, one at a time, and gone with its parent. */

const folder = temporaryFolder('database');
// Root starts it as somebody else, who has to come to its data.
chmodSync(folder.path, 0o711);
afterAll(folder.remove);

const EMBEDDED = packageUrl('build/js/fleet/database/embedded.js').href;

/** A process of its own that starts the database, and says so. */
function spawnStart(plant: string) {
  const text = `const { startEmbedded } = await import(${JSON.stringify(EMBEDDED)});
    try { const { pid } = await startEmbedded(${JSON.stringify(plant)}); console.log(pid); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.code + ' ' + error.remedy); }`;
  return spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function startApart(plant: string): Promise<{ child: ChildProcess; pid: number; said: string }> {
  const child = spawnStart(plant);
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data) => resolve(`${data}`)),
  );
  return { child, pid: Number(said), said };
}

/** One that ended and was not waited for yet is dead. */
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

async function until(isSo: () => boolean, words: string): Promise<void> {
  for (let turn = 0; turn < 1000 && !isSo(); turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo(), words).toBe(true);
}

async function query(url: string, text: string): Promise<unknown[]> {
  const pool = connect(url, 1, 'test');
  try {
    return (await pool.query(text)).rows;
  } finally {
    await pool.end();
  }
}

test('keeps what was written when its parent is killed, and starts again at once', async () => {
  const plant = folder.at('killed');
  const { child, pid } = await startApart(plant);
  const places = placesOf(plant);
  const url = databaseUrl(plant, '');
  await query(url, 'create table kept (n int)');
  await query(url, 'insert into kept values (7)');
  const settings = await query(
    url,
    "select name, setting from pg_settings where name in ('fsync', 'listen_addresses', 'synchronous_commit') order by name",
  );
  expect(settings).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'listen_addresses', setting: '' },
    { name: 'synchronous_commit', setting: 'on' },
  ]);
  expect(statSync(places.socket).mode & 0o777).toBe(0o700);
  expect(statSync(places.password).mode & 0o777).toBe(0o600);
  await expect(requireDatabase(url.replace(/:[0-9a-f]+@/, ':wrong@'))).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringContaining('password authentication failed'),
  });

  const second = await startApart(plant);
  expect(second.said).toContain('DATABASE_BUSY');
  expect(second.said).toContain(`fleet up ${plant}`);

  child.kill('SIGKILL');
  const started = await startEmbedded(plant);
  expect(isAlive(pid)).toBe(false);
  expect(await query(started.url, 'select n from kept')).toEqual([{ n: 7 }]);
  await requireDatabase(started.url);
  await started.stop();
  expect(isAlive(started.pid)).toBe(false);
});

test('says what is wrong with data of another version, and leaves them', async () => {
  const plant = folder.at('killed');
  const version = `${placesOf(plant).data}/PG_VERSION`;
  const before = readFileSync(version, 'utf8');
  writeFileSync(version, '12\n');
  await expect(startEmbedded(plant)).rejects.toMatchObject({ code: 'DATABASE_VERSION' });
  writeFileSync(version, before);
});

test('a start that was cut off leaves nothing that looks like data', async () => {
  const plant = folder.at('cut');
  const { folder: place, data } = placesOf(plant);
  const child = spawnStart(plant);
  await until(() => existsSync(`${place}/data.new/PG_VERSION`), 'data are made');
  child.kill('SIGKILL');
  await until(() => !isAlive(child.pid ?? 0), 'it is killed');
  expect(existsSync(data)).toBe(false);
  const started = await startEmbedded(plant);
  expect(await query(started.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(existsSync(`${place}/data.new`)).toBe(false);
  await started.stop();
});

test('a platform without programs is named, with a way out', () => {
  expect(() => findBinaries('sunos-sparc')).toThrow(
    expect.objectContaining({
      code: 'POSTGRES_PLATFORM',
      message: expect.stringContaining('sunos-sparc'),
      remedy: expect.stringContaining('DATABASE_URL'),
    }),
  );
});

test('a folder without a database names the command that makes one', () => {
  expect(() => databaseUrl(folder.at('none'), undefined)).toThrow(
    expect.objectContaining({ code: 'NO_DATABASE', remedy: expect.stringContaining('fleet up') }),
  );
});

test('a database that is older than 15 is refused by name, and one that is not there, without its password', async () => {
  const server = oldServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `postgresql://plant:secret-word@127.0.0.1:${port}/plant`;
  await expect(requireDatabase(url)).rejects.toMatchObject({
    code: 'DATABASE_OLD',
    message: `the database 127.0.0.1:${port}/plant is PostgreSQL 14, and 15 is the oldest`,
  });
  await new Promise((resolve) => server.close(resolve));
  const gone = await requireDatabase(url).catch((error: unknown) => error);
  expect(gone).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(String(gone)).not.toContain('secret-word');
});

/** Speaks as much of the protocol as it takes to say its version. */
function oldServer() {
  const message = (type: string, body: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  const name = Buffer.from('version\0');
  const column = Buffer.concat([Buffer.from([0, 1]), name, Buffer.alloc(18)]);
  const value = Buffer.concat([Buffer.from([0, 1, 0, 0, 0, 6]), Buffer.from('140012')]);
  return createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      socket.once('data', () => {
        const done = message('C', Buffer.from('SELECT 1\0'));
        socket.write(Buffer.concat([message('T', column), message('D', value), done, ready]));
      });
    });
    socket.on('error', () => {});
  });
}
