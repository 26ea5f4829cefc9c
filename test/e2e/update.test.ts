/** The main job as its user does it: the command, each controller, a real pseudo-terminal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { setSafeInput } from '../../host/controller/safe-input.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { CONTROLLERS, prepareBoards, resumesAt } from '../support/controllers.ts';
import { sourceText } from '../support/editions.ts';

const PLACE = 500;
/** More than one message carries; the first one asks where the upload stood. */
const MESSAGE_BYTES_MAX = 2048;

await prepareBoards();

let target: string;
let folder: ReturnType<typeof temporaryFolder>;
let controller: ControllerProcess;
let first: string;
let second: string;

/** The command compiles each edition once a controller; every test gets files of its own. */
const sources = temporaryFolder('e2e-editions');

async function compile(name: string, source: string): Promise<Uint8Array> {
  writeFileSync(sources.at(`${name}.map.yaml`), source);
  const image = sources.at(`${name}.img`);
  expect(await holdfast(['compile', sources.at(`${name}.map.yaml`), '-o', image])).toMatchObject({ code: 0 });
  return readFileSync(image);
}

let editions: Record<'first' | 'second', Uint8Array>;

afterAll(() => sources.remove());

function write(name: 'first' | 'second'): string {
  const path = folder.at(`${name}.img`);
  writeFileSync(path, editions[name]);
  return path;
}

async function start(): Promise<void> {
  controller = await startController({
    state: folder.at('state'),
    image: first,
    config: folder.at('firmware.yaml'),
    parked: true,
    target,
  });
}

/** Runs a verb on the controller's line. */
const run = (...argv: string[]) =>
  holdfast([...argv, '--port', controller.port], { env: { XDG_RUNTIME_DIR: folder.path } });

async function withDevice<Result>(action: (device: Device) => Promise<Result>): Promise<Result> {
  const device = new Device(new SmpClient(await openSerialTransport({ path: controller.port })));
  try {
    return await action(device);
  } finally {
    await device.close();
  }
}

const limitNow = () => withDevice(async (device) => (await device.check({ x: PLACE })).limit);

describe.each(CONTROLLERS)('$target', (one) => {
  beforeAll(async () => {
    editions = {
      first: await compile('first', sourceText({ epoch: 1, limit: 80, ...one.large })),
      second: await compile('second', sourceText({ epoch: 2, replaces: '1', limit: 40, ...one.large })),
    };
  });

  beforeEach(async () => {
    target = one.target;
    folder = temporaryFolder('e2e');
    writeFileSync(
      folder.at('firmware.yaml'),
      'holdfast-firmware: 1\nmap: line\nchecks-to-confirm: 20\nbudget: { steps: 14 }\nfault: stop\n',
    );
    first = write('first');
    second = write('second');
    await start();
  });

  afterEach(async () => {
    await controller.end();
    folder.remove();
  });

  describe('verbs', () => {
    test('window open, push, window close, confirm', async () => {
      expect(await run('push', second)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('NO_WINDOW'),
      });
      expect(await run('window', 'open')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('token 1'),
      });
      expect(await run('push', second)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('read back and equal'),
      });
      expect(await limitNow()).toBeNull();
      expect(await run('window', 'close')).toMatchObject({ code: 0 });
      expect(await limitNow()).toBe(40);
      let status = JSON.parse((await run('status', '--json')).stdout);
      expect(status).toMatchObject({ epoch: 2, trial: true });
      while (status.checks < status.need) status = JSON.parse((await run('status', '--json')).stdout);
      expect(await run('window', 'open')).toMatchObject({ code: 0 });
      expect(await run('confirm')).toMatchObject({ code: 0 });
      expect(await run('window', 'close')).toMatchObject({ code: 0 });
      expect(JSON.parse((await run('status', '--json')).stdout)).toMatchObject({
        epoch: 2,
        trial: false,
        mode: 'run',
      });
      expect(await run('push', second)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('already running'),
      });
      expect(await run('push', first, '--window')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('EPOCH_STALE'),
      });
    });

    test('push --window, then revert', async () => {
      expect(await run('push', second, '--window')).toMatchObject({ code: 0 });
      expect(await limitNow()).toBe(40);
      expect(await run('window', 'open')).toMatchObject({ code: 0 });
      expect(await run('revert')).toMatchObject({ code: 0 });
      expect(await run('window', 'close')).toMatchObject({ code: 0 });
      expect(await limitNow()).toBe(80);
    });

    test('a machine that moves gets no window', async () => {
      setSafeInput(controller.safeInput, 'moving');
      expect(await run('window', 'open')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('NOT_PARKED'),
      });
    });

    test('ports tells which port answers, and what it runs', async () => {
      const ran = await holdfast(['ports', '--ask', '--json', controller.port, folder.at('nowhere')]);
      expect(ran).toMatchObject({ code: 0 });
      expect(JSON.parse(ran.stdout)).toMatchObject([
        { path: controller.port, answer: { answers: true, map: 'line', epoch: 1 } },
        { answer: { answers: false, reason: 'PORT_NOT_FOUND' } },
      ]);
    });

    test('a port that is not there', async () => {
      const ran = await holdfast(['status', '--port', folder.at('nowhere')]);
      expect(ran).toMatchObject({ code: 3, stdout: '' });
      expect(ran.stderr).not.toContain('    at ');
    });
  });

  describe('cut in the middle', () => {
    const halfOf = (bytes: number) => bytes / 2;

    test('the line: the upload goes on where it stood', async () => {
      const image = readEdition(readFileSync(second));
      const transport = await openSerialTransport({ path: controller.port });
      const device = new Device(new SmpClient(transport));
      await device.openWindow();
      const token = device.token;
      const cut = push(device, image, {
        onProgress: ({ doneBytes, totalBytes }) => {
          if (doneBytes >= halfOf(totalBytes)) void transport.close();
        },
      });
      await expect(cut).rejects.toMatchObject({ exitCode: 3 });
      expect(await limitNow()).toBeNull();
      const result = await withDevice((again) => {
        again.token = token;
        return push(again, image);
      });
      expect(result.resumedAtBytes).toBeGreaterThanOrEqual(halfOf(image.bytes.length));
      expect(result.sentBytes).toBeLessThan(image.bytes.length);
      expect(await run('window', 'close', '--token', String(token))).toMatchObject({ code: 0 });
      expect(await limitNow()).toBe(40);
    });

    test('the controller, with kill -9: the old edition answers and the upload goes on', async () => {
      const image = readEdition(readFileSync(second));
      let reachedBytes = 0;
      const cut = withDevice(async (device) => {
        await device.openWindow();
        let killed = false;
        return push(device, image, {
          onProgress: ({ doneBytes, totalBytes }) => {
            if (doneBytes < halfOf(totalBytes) || killed) return;
            killed = true;
            reachedBytes = doneBytes;
            void controller.kill();
          },
        });
      });
      await expect(cut).rejects.toMatchObject({ exitCode: 3 });
      await start();
      expect(await limitNow()).toBe(80);
      const { result, listed } = await withDevice(async (device) => {
        const before = await device.images();
        await device.openWindow();
        const pushed = await push(device, image);
        await device.closeWindow();
        return { result: pushed, listed: before };
      });
      expect(listed).toHaveLength(1);
      expect(result.resumedAtBytes).toBeGreaterThanOrEqual(resumesAt(reachedBytes, one));
      expect(result.resumedAtBytes % one.sectorBytes).toBe(0);
      expect(result.sentBytes).toBeLessThan(image.bytes.length - result.resumedAtBytes + MESSAGE_BYTES_MAX);
      await expect.poll(limitNow, { timeout: 5000 }).toBe(40);
      // A trial that is reset reverts, power cut or not.
      await controller.kill();
      await start();
      expect(await limitNow()).toBe(80);
      expect(await withDevice((device) => device.outcome())).toMatchObject({
        outcome: 'reverted-by-reset',
        epoch: 2,
      });
    });
  });
});
