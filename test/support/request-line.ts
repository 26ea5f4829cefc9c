/** A line between client and device that counts the requests, and on which one of them, or its answer, meets with a fault. */

import type { Clock } from '../../host/common/clock.ts';
import { FrameDecoder } from '../../host/serial/framing.ts';
import { decodeHeader } from '../../host/serial/smp.ts';
import type { Transport } from '../../host/serial/transport.ts';

/** What befalls one request: its number counts the requests that are sent, from 0. */
export type Fault =
  | { kind: 'lose-request' }
  | { kind: 'lose-answer' }
  | { kind: 'duplicate-answer' }
  | { kind: 'corrupt-answer' }
  | { kind: 'late-answer'; delayMs: number }
  | { kind: 'log-before' }
  | { kind: 'disconnect' };

/** Each answer of the device behind it must come in one piece, as `SimDevice` gives it. */
export class RequestLine implements Transport {
  readonly name = 'requests';
  /** Requests that were sent, as `group/id`. */
  readonly requests: string[] = [];
  /** Message bytes of the largest request. */
  largestMessageBytes = 0;
  readonly #inner: Transport;
  readonly #clock: Clock;
  /** Faults by number of the request. */
  readonly #faults: Readonly<Record<number, Fault>>;
  readonly #decoder = new FrameDecoder();
  /** That of the request on its way. */
  #fault: Fault | undefined;
  #onData: (bytes: Uint8Array) => void = () => {};
  #onClose: (error: Error | null) => void = () => {};
  #isOpen = true;

  constructor(inner: Transport, clock: Clock, faults: Readonly<Record<number, Fault>> = {}) {
    this.#inner = inner;
    this.#clock = clock;
    this.#faults = faults;
    inner.onData((answer) => this.#deliver(answer));
  }

  /** How many requests of this kind, `group/id`, were sent. */
  sent(request: string): number {
    return this.requests.filter((other) => other === request).length;
  }

  /** Sends the client bytes that nobody asked for. */
  say(bytes: Uint8Array): void {
    this.#onData(bytes);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#isOpen) throw new Error('the line is closed');
    for (const message of this.#decoder.push(bytes)) this.#note(message);
    if (this.#fault?.kind === 'lose-request') return;
    if (this.#fault?.kind === 'disconnect') {
      this.#isOpen = false;
      this.#onClose(new Error('unplugged'));
      return;
    }
    await this.#inner.write(bytes);
  }

  #note(message: Uint8Array): void {
    this.#fault = this.#faults[this.requests.length];
    const header = decodeHeader(message);
    this.requests.push(`${header?.group}/${header?.id}`);
    this.largestMessageBytes = Math.max(this.largestMessageBytes, message.length);
  }

  #deliver(answer: Uint8Array): void {
    switch (this.#fault?.kind) {
      case 'lose-answer':
        return;
      case 'corrupt-answer':
        this.#onData(answer.with(8, answer[8] === 0x41 ? 0x42 : 0x41));
        return;
      case 'log-before':
        this.#onData(Buffer.from('[00:00:01] a line of the log\r\n'));
        break;
      case 'duplicate-answer':
        this.#onData(answer);
        break;
      case 'late-answer':
        this.#clock.after(this.#fault.delayMs, () => this.#onData(answer));
        return;
    }
    this.#onData(answer);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (error: Error | null) => void): void {
    this.#onClose = listener;
  }

  drainInput(): Promise<void> {
    return this.#inner.drainInput();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#inner.close();
  }
}
