/**
 * The C library on the host, under the address and undefined-behaviour sanitizers: it answers as the wasm does, whatever its memory
 * holds, and lives through updates and hostile lines.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { push } from '../../host/serial/push.ts';
import type { Transport } from '../../host/serial/transport.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition } from '../support/editions.ts';
import { bootPacket, libraryFolder, words } from '../support/library.ts';
import { randomMap } from '../support/maps.ts';
import { Random, seedFor } from '../support/random.ts';

const SOURCE = fileURLToPath(new URL('library/run.c', import.meta.url));
const FLAGS = [
  ...['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-g', '-O1'],
  ...['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
];
const PACKET = { end: 0, boot: 1, memory: 2, ask: 3 };
const ASK = { check: 0, sweep: 1 };
const VERDICT_BYTES = 36;
const SWEEP_BYTES = 44;
const WANTED_BYTES = 44;
const QUESTION_BYTES = 16 + WANTED_BYTES;

const folder = await libraryFolder();
const program = folder.at('run');
execFileSync('gcc', [...FLAGS, `-I${folder.at('src')}`, folder.at('src/holdfast.c'), SOURCE, '-o', program]);
afterAll(() => folder.remove());

/** What the wasm answers, as the program is to answer: the word and the verdict, or the move. */
function wanted(core: Core, kind: number, phase: number, x: number, to: number): Buffer {
  const answer = Buffer.alloc(WANTED_BYTES);
  const memory = core.memory();
  if (kind === ASK.sweep) {
    core.sweep(phase, x, to);
    const at: number = core.globalOf('SWEEP').value;
    answer.set(memory.subarray(at, at + SWEEP_BYTES));
    return answer;
  }
  const word = core.check(phase, x);
  core.verdict(word, x);
  const at: number = core.globalOf('VERDICT').value;
  answer.writeUInt32LE(word);
  answer.set(memory.subarray(at, at + VERDICT_BYTES), 4);
  return answer;
}

type Question = readonly [kind: number, phase: number, x: number, to: number];

function askPacket(core: Core, questions: readonly Question[]): Buffer {
  const packet = Buffer.alloc(8 + questions.length * QUESTION_BYTES);
  packet.set(words([PACKET.ask, questions.length]));
  questions.forEach(([kind, phase, x, to], index) => {
    const at = 8 + index * QUESTION_BYTES;
    packet.set(words([kind, phase, x, to]), at);
    packet.set(wanted(core, kind, phase, x, to), at + 16);
  });
  return packet;
}

/** Runs the program on packets, which are made as it takes them, and gives what it prints. */
async function runAnswers(packets: AsyncIterable<Buffer>): Promise<string> {
  const child = spawn(program, ['answers'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = outputOf(child);
  child.stdin.on('error', () => {}); // what it said when it went away is looked at below
  for await (const packet of packets) {
    if (child.exitCode !== null) break;
    if (!child.stdin.write(packet)) await Promise.race([once(child.stdin, 'drain'), ended]);
  }
  child.stdin.end(words([PACKET.end]));
  const { code, stdout, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

function outputOf(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (piece: Buffer) => {
      stdout += piece.toString('latin1');
    });
    child.stderr?.on('data', (piece: Buffer) => {
      stderr += piece.toString('latin1');
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('a first edition is burned once on the port of the example, and answers', async () => {
  const burned = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
  const { at } = burned;
  try {
    const sources = ['src/holdfast.c', 'src/holdfast_burned.c', 'examples/bare-metal/port.c'].map(at);
    const unit = fileURLToPath(new URL('library/burn.c', import.meta.url));
    execFileSync('gcc', [...FLAGS, `-I${at('src')}`, ...sources, unit, '-o', at('burn')]);
    expect(spawnSync(at('burn'), { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  } finally {
    burned.remove();
  }
});

describe('answers', () => {
  const QUESTIONS_AN_IMAGE = 6000;
  const SHAPES = [
    { segments: 1, zones: 1, overlaps: false, period: 1 },
    { segments: 16, zones: 5, overlaps: false, period: 1 },
    { segments: 200, zones: 60, overlaps: true, period: 1 },
    { segments: 4096, zones: 64, overlaps: false, period: 1 },
    { segments: 40, zones: 12, overlaps: true, period: 50 },
    { segments: 120, zones: 40, overlaps: false, period: 1000 },
  ];

  /** Places on the axis, at its borders, and anywhere. */
  function questions(random: Random, min: number, max: number, period: number): Question[] {
    const place = () =>
      random.onceIn(8)
        ? random.next() | 0
        : random.onceIn(8)
          ? random.pick([min, min - 1, max - 1, max])
          : random.between(min, max);
    return Array.from({ length: QUESTIONS_AN_IMAGE }, () => {
      const phase = random.onceIn(20) ? random.next() : random.below(period);
      return [random.onceIn(4) ? ASK.sweep : ASK.check, phase, place(), place()];
    });
  }

  test('are those of the wasm, for 144,000 questions over 24 random maps', async () => {
    const random = new Random(seedFor('library', 61));
    const rounds = 4;
    async function* packets() {
      for (let i = 0; i < rounds * SHAPES.length; i++) {
        const shape = SHAPES[i % SHAPES.length];
        if (shape === undefined) throw new RangeError('there is no such shape');
        const map = randomMap(random, shape);
        const image = await compileText(map.source);
        const core = await openImage(image, { build: 'device' });
        yield Buffer.concat([words([PACKET.boot]), bootPacket(image)]);
        yield askPacket(core, questions(random, map.oracle.min, map.oracle.max, shape.period));
      }
    }
    expect(await runAnswers(packets())).toBe(
      `${rounds * SHAPES.length * QUESTIONS_AN_IMAGE} answers as wanted\n`,
    );
  });

  test('are those of the wasm, and nothing else happens, for 1,000 random memories', async () => {
    const random = new Random(seedFor('library', 62));
    const image = await compileEdition({ epoch: 1, limit: 80, zones: 300 });
    const core = await openImage(image, { build: 'device' });
    const memories = 1000;
    const questionsEach = 30;
    const arena: number = core.globalOf('ARENA').value;
    const arenaBytes = core.arena().length;
    // The record that check reads begins behind the burned block with the word that says that the map is asked.
    const record = core.globalOf('BURNED').value + 512;
    const recordBytes = core.globalOf('VERDICT').value - record;
    const whole = Buffer.from(core.memory().slice(record, record + recordBytes));
    async function* packets() {
      yield Buffer.concat([words([PACKET.boot]), bootPacket(image)]);
      for (let i = 0; i < memories; i++) {
        fillRandom(random, core.arena());
        // By turns the record as it was over a random arena, one with a few words changed, and one that is all random.
        const changed = Buffer.from(whole);
        if (i % 3 === 1)
          for (let n = random.below(4); n >= 0; n--)
            changed.writeUInt32LE(random.next(), 4 + 4 * random.below(recordBytes / 4 - 1));
        if (i % 3 === 2) fillRandom(random, changed.subarray(4));
        core.memory().set(changed, record);
        yield Buffer.concat([words([PACKET.memory, arena, arenaBytes]), core.arena()]);
        yield Buffer.concat([words([PACKET.memory, record, recordBytes]), changed]);
        yield askPacket(
          core,
          Array.from({ length: questionsEach }, (): Question => {
            const near = () => (random.onceIn(2) ? random.next() | 0 : random.below(1_000_000));
            return [random.below(2), random.onceIn(2) ? 0 : random.next(), near(), near()];
          }),
        );
      }
    }
    expect(await runAnswers(packets())).toBe(`${memories * questionsEach} answers as wanted\n`);
  });
});

/** Random bytes, or random words of few bits: so that some of them are small offsets and depths. */
function fillRandom(random: Random, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shift = random.pick([0, 0, 8, 16, 27]);
  for (let at = 0; at + 4 <= bytes.length; at += 4) view.setUint32(at, random.next() >>> shift, true);
}

/** The program as a device on a line: its standard input and output are the line, descriptor 3 its switches. */
class ProgramLine implements Transport {
  readonly name = 'the library';
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  readonly #child: ChildProcess;
  #listener: (bytes: Uint8Array) => void = () => {};

  constructor(boot: Buffer, name: string) {
    const path = folder.at(name);
    writeFileSync(path, boot);
    this.#child = spawn(program, ['serve', path], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
    this.ended = outputOf(this.#child);
    this.#child.stdin?.on('error', () => {}); // its end is looked at when the line is closed
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#listener(bytes));
  }

  client(): Device {
    return new Device(new SmpClient(this));
  }

  /** `p`: parked, `m`: moving, `r`: power goes and comes. */
  switch(what: 'p' | 'm' | 'r'): void {
    (this.#child.stdio[3] as Writable).write(what);
  }

  async write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.#child.stdin?.write(bytes, () => resolve()));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onClose(): void {}

  async drainInput(): Promise<void> {}

  /** Nobody may have said anything but on the line. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    const { code, stderr } = await this.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
}

const first = await compileEdition({ epoch: 1, limit: 80, zones: 200 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 200 });
const config = { checksToConfirm: 50, trialTicks: 0, leaseTicks: 0x7fff_ffff };

describe('the line', () => {
  test('an update: refused while moving, pushed, on trial, back by a reset, pushed again, confirmed', async () => {
    const line = new ProgramLine(bootPacket(first, config), 'update.bin');
    const device = line.client();
    expect(await device.status()).toMatchObject({ mode: 'run', epoch: 1, reason: 0 });
    expect((await device.check({ x: 500 })).limit).toBe(80);
    await expect(device.openWindow()).rejects.toMatchObject({ code: 'NOT_PARKED' });
    line.switch('p');
    await device.openWindow();
    expect((await device.check({ x: 500 })).state).toBe('maintenance');
    await push(device, readEdition(second));
    await device.closeWindow();
    expect(await device.status()).toMatchObject({ epoch: 2, trial: true });
    await device.openWindow();
    await device.reset();
    await expect
      .poll(() => device.status(), { timeout: 10_000 })
      .toMatchObject({ epoch: 1, trial: false, mode: 'run' });
    expect(await device.outcome()).toMatchObject({ outcome: 'reverted-by-reset', epoch: 2 });
    await device.openWindow();
    // It was reverted: taken again only with force.
    await device.force(readEdition(second).hash);
    await push(device, readEdition(second));
    await device.closeWindow();
    expect((await device.check({ x: 500 })).limit).toBe(40);
    await device.openWindow();
    await device.confirm();
    await device.closeWindow();
    line.switch('r');
    await expect.poll(() => device.status(), { timeout: 10_000 }).toMatchObject({ epoch: 2, trial: false });
    expect(await device.images()).toHaveLength(2);
    expect(await device.counters()).toMatchObject({ lost: 0, crc: 0, base64: 0, long: 0 });
    await device.close();
  });

  test('400 KB of noise and of damaged requests, half of them with a right checksum: it answers as before', async () => {
    const random = new Random(seedFor('library', 63));
    const line = new ProgramLine(bootPacket(first, config), 'noise.bin');
    line.switch('p');
    const device = line.client();
    const sent = recorded(line);
    await device.status();
    await device.openWindow({ shared: true });
    await push(device, readEdition(second));
    await device.images();
    await device.closeWindow();
    await device.openWindow({ shared: true });
    const messages = sent.flatMap((bytes) => new FrameDecoder({}).push(bytes));
    expect(messages.length).toBeGreaterThan(10);
    for (let bytes = 0; bytes < 400_000; ) {
      const noise = random.pick([
        () => randomBytes(random),
        () => damaged(random, random.pick(sent)),
        () => encodeFrame(damaged(random, random.pick(messages))),
        () => encodeFrame(damaged(random, random.pick(messages))),
      ])();
      await line.write(noise);
      bytes += noise.length;
    }
    await line.write(Buffer.from('\n'));
    expect((await device.counters()).frames).toBeGreaterThan(100);
    line.switch('r');
    await expect
      .poll(() => device.status(), { timeout: 10_000 })
      .toMatchObject({ mode: 'run', trial: false, reason: 0 });
    // A damaged request may well have been a right one to confirm: one edition or the other, whole.
    const { epoch } = await device.status();
    expect([1, 2]).toContain(epoch);
    expect((await device.check({ x: 500 })).limit).toBe(epoch === 1 ? 80 : 40);
    await device.close();
  });
});

/** What goes out over the line from now on. */
function recorded(line: ProgramLine): Uint8Array[] {
  const sent: Uint8Array[] = [];
  const write = line.write.bind(line);
  line.write = (bytes) => {
    sent.push(Uint8Array.from(bytes));
    return write(bytes);
  };
  return sent;
}

function randomBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: 1 + random.below(300) }, () =>
    random.pick([random.below(256), 6, 9, 4, 20, 10]),
  );
}

/** One byte other, or missing, or the end cut off. */
function damaged(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length);
  if (random.onceIn(3)) return bytes.subarray(0, at);
  if (random.onceIn(2)) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  const changed = Uint8Array.from(bytes);
  changed[at] = random.below(256);
  return changed;
}
