/**
 * A scripted SMP server for tests of the host: the wire of docs/SPEC.md section 7 with just enough state to push an edition,
 * and a list of faults that befall the requests to come. It is a `Transport`, so no serial port is needed.
 */

import { encode } from 'cborg';
import type { Clock } from '../../host/common/clock.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeMessage, type SmpHeader } from '../../host/serial/smp.ts';
import type { Transport } from '../../host/serial/transport.ts';

interface Timer {
  atMs: number;
  callback: () => void;
}

/** Time that passes only when nothing else is left to do. */
export class SimulatedClock implements Clock {
  #nowMs = 0;
  #timers: Timer[] = [];
  #armed = false;

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    this.#arm();
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    // Everything that is not waiting for time runs before this.
    setImmediate(() => {
      this.#armed = false;
      this.#fireNext();
      if (this.#timers.length > 0) this.#arm();
    });
  }

  #fireNext(): void {
    const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) return;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.callback();
  }
}

/** What befalls one request: its number counts the requests that arrive, from 0. */
export type Fault =
  | { kind: 'lose-request' }
  | { kind: 'lose-answer' }
  | { kind: 'duplicate-answer' }
  | { kind: 'corrupt-answer' }
  | { kind: 'late-answer'; delayMs: number }
  | { kind: 'log-before' }
  | { kind: 'disconnect' }
  | { kind: 'refuse'; group: number; rc: number }
  | { kind: 'garbage-body' };

export interface FakeDeviceOptions {
  bufferBytes?: number;
  /** Faults by number of the request. */
  faults?: Record<number, Fault>;
  window?: 'run' | 'window';
  /** The hash that runs, 32 bytes. */
  runningHash?: Uint8Array;
  /** How much of an upload is there already, with its session. */
  begun?: { hash: Uint8Array; content: Uint8Array; imageBytes: number };
  /** Index of a byte in the slot that flash got wrong. */
  wrongByteAt?: number;
  /** Always answers uploads with this offset. */
  stuckAt?: number;
}

interface Upload {
  session: Uint8Array;
  content: Uint8Array;
  received: number;
}

type Answer = Record<string, unknown>;

const MODE = { run: 0, window: 1 } as const;

export class FakeDevice implements Transport {
  readonly name = 'fake';
  /** Requests that arrived, as `group/id`. */
  readonly requests: string[] = [];
  /** Message bytes of the largest request. */
  largestMessageBytes = 0;
  mode: 'run' | 'window';
  token = 4;
  stage: 0 | 1 | 2 = 0;
  confirmed = 0;
  reverted = 0;
  uploads = 0;
  readonly #options: FakeDeviceOptions;
  readonly #clock: Clock;
  readonly #decoder = new FrameDecoder();
  #upload: Upload | null = null;
  #onData: (bytes: Uint8Array) => void = () => {};
  #onClose: (error: Error | null) => void = () => {};
  isOpen = true;

  constructor(clock: Clock, options: FakeDeviceOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.mode = options.window ?? 'window';
    const { begun } = options;
    if (begun !== undefined) {
      const content = new Uint8Array(begun.imageBytes);
      content.set(begun.content);
      this.#upload = { session: begun.hash, content, received: begun.content.length };
    }
  }

  get slotContent(): Uint8Array {
    return this.#upload?.content ?? new Uint8Array(0);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.isOpen) return Promise.reject(new Error('the line is closed'));
    for (const message of this.#decoder.push(bytes)) this.#serve(message);
    return Promise.resolve();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (error: Error | null) => void): void {
    this.#onClose = listener;
  }

  drainInput(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isOpen = false;
    return Promise.resolve();
  }

  /** Sends bytes that nobody asked for. */
  say(bytes: Uint8Array): void {
    this.#onData(bytes);
  }

  #serve(message: Uint8Array): void {
    const fault = this.#options.faults?.[this.requests.length];
    const { header, body } = decodeMessage(message);
    this.requests.push(`${header.group}/${header.id}`);
    this.largestMessageBytes = Math.max(this.largestMessageBytes, message.length);
    if (fault?.kind === 'lose-request') return;
    if (fault?.kind === 'disconnect') {
      this.isOpen = false;
      this.#onClose(new Error('unplugged'));
      return;
    }
    const refused = fault?.kind === 'refuse' ? { err: { group: fault.group, rc: fault.rc } } : null;
    this.#deliver(header, refused ?? this.#answer(header, body), fault);
  }

  #deliver(header: SmpHeader, answer: Answer, fault: Fault | undefined): void {
    const frame = answerFrame(header, fault?.kind === 'garbage-body' ? Uint8Array.of(0xff) : encode(answer));
    switch (fault?.kind) {
      case 'lose-answer':
        return;
      case 'corrupt-answer':
        frame[8] = frame[8] === 0x41 ? 0x42 : 0x41;
        break;
      case 'log-before':
        this.#onData(Buffer.from('[00:00:01] a line of the log\r\n'));
        break;
      case 'duplicate-answer':
        this.#onData(frame);
        break;
      case 'late-answer':
        this.#clock.after(fault.delayMs, () => this.#onData(frame));
        return;
    }
    this.#onData(frame);
  }

  #answer(header: SmpHeader, body: Map<unknown, unknown>): Answer {
    switch (`${header.group}/${header.id}`) {
      case '0/0':
        return { r: body.get('d') };
      case '0/6':
        return { buf_size: this.#options.bufferBytes ?? 2048, buf_count: 1 };
      case '1/0':
        return header.operation === 2 ? this.#writeState(body) : this.#images();
      case '1/1':
        return this.#uploadPiece(body);
      case '78/0':
        return this.#status();
      case '78/1':
        return this.#open();
      case '78/2':
        return this.#close();
      case '78/3':
        return this.#readBack(body);
      case '78/5':
        return { outcome: 0, reason: 0, epoch: 0, hash: new Uint8Array(0) };
      case '78/6':
        this.reverted++;
        this.stage = 0;
        return {};
      default:
        return { rc: 8 };
    }
  }

  #status(): Answer {
    return {
      mode: MODE[this.mode],
      trial: this.stage === 2,
      reason: 0,
      epoch: 11,
      hash: this.#options.runningHash ?? new Uint8Array(32).fill(0x11),
      map: 'rail',
      device: 'generic',
      parked: true,
      token: this.token,
      lease: this.mode === 'window' ? 1000 : 0,
      shared: false,
      checks: 0,
      need: 1000,
      ticks: 0,
      tps: 1000,
      stage: this.stage,
      upload: this.#upload?.received ?? 0,
      len: this.#upload?.content.length ?? 0,
    };
  }

  #open(): Answer {
    if (this.mode === 'window') return { err: { group: 78, rc: 3 } };
    this.mode = 'window';
    this.token++;
    return { token: this.token, ticks: 1000 };
  }

  #close(): Answer {
    if (this.mode === 'run') return { err: { group: 78, rc: 1 } };
    this.mode = 'run';
    if (this.stage === 1) this.stage = 2;
    return {};
  }

  #images(): Answer {
    const flags = { bootable: true, pending: false, confirmed: true, active: true, permanent: false };
    const running = this.#options.runningHash ?? new Uint8Array(32).fill(0x11);
    const images: Answer[] = [{ image: 0, slot: 0, version: '0.0.0.11', hash: running, ...flags }];
    const upload = this.#upload;
    if (upload !== null && upload.received === upload.content.length) {
      const other = { ...flags, confirmed: false, active: false, pending: this.stage === 1 };
      images.push({ image: 0, slot: 1, version: '0.0.0.12', hash: upload.session, ...other });
    }
    return { images };
  }

  #writeState(body: Map<unknown, unknown>): Answer {
    if (this.mode === 'run') return { err: { group: 78, rc: 1 } };
    if (body.get('confirm') === true) {
      if (this.stage !== 2) return { err: { group: 78, rc: 51 } };
      this.confirmed++;
      this.stage = 0;
    } else {
      this.stage = 1;
    }
    return this.#images();
  }

  #uploadPiece(body: Map<unknown, unknown>): Answer {
    this.uploads++;
    if (this.mode === 'run') return { err: { group: 78, rc: 1 } };
    if (this.#options.stuckAt !== undefined) return { off: this.#options.stuckAt };
    const offset = Number(body.get('off'));
    const data = body.get('data') as Uint8Array;
    if (offset === 0) this.#begin(body);
    const upload = this.#upload;
    if (upload === null) return { err: { group: 1, rc: 21 } };
    if (offset !== upload.received) return { off: upload.received };
    upload.content.set(data, offset);
    upload.received = offset + data.length;
    return { off: upload.received };
  }

  /** A new session, unless the one under way is taken up again. */
  #begin(body: Map<unknown, unknown>): void {
    const session = body.get('sha') as Uint8Array;
    const imageBytes = Number(body.get('len'));
    const upload = this.#upload;
    const resumed =
      upload !== null && upload.content.length === imageBytes && Buffer.from(upload.session).equals(session);
    if (!resumed) this.#upload = { session, content: new Uint8Array(imageBytes), received: 0 };
  }

  #readBack(body: Map<unknown, unknown>): Answer {
    const offset = Number(body.get('off'));
    const data = Uint8Array.from(this.slotContent.subarray(offset, offset + Number(body.get('len'))));
    const wrongAt = (this.#options.wrongByteAt ?? -1) - offset;
    const wrong = data[wrongAt];
    if (wrong !== undefined) data[wrongAt] = wrong ^ 1;
    return { off: offset, data };
  }
}

function answerFrame(header: SmpHeader, body: Uint8Array): Buffer {
  const message = Buffer.alloc(8 + body.length);
  message[0] = (header.version << 3) | (header.operation + 1);
  message.writeUInt16BE(body.length, 2);
  message.writeUInt16BE(header.group, 4);
  message[6] = header.sequence;
  message[7] = header.id;
  message.set(body, 8);
  return Buffer.from(encodeFrame(message));
}
