import type { RiscvInstruction } from './riscv-operation.ts';

/** Instructions as text, compressed ones as what they stand for; test/machine/riscv.test.ts compares it with GNU objdump's. */

const NAMES = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5'],
  ...['a6', 'a7', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
];
const WIDTHS = { 1: 'b', 2: 'h', 4: 'w' } as const;
const SETS = ['w', 'r', 'o', 'i'] as const;

function name(register: number): string {
  return NAMES[register] ?? `x${register}`;
}

const hex = (number: number) => `0x${(number >>> 0).toString(16)}`;

/** As objdump writes it without aliases; `address` says where branches and jumps lead. */
export function riscvText(instruction: RiscvInstruction, address: number): string {
  switch (instruction.kind) {
    case 'upper':
    case 'address': {
      const mnemonic = instruction.kind === 'upper' ? 'lui' : 'auipc';
      return `${mnemonic} ${name(instruction.d)},${hex(instruction.constant >>> 12)}`;
    }
    case 'immediate': {
      const { op, d, n, constant } = instruction;
      const amount = op === 'slli' || op === 'srli' || op === 'srai' ? hex(constant) : constant;
      return `${op} ${name(d)},${name(n)},${amount}`;
    }
    case 'compute':
    case 'multiply':
    case 'divide':
      return `${instruction.op} ${name(instruction.d)},${name(instruction.n)},${name(instruction.m)}`;
    case 'load': {
      const { width, isSigned, d, n, constant } = instruction;
      return `l${WIDTHS[width]}${isSigned ? '' : 'u'} ${name(d)},${constant}(${name(n)})`;
    }
    case 'store': {
      const { width, n, m, constant } = instruction;
      return `s${WIDTHS[width]} ${name(m)},${constant}(${name(n)})`;
    }
    case 'branch': {
      const { op, n, m, offset } = instruction;
      return `${op} ${name(n)},${name(m)},${hex(address + offset)}`;
    }
    case 'jump':
      return `jal ${name(instruction.d)},${hex(address + instruction.offset)}`;
    case 'jump-register':
      return `jalr ${name(instruction.d)},${instruction.constant}(${name(instruction.n)})`;
    case 'fence':
      return `fence ${setText(instruction.before)},${setText(instruction.after)}`;
    case 'fence-code':
      return 'fence.i';
    case 'csr': {
      const { op, d, csr, n, isConstant } = instruction;
      return `${op}${isConstant ? 'i' : ''} ${name(d)},${hex(csr)},${isConstant ? n : name(n)}`;
    }
    case 'trap':
      return instruction.trap;
  }
}

function setText(set: number): string {
  const letters = SETS.filter((_, bit) => ((set >> bit) & 1) === 1).reverse();
  return letters.length === 0 ? 'unknown' : letters.join('');
}
