/** The sending half of the RP2040's UART. rp2040js sends every byte at once and is never busy; the chip sends at the rate of its line. */
import type { RP2040 } from 'rp2040js';

type Uart = RP2040['uart'][number];

/** UARTFR and its bits: RP2040 datasheet 4.2.8. */
export const UART_FLAGS = 0x18;
const BUSY = 1 << 3;
const SEND_FULL = 1 << 5;
const SEND_EMPTY = 1 << 7;
const FIFO_BYTES = 32;
/** Start bit, eight bits, stop bit. */
const BITS_A_BYTE = 10;

export class Transmitter {
  readonly #uart: Uart;
  readonly #nanos: () => number;
  readonly #onSent: (byte: number) => void;
  /** The byte that is being shifted out, then the FIFO. */
  readonly #bytes: number[] = [];
  #firstSentAt = Number.POSITIVE_INFINITY;

  /** Takes the place of the sending half of `uart`; `nanos` is the time of the chip. */
  constructor(uart: Uart, nanos: () => number, onSent: (byte: number) => void) {
    this.#uart = uart;
    this.#nanos = nanos;
    this.#onSent = onSent;
    const read = uart.readUint32.bind(uart);
    uart.readUint32 = (offset) =>
      offset === UART_FLAGS ? (read(offset) & ~SEND_EMPTY) | this.#flags() : read(offset);
    uart.onByte = (byte) => this.#take(byte);
  }

  /** When the next byte has left; Infinity when nothing is to be sent. */
  get nextAt(): number {
    return this.#firstSentAt;
  }

  /** Gives what has left until now. */
  carry(): void {
    while (this.#firstSentAt <= this.#nanos()) {
      const byte = this.#bytes.shift();
      this.#firstSentAt =
        this.#bytes.length > 0 ? this.#firstSentAt + this.#byteNanos() : Number.POSITIVE_INFINITY;
      if (byte !== undefined) this.#onSent(byte);
    }
  }

  #take(byte: number): void {
    this.carry();
    if (this.#isFull()) throw new Error('the firmware wrote into a full FIFO of the UART');
    this.#bytes.push(byte);
    if (this.#bytes.length === 1) this.#firstSentAt = this.#nanos() + this.#byteNanos();
  }

  #flags(): number {
    this.carry();
    const { length } = this.#bytes;
    return (length > 0 ? BUSY : 0) | (this.#isFull() ? SEND_FULL : 0) | (length <= 1 ? SEND_EMPTY : 0);
  }

  #isFull(): boolean {
    return this.#bytes.length > FIFO_BYTES;
  }

  #byteNanos(): number {
    return (BITS_A_BYTE * 1e9) / this.#uart.baudRate;
  }
}
