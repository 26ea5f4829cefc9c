/** The smallest build on each controller: an edition is pushed and kept, a push is cut with kill -9 and goes on, an edition is given up. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { ARENAS, BUILD_LIMITS } from '../../host/format.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { BOARDS } from '../../sim/boards/boards.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { CONTROLLERS } from '../support/controllers.ts';
import { sourceText } from '../support/editions.ts';

const ARENA = '4K';
const LIMITS = BUILD_LIMITS[ARENAS[ARENA]];
/** An image of several messages that the arena holds. */
const ZONES = 50;
const PLACE = 500;
const CONFIG = 'holdfast-firmware: 1\nmap: line\nchecks-to-confirm: 20\nbudget: { steps: 14 }\nfault: stop\n';

for (const board of BOARDS.keys()) await buildFirmware(board, ARENAS[ARENA]);

const sources = temporaryFolder('arena-editions');
const images: string[] = [];

beforeAll(async () => {
  for (const [index, limit] of [80, 40, 30].entries()) {
    const source = sources.at(`${index}.map.yaml`);
    const replaces = index === 0 ? {} : { replaces: `${index}` };
    writeFileSync(source, sourceText({ epoch: index + 1, limit, zones: ZONES, ...replaces }));
    const image = sources.at(`${index}.img`);
    const argv = ['compile', source, '-o', image, '--arena', ARENA];
    expect(await holdfast(argv)).toMatchObject({ code: 0 });
    images.push(image);
  }
});

afterAll(() => sources.remove());

const editionOf = (index: number) => readEdition(readFileSync(images[index] ?? ''));

describe.each(CONTROLLERS)('$target', ({ target }) => {
  const folder = temporaryFolder('arena');
  let controller: ControllerProcess;

  async function start(): Promise<void> {
    const options = { state: folder.at('state'), config: folder.at('firmware.yaml'), parked: true };
    controller = await startController({ ...options, image: images[0] ?? '', target, arena: ARENA });
  }

  async function withDevice<Result>(action: (device: Device) => Promise<Result>): Promise<Result> {
    const device = new Device(new SmpClient(await openSerialTransport({ path: controller.port })));
    try {
      return await action(device);
    } finally {
      await device.close();
    }
  }

  const limitNow = () => withDevice(async (device) => (await device.check({ x: PLACE })).limit);

  afterAll(async () => {
    await controller.end();
    folder.remove();
  });

  test('takes messages of its build, is cut in the middle of a push, and goes on', async () => {
    writeFileSync(folder.at('firmware.yaml'), CONFIG);
    await start();
    const cut = withDevice(async (device) => {
      const { bufferBytes } = await device.parameters();
      expect(bufferBytes).toBe(LIMITS.messageBytesMax);
      expect((await device.status()).arena).toBe(LIMITS.arenaBytes);
      await device.openWindow();
      return push(device, editionOf(1), {
        onProgress: ({ doneBytes, totalBytes }) => {
          if (doneBytes >= totalBytes / 2) void controller.kill();
        },
      });
    });
    await expect(cut).rejects.toMatchObject({ exitCode: 3 });
    await start();
    expect(await limitNow()).toBe(80);
    await withDevice(async (device) => {
      await device.openWindow();
      await push(device, editionOf(1));
      await device.closeWindow();
    });
    await expect.poll(limitNow, { timeout: 5000 }).toBe(40);
  });

  test('keeps an edition that is confirmed, and gives the next one up', async () => {
    await expect
      .poll(() => withDevice(async (device) => (await device.status()).checks), { timeout: 10_000 })
      .toBeGreaterThanOrEqual(20);
    await withDevice(async (device) => {
      await device.openWindow();
      await device.confirm();
      await device.closeWindow();
      await device.openWindow();
      await push(device, editionOf(2));
      await device.closeWindow();
    });
    await expect.poll(limitNow, { timeout: 5000 }).toBe(30);
    await controller.kill();
    await start();
    expect(await limitNow()).toBe(40);
    expect(await withDevice((device) => device.outcome())).toMatchObject({
      outcome: 'reverted-by-reset',
      epoch: 3,
    });
  });
});
