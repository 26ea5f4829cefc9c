/**
 * A device that means harm, as a transport: it answers each request as a real one would, or in any other way there is. What it says follows
 * from a seed.
 */
import { createHash } from 'node:crypto';
import { encode } from 'cborg';
import { GROUP, HOLDFAST, IMAGE, OS, SMP_HEADER_BYTES } from '../../host/format.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeMessage, type SmpHeader } from '../../host/serial/smp.ts';
import type { Transport } from '../../host/serial/transport.ts';
import type { Random } from './random.ts';

type Fields = Record<string, unknown>;
type Request = ReturnType<typeof decodeMessage>;

/** What an honest device would answer, by `group/id`. */
export type HonestAnswers = Readonly<Record<string, (body: Request['body']) => Fields>>;

const ESCAPE = '\u001b[2J\u001b]0;owned\u0007';
const TURNED = 'rail\u202egnp.exe\u2066';
const LONG = 'A'.repeat(3000);

/** What a frame takes; more of an answer is cut off. */
const CONTENT_BYTES_MAX = 60_000;

/** Values that a field should not have, or that are at the edge of what it may. */
const VALUES: readonly unknown[] = [
  ...[0, 1, -1, 1.5, 2048.0, Number.NaN, Number.POSITIVE_INFINITY, -0.1, 127, 128, 4096, 65_535],
  ...[2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)],
  ...['', ESCAPE, TURNED, LONG, 'e\u0301\u0301\u0301\u0301\u0301\u0301', '\u0000\u0085\u2028', '0.0.0.7'],
  ...[null, true, false, [], {}, [[[]]], { a: { b: [1] } }, Array.from({ length: 500 }, () => ({}))],
  ...[new Uint8Array(0), new Uint8Array(31), new Uint8Array(32), new Uint8Array(3000)],
];

/** Bytes in the place of CBOR. */
const BOMBS: readonly Uint8Array[] = [
  Uint8Array.of(),
  Uint8Array.of(0xff),
  Uint8Array.of(0xa0, 0xa0),
  Uint8Array.of(0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xbb, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x5b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xbf, 0x61, 0x61, 0xff),
  Uint8Array.of(0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02),
  Uint8Array.of(0xa1, 0x61, 0x61, 0xd8, 0x18, 0x41, 0x00),
  new Uint8Array(4000).fill(0x81),
  new Uint8Array(4000).fill(0x9f),
  new Uint8Array(3999).fill(0xbf),
];

export class HostileLine implements Transport {
  readonly name = 'hostile';
  /** Answers that were not an honest device's. */
  hostile = 0;
  requests = 0;
  readonly #honest: HonestAnswers;
  readonly #random: Random;
  /** How many of a hundred answers are honest. */
  readonly #honestPercent: number;
  readonly #decoder = new FrameDecoder();
  #onData: (bytes: Uint8Array) => void = () => {};

  constructor(honest: HonestAnswers, random: Random, honestPercent: number) {
    this.#honest = honest;
    this.#random = random;
    this.#honestPercent = honestPercent;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const message of this.#decoder.push(bytes)) {
      this.requests++;
      const request = decodeMessage(message);
      const fields = this.#honestFields(request);
      if (this.#random.below(100) < this.#honestPercent) this.#say(request.header, encode(fields));
      else this.#harm(request.header, fields);
    }
  }

  #honestFields({ header, body }: Request): Fields {
    return this.#honest[`${header.group}/${header.id}`]?.(body) ?? { rc: 8 };
  }

  /** An answer to `header` with these bytes for CBOR, after changes to its own header. */
  #say(header: SmpHeader, content: Uint8Array, changed: Partial<SmpHeader> = {}): void {
    this.#onData(
      encodeFrame(answerBytes({ ...header, operation: header.operation + 1, ...changed }, content)),
    );
  }

  #harm(header: SmpHeader, fields: Fields): void {
    this.hostile++;
    const content = encode(fields);
    const harms = [
      () => this.#say(header, this.#pick(BOMBS)),
      () => this.#say(header, content.subarray(0, this.#random.below(content.length))),
      () => this.#say(header, this.#flipped(content)),
      () => this.#say(header, encode(this.#failure())),
      () => this.#say(header, content, this.#otherHeader()),
      () => this.#noise(header, content),
      () => this.#say(header, encode(this.#pick(VALUES))),
      () => this.#repeat(header, content),
    ];
    const spoil = () => this.#say(header, encode(this.#spoiled(fields)));
    (harms[this.#random.below(12)] ?? spoil)();
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[this.#random.below(values.length)] as Value;
  }

  #flipped(content: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(content);
    for (let flips = this.#random.below(4); flips >= 0 && copy.length > 0; flips--)
      copy[this.#random.below(copy.length)] = this.#random.below(256);
    return copy;
  }

  /** One field or two, in the answer or in what it lists, have another value or are gone. */
  #spoiled(fields: Fields, depth = 0): Fields {
    const copy = { ...fields };
    for (let changes = this.#random.below(2); changes >= 0; changes--) {
      const name = this.#pick(Object.keys(copy).length === 0 ? ['off'] : Object.keys(copy));
      const value = copy[name];
      if (Array.isArray(value) && value.length > 0 && depth < 3 && this.#random.below(3) > 0)
        copy[name] = value.map((entry) => this.#spoiled(entry as Fields, depth + 1));
      else if (this.#random.below(6) === 0) delete copy[name];
      else copy[name] = this.#pick(VALUES);
    }
    return copy;
  }

  #failure(): Fields {
    const rc = this.#random.below(3) > 0 ? this.#random.below(400) : this.#pick(VALUES);
    if (this.#random.below(2) === 0) return { rc, rsn: this.#pick(VALUES) };
    const group = this.#random.below(3) > 0 ? this.#pick([0, 1, 10, 78, 9999]) : this.#pick(VALUES);
    return { err: this.#random.below(8) === 0 ? this.#pick(VALUES) : { group, rc } };
  }

  #otherHeader(): Partial<SmpHeader> {
    return this.#pick<Partial<SmpHeader>>([
      { sequence: this.#random.below(256) },
      { group: this.#random.below(65_536) },
      { id: this.#random.below(256) },
      { operation: this.#random.below(8) },
      { version: this.#random.below(4) },
    ]);
  }

  /** No answer, a part of one, one that is damaged, or logs around it. */
  #noise(header: SmpHeader, content: Uint8Array): void {
    const frame = encodeFrame(answerBytes({ ...header, operation: header.operation + 1 }, content));
    const kind = this.#random.below(5);
    if (kind === 0) return;
    if (kind === 1) this.#onData(frame.subarray(0, this.#random.below(frame.length)));
    else if (kind === 2) this.#onData(this.#flipped(frame));
    else if (kind === 3) this.#onData(Uint8Array.from({ length: 5000 }, () => this.#random.below(256)));
    else this.#onData(Buffer.concat([Buffer.from(`${ESCAPE}${LONG}\n`), frame, Buffer.from(`${TURNED}\n`)]));
  }

  /** The same answer over and over, or answers to requests that nobody made. */
  #repeat(header: SmpHeader, content: Uint8Array): void {
    const same = this.#random.below(2) === 0;
    for (let count = 0; count < 40; count++) this.#say(header, content, same ? {} : { sequence: count });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(): void {}

  async drainInput(): Promise<void> {}

  async close(): Promise<void> {}
}

function answerBytes(header: SmpHeader, whole: Uint8Array): Uint8Array {
  const content = whole.subarray(0, CONTENT_BYTES_MAX);
  const message = Buffer.alloc(SMP_HEADER_BYTES + content.length);
  message[0] = ((header.version & 3) << 3) | (header.operation & 7);
  message.writeUInt16BE(content.length, 2);
  message.writeUInt16BE(header.group, 4);
  message[6] = header.sequence;
  message[7] = header.id;
  message.set(content, SMP_HEADER_BYTES);
  return message;
}

/** An honest device that holds `image` in slot 1, pending, and has an open window. */
export function honestDevice(image: Uint8Array, hash: Uint8Array): HonestAnswers {
  const status = {
    ...{
      mode: 1,
      trial: false,
      reason: 0,
      epoch: 1,
      hash: new Uint8Array(32),
      map: 'rail',
      device: 'trainborne',
    },
    ...{ parked: true, token: 7, lease: 1000, shared: false, checks: 0, need: 5, ticks: 0, tps: 1000 },
    ...{ stage: 0, upload: 0, len: 0, keys: new Uint8Array(8), dev: true },
    ...{ core: '0.1.0', arena: 131_072, body: 2, layouts: 6, reverted: true },
  };
  const flags = { bootable: true, pending: true, confirmed: false, active: true, permanent: false };
  const images = { images: [{ slot: 1, version: '0.0.0.2', hash, ...flags }], splitStatus: 0 };
  const at = (group: number, id: number) => `${group}/${id}`;
  return {
    [at(GROUP.os, OS.parameters)]: () => ({ buf_size: 2048, buf_count: 1 }),
    [at(GROUP.os, OS.reset)]: () => ({}),
    [at(GROUP.image, IMAGE.state)]: () => images,
    [at(GROUP.image, IMAGE.erase)]: () => ({}),
    [at(GROUP.image, IMAGE.slotInfo)]: () => ({
      images: [
        {
          image: 0,
          slots: [
            { slot: 0, size: 65_536 },
            { slot: 1, size: 65_536, upload_image_id: 0 },
          ],
        },
      ],
    }),
    [at(GROUP.image, IMAGE.upload)]: (body) => ({
      off: Number(body.get('off')) + ((body.get('data') as Uint8Array | undefined)?.length ?? 0),
    }),
    [at(GROUP.holdfast, HOLDFAST.status)]: () => status,
    [at(GROUP.holdfast, HOLDFAST.open)]: () => ({ token: 7, ticks: 1000 }),
    [at(GROUP.holdfast, HOLDFAST.close)]: () => ({}),
    [at(GROUP.holdfast, HOLDFAST.read)]: (body) => {
      const off = Number(body.get('off'));
      return { off, data: image.slice(off, off + Number(body.get('len'))) };
    },
    [at(GROUP.holdfast, HOLDFAST.digest)]: (body) => {
      const off = Number(body.get('off'));
      const hash = createHash('sha256').update(body.get('nonce') as Uint8Array);
      return { off, hash: hash.update(image.subarray(off, off + Number(body.get('len')))).digest() };
    },
    [at(GROUP.holdfast, HOLDFAST.counters)]: () => ({
      ...{ frames: 1, crc: 0, base64: 0, long: 0, lost: 0, refused: 0, erases: 0, programs: 0, scans: 9 },
    }),
    [at(GROUP.holdfast, HOLDFAST.outcome)]: () => ({
      outcome: 1,
      reason: 0,
      epoch: 1,
      hash: new Uint8Array(32),
    }),
    [at(GROUP.holdfast, HOLDFAST.history)]: (body) => ({
      ...{
        back: Number(body.get('back')),
        outcome: 2,
        reason: 0,
        epoch: 1,
        boots: 3,
        hash: new Uint8Array(32),
      },
      ...(Number(body.get('back')) < 5 ? { next: Number(body.get('back')) + 1 } : {}),
    }),
    [at(GROUP.holdfast, HOLDFAST.revert)]: () => ({}),
    [at(GROUP.holdfast, HOLDFAST.check)]: () => ({
      ...{
        word: 0x80000000,
        state: 4,
        action: 7,
        rule: 0,
        tier: 1,
        limit: 80,
        epoch: 1,
        ahead: 5,
        behind: 0,
      },
    }),
    [at(GROUP.holdfast, HOLDFAST.measure)]: () => ({
      ...{ rate: 125_000_000, count: 1, min: 70, max: 75, worst: 0, overhead: 3, crc: 0 },
    }),
    [at(GROUP.holdfast, HOLDFAST.why)]: () => ({ group: 1, id: 1, seq: 0, code: 22 }),
  };
}
