import type { Of, Operand, ThumbInstruction } from './thumb.ts';
import { conditionName, SPECIAL_REGISTERS, targetOf } from './thumb.ts';

/** Instructions as text, in unified syntax; test/machine/thumb.test.ts compares it with GNU objdump's. */

const NAMES = [
  'r0',
  'r1',
  'r2',
  'r3',
  'r4',
  'r5',
  'r6',
  'r7',
  'r8',
  'r9',
  'sl',
  'fp',
  'ip',
  'sp',
  'lr',
  'pc',
];
const EXTENSIONS = { 1: 'b', 2: 'h', 4: '' } as const;

function name(register: number): string {
  return NAMES[register] ?? `r${register}`;
}

function operandText(operand: Operand): string {
  return operand.register === undefined ? `#${operand.constant}` : name(operand.register);
}

function listText(list: number): string {
  return `{${NAMES.filter((_, index) => ((list >> index) & 1) === 1).join(', ')}}`;
}

function placeText(base: number, offset: Operand): string {
  return `[${name(base)}, ${operandText(offset)}]`;
}

const hex = (number: number) => `0x${number.toString(16)}`;

/** As objdump writes it, results named even where they are the first operand; `address` says where branches lead. */
export function thumbText(instruction: ThumbInstruction, address: number): string {
  switch (instruction.kind) {
    case 'load-literal':
      return `ldr ${name(instruction.t)}, [pc, #${instruction.offset}]`;
    case 'load': {
      const { width, isSigned, t, n, offset } = instruction;
      return `ldr${isSigned ? 's' : ''}${EXTENSIONS[width]} ${name(t)}, ${placeText(n, offset)}`;
    }
    case 'store':
      return `str${EXTENSIONS[instruction.width]} ${name(instruction.t)}, ${placeText(instruction.n, instruction.offset)}`;
    case 'load-many': {
      const { n, list } = instruction;
      return `ldmia ${name(n)}${((list >> n) & 1) === 1 ? '' : '!'}, ${listText(list)}`;
    }
    case 'store-many':
      return `stmia ${name(instruction.n)}!, ${listText(instruction.list)}`;
    case 'push':
    case 'pop':
      return `${instruction.kind} ${listText(instruction.list)}`;
    case 'branch':
      return `b ${hex(targetOf(address, instruction.offset))}`;
    case 'branch-if':
      return `b${conditionName(instruction.condition)} ${hex(targetOf(address, instruction.offset))}`;
    case 'call':
      return `bl ${hex(targetOf(address, instruction.offset))}`;
    case 'exchange':
      return `bx ${name(instruction.m)}`;
    case 'call-register':
      return `blx ${name(instruction.m)}`;
    default:
      return computationText(instruction) ?? systemText(instruction);
  }
}

function computationText(instruction: ThumbInstruction): string | undefined {
  const { kind } = instruction;
  switch (kind) {
    case 'shift': {
      const { shift, d, m, by } = instruction;
      return `${shift}s ${name(d)}, ${name(m)}, ${operandText(by)}`;
    }
    case 'move':
      return `mov${instruction.setsFlags ? 's' : ''} ${name(instruction.d)}, ${operandText(instruction.operand)}`;
    case 'add':
    case 'subtract': {
      const { d, n, operand, setsFlags } = instruction;
      return `${kind === 'add' ? 'add' : 'sub'}${setsFlags ? 's' : ''} ${name(d)}, ${name(n)}, ${operandText(operand)}`;
    }
    case 'compare':
      return `cmp ${name(instruction.n)}, ${operandText(instruction.operand)}`;
    case 'compare-negative':
      return `cmn ${name(instruction.n)}, ${operandText(instruction.operand)}`;
    case 'address':
      return `add ${name(instruction.d)}, pc, #${instruction.offset}`;
    default:
      return ofTwoRegisters(instruction);
  }
}

const OF_TWO = {
  ...{ 'add-carry': 'adcs', 'subtract-carry': 'sbcs', multiply: 'muls', negate: 'negs', invert: 'mvns' },
} as const;

function ofTwoRegisters(instruction: ThumbInstruction): string | undefined {
  const { kind } = instruction;
  switch (kind) {
    case 'add-carry':
    case 'subtract-carry':
    case 'multiply': {
      const { d, m } = instruction;
      return `${OF_TWO[kind]} ${name(d)}, ${name(d)}, ${name(m)}`;
    }
    case 'negate':
    case 'invert':
      return `${OF_TWO[kind]} ${name(instruction.d)}, ${name(instruction.m)}`;
    case 'logic': {
      const { logic, d, m } = instruction;
      return logic === 'tst' ? `tst ${name(d)}, ${name(m)}` : `${logic}s ${name(d)}, ${name(d)}, ${name(m)}`;
    }
    case 'extend':
      return `${instruction.extension} ${name(instruction.d)}, ${name(instruction.m)}`;
    case 'reverse':
      return `${instruction.reversal} ${name(instruction.d)}, ${name(instruction.m)}`;
    default:
      return undefined;
  }
}

function trapText({ trap, number, bytes }: Of<'trap'>): string {
  if (trap === 'svc') return `svc ${number}`;
  return trap === 'bkpt' ? `bkpt ${hex(number)}` : `udf${bytes === 4 ? '.w' : ''} #${number}`;
}

function systemText(instruction: ThumbInstruction): string {
  switch (instruction.kind) {
    case 'interrupts':
      return instruction.isMasked ? 'cpsid i' : 'cpsie i';
    case 'hint':
      return instruction.hint;
    case 'trap':
      return trapText(instruction);
    case 'barrier':
      return `${instruction.barrier} sy`;
    case 'read-special':
      return `mrs ${name(instruction.d)}, ${SPECIAL_REGISTERS[instruction.special]}`;
    case 'write-special':
      return `msr ${SPECIAL_REGISTERS[instruction.special]}, ${name(instruction.n)}`;
    default:
      return instruction.kind;
  }
}
