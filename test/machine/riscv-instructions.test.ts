/**
 * Each instruction of RV32IM that computes or compares: on numbers the reference against QEMU, on ranges the analysis against the
 * reference: what becomes of members lies in what is said of the result, and no comparison that holds is thought impossible.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { HAZARD3 } from '../../host/timing/machine/cores-riscv.ts';
import { Memory } from '../../host/timing/machine/memory.ts';
import { decodeRiscv } from '../../host/timing/machine/riscv.ts';
import { riscvArchitecture } from '../../host/timing/machine/riscv-machine.ts';
import { State } from '../../host/timing/machine/state.ts';
import { Value } from '../../host/timing/machine/value.ts';
import { exactly32, within32 } from '../../host/timing/ranges/range32.ts';
import { RESULTS, RiscvReference } from '../../sim/boards/riscv-reference.ts';
import { temporaryFolder } from '../support/command.ts';
import { Random, seedFor } from '../support/random.ts';
import { EDGES, number, rangeAround } from './support/ranges.ts';

const folder = temporaryFolder('riscv-instructions');
afterAll(() => folder.remove());

const TRIALS = Number(process.env.HOLDFAST_TRIALS ?? 4_000);
const CODE = 0x8000_0000;
const IMMEDIATES = ['addi', 'slti', 'sltiu', 'xori', 'ori', 'andi', 'slli', 'srli', 'srai'];
const CONSTANTS = [-2048, -1, 0, 1, 31, 2047];
const BRANCHES = ['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu'];

/** Computes every instruction on every pair of edges, and writes the results to the UART of QEMU's board `virt`. */
function program(): string {
  const loop = (name: string, body: string) => `
    la s4, values\n li s5, ${EDGES.length}
  ${name}_1: lw a0, 0(s4)\n la s6, values\n li s7, ${EDGES.length}
  ${name}_2: lw a1, 0(s6)\n ${body}\n call word
    addi s6, s6, 4\n addi s7, s7, -1\n bnez s7, ${name}_2
    addi s4, s4, 4\n addi s5, s5, -1\n bnez s5, ${name}_1`;
  const amounts = (op: string) => (/^s[lr][la]i$/.test(op) ? [0, 1, 31] : CONSTANTS);
  return `.option norelax\n.global _start\n_start: li sp, 0x80100000
  ${Object.keys(RESULTS)
    .map((op) => loop(op, `${op} a2, a0, a1`))
    .join('\n')}
  ${IMMEDIATES.flatMap((op) => amounts(op).map((constant, index) => loop(`${op}_${index}`, `${op} a2, a0, ${constant}`))).join('\n')}
  ${BRANCHES.map((op) => loop(op, `li a2, 1\n ${op} a0, a1, 9f\n li a2, 0\n9:`)).join('\n')}
    li t0, 0x100000\n li t1, 0x5555\n sw t1, 0(t0)\n0: j 0b
  word: li t0, 0x10000000\n li t2, 4
  1: lbu t1, 5(t0)\n andi t1, t1, 0x20\n beqz t1, 1b
    sb a2, 0(t0)\n srli a2, a2, 8\n addi t2, t2, -1\n bnez t2, 1b\n ret
  .balign 4\n values: ${EDGES.map((each) => `.word ${each}`).join('\n')}`;
}

function expected(): number[] {
  const pairs = EDGES.flatMap((a) => EDGES.map((b) => [a, b] as const));
  const rules = Object.values(RESULTS).map((rule) => (a: number, b: number) => rule(a, b));
  const constants = IMMEDIATES.flatMap((op) => {
    const rule = RESULTS[op === 'sltiu' ? 'sltu' : op.replace(/i$/, '')] ?? expect.unreachable();
    return (/^s[lr][la]i$/.test(op) ? [0, 1, 31] : CONSTANTS).map(
      (constant) => (a: number) => rule(a, constant >>> 0),
    );
  });
  const branches = BRANCHES.map((op) => (a: number, b: number) => (takes(op, a, b) ? 1 : 0));
  return [...rules, ...constants, ...branches].flatMap((rule) => pairs.map(([a, b]) => rule(a, b)));
}

/** Whether the reference takes a branch; encoded here as the manual says. */
function takes(op: string, a: number, b: number): boolean {
  const reference = new RiscvReference(CODE, new Uint8Array(16));
  reference.memory.setUint32(0, branchWord(op), true);
  reference.x[10] = a;
  reference.x[11] = b;
  reference.pc = CODE;
  reference.step();
  return reference.pc === CODE + 8;
}

/** `op a0, a1, .+8`. */
function branchWord(op: string): number {
  const which = { beq: 0, bne: 1, blt: 4, bge: 5, bltu: 6, bgeu: 7 }[op] ?? 0;
  return (0x63 | (8 << 7) | (which << 12) | (10 << 15) | (11 << 20)) >>> 0;
}

test('the reference computes what QEMU computes', () => {
  const source = folder.at('all.s');
  const elf = folder.at('all.elf');
  writeFileSync(source, program());
  const machine = ['-march=rv32im', '-mabi=ilp32', '-nostdlib', '-nostartfiles', '-Wl,-Ttext=0x80000000'];
  execFileSync('riscv64-unknown-elf-gcc', [...machine, source, '-o', elf], { stdio: 'pipe' });
  const output = execFileSync(
    'qemu-system-riscv32',
    [
      '-machine',
      'virt',
      '-bios',
      'none',
      '-display',
      'none',
      '-monitor',
      'none',
      '-serial',
      'stdio',
      '-kernel',
      elf,
    ],
    { maxBuffer: 1 << 24, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const words = new Uint32Array(new Uint8Array(output).buffer);
  const wanted = expected();
  expect(words.length).toBe(wanted.length);
  const wrong = wanted.flatMap((each, index) => (words[index] === each >>> 0 ? [] : [index]));
  expect(wrong).toEqual([]);
}, 60_000);

const architecture = riscvArchitecture(HAZARD3);
const BUS = { memory: new Memory([], () => undefined), wait: () => undefined };

/** A random instruction that computes, or a branch, of any registers but the stack pointer. */
function encoded(random: Random): number {
  const register = () => random.pick([0, 1, 5, 10, 11, 12, 31]);
  const [d, n, m] = [register(), register(), register()];
  const which = random.below(8);
  const kind = random.below(8);
  const fields = (d << 7) | (which << 12) | (n << 15);
  if (kind < 2) {
    const isShift = which === 1 || which === 5;
    const shift = random.below(32) | (which === 5 && random.onceIn(2) ? 0x400 : 0);
    return (0x13 | fields | ((isShift ? shift : random.below(4096)) << 20)) >>> 0;
  }
  if (kind < 7) {
    const high = random.pick([0, 1, 1, which === 0 || which === 5 ? 0x20 : 0]);
    return (0x33 | fields | (m << 20) | (high << 25)) >>> 0;
  }
  if (random.onceIn(4)) return (random.pick([0x17, 0x37]) | (d << 7) | (random.below(2 ** 20) << 12)) >>> 0;
  const comparison = random.pick([0, 1, 4, 5, 6, 7]);
  return (0x63 | (8 << 7) | (comparison << 12) | (n << 15) | (m << 20)) >>> 0;
}

interface Trial {
  readonly word: number;
  readonly state: State;
  readonly reference: RiscvReference;
}

function trial(random: Random): Trial {
  const reference = new RiscvReference(CODE, new Uint8Array(16));
  const word = encoded(random);
  reference.memory.setUint32(0, word, true);
  reference.pc = CODE;
  const state = new State();
  state.frames = [
    { entry: CODE, returnsTo: 0, stackPointer: 0, base: [], apart: '', counted: [], rounds: [] },
  ];
  state.pipeline = architecture.pipeline;
  for (let index = 0; index < 32; index++) {
    const isAgain = index > 1 && random.onceIn(6);
    const member = isAgain ? (reference.x[index - 1] ?? 0) : number(random);
    reference.x[index] = index === 0 ? 0 : member;
    const isSame = isAgain && index > 2 && random.onceIn(2);
    state.registers.push(
      index === 0
        ? Value.exactly(0)
        : isSame
          ? state.register(index - 1)
          : Value.of(rangeAround(random, member)),
    );
  }
  state.registers[2] = Value.exactly(reference.x[2] ?? 0);
  return { word, state, reference };
}

function outside(state: State, { x }: RiscvReference): string[] {
  return Array.from({ length: 32 }, (_, index) => index).flatMap((index) => {
    const value = state.register(index);
    const [range, choices, member] = [
      state.known.rangeOf(value),
      state.known.choicesOf(value),
      x[index] ?? 0,
    ];
    const isIn = within32(exactly32(member), range) && (choices === undefined || choices.includes(member));
    return isIn ? [] : [`x${index} is ${member}, known ${range.low} to ${range.high}`];
  });
}

test('what is known of results holds what the reference makes of members', () => {
  const random = new Random(seedFor('riscv-instructions', 1));
  const wrong: string[] = [];
  const kinds = new Set<string>();
  for (let index = 0; index < 10 * TRIALS; index++) {
    const { word, state, reference } = trial(random);
    if (decodeRiscv(word & 0xffff, word >>> 16) === undefined) continue;
    const instruction = architecture.decode(CODE, (at) => reference.memory.getUint16(at - CODE, true));
    kinds.add(instruction.text.split(' ')[0] ?? '');
    instruction.execute(state, BUS);
    reference.step();
    const found = outside(state, reference);
    if (instruction.flow.kind === 'branch') {
      const isTaken = reference.pc !== CODE + 4;
      if (!instruction.assume(state, isTaken)) found.push('its way is thought impossible');
      found.push(...outside(state, reference));
    } else {
      // What the result is learned to be takes no member of the operands away.
      const value = state.register((word >>> 7) & 31);
      const member = reference.x[(word >>> 7) & 31] ?? 0;
      if (!state.known.learn(value, exactly32(member))) found.push('its result is thought impossible');
      found.push(...outside(state, reference));
    }
    if (found.length > 0) wrong.push(`${instruction.text}: ${found.join('; ')}`);
  }
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(kinds.size).toBe(18 + 9 + 6 + 2);
}, 120_000);
