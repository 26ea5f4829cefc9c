/** `service` in RUN on the RP2040: no slice takes more than its bound, and a line loses nothing at the least rate of calls. */

import { describe, expect, test } from 'vitest';
import { measureService } from '../../bench/service-rp2040.mjs';
import { Core } from '../../host/core/core.ts';
import { flashWith } from '../../host/core/first-burn.ts';
import { memoryPort } from '../../host/core/memory-port.ts';
import { GROUP, HOLDFAST, OPERATION, OS, SLICE_CYCLES_WINDOW } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeBody, encodeMessage } from '../../host/serial/smp.ts';
import { compileEdition } from '../support/editions.ts';

const CYCLES_MAX = 2000;
/** docs/SPEC.md section 6. */
const CALLS_A_SECOND = 4000;
const BYTES_A_SECOND = 11_520;
/** What a UART takes ahead of its line. */
const UART_FIFO_BYTES = 32;

const figures = await measureService();

test('whatever is asked and whatever the line carries: at most 2,000 cycles, interrupts apart', async () => {
  const { run, window, slices } = figures;
  const tooLong = [...run].filter(([, cycles]) => cycles > CYCLES_MAX);
  expect(tooLong).toEqual([]);
  expect(run.size).toBeGreaterThanOrEqual(40);
  expect(slices).toBeGreaterThan(20_000);
  // That slices of windows show says that the measuring sees long ones.
  expect(Math.max(...window.values())).toBeGreaterThan(CYCLES_MAX);
});

test.each([
  ...['window open', 'upload', 'digest', 'test', 'confirm', 'erase', 'revert', 'window close'],
  ...['the machine parks', 'the machine moves', 'nothing'],
])('in a window, %s: at most 400,000 cycles a slice, waits for the flash chip apart', (kind) => {
  expect(figures.window.get(kind)).toBeGreaterThan(0);
  expect(figures.window.get(kind)).toBeLessThanOrEqual(SLICE_CYCLES_WINDOW);
});

test.each(['4K', '16K', '64K'] as const)(
  'the build for an arena of %s: at most 2,000 cycles in RUN, and 400,000 a slice in a window',
  async (arena) => {
    const { run, window, slices } = await measureService(arena);
    expect([...run].filter(([, cycles]) => cycles > CYCLES_MAX)).toEqual([]);
    expect([...window].filter(([, cycles]) => cycles > SLICE_CYCLES_WINDOW)).toEqual([]);
    expect([run.size, window.size]).toEqual([figures.run.size, figures.window.size]);
    expect(slices).toBeGreaterThan(20_000);
  },
);

/** A core in RUN on a line of 115,200 baud, both ways, called `callsASecond` times. */
class TimedCore {
  readonly core: Core;
  readonly #bytesACall: number;
  readonly #sent: number[] = [];
  #arrived = 0;
  #room = UART_FIFO_BYTES;

  private constructor(core: Core, bytesACall: number, sent: number[]) {
    this.core = core;
    this.#bytesACall = bytesACall;
    this.#sent = sent;
  }

  static async start(callsASecond: number): Promise<TimedCore> {
    const image = await compileEdition({ epoch: 1, limit: 80 });
    const flash = flashWith(readEdition(image));
    const sent: number[] = [];
    const place: { line?: TimedCore } = {};
    const core = await Core.load({
      build: 'device',
      geometry: flash.geometry,
      burned: encodeBurned(deriveBurned(image, 'development')),
      port: memoryPort(flash, {
        flashErase: () => false,
        flashProgram: () => false,
        serialWrite: (bytes) => place.line?.take(bytes) ?? 0,
      }),
    });
    core.boot();
    place.line = new TimedCore(core, BYTES_A_SECOND / callsASecond, sent);
    return place.line;
  }

  take(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, Math.floor(this.#room));
    this.#room -= taken.length;
    this.#sent.push(...taken);
    return taken.length;
  }

  /** The line carries these bytes without a pause, while the loop calls. */
  carry(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      this.#arrived += this.#bytesACall;
      const now = Math.floor(this.#arrived);
      this.#arrived -= now;
      this.core.receive(bytes.subarray(at, at + now));
      at += now;
      this.#call();
    }
  }

  /** Calls until the answers are out; gives their fields. */
  answers(): Map<unknown, unknown>[] {
    for (let i = 0; i < 20_000; i++) this.#call();
    const messages = new FrameDecoder().push(Uint8Array.from(this.#sent));
    this.#sent.length = 0;
    return messages.map(decodeBody);
  }

  #call(): void {
    this.#room = Math.min(UART_FIFO_BYTES, this.#room + this.#bytesACall);
    this.core.service(1);
  }
}

const request = (operation: 0 | 2, group: number, id: number, fields: Record<string, string | number>) =>
  encodeFrame(encodeMessage({ version: 1, operation, group, sequence: 1, id }, fields));
const LONGEST = {
  echo: request(OPERATION.write, GROUP.os, OS.echo, { d: 'x'.repeat(2020) }),
  'read back': request(OPERATION.read, GROUP.holdfast, HOLDFAST.read, { slot: 0, off: 1, len: 1024 }),
  status: request(OPERATION.read, GROUP.holdfast, HOLDFAST.status, {}),
};
const COUNTERS = request(OPERATION.read, GROUP.holdfast, HOLDFAST.counters, {});
const NOISE = new Uint8Array(2 * BYTES_A_SECOND).fill(0x41);

describe('a line of 115,200 baud that never pauses', () => {
  test.each(Object.entries(LONGEST))(
    '%s, and noise while it is answered: nothing is lost',
    async (_kind, bytes) => {
      const line = await TimedCore.start(CALLS_A_SECOND);
      for (let round = 0; round < 3; round++) line.carry(Buffer.concat([NOISE, bytes, NOISE]));
      expect(line.answers()).toHaveLength(3);
      line.carry(COUNTERS);
      const [counters] = line.answers();
      expect(counters?.get('lost')).toBe(0);
      expect(counters?.get('frames')).toBe(4);
    },
  );

  test('a loop that calls a tenth as often loses bytes, and counts them', async () => {
    const line = await TimedCore.start(CALLS_A_SECOND / 10);
    line.carry(Buffer.concat([NOISE, LONGEST.echo, NOISE]));
    line.answers();
    line.carry(COUNTERS);
    expect(line.answers()[0]?.get('lost')).toBeGreaterThan(0);
  });
});
