/** The emulated board from power-up on: answers over its line, loses no byte while flash is busy, keeps what flash holds. */
import { describe, expect, test } from 'vitest';
import { buildFirmware } from '../../host/firmware/build.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { push } from '../../host/serial/push.ts';
import { Rp2040Line } from '../../sim/boards/rp2040-line.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition } from '../support/editions.ts';

const firmware = await buildFirmware('rp2040');
const first = await compileEdition({ epoch: 1, limit: 80, zones: 400 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 100 });
const CYCLE_NANOSECONDS = 8;

describe('the emulated board', () => {
  test.each(['eager', 'paced'] as const)('an update over a line that is %s', async (kind) => {
    const line = new Rp2040Line(firmware, first, kind);
    const device = line.device();
    expect(await device.status()).toMatchObject({ mode: 'run', epoch: 1 });
    const { erases, programs } = line.flash.counters;
    expect((await device.check({ x: 500 })).limit).toBe(80);
    expect(line.flash.counters).toMatchObject({ erases, programs, refused: 0 });
    await device.openWindow();
    await push(device, readEdition(second));
    await device.closeWindow();
    line.run(20);
    expect((await device.check({ x: 500 })).limit).toBe(40);
    expect(line.flash.counters.refused).toBe(0);
    expect(line.board.lostBytes).toBe(0);
    expect(await device.counters()).toMatchObject({ lost: 0, crc: 0 });
  });

  test.each([
    ['lights its lamp where a plane is covered', 0, true],
    ['does not where it has a gap', 10, false],
  ])('its loop %s', async (_, west, isLit) => {
    const axes = ['x', 'y'].map((name) => `{ name: ${name}, unit: mm, min: 0, max: 40 }`);
    const image = await compileText(`holdfast: 1
map: plane
epoch: 1
space: { axes: [ ${axes.join(', ')} ] }
zones: [ { id: a, at: { polygon: [[${west}, 0], [30, 0], [30, 30]] } } ]
gaps: [ { anywhere: true, action: stop } ]
`);
    const line = new Rp2040Line(firmware, image, 'eager');
    expect(await line.device().status()).toMatchObject({ mode: 'run', epoch: 1 });
    line.run(5);
    expect(line.board.isLit()).toBe(isLit);
  });

  test('counts the cycles of its slices', async () => {
    const line = new Rp2040Line(firmware, first, 'eager');
    const device = line.device();
    await device.slices();
    line.run(20);
    const idle = await device.slices();
    expect(idle).toMatchObject({ hertz: 125_000_000 });
    expect(idle.count).toBeGreaterThan(20);
    expect(idle.min).toBeGreaterThan(100);
    expect(idle.max).toBeLessThan(125_000);
  });

  test('sleeps for whole cycles, to whatever moment it is to run', () => {
    const { board } = new Rp2040Line(firmware, first, 'eager');
    for (let run = 1; run <= 300; run++) {
      board.run(board.nanos() + 300_000 + run / 7, 1_000_000);
      expect(board.nanos() % CYCLE_NANOSECONDS).toBe(0);
    }
  });

  test('a pin with nothing connected is not parked', async () => {
    const line = new Rp2040Line(firmware, first, 'eager');
    line.parked = false;
    line.run(5);
    await expect(line.device().openWindow()).rejects.toMatchObject({ code: 'NOT_PARKED' });
  });

  test('a reset is answered first, on a line that takes its time', async () => {
    const line = new Rp2040Line(firmware, first, 'paced');
    const device = line.device();
    await device.openWindow();
    await device.reset();
    line.run(20);
    expect(line.board.starts).toBe(2);
    expect(await device.status()).toMatchObject({ mode: 'run', epoch: 1 });
  });

  test('a reset on trial goes back', async () => {
    const line = new Rp2040Line(firmware, first, 'eager');
    const device = line.device();
    await device.openWindow();
    await push(device, readEdition(second));
    await device.closeWindow();
    line.run(20);
    await device.openWindow();
    const starts = line.board.starts;
    await device.reset();
    line.run(200);
    expect(line.board.starts).toBe(starts + 1);
    expect(await device.status()).toMatchObject({ epoch: 1 });
  });
});
