/**
 * What someone met who tried the controller and the verbs that talk to it for the first time; each of these went wrong once. What
 * speaks to a controller runs over all of them; what a command does before there is one, and the virtual controller's own machine and
 * log, over the virtual one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import {
  type ControllerProcess,
  type ControllerProcessOptions,
  startController,
} from '../../host/controller/process.ts';
import { BOARDS } from '../../sim/boards/boards.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { CONTROLLERS, prepareBoards } from '../support/controllers.ts';
import { compileEdition } from '../support/editions.ts';

const SLOW_BAUD = 57_600;
const CONFIG = 'holdfast-firmware: 1\nmap: line\nchecks-to-confirm: 20\nbudget: { steps: 14 }\nfault: stop\n';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Sends itself SIGTERM in the very moment in which it says that it is ready: no caller can be faster. */
const END_ONCE_READY = `--import=data:text/javascript,${encodeURIComponent(`
  const { write } = process.stdout;
  process.stdout.write = function (text, ...rest) {
    const isTaken = write.call(this, text, ...rest);
    if (String(text).includes('"ready"')) process.kill(process.pid, 'SIGTERM');
    return isTaken;
  };
`)}`;

await prepareBoards();

const FIRST = await compileEdition({ epoch: 1, limit: 80 });
/** By target: so large that a push at 57,600 bits a second takes seconds. */
const SECOND = new Map<string, Uint8Array>();
for (const { target, large } of CONTROLLERS)
  SECOND.set(target, await compileEdition({ epoch: 2, replaces: '1', limit: 40, ...large }));

let target: string;
let folder: ReturnType<typeof temporaryFolder>;
let running: ControllerProcess[];
let first: string;
let second: string;

function write(name: string, image: Uint8Array): string {
  const path = folder.at(`${name}.img`);
  writeFileSync(path, image);
  return path;
}

const secondOf = (name: string): string => write('second', SECOND.get(name) ?? expect.unreachable());

async function start(options: Partial<ControllerProcessOptions> = {}): Promise<ControllerProcess> {
  const controller = await startController({
    state: folder.at('state'),
    image: first,
    parked: true,
    target,
    ...options,
  });
  running.push(controller);
  return controller;
}

const env = () => ({ XDG_RUNTIME_DIR: folder.path });
const run = (controller: ControllerProcess, ...argv: string[]) =>
  holdfast([...argv, '--port', controller.port], { env: env() });
const statusOf = async (controller: ControllerProcess) =>
  JSON.parse((await run(controller, 'status', '--json')).stdout);
const leases = () =>
  existsSync(folder.at('holdfast'))
    ? readdirSync(folder.at('holdfast')).filter((name) => name.startsWith('lease-'))
    : [];

/** Starts the command and gives what it says on stderr, as it grows. */
function begin(argv: readonly string[]): {
  child: ChildProcess;
  said: () => string;
  code: Promise<number | null>;
} {
  const child = spawn(process.execPath, [commandPath(), ...argv], {
    env: { ...process.env, NO_COLOR: '1', ...env() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return { child, said: () => said, code: once(child, 'close').then(([code]) => code) };
}

beforeEach(() => {
  target = 'virtual';
  folder = temporaryFolder('newcomer');
  running = [];
  first = write('first', FIRST);
  second = secondOf(target);
  writeFileSync(folder.at('firmware.yaml'), CONFIG);
});

afterEach(async () => {
  for (const controller of running) await controller.end();
  folder.remove();
});

describe.each(CONTROLLERS)('$target', (one) => {
  beforeEach(() => {
    target = one.target;
    second = secondOf(target);
  });

  describe('push --window', () => {
    // Which signal it was is the command's business: the boards see one of them.
    test.each(one.target === 'virtual' ? SIGNALS : SIGNALS.slice(0, 1))(
      '%s in the middle closes the window',
      async (signal) => {
        const controller = await start({ pace: SLOW_BAUD });
        const push = begin(['push', second, '--window', '--port', controller.port]);
        await expect.poll(leases, { timeout: 20_000 }).toHaveLength(1);
        push.child.kill(signal);
        expect(await push.code).toBe(3);
        expect(push.said()).toContain('INTERRUPTED');
        expect(leases()).toEqual([]);
        expect(await statusOf(controller)).toMatchObject({ mode: 'run', epoch: 1, stage: 'none' });
        expect(await run(controller, 'push', second, '--window')).toMatchObject({ code: 0 });
        expect(leases()).toEqual([]);
      },
    );

    test('killed, it leaves the token to the commands that follow', async () => {
      const controller = await start({ pace: SLOW_BAUD });
      const push = begin(['push', second, '--window', '--port', controller.port]);
      await expect.poll(leases, { timeout: 20_000 }).toHaveLength(1);
      push.child.kill('SIGKILL');
      await push.code;
      const status = await run(controller, 'status');
      expect(status.stdout).toMatch(/window under token 1, /);
      const closed = await run(controller, 'window', 'close');
      expect(closed.code, closed.stderr).toBe(0);
      expect(leases()).toEqual([]);
    });

    test('interrupted while the device is silent, it ends all the same', async () => {
      const argv = [
        'controller',
        '--development',
        '--target',
        target,
        '--state',
        folder.at('state'),
        '--image',
        first,
        '--parked',
      ];
      const device = begin([...argv, '--pace', String(SLOW_BAUD)]);
      await expect.poll(device.said, { timeout: 30_000 }).toContain('state: ');
      const port = /^port: (\S+)/m.exec(device.said())?.[1] ?? '';
      const push = begin(['push', second, '--window', '--port', port]);
      await expect.poll(leases, { timeout: 20_000 }).toHaveLength(1);
      device.child.kill('SIGSTOP');
      push.child.kill('SIGINT');
      expect(await push.code).toBe(3);
      expect(push.said()).toContain('the window may still be open');
      expect(leases()).toHaveLength(1);
      device.child.kill('SIGCONT');
      device.child.kill('SIGTERM');
      expect(await device.code).toBe(0);
    });

    test.each([
      ['of someone else stays theirs', '`holdfast status` shows the token', (lease: string) => rmSync(lease)],
      ['of our own stays open, and we are told how to go on', 'without `--window`', () => {}],
    ])('a window %s', async (_, remedy, keep) => {
      const controller = await start();
      expect(await run(controller, 'window', 'open')).toMatchObject({ code: 0 });
      expect(leases()).toHaveLength(1);
      for (const lease of leases()) keep(folder.at(`holdfast/${lease}`));
      const kept = leases();
      expect(await run(controller, 'push', second, '--window')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(remedy),
      });
      expect(leases()).toEqual(kept);
      expect(await statusOf(controller)).toMatchObject({ mode: 'window' });
    });
  });

  describe('a push under a pace', () => {
    test('goes on where the power cut left it', async () => {
      const paced = await start({ pace: SLOW_BAUD });
      const push = begin(['push', second, '--window', '--port', paced.port, '--baud', String(SLOW_BAUD)]);
      // Half of it: more than a sector of 4 KiB is there, less than one of 256 KiB.
      await expect.poll(push.said, { timeout: 60_000 }).toMatch(/upload [5-9]\d%/);
      await paced.kill();
      expect(await push.code).toBe(3);
      const again = await start();
      expect(await statusOf(again)).toMatchObject({ epoch: 1, mode: 'run' });
      const done = await run(again, 'push', second, '--window', '--json');
      expect(done).toMatchObject({ code: 0 });
      const { resumedAtBytes } = JSON.parse(done.stdout);
      expect(resumedAtBytes > 0).toBe(one.sectorBytes < statSync(second).size);
      expect(resumedAtBytes % one.sectorBytes).toBe(0);
    });
  });

  describe('words', () => {
    test('of window, confirm and push --token when there is nothing of the kind', async () => {
      const controller = await start();
      expect(await run(controller, 'window', 'close')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('No window is open'),
      });
      expect(await run(controller, 'confirm')).toMatchObject({
        code: 0,
        stdout: 'nothing is on trial: epoch 1 is the confirmed edition\n',
      });
      expect(JSON.parse((await run(controller, 'confirm', '--json')).stdout)).toMatchObject({
        confirmed: false,
      });
      expect(await run(controller, 'window', 'open')).toMatchObject({ code: 0 });
      const stale = await run(controller, 'push', second, '--token', '7');
      expect(stale).toMatchObject({ code: 1, stderr: expect.stringContaining('is not that of the lease') });
      expect(await run(controller, 'push', second)).toMatchObject({ code: 0 });
      expect(await run(controller, 'confirm')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('an edition is pending'),
      });
      expect(await run(controller, 'window', 'close')).toMatchObject({ code: 0 });
      expect(await run(controller, 'push', first, '--window')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('holdfast revert'),
      });
    });

    test('pull into a folder that is not there', async () => {
      const controller = await start();
      const ran = await run(controller, 'pull', '-o', folder.at('nodir/x.img'));
      expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('FILE_NOT_WRITTEN') });
    });
  });

  test('with a configuration alone starts empty, and takes its first edition', async () => {
    const controller = await startController({
      state: folder.at('empty'),
      config: folder.at('firmware.yaml'),
      parked: true,
      target,
    });
    running.push(controller);
    expect(await statusOf(controller)).toMatchObject({
      epoch: 0,
      map: 'line',
      fault: expect.stringMatching(/^NO_EDITION: /),
    });
    expect(await run(controller, 'push', second, '--window')).toMatchObject({ code: 0 });
    expect(await statusOf(controller)).toMatchObject({ epoch: 2 });
  });

  test('ended as soon as it says that it is ready, it leaves in order', async () => {
    const state = folder.at('state');
    const argv = [
      'controller',
      '--json',
      '--target',
      target,
      '--state',
      state,
      '--image',
      first,
      '--development',
    ];
    const ended = await holdfast(argv, { env: { NODE_OPTIONS: END_ONCE_READY } });
    expect(ended.stdout).toContain('"ready"');
    expect(ended.code, ended.stderr).toBe(0);
    expect(readdirSync(state).sort()).toEqual(['burned.bin', 'flash.bin']);
  });
});

test.each([...BOARDS.keys()])('the train is the virtual controller’s, and %s has none', async (board) => {
  for (const train of ['--at', '--speed']) {
    const argv = [
      'controller',
      '--target',
      board,
      '--state',
      folder.at('state'),
      '--image',
      first,
      train,
      '1',
    ];
    expect(await holdfast(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE') });
  }
  expect(existsSync(folder.at('state'))).toBe(false);
});

describe('the virtual controller', () => {
  test('says what it does not burn again, logs its fault in words, and ends on SIGHUP', async () => {
    const config = folder.at('firmware.yaml');
    await (await startController({ state: folder.at('state'), config })).end();
    const argv = [
      'controller',
      '--development',
      '--state',
      folder.at('state'),
      '--image',
      first,
      '--config',
      config,
    ];
    const again = begin(argv);
    await expect.poll(again.said, { timeout: 15_000 }).toContain('state: ');
    expect(again.said()).toContain(
      'exists, so the image and the configuration and the keys are not burned again',
    );
    expect(again.said()).toContain('fault NO_EDITION: flash holds no confirmed edition');
    again.child.kill('SIGHUP');
    expect(await again.code).toBe(0);
    expect(await holdfast([...argv.slice(0, -1), folder.at('nosuch')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the file does not exist'),
    });
    expect(await holdfast([...argv.slice(0, 4), '--image', folder.at('nosuch')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the file or folder does not exist'),
    });
  });

  test.each([
    ['map', CONFIG.replace('map: line', 'map: other'), 'MAP_ID'],
    ['device class', `${CONFIG}device: other\n`, 'DEVICE_CLASS'],
  ])('whose configuration names another %s burns nothing', async (_, config, code) => {
    writeFileSync(folder.at('other.yaml'), config);
    const argv = [
      'controller',
      '--state',
      folder.at('other'),
      '--image',
      first,
      '--config',
      folder.at('other.yaml'),
    ];
    expect(await holdfast(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(code) });
    expect(existsSync(folder.at('other/flash.bin'))).toBe(false);
  });

  test('keeps its link from another one while it runs, and not after', async () => {
    const link = folder.at('port');
    const holder = await start({ link });
    const argv = [
      'controller',
      '--development',
      '--state',
      folder.at('second'),
      '--image',
      first,
      '--link',
      link,
    ];
    expect(await holdfast(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('LINK_IN_USE') });
    expect(await run({ ...holder, port: link }, 'status')).toMatchObject({ code: 0 });
    await holder.kill();
    const next = await start({ state: folder.at('second'), link });
    expect(await run({ ...next, port: link }, 'status')).toMatchObject({ code: 0 });
    await next.end();
    expect(existsSync(link)).toBe(false);
    expect(existsSync(`${link}.running`)).toBe(false);
  });

  test('held farther off than 32 bits reach says what the core is told', async () => {
    const held = begin([
      'controller',
      '--development',
      '--state',
      folder.at('far'),
      '--image',
      first,
      '--at',
      '5000000000',
    ]);
    await expect.poll(held.said, { timeout: 15_000 }).toContain('the core is told 2147483647');
    // Before it runs, a signal ends it like any other program.
    await expect.poll(held.said, { timeout: 15_000 }).toContain('state: ');
    held.child.kill('SIGTERM');
    expect(await held.code).toBe(0);
  });
});
