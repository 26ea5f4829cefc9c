/** The emulated board from power-up on: answers over its line, loses no byte while flash is busy, keeps what flash holds. */
import { describe, expect, test } from 'vitest';
import { Rp2040Board } from '../../host/controller/targets/rp2040-board.ts';
import { burnFirstEdition } from '../../host/core/first-burn.ts';
import { createMemoryFlash } from '../../host/core/flash.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { readEdition } from '../../host/serial/edition-file.ts';
import { push } from '../../host/serial/push.ts';
import type { Transport } from '../../host/serial/transport.ts';
import { compileEdition } from '../support/editions.ts';

const MILLISECOND = 1_000_000;
const ANSWER_MS_MAX = 5000;
const firmware = await buildFirmware('rp2040');
const first = await compileEdition({ epoch: 1, limit: 80, zones: 400 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 400 });

/** The board's line as a transport: it runs, on its own time, until its answer is whole. */
class BoardLine implements Transport {
  readonly name = 'board';
  readonly flash = createMemoryFlash();
  readonly board: Rp2040Board;
  parked = true;
  #sent: number[] = [];
  #listener: (bytes: Uint8Array) => void = () => {};

  constructor(line: 'paced' | 'eager') {
    burnFirstEdition(this.flash, readEdition(first));
    this.board = new Rp2040Board({
      firmware,
      burned: encodeBurned(deriveBurned(first)),
      flash: this.flash,
      isParked: () => this.parked,
      onSent: (byte) => this.#sent.push(byte),
      line,
    });
    this.run(10);
  }

  run(milliseconds: number): void {
    this.board.run(this.board.nanos() + milliseconds * MILLISECOND, Number.POSITIVE_INFINITY);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.board.send(bytes);
    let quiet = 0;
    for (let ms = 0; ms < ANSWER_MS_MAX && quiet < 3; ms++) {
      const before = this.#sent.length;
      this.run(1);
      quiet = this.#sent.length > 0 && this.#sent.length === before ? quiet + 1 : 0;
    }
    const answer = Uint8Array.from(this.#sent);
    this.#sent = [];
    setImmediate(() => this.#listener(answer));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onClose(): void {}

  async drainInput(): Promise<void> {
    this.#sent = [];
  }

  async close(): Promise<void> {}
}

describe('the emulated board', () => {
  test.each(['eager', 'paced'] as const)('an update over a line that is %s', async (kind) => {
    const line = new BoardLine(kind);
    const device = new Device(new SmpClient(line));
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

  test('counts the cycles of its slices', async () => {
    const line = new BoardLine('eager');
    const device = new Device(new SmpClient(line));
    await device.slices();
    line.run(20);
    const idle = await device.slices();
    expect(idle).toMatchObject({ hertz: 125_000_000 });
    expect(idle.count).toBeGreaterThan(20);
    expect(idle.min).toBeGreaterThan(100);
    expect(idle.max).toBeLessThan(125_000);
  });

  test('a pin with nothing connected is not parked', async () => {
    const line = new BoardLine('eager');
    line.parked = false;
    line.run(5);
    await expect(new Device(new SmpClient(line)).openWindow()).rejects.toMatchObject({ code: 'NOT_PARKED' });
  });

  test('a reset on trial goes back', async () => {
    const line = new BoardLine('eager');
    const device = new Device(new SmpClient(line));
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
