/** Each row of each core's table by a function that needs it, against figures that were added up by hand from the manuals. */
import { afterAll, describe, expect, test } from 'vitest';
import { boundOf } from '../../host/timing/machine/bounds.ts';
import {
  type ArmCore,
  CORTEX_M0,
  CORTEX_M0PLUS,
  type ThumbClass,
} from '../../host/timing/machine/cores-arm.ts';
import { temporaryFolder } from '../support/command.ts';
import { assembled } from './support/assemble.ts';

const folder = temporaryFolder('elf-cores');
afterAll(() => folder.remove());

/** What follows `function NAME`, and cycles on Cortex-M0+ and M0, the call (3, 4) and BX (2, 3) included; least, if it is another. */
const SAMPLES: Readonly<Record<ThumbClass, readonly [string, plus: number, m0: number, m0Least?: number]>> = {
  alu: ['adds r0, r1, r2\n bx lr', 6, 8],
  multiply: ['muls r0, r1, r0\n bx lr', 6, 39, 8],
  'write-pc': ['mov pc, lr', 5, 7],
  load: ['ldr r0, [sp]\n bx lr', 7, 9],
  store: ['str r0, [sp]\n bx lr', 7, 9],
  'load-many': ['mov r3, sp\n ldmia r3!, {r0, r1, r2}\n bx lr', 10, 12],
  'store-many': ['push {r0, r1, r2, r3}\n add sp, #16\n bx lr', 11, 13],
  'pop-pc': ['push {r4, r5, lr}\n pop {r4, r5, pc}', 13, 15],
  'branch-not-taken': ['movs r0, #0\n bne 1f\n nop\n1: bx lr', 8, 10],
  'branch-taken': ['movs r0, #0\n beq 1f\n nop\n1: bx lr', 8, 11],
  branch: ['b 1f\n nop\n1: bx lr', 7, 10],
  // PUSH and POP of one register, BL to a function of its own.
  call: ['push {lr}\n bl leaf\n pop {pc}', 3 + 2 + 3 + 2 + 4, 4 + 2 + 4 + 3 + 5],
  exchange: ['bx lr', 5, 7],
  'call-register': [
    'push {lr}\n ldr r3, =leaf\n blx r3\n pop {pc}\n .pool',
    3 + 2 + 2 + 2 + 2 + 4,
    4 + 2 + 2 + 3 + 3 + 5,
  ],
  special: ['mrs r0, PRIMASK\n bx lr', 8, 11],
  barrier: ['dsb\n bx lr', 8, 11],
  // NOP as ARMv6-M has it; the assembler would write a move.
  hint: ['.hword 0xbf00\n bx lr', 6, 8],
  interrupts: ['cpsid i\n bx lr', 6, 8],
};
const CLASSES = Object.keys(SAMPLES) as ThumbClass[];

const nameOf = (kind: string) => `f_${kind.replaceAll('-', '_')}`;
const elf = assembled(
  folder,
  'rows',
  ['leaf', ...CLASSES]
    .map((kind) => {
      const [name, lines] =
        kind === 'leaf' ? ['leaf', 'bx lr'] : [nameOf(kind), SAMPLES[kind as ThumbClass][0]];
      return `function ${name}\n ${lines}\n .balign 4\n end ${name}`;
    })
    .join('\n'),
);

function bounds(core: ArmCore): Record<string, string> {
  const question = { elf, core, stack: { top: 0x2002_0000, bytes: 1024 } };
  return Object.fromEntries(
    CLASSES.map((kind) => {
      const { best, bound } = boundOf(question, nameOf(kind));
      return [kind, `${best} to ${bound}`];
    }),
  );
}

function expected(index: 1 | 2): Record<string, string> {
  return Object.fromEntries(
    CLASSES.map((kind) => {
      const sample = SAMPLES[kind];
      return [kind, `${(index === 2 ? sample[3] : undefined) ?? sample[index]} to ${sample[index]}`];
    }),
  );
}

describe.each([
  ['cortex-m0plus', CORTEX_M0PLUS, 1],
  ['cortex-m0', CORTEX_M0, 2],
] as const)('%s', (_, core, index) => {
  test('costs what the manual says', () => {
    expect(bounds(core)).toEqual(expected(index));
  });

  test.each(CLASSES)('a wrong row `%s` is seen', (kind) => {
    for (const change of [-1, 1]) {
      for (const end of ['least', 'most', 'perRegister'] as const) {
        const row = { ...core.rows[kind], [end]: core.rows[kind][end] + change };
        const isList = core.rows[kind].perRegister > 0;
        if (end === 'perRegister' && !isList) continue;
        expect(bounds({ ...core, rows: { ...core.rows, [kind]: row } }), `${end} ${change}`).not.toEqual(
          expected(index),
        );
      }
    }
  });

  test('every row names its source', () => {
    for (const { source } of Object.values(core.rows))
      expect(source).toMatch(/ARM DDI \d{4}C, table 3-1: .*\d/);
    for (const { source } of core.devices) expect(source.length).toBeGreaterThan(20);
  });
});

test('devices cost what their rows say', () => {
  const core = CORTEX_M0PLUS;
  const lines = (high: number) => `movs r0, #${high}\n lsls r0, r0, #24\n ldr r1, [r0]\n`;
  const places = [0x13, 0x40, 0x50, 0xd0, 0xe0];
  const devices = assembled(
    folder,
    'devices',
    places.map((high) => `function d${high}\n ${lines(high)} bx lr\n end d${high}`).join('\n'),
  );
  const cycles = places.map(
    (high) => boundOf({ elf: devices, core, stack: { top: 0x2002_0000, bytes: 1024 } }, `d${high}`).bound,
  );
  expect(cycles).toEqual([9 + 272, 9 + 2, 9, 9 - 1, 9]);
});
