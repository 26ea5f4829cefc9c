/** A client that knows nothing of Holdfast: it sends what it is told to, in either version of the protocol, and reads the answer. */
import { type CborFields, decodeCbor, encodeCbor } from '../../host/serial/cbor.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import type { SimDevice } from './sim-device.ts';

export interface RawClientOptions {
  version: 1 | 2;
  /** Always the same sequence number, as one client in the field sends. */
  fixedSequence?: number;
  /** Sequence number of the first request; 0 unless given. */
  firstSequence?: number;
  /** Log lines that the device's application writes on the same line, before and in the middle of answers. */
  logs?: boolean;
}

export type Answer = Record<string, unknown>;

export class RawClient {
  readonly #device: SimDevice;
  readonly #options: RawClientOptions;
  #sequence: number;

  constructor(device: SimDevice, options: RawClientOptions) {
    this.#device = device;
    this.#options = options;
    this.#sequence = options.firstSequence ?? 0;
  }

  read(group: number, id: number, fields: CborFields = {}): Promise<Answer> {
    return this.#ask(0, group, id, encodeCbor(fields));
  }

  write(group: number, id: number, fields: CborFields = {}): Promise<Answer> {
    return this.#ask(2, group, id, encodeCbor(fields));
  }

  /** A read whose map is given as its bytes. */
  readRaw(group: number, id: number, body: Uint8Array): Promise<Answer> {
    return this.#ask(0, group, id, body);
  }

  /** A write whose map is given as its bytes. */
  writeRaw(group: number, id: number, body: Uint8Array): Promise<Answer> {
    return this.#ask(2, group, id, body);
  }

  async #ask(op: number, group: number, id: number, body: Uint8Array): Promise<Answer> {
    const sequence = this.#options.fixedSequence ?? this.#sequence++ & 0xff;
    const header = Buffer.from([((this.#options.version - 1) << 3) | op, 0, 0, 0, 0, 0, sequence, id]);
    header.writeUInt16BE(body.length, 2);
    header.writeUInt16BE(group, 4);
    const decoder = new FrameDecoder({});
    const messages: Uint8Array[] = [];
    this.#device.onData((bytes) =>
      messages.push(...decoder.push(this.#options.logs ? withLogs(bytes) : bytes)),
    );
    const frame = encodeFrame(Buffer.concat([header, body]));
    await this.#device.write(this.#options.logs ? withLogs(frame) : frame);
    const [message, ...more] = messages;
    if (message === undefined || more.length > 0) throw new Error(`${messages.length} answers`);
    const answered = Buffer.from(message.subarray(0, 8));
    if (
      answered[6] !== sequence ||
      answered[7] !== id ||
      answered.readUInt16BE(4) !== group ||
      answered[0] !== (header[0] ?? 0) + 1
    ) {
      throw new Error(`an answer to something else: ${answered.toString('hex')}`);
    }
    return plain(decodeCbor(message.subarray(8))) as Answer;
  }
}

/** The same lines with logs of the application between them. */
function withLogs(bytes: Uint8Array): Uint8Array {
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .split(/(?<=\n)/);
  return Buffer.from(lines.map((line) => `[00:00:01] <inf> app: speed 5\n${line}`).join(''), 'latin1');
}

function plain(value: unknown): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, entry]) => [String(key), plain(entry)]));
  return Array.isArray(value) ? value.map(plain) : value;
}
