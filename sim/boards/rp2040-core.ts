/**
 * The processor of rp2040js with the cycles that it leaves out put back. Sources: Cortex-M0+ Technical Reference Manual
 * (ARM DDI 0484C), table 3-1 for instructions, section 3.6 and the product's brief for exceptions.
 *
 * | what | rp2040js | Cortex-M0+ |
 * |---|---|---|
 * | PUSH with LR | LR not counted | 1 + N, LR is one of N |
 * | POP with PC | PC not counted | 3 + N, PC is one of N |
 * | exception entry | 0 | 15 at most |
 * | exception return | that of its BX or POP | 12 more: eight registers come back from the stack, and the pipeline is filled again |
 * | SysTick comes round | after 2^24 − 1 cycles | after 2^24, its reload value and 1 (ARMv6-M manual, B3.3); its interrupt, which nobody uses, is gone |
 * | a read of flash past its cache | 0 more | as the registers of the serial flash controller say (ssi.ts) |
 *
 * Of our own making is the return, an upper bound (the manual names none). What stays as it is: a read of flash through the cache costs
 * 2 (there is no cache that could miss), and nobody else is on the bus.
 */
import type { RP2040 } from 'rp2040js';

export const EXCEPTION_ENTRY_CYCLES = 15;
export const EXCEPTION_RETURN_CYCLES = 12;

const UNCACHED_FROM = 0x1300_0000;
const UNCACHED_TO = 0x1400_0000;

const PUSH_WITH_LR = 0xb500;
const POP_WITH_PC = 0xbd00;
const REGISTERS_MASK = 0x00ff;

/** Steps a chip instruction by instruction and says what each cost. */
export class CountedCore {
  readonly chip: RP2040;
  #extra = 0;

  /** `readCycles`: of a read of flash past its cache, 32 bits or fewer: the controller reads whole words. */
  constructor(chip: RP2040, readCycles: () => number) {
    this.chip = chip;
    const { core } = chip;
    const enter = core.exceptionEntry.bind(core);
    core.exceptionEntry = (number) => {
      this.#extra += EXCEPTION_ENTRY_CYCLES;
      enter(number);
    };
    // Without its alarm the 24-bit counter comes round by itself, every 2^24 cycles; the alarm would do it one cycle early.
    chip.ppb.systickAlarm.enable = false;
    const leave = core.exceptionReturn.bind(core);
    core.exceptionReturn = (value) => {
      this.#extra += EXCEPTION_RETURN_CYCLES;
      leave(value);
    };
    // Shorter reads come here too.
    const read = chip.readUint32.bind(chip);
    chip.readUint32 = (address) => {
      const from = address >>> 0;
      if (from >= UNCACHED_FROM && from < UNCACHED_TO) this.#extra += readCycles();
      return read(address);
    };
  }

  /** Executes one instruction, after taking an exception that is due; gives the cycles of both. */
  step(): number {
    const { core } = this.chip;
    this.#extra = 0;
    if (core.interruptsUpdated && core.checkForInterrupts()) core.waiting = false;
    const opcode = this.chip.readUint16(core.PC & ~1) & ~REGISTERS_MASK;
    if (opcode === PUSH_WITH_LR || opcode === POP_WITH_PC) this.#extra++;
    return core.executeInstruction() + this.#extra;
  }
}
