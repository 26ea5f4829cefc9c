/** The core on the riscv32 board's flash, whose sectors have 256 KiB: an image larger than one, its power cut behind the first. */
import { expect, test } from 'vitest';
import { sectorBytesOf } from '../../host/core/geometry.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import { AREA } from '../../host/format.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { push } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';

const { geometry } = targetNamed('riscv32');
const PLACE = 500;
const sectorBytes = sectorBytesOf(geometry, AREA.slotB);
/** Beyond the programs that fill the first sector. */
const CUT_AT = 1100;

test('an upload goes on at the start of the second sector, and its edition runs', async () => {
  const first = await compileEdition({ epoch: 1, limit: 80 });
  const image = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 3000, nameLetters: 63 });
  expect(image.length).toBeGreaterThan(CUT_AT * geometry.programBytes);
  const device = await SimDevice.boot({ image: first, geometry });
  const client = device.client();
  await client.openWindow();
  device.cutAt(CUT_AT, 'inside');
  await expect(push(client, readEdition(image))).rejects.toMatchObject({ exitCode: 3 });
  expect(device.isPowered).toBe(false);
  await device.reboot();
  expect(device.bootReason).toBe(0);
  const again = device.client();
  await again.openWindow();
  const result = await push(again, readEdition(image));
  expect(result.resumedAtBytes).toBe(sectorBytes);
  expect(result.sentBytes).toBeLessThan(sectorBytes);
  await again.closeWindow();
  await device.run(device.patience.afterAnswer);
  expect(device.epoch()).toBe(2);
  expect(device.core.verdict(device.core.check(0, PLACE), PLACE).limit).toBe(40);
  expect(device.flash.counters.refused).toBe(0);
});
