/**
 * The debugger's port of an emulated processor (GDB's remote serial protocol), as far as flash needs it: memory is read and written, and
 * the processor runs until it comes by a place that is watched.
 */
import type { Duplex } from 'node:stream';

const BYTES_MAX = 1024;
const PROGRAM_COUNTER = 15;

/** The processor's first sixteen registers where it stopped. */
export interface Stop {
  readonly registers: readonly number[];
  readonly at: number;
}

export class GdbRemote {
  readonly #stream: Duplex;
  #received = '';
  #answered: ((answer: string) => void) | undefined;

  /** The processor stands when it is connected. */
  constructor(stream: Duplex) {
    this.#stream = stream;
    // A machine that was switched off takes nothing more.
    stream.on('error', () => {});
    stream.setEncoding('latin1').on('data', (text: string) => this.#take(text));
  }

  async read(address: number, bytes: number): Promise<Uint8Array> {
    const answer = await this.#ask(`m${address.toString(16)},${bytes.toString(16)}`);
    const content = Buffer.from(answer, 'hex');
    if (content.length !== bytes) throw new Error(`the debugger reads ${answer} at ${address.toString(16)}`);
    return content;
  }

  /** Flash too: it is written as it stands, erased or not. */
  async write(address: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; done += BYTES_MAX) {
      const part = bytes.subarray(done, done + BYTES_MAX);
      const [at, length] = [address + done, part.length].map((number) => number.toString(16));
      await this.#accepted(`M${at},${length}:${Buffer.from(part).toString('hex')}`);
    }
  }

  /** Stops at the instruction at an address from now on. */
  watch(address: number): Promise<void> {
    return this.#accepted(`Z1,${address.toString(16)},2`);
  }

  unwatch(address: number): Promise<void> {
    return this.#accepted(`z1,${address.toString(16)},2`);
  }

  /** Runs on until a watched place is reached; the one where the processor stands is passed. */
  async run(): Promise<Stop> {
    await this.#ask('s');
    await this.#ask('c');
    const words = Buffer.from(await this.#ask('g'), 'hex');
    const registers = Array.from({ length: PROGRAM_COUNTER + 1 }, (_, index) =>
      words.readUInt32LE(4 * index),
    );
    return { registers, at: registers[PROGRAM_COUNTER] ?? 0 };
  }

  async #accepted(command: string): Promise<void> {
    const answer = await this.#ask(command);
    if (answer !== 'OK') throw new Error(`the debugger answers ${answer} to ${command.slice(0, 20)}`);
  }

  /** One command at a time; it never answers when the machine is switched off. */
  #ask(command: string): Promise<string> {
    const sum = Buffer.from(command, 'latin1').reduce((total, byte) => (total + byte) & 0xff, 0);
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#stream.write(`$${command}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
    });
  }

  #take(text: string): void {
    this.#received += text;
    for (;;) {
      const found = /\$([^#]*)#[0-9a-f]{2}/.exec(this.#received);
      if (found === null) return;
      this.#received = this.#received.slice(found.index + found[0].length);
      this.#stream.write('+');
      const answered = this.#answered;
      this.#answered = undefined;
      answered?.(found[1] ?? '');
    }
  }
}
