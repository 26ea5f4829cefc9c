import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterAll, describe, expect, type MockInstance, test, vi } from 'vitest';
import { type ControllerLine, type Snapshot, VirtualController } from '../../host/controller/controller.ts';
import { ChangeLog, displayLine } from '../../host/controller/display.ts';
import { HeldPlace } from '../../host/controller/held-place.ts';
import { PseudoTerminal } from '../../host/controller/pseudo-terminal.ts';
import { SafeInput, setSafeInput } from '../../host/controller/safe-input.ts';
import { TickCounter } from '../../host/controller/ticks.ts';
import { Train } from '../../host/controller/train.ts';
import { Core, type CoreOptions } from '../../host/core/core.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import { SimulatedFlash, VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeMessage, encodeMessage } from '../../host/serial/smp.ts';
import type { Transport } from '../../host/serial/transport.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { compileEdition } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-controller-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the safe input', () => {
  test.each([
    ['parked', true],
    ['parked\n', true],
    ['moving', false],
    ['', false],
    ['PARKED', false],
    ['parked?', false],
    [null, false],
  ])('that says %j', (content, expected) => {
    const path = join(folder, 'input');
    rmSync(path, { force: true });
    if (content !== null) writeFileSync(path, content);
    expect(new SafeInput(path, new SimulatedClock()).isParked()).toBe(expected);
  });

  test('is looked at again after its poll time, while it is switched', () => {
    const path = join(folder, 'switched');
    let nowMs = 0;
    const input = new SafeInput(path, { nowMs: () => nowMs, after: () => () => {} });
    expect(input.isParked()).toBe(false);
    setSafeInput(path, 'parked');
    nowMs = 9;
    expect(input.isParked()).toBe(false);
    nowMs = 10;
    expect(input.isParked()).toBe(true);
    setSafeInput(path, 'moving');
    nowMs = 20;
    expect(input.isParked()).toBe(false);
  });
});

const METRES = { kind: 'number', unit: 'm', scale: 1 } as const;

describe('the train', () => {
  test('runs along the axis and back, and never leaves it', () => {
    const train = new Train({ stepsPerSecond: 1000 });
    train.setRanges([{ ...METRES, min: -100, max: 200, origin: 0n }]);
    const places = Array.from({ length: 40 }, (_, turn) => train.advance(turn * 100, false).x);
    expect(places.slice(0, 4)).toEqual([0, 100, 199, 99]);
    expect(Math.min(...places)).toBe(-100);
    expect(Math.max(...places)).toBe(199);
  });

  test('stands still while it is parked, and where it is held', () => {
    const train = new Train({ stepsPerSecond: 1000 });
    train.setRanges([{ ...METRES, min: 0, max: 10_000, origin: 0n }]);
    train.advance(0, false);
    expect(train.advance(100, true).x).toBe(0);
    expect(train.advance(200, false).x).toBe(100);
    const held = new Train({ at: new HeldPlace('-77') });
    expect(held.advance(500, false).x).toBe(-77);
    held.setRanges([{ ...METRES, min: 0, max: 10, origin: 1000n }]);
    expect(held.advance(900, false).x).toBe(-1077);
    held.setRanges([{ ...METRES, min: 0, max: 10, origin: 2n ** 40n }]);
    expect(held.advance(900, false).x).toBe(1 - 2 ** 31);
  });

  test('is held at a place with a unit, wherever an edition puts it', () => {
    const held = new Train({ at: new HeldPlace('12.9 km') });
    expect(held.advance(0, false).x).toBe(0);
    held.setRanges([{ ...METRES, min: 0, max: 20_000, origin: 1000n }]);
    expect(held.advance(100, false).x).toBe(11_900);
    held.setRanges([{ ...METRES, unit: 'mm', min: 0, max: 20_000_000, origin: 0n }]);
    expect(held.advance(200, false).x).toBe(12_900_000);
    // An edition that counts something else leaves the machine where it is.
    held.setRanges([{ ...METRES, unit: 'deg', min: 0, max: 360, origin: 0n }]);
    expect(held.advance(300, false).x).toBe(12_900_000);
    expect(() => new HeldPlace('12.9 km').readOn([{ ...METRES, unit: 'deg' }])).toThrow(/measured in deg/);
    const moment = new HeldPlace('2026-07-04T12:00:00+02:00');
    moment.readOn([{ kind: 'time', unit: 's', scale: 1 }]);
    expect(moment.steps).toEqual([1_783_159_200n]);
  });

  test('moves onto another axis', () => {
    const train = new Train();
    train.setRanges([{ ...METRES, min: 500, max: 600, origin: 0n }]);
    expect(train.advance(0, true).x).toBe(500);
    train.setRanges([{ ...METRES, min: 0, max: 10, origin: 0n }]);
    expect(train.advance(0, true).x).toBe(9);
  });
});

describe('the machine on a plane', () => {
  const RANGES = [
    { ...METRES, min: -100, max: 200, origin: 0n },
    { ...METRES, min: 0, max: 80, origin: 1000n },
  ];

  test('runs along both axes and back, never leaves them, and comes nearly everywhere', () => {
    const train = new Train({ stepsPerSecond: 1000 });
    train.setRanges(RANGES);
    const places = Array.from({ length: 3000 }, (_, turn) => train.advance(turn * 20, false));
    const seen = new Set(
      places.map(({ x, y }) => `${Math.floor((x + 100) / 30)} ${Math.floor((y ?? -1) / 8)}`),
    );
    expect(seen.size).toBe(100);
    for (const { x, y } of places)
      expect([x >= -100 && x < 200, y !== null && y >= 0 && y < 80]).toEqual([true, true]);
  });

  test('is held at both coordinates, wherever an edition puts them, and comes back to a line', () => {
    const held = new Train({ at: new HeldPlace('12 m, 1005') });
    held.setRanges(RANGES);
    expect(held.advance(0, false)).toEqual({ x: 12, y: 5 });
    held.setRanges([{ ...METRES, min: 0, max: 10, origin: 2n }]);
    expect(held.advance(0, false)).toEqual({ x: 10, y: null });
    const [x, y] = RANGES;
    for (const text of ['12', '12 m', '1, 2, 3'])
      expect(() => new HeldPlace(text).readOn([x, y] as typeof RANGES), text).toThrow(
        'a plane is asked at x and y',
      );
    expect(() => new HeldPlace('1, 2').readOn([x] as typeof RANGES)).toThrow('a line has one axis');
  });
});

test('ticks count from the start, at the rate of the burned block, and wrap', () => {
  const burned = new Uint8Array(512);
  new DataView(burned.buffer).setUint32(12, 1_000_000, true);
  let nowMs = 5000;
  const ticks = new TickCounter({ nowMs: () => nowMs, after: () => () => {} }, burned);
  expect(ticks.now()).toBe(0);
  nowMs += 2;
  expect(ticks.now()).toBe(2000);
  nowMs += 2 ** 32 / 1000;
  expect(ticks.now()).toBe(2000);
});

describe('a pseudo-terminal', () => {
  /** Every byte value, so that a terminal that is not raw would show. */
  const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);

  function collect(listen: (listener: (bytes: Uint8Array) => void) => void, bytes: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    return new Promise((resolve) => {
      listen((piece) => {
        pieces.push(piece);
        const whole = Buffer.concat(pieces);
        if (whole.length >= bytes) resolve(whole);
      });
    });
  }

  test('carries every byte both ways, for one client after the other', async () => {
    const terminal = await PseudoTerminal.open();
    for (let client = 0; client < 3; client++) {
      const transport = await openSerialTransport({ path: terminal.path });
      const arrived = collect((listener) => terminal.onData(listener), 256);
      await transport.write(everyByte);
      expect(await arrived).toEqual(Buffer.from(everyByte));
      const answered = collect((listener) => transport.onData(listener), 256);
      expect(terminal.write(everyByte)).toBe(256);
      expect(await answered).toEqual(Buffer.from(everyByte));
      await transport.close();
    }
    terminal.close();
  });

  test('takes no more than fits when nobody reads, without waiting', async () => {
    const terminal = await PseudoTerminal.open();
    const piece = new Uint8Array(1024);
    let taken = 0;
    for (let count = 0; count < 1000; count++) taken += terminal.write(piece);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(1000 * 1024);
    expect(terminal.write(piece)).toBe(0);
    terminal.close();
  });

  test('has a link that comes, is replaced, and goes', async () => {
    const link = join(folder, 'links', 'port');
    const first = await PseudoTerminal.open({ link });
    expect(readlinkSync(link)).toBe(first.path);
    const second = await PseudoTerminal.open({ link });
    expect(readlinkSync(link)).toBe(second.path);
    first.close();
    expect(readlinkSync(link)).toBe(second.path);
    second.close();
    expect(existsSync(link)).toBe(false);
  });

  test('does not replace what is no link', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'precious');
    await expect(PseudoTerminal.open({ link: file })).rejects.toMatchObject({
      code: 'LINK_OCCUPIED',
      exitCode: 2,
    });
    expect(lstatSync(file).isFile()).toBe(true);
  });

  test.each(['a-file', 'nowhere'])('does not replace a link to something else: %s', async (target) => {
    const link = join(folder, `link-to-${target}`);
    symlinkSync(target, link);
    await expect(PseudoTerminal.open({ link })).rejects.toMatchObject({ code: 'LINK_OCCUPIED', exitCode: 2 });
    expect(readlinkSync(link)).toBe(target);
  });

  test('is one program’s at a time', async () => {
    const terminal = await PseudoTerminal.open();
    const first = await openSerialTransport({ path: terminal.path });
    await expect(openSerialTransport({ path: terminal.path })).rejects.toMatchObject({
      code: 'PORT_BUSY',
      exitCode: 3,
    });
    await first.close();
    terminal.close();
  });

  test('that does not exist is an error that says what to do', async () => {
    await expect(openSerialTransport({ path: join(folder, 'no-port') })).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
      exitCode: 3,
      remedy: expect.stringContaining('holdfast ports'),
    });
  });

  test('that ends is noticed by its client', async () => {
    const terminal = await PseudoTerminal.open();
    const transport = await openSerialTransport({ path: terminal.path });
    terminal.close();
    await expect(transport.write(everyByte)).rejects.toMatchObject({ code: 'LINE_LOST', exitCode: 3 });
    await transport.close();
  });

  test('carries requests to a device and back', async () => {
    const terminal = await PseudoTerminal.open();
    const edition = await compileEdition({ map: 'rail', epoch: 11, limit: 80 });
    const sim = await SimDevice.boot({ image: edition, patience: { untilAnswer: 20_000, afterAnswer: 300 } });
    sim.onData((bytes) => terminal.write(bytes));
    terminal.onData((bytes) => void sim.write(bytes));
    const device = new Device(new SmpClient(await openSerialTransport({ path: terminal.path })));
    expect(await device.echo('hello')).toBe('hello');
    expect((await device.status()).map).toBe('rail');
    await device.close();
    terminal.close();
  });

  test('can be opened by a program that knows nothing of it', async () => {
    const terminal = await PseudoTerminal.open();
    const port = new SerialPort({ path: terminal.path, baudRate: 9600 });
    const arrived = collect((listener) => terminal.onData(listener), 4);
    port.write(Buffer.from('\r\n\x03\x04'));
    expect((await arrived).toString('latin1')).toBe('\r\n\x03\x04');
    await new Promise<void>((resolve) => port.close(() => resolve()));
    terminal.close();
  });
});

interface WatchedCore {
  core: Core;
  options: CoreOptions;
  receive: MockInstance<Core['receive']>;
  service: MockInstance<Core['service']>;
}

async function watchedCore(options: CoreOptions): Promise<WatchedCore> {
  const core = await Core.load(options);
  return { core, options, receive: vi.spyOn(core, 'receive'), service: vi.spyOn(core, 'service') };
}

/** Checks that the core was told of. */
function checksOf(watched: WatchedCore | undefined): number {
  return (watched?.service.mock.calls ?? []).reduce((sum, [checks]) => sum + checks, 0);
}

/** A line in memory: the controller's end, and the other one. */
function memoryLine() {
  const written: number[] = [];
  let toController: (bytes: Uint8Array) => void = () => {};
  let toClient: (bytes: Uint8Array) => void = () => {};
  const line: ControllerLine = {
    onData: (listener) => {
      toController = listener;
    },
    write: (bytes) => {
      written.push(...bytes);
      toClient(bytes.slice());
      return bytes.length;
    },
  };
  const transport: Transport = {
    name: 'memory',
    onData: (listener) => {
      toClient = listener;
    },
    write: async (bytes) => toController(bytes),
    onClose: () => {},
    drainInput: async () => {},
    close: async () => {},
  };
  return { line, transport, written, say: (bytes: Uint8Array) => toController(bytes) };
}

/** A controller with an edition, parked, that has nothing to do any more. */
async function startController() {
  const cores: WatchedCore[] = [];
  const clock = new SimulatedClock();
  const snapshots: Snapshot[] = [];
  const edition = await compileEdition({ map: 'rail', epoch: 11, limit: 80 });
  const { line, transport, written, say } = memoryLine();
  const controller = await VirtualController.start({
    loadCore: async (options) => {
      const watched = await watchedCore(options);
      cores.push(watched);
      return watched.core;
    },
    flash: new SimulatedFlash(VIRTUAL_GEOMETRY, contentWith(readEdition(edition), VIRTUAL_GEOMETRY)),
    burned: encodeBurned(deriveBurned(edition, 'development')),
    line,
    safeInput: { isParked: () => true },
    train: new Train({ at: new HeldPlace('5') }),
    clock,
    onChange: (snapshot) => snapshots.push(snapshot),
  });
  const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await wait(1);
  };
  // Not on the simulated clock: that would leap to the end of a client's patience while the loop is busy.
  const device = new Device(new SmpClient(transport));
  await turns(1500);
  return { controller, cores, written, snapshots, wait, turns, say, device };
}

describe('the loop', () => {
  test('checks every five milliseconds while nothing happens', async () => {
    const { controller, cores, wait } = await startController();
    const before = checksOf(cores[0]);
    await wait(100);
    controller.stop();
    await controller.ended;
    expect(checksOf(cores[0]) - before).toBeGreaterThanOrEqual(19);
    expect(checksOf(cores[0]) - before).toBeLessThanOrEqual(22);
  });

  test('feeds what arrives in pieces that a slice takes up, in order', async () => {
    const { controller, cores, written, say, turns } = await startController();
    cores[0]?.receive.mockClear();
    const header = { version: 1, operation: 2, group: 0, sequence: 7, id: 0 };
    const sent = encodeFrame(encodeMessage(header, { d: 'x'.repeat(300) }));
    say(sent.subarray(0, 333));
    say(sent.subarray(333));
    await turns(1500);
    controller.stop();
    const answers = new FrameDecoder().push(Uint8Array.from(written)).map(decodeMessage);
    expect(answers.map(({ body }) => body)).toEqual([new Map([['r', 'x'.repeat(300)]])]);
    const pieces = (cores[0]?.receive.mock.calls ?? []).map(([bytes]) => bytes);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(sent));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(8);
  });

  test('tells changes, and only changes', async () => {
    const { controller, snapshots, device, turns } = await startController();
    expect(snapshots).toHaveLength(1);
    await device.openWindow();
    await turns(50);
    controller.stop();
    expect(snapshots.map((snapshot) => snapshot.mode)).toEqual(['run', 'window']);
  });

  test('starts a new core on the same flash when the device resets', async () => {
    const { controller, cores, snapshots, device, turns } = await startController();
    cores[0]?.options.port.flashProgram(1, 0, new Uint8Array(256));
    await device.openWindow();
    await device.reset();
    await turns(1500);
    controller.stop();
    expect(cores).toHaveLength(2);
    expect(cores[1]?.options.port.flashProgram(1, 0, new Uint8Array(256))).toBe(false);
    expect(snapshots.at(-1)?.starts).toBe(2);
    expect(checksOf(cores[1])).toBeGreaterThan(2);
  });

  test('ends with the error when the core traps, as no core should', async () => {
    const { controller, cores, wait } = await startController();
    cores[0]?.service.mockImplementation(() => {
      throw new Error('unreachable');
    });
    const failed = expect(controller.ended).rejects.toThrow('unreachable');
    await wait(20);
    await failed;
  });
});

describe('the display', () => {
  const snapshot: Snapshot = {
    mode: 'run',
    epoch: 12,
    isOnTrial: true,
    trialChecks: 340,
    reason: 0,
    leaseTicks: 0,
    ticksPerSecond: 1000,
    isParked: false,
    x: 5_012_300,
    y: null,
    phase: 0,
    verdict: {
      state: 'gap',
      action: 'slow',
      rule: 1,
      tier: null,
      limit: 40,
      epoch: 12,
      toGapAhead: null,
      toGapBehind: null,
    },
    map: {
      axis: {
        kind: 'number',
        name: 's',
        unit: 'mm',
        min: 0,
        max: 9_000_000,
        origin: 1000n,
        scale: 1,
        wraps: false,
      },
      period: 1,
      units: { limit: 'km/h', phase: { unit: 'tick', scale: 1 } },
      rules: [
        { kind: 'zone', id: 'z1', tier: 0, limit: 80 },
        { kind: 'gap', id: 'tunnel', action: 'slow', limit: 40 },
      ],
      windows: [
        {
          ...{ from: 0, to: 1 },
          cells: [
            { from: 0, to: 5_000_000, rule: 0 },
            { from: 5_000_000, to: 5_100_000, rule: 1 },
            { from: 5_100_000, to: 9_000_000, rule: 0 },
          ],
        },
      ],
    },
    starts: 1,
  };

  test('says place, verdict, mode and edition in one line', () => {
    expect(displayLine(snapshot, 200)).toBe(
      's 5.0133 km | gap tunnel, slow, limit 40 km/h, next in 87.7 m: z1, limit 80 km/h | run, epoch 12 on trial (340 checks)',
    );
    expect(displayLine(snapshot, 40)).toHaveLength(39);
  });

  test('says both coordinates of a plane, what answers there, and how far beyond its axes', () => {
    const axis = { kind: 'number', min: 0, max: 80_000, origin: 0n, wraps: false };
    const axes = [
      { ...axis, name: 'x', unit: 'mm', scale: 1 },
      { ...axis, name: 'y', unit: 'mm', scale: 1, origin: 1000n },
    ];
    const plane = { ...snapshot, x: 12_000, y: 4500, map: { ...snapshot.map, shape: 'plane', axes } };
    expect(displayLine(plane as never, 200)).toBe(
      'x 12 m, y 5.5 m | gap tunnel, slow, limit 40 km/h | run, epoch 12 on trial (340 checks)',
    );
    const verdict = { ...snapshot.verdict, state: 'outside', rule: null, action: 'stop', limit: null };
    const outside = { ...plane, x: -5, y: 90_000, verdict };
    expect(displayLine(outside as never, 200)).toContain(
      '| outside, stop, x 5 mm before its beginning, y 10 m beyond its end |',
    );
  });

  test('says how far beyond the axis, and that a zone has no limit where others have one', () => {
    const outside = { state: 'outside', rule: null, action: 'stop', limit: null, toGapAhead: null };
    for (const [x, words] of [
      [9_000_000, 's 9.001 km | outside, stop, at its end |'],
      [9_250_000, 's 9.251 km | outside, stop, 250 m beyond its end |'],
      [-2000, 's -0.001 km | outside, stop, 2 m before its beginning |'],
    ] as const)
      expect(
        displayLine({ ...snapshot, x, verdict: { ...snapshot.verdict, ...outside } } as never, 200),
      ).toContain(words);
    const [, gap] = snapshot.map?.rules ?? [];
    const rules = [{ kind: 'zone', id: 'z1', tier: 0, limit: null }, gap];
    const verdict = {
      ...snapshot.verdict,
      state: 'covered',
      rule: 0,
      action: null,
      limit: null,
      toGapAhead: 1,
    };
    const free = { ...snapshot, x: 4_000_000, map: { ...snapshot.map, rules }, verdict };
    expect(displayLine(free as never, 200)).toContain('covered z1, no limit, next in 1 km: gap tunnel, slow');
  });

  test('logs a change of state, mode or edition, and not the zones on the way', () => {
    const lines: string[] = [];
    const log = new ChangeLog((line) => lines.push(line));
    const covered = { ...snapshot.verdict, state: 'covered', action: null, rule: 0 } as const;
    log.note(snapshot);
    log.note({ ...snapshot, x: 7 });
    log.note({ ...snapshot, verdict: covered });
    log.note({ ...snapshot, verdict: { ...covered, rule: 2 } });
    log.note({ ...snapshot, verdict: covered, mode: 'window', leaseTicks: 9 });
    log.note({ ...snapshot, verdict: covered, mode: 'window', leaseTicks: 8 });
    log.note({ ...snapshot, verdict: covered, mode: 'window', reason: 63 });
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(/fault TRIAL_OVERDUE: /);
  });
});
