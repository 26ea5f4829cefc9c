/**
 * SMP requests over a transport: one at a time, matched by sequence, with a timeout and a bounded number of attempts.
 *
 * Each attempt has a sequence number of its own. So an answer that comes after its attempt was given up is recognised as late
 * and dropped, and can never pass for the answer to a later request.
 */

import { randomInt } from 'node:crypto';
import { type Clock, sleep, systemClock } from '../common/clock.ts';
import { HoldfastError } from '../common/errors.ts';
import { GROUP, HOLDFAST, type Key, OPERATION } from '../format.ts';
import { RefusedError } from '../refusals/refusals.ts';
import type { CborFields } from './cbor.ts';
import { Fields } from './fields.ts';
import { encodeFrame, FrameDecoder, type FrameDecoderOptions } from './framing.ts';
import { decodeBody, decodeHeader, encodeMessage, type SmpHeader, type SmpVersion } from './smp.ts';
import type { Transport } from './transport.ts';

export const ANSWER_TIMEOUT_MS = 2500;
const ATTEMPTS_DEFAULT = 3;
/** How long a line is listened to before the first request, so that leftovers of an earlier program are gone. */
const SETTLE_MS = 20;
/** Bytes on the line for the largest message of a device, in base64 with its frames. */
const LARGEST_FRAME_BYTES = 3000;
/** Start bit, eight bits, stop bit. */
const BITS_A_BYTE = 10;
const SEQUENCES = 256;
/** Ends a line that an earlier program left unfinished; an empty line is no frame and is ignored. */
const LINE_END = Uint8Array.of(0x0a);

/** What a request may carry: keys that devices know. */
export type RequestFields = Readonly<Partial<Record<Key, CborFields[string]>>>;

export interface SmpRequest {
  /** Words for messages, e.g. `status`. */
  what: string;
  operation: 'read' | 'write';
  group: number;
  id: number;
  fields?: RequestFields;
  /** Milliseconds to wait for the answer to an attempt; 2,500 unless given. */
  timeoutMs?: number;
  /** How often it is sent at most; 3 unless given. 1 for what must not happen twice. */
  attempts?: number;
}

/** An attempt was given up and another one follows. */
export interface RetryEvent {
  what: string;
  /** The attempt that got no answer, from 1. */
  attempt: number;
  attempts: number;
  timeoutMs: number;
}

export interface SmpClientOptions {
  clock?: Clock;
  /** 0 for SMP version 1, 1 for version 2 (the default). */
  version?: SmpVersion;
  /** Sequence number of the first request; random unless given, so that two programs in a row do not mix. */
  firstSequence?: number;
  /** Milliseconds to wait for an answer, and attempts, of requests that do not say themselves; 2,500 and 3 unless given. */
  timeoutMs?: number;
  attempts?: number;
  /** Bits a second of the line: on a slow one, answers are waited for longer. */
  baudRate?: number;
  onRetry?: (event: RetryEvent) => void;
  /** Lines of the device that are no frames. */
  onLog?: FrameDecoderOptions['onLog'];
}

interface Waiting {
  header: SmpHeader;
  resolve: (message: Uint8Array) => void;
  reject: (error: Error) => void;
}

export class SmpClient {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #version: SmpVersion;
  readonly #decoder: FrameDecoder;
  readonly #timeoutMs: number;
  readonly #attempts: number;
  /** Time that the largest request and the largest answer take on the line. */
  readonly #lineMs: number;
  readonly #onRetry: ((event: RetryEvent) => void) | undefined;
  #sequence: number;
  #waiting: Waiting | null = null;
  #closed: Error | null = null;
  #droppedAnswers = 0;
  #hasAnswered = false;
  #strayBytes = 0;
  /** The end of the queue: requests run one after the other. */
  #last: Promise<unknown>;

  constructor(transport: Transport, options: SmpClientOptions = {}) {
    this.#transport = transport;
    this.#clock = options.clock ?? systemClock;
    this.#version = options.version ?? 1;
    this.#timeoutMs = options.timeoutMs ?? ANSWER_TIMEOUT_MS;
    this.#attempts = options.attempts ?? ATTEMPTS_DEFAULT;
    this.#lineMs = lineMs(options.baudRate);
    this.#onRetry = options.onRetry;
    this.#sequence = options.firstSequence ?? randomInt(SEQUENCES);
    this.#decoder = new FrameDecoder(options.onLog === undefined ? {} : { onLog: options.onLog });
    transport.onData((bytes) => this.#receive(bytes));
    transport.onClose((error) => this.#lineGone(error));
    this.#last = this.#settle();
    // Whoever makes the first request meets the error there.
    this.#last.catch(() => {});
  }

  get name(): string {
    return this.#transport.name;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** Answers that came too late or to nothing asked. */
  get droppedAnswers(): number {
    return this.#droppedAnswers;
  }

  /** Whether anything that was asked over this line was answered. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Bytes that came since the last answer: an echo, another program, another rate. */
  get strayBytes(): number {
    return this.#strayBytes;
  }

  /**
   * Sends the request and resolves with the fields of its answer. Throws `RefusedError` when the device says no (exit code 1);
   * `NO_ANSWER`, `LINE_LOST` and `ANSWER_MALFORMED` for trouble on the way (exit code 3).
   */
  request(request: SmpRequest): Promise<Fields> {
    const run = this.#last.catch(() => {}).then(() => this.#perform(request));
    this.#last = run.catch(() => {});
    return run;
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #settle(): Promise<void> {
    await this.#transport.drainInput();
    await this.#transport.write(LINE_END);
    await sleep(this.#clock, SETTLE_MS);
  }

  async #perform(request: SmpRequest): Promise<Fields> {
    const attempts = request.attempts ?? this.#attempts;
    const timeoutMs = (request.timeoutMs ?? this.#timeoutMs) + this.#lineMs;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const sequence = this.#sequence;
      const message = await this.#attempt(request, timeoutMs);
      if (message !== null) return this.#readOrExplain(request, sequence, message);
      if (attempt < attempts) {
        this.#onRetry?.({ what: request.what, attempt, attempts, timeoutMs });
        await this.#transport.write(LINE_END);
      }
    }
    throw new HoldfastError(
      'NO_ANSWER',
      `No answer to "${request.what}" on ${this.name} (asked ${times(attempts)}, ${timeoutMs / 1000} s each).`,
      {
        remedy: 'Check the cable, the baud rate and that the device runs; `holdfast ports` lists the ports.',
        exitCode: 3,
      },
    );
  }

  /** One sending; null when its time ran out. */
  async #attempt(request: SmpRequest, timeoutMs: number): Promise<Uint8Array | null> {
    if (this.#closed !== null) throw this.#closed;
    const header: SmpHeader = {
      version: this.#version,
      operation: request.operation === 'read' ? OPERATION.read : OPERATION.write,
      group: request.group,
      sequence: this.#sequence,
      id: request.id,
    };
    this.#sequence = (this.#sequence + 1) % SEQUENCES;
    const answer = new Promise<Uint8Array>((resolve, reject) => {
      this.#waiting = { header, resolve, reject };
    });
    let cancel = () => {};
    const timeout = new Promise<null>((resolve) => {
      cancel = this.#clock.after(timeoutMs, () => resolve(null));
    });
    try {
      // Racing the write as well: a line that takes no bytes must not hold a request for ever.
      const sent = this.#transport
        .write(encodeFrame(encodeMessage(header, request.fields ?? {})))
        .then(() => answer);
      return await Promise.race([answer, sent, timeout]);
    } finally {
      cancel();
      this.#waiting = null;
    }
  }

  #receive(bytes: Uint8Array): void {
    this.#strayBytes += bytes.length;
    for (const message of this.#decoder.push(bytes)) {
      const waiting = this.#waiting;
      const header = decodeHeader(message);
      if (waiting === null || header === null || !answers(header, waiting.header)) this.#droppedAnswers++;
      else {
        this.#hasAnswered = true;
        this.#strayBytes = 0;
        waiting.resolve(message);
      }
    }
  }

  /** The fields of an answer; a refusal in a code of a standard group is told in the words of the refusal that it stands for. */
  async #readOrExplain(request: SmpRequest, sequence: number, message: Uint8Array): Promise<Fields> {
    try {
      return this.#read(request.what, message);
    } catch (error) {
      if (!(error instanceof RefusedError) || request.group === GROUP.holdfast) throw error;
      const code = await this.#askWhy(request, sequence);
      throw code === 0 ? error : new RefusedError(request.what, GROUP.holdfast, code);
    }
  }

  /** The code of docs/SPEC.md section 8 that a request was refused with; 0 when the device does not say, or speaks of another request. */
  async #askWhy({ group, id }: SmpRequest, sequence: number): Promise<number> {
    const why = { what: 'why', operation: 'read', group: GROUP.holdfast, id: HOLDFAST.why } as const;
    try {
      const message = await this.#attempt(why, this.#timeoutMs + this.#lineMs);
      if (message === null) return 0;
      const last = this.#read(why.what, message);
      const isThis = last.u32('group') === group && last.u32('id') === id && last.u32('seq') === sequence;
      return isThis ? last.u32('code') : 0;
    } catch (error) {
      // A device of before does not know the question; what it said first is what counts, whatever it says now.
      if (error instanceof HoldfastError) return 0;
      throw error;
    }
  }

  #read(what: string, message: Uint8Array): Fields {
    const fields = new Fields(decodeBody(message), what);
    const error = fields.optionalMap('err');
    if (error !== null) throw new RefusedError(what, error.u32('group'), error.u32('rc'));
    if (fields.has('rc') && fields.u32('rc') !== 0) throw new RefusedError(what, null, fields.u32('rc'));
    return fields;
  }

  #lineGone(error: Error | null): void {
    const reason = error === null ? 'it was closed' : error.message;
    this.#closed = new HoldfastError('LINE_LOST', `The serial line ${this.name} was lost: ${reason}.`, {
      remedy:
        'Check the cable and the device, then run the command again; an upload continues where it stopped.',
      exitCode: 3,
      cause: error ?? undefined,
    });
    this.#waiting?.reject(this.#closed);
  }
}

/** An answer has the request's group, id and sequence, and the operation that follows it. */
function answers(answer: SmpHeader, request: SmpHeader): boolean {
  return (
    answer.sequence === request.sequence &&
    answer.group === request.group &&
    answer.id === request.id &&
    answer.operation === request.operation + 1
  );
}

function lineMs(baudRate: number | undefined): number {
  if (baudRate === undefined) return 0;
  return 100 * Math.round((20 * LARGEST_FRAME_BYTES * BITS_A_BYTE) / baudRate);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
