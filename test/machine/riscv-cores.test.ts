/** Each row of each RV32 core's table by a function that needs it, against figures added up by hand from what its makers write. */
import { afterAll, describe, expect, test } from 'vitest';
import { boundOf } from '../../host/timing/machine/bounds.ts';
import {
  HAZARD3,
  IBEX,
  PICORV32,
  type RiscvClass,
  type RiscvCore,
} from '../../host/timing/machine/cores-riscv.ts';
import { temporaryFolder } from '../support/command.ts';
import { assembledRiscv } from './support/assemble.ts';

const folder = temporaryFolder('riscv-cores');
afterAll(() => folder.remove());

type Cycles = number | readonly [least: number, most: number];

/** What a function does before `ret`, and what that costs on Hazard3, Ibex and PicoRV32, the call and the return not included. */
const SAMPLES: Readonly<Record<RiscvClass, readonly [string, Cycles, Cycles, Cycles]>> = {
  alu: ['add a0, a1, a2', 1, 1, 3],
  shift: ['sll a0, a1, a2', 1, 1, [4, 14]],
  multiply: ['mul a0, a1, a2', 1, 3, 40],
  'multiply-high': ['mulhu a0, a1, a2', 1, 4, 72],
  divide: ['rem a0, a1, a2', [18, 19], [2, 38], 40],
  'divide-unsigned': ['divu a0, a1, a2', 18, [2, 38], 40],
  load: ['lw a0, 0(sp)', 1, 2, 5],
  store: ['sw a0, 0(sp)', 1, 2, 5],
  'branch-not-taken': ['bne zero, zero, 1f\n1:', 1, 1, 3],
  'branch-taken': ['beq zero, zero, 1f\n nop\n1:', 2, 3, 5],
  jump: ['j 1f\n nop\n1:', 2, 2, 3],
  'jump-register': ['la a0, 1f\n jr a0\n1:', 4, 4, 12],
  csr: ['csrr a0, mcycle', 1, 1, 3],
  fence: ['fence', [1, 3], 1, 3],
  'fence-code': ['fence.i', [1, 3], 2, 3],
  'load-use': ['lw a0, 0(sp)\n addi a0, a0, 1', 3, 3, 8],
  // Two rounds: taken and not predicted, or predicted by what was before; then not taken, though predicted.
  mispredicted: ['li a0, 2\n1: addi a0, a0, -1\n bnez a0, 1b', [1 + 2 + 1 + 2, 1 + 2 + 2 + 2], 7, 17],
  // To an instruction of 32 bits in two words; PicoRV32 has none, and does without.
  'split-target': ['j 1f\n .balign 4\n c.nop\n1: lui a0, 0x12345', 4, [3, 4], 6],
};
const CLASSES = Object.keys(SAMPLES) as RiscvClass[];
const CALL_AND_RETURN = [4, 4, 9];

const nameOf = (kind: string) => `f_${kind.replaceAll('-', '_')}`;
const functions = (isCompressed: boolean) =>
  CLASSES.map((kind) => {
    const lines = SAMPLES[kind][0];
    const body = isCompressed ? lines : lines.replace('c.nop', '');
    return `function ${nameOf(kind)}\n .balign 4\n ${body}\n ret\n .balign 4\n end ${nameOf(kind)}`;
  }).join('\n');
const elves = {
  compressed: assembledRiscv(folder, 'compressed', functions(true), 'rv32imc_zicsr_zifencei'),
  wide: assembledRiscv(folder, 'wide', functions(false), 'rv32im_zicsr_zifencei'),
};

function bounds(core: RiscvCore): Record<string, string> {
  const elf = core.hasCompressed ? elves.compressed : elves.wide;
  return Object.fromEntries(
    CLASSES.map((kind) => {
      const { best, bound, declined } = boundOf(
        { elf, core, stack: { top: 0x2002_0000, bytes: 1024 } },
        nameOf(kind),
      );
      return [kind, declined === null ? `${best} to ${bound}` : declined.why];
    }),
  );
}

describe.each([
  ['hazard3', HAZARD3, 1],
  ['ibex', IBEX, 2],
  ['picorv32', PICORV32, 3],
] as const)('%s', (_, core, index) => {
  const expected = Object.fromEntries(
    CLASSES.map((kind) => {
      const cycles = SAMPLES[kind][index];
      const [least, most] = typeof cycles === 'number' ? [cycles, cycles] : cycles;
      const more = CALL_AND_RETURN[index - 1] ?? 0;
      return [kind, `${least + more} to ${most + more}`];
    }),
  );

  test('costs what its makers write', () => {
    expect(bounds(core)).toEqual(expected);
  });

  /** Where nothing is predicted, or no instruction lies in two words, no function shows what that would cost. */
  const isAbsent = (kind: RiscvClass) =>
    (kind === 'mispredicted' && !core.predictsLastBackward) ||
    (kind === 'split-target' && !core.hasCompressed);
  test.each(CLASSES.filter((kind) => !isAbsent(kind)))('a wrong row `%s` is seen', (kind) => {
    for (const change of [-1, 1]) {
      for (const end of ['least', 'most'] as const) {
        const row = { ...core.rows[kind], [end]: core.rows[kind][end] + change };
        const changed = bounds({ ...core, rows: { ...core.rows, [kind]: row } });
        expect(changed, `${end} ${change}`).not.toEqual(expected);
      }
    }
  });

  test('every row names its source', () => {
    for (const { source } of Object.values(core.rows)) expect(source.length).toBeGreaterThan(20);
  });
});
