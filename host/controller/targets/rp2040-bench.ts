/** Calls single functions of a firmware in the emulator and counts their cycles, call and return included. */
import { ConsoleLogger, LogLevel, RP2040 } from 'rp2040js';
import { HoldfastError } from '../../errors.ts';
import type { Elf } from '../../firmware/elf.ts';
import { CountedCore } from './rp2040-core.ts';

const SRAM = 0x2000_0000;
const STACK_TOP = 0x2004_2000;
/** Where a called function returns to; nothing is executed there. */
const RETURN_TO = 0x2004_0000;
/** BL, by which firmware calls. */
const CALL_CYCLES = 3;
const CYCLES_MAX = 20_000_000;

export class Rp2040Bench {
  readonly chip: RP2040;
  readonly #elf: Elf;
  readonly #counted: CountedCore;

  /** All of `elf` in memory where it runs, as after start-up; nothing was executed. */
  constructor(elf: Elf) {
    this.#elf = elf;
    this.chip = new RP2040();
    this.chip.logger = new ConsoleLogger(LogLevel.Error, false);
    this.#counted = new CountedCore(this.chip);
    for (const { virtual, physical, bytes } of elf.segments) {
      if (physical >= 0x1000_0000 && physical < 0x1400_0000) this.chip.flash.set(bytes, physical & 0xff_ffff);
      if (virtual >= SRAM) this.chip.sram.set(bytes, virtual - SRAM);
    }
  }

  /** The bytes of SRAM at an address, to be read and written. */
  memory(address: number, bytes: number): Uint8Array {
    return this.chip.sram.subarray(address - SRAM, address - SRAM + bytes);
  }

  addressOf(name: string): number {
    return this.#elf.addressOf(name);
  }

  /** Calls a function with at most four words. Throws HoldfastError FIRMWARE_HANGS when it does not come back. */
  call(name: string, ...words: readonly number[]): { result: number; cycles: number } {
    const { core } = this.chip;
    words.forEach((word, index) => {
      core.registers[index] = word;
    });
    core.SP = STACK_TOP;
    core.LR = RETURN_TO | 1;
    core.PC = this.#elf.addressOf(name);
    let cycles = CALL_CYCLES;
    while (core.PC !== RETURN_TO) {
      cycles += this.#counted.step();
      if (cycles > CYCLES_MAX)
        throw new HoldfastError('FIRMWARE_HANGS', `${name} did not come back.`, { exitCode: 3 });
    }
    return { result: (core.registers[0] ?? 0) >>> 0, cycles };
  }
}
