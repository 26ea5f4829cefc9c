/** Programs of which nothing can be promised: each is declined, at its place, for its own reason. */
import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { type Bound, boundOf } from '../../host/timing/machine/bounds.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import type { Reason } from '../../host/timing/machine/decline.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { assembled, build } from './support/assemble.ts';

const folder = temporaryFolder('elf-adversarial');
afterAll(() => folder.remove());

const STACK = { top: 0x2002_0000, bytes: 256 };

function analyse(name: string, lines: string): Bound {
  const core = CORTEX_M0PLUS;
  return boundOf({ elf: assembled(folder, name, lines), core, stack: STACK }, 'f');
}

/** Name, reason, where in f it is said, and the program. */
const DECLINED: readonly (readonly [string, Reason, string, string])[] = [
  [
    'an opcode that ARMv6-M does not have',
    'unknown-opcode',
    'f+0x2',
    'function f\n nop\n .hword 0xb100\n bx lr\n end f',
  ],
  [
    'a 32-bit instruction of later versions',
    'unknown-opcode',
    'f+0x0',
    'function f\n .hword 0xfbb0, 0xf0f1\n bx lr\n end f',
  ],
  ['a jump to what the caller gives', 'indirect-target', 'f+0x0', 'function f\n bx r0\n end f'],
  [
    'a call of what the caller gives',
    'indirect-target',
    'f+0x2',
    'function f\n push {lr}\n blx r0\n pop {pc}\n end f',
  ],
  [
    'a jump out of Thumb',
    'indirect-target',
    'f+0x4',
    'function f\n movs r0, #4\n lsls r0, r0, #8\n bx r0\n end f',
  ],
  [
    'a switch by a value without bound',
    'indirect-target',
    'f+0x2',
    'function f\n lsls r0, r0, #2\n add pc, r0\n nop\n bx lr\n end f',
  ],
  ['a loop without end', 'unbounded-loop', 'f+0x0', 'function f\n b f\n end f'],
  [
    'a loop that waits for memory',
    'unbounded-loop',
    'f+0x2',
    'function f\n ldr r1, =0x20010000\n1: ldr r0, [r1]\n cmp r0, #0\n beq 1b\n bx lr\n .pool\n end f\n .data\n .word 0',
  ],
  [
    'a loop of as many rounds as the caller likes',
    'unbounded-loop',
    'f+0x0',
    'function f\n1: subs r0, #1\n bne 1b\n bx lr\n end f',
  ],
  [
    'a loop that counts past its end',
    'unbounded-loop',
    'f+0x2',
    'function f\n movs r0, #1\n1: adds r0, #2\n bne 1b\n bx lr\n end f',
  ],
  ['recursion', 'recursion', 'f+0x2', 'function f\n push {lr}\n bl f\n pop {pc}\n end f'],
  [
    'recursion through another',
    'recursion',
    'g+0x2',
    'function f\n push {lr}\n bl g\n pop {pc}\n end f\n function g\n push {lr}\n bl f\n pop {pc}\n end g',
  ],
  [
    'a store to its own code',
    'store-to-code',
    'f+0x4',
    'function f\n ldr r1, =f\n movs r0, #0\n str r0, [r1]\n bx lr\n .pool\n end f',
  ],
  ['a store anywhere', 'outside', 'f+0x0', 'function f\n str r0, [r1]\n bx lr\n end f'],
  [
    'a store behind the data',
    'outside',
    'f+0x2',
    'function f\n ldr r1, =0x20010004\n str r0, [r1]\n bx lr\n .pool\n end f\n .data\n .word 0',
  ],
  [
    'a load that may reach behind a table',
    'outside',
    'f+0x6',
    'function f\n ldr r1, =0x20010000\n movs r2, #7\n ands r0, r2\n ldrb r0, [r1, r0]\n bx lr\n .pool\n end f\n .data\n .word 0',
  ],
  [
    'a load from flash',
    'outside',
    'f+0x4',
    'function f\n movs r0, #16\n lsls r0, r0, #24\n ldr r0, [r0]\n bx lr\n end f',
  ],
  [
    'an access that is not aligned',
    'unaligned',
    'f+0x6',
    'function f\n ldr r1, =0x20010000\n movs r2, #2\n ands r0, r2\n ldr r0, [r1, r0]\n bx lr\n .pool\n end f\n .data\n .word 0, 0',
  ],
  [
    'a return address that was overwritten',
    'return-address',
    'f+0x4',
    'function f\n push {lr}\n str r0, [sp]\n pop {pc}\n end f',
  ],
  [
    'a return address that was perhaps overwritten',
    'return-address',
    'f+0xc',
    'function f\n push {r4, lr}\n movs r1, #4\n ands r0, r1\n mov r1, sp\n str r1, [r1, r0]\n nop\n pop {r4, pc}\n end f',
  ],
  [
    'a return to somewhere else',
    'return-address',
    'f+0x4',
    'function f\n ldr r0, =g\n push {r0}\n pop {pc}\n .pool\n end f\n function g\n bx lr\n end g',
  ],
  [
    'a stack pointer that is not put back',
    'stack-pointer',
    'f+0x2',
    'function f\n sub sp, #8\n bx lr\n end f',
  ],
  ['a stack pointer from the caller', 'stack-pointer', 'f+0x0', 'function f\n mov sp, r0\n bx lr\n end f'],
  [
    'a stack that is too deep',
    'outside',
    'f+0x2',
    'function f\n sub sp, #256\n str r0, [sp]\n add sp, #256\n bx lr\n end f',
  ],
  ['a change of stacks', 'stack-pointer', 'f+0x0', 'function f\n msr CONTROL, r0\n bx lr\n end f'],
  ['waiting for an interrupt', 'waits', 'f+0x0', 'function f\n wfi\n bx lr\n end f'],
  ['a supervisor call', 'waits', 'f+0x0', 'function f\n svc 1\n bx lr\n end f'],
  [
    'a jump into data',
    'not-code',
    'f',
    'function f\n ldr r0, =0x20010001\n bx r0\n .pool\n end f\n .data\n .word 0x47704770',
  ],
];

test.each(DECLINED)('%s is declined: %s', (_, reason, place, lines) => {
  const { declined, bound, best, stack } = analyse('one', lines);
  const where = declined?.place.startsWith('0x') === true ? 'f' : declined?.place;
  expect([declined?.reason, where, bound, best, stack]).toEqual([reason, place, null, null, null]);
});

describe('what may be done', () => {
  test.each([
    [
      'a loop of known rounds',
      'function f\n movs r0, #5\n1: subs r0, #1\n bne 1b\n bx lr\n end f',
      3 + 1 + 5 + 4 * 2 + 1 + 2,
      3 + 1 + 5 + 4 * 2 + 1 + 2,
    ],
    [
      'a loop of up to 7 rounds',
      'function f\n movs r1, #7\n ands r0, r1\n1: subs r0, #1\n bpl 1b\n bx lr\n end f',
      3 + 2 + 8 + 7 * 2 + 1 + 2,
      3 + 2 + 1 + 1 + 2,
    ],
    [
      'a branch',
      'function f\n cmp r0, #0\n beq 1f\n movs r1, #1\n movs r1, #2\n1: bx lr\n end f',
      3 + 1 + 1 + 2 + 2,
      3 + 1 + 2 + 2,
    ],
    [
      'a branch that takes the same both ways',
      'function f\n cmp r0, #0\n beq 1f\n movs r1, #1\n1: bx lr\n end f',
      3 + 1 + 2 + 2,
      3 + 1 + 2 + 2,
    ],
    [
      'a call within, with what it puts on the stack',
      'function f\n push {lr}\n bl g\n pop {pc}\n end f\n function g\n push {r4, lr}\n pop {r4, pc}\n end g',
      3 + 2 + 3 + 3 + 5 + 4,
      3 + 2 + 3 + 3 + 5 + 4,
    ],
    [
      'a device behind the bus',
      'function f\n movs r0, #0x40\n lsls r0, r0, #24\n ldr r1, [r0]\n str r1, [r0]\n bx lr\n end f',
      3 + 2 + 4 + 5 + 2,
      3 + 2 + 4 + 5 + 2,
    ],
  ])('%s', (_, lines, bound, best) => {
    expect(analyse('two', lines)).toMatchObject({ declined: null, bound, best });
  });
});

test('work has a limit that long blocks, many rounds and many jumps come to as well', () => {
  const programs = [
    'function f\n .rept 5000\n adds r0, #1\n .endr\n bx lr\n end f',
    'function f\n movs r0, #200\n1: subs r0, #1\n bne 1b\n bx lr\n end f',
    'function f\n .rept 200\n movs r1, #1\n ands r1, r0\n lsls r1, r1, #1\n add pc, r1\n nop\n nop\n nop\n .endr\n bx lr\n end f',
  ];
  for (const [index, lines] of programs.entries()) {
    const file = { elf: assembled(folder, `long${index}`, lines), core: CORTEX_M0PLUS, stack: STACK };
    expect(boundOf(file, 'f').declined, lines).toBeNull();
    expect(boundOf({ ...file, stepsMax: 60 }, 'f').declined, lines).toMatchObject({ reason: 'too-long' });
  }
});

test('a file without symbols is refused', async () => {
  const path = build(folder, 'stripped.s', '.syntax unified\n.thumb\n.text\n bx lr\n');
  execFileSync('arm-none-eabi-strip', [path]);
  const { code, stderr } = await holdfast(['timing', 'elf', path, '--function', 'f']);
  expect(code).toBe(2);
  expect(stderr).toContain('has no symbols of functions');
});
