import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { geometryFor } from '../../host/core/checker.ts';
import { BUILD_LIMITS } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { closeAndActivate } from '../../host/serial/activation.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { ProgressLines } from '../../host/serial/progress.ts';
import { type PushProgress, push } from '../../host/serial/push.ts';
import { upload } from '../../host/serial/upload.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition, sourceText } from '../support/editions.ts';
import { FakeDevice, type Script } from '../support/fake-device.ts';
import { type Fault, RequestLine } from '../support/request-line.ts';
import { SimDevice, type SimOptions } from '../support/sim-device.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const first = await compileEdition({ epoch: 11, limit: 80 });
const bytes = await compileEdition({ epoch: 12, replaces: '11', limit: 40, zones: 90, nameLetters: 60 });
const IMAGE_BYTES = bytes.length;
const image = { bytes, hash: parseImage(bytes).digest };
/** A chip just large enough. */
const [slotBytes = 0, , ...journals] = geometryFor(IMAGE_BYTES).areaBytes;
const chip: SimOptions = {
  image: first,
  geometry: { ...geometryFor(IMAGE_BYTES), areaBytes: [slotBytes, slotBytes, ...journals] },
  patience: { untilAnswer: 20_000, afterAnswer: 300 },
};

interface StartOptions {
  /** Faults by number of the request. */
  faults?: Record<number, Fault>;
  /** What a real core cannot say; it is given the device, to spoil its flash. */
  script?: (sim: SimDevice) => Script;
  /** The edition that runs. */
  running?: Uint8Array;
  mode?: 'run' | 'window';
  /** What an earlier client did in the same window. */
  before?: (earlier: Device) => Promise<unknown>;
}

async function start(options: StartOptions = {}) {
  const sim = await SimDevice.boot({ ...chip, image: options.running ?? first });
  const earlier = sim.client();
  if (options.mode !== 'run') await earlier.openWindow();
  await options.before?.(earlier);
  const over = (faults: Record<number, Fault> = {}) => {
    const line = new RequestLine(new FakeDevice(sim, options.script?.(sim) ?? {}), sim.clock, faults);
    const device = new Device(new SmpClient(line, { clock: sim.clock }), { token: earlier.token });
    const steps: PushProgress[] = [];
    const run = () => push(device, image, { onProgress: (step) => steps.push(step) });
    return { line, device, steps, run };
  };
  return { sim, over, ...over(options.faults) };
}

/** Whether slot 1 holds the image, byte for byte, as flash has it. */
function holdsImage(sim: SimDevice): boolean {
  return Buffer.from(sim.content.subarray(slotBytes, slotBytes + IMAGE_BYTES)).equals(bytes);
}

const stageOf = async (sim: SimDevice) => (await sim.client().status()).stage;

/** The first bytes of an edition, in pieces. */
async function uploadSome(client: Device, edition: Uint8Array, count: number): Promise<void> {
  const begin = { imageBytes: edition.length, hash: createHash('sha256').update(edition).digest() };
  for (let offset = 0; offset < count; offset += 1000) {
    const data = edition.subarray(offset, Math.min(offset + 1000, count));
    await client.uploadPiece({ offset, data, ...(offset === 0 ? { begin } : {}) }, 2500);
  }
}

/** The largest message is as large as the buffer allows, but for what CBOR cannot use. */
function expectFilled(line: RequestLine, bufferBytes: number): void {
  expect(line.largestMessageBytes).toBeLessThanOrEqual(bufferBytes - 4);
  expect(line.largestMessageBytes).toBeGreaterThanOrEqual(bufferBytes - 8);
}

describe('a push', () => {
  test('uploads, reads back, compares, and marks as pending', async () => {
    const { run, sim, steps } = await start();
    const result = await run();
    expect(result).toMatchObject({
      result: 'pending',
      bytes: IMAGE_BYTES,
      sentBytes: IMAGE_BYTES,
      resumedAtBytes: 0,
      slot: 1,
    });
    expect(holdsImage(sim)).toBe(true);
    expect(await stageOf(sim)).toBe('pending');
    expect(steps.filter((step) => step.step === 'upload').at(-1)?.doneBytes).toBe(IMAGE_BYTES);
    expect(steps.filter((step) => step.step === 'read-back').at(-1)?.doneBytes).toBe(IMAGE_BYTES);
  });

  test.each([256, 384, BUILD_LIMITS.device.messageBytesMax])(
    'fills a buffer of %i bytes, and never overfills it',
    async (bufferBytes) => {
      const script = () => ({ '0/6': () => ({ buf_size: bufferBytes, buf_count: 1 }) });
      const { run, line, sim } = await start({ script });
      await run();
      expect(holdsImage(sim)).toBe(true);
      expectFilled(line, bufferBytes);
    },
  );

  test('fills a buffer of 4096 bytes, which no core of ours has, and never overfills it', async () => {
    const bufferBytes = 4096;
    const script = () => ({
      '1/1': (piece: Map<unknown, unknown>) => ({
        off: Number(piece.get('off')) + (piece.get('data') as Uint8Array).length,
      }),
    });
    const { device, line } = await start({ script });
    const sent = await upload(device, bytes, { session: image.hash, bufferBytes });
    expect(sent.sentBytes).toBe(IMAGE_BYTES);
    expectFilled(line, bufferBytes);
  });

  test('of the running edition is a success that writes nothing', async () => {
    const { run, line } = await start({ running: bytes, mode: 'run' });
    expect(await run()).toMatchObject({ result: 'already-running', sentBytes: 0, trial: false });
    expect(line.requests).toEqual(['78/0']);
  });

  test('without a window says so before anything is sent', async () => {
    const { run, line } = await start({ mode: 'run' });
    await expect(run()).rejects.toMatchObject({ code: 'NO_WINDOW', exitCode: 1 });
    expect(line.sent('1/1')).toBe(0);
  });

  test('goes on where an earlier one was cut off', async () => {
    const { run, sim } = await start({ before: (earlier) => uploadSome(earlier, bytes, 6000) });
    const result = await run();
    expect(result.resumedAtBytes).toBe(6000);
    expect(result.sentBytes).toBeLessThan(6000);
    expect(holdsImage(sim)).toBe(true);
  });

  test('starts anew over the remains of another image', async () => {
    const other = await compileEdition({ epoch: 12, replaces: '11', limit: 43 });
    const { run, sim } = await start({ before: (earlier) => uploadSome(earlier, other, 300) });
    expect((await run()).resumedAtBytes).toBe(0);
    expect(holdsImage(sim)).toBe(true);
  });

  test('goes on in no other file, though both have the same hash and length: the signatures differ', async () => {
    const text = sourceText({ epoch: 12, replaces: '11', limit: 40, zones: 90, nameLetters: 60 });
    const signed = () => {
      const { privateKey } = generateKeyPairSync('ed25519');
      return compileText(text, { key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() });
    };
    const [one, other] = [await signed(), await signed()];
    const hash = parseImage(other).digest;
    expect([parseImage(one).digest, one.length]).toEqual([hash, other.length]);
    for (const sent of [one.length - 20, one.length]) {
      const { device, sim } = await start({ before: (earlier) => uploadSome(earlier, one, sent) });
      expect(await push(device, { bytes: other, hash })).toMatchObject({
        result: 'pending',
        resumedAtBytes: 0,
      });
      expect(Buffer.from(sim.content.subarray(slotBytes, slotBytes + other.length)).equals(other)).toBe(true);
    }
  });

  test('of an edition that waits in the other slot sends one piece and still reads it all back', async () => {
    const { run, line, steps } = await start({
      before: (earlier) => uploadSome(earlier, bytes, IMAGE_BYTES),
    });
    const result = await run();
    expect(result).toMatchObject({ result: 'pending', resumedAtBytes: IMAGE_BYTES });
    expect(line.sent('1/1')).toBe(1);
    expect(steps.at(-1)).toMatchObject({ step: 'read-back', doneBytes: IMAGE_BYTES });
  });

  test.each([0, 1023, 1024, IMAGE_BYTES - 1])(
    'whose byte %i flash got wrong is never said to be there',
    async (wrongByteAt) => {
      const { run, sim } = await start({
        script: ({ content }) => ({
          '78/12': () => {
            content[slotBytes + wrongByteAt] = (bytes[wrongByteAt] ?? 0) ^ 1;
            return null;
          },
        }),
      });
      await expect(run()).rejects.toMatchObject({
        code: 'READBACK_MISMATCH',
        exitCode: 3,
        message: expect.stringContaining(`byte ${wrongByteAt} `),
      });
      expect(await stageOf(sim)).toBe('none');
    },
  );

  test('of an edition older than the running one tells why', async () => {
    const newer = await compileEdition({ epoch: 13, replaces: '12', limit: 40 });
    const { run } = await start({ running: newer });
    await expect(run()).rejects.toMatchObject({ code: 'EPOCH_STALE', exitCode: 1, group: 78, rc: 22 });
  });

  test('that is refused in the words of another server tells why (group 1, rc 9)', async () => {
    const script = () => ({
      '1/1': (piece: Map<unknown, unknown>) => (piece.get('off') === 0 ? null : { err: { group: 1, rc: 9 } }),
    });
    const { run } = await start({ script });
    await expect(run()).rejects.toMatchObject({ code: 'IMAGE_NO_FREE_SLOT', exitCode: 1 });
  });

  test.each([0, 400, IMAGE_BYTES + 1])(
    'of which the device always wants byte %i is given up',
    async (stuckAt) => {
      const { run, line } = await start({ script: () => ({ '1/1': () => ({ off: stuckAt }) }) });
      await expect(run()).rejects.toMatchObject({ code: 'UPLOAD_STUCK', exitCode: 3 });
      expect(line.sent('1/1')).toBeLessThan(20);
    },
  );

  test('over a line that breaks fails, and the next one resumes', async () => {
    const { run, over, sim } = await start({ faults: { 5: { kind: 'disconnect' } } });
    await expect(run()).rejects.toMatchObject({ code: 'LINE_LOST' });
    const { upload: received } = await sim.client().status();
    expect(received).toBeGreaterThan(4000);
    expect((await over().run()).resumedAtBytes).toBe(received);
    expect(holdsImage(sim)).toBe(true);
  });

  const kinds: Fault['kind'][] = [
    'lose-request',
    'lose-answer',
    'duplicate-answer',
    'corrupt-answer',
    'log-before',
  ];
  test.each(kinds)('comes through with "%s" befalling any one of its requests', async (kind) => {
    const undisturbed = await start();
    await undisturbed.run();
    for (let request = 0; request < undisturbed.line.requests.length; request++) {
      const { run, sim } = await start({ faults: { [request]: { kind } as Fault } });
      expect(await run(), `request ${request}`).toMatchObject({ result: 'pending' });
      expect(holdsImage(sim)).toBe(true);
    }
  });

  test('waits 40 seconds for the erase, and 2.5 for a piece in the middle', async () => {
    const slow = await start({ faults: { 2: { kind: 'late-answer', delayMs: 39_000 } } });
    await slow.run();
    expect(slow.line.sent('1/1')).toBe(5);
    const late = await start({ faults: { 3: { kind: 'late-answer', delayMs: 3000 } } });
    await late.run();
    expect(late.line.sent('1/1')).toBe(6);
  });
});

test('closing the window puts the pending edition on trial', async () => {
  const { device, run } = await start();
  await run();
  expect(await closeAndActivate(device)).toMatchObject({ mode: 'run', trial: true, stage: 'trial' });
});

test('progress in lines: nothing of what is quick, quarters of what is slow, with rate and time left', () => {
  const clock = new SimulatedClock();
  const lines: string[] = [];
  let nowMs = 0;
  const progress = new ProgressLines((line) => lines.push(line), {
    nowMs: () => nowMs,
    after: clock.after.bind(clock),
  });
  for (let doneBytes = 1024; doneBytes <= 10_240; doneBytes += 1024) {
    progress.report({ step: 'upload', doneBytes, totalBytes: 10_240 });
    nowMs += 500;
  }
  for (let doneBytes = 1024; doneBytes <= 10_240; doneBytes += 1024) {
    progress.report({ step: 'read-back', doneBytes, totalBytes: 10_240 });
  }
  expect(lines).toEqual([
    'upload 30% 2.0 KiB/s 4 s left',
    'upload 50% 2.0 KiB/s 3 s left',
    'upload 80% 2.0 KiB/s 1 s left',
    'upload 100% 2.0 KiB/s done',
  ]);
});
