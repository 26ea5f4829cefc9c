import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { MODE, STATE_OF } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { describeRefusal, RefusedError } from '../../host/refusals/refusals.ts';
import { decodeCbor, encodeCbor } from '../../host/serial/cbor.ts';
import { type RetryEvent, SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { encodeFrame } from '../../host/serial/framing.ts';
import { push } from '../../host/serial/push.ts';
import { decodeHeader, decodeMessage, encodeMessage } from '../../host/serial/smp.ts';
import { compileEdition } from '../support/editions.ts';
import { FakeDevice, type Script } from '../support/fake-device.ts';
import { type Fault, RequestLine } from '../support/request-line.ts';
import { SimDevice } from '../support/sim-device.ts';

const hexBytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

const first = await compileEdition({ epoch: 11, limit: 80 });
const second = await compileEdition({ epoch: 12, replaces: '11', limit: 40 });
const image = { bytes: second, hash: parseImage(second).digest };
const config = { checksToConfirm: 1000, leaseTicks: 1000 };

interface StartOptions {
  /** Faults by number of the request. */
  faults?: Record<number, Fault>;
  /** What a real core cannot say. */
  script?: Script;
  /** What another client brought the device to before; its window is this one's as well, unless it is a stranger's. */
  before?: 'window' | 'pending' | 'trial' | 'ripe';
  stranger?: boolean;
}

async function start({ faults, script = {}, before, stranger = false }: StartOptions = {}) {
  const sim = await SimDevice.boot({
    image: first,
    config,
    patience: { untilAnswer: 20_000, afterAnswer: 300 },
  });
  sim.checksASlice = 0;
  const token = before === undefined ? null : await bring(sim, before);
  const { clock } = sim;
  const startMs = clock.nowMs();
  const line = new RequestLine(new FakeDevice(sim, script), clock, faults);
  const retries: RetryEvent[] = [];
  const client = new SmpClient(line, { clock, firstSequence: 250, onRetry: (event) => retries.push(event) });
  const device = new Device(client, { token: stranger ? null : token });
  return { clock, startMs, sim, line, retries, client, device };
}

/** Pushed and pending; on trial, in a window; or that after checks enough. Gives the token of the window. */
async function bring(sim: SimDevice, state: NonNullable<StartOptions['before']>): Promise<number | null> {
  const client = sim.client();
  await client.openWindow();
  if (state === 'window') return client.token;
  await push(client, image);
  if (state === 'pending') return client.token;
  await client.closeWindow();
  if (state === 'ripe') await ripen(sim);
  await client.openWindow();
  return client.token;
}

/** As many checks of the edition on trial as a confirmation needs. */
async function ripen(sim: SimDevice): Promise<void> {
  sim.checksASlice = config.checksToConfirm;
  await sim.run(2);
  sim.checksASlice = 0;
}

describe('messages', () => {
  test('a recorded request is made byte for byte', () => {
    const header = { version: 1, operation: 2, group: 0, sequence: 0, id: 0 };
    expect(encodeMessage(header, { d: 'hello' })).toEqual(
      Buffer.from('0a00000900000000a161646568656c6c6f', 'hex'),
    );
  });

  test('a recorded answer of indefinite length is read', () => {
    const { header, body } = decodeMessage(hexBytes('0b00000a00000000bf61726568656c6c6fff'));
    expect(header).toEqual({ version: 1, operation: 3, group: 0, sequence: 0, id: 0 });
    expect(body).toEqual(new Map([['r', 'hello']]));
  });

  test.each([
    ['shorter than a header', '0b00000a000000'],
    ['less than its length says', '0b00000a00000000bf6172'],
    ['more than its length says', '0b00000100000000a0a0'],
  ])('%s is no message', (_, hex) => {
    expect(decodeHeader(hexBytes(hex))).toBeNull();
  });
});

describe('CBOR', () => {
  test('fields without a value are left out, lengths are definite', () => {
    expect(encodeCbor({ off: 0, token: undefined, confirm: false })).toEqual(
      hexBytes('a2636f66660067636f6e6669726df4'),
    );
  });

  test.each([
    ['nothing', ''],
    ['no map', '8101'],
    ['a key twice', 'a2616101616102'],
    ['two items', 'a0a0'],
    ['cut off', 'a161'],
    ['a break as value', 'a16161ff'],
    ['more entries than bytes', 'bbffffffffffffffff'],
    ['deep lists', `a16161${'81'.repeat(40)}01`],
    ['a tag', 'a16161c101'],
    ['too much', `a1616159${(5000).toString(16).padStart(4, '0')}${'00'.repeat(5000)}`],
  ])('%s is refused', (_, hex) => {
    expect(() => decodeCbor(hexBytes(hex))).toThrow(
      expect.objectContaining({ code: 'CBOR_MALFORMED', exitCode: 3 }),
    );
  });
});

describe('a request', () => {
  test('gets its answer', async () => {
    const { device } = await start();
    expect(await device.echo('hello')).toBe('hello');
  });

  /** The fault of the first request, what comes of it, and how many requests were sent. */
  const recovered: [string, Fault, number][] = [
    ['a log line before the answer', { kind: 'log-before' }, 1],
    ['a duplicate answer', { kind: 'duplicate-answer' }, 1],
    ['a lost request', { kind: 'lose-request' }, 2],
    ['a lost answer', { kind: 'lose-answer' }, 2],
    ['a damaged answer', { kind: 'corrupt-answer' }, 2],
    ['an answer that is a little late', { kind: 'late-answer', delayMs: 2400 }, 1],
    ['an answer that is too late', { kind: 'late-answer', delayMs: 2600 }, 2],
  ];

  test.each(recovered)('survives %s', async (_, fault, requests) => {
    const { device, line, retries } = await start({ faults: { 0: fault } });
    expect(await device.echo('one')).toBe('one');
    expect(line.requests).toHaveLength(requests);
    expect(retries).toHaveLength(requests - 1);
    expect(await device.echo('two')).toBe('two');
  });

  test('that is answered late never takes the late answer for that of the next one', async () => {
    const { device, client, clock } = await start({
      faults: { 0: { kind: 'late-answer', delayMs: 6000 }, 1: { kind: 'late-answer', delayMs: 2600 } },
    });
    expect(await device.echo('one')).toBe('one');
    await new Promise<void>((resolve) => clock.after(10_000, resolve));
    expect(client.droppedAnswers).toBe(2);
    expect(await device.echo('two')).toBe('two');
  });

  test('that waits while a late answer to an earlier one comes does not take it', async () => {
    const { device, client } = await start({
      faults: { 0: { kind: 'late-answer', delayMs: 2600 }, 2: { kind: 'late-answer', delayMs: 2000 } },
    });
    expect(await device.echo('one')).toBe('one');
    expect(await device.echo('two')).toBe('two');
    expect(client.droppedAnswers).toBe(1);
  });

  test('is given up after a bounded number of attempts, each announced', async () => {
    const { device, line, retries, clock, startMs } = await start({
      faults: { 0: { kind: 'lose-answer' }, 1: { kind: 'lose-answer' }, 2: { kind: 'lose-answer' } },
    });
    await expect(device.echo('one')).rejects.toMatchObject({ code: 'NO_ANSWER', exitCode: 3 });
    expect(line.requests).toHaveLength(3);
    expect(retries.map((event) => event.attempt)).toEqual([1, 2]);
    expect(clock.nowMs() - startMs).toBe(20 + 3 * 2500);
  });

  test('on a line that breaks fails at once, and so does the next', async () => {
    const { device } = await start({ faults: { 0: { kind: 'disconnect' } } });
    await expect(device.echo('one')).rejects.toMatchObject({ code: 'LINE_LOST', exitCode: 3 });
    await expect(device.echo('two')).rejects.toMatchObject({ exitCode: 3 });
  });

  test('whose answer is no CBOR fails with a name', async () => {
    const { device } = await start({ script: { '0/0': () => Uint8Array.of(0xff) } });
    await expect(device.echo('one')).rejects.toMatchObject({ code: 'CBOR_MALFORMED', exitCode: 3 });
  });

  test('whose answer lacks a field fails naming it', async () => {
    const { client } = await start();
    const answer = await client.request({
      what: 'echo',
      operation: 'read',
      group: 0,
      id: 0,
      fields: { d: 'x' },
    });
    expect(() => answer.u32('off')).toThrow(/"off" must be an integer but is missing/);
    expect(() => answer.u32('r')).toThrow(/"r" must be an integer but is "x"/);
  });

  test('drops what nobody asked for', async () => {
    const { device, client, line } = await start();
    await device.echo('one');
    line.say(
      encodeFrame(
        encodeMessage({ version: 1, operation: 3, group: 0, sequence: 251, id: 0 }, { r: 'stale' }),
      ),
    );
    expect(await device.echo('two')).toBe('two');
    expect(client.droppedAnswers).toBe(1);
  });

  test('sequence numbers wrap', async () => {
    const { device } = await start();
    for (let count = 0; count < 20; count++) expect(await device.echo(`${count}`)).toBe(`${count}`);
  });
});

describe('refusals', () => {
  test.each([
    [78, 2, 'NOT_PARKED'],
    [1, 9, 'IMAGE_NO_FREE_SLOT'],
    [1, 10, 'IMAGE_FLASH_OPEN_FAILED'],
    [1, 14, 'IMAGE_INVALID_SLOT'],
    [1, 28, 'IMAGE_ALREADY_PENDING'],
    [1, 30, 'IMAGE_INVALID_IMAGE_TOO_LARGE'],
    [0, 8, 'SMP_NOT_SUPPORTED'],
    [null, 13, 'SMP_TOO_NEW'],
    [null, 256 + 22, 'EPOCH_STALE'],
    [78, 200, 'UNKNOWN_REFUSAL'],
  ] as const)('group %s, rc %s is %s', (group, rc, name) => {
    expect(describeRefusal(group, rc).name).toBe(name);
  });

  test('a refused request throws words, a remedy and exit code 1', async () => {
    const { device } = await start({ before: 'trial' });
    const error = await device.confirm().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ code: 'TOO_FEW_CHECKS', exitCode: 1, group: 78, rc: 52 });
    expect(error instanceof HoldfastError && error.remedy).toMatch(/let the machine run/);
  });
});

describe('writes that must not happen twice', () => {
  test('a window whose answer is lost is found open, under its token', async () => {
    const { device, line } = await start({ faults: { 1: { kind: 'lose-answer' } } });
    expect(await device.openWindow()).toEqual({ token: 1, ticks: 1000 });
    expect(device.token).toBe(1);
    expect(line.sent('78/1')).toBe(1);
  });

  test('a window whose request is lost is asked for again', async () => {
    const { device, line } = await start({ faults: { 1: { kind: 'lose-request' } } });
    expect(await device.openWindow()).toEqual({ token: 1, ticks: 1000 });
    expect(line.sent('78/1')).toBe(2);
  });

  test('a window of someone else is not taken for ours', async () => {
    const { device } = await start({
      before: 'window',
      stranger: true,
      faults: { 1: { kind: 'lose-answer' } },
    });
    await expect(device.openWindow()).rejects.toMatchObject({ code: 'WINDOW_HELD' });
  });

  test('one’s own window that is still open is said to be so, and how to go on', async () => {
    const { device } = await start({ before: 'window' });
    const token = device.token;
    await expect(device.openWindow()).rejects.toMatchObject({
      code: 'WINDOW_OWN',
      message: `Your own window is still open, under token ${token}.`,
      exitCode: 1,
    });
    expect(device.token).toBe(token);
  });

  test('closing, when the answer is lost', async () => {
    const { device, line, sim } = await start({ before: 'window', faults: { 0: { kind: 'lose-answer' } } });
    await device.closeWindow();
    expect(sim.mode()).toBe(MODE.run);
    expect(line.requests).toEqual(['78/2', '78/0']);
  });

  test('confirming, when the answer is lost, happens once', async () => {
    const { device, line, sim } = await start({ before: 'ripe', faults: { 1: { kind: 'lose-answer' } } });
    await device.confirm();
    expect(line.requests).toEqual(['78/0', '1/0', '78/0', '1/0']);
    expect(sim.core.stateOf(STATE_OF.onTrial)).toBe(0);
    expect(await device.images()).toContainEqual(
      expect.objectContaining({ version: '0.0.0.12', active: true, confirmed: true }),
    );
  });

  test.each(['pending', 'trial'] as const)(
    'reverting what is %s, when the answer is lost, happens once',
    async (before) => {
      const { device, line, sim } = await start({ before, faults: { 0: { kind: 'lose-answer' } } });
      await device.revert();
      expect(line.sent('78/6')).toBe(1);
      expect((await device.status()).stage).toBe('none');
      expect(sim.epoch()).toBe(11);
    },
  );
});
