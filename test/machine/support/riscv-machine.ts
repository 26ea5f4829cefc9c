/** Linked programs of RV32 executed number by number. */
import type { Elf } from '../../../host/firmware/elf.ts';
import type { Random } from '../../support/random.ts';
import { RiscvReference } from './riscv-reference.ts';

/** Where a called function returns to; nothing is executed there. */
const LINK = 0x7fff_0000;

/** A program in memory, with room for its variables and a stack. */
export class RiscvMachine {
  readonly elf: Elf;
  readonly reference: RiscvReference;
  readonly #base: number;
  readonly bytes: Uint8Array;
  readonly #stackTop: number;

  constructor(elf: Elf, base: number, bytes: number, stackTop: number) {
    this.elf = elf;
    this.#base = base;
    this.#stackTop = stackTop;
    this.bytes = new Uint8Array(bytes);
    for (const { virtual, bytes: content } of elf.segments) {
      // The linker may put the file's headers in front.
      const within = content.subarray(Math.max(0, base - virtual));
      const at = Math.max(virtual, base) - base;
      if (at < bytes) this.bytes.set(within.subarray(0, bytes - at), at);
    }
    this.reference = new RiscvReference(base, this.bytes);
  }

  memory(address: number, length: number): Uint8Array {
    return this.bytes.subarray(address - this.#base, address - this.#base + length);
  }

  setWord(address: number, word: number): void {
    this.reference.memory.setUint32(address - this.#base, word, true);
  }

  /** Registers hold anything, and any branch may be predicted. */
  call(random: Random, name: string, args: readonly number[]): number {
    const { x } = this.reference;
    for (let index = 0; index < 32; index++) x[index] = random.next();
    x[0] = 0;
    x[2] = this.#stackTop - 64;
    const global = this.elf.symbols.find((symbol) => symbol.name === '__global_pointer$');
    if (global !== undefined) x[3] = global.address;
    for (const [index, argument] of args.entries()) x[10 + index] = argument;
    const entry = this.elf.addressOf(name);
    return this.reference.call(entry, LINK, random.onceIn(2) ? undefined : entry + 2 * random.below(200));
  }
}
