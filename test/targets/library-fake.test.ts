/** The fake port of the C library: a firmware's integration on a computer, over a pseudo-terminal and a socket, with faults. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import { saidPlace } from '../../host/controller/said-place.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import type { Transport } from '../../host/serial/transport.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { compileEdition } from '../support/editions.ts';
import { libraryFolder } from '../support/library.ts';
import {
  recordFrames,
  type Served,
  serveProgram,
  socketTransport,
  updateConfirmed,
} from '../support/library-line.ts';

const SOURCE = fileURLToPath(new URL('library/fake.c', import.meta.url));
const POWER_CUT = 77;
const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });
const folder = await libraryFolder(first);
const program = folder.at('fake-device');
execFileSync('gcc', [
  ...['-std=c11', '-Og', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'],
  ...['-fno-sanitize-recover=all', `-I${folder.at('src')}`, `-I${folder.at('fake')}`, SOURCE],
  ...['src/holdfast.c', 'src/holdfast_burned.c', 'fake/holdfast_fake.c'].map(folder.at),
  ...['-o', program],
]);
afterAll(() => folder.remove());

const running: Served[] = [];
let folders = 0;
let state = '';
afterEach(async () => {
  for (const served of running.splice(0)) await served.end('SIGKILL');
});

/** A folder of its own for each device. */
function newState(): string {
  state = folder.at(`state-${folders++}`);
  return state;
}

/** Starts the program as a device, on the line that is given. */
async function serve(line: string, more: readonly string[] = []): Promise<Served> {
  const served = await serveProgram(program, ['serve', state, line, ...more]);
  running.push(served);
  return served;
}

async function over(transport: Promise<Transport> | Transport): Promise<Device> {
  return new Device(new SmpClient(await transport));
}

/** The whole of an update, as the verbs do it. */
async function update(device: Device): Promise<void> {
  await device.openWindow();
  await push(device, readEdition(second));
  await device.closeWindow();
}

describe('a device on a line', () => {
  test('a pseudo-terminal: moving refuses, parked updates, the edition is there after a restart', async () => {
    newState();
    const port = folder.at('port');
    const { said, end } = await serve(`pty:${port}`);
    expect(said).toMatch(/^burned 0, boot 0/);
    const device = await over(openSerialTransport({ path: port }));
    expect(await device.status()).toMatchObject({ mode: 'run', epoch: 1, parked: false });
    await expect(device.openWindow()).rejects.toMatchObject({ code: 'NOT_PARKED' });
    writeFileSync(`${state}/safe-input`, 'parked');
    await expect.poll(() => device.status()).toMatchObject({ parked: true });
    await update(device);
    await expect.poll(() => device.status()).toMatchObject({ epoch: 2, trial: true });
    await device.openWindow();
    await device.confirm();
    await device.closeWindow();
    await device.close();
    expect(await end('SIGTERM')).toBe(0);
    expect(existsSync(port)).toBe(false);
    const again = await serve(`pty:${port}`);
    expect(again.said).toMatch(/^burned 1, boot 0, epoch 2/);
  });

  test('where it says that its machine is: between frames only, and shown by `view`', async () => {
    newState();
    const port = folder.at('driven');
    await serve(`pty:${port}`, ['drives']);
    const said: (number | undefined)[] = [];
    const onLog = (line: string, isWhole: boolean) => {
      expect(isWhole, line).toBe(true);
      said.push(saidPlace(line)?.x);
    };
    const client = new SmpClient(await openSerialTransport({ path: port }), { onLog, attempts: 1 });
    const device = new Device(client);
    while (said.length < 6) expect(await device.status()).toMatchObject({ mode: 'run', epoch: 1 });
    // In their order; one that fell on a frame may be missing.
    expect(new Set(said).size).toBe(said.length);
    expect(said).toEqual(said.toSorted((a = 0, b = 0) => a - b));
    await device.close();
    const view = spawn(process.execPath, [commandPath(), 'view', '--port', port, '--json']);
    try {
      const [line] = await once(view.stdout, 'data');
      const { url } = JSON.parse(String(line));
      const state = async () => (await fetch(`${url}state`)).json();
      await expect.poll(state, { timeout: 30_000 }).toMatchObject({
        state: 'covered',
        machine: { x: expect.any(Number), phase: 0 },
      });
    } finally {
      view.kill('SIGTERM');
      await once(view, 'close');
    }
  });

  test('a socket: one client after the other, and the core resets as a device does', async () => {
    newState();
    const { port } = await serve('tcp:0', ['parked']);
    const one = await over(socketTransport(port));
    await update(one);
    await expect.poll(() => one.status()).toMatchObject({ epoch: 2, trial: true });
    await one.close();
    const other = await over(socketTransport(port));
    await other.openWindow();
    await other.reset();
    await expect.poll(() => other.status(), { timeout: 10_000 }).toMatchObject({ epoch: 1, trial: false });
    expect(await other.outcome()).toMatchObject({ outcome: 'reverted-by-reset', epoch: 2 });
    await other.close();
  });
});

describe('faults', () => {
  const run = (...argv: string[]) => spawnSync(program, argv, { encoding: 'utf8' });

  /** What a client sends to a fresh device that is parked, from the window to the confirmation, as the program replays it. */
  async function recordUpdate(): Promise<string> {
    newState();
    const served = await serveProgram(program, ['serve', state, 'tcp:0', 'parked']);
    const path = folder.at('frames');
    await recordFrames(served.port, path, async (device) => {
      await updateConfirmed(device, readEdition(second));
      await device.readBack(0, 0, 1024);
    });
    await served.end('SIGKILL');
    return path;
  }

  test('power goes, or flash fails, in any operation of an update: a whole edition runs, and runs after a start', async () => {
    const frames = await recordUpdate();
    newState();
    const whole = run('replay', state, frames);
    expect(whole).toMatchObject({ status: 0, stderr: '' });
    expect(whole.stdout).toMatch(/operations, epoch 2, limit 40\n$/);
    // What README.md says of how often to serve: tens of slices for an answer, and a client waits as long as 2,500 of a millisecond.
    const slices = Number(/(\d+) slices/.exec(whole.stdout)?.[1]);
    expect(slices).toBeGreaterThan(20);
    expect(slices).toBeLessThan(2500);
    const operations = Number(/(\d+) operations/.exec(whole.stdout)?.[1]);
    expect(operations).toBeGreaterThan(8);
    const epochs = new Set<string>();
    for (let at = 0; at < operations; at++) {
      newState();
      expect(run('replay', state, frames, 'cut', `${at}`).status, `cut ${at}`).toBe(POWER_CUT);
      const { stdout, stderr } = run('start', state);
      expect(stdout, `cut ${at}: ${stderr}`).toMatch(
        /^burned 1, boot 0, epoch (?:1, limit 80|2, limit 40)\n$/,
      );
      epochs.add(stdout);
      newState();
      const failed = run('replay', state, frames, 'fail', `${at}`);
      // It may still stand in its window: what was to follow was refused.
      expect(failed, `fail ${at}`).toMatchObject({ status: 0, stderr: '' });
      expect(run('start', state).stdout).toMatch(/^burned 1, boot 0, epoch (?:1, limit 80|2, limit 40)\n$/);
    }
    expect(epochs.size).toBe(2);
  });

  test.each([
    ['program', 'program over what is not erased: area 0, offset 0, 256 bytes'],
    ['unit', 'program of no whole unit: area 0, offset 4, 256 bytes'],
    ['erase', 'erase of no whole sector: area 1, offset 256, 4096 bytes'],
    ['outside', 'read outside of the area: area 2, offset 8000, 500 bytes'],
  ])('what flash would not do ends the program: %s', (what, words) => {
    const ran = run('misuse', what);
    expect(ran.signal).toBe('SIGABRT');
    expect(ran.stderr).toContain(`holdfast fake: ${words}`);
  });

  test.each([
    ['a line of another kind', 'udp:1', 'a line is pty:NAME or tcp:PORT, not udp:1'],
    ['a port that is none', 'tcp:65536', 'a port is 0 to 65535, not 65536'],
    ['a link into no folder', 'pty:no/such/port', 'the link no/such/port'],
    ['a link over a file', `pty:${SOURCE}`, 'the link'],
  ])('%s is refused', (_name, line, words) => {
    newState();
    const ran = run('serve', state, line);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain(words);
    expect(readFileSync(SOURCE, 'utf8')).toContain('int main');
  });

  test('flash of another geometry, and a folder that cannot be made, are refused', () => {
    newState();
    mkdirSync(state);
    writeFileSync(`${state}/flash`, 'short');
    expect(run('start', state).stderr).toContain('flash of another geometry is in');
    state = `${SOURCE}/below`;
    expect(run('start', state).stderr).toContain('the folder');
  });

  test('time that stands still goes by when it is told to', () => {
    expect(run('time').stdout).toBe('0 250\n');
  });
});
