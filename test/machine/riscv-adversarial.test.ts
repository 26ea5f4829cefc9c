/** Programs of RV32 that are made to fool the analysis, each declined for its own reason at its own place; and some that only look so. */
import { afterAll, expect, test } from 'vitest';
import { boundOf } from '../../host/timing/machine/bounds.ts';
import { coreFor } from '../../host/timing/machine/cores.ts';
import { HAZARD3 } from '../../host/timing/machine/cores-riscv.ts';
import { temporaryFolder } from '../support/command.ts';
import { assembledRiscv } from './support/assemble.ts';

const folder = temporaryFolder('riscv-adversarial');
afterAll(() => folder.remove());

/** Its lines, the reason, and where in it. */
const DECLINED: Readonly<Record<string, readonly [lines: string, reason: string, offset: number]>> = {
  links_elsewhere: ['jal t0, 1f\n1: ret', 'indirect-target', 0],
  any_target: ['jr a0', 'indirect-target', 0],
  any_call: ['addi sp, sp, -16\n sw ra, 0(sp)\n jalr a0\n lw ra, 0(sp)\n ret', 'indirect-target', 8],
  return_lost: ['li ra, 0x100\n ret', 'return-address', 4],
  return_from_anywhere: ['lw ra, 0(sp)\n ret', 'return-address', 4],
  return_overwritten: [
    'addi sp, sp, -16\n sw ra, 12(sp)\n sw a0, 12(sp)\n lw ra, 12(sp)\n addi sp, sp, 16\n ret',
    'return-address',
    20,
  ],
  stack_left: ['addi sp, sp, -16\n ret', 'stack-pointer', 4],
  stack_from_argument: ['mv sp, a0\n ret', 'stack-pointer', 0],
  stack_of_any_size: ['sub sp, sp, a0\n ret', 'stack-pointer', 0],
  writes_code: ['la t1, writes_code\n sw a0, 0(t1)\n ret', 'store-to-code', 8],
  writes_anywhere: ['sw a0, 0(a1)\n ret', 'outside', 0],
  reads_anywhere: ['lw a0, 0(a0)\n ret', 'outside', 0],
  beyond_the_stack: ['li t1, -8192\n add t1, sp, t1\n sw a0, 0(t1)\n ret', 'outside', 8],
  unaligned: ['lw a0, 2(sp)\n ret', 'unaligned', 0],
  unaligned_by_argument: ['andi a0, a0, 31\n sub t1, sp, a0\n lw a0, 0(t1)\n ret', 'unaligned', 8],
  endless: ['1: j 1b', 'unbounded-loop', 0],
  as_often_as_asked: ['1: addi a0, a0, -1\n bnez a0, 1b\n ret', 'unbounded-loop', 0],
  never_by_two: ['ori a0, a0, 1\n1: addi a0, a0, -2\n bnez a0, 1b\n ret', 'unbounded-loop', 4],
  calls_itself: [
    'addi sp, sp, -16\n sw ra, 0(sp)\n jal calls_itself\n lw ra, 0(sp)\n addi sp, sp, 16\n ret',
    'recursion',
    8,
  ],
  asks_the_system: ['ecall\n ret', 'waits', 0],
  stops: ['ebreak\n ret', 'waits', 0],
  sleeps: ['wfi\n ret', 'waits', 0],
  leaves_a_trap: ['mret', 'waits', 0],
  moves_the_traps: ['csrw mtvec, a0\n ret', 'privileged', 0],
  protects_memory: ['csrw pmpaddr0, a0\n ret', 'privileged', 0],
  floats: ['.word 0x00b57553\n ret', 'unknown-opcode', 0],
  atomic: ['.word 0x00b5252f\n ret', 'unknown-opcode', 0],
  nothing_there: ['.word 0\n ret', 'unknown-opcode', 0],
};

/** What looks so, and is bounded: cycles on Hazard3, the call included. */
const BOUNDED: Readonly<Record<string, readonly [lines: string, best: number, bound: number]>> = {
  writes_nothing: ['li a0, 5\n add zero, a0, a0\n add a0, a0, zero\n ret', 7, 7],
  reads_a_counter: ['csrr a0, mcycle\n csrc mstatus, a0\n ret', 6, 6],
  counted: [
    'andi a0, a0, 7\n addi a0, a0, 1\n1: addi a0, a0, -1\n bnez a0, 1b\n ret',
    2 + 2 + 2 + 2,
    2 + 2 + 3 + 6 * 2 + 3 + 2,
  ],
  by_table: [
    'andi a0, a0, 4\n la t1, places\n add t1, t1, a0\n lw t1, 0(t1)\n jr t1',
    2 + 4 + 2 + 2 + 2,
    2 + 4 + 2 + 2 + 2,
  ],
  tail_call: ['j writes_nothing', 2 + 2 + 5, 2 + 2 + 5],
};

const INTO_DATA = 'la t1, words\n jr t1';

const body = (name: string, lines: string) =>
  `function ${name}\n .balign 4\n ${lines}\n .balign 4\n end ${name}`;
const all = [...Object.entries(DECLINED), ...Object.entries(BOUNDED)].map(([name, [lines]]) =>
  body(name, lines),
);
const elf = assembledRiscv(
  folder,
  'all',
  `${all.join('\n')}
  ${body('into_data', INTO_DATA)}
  function leaf\n ret\n end leaf
  function other_leaf\n ret\n end other_leaf
  .section .rodata\n .balign 4\n places: .word leaf, other_leaf
  .data\n .balign 4\n words: .word 0, 0`,
  'rv32im_zicsr_zifencei',
);
const question = { elf, core: HAZARD3, stack: { top: 0x2002_0000, bytes: 4096 } };

test.each(Object.entries(DECLINED))('%s', (name, [, reason, offset]) => {
  const { bound, best, declined } = boundOf(question, name);
  expect([bound, best]).toEqual([null, null]);
  expect(declined?.reason, declined?.why).toBe(reason);
  expect(declined?.place).toBe(`${name}+0x${offset.toString(16)}`);
});

test('a jump into data is declined where it leads', () => {
  const { declined } = boundOf(question, 'into_data');
  expect([declined?.reason, declined?.at]).toEqual(['not-code', '0x20010000']);
});

test.each(Object.entries(BOUNDED))('%s is bounded', (name, [, best, bound]) => {
  const found = boundOf(question, name);
  expect(found.declined?.why).toBeUndefined();
  expect([found.best, found.bound]).toEqual([best, bound]);
});

test('a core that is not for the file is refused, and the usual one taken', () => {
  expect(coreFor(elf, undefined)).toBe(HAZARD3);
  expect(() => coreFor(elf, 'cortex-m0')).toThrow(/not for a cortex-m0/);
  expect(() => coreFor(elf, 'cortex-m99')).toThrow(/no table of a core cortex-m99/);
  expect(() => coreFor({ ...elf, machine: 62 }, undefined)).toThrow(/of which there is no table/);
});
