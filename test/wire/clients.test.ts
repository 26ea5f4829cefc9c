/** Existing SMP clients, with their quirks (docs/SPEC.md section 7.1), in a shared lease: nothing about them is changed for us. */
import { describe, expect, test } from 'vitest';
import { BUILD_LIMITS, GROUP, IMAGE_ERROR } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { compileEdition } from '../support/editions.ts';
import { type Answer, RawClient } from '../support/raw-client.ts';
import { SimDevice } from '../support/sim-device.ts';

const OS = 0;
const IMAGE = 1;
const [ECHO, RESET, PARAMETERS, INFO] = [0, 5, 6, 7];
const [STATE, UPLOAD, ERASE, SLOT_INFO] = [0, 1, 5, 6];
/** Bytes of data that the client sends which ignores parameters. */
const STUBBORN_BYTES = 371 - 60;
/** Of a message, what is not data of a piece. */
const PIECE_OTHER_BYTES = 100;

const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 60 });
const { digest } = parseImage(second);
const config = { checksToConfirm: 5, trialTicks: 0 };
const PLACE = 500;

/** The smallest build and that of most, by their builds' names. */
const BUILDS = ['device-4k', 'device'] as const;

describe.each(BUILDS)('the build %s', (build) => {
  async function inSharedWindow(): Promise<SimDevice> {
    const device = await SimDevice.boot({ image: first, config, build });
    await device.client().openWindow({ shared: true });
    return device;
  }

  /** Pieces as long as a message of the build takes; the first one says more. Gives the last answer. */
  async function uploadFrom(
    client: RawClient,
    from: number,
    begin: Record<string, unknown> = {},
  ): Promise<Answer> {
    const pieceBytes = BUILD_LIMITS[build].messageBytesMax - PIECE_OTHER_BYTES;
    let answer: Answer = { off: from };
    for (let off = from; off < second.length; off = Number(answer.off)) {
      const data = second.subarray(off, off + pieceBytes);
      answer = await client.write(IMAGE, UPLOAD, { off, data, ...(off === from ? begin : {}) });
      expect(Number(answer.off)).toBeGreaterThan(off);
    }
    return answer;
  }

  /** The machine is used for a while and parked again, and its operator opens a window again. */
  async function useAndPark(device: SimDevice): Promise<void> {
    await device.run(50);
    await device.client().openWindow({ shared: true });
  }

  /** The second edition runs on trial, in a window of its own. */
  async function onTrial(): Promise<{ device: SimDevice; client: RawClient }> {
    const device = await inSharedWindow();
    const client = new RawClient(device, { version: 2 });
    await uploadFrom(client, 0, { len: second.length });
    await client.write(IMAGE, STATE, { hash: digest });
    await client.write(OS, RESET);
    await device.client().openWindow({ shared: true });
    return { device, client };
  }

  interface Slot {
    slot: number;
    active: boolean;
    confirmed: boolean;
    pending: boolean;
  }

  /** What a list says, as the reference's letters: C confirmed, A active, P pending. */
  function letters(answer: Answer): Record<number, string> {
    const slots = answer.images as Slot[];
    return Object.fromEntries(
      slots.map(({ slot, active, confirmed, pending }) => [
        slot,
        `${confirmed ? 'C' : ''}${active ? 'A' : ''}${pending ? 'P' : ''}`,
      ]),
    );
  }

  function limitNow(device: SimDevice): number | null {
    return device.core.verdict(device.core.check(0, PLACE), PLACE).limit;
  }

  describe('a strict client of version 2', () => {
    test.each([{ logs: false }, { logs: true }])(
      'the whole update, with no key that it does not know; %o',
      async ({ logs }) => {
        const device = await inSharedWindow();
        const client = new RawClient(device, { version: 2, logs });
        expect(await client.write(OS, ECHO, { d: 'hi' })).toEqual({ r: 'hi' });
        expect(await client.read(OS, INFO, { format: 's' })).toEqual({ output: 'Holdfast' });
        const { buf_size: bufferBytes } = await client.read(OS, PARAMETERS);
        expect(await client.read(IMAGE, SLOT_INFO)).toMatchObject({
          images: [{ image: 0, slots: [{ slot: 0 }, { slot: 1, upload_image_id: 0 }] }],
        });
        const pieceBytes = Number(bufferBytes) - 100;
        for (let off = 0; off < second.length; ) {
          const begin = off === 0 ? { len: second.length, sha: digest } : {};
          const data = second.subarray(off, off + pieceBytes);
          const answer = await client.write(IMAGE, UPLOAD, { off, data, ...begin });
          expect(Object.keys(answer)).toEqual(['off']);
          off = Number(answer.off);
        }
        const listed = await client.read(IMAGE, STATE);
        expect(Object.keys(listed)).toEqual(['images', 'splitStatus']);
        expect(letters(listed)).toEqual({ 0: 'CA', 1: '' });
        const entry = (listed.images as Answer[])[1] ?? {};
        expect(Object.keys(entry).sort()).toEqual([
          'active',
          'bootable',
          'confirmed',
          'hash',
          'pending',
          'permanent',
          'slot',
          'version',
        ]);
        expect(letters(await client.write(IMAGE, STATE, { hash: digest, confirm: false }))).toEqual({
          0: 'CA',
          1: 'P',
        });
        expect(await client.write(OS, RESET)).toEqual({});
        expect(device.resets).toBe(1);
        expect(letters(await client.read(IMAGE, STATE))).toEqual({ 0: 'C', 1: 'A' });
        expect(limitNow(device)).toBe(40);
        await useAndPark(device);
        expect(letters(await client.write(IMAGE, STATE, { hash: digest, confirm: true }))).toEqual({
          0: '',
          1: 'CA',
        });
      },
    );

    test('a reset without a confirmation goes back', async () => {
      const { device, client } = await onTrial();
      await client.write(OS, RESET);
      expect(letters(await client.read(IMAGE, STATE))).toEqual({ 0: 'CA', 1: '' });
      expect(limitNow(device)).toBe(80);
    });

    test('what does not exist is refused by its standard name', async () => {
      const device = await inSharedWindow();
      const client = new RawClient(device, { version: 2 });
      const refusal = (rc: number) => ({ err: { group: GROUP.image, rc } });
      const piece = { off: 0, len: second.length, data: second.subarray(0, 400), image: 7 };
      expect(await client.write(IMAGE, UPLOAD, piece)).toEqual(refusal(IMAGE_ERROR.invalidSlot));
      expect(await client.write(IMAGE, ERASE, { slot: 2 })).toEqual(refusal(IMAGE_ERROR.flashOpenFailed));
      expect(await client.write(IMAGE, ERASE, { slot: 0 })).toEqual(refusal(IMAGE_ERROR.noFreeSlot));
    });

    test('while an edition is on trial, erase and upload are refused', async () => {
      const { device, client } = await onTrial();
      const before = device.operations;
      expect(await client.write(IMAGE, ERASE, { slot: 0 })).toEqual({ err: { group: 1, rc: 9 } });
      expect(await client.write(IMAGE, ERASE)).toHaveProperty('err');
      expect(
        await client.write(IMAGE, UPLOAD, { off: 0, len: second.length, data: second.subarray(0, 400) }),
      ).toEqual({ err: { group: 1, rc: 9 } });
      expect(device.operations).toBe(before);
    });
  });

  describe('a client of version 1 that needs rc: 0 and sends sequence 0 always', () => {
    test('the whole update, with the hash of the edition as sha and without `confirm`', async () => {
      const device = await inSharedWindow();
      const client = new RawClient(device, { version: 1, fixedSequence: 0 });
      expect(await client.write(IMAGE, ERASE)).toEqual({ rc: 0 });
      for (let off = 0; off < second.length; ) {
        const begin = off === 0 ? { len: second.length, sha: digest, upgrade: false } : {};
        const answer = await client.write(IMAGE, UPLOAD, {
          off,
          data: second.subarray(off, off + 400),
          ...begin,
        });
        expect(answer).toEqual({ rc: 0, off: Math.min(second.length, off + 400) });
        off = Number(answer.off);
      }
      const tested = await client.write(IMAGE, STATE, { hash: digest });
      expect(tested.rc).toBe(0);
      expect(letters(tested)).toEqual({ 0: 'CA', 1: 'P' });
      await client.write(OS, RESET);
      await useAndPark(device);
      const confirmed = await client.write(IMAGE, STATE, { confirm: true, hash: digest });
      expect(letters(confirmed)).toEqual({ 0: '', 1: 'CA' });
    });

    test('refusals are standard codes with words, and no words on an upload; ours stand at 256 and above in group 78', async () => {
      const device = await SimDevice.boot({ image: first, config, build });
      const client = new RawClient(device, { version: 1, fixedSequence: 0 });
      const denied = { rc: 11, rsn: 'no window' };
      expect(await client.write(IMAGE, ERASE)).toEqual(denied);
      expect(
        await client.write(IMAGE, UPLOAD, { off: 0, len: second.length, data: second.subarray(0, 400) }),
      ).toEqual({ rc: 11 });
      expect(await client.write(OS, RESET)).toEqual(denied);
      expect(await client.write(GROUP.holdfast, 6)).toEqual({ rc: 257, rsn: 'no window' });
      expect(device.resets).toBe(0);
    });
  });

  describe('a client of version 1 that erases first, ignores parameters, and confirms with hash: null', () => {
    test.each([{ logs: false }, { logs: true }])('the whole update; %o', async ({ logs }) => {
      const device = await inSharedWindow();
      const client = new RawClient(device, { version: 1, logs });
      expect(await client.write(IMAGE, ERASE, { slot: 1 })).toEqual({ rc: 0 });
      for (let off = 0; off < second.length; ) {
        const begin = off === 0 ? { len: second.length, image: 0 } : {};
        const answer = await client.write(IMAGE, UPLOAD, {
          ...begin,
          data: second.subarray(off, off + STUBBORN_BYTES),
          off,
        });
        expect(Number(answer.off)).toBeGreaterThan(off);
        off = Number(answer.off);
      }
      await client.write(IMAGE, STATE, { confirm: false, hash: digest });
      await client.write(OS, RESET);
      const early = await client.write(IMAGE, STATE, { confirm: true, hash: null });
      expect(early).toEqual({ rc: 11, rsn: 'no window' });
      await useAndPark(device);
      expect(letters(await client.write(IMAGE, STATE, { confirm: true, hash: null }))).toEqual({
        0: '',
        1: 'CA',
      });
      expect(limitNow(device)).toBeNull();
      await device.client().status();
    });

    test('a session id that is not the hash of the edition: it is known again, the image by its own hash', async () => {
      const device = await inSharedWindow();
      const client = new RawClient(device, { version: 1 });
      const sha = new Uint8Array(32).fill(7);
      const begin = { len: second.length, sha };
      expect(await client.write(IMAGE, UPLOAD, { off: 0, data: second.subarray(0, 400), ...begin })).toEqual({
        off: 400,
        rc: 0,
      });
      expect(await client.write(IMAGE, UPLOAD, { off: 0, data: second.subarray(0, 300), ...begin })).toEqual({
        off: 400,
        rc: 0,
      });
      expect(await uploadFrom(client, 400)).toEqual({ off: second.length, rc: 0 });
      expect(letters(await client.read(IMAGE, STATE))).toEqual({ 0: 'CA', 1: '' });
      expect(
        await client.write(IMAGE, UPLOAD, { off: 0, data: second.subarray(0, 400), ...begin }),
      ).toMatchObject({ off: second.length });
    });
  });
});
