/** What the answers to an upload say: the truth about this image, whatever was uploaded before. docs/SPEC.md section 7. */
import { describe, expect, test } from 'vitest';
import { GROUP, IMAGE, IMAGE_ERROR, IMAGE_HEADER_AT } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { compileEdition } from '../support/editions.ts';
import { type Answer, RawClient } from '../support/raw-client.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 3, limit: 80 });
const second = await compileEdition({ epoch: 4, replaces: '3', limit: 40, zones: 60 });
const third = await compileEdition({ epoch: 5, replaces: '3', limit: 40, zones: 60 });
const small = await compileEdition({ epoch: 4, replaces: '3', limit: 40 });
const old = await compileEdition({ epoch: 2, limit: 40, zones: 60 });
const PIECE = 400;
const refused = (rc: number) => ({ err: { group: GROUP.image, rc } });

class Uploader {
  readonly device: SimDevice;
  readonly #client: RawClient;

  private constructor(device: SimDevice) {
    this.device = device;
    this.#client = new RawClient(device, { version: 2 });
  }

  static async inWindow(options: Partial<Parameters<typeof SimDevice.boot>[0]> = {}): Promise<Uploader> {
    const uploader = new Uploader(await SimDevice.boot({ image: first, ...options }));
    await uploader.device.client().openWindow({ shared: true });
    return uploader;
  }

  async endWindow(): Promise<void> {
    const client = this.device.client();
    client.token = (await client.status()).token;
    await client.closeWindow();
  }

  /** A piece as clients send it; the first with length and, when one is given, session id. */
  piece(image: Uint8Array, off: number, sha?: Uint8Array, bytes = PIECE): Promise<Answer> {
    const begin = off === 0 ? { len: image.length, ...(sha === undefined ? {} : { sha }) } : {};
    return this.#client.write(GROUP.image, IMAGE.upload, {
      off,
      data: image.subarray(off, off + bytes),
      ...begin,
    });
  }

  /** As clients upload: from 0, wherever the answers lead. Gives the requests, or the answer that ended it. */
  async whole(image: Uint8Array, sha?: Uint8Array): Promise<{ requests: number; end: Answer }> {
    let end: Answer = { off: 0 };
    for (let requests = 1; requests < 50; requests++) {
      end = await this.piece(image, Number(end.off), sha);
      if (end.off === undefined || end.off === image.length) return { requests, end };
    }
    throw new Error('an upload without end');
  }

  flashOperations(): number {
    return this.device.operations;
  }
}

const ids = { hash: parseImage(second).digest, own: new Uint8Array(32).fill(7), none: undefined };

describe('an offset that is not of this upload', () => {
  test('after the upload of another image was refused, whoever goes on is told to begin', async () => {
    const uploader = await Uploader.inWindow();
    expect((await uploader.whole(second, ids.hash)).end).toEqual({ off: second.length });
    for (const [off, sha] of [
      [PIECE, undefined],
      [297, ids.own],
    ] as const) {
      expect(await uploader.piece(old, 0, sha)).toEqual(refused(IMAGE_ERROR.currentVersionIsNewer));
      expect(await uploader.piece(old, off)).toEqual({ off: 0 });
    }
  });

  test.each([1, 297, second.length - 1, second.length, 0xffffffff])(
    'after a finished upload, at %d',
    async (off) => {
      const uploader = await Uploader.inWindow();
      await uploader.whole(second, ids.hash);
      expect(await uploader.piece(third, off)).toEqual({ off: 0 });
    },
  );

  test('after a reset, and before anything', async () => {
    const uploader = await Uploader.inWindow();
    expect(await uploader.piece(second, PIECE)).toEqual({ off: 0 });
    await uploader.piece(second, 0, ids.hash);
    await uploader.piece(second, PIECE);
    await uploader.device.reboot();
    await uploader.device.client().openWindow({ shared: true });
    expect(await uploader.piece(second, 2 * PIECE)).toEqual({ off: 0 });
  });

  test('in another window, whatever was begun in the one before', async () => {
    const uploader = await Uploader.inWindow();
    await uploader.piece(second, 0, ids.hash);
    await uploader.piece(second, PIECE);
    await uploader.endWindow();
    // Refused for want of a window; one opens, and the client goes on as if nothing had been said.
    expect(await uploader.piece(third, 0, ids.own)).toEqual({ rc: 11 });
    await uploader.device.client().openWindow({ shared: true });
    expect(await uploader.piece(third, 297)).toEqual({ off: 0 });
    // Whoever began it goes on.
    expect(await uploader.piece(second, 0, ids.hash)).toEqual({ off: 2 * PIECE });
  });

  test('one session id for everything resumes nothing of another image', async () => {
    const uploader = await Uploader.inWindow();
    await uploader.piece(second, 0, ids.own);
    await uploader.piece(second, PIECE);
    expect(third.length).toBe(second.length);
    expect(await uploader.piece(third, 0, ids.own)).toEqual({ off: PIECE });
    expect((await uploader.whole(third, ids.own)).end).toEqual({ off: third.length });
    expect(await uploader.piece(second, 0, ids.own)).toEqual({ off: PIECE });
  });

  test('an image of the same length and the same first bytes is another one under another id', async () => {
    const last = await compileEdition({
      epoch: 4,
      replaces: '3',
      limit: 40,
      zones: 60,
      lastName: 'other-59',
    });
    expect([last.length, last.subarray(0, PIECE)]).toEqual([second.length, second.subarray(0, PIECE)]);
    for (const inBetween of ['same window', 'other window', 'reset'] as const) {
      const uploader = await Uploader.inWindow();
      await uploader.piece(second, 0, ids.own);
      await uploader.piece(second, PIECE);
      await uploader.piece(second, 2 * PIECE);
      if (inBetween === 'reset') await uploader.device.reboot();
      else if (inBetween === 'other window') await uploader.endWindow();
      if (inBetween !== 'same window') await uploader.device.client().openWindow({ shared: true });
      const sha = parseImage(last).digest;
      expect(await uploader.piece(last, 0, sha), inBetween).toEqual({ off: PIECE });
      expect((await uploader.whole(last, sha)).end).toEqual({ off: last.length });
      // And the one before is another one again, with an id and without.
      expect(await uploader.piece(second, 0, ids.own)).toEqual({ off: PIECE });
      expect(await uploader.piece(second, 0)).toEqual({ off: PIECE });
    }
  });

  test('a hash that is claimed for another image is believed for none', async () => {
    const uploader = await Uploader.inWindow();
    const { digest } = parseImage(first);
    const claimed = Buffer.from(third).subarray(0, first.length);
    expect(await uploader.piece(claimed, 0, digest)).not.toEqual({ off: first.length });
  });
});

describe('the first piece', () => {
  test.each(Object.entries(ids))('the waiting edition again (session: %s)', async (name, sha) => {
    const uploader = await Uploader.inWindow();
    const { requests } = await uploader.whole(second, sha);
    expect(requests).toBeGreaterThan(2);
    const before = uploader.flashOperations();
    const again = await uploader.whole(second, sha);
    expect(again.end).toEqual({ off: second.length });
    if (name !== 'none') expect([again.requests, uploader.flashOperations()]).toEqual([1, before]);
  });

  test.each(['hash', 'own'] as const)('the running edition again (session: %s)', async (kind) => {
    const uploader = await Uploader.inWindow({ config: { checksToConfirm: 0, trialTicks: 0 } });
    await uploader.whole(second, ids[kind]);
    const ours = uploader.device.client();
    await ours.closeWindow();
    await ours.openWindow();
    ours.token = null;
    const client = uploader.device.client();
    client.token = (await client.status()).token;
    await client.test(ids.hash);
    await client.closeWindow();
    await client.openWindow();
    await client.confirm();
    await client.closeWindow();
    await client.openWindow({ shared: true });
    const before = uploader.flashOperations();
    expect(await uploader.piece(second, 0, ids[kind])).toEqual({ off: second.length });
    expect(uploader.flashOperations()).toBe(before);
    // Under another id it is an edition that is not newer.
    expect(await uploader.piece(second, 0, new Uint8Array(32))).toEqual(
      refused(IMAGE_ERROR.currentVersionIsNewer),
    );
  });

  test('an epoch that is not above is refused there, not after the upload', async () => {
    const uploader = await Uploader.inWindow();
    const before = uploader.flashOperations();
    expect(await uploader.piece(old, 0, ids.own)).toEqual(refused(IMAGE_ERROR.currentVersionIsNewer));
    expect(uploader.flashOperations()).toBe(before);
  });

  test('without an edition to run, its epoch does not decide there', async () => {
    const device = await SimDevice.boot({ image: first });
    device.content.fill(0, 200, 210);
    const uploader = await Uploader.inWindow({ content: device.content });
    expect((await uploader.whole(old, ids.own)).end).toEqual(refused(IMAGE_ERROR.currentVersionIsNewer));
    expect((await uploader.whole(first, ids.own)).end).toEqual({ off: first.length });
  });

  test('an unfinished upload goes on, and its pieces that come again start nothing anew', async () => {
    const uploader = await Uploader.inWindow();
    await uploader.piece(second, 0, ids.own);
    expect(await uploader.piece(second, PIECE)).toEqual({ off: 2 * PIECE });
    expect(await uploader.piece(second, PIECE)).toEqual({ off: 2 * PIECE });
    expect(await uploader.piece(second, 0, ids.own)).toEqual({ off: 2 * PIECE });
    expect(await uploader.piece(second, 2 * PIECE)).toEqual({ off: 3 * PIECE });
  });

  test.each([1800, 1500])('the last piece again, of uploads in pieces of %d', async (bytes) => {
    const uploader = await Uploader.inWindow();
    let last = 0;
    for (let off = 0; off < second.length; off += bytes) {
      last = off;
      expect(await uploader.piece(second, off, undefined, bytes)).toEqual({
        off: Math.min(second.length, off + bytes),
      });
    }
    const before = uploader.flashOperations();
    expect(await uploader.piece(second, last, undefined, bytes)).toEqual({ off: second.length });
    expect(uploader.flashOperations()).toBe(before);
    expect(await uploader.piece(third, last, undefined, bytes - 1)).toEqual({ off: 0 });
  });

  test('an upload of one piece again', async () => {
    const uploader = await Uploader.inWindow();
    expect(await uploader.piece(small, 0, undefined, 1800)).toEqual({ off: small.length });
    const before = uploader.flashOperations();
    expect(await uploader.piece(small, 0, undefined, 1800)).toEqual({ off: small.length });
    expect(uploader.flashOperations()).toBe(before);
  });
});

describe('images that other tools wrapped, by their first piece', () => {
  const changed = (change: (image: Buffer) => void) => {
    const copy = Buffer.from(second);
    change(copy);
    return copy;
  };
  test.each([
    [
      'no protected TLVs',
      changed((image) => image.writeUInt16LE(0, IMAGE_HEADER_AT.protectedBytes)),
      'TLV_MISSING',
      IMAGE_ERROR.noTlvs,
    ],
    [
      'a longer header',
      changed((image) => image.writeUInt16LE(512, IMAGE_HEADER_AT.headerBytes)),
      'CONTAINER_HEADER',
      IMAGE_ERROR.invalidImageHeader,
    ],
    [
      'a version of a program',
      changed((image) => image.writeUInt8(1, IMAGE_HEADER_AT.versionMajor)),
      'CONTAINER_HEADER',
      IMAGE_ERROR.invalidImageHeader,
    ],
    [
      'padding',
      Buffer.concat([second, Buffer.alloc(8000, 0xff)]),
      'CONTAINER_LENGTH',
      IMAGE_ERROR.tlvInvalidSize,
    ],
    [
      'no room for TLVs',
      second.subarray(0, second.length - 300),
      'CONTAINER_LENGTH',
      IMAGE_ERROR.tlvInvalidSize,
    ],
  ] as const)('%s: refused at once, and why is told', async (_, image, code, rc) => {
    const uploader = await Uploader.inWindow();
    const before = uploader.flashOperations();
    expect(await uploader.piece(image, 0)).toEqual(refused(rc));
    expect(uploader.flashOperations()).toBe(before);
    const ours = uploader.device.client();
    const piece = {
      offset: 0,
      data: image.subarray(0, PIECE),
      begin: { imageBytes: image.length, hash: ids.own },
    };
    await expect(ours.uploadPiece(piece, 1000)).rejects.toMatchObject({ code });
  });
});
