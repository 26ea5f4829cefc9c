/**
 * Decodes RV32IMC with Zicsr and Zifencei (The RISC-V Instruction Set Manual, volume I, 20191213, chapters 2, 7, 9, 16 and 24), and of the
 * privileged instructions MRET and WFI. Everything else decodes to undefined; test/machine/riscv.test.ts compares it with GNU objdump.
 */
import { expandCompressed } from './riscv-compressed.ts';
import type { RiscvInstruction, RiscvOperation } from './riscv-operation.ts';

/** Whether a first halfword begins an instruction of 32 bits. */
export function isWide(first: number): boolean {
  return (first & 3) === 3;
}

/** The instruction at two halfwords, of which the second counts where the first begins 32 bits. */
export function decodeRiscv(first: number, second: number): RiscvInstruction | undefined {
  const bytes = isWide(first) ? 4 : 2;
  const operation = bytes === 2 ? expandCompressed(first) : decodeWord(first | (second << 16));
  return operation === undefined ? undefined : { ...operation, bytes };
}

const IMMEDIATES = ['addi', undefined, 'slti', 'sltiu', 'xori', undefined, 'ori', 'andi'] as const;
const COMPUTES = ['add', 'sll', 'slt', 'sltu', 'xor', 'srl', 'or', 'and'] as const;
const MULTIPLIES = ['mul', 'mulh', 'mulhsu', 'mulhu'] as const;
const DIVIDES = ['div', 'divu', 'rem', 'remu'] as const;
const COMPARISONS = ['beq', 'bne', undefined, undefined, 'blt', 'bge', 'bltu', 'bgeu'] as const;
const CSR_OPERATIONS = ['csrrw', 'csrrs', 'csrrc'] as const;
const WIDTHS = [1, 2, 4] as const;
const TRAPS: Readonly<Record<number, 'ecall' | 'ebreak' | 'wfi' | 'mret'>> = {
  ...{ 115: 'ecall', 1048691: 'ebreak', 273678451: 'wfi', 807403635: 'mret' },
};

const field = (word: number, from: number, bits: number) => (word >>> from) & ((1 << bits) - 1);

function decodeWord(word: number): RiscvOperation | undefined {
  const [d, n, m] = [field(word, 7, 5), field(word, 15, 5), field(word, 20, 5)];
  const [which, high] = [field(word, 12, 3), word >>> 25];
  switch (word & 0x7f) {
    case 0x37:
      return { kind: 'upper', d, constant: word & ~0xfff };
    case 0x17:
      return { kind: 'address', d, constant: word & ~0xfff };
    case 0x6f:
      return { kind: 'jump', d, offset: jumpOffset(word) };
    case 0x67:
      return which === 0 ? { kind: 'jump-register', d, n, constant: word >> 20 } : undefined;
    case 0x63: {
      const op = COMPARISONS[which];
      return op === undefined ? undefined : { kind: 'branch', op, n, m, offset: branchOffset(word) };
    }
    case 0x03: {
      const width = WIDTHS[which & 3];
      if (width === undefined || which > 5) return undefined;
      return { kind: 'load', width, isSigned: which < 4, d, n, constant: word >> 20 };
    }
    case 0x23: {
      const width = WIDTHS[which];
      if (width === undefined) return undefined;
      return { kind: 'store', width, n, m, constant: ((word >> 25) << 5) | d };
    }
    case 0x13:
      return immediate(word, which, d, n);
    case 0x33:
      return compute(which, high, { d, n, m });
    default:
      return system(word, which, { d, n });
  }
}

function immediate(word: number, which: number, d: number, n: number): RiscvOperation | undefined {
  const op = IMMEDIATES[which];
  if (op !== undefined) return { kind: 'immediate', op, d, n, constant: word >> 20 };
  const [high, amount] = [word >>> 25, field(word, 20, 5)];
  if (which === 1) return high === 0 ? { kind: 'immediate', op: 'slli', d, n, constant: amount } : undefined;
  if (high !== 0 && high !== 0x20) return undefined;
  return { kind: 'immediate', op: high === 0 ? 'srli' : 'srai', d, n, constant: amount };
}

function compute(
  which: number,
  high: number,
  registers: { readonly d: number; readonly n: number; readonly m: number },
): RiscvOperation | undefined {
  if (high === 1) {
    const multiply = MULTIPLIES[which];
    if (multiply !== undefined) return { kind: 'multiply', op: multiply, ...registers };
    return { kind: 'divide', op: DIVIDES[which - 4] ?? 'div', ...registers };
  }
  if (high === 0) return { kind: 'compute', op: COMPUTES[which] ?? 'add', ...registers };
  if (high !== 0x20 || (which !== 0 && which !== 5)) return undefined;
  return { kind: 'compute', op: which === 0 ? 'sub' : 'sra', ...registers };
}

function system(
  word: number,
  which: number,
  { d, n }: { readonly d: number; readonly n: number },
): RiscvOperation | undefined {
  if ((word & 0x7f) === 0x0f) {
    if (word === 0x0000_100f) return { kind: 'fence-code' };
    const isFence = which === 0 && d === 0 && n === 0 && word >>> 28 === 0;
    return isFence ? { kind: 'fence', before: field(word, 24, 4), after: field(word, 20, 4) } : undefined;
  }
  if ((word & 0x7f) !== 0x73) return undefined;
  if (which === 0) {
    const trap = TRAPS[word];
    return trap === undefined ? undefined : { kind: 'trap', trap };
  }
  const op = CSR_OPERATIONS[(which & 3) - 1];
  return op === undefined ? undefined : { kind: 'csr', op, d, n, csr: word >>> 20, isConstant: which > 4 };
}

function jumpOffset(word: number): number {
  const low = (field(word, 12, 8) << 12) | (field(word, 20, 1) << 11) | (field(word, 21, 10) << 1);
  return ((word >> 31) << 20) | low;
}

function branchOffset(word: number): number {
  const low = (field(word, 7, 1) << 11) | (field(word, 25, 6) << 5) | (field(word, 8, 4) << 1);
  return ((word >> 31) << 12) | low;
}
