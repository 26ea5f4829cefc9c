/** What was sent and what a slot holds: told by digests, or byte for byte, with the bad pieces named. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { broughtWords } from '../../host/cli/common/pushing.ts';
import { parseImage } from '../../host/image/container.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { type PushOptions, push } from '../../host/serial/push.ts';
import { requireSameInSlot, type SameOptions } from '../../host/serial/same-in-slot.ts';
import { compileEdition } from '../support/editions.ts';
import { FakeDevice, type Script } from '../support/fake-device.ts';
import { RequestLine } from '../support/request-line.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 60, nameLetters: 40 });
const image = { bytes: second, hash: parseImage(second).digest };
const DIGEST = '78/12';
const READ = '78/3';
const KIB = 1024;
const hashOf = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

async function opened(script: (sim: SimDevice) => Script = () => ({})) {
  const sim = await SimDevice.boot({ image: first });
  const opener = sim.client();
  await opener.openWindow();
  const line = new RequestLine(new FakeDevice(sim, script(sim)), sim.clock, {});
  const device = new Device(new SmpClient(line, { clock: sim.clock }), { token: opener.token });
  return { sim, line, device };
}

describe('a push', () => {
  const run = async (options: PushOptions, script?: (sim: SimDevice) => Script) => {
    const { line, device } = await opened(script);
    const result = await push(device, image, options);
    return { result, digests: line.sent(DIGEST), reads: line.sent(READ) };
  };

  test('reads back by digests: no byte of the edition comes back', async () => {
    const { result, digests, reads } = await run({});
    expect(result).toMatchObject({ result: 'pending', readBack: 'digest' });
    expect([digests, reads]).toEqual([1, 0]);
    expect(broughtWords(2, result)).toMatch(/ in slot 1, read back and equal \(/);
  });

  test('reads back byte for byte when that is asked for', async () => {
    const { result, digests, reads } = await run({ readBack: 'bytes' });
    expect(result).toMatchObject({ result: 'pending', readBack: 'bytes' });
    expect([digests, reads]).toEqual([0, Math.ceil(second.length / KIB)]);
    expect(broughtWords(2, result)).toMatch(/ in slot 1, read back byte for byte and equal \(/);
  });

  test.each([
    ['in its own words', { rc: 8 }],
    ['as version 1 has it', { rc: 8, rsn: 'not supported' }],
  ])('of a core that knows no digests reads it back byte for byte, %s', async (_name, answer) => {
    const { result, digests, reads } = await run({}, () => ({ [DIGEST]: () => answer }));
    expect(result).toMatchObject({ result: 'pending', readBack: 'bytes' });
    expect([digests, reads]).toEqual([1, Math.ceil(second.length / KIB)]);
  });

  test('of the running edition reads nothing back', async () => {
    const { device } = await opened();
    const running = { bytes: first, hash: parseImage(first).digest };
    expect(await push(device, running)).toMatchObject({ result: 'already-running', readBack: null });
  });

  test('that is refused another way is not read back byte for byte instead', async () => {
    const answers = [{ rc: 3 }, { err: { group: 78, rc: 8 } }, { rc: 11 }];
    for (const answer of answers) {
      const { device, line } = await opened(() => ({ [DIGEST]: () => answer }));
      await expect(push(device, image)).rejects.toMatchObject({ exitCode: 1 });
      expect(line.sent(READ)).toBe(0);
    }
  });

  test.each([
    ['of another place', { off: 1, hash: new Uint8Array(32) }],
    ['that is empty', { off: 0, hash: new Uint8Array(0) }],
    ['that is too short', { off: 0, hash: new Uint8Array(31) }],
    ['that is a text', { off: 0, hash: 'x'.repeat(32) }],
    ['that is none', { off: 0 }],
  ])('believes no digest %s', async (_name, answer) => {
    const { device } = await opened(() => ({ [DIGEST]: () => answer }));
    await expect(push(device, image)).rejects.toMatchObject({ code: 'ANSWER_MALFORMED', exitCode: 3 });
  });

  test('believes no digest that was worked out before: each is over a nonce of its own', async () => {
    const nonces = new Set<string>();
    const { device } = await opened(() => ({
      [DIGEST]: (request) => {
        nonces.add(Buffer.from(request.get('nonce') as Uint8Array).toString('hex'));
        const [off, len] = [Number(request.get('off')), Number(request.get('len'))];
        return { off, hash: hashOf(new Uint8Array(16), second.subarray(off, off + len)) };
      },
    }));
    await expect(push(device, image)).rejects.toMatchObject({ code: 'READBACK_UNSTABLE', exitCode: 3 });
    expect(nonces.size).toBe(1 + Math.ceil(second.length / (4 * KIB)));
  });
});

describe('a slot of 120,000 bytes', () => {
  const sent = Uint8Array.from({ length: 120_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

  async function holding(wrong: readonly number[]) {
    const { sim, line, device } = await opened();
    const slotBytes = sim.flash.geometry.areaBytes[0] ?? 0;
    sim.content.set(sent, slotBytes);
    for (const at of wrong) sim.content[slotBytes + at] = (sent[at] ?? 0) ^ 0x80;
    const { bufferBytes } = await device.parameters();
    const same = (options: Partial<SameOptions> = {}) =>
      requireSameInSlot(device, sent, { slot: 1, bufferBytes, ...options });
    return { sim, line, same };
  }

  test('is read back in four digests, with progress', async () => {
    const { line, same } = await holding([]);
    const steps: number[] = [];
    expect(await same({ onProgress: ({ doneBytes }) => steps.push(doneBytes) })).toBe('digest');
    expect(steps).toEqual([32 * KIB, 64 * KIB, 96 * KIB, sent.length]);
    expect([line.sent(DIGEST), line.sent(READ)]).toEqual([4, 0]);
  });

  test.each([
    [[0], '0 to 4095'],
    [[4095], '0 to 4095'],
    [[4096], '4096 to 8191'],
    [[sent.length - 1], '118784 to 119999'],
    [[70_000, 70_001, 119_000], '69632 to 73727, 118784 to 119999'],
    [
      [5, 5000, 40_000, 50_000, 60_000, 119_999],
      '0 to 4095, 4096 to 8191, 36864 to 40959, 49152 to 53247, 2 pieces more',
    ],
  ])('with wrong bytes %j: the pieces are named, and the first byte', async (wrong, pieces) => {
    const { line, same } = await holding(wrong);
    const [at = 0] = wrong;
    await expect(same()).rejects.toMatchObject({
      code: 'READBACK_MISMATCH',
      exitCode: 3,
      message: `Slot 1 does not hold what was sent: byte ${at} is ${(sent[at] ?? 0) ^ 0x80} and should be ${sent[at]}. What differs lies in bytes ${pieces}.`,
    });
    expect(line.sent(READ)).toBe(Math.ceil(Math.min(4096, sent.length - (at - (at % 4096))) / KIB));
  });

  test('byte for byte, the first wrong byte is named', async () => {
    const { same } = await holding([70_000]);
    await expect(same({ way: 'bytes' })).rejects.toMatchObject({
      code: 'READBACK_MISMATCH',
      message: expect.stringContaining('byte 70000 is'),
    });
  });

  test('of a flash that gives other bits from one reading to the next: said so', async () => {
    const { sim, same } = await holding([]);
    const read = sim.flash.read.bind(sim.flash);
    let spoils = 1;
    sim.flash.read = (area, offset, destination) => {
      const is = read(area, offset, destination);
      if (area === 1 && offset <= 40_000 && 40_000 < offset + destination.length && spoils-- > 0)
        destination[40_000 - offset] = (destination[40_000 - offset] ?? 0) ^ 1;
      return is;
    };
    await expect(same()).rejects.toMatchObject({
      code: 'READBACK_UNSTABLE',
      exitCode: 3,
      message: 'Bytes 32768 to 119999 of slot 1 read back differently from one time to the next.',
    });
    expect(await same()).toBe('digest');
  });

  test('longer than the slot: refused, not cut off', async () => {
    const { same, sim } = await holding([]);
    const slotBytes = sim.flash.geometry.areaBytes[0] ?? 0;
    const { device } = await opened();
    const { bufferBytes } = await device.parameters();
    const long = new Uint8Array(slotBytes + 1);
    await expect(
      requireSameInSlot(device, long, { slot: 1, bufferBytes, way: 'bytes' }),
    ).rejects.toMatchObject({
      code: 'SLOT_SHORT',
    });
    expect(await same()).toBe('digest');
  });
});
