/** Calls single functions of a firmware in the emulator and counts their cycles, call and return included. */
import { ConsoleLogger, LogLevel, type RP2040, Simulator } from 'rp2040js';
import { HoldfastError } from '../../host/common/errors.ts';
import type { Elf } from '../../host/firmware/elf.ts';
import { CountedCore } from './rp2040-core.ts';

const SRAM = 0x2000_0000;
const STACK_TOP = 0x2004_2000;
/** Where a called function returns to; nothing is executed there. */
const RETURN_TO = 0x2004_0000;
/** Words that a call passes in registers, and room on the stack for more. */
const REGISTER_WORDS = 4;
const STACKED_BYTES_MAX = 8;
/** BL, by which firmware calls. */
const CALL_CYCLES = 3;
/** Of one call; a boot examines two slots. */
const CYCLES_MAX = 200_000_000;

export class Rp2040Bench {
  readonly chip: RP2040;
  /** Stands still unless something moves it. */
  readonly clock: Simulator['clock'];
  readonly #elf: Elf;
  readonly #counted: CountedCore;
  readonly #addresses = new Map<string, number>();
  /** Whether what is executed now waits for something outside of the processor: told apart by `call`. */
  isWaiting: () => boolean = () => false;
  /** Of a read of flash past its cache; nothing stands behind it unless something is attached. */
  readCycles: () => number = () => {
    throw new Error('flash is read past its cache, and no chip is attached');
  };

  /** All of `elf` in memory where it runs, as after start-up; nothing was executed. */
  constructor(elf: Elf) {
    this.#elf = elf;
    const { rp2040, clock } = new Simulator();
    this.chip = rp2040;
    this.clock = clock;
    this.chip.logger = new ConsoleLogger(LogLevel.Error, false);
    this.#counted = new CountedCore(this.chip, () => this.readCycles());
    for (const { virtual, physical, bytes } of elf.segments) {
      if (physical >= 0x1000_0000 && physical < 0x1400_0000) this.chip.flash.set(bytes, physical & 0xff_ffff);
      if (virtual >= SRAM) this.chip.sram.set(bytes, virtual - SRAM);
    }
  }

  /** The bytes of SRAM at an address, to be read and written. */
  memory(address: number, bytes: number): Uint8Array {
    return this.chip.sram.subarray(address - SRAM, address - SRAM + bytes);
  }

  /** A copy of the words at an address of SRAM. */
  words(address: number, count: number): Int32Array {
    const bytes = this.memory(address, 4 * count);
    return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }

  addressOf(name: string): number {
    const address = this.#addresses.get(name) ?? this.#elf.addressOf(name);
    this.#addresses.set(name, address);
    return address;
  }

  /**
   * Calls a function; words beyond the fourth go over the stack. Of its cycles `waited` are those of waiting. Throws HoldfastError
   * FIRMWARE_HANGS when it does not come back.
   */
  call(name: string, ...words: readonly number[]): { result: number; cycles: number; waited: number } {
    const { core } = this.chip;
    core.SP = STACK_TOP - STACKED_BYTES_MAX;
    words.forEach((word, index) => {
      if (index < REGISTER_WORDS) core.registers[index] = word;
      else this.chip.writeUint32(core.SP + 4 * (index - REGISTER_WORDS), word);
    });
    core.LR = RETURN_TO | 1;
    core.PC = this.addressOf(name);
    let cycles = CALL_CYCLES;
    let waited = 0;
    while (core.PC !== RETURN_TO) {
      const waits = this.isWaiting();
      const step = this.#counted.step();
      cycles += step;
      if (waits) waited += step;
      if (cycles > CYCLES_MAX)
        throw new HoldfastError('FIRMWARE_HANGS', `${name} did not return.`, { exitCode: 3 });
    }
    return { result: (core.registers[0] ?? 0) >>> 0, cycles, waited };
  }

  /** Executes from where the processor stands until it comes to a function; gives the cycles. Throws HoldfastError FIRMWARE_HANGS. */
  runUntil(name: string): number {
    const { core } = this.chip;
    const end = this.addressOf(name);
    let cycles = 0;
    while (core.PC !== end) {
      cycles += this.#counted.step();
      if (cycles > CYCLES_MAX)
        throw new HoldfastError('FIRMWARE_HANGS', `${name} was not reached.`, { exitCode: 3 });
    }
    return cycles;
  }
}
