/** Each correction of the emulator's cycles, on a few instructions of machine code. */
import { Simulator } from 'rp2040js';
import { describe, expect, test } from 'vitest';
import {
  CountedCore,
  EXCEPTION_ENTRY_CYCLES,
  EXCEPTION_RETURN_CYCLES,
} from '../../host/controller/targets/rp2040-core.ts';

const CODE = 0x2000_1000;
const STACK = 0x2000_8000;
const VECTORS = 0x2000_2000;
const HANDLER = 0x2000_3000;
const SYSTICK = 0xe000_e010;
const RELOAD = 4;
const CURRENT = 8;
const NANOSECONDS_A_CYCLE = 8;
const NOP = 0xbf00;
const BX_LR = 0x4770;

function machine(opcodes: readonly number[]) {
  const { rp2040: chip } = new Simulator();
  const counted = new CountedCore(chip);
  opcodes.forEach((opcode, index) => {
    chip.writeUint16(CODE + 2 * index, opcode);
  });
  chip.core.PC = CODE;
  chip.core.SP = STACK;
  return { chip, counted };
}

describe('cycles of the Cortex-M0+', () => {
  test.each([
    ['push {lr}', [0xb500], 2],
    ['push {r4}', [0xb410], 2],
    ['push {r4-r7, lr}', [0xb5f0], 6],
    ['pop {r4}', [0xbc10], 2],
    ['pop {pc}', [0xbd00], 4],
    ['pop {r4-r7, pc}', [0xbdf0], 8],
    ['ldr r0, [r1]', [0x6808], 2],
    ['adcs r0, r0', [0x4140], 1],
    ['bl', [0xf000, 0xf800], 3],
    ['bx lr', [BX_LR], 2],
  ] as const)('%s: %s costs %i', (_name, opcodes, cycles) => {
    const { chip, counted } = machine(opcodes);
    chip.core.registers[1] = STACK;
    chip.core.LR = CODE | 1;
    chip.writeUint32(STACK + 16, CODE | 1);
    chip.writeUint32(STACK, CODE | 1);
    expect(counted.step()).toBe(cycles);
  });

  test('SysTick comes round after 2^24 cycles', () => {
    const simulator = new Simulator();
    const { rp2040: chip, clock } = simulator;
    new CountedCore(chip);
    chip.writeUint32(SYSTICK + RELOAD, 0xffffff);
    chip.writeUint32(SYSTICK, 5);
    const counter = () => chip.readUint32(SYSTICK + CURRENT);
    const before = counter();
    for (const periods of [1, 2, 1000]) {
      clock.tick(periods * 2 ** 24 * NANOSECONDS_A_CYCLE);
      expect(counter()).toBe(before);
    }
    clock.tick(NANOSECONDS_A_CYCLE);
    expect(counter()).toBe((before - 1) & 0xffffff);
  });

  test('an exception costs its entry before its first instruction, and its return more than a branch', () => {
    const { chip, counted } = machine([NOP, NOP]);
    const irq = 3;
    chip.core.VTOR = VECTORS;
    chip.writeUint32(VECTORS + 4 * (16 + irq), HANDLER | 1);
    chip.writeUint16(HANDLER, NOP);
    chip.writeUint16(HANDLER + 2, BX_LR);
    chip.core.enabledInterrupts = 1 << irq;
    expect(counted.step()).toBe(1);
    chip.setInterrupt(irq, true);
    expect(counted.step()).toBe(EXCEPTION_ENTRY_CYCLES + 1);
    chip.setInterrupt(irq, false);
    expect(counted.step()).toBe(EXCEPTION_RETURN_CYCLES + 2);
    expect(chip.core.PC).toBe(CODE + 2);
  });
});
