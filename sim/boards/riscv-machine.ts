/** Linked programs of RV32 executed number by number, with Hazard3's documented cycles: single functions are called. */
import type { Elf } from '../../host/firmware/elf.ts';
import { RiscvReference } from './riscv-reference.ts';

/** Where a called function returns to; nothing is executed there. */
const LINK = 0x7fff_0000;
const [STACK_POINTER, GLOBAL_POINTER, FIRST_ARGUMENT] = [2, 3, 10];
/** Bytes between the top of the stack and what a called function finds there. */
const ABOVE_STACK = 64;

/** What a function may find when it is called, other than its arguments. */
export interface Before {
  /** Of register 1 to 31; 0 when left out. */
  readonly registers?: (index: number) => number;
  /** The branch that is predicted; none when left out. */
  readonly predicted?: number | undefined;
}

/** A program in memory from `base` on, with room for its variables and a stack. */
export class RiscvMachine {
  readonly elf: Elf;
  readonly #reference: RiscvReference;
  readonly #base: number;
  readonly #bytes: Uint8Array;
  readonly #stackTop: number;
  readonly #globals: number | undefined;

  constructor(elf: Elf, base: number, bytes: number, stackTop: number) {
    this.elf = elf;
    this.#base = base;
    this.#stackTop = stackTop;
    this.#bytes = new Uint8Array(bytes);
    this.#globals = elf.symbols.find(({ name }) => name === '__global_pointer$')?.address;
    for (const { virtual, bytes: content } of elf.segments) {
      // The linker may put the file's headers in front.
      const within = content.subarray(Math.max(0, base - virtual));
      const at = Math.max(virtual, base) - base;
      if (at < bytes) this.#bytes.set(within.subarray(0, bytes - at), at);
    }
    this.#reference = new RiscvReference(base, this.#bytes);
  }

  addressOf(name: string): number {
    return this.elf.addressOf(name);
  }

  /** Bytes of memory at an address, to be read and written. */
  memory(address: number, length: number): Uint8Array {
    return this.#bytes.subarray(address - this.#base, address - this.#base + length);
  }

  setWord(address: number, word: number): void {
    this.#reference.memory.setUint32(address - this.#base, word, true);
  }

  /** Calls a function with words in registers, eight at most; cycles of the call and its return. No branch is predicted. */
  call(name: string, ...words: readonly number[]): { result: number; cycles: number } {
    return this.callAfter({}, name, words);
  }

  /** The same, given what it finds. */
  callAfter(before: Before, name: string, words: readonly number[]): { result: number; cycles: number } {
    const { x } = this.#reference;
    const { registers = () => 0, predicted } = before;
    for (let index = 1; index < 32; index++) x[index] = registers(index);
    x[STACK_POINTER] = this.#stackTop - ABOVE_STACK;
    if (this.#globals !== undefined) x[GLOBAL_POINTER] = this.#globals;
    for (const [index, word] of words.entries()) x[FIRST_ARGUMENT + index] = word;
    const cycles = this.#reference.call(this.elf.addressOf(name), LINK, predicted);
    return { result: (x[FIRST_ARGUMENT] ?? 0) >>> 0, cycles };
  }
}
