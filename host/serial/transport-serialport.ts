/** A serial port or pseudo-terminal as a transport, through node-serialport. */

import { HoldfastError } from '../common/errors.ts';
import type { SerialPort } from './serial-port.ts';
import type { Transport } from './transport.ts';

export const BAUD_RATE_DEFAULT = 115200;

/** A serial port, whose rate can be changed while it is open. */
export interface SerialLine extends Transport {
  /** Without opening the port anew, which resets some boards. Rejects with `PORT_FAILED` for a rate that it does not take. */
  setBaudRate(baudRate: number): Promise<void>;
}

export interface SerialTransportOptions {
  /** E.g. `/dev/ttyACM0`, `COM3`, or the path that `holdfast controller` prints. */
  path: string;
  baudRate?: number;
}

/** Opens the port for this program alone. Throws `PORT_NOT_FOUND`, `PORT_DENIED`, `PORT_BUSY` or `PORT_FAILED` (exit code 3). */
export async function openSerialTransport(options: SerialTransportOptions): Promise<SerialLine> {
  const { SerialPort } = await import('./serial-port.ts');
  const port = new SerialPort({
    path: options.path,
    baudRate: options.baudRate ?? BAUD_RATE_DEFAULT,
    autoOpen: false,
    lock: true,
  });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(openError(options.path, error))));
  });
  keepAwake(port);
  return new SerialTransport(port);
}

/**
 * Has Node go on as soon as the port may be read or written. The driver calls in from outside of Node's turns; since 26.4 Node
 * leaves the promises that such a call settles until its next turn of its own, here the timeout of the question
 * (serialport/bindings-cpp#239, nodejs/node#62969). An immediate is such a turn, and due at once.
 */
function keepAwake({ port }: SerialPort): void {
  // The driver for Windows has no poller.
  if (port === undefined || !('poller' in port)) return;
  for (const event of ['readable', 'writable']) port.poller.on(event, () => setImmediate(() => {}));
}

class SerialTransport implements SerialLine {
  readonly #port: SerialPort;
  #dataListener: (bytes: Uint8Array) => void = () => {};
  #closeListener: (error: Error | null) => void = () => {};
  #closed = false;

  constructor(port: SerialPort) {
    this.#port = port;
    port.on('data', (bytes: Buffer) => this.#dataListener(bytes));
    port.on('close', (error: Error | null | undefined) => this.#end(error ? lossOf(error) : null));
    port.on('error', (error: Error) => this.#end(lossOf(error)));
  }

  get name(): string {
    return this.#port.path;
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#port.write(bytes, (error) => (error ? reject(writeError(this.name, error)) : resolve()));
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#dataListener = listener;
  }

  onClose(listener: (error: Error | null) => void): void {
    this.#closeListener = listener;
  }

  setBaudRate(baudRate: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#port.update({ baudRate }, (error) => (error ? reject(openError(this.name, error)) : resolve()));
    });
  }

  drainInput(): Promise<void> {
    // Some drivers cannot flush; what is left over then is dropped by its sequence number.
    return new Promise((resolve) => {
      this.#port.flush(() => resolve());
    });
  }

  close(): Promise<void> {
    if (!this.#port.isOpen) return Promise.resolve();
    return new Promise((resolve) => {
      this.#port.close(() => resolve());
    });
  }

  #end(error: Error | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeListener(error);
  }
}

/** The driver tells its reason only in words, so the words are what is looked at. */
const OPEN_ERRORS = [
  {
    pattern: /no such (file|device)|file not found|cannot find/i,
    code: 'PORT_NOT_FOUND',
    words: 'the port does not exist',
    remedy: 'Run `holdfast ports` to see the ports, or start `holdfast controller`.',
  },
  {
    pattern: /permission denied|access denied|operation not permitted/i,
    code: 'PORT_DENIED',
    words: 'permission denied',
    remedy: 'Add yourself to the group that owns it (on most Linux systems `dialout`) and log in again.',
  },
  {
    pattern: /cannot lock|busy|temporarily unavailable/i,
    code: 'PORT_BUSY',
    words: 'another program uses it',
    remedy: 'Close the terminal program or the other command that has it open.',
  },
  {
    pattern: /inappropriate ioctl|not a typewriter|not a tty|is a directory|no such device or address/i,
    code: 'PORT_FAILED',
    words: 'it is not a serial port',
    remedy: 'Run `holdfast ports` to see the ports.',
  },
  {
    pattern: /baud/i,
    code: 'PORT_FAILED',
    words: 'it does not take this baud rate',
    remedy: 'Give another rate with `--baud`.',
  },
] as const;

/** What the driver says when the device at the other end, or the program that stands for it, is gone. */
const GONE = /bad file descriptor|input\/output error|no such device|device not configured|end of file/i;

/** Why an open line ended, in words for people; what the driver said stands behind them. */
export function lossOf(cause: Error): Error {
  return GONE.test(cause.message) ? new Error(`its other end is gone (${cause.message})`, { cause }) : cause;
}

function openError(path: string, cause: Error): HoldfastError {
  const known = OPEN_ERRORS.find((entry) => entry.pattern.test(cause.message));
  const words = known?.words ?? 'the system refused it';
  return new HoldfastError(known?.code ?? 'PORT_FAILED', `Cannot open port ${path}: ${words}.`, {
    remedy: known?.remedy ?? 'Check that the path is a serial port.',
    exitCode: 3,
    cause,
  });
}

function writeError(path: string, cause: Error): HoldfastError {
  return new HoldfastError('LINE_LOST', `Cannot write to ${path}: ${cause.message}.`, {
    remedy: 'Check the cable and the device, then run the command again.',
    exitCode: 3,
    cause,
  });
}
