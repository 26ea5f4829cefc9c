/** The npm emulator as a second oracle: registers, flags and memory in, the same and cycles out. */
import { ConsoleLogger, LogLevel, Simulator } from 'rp2040js';
import { CountedCore } from '../../../sim/boards/rp2040-core.ts';
import type { Reference } from './reference.ts';

export const CODE = 0x2000_0000;
export const RAM = 0x2000_8000;
export const RAM_BYTES = 64;
export const STACK_TOP = 0x2004_2000;
export const RETURN_TO = 0x2004_0000;

export class Emulator {
  readonly chip = new Simulator().rp2040;
  readonly #counted = new CountedCore(this.chip, () => 0);

  constructor() {
    this.chip.logger = new ConsoleLogger(LogLevel.Error, false);
  }

  /** All that the reference holds, memory of its bytes included. */
  take(reference: Reference): void {
    const { core, sram } = this.chip;
    for (let index = 0; index < 16; index++) core.registers[index] = reference.r[index] ?? 0;
    Object.assign(core, { N: reference.n, Z: reference.z, C: reference.c, V: reference.v });
    for (const [address, byte] of reference.bytes) sram[address - 0x2000_0000] = byte;
  }

  step(): number {
    return this.#counted.step();
  }

  /** Where it differs from the reference; nothing when it does not. */
  differences(reference: Reference): string[] {
    const { core, sram } = this.chip;
    const found: string[] = [];
    for (let index = 0; index < 16; index++) {
      const [theirs, ours] = [(core.registers[index] ?? 0) >>> 0, reference.r[index] ?? 0];
      if (theirs !== ours) found.push(`r${index}: ${theirs}, not ${ours}`);
    }
    const flags = { N: reference.n, Z: reference.z, C: reference.c, V: reference.v };
    for (const [name, value] of Object.entries(flags)) {
      if (core[name as keyof typeof flags] !== value) found.push(`${name}: not ${value}`);
    }
    for (const [address, byte] of reference.bytes) {
      if (sram[address - 0x2000_0000] !== byte) found.push(`byte ${address.toString(16)}`);
    }
    return found;
  }
}

/**
 * What rp2040js 1.4.1 gets wrong of flags, and the reference has as the manual says: the carry of shifts by a register, by 0 and by 32
 * and more; and V of ADCS and SBCS, where an operand and 1 more differ in sign and the 1 is added.
 */
export function isWrongThere(halfword: number, { r, c }: Reference): boolean {
  const operation = (halfword >> 6) & 15;
  const [first = 0, operand = 0] = [r[halfword & 7], r[(halfword >> 3) & 7]];
  if (halfword >> 10 !== 0x10) return false;
  const isEdge = (number: number) => number === 0x7fff_ffff || number === 0xffff_ffff;
  if (operation === 5) return c && isEdge(first);
  if (operation === 6) return !c && isEdge(operand);
  return [2, 3, 4, 7].includes(operation) && ((operand & 255) === 0 || (operand & 255) >= 32);
}
