/** Each row of each core's table by a function that needs it, against figures that were added up by hand from the manuals. */
import { afterAll, describe, expect, test } from 'vitest';
import { boundOf } from '../../host/timing/machine/bounds.ts';
import {
  type ArmCore,
  CORTEX_M0,
  CORTEX_M0PLUS,
  CORTEX_M3,
  CORTEX_M4,
  type ThumbClass,
} from '../../host/timing/machine/cores-arm.ts';
import { temporaryFolder } from '../support/command.ts';
import { assembled } from './support/assemble.ts';

const folder = temporaryFolder('elf-cores');
afterAll(() => folder.remove());

type Cycles = number | readonly [least: number, most: number] | null;

/**
 * What follows `function NAME`, and cycles on Cortex-M0+, M0, and M3 and M4: the call (3, 4, 2 to 4) and BX (2, 3, 2 to 4) included. null:
 * it is declined.
 */
const SAMPLES: Readonly<Record<ThumbClass, readonly [string, plus: number, m0: Cycles, m3: Cycles]>> = {
  alu: ['adds r0, r1, r2\n bx lr', 6, 8, [5, 9]],
  multiply: ['muls r0, r1, r0\n bx lr', 6, [8, 39], [5, 9]],
  'write-pc': ['mov pc, lr', 5, 7, [4, 8]],
  load: ['ldr r0, [sp]\n bx lr', 7, 9, [5, 11]],
  store: ['str r0, [sp]\n bx lr', 7, 9, [5, 11]],
  'load-many': ['mov r3, sp\n ldmia r3!, {r0, r1, r2}\n bx lr', 10, 12, [4 + 1 + 4, 8 + 1 + 5]],
  'store-many': ['push {r0, r1, r2, r3}\n add sp, #16\n bx lr', 11, 13, [4 + 5 + 1, 8 + 6 + 1]],
  'pop-pc': ['push {r4, r5, lr}\n pop {r4, r5, pc}', 13, 15, [2 + 4 + 5, 4 + 5 + 8]],
  'branch-not-taken': ['movs r0, #0\n bne 1f\n nop\n1: bx lr', 8, 10, [4 + 3, 8 + 3]],
  'branch-taken': ['movs r0, #0\n beq 1f\n nop\n1: bx lr', 8, 11, [4 + 1 + 2, 8 + 1 + 4]],
  branch: ['b 1f\n nop\n1: bx lr', 7, 10, [4 + 2, 8 + 4]],
  // PUSH and POP of one register, BL to a function of its own.
  call: [
    'push {lr}\n bl leaf\n pop {pc}',
    3 + 2 + 3 + 2 + 4,
    4 + 2 + 4 + 3 + 5,
    [2 + 2 + 2 + 2 + 3, 4 + 3 + 4 + 4 + 6],
  ],
  exchange: ['bx lr', 5, 7, [4, 8]],
  'call-register': [
    'push {lr}\n ldr r3, =leaf\n blx r3\n pop {pc}\n .pool',
    3 + 2 + 2 + 2 + 2 + 4,
    4 + 2 + 2 + 3 + 3 + 5,
    [2 + 2 + 1 + 2 + 2 + 3, 4 + 3 + 3 + 4 + 4 + 6],
  ],
  special: ['mrs r0, PRIMASK\n bx lr', 8, 11, [5, 10]],
  barrier: ['dsb\n bx lr', 8, 11, null],
  // NOP as ARMv6-M has it; the assembler would write a move.
  hint: ['.hword 0xbf00\n bx lr', 6, 8, [4, 9]],
  interrupts: ['cpsid i\n bx lr', 6, 8, [5, 10]],
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
      const { best, bound, declined } = boundOf(question, nameOf(kind));
      return [kind, declined === null ? `${best} to ${bound}` : declined.reason];
    }),
  );
}

function expected(index: 1 | 2 | 3): Record<string, string> {
  return Object.fromEntries(
    CLASSES.map((kind) => {
      const cycles = SAMPLES[kind][index];
      if (cycles === null) return [kind, 'waits'];
      const [least, most] = typeof cycles === 'number' ? [cycles, cycles] : cycles;
      return [kind, `${least} to ${most}`];
    }),
  );
}

describe.each([
  ['cortex-m0plus', CORTEX_M0PLUS, 1],
  ['cortex-m0', CORTEX_M0, 2],
  ['cortex-m3', CORTEX_M3, 3],
  ['cortex-m4', CORTEX_M4, 3],
] as const)('%s', (_, core, index) => {
  test('costs what the manual says', () => {
    expect(bounds(core)).toEqual(expected(index));
  });

  const bounded = CLASSES.filter((kind) => core.rows[kind].isUnbounded !== true);
  test.each(bounded)('a wrong row `%s` is seen', (kind) => {
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
      expect(source).toMatch(/ARM (DDI \d{4}[CI]|100166_0001_00), table 3-1: .*(\d|B)/);
    for (const { source } of core.devices) expect(source.length).toBeGreaterThan(20);
  });
});

/** The first byte of a place in each device, what its function does there, and what that costs with the call, R0 and BX. */
const DEVICES: readonly (readonly [name: string, high: number, access: 'ldr' | 'str', cycles: number])[] = [
  ['flash past its cache', 0x13, 'ldr', 9 + 272],
  ['APB', 0x40, 'ldr', 9 + 2],
  ['APB', 0x40, 'str', 9 + 3],
  ['AHB-Lite peripherals', 0x50, 'ldr', 9],
  ['AHB-Lite peripherals', 0x50, 'str', 9],
  ['single-cycle IO', 0xd0, 'ldr', 9 - 1],
  ['single-cycle IO', 0xd0, 'str', 9 - 1],
  ['private peripherals', 0xe0, 'ldr', 9],
  ['private peripherals', 0xe0, 'str', 9],
];

describe('devices', () => {
  const devices = assembled(
    folder,
    'devices',
    DEVICES.map(
      ([, high, access]) =>
        `function ${access}${high}\n movs r0, #${high}\n lsls r0, r0, #24\n ${access} r1, [r0]\n bx lr\n end ${access}${high}`,
    ).join('\n'),
  );
  const cyclesOn = (core: ArmCore) =>
    DEVICES.map(
      ([, high, access]) =>
        boundOf({ elf: devices, core, stack: { top: 0x2002_0000, bytes: 1024 } }, `${access}${high}`).bound,
    );
  const right = DEVICES.map(([, , , cycles]) => cycles);

  test('cost what their rows say', () => {
    expect(cyclesOn(CORTEX_M0PLUS)).toEqual(right);
  });

  test.each(DEVICES)('a wrong row of %s is seen (%i, %s)', (name, _, access) => {
    const end = access === 'ldr' ? 'loadCycles' : 'storeCycles';
    for (const change of [-1, 1]) {
      const rows = CORTEX_M0PLUS.devices.map((device) =>
        device.name === name ? { ...device, [end]: (device[end] ?? 0) + change } : device,
      );
      expect(cyclesOn({ ...CORTEX_M0PLUS, devices: rows }), `${end} ${change}`).not.toEqual(right);
    }
  });
});
