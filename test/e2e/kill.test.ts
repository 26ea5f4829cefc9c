/**
 * Each controller killed at seeded moments of an upload: the old edition answers after the restart, and the upload goes on. Boards are
 * killed at fewer, since an emulator takes longer to start and to run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileSource } from '../../host/compile/compile.ts';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import type { Transport } from '../../host/serial/transport.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { temporaryFolder } from '../support/command.ts';
import { CONTROLLERS, prepareBoards, type TestController } from '../support/controllers.ts';
import { sourceText } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';

const MOMENTS = new Map([
  ['virtual', 40],
  ['rp2040', 5],
  ['riscv32', 12],
  ['microbit', 12],
]);
const PLACE = 500;

const folder = temporaryFolder('kill');
let image: ReturnType<typeof readEdition>;

await prepareBoards();

async function compile(
  { large }: TestController,
  epoch: number,
  replaces: string | undefined,
  limit: number,
): Promise<Uint8Array> {
  const text = sourceText({ epoch, limit, ...large, ...(replaces === undefined ? {} : { replaces }) });
  return (await compileSource('a.map.yaml', { reader: memoryReader({ 'a.map.yaml': text }) })).image;
}

afterAll(() => folder.remove());

/** Counts the bytes that a client writes, and does something before one of them. */
class Counting {
  bytes = 0;
  readonly transport: Transport;

  constructor(inner: Transport, at: number, act: () => void) {
    let done = false;
    this.transport = {
      name: inner.name,
      write: (bytes) => {
        this.bytes += bytes.length;
        if (!done && this.bytes > at) {
          done = true;
          act();
        }
        return inner.write(bytes);
      },
      onData: (listener) => inner.onData(listener),
      onClose: (listener) => inner.onClose(listener),
      drainInput: () => inner.drainInput(),
      close: () => inner.close(),
    };
  }
}

/** Pushes in a window; `act` happens when the client has written more than `at` bytes. */
async function pushOn(controller: ControllerProcess, at: number, act: () => void) {
  const counting = new Counting(await openSerialTransport({ path: controller.port }), at, act);
  const device = new Device(new SmpClient(counting.transport));
  try {
    await device.openWindow();
    return { result: await push(device, image), bytes: counting.bytes };
  } finally {
    await device.close();
  }
}

describe.each(CONTROLLERS)('$target', (one) => {
  const { target, sectorBytes } = one;

  beforeAll(async () => {
    writeFileSync(folder.at('first.img'), await compile(one, 1, undefined, 80));
    writeFileSync(folder.at('second.img'), await compile(one, 2, '1', 40));
    image = readEdition(readFileSync(folder.at('second.img')));
  });

  const moments = MOMENTS.get(target) ?? 0;
  let linesOfUpload = 0;
  const start = (state: string): Promise<ControllerProcess> =>
    startController({
      state: folder.at(`${target}-${state}`),
      image: folder.at('first.img'),
      parked: true,
      target,
    });

  test('control: how many bytes an undisturbed push writes', async () => {
    const controller = await start('control');
    const { bytes, result } = await pushOn(controller, Number.POSITIVE_INFINITY, () => {});
    expect(result.result).toBe('pending');
    linesOfUpload = bytes;
    await controller.end();
  });

  test(`${moments} moments`, async () => {
    const random = new Random(seedFor(`kill -9 of ${target}`, 40));
    let resumed = 0;
    for (let moment = 0; moment < moments; moment++) {
      const at = random.below(linesOfUpload);
      const what = `killed when ${at} of ${linesOfUpload} bytes were written`;
      let controller = await start(`state-${moment}`);
      const killed: Promise<void>[] = [];
      await pushOn(controller, at, () => killed.push(controller.kill())).catch(() => {});
      await Promise.all(killed);
      expect(killed, what).toHaveLength(1);

      controller = await start(`state-${moment}`);
      const device = new Device(new SmpClient(await openSerialTransport({ path: controller.port })));
      const { limit, state } = await device.check({ x: PLACE });
      const status = await device.status();
      // Marked as pending just before the kill, it is on trial after the restart; else the old edition answers.
      expect({ limit, state }, what).toEqual({ limit: status.trial ? 40 : 80, state: 'covered' });
      if (!status.trial) {
        await device.openWindow();
        const result = await push(device, image);
        expect(result.result, what).toBe('pending');
        if (result.resumedAtBytes > 0 && result.resumedAtBytes < image.bytes.length) resumed++;
      }
      await device.close();
      await controller.kill();
    }
    // Most moments fall into the upload itself, which is most of what is written; the image fills no sector of 256 KiB.
    if (image.bytes.length > 2 * sectorBytes) expect(resumed).toBeGreaterThan(moments / 3);
    else expect(resumed).toBe(0);
  });
});
