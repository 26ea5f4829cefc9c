import { describe, expect, test } from 'vitest';
import { closeAndActivate } from '../../host/serial/activation.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { ProgressLines } from '../../host/serial/progress.ts';
import { type PushProgress, push } from '../../host/serial/push.ts';
import { FakeDevice, type FakeDeviceOptions, type Fault, SimulatedClock } from '../support/fake-device.ts';

const IMAGE_BYTES = 9001;
const bytes = Uint8Array.from({ length: IMAGE_BYTES }, (_, index) => (index * 31) >> 3);
const hash = new Uint8Array(32).fill(0x42);
const image = { bytes, hash };

function start(options: FakeDeviceOptions = {}) {
  const clock = new SimulatedClock();
  const fake = new FakeDevice(clock, options);
  const steps: PushProgress[] = [];
  const device = new Device(new SmpClient(fake, { clock }), { token: 4 });
  return {
    clock,
    fake,
    device,
    steps,
    run: () => push(device, image, { onProgress: (step) => steps.push(step) }),
  };
}

describe('a push', () => {
  test('uploads, reads back, compares, and marks as pending', async () => {
    const { run, fake, steps } = start();
    const result = await run();
    expect(result).toMatchObject({
      result: 'pending',
      bytes: IMAGE_BYTES,
      sentBytes: IMAGE_BYTES,
      resumedAtBytes: 0,
      slot: 1,
    });
    expect(Buffer.from(fake.slotContent).equals(bytes)).toBe(true);
    expect(fake.stage).toBe(1);
    expect(steps.filter((step) => step.step === 'upload').at(-1)?.doneBytes).toBe(IMAGE_BYTES);
    expect(steps.filter((step) => step.step === 'read-back').at(-1)?.doneBytes).toBe(IMAGE_BYTES);
  });

  test.each([256, 384, 2048, 4096])(
    'fills a buffer of %i bytes, and never overfills it',
    async (bufferBytes) => {
      const { run, fake } = start({ bufferBytes });
      await run();
      expect(fake.largestMessageBytes).toBeLessThanOrEqual(bufferBytes - 4);
      expect(fake.largestMessageBytes).toBeGreaterThanOrEqual(bufferBytes - 8);
    },
  );

  test('of the running edition is a success that writes nothing', async () => {
    const { run, fake } = start({ runningHash: hash, window: 'run' });
    expect(await run()).toMatchObject({ result: 'already-running', sentBytes: 0, trial: false });
    expect(fake.requests).toEqual(['78/0']);
  });

  test('without a window says so before anything is sent', async () => {
    const { run, fake } = start({ window: 'run' });
    await expect(run()).rejects.toMatchObject({ code: 'NO_WINDOW', exitCode: 1 });
    expect(fake.uploads).toBe(0);
  });

  test('goes on where an earlier one was cut off', async () => {
    const { run, fake } = start({
      begun: { hash, content: bytes.subarray(0, 6000), imageBytes: IMAGE_BYTES },
    });
    const result = await run();
    expect(result.resumedAtBytes).toBe(6000);
    expect(result.sentBytes).toBeLessThan(6000);
    expect(Buffer.from(fake.slotContent).equals(bytes)).toBe(true);
  });

  test('starts anew over the remains of another image', async () => {
    const other = new Uint8Array(32).fill(0x43);
    const { run, fake } = start({ begun: { hash: other, content: bytes.subarray(5, 605), imageBytes: 700 } });
    expect((await run()).resumedAtBytes).toBe(0);
    expect(Buffer.from(fake.slotContent).equals(bytes)).toBe(true);
  });

  test('of an edition that waits in the other slot sends one piece and still reads it all back', async () => {
    const { run, steps } = start({ begun: { hash, content: bytes, imageBytes: IMAGE_BYTES } });
    const result = await run();
    expect(result).toMatchObject({ result: 'pending', resumedAtBytes: IMAGE_BYTES });
    expect(steps.at(-1)).toMatchObject({ step: 'read-back', doneBytes: IMAGE_BYTES });
  });

  test.each([0, 1023, 1024, IMAGE_BYTES - 1])(
    'whose byte %i reads back wrong is never said to be there',
    async (wrongByteAt) => {
      const { run, fake } = start({ wrongByteAt });
      await expect(run()).rejects.toMatchObject({
        code: 'READBACK_MISMATCH',
        exitCode: 3,
        message: expect.stringContaining(`byte ${wrongByteAt} `),
      });
      expect(fake.stage).toBe(0);
    },
  );

  test.each([
    [78, 22, 'EPOCH_STALE'],
    [1, 9, 'IMAGE_NO_FREE_SLOT'],
  ])('that is refused tells why (group %i, rc %i)', async (group, rc, code) => {
    const { run } = start({ faults: { 3: { kind: 'refuse', group, rc } } });
    await expect(run()).rejects.toMatchObject({ code, exitCode: 1 });
  });

  test.each([0, 400, IMAGE_BYTES + 1])(
    'of which the device always wants byte %i is given up',
    async (stuckAt) => {
      const { run, fake } = start({ stuckAt });
      await expect(run()).rejects.toMatchObject({ code: 'UPLOAD_STUCK', exitCode: 3 });
      expect(fake.uploads).toBeLessThan(20);
    },
  );

  test('over a line that breaks fails, and the next one resumes', async () => {
    const clock = new SimulatedClock();
    const first = new FakeDevice(clock, { faults: { 5: { kind: 'disconnect' } } });
    await expect(push(new Device(new SmpClient(first, { clock })), image)).rejects.toMatchObject({
      code: 'LINE_LOST',
    });
    const content = first.slotContent.subarray(0, 4000);
    const second = start({ begun: { hash, content, imageBytes: IMAGE_BYTES } });
    expect((await second.run()).resumedAtBytes).toBe(4000);
  });

  const kinds: Fault['kind'][] = [
    'lose-request',
    'lose-answer',
    'duplicate-answer',
    'corrupt-answer',
    'log-before',
  ];
  test.each(kinds)('comes through with "%s" befalling any one of its requests', async (kind) => {
    const undisturbed = start();
    await undisturbed.run();
    for (let request = 0; request < undisturbed.fake.requests.length; request++) {
      const { run, fake } = start({ faults: { [request]: { kind } as Fault } });
      expect(await run(), `request ${request}`).toMatchObject({ result: 'pending' });
      expect(Buffer.from(fake.slotContent).equals(bytes)).toBe(true);
    }
  });

  test('waits 40 seconds for the erase, and 2.5 for a piece in the middle', async () => {
    const slow = start({ faults: { 2: { kind: 'late-answer', delayMs: 39_000 } } });
    await slow.run();
    expect(slow.fake.uploads).toBe(5);
    const late = start({ faults: { 3: { kind: 'late-answer', delayMs: 3000 } } });
    await late.run();
    expect(late.fake.uploads).toBe(6);
  });
});

test('closing the window puts the pending edition on trial', async () => {
  const { device, run } = start();
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
