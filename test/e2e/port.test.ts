/**
 * An update and its way back on whatever answers on a port: every controller, and a real board when HOLDFAST_TEST_PORT names its port.
 * The board must run an edition, be parked, and not be in use. It ends with the edition that it began with, its epoch as it was.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { temporaryFolder } from '../support/command.ts';
import { CONTROLLERS, prepareBoards } from '../support/controllers.ts';
import { compileEdition } from '../support/editions.ts';

const BOARD_PORT = process.env.HOLDFAST_TEST_PORT;
const PLACE = 500;
const LIMIT = 41;
const RESET_MS_MAX = 20_000;
const TARGETS = [...CONTROLLERS.map(({ target }) => target), ...(BOARD_PORT === undefined ? [] : ['board'])];

await prepareBoards();

describe.each(TARGETS)('%s', (target) => {
  const folder = temporaryFolder('port');
  let controller: ControllerProcess | null = null;
  let device: Device;

  beforeAll(async () => {
    if (target !== 'board') {
      writeFileSync(folder.at('first.img'), await compileEdition({ epoch: 7, limit: 80 }));
      const state = folder.at('state');
      controller = await startController({ state, image: folder.at('first.img'), parked: true, target });
    }
    device = new Device(
      new SmpClient(await openSerialTransport({ path: controller?.port ?? BOARD_PORT ?? '' })),
    );
  });

  afterAll(async () => {
    await device.close();
    await controller?.end();
    folder.remove();
  });

  test('a new edition answers on trial, and a reset brings back the one before', async () => {
    const before = await device.status();
    expect(before).toMatchObject({ mode: 'run', stage: 'none' });
    expect(before.epoch).toBeGreaterThan(0);
    const next = readEdition(
      await compileEdition({
        map: before.map,
        device: before.device,
        epoch: before.epoch + 1,
        replaces: String(before.epoch),
        limit: LIMIT,
      }),
    );
    await expect(push(device, next)).rejects.toMatchObject({ code: 'NO_WINDOW' });
    await device.openWindow();
    expect((await device.check({ x: PLACE })).state).toBe('maintenance');
    expect(await push(device, next)).toMatchObject({ result: 'pending' });
    await device.closeWindow();
    await expect.poll(async () => (await device.status()).epoch, { timeout: 5000 }).toBe(next.epoch);
    expect(await device.check({ x: PLACE })).toMatchObject({ state: 'covered', limit: LIMIT });
    expect(await device.status()).toMatchObject({ epoch: next.epoch, trial: true });
    expect(await device.counters()).toMatchObject({ lost: 0, crc: 0 });
    await device.openWindow();
    await device.reset();
    const answers = () =>
      device.status().then(
        ({ epoch }) => epoch,
        () => null,
      );
    await expect.poll(answers, { timeout: RESET_MS_MAX }).toBe(before.epoch);
    expect(await device.outcome()).toMatchObject({ outcome: 'reverted-by-reset', epoch: next.epoch });
  });

  test('in RUN, no question changes flash', async () => {
    const { erases, programs } = await device.counters();
    for (let x = 0; x < 20; x++) await device.check({ x });
    expect(await device.counters()).toMatchObject({ erases, programs });
  });
});
