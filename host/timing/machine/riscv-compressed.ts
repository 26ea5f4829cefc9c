/** Instructions of 16 bits as what they stand for, on RV32 without F (RISC-V Instruction Set Manual, volume I, 20191213, chapter 16). */
import { RA, type RiscvOperation, SP, ZERO } from './riscv-operation.ts';

const field = (halfword: number, from: number, bits: number) => (halfword >> from) & ((1 << bits) - 1);
const signed = (value: number, bits: number) => (value << (32 - bits)) >> (32 - bits);
/** Three bits name x8 to x15. */
const short = (halfword: number, from: number) => 8 + field(halfword, from, 3);

/** Undefined for what is reserved, for floats, and for RV64. Hints stand for what they do: nothing. */
export function expandCompressed(halfword: number): RiscvOperation | undefined {
  const which = halfword >> 13;
  switch (halfword & 3) {
    case 0:
      return loadsAndStores(halfword, which);
    case 1:
      return constants(halfword, which);
    default:
      return stackAndRegisters(halfword, which);
  }
}

function loadsAndStores(halfword: number, which: number): RiscvOperation | undefined {
  const [low, n] = [short(halfword, 2), short(halfword, 7)];
  const constant =
    (field(halfword, 5, 1) << 6) | (field(halfword, 10, 3) << 3) | (field(halfword, 6, 1) << 2);
  if (which === 2) return { kind: 'load', width: 4, isSigned: true, d: low, n, constant };
  if (which === 6) return { kind: 'store', width: 4, n, m: low, constant };
  if (which !== 0) return undefined;
  const size =
    (field(halfword, 7, 4) << 6) |
    (field(halfword, 11, 2) << 4) |
    (field(halfword, 5, 1) << 3) |
    (field(halfword, 6, 1) << 2);
  return size === 0 ? undefined : { kind: 'immediate', op: 'addi', d: low, n: SP, constant: size };
}

function constants(halfword: number, which: number): RiscvOperation | undefined {
  const d = field(halfword, 7, 5);
  const constant = signed((field(halfword, 12, 1) << 5) | field(halfword, 2, 5), 6);
  switch (which) {
    case 0:
      return { kind: 'immediate', op: 'addi', d, n: d, constant };
    case 2:
      return { kind: 'immediate', op: 'addi', d, n: ZERO, constant };
    case 3:
      return upper(halfword, d, constant);
    case 4:
      return shortComputes(halfword, constant);
    case 1:
      return { kind: 'jump', d: RA, offset: jumpOffset(halfword) };
    case 5:
      return { kind: 'jump', d: ZERO, offset: jumpOffset(halfword) };
    default: {
      const op = which === 6 ? 'beq' : 'bne';
      return { kind: 'branch', op, n: short(halfword, 7), m: ZERO, offset: branchOffset(halfword) };
    }
  }
}

function upper(halfword: number, d: number, constant: number): RiscvOperation | undefined {
  if (d !== SP) return constant === 0 ? undefined : { kind: 'upper', d, constant: constant << 12 };
  const size =
    (field(halfword, 12, 1) << 9) |
    (field(halfword, 3, 2) << 7) |
    (field(halfword, 5, 1) << 6) |
    (field(halfword, 2, 1) << 5) |
    (field(halfword, 6, 1) << 4);
  return size === 0 ? undefined : { kind: 'immediate', op: 'addi', d: SP, n: SP, constant: signed(size, 10) };
}

function shortComputes(halfword: number, constant: number): RiscvOperation | undefined {
  const [d, m] = [short(halfword, 7), short(halfword, 2)];
  const kind = field(halfword, 10, 2);
  if (kind === 2) return { kind: 'immediate', op: 'andi', d, n: d, constant };
  const isWide = field(halfword, 12, 1) === 1;
  // Shifts by 32 and more are for RV64, as are the sums of words.
  if (isWide) return undefined;
  if (kind < 2) return { kind: 'immediate', op: kind === 0 ? 'srli' : 'srai', d, n: d, constant };
  const op = (['sub', 'xor', 'or', 'and'] as const)[field(halfword, 5, 2)] ?? 'sub';
  return { kind: 'compute', op, d, n: d, m };
}

function stackAndRegisters(halfword: number, which: number): RiscvOperation | undefined {
  const [d, m] = [field(halfword, 7, 5), field(halfword, 2, 5)];
  const isHigh = field(halfword, 12, 1) === 1;
  if (which === 0) return isHigh ? undefined : { kind: 'immediate', op: 'slli', d, n: d, constant: m };
  if (which === 2) {
    const constant =
      (field(halfword, 2, 2) << 6) | (field(halfword, 12, 1) << 5) | (field(halfword, 4, 3) << 2);
    return d === ZERO ? undefined : { kind: 'load', width: 4, isSigned: true, d, n: SP, constant };
  }
  if (which === 6) {
    const constant = (field(halfword, 7, 2) << 6) | (field(halfword, 9, 4) << 2);
    return { kind: 'store', width: 4, n: SP, m, constant };
  }
  return which === 4 ? moves(isHigh, d, m) : undefined;
}

function moves(isHigh: boolean, d: number, m: number): RiscvOperation | undefined {
  if (m !== ZERO) return { kind: 'compute', op: 'add', d, n: isHigh ? d : ZERO, m };
  if (d === ZERO) return isHigh ? { kind: 'trap', trap: 'ebreak' } : undefined;
  return { kind: 'jump-register', d: isHigh ? RA : ZERO, n: d, constant: 0 };
}

function jumpOffset(halfword: number): number {
  const offset =
    (field(halfword, 12, 1) << 11) |
    (field(halfword, 8, 1) << 10) |
    (field(halfword, 9, 2) << 8) |
    (field(halfword, 6, 1) << 7) |
    (field(halfword, 7, 1) << 6) |
    (field(halfword, 2, 1) << 5) |
    (field(halfword, 11, 1) << 4) |
    (field(halfword, 3, 3) << 1);
  return signed(offset, 12);
}

function branchOffset(halfword: number): number {
  const offset =
    (field(halfword, 12, 1) << 8) |
    (field(halfword, 5, 2) << 6) |
    (field(halfword, 2, 1) << 5) |
    (field(halfword, 10, 2) << 3) |
    (field(halfword, 3, 2) << 1);
  return signed(offset, 9);
}
