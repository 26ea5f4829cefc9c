/** Whose images the released core takes: signed, foreign, forged, unsigned; while power goes, and while a client asks twice. */
import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import {
  GROUP,
  HOLDFAST,
  IMAGE,
  IMAGE_HEADER_AT,
  OPERATION,
  REFUSALS,
  TLV,
  TLV_PLAIN_MAGIC,
} from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseContainer, parseImage } from '../../host/image/container.ts';
import { reissueImage } from '../../host/image/reissue.ts';
import {
  generateKeyPair,
  keyHash,
  privateKeyFromPem,
  publicKeyFromPem,
  sha256,
  signDigest,
} from '../../host/image/sign.ts';
import { encodeTlvArea } from '../../host/image/tlv.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeBody, encodeMessage } from '../../host/serial/smp.ts';
import { compileEdition } from '../support/editions.ts';
import { type CutKind, SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 1, limit: 80 });
const [ours, second, foreign] = [generateKeyPair(), generateKeyPair(), generateKeyPair()] as const;
const publicOf = (pair: { publicPem: string }) => publicKeyFromPem(pair.publicPem);
const privateOf = (pair: { privatePem: string }) => privateKeyFromPem(pair.privatePem);
const trust = { keys: deriveBurned(first, [publicOf(ours), publicOf(second)]).keys, development: false };
const open = { ...trust, development: true };

const next = reissueImage(first, { epoch: 2 });
const signedBy = (pair: { privatePem: string }) => reissueImage(first, { epoch: 2, key: pair.privatePem });

/** The image with another plain area behind what is signed. */
function withPlain(plain: readonly { type: number; value: Uint8Array }[]): Uint8Array {
  const container = parseContainer(next);
  const view = new DataView(next.buffer, next.byteOffset);
  const end = 32 + container.body.length + view.getUint16(IMAGE_HEADER_AT.protectedBytes, true);
  return Uint8Array.from(Buffer.concat([next.subarray(0, end), encodeTlvArea(TLV_PLAIN_MAGIC, plain)]));
}

const { digest } = parseImage(next);
const tlv = (type: number, value: Uint8Array) => ({ type, value: Uint8Array.from(value) });
const plainOf = (pair: { publicPem: string }, signature: Uint8Array) => [
  tlv(TLV.sha256, digest),
  tlv(TLV.keyHash, keyHash(publicOf(pair))),
  tlv(TLV.ed25519, signature),
];
const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const right = signDigest(digest, privateOf(ours));

const FORGED: readonly (readonly [what: string, image: Uint8Array, refusal: string])[] = [
  ['no signature', next, 'SIGNATURE_MISSING'],
  ['a foreign key', signedBy(foreign), 'KEY_UNKNOWN'],
  [
    'the hash of a burned key, the signature of a foreign one',
    withPlain(plainOf(ours, signDigest(digest, privateOf(foreign)))),
    'SIGNATURE_WRONG',
  ],
  [
    'the hash of a burned key, the signature of another burned one',
    withPlain(plainOf(ours, signDigest(digest, privateOf(second)))),
    'SIGNATURE_WRONG',
  ],
  [
    'the hash of a foreign key, the signature of a burned one',
    withPlain(plainOf(foreign, right)),
    'KEY_UNKNOWN',
  ],
  [
    'the hash of the raw key instead of that of its DER',
    withPlain([
      tlv(TLV.sha256, digest),
      tlv(TLV.keyHash, sha256(trust.keys[0] as Uint8Array)),
      tlv(TLV.ed25519, right),
    ]),
    'KEY_UNKNOWN',
  ],
  [
    'a signature over the image instead of its digest',
    withPlain(plainOf(ours, sign(null, next, privateOf(ours)))),
    'SIGNATURE_WRONG',
  ],
  [
    'a signature over the digest of the digest',
    withPlain(plainOf(ours, signDigest(sha256(digest), privateOf(ours)))),
    'SIGNATURE_WRONG',
  ],
  [
    'a signature over the edition before',
    withPlain(plainOf(ours, signDigest(parseImage(first).digest, privateOf(ours)))),
    'SIGNATURE_WRONG',
  ],
  [
    'a signature over nothing',
    withPlain(plainOf(ours, sign(null, new Uint8Array(0), privateOf(ours)))),
    'SIGNATURE_WRONG',
  ],
  ['one bit of R', withPlain(plainOf(ours, flip(right, 3))), 'SIGNATURE_WRONG'],
  ['one bit of S', withPlain(plainOf(ours, flip(right, 40))), 'SIGNATURE_WRONG'],
  ['a signature of zeros', withPlain(plainOf(ours, new Uint8Array(64))), 'SIGNATURE_WRONG'],
  [
    'a signature without the hash of a key',
    withPlain([tlv(TLV.sha256, digest), tlv(TLV.ed25519, right)]),
    'TLV_MISSING',
  ],
  [
    'the hash of a key without a signature',
    withPlain([tlv(TLV.sha256, digest), tlv(TLV.keyHash, keyHash(publicOf(ours)))]),
    'TLV_MISSING',
  ],
  [
    'two signatures, the second one right',
    withPlain([...plainOf(ours, new Uint8Array(64)), tlv(TLV.ed25519, right)]),
    'TLV_REPEATED',
  ],
  ['a signature of 63 bytes', withPlain(plainOf(ours, right.subarray(0, 63))), 'TLV_MALFORMED'],
  [
    'a pure signature (0x25)',
    withPlain([tlv(TLV.sha256, digest), tlv(TLV.keyHash, keyHash(publicOf(ours))), tlv(0x25, right)]),
    'TLV_UNKNOWN',
  ],
];

/** Sends frames and takes slices one at a time. */
class Wire {
  readonly device: SimDevice;
  readonly #decoder = new FrameDecoder();
  readonly answers: ReturnType<typeof decodeBody>[] = [];

  constructor(device: SimDevice) {
    this.device = device;
    device.onData((bytes) => {
      for (const frame of this.#decoder.push(bytes)) this.answers.push(decodeBody(frame));
    });
  }

  send(group: number, id: number, fields: Record<string, unknown>): void {
    const head = { version: 1, operation: OPERATION.write, group, sequence: 1, id } as const;
    this.device.core.receive(encodeFrame(encodeMessage(head, fields as never)));
  }

  /** Slices until so many answers are there. */
  async until(answers: number, most = 5000): Promise<number> {
    for (let slices = 0; slices <= most; slices++) {
      if (this.answers.length >= answers || !this.device.isPowered) return slices;
      await this.device.run(1);
    }
    throw new Error(`no answer within ${most} slices`);
  }
}

const PIECE_BYTES = 1200;

interface Told {
  /** Name of the refusal, or `taken`. */
  readonly answer: string;
  /** Slices from the last piece to its answer. */
  readonly slices: number;
}

async function started(
  config: Partial<typeof trust>,
  image = first,
  programBytes = VIRTUAL_GEOMETRY.programBytes,
): Promise<Wire> {
  const geometry = { ...VIRTUAL_GEOMETRY, programBytes };
  const device = await SimDevice.boot({ image, config, geometry });
  const wire = new Wire(device);
  await ask(wire, GROUP.holdfast, HOLDFAST.open, { shared: true });
  return wire;
}

/** A request and its answer, and the slices that it took. */
async function ask(wire: Wire, group: number, id: number, fields: Record<string, unknown>) {
  const before = wire.answers.length;
  wire.send(group, id, fields);
  const slices = await wire.until(before + 1);
  return { answer: wire.answers[before], slices };
}

/** Why the last request was refused. */
async function why(wire: Wire): Promise<string> {
  const before = wire.answers.length;
  const head = {
    version: 1,
    operation: OPERATION.read,
    group: GROUP.holdfast,
    sequence: 2,
    id: HOLDFAST.why,
  } as const;
  wire.device.core.receive(encodeFrame(encodeMessage(head, {})));
  await wire.until(before + 1);
  const code = wire.answers[before]?.get('code');
  return REFUSALS.find((refusal) => refusal.code === code)?.name ?? `code ${code}`;
}

function pieceOf(image: Uint8Array, off: number): Record<string, unknown> {
  const data = image.subarray(off, off + PIECE_BYTES);
  return off === 0 ? { off, len: image.length, sha: parseContainer(image).digest, data } : { off, data };
}

const lastOffset = (image: Uint8Array) => Math.floor((image.length - 1) / PIECE_BYTES) * PIECE_BYTES;

async function upload(wire: Wire, image: Uint8Array): Promise<Told> {
  let told = { answer: 'nothing', slices: 0 };
  for (let off = 0; off < image.length; off += PIECE_BYTES) {
    const { answer, slices } = await ask(wire, GROUP.image, IMAGE.upload, pieceOf(image, off));
    told = { answer: answer?.has('off') ? 'taken' : await why(wire), slices };
  }
  return told;
}

async function mark(wire: Wire, image: Uint8Array): Promise<string> {
  const { answer } = await ask(wire, GROUP.image, IMAGE.state, {
    hash: parseContainer(image).digest,
    confirm: false,
  });
  return answer?.has('images') ? 'taken' : await why(wire);
}

describe('a device with two burned keys', () => {
  test.each([
    ['the first', ours],
    ['the second', second],
  ] as const)('takes what %s of them signed, and runs it', async (_which, pair) => {
    const image = signedBy(pair);
    const wire = await started(trust);
    expect((await upload(wire, image)).answer).toBe('taken');
    expect(await mark(wire, image)).toBe('taken');
    await ask(wire, GROUP.holdfast, HOLDFAST.close, { activate: true });
    await wire.device.run(500);
    expect(wire.device.epoch()).toBe(2);
  });

  test.each(FORGED)('refuses %s', async (_what, image, refusal) => {
    const wire = await started(trust);
    expect((await upload(wire, image)).answer).toBe(refusal);
    expect((await wire.device.client().images()).map(({ slot }) => slot)).toEqual([0]);
  });
});

describe('a device in development mode, with the same keys', () => {
  test.each([
    ['no signature', next],
    ['a foreign key', signedBy(foreign)],
    ['a burned key', signedBy(ours)],
  ] as const)('takes %s', async (_what, image) => {
    const wire = await started(open);
    expect((await upload(wire, image)).answer).toBe('taken');
    expect(await mark(wire, image)).toBe('taken');
  });

  test.each(FORGED.filter(([, , refusal]) => !['SIGNATURE_MISSING', 'KEY_UNKNOWN'].includes(refusal)))(
    'refuses %s all the same',
    async (_what, image, refusal) => {
      expect((await upload(await started(open), image)).answer).toBe(refusal);
    },
  );
});

describe('power goes between the last byte and the answer', () => {
  const cuts = ['before', 'inside', 'after'] as const satisfies readonly CutKind[];

  test.each([
    ['SIGNATURE_WRONG', withPlain(plainOf(ours, flip(right, 3)))],
    ['SIGNATURE_MISSING', next],
    ['KEY_UNKNOWN', signedBy(foreign)],
  ])('sent again after it, it is refused again, not said to be there: %s', async (expected, image) => {
    const probe = await started(trust);
    await upload(probe, image);
    const wire = await started(trust);
    wire.device.cutAt(lastProgramOf(probe.device.operations, false), 'after');
    await upload(wire, image).catch(() => null);
    await wire.device.reboot();
    const client = wire.device.client();
    await client.openWindow({ shared: true });
    // It is whole, and nobody has looked at its signature since the reset.
    expect(await client.images()).toMatchObject([
      { slot: 0, bootable: true },
      { slot: 1, bootable: false },
    ]);
    expect((await upload(new Wire(wire.device), image)).answer).toBe(expected);
    // What was refused is not told of as an upload that was begun.
    expect(await wire.device.client().status()).toMatchObject({ upload: 0, len: 0 });
  });

  test('what a burned key signed is bootable once it was taken, and as long as it is pending', async () => {
    const image = signedBy(ours);
    const wire = await started(trust);
    expect((await upload(wire, image)).answer).toBe('taken');
    const bootable = async () => (await wire.device.client().images()).map((slot) => slot.bootable);
    expect(await bootable()).toEqual([true, true]);
    await wire.device.reboot();
    await wire.device.client().openWindow({ shared: true });
    expect(await bootable()).toEqual([true, false]);
    expect(await mark(new Wire(wire.device), image)).toBe('taken');
    expect(await bootable()).toEqual([true, true]);
    await wire.device.reboot();
    await wire.device.client().openWindow({ shared: true });
    expect(await bootable()).toEqual([true, true]);
  });

  test.each(cuts)(
    '%s the last program: what is whole in the slot is verified before it is pending',
    async (kind) => {
      for (const [image, expected] of [
        [signedBy(ours), 'taken'],
        [withPlain(plainOf(ours, flip(right, 3))), 'SIGNATURE_WRONG'],
        [next, 'SIGNATURE_MISSING'],
      ] as const) {
        const probe = await started(trust);
        await upload(probe, image);
        const operations = probe.device.operations;
        const wire = await started(trust);
        wire.device.cutAt(lastProgramOf(operations, expected === 'taken'), kind);
        await upload(wire, image).catch(() => null);
        expect(wire.device.isPowered).toBe(false);
        await wire.device.reboot();
        expect(wire.device.bootReason).toBe(0);
        expect(wire.device.epoch()).toBe(1);
        const again = new Wire(wire.device);
        await ask(again, GROUP.holdfast, HOLDFAST.open, { shared: true });
        // Whole or torn: what is there is never marked without the signature.
        const marked = await mark(again, image);
        if (expected !== 'taken') expect(marked).not.toBe('taken');
        else if (kind === 'after') expect(marked).toBe('taken');
        if (marked === 'taken') continue;
        expect((await upload(again, image)).answer).toBe(expected);
        expect((await mark(again, image)) === 'taken').toBe(expected === 'taken');
      }
    },
  );
});

/** The number of the operation that programs the last page; a refused upload is erased afterwards, and told of twice in a new sector. */
function lastProgramOf(operations: number, isTaken: boolean): number {
  return isTaken ? operations - 1 : operations - 5;
}

test('power that goes in the middle of a verification changes nothing', async () => {
  const image = signedBy(ours);
  const { slices } = await upload(await started(trust), image);
  for (const at of [0.25, 0.5, 0.75]) {
    const wire = await started(trust);
    wire.send(GROUP.image, IMAGE.upload, pieceOf(image, 0));
    await wire.device.run(Math.floor(slices * at));
    expect(wire.answers).toHaveLength(1);
    await wire.device.reboot();
    expect([wire.device.bootReason, wire.device.epoch()]).toEqual([0, 1]);
    const again = new Wire(wire.device);
    await ask(again, GROUP.holdfast, HOLDFAST.open, { shared: true });
    expect(await mark(again, image)).toBe('taken');
  }
});

test('the same last piece, sent again while its signature is verified, waits and begins nothing', async () => {
  const image = signedBy(ours);
  const alone = await upload(await started(trust), image);
  const wire = await started(trust);
  for (let off = 0; off < lastOffset(image); off += PIECE_BYTES)
    await ask(wire, GROUP.image, IMAGE.upload, pieceOf(image, off));
  const before = { operations: wire.device.operations, answers: wire.answers.length };
  wire.send(GROUP.image, IMAGE.upload, pieceOf(image, lastOffset(image)));
  await wire.device.run(Math.floor(alone.slices / 2));
  wire.send(GROUP.image, IMAGE.upload, pieceOf(image, lastOffset(image)));
  const rest = await wire.until(before.answers + 2);
  expect(wire.answers.slice(before.answers).map((answer) => answer.get('off'))).toEqual([
    image.length,
    image.length,
  ]);
  // Receiving and answering the second one takes a few slices, nothing like a verification.
  expect(rest).toBeLessThan(alone.slices / 2 + 20);
});

test.each([1, 8, 256])(
  'the last piece of 48 KB waits for signature and structure, not for a digest: program units of %i',
  async (unit) => {
    const large = await compileEdition({ epoch: 1, limit: 80, zones: 1150 });
    const image = reissueImage(large, { epoch: 2, key: ours.privatePem });
    expect(image.length).toBeGreaterThan(48_000);
    const { answer, slices } = await upload(await started(trust, large, unit), image);
    expect(answer).toBe('taken');
    // A digest would take 38 slices more.
    expect(slices).toBeLessThanOrEqual(132);
  },
);

describe('new firmware with other keys', () => {
  async function withKeys(keys: typeof trust.keys): Promise<SimDevice> {
    const image = signedBy(ours);
    const wire = await started(trust);
    await upload(wire, image);
    expect(await mark(wire, image)).toBe('taken');
    wire.device.burned.set(encodeBurned({ ...deriveBurned(first, []), keys }));
    return wire.device;
  }

  test('never runs what is pending and signed by a key that is gone', async () => {
    const device = await withKeys(deriveBurned(first, [publicOf(second)]).keys);
    await device.reboot();
    expect([device.bootReason, device.epoch()]).toEqual([0, 1]);
    const again = new Wire(device);
    await ask(again, GROUP.holdfast, HOLDFAST.open, { shared: true });
    const image = signedBy(ours);
    // Who wants it to answer marks it under a lease of his own, and there its signature is verified again.
    expect(await mark(again, image)).toBe('KEY_UNKNOWN');
    await ask(again, GROUP.holdfast, HOLDFAST.close, { activate: true });
    await device.run(500);
    expect(device.epoch()).toBe(1);
  });

  test('keeps what is confirmed: what a key had signed before it was revoked goes on answering', async () => {
    const device = await SimDevice.boot({ image: signedBy(ours), config: trust });
    device.burned.set(
      encodeBurned({ ...deriveBurned(first, []), keys: deriveBurned(first, [publicOf(second)]).keys }),
    );
    await device.reboot();
    expect([device.bootReason, device.epoch()]).toEqual([0, 2]);
  });
});
