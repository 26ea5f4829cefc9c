/** Each correction of the emulator's cycles, on a few instructions of machine code. */
import { Simulator } from 'rp2040js';
import { describe, expect, test } from 'vitest';
import {
  CountedCore,
  EXCEPTION_ENTRY_CYCLES,
  EXCEPTION_RETURN_CYCLES,
} from '../../sim/boards/rp2040-core.ts';

const CODE = 0x2000_1000;
const STACK = 0x2000_8000;
const VECTORS = 0x2000_2000;
const HANDLER = 0x2000_3000;
const SYSTICK = 0xe000_e010;
const RELOAD = 4;
const CURRENT = 8;
const NANOSECONDS_A_CYCLE = 8;
/** Single-cycle IO: the register that is read and written for the divider's dividend. */
const SIO = 0xd000_0060;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const NOP = 0xbf00;
const BX_LR = 0x4770;

/** Of a read past the cache: flash-reading.test.ts has what makes it up. */
const READ_CYCLES = 104;

function machine(opcodes: readonly number[]) {
  const { rp2040: chip } = new Simulator();
  const counted = new CountedCore(chip, () => READ_CYCLES);
  opcodes.forEach((opcode, index) => {
    chip.writeUint16(CODE + 2 * index, opcode);
  });
  chip.core.PC = CODE;
  chip.core.SP = STACK;
  return { chip, counted };
}

/**
 * Cortex-M0+ Technical Reference Manual (ARM DDI 0484C), table 3-1, one line or more a class of instructions; those of the single-cycle
 * port and of the multiplier as the RP2040 has them (datasheet 2.3.1.7 and 2.4). Registers: r0 0, r1 SRAM, r2 where SIO is, r3 code.
 */
const TABLE: readonly (readonly [name: string, opcodes: readonly number[], cycles: number])[] = [
  ['movs r0, #1', [0x2001], 1],
  ['movs r0, r1', [0x0008], 1],
  ['mov r0, r8', [0x4640], 1],
  ['mov pc, r3', [0x469f], 2],
  ['adds r0, #1', [0x3001], 1],
  ['adds r0, r1, r2', [0x1888], 1],
  ['add r0, r8', [0x4440], 1],
  ['add pc, r0', [0x4487], 2],
  ['adcs r0, r0', [0x4140], 1],
  ['add sp, #8', [0xb002], 1],
  ['sub sp, #8', [0xb082], 1],
  ['add r0, sp, #8', [0xa802], 1],
  ['adr r0, #8', [0xa002], 1],
  ['subs r0, r0, #1', [0x1e40], 1],
  ['sbcs r0, r1', [0x4188], 1],
  ['rsbs r0, r1, #0', [0x4248], 1],
  ['muls r0, r1', [0x4348], 1],
  ['cmp r0, #1', [0x2801], 1],
  ['cmp r0, r1', [0x4288], 1],
  ['cmn r0, r1', [0x42c8], 1],
  ['tst r0, r1', [0x4208], 1],
  ['ands r0, r1', [0x4008], 1],
  ['eors r0, r1', [0x4048], 1],
  ['orrs r0, r1', [0x4308], 1],
  ['bics r0, r1', [0x4388], 1],
  ['mvns r0, r1', [0x43c8], 1],
  ['lsls r0, r1, #4', [0x0108], 1],
  ['lsls r0, r1', [0x4088], 1],
  ['lsrs r0, r1, #4', [0x0908], 1],
  ['lsrs r0, r1', [0x40c8], 1],
  ['asrs r0, r1, #4', [0x1108], 1],
  ['asrs r0, r1', [0x4108], 1],
  ['rors r0, r1', [0x41c8], 1],
  ['sxtb r0, r1', [0xb248], 1],
  ['uxth r0, r1', [0xb288], 1],
  ['rev r0, r1', [0xba08], 1],
  ['rev16 r0, r1', [0xba48], 1],
  ['revsh r0, r1', [0xbac8], 1],
  ['ldr r0, [r1]', [0x6808], 2],
  ['ldrh r0, [r1]', [0x8808], 2],
  ['ldrb r0, [r1]', [0x7808], 2],
  ['ldr r0, [r1, r0]', [0x5808], 2],
  ['ldrsb r0, [r1, r0]', [0x5608], 2],
  ['ldrsh r0, [r1, r0]', [0x5e08], 2],
  ['ldr r0, [pc, #8]', [0x4802], 2],
  ['ldr r0, [sp]', [0x9800], 2],
  ['str r0, [r1]', [0x6008], 2],
  ['strh r0, [r1]', [0x8008], 2],
  ['strb r0, [r1]', [0x7008], 2],
  ['str r0, [r1, r0]', [0x5008], 2],
  ['str r0, [sp]', [0x9000], 2],
  ['ldr r0, [r2] of SIO', [0x6810], 1],
  ['str r0, [r2] of SIO', [0x6010], 1],
  ['ldm r1!, {r0}', [0xc901], 2],
  ['ldm r1!, {r0, r4-r7}', [0xc9f1], 6],
  ['stm r1!, {r0}', [0xc101], 2],
  ['stm r1!, {r0, r4-r7}', [0xc1f1], 6],
  ['push {r4}', [0xb410], 2],
  ['push {r4-r7}', [0xb4f0], 5],
  ['push {lr}', [0xb500], 2],
  ['push {r4-r7, lr}', [0xb5f0], 6],
  ['pop {r4}', [0xbc10], 2],
  ['pop {r4-r7}', [0xbcf0], 5],
  ['pop {pc}', [0xbd00], 4],
  ['pop {r4-r7, pc}', [0xbdf0], 8],
  ['beq, taken', [0xd0fe], 2],
  ['bne, not taken', [0xd1fe], 1],
  ['b', [0xe7fe], 2],
  ['bl', [0xf000, 0xf800], 3],
  ['bx lr', [BX_LR], 2],
  ['blx r3', [0x4798], 2],
  ['nop', [NOP], 1],
  ['cpsie i', [0xb662], 1],
  ['cpsid i', [0xb672], 1],
  ['mrs r0, primask', [0xf3ef, 0x8010], 3],
  ['msr primask, r0', [0xf380, 0x8810], 3],
  ['dmb', [0xf3bf, 0x8f5f], 3],
  ['dsb', [0xf3bf, 0x8f4f], 3],
  ['isb', [0xf3bf, 0x8f6f], 3],
  ['sev', [0xbf40], 1],
  ['wfi', [0xbf30], 2],
  ['wfe', [0xbf20], 2],
];

describe('cycles of the Cortex-M0+', () => {
  test.each(TABLE)('%s: %s costs %i', (_name, opcodes, cycles) => {
    const { chip, counted } = machine(opcodes);
    const { core } = chip;
    core.registers[0] = 0;
    core.registers[1] = STACK + 0x100;
    core.registers[2] = SIO;
    core.registers[3] = CODE | 1;
    core.Z = true;
    core.LR = CODE | 1;
    for (let word = 0; word < 5; word++) chip.writeUint32(STACK + 4 * word, CODE | 1);
    expect(counted.step()).toBe(cycles);
  });

  test('none of them is unknown to the emulator', () => {
    for (const [name, opcodes] of TABLE) {
      const { chip, counted } = machine(opcodes);
      const warnings: string[] = [];
      chip.logger = { ...SILENT, warn: (_component, message) => warnings.push(message) };
      chip.core.registers[1] = STACK + 0x100;
      chip.core.registers[2] = SIO;
      counted.step();
      expect(warnings, name).toEqual([]);
    }
  });

  test('SysTick comes round after 2^24 cycles', () => {
    const simulator = new Simulator();
    const { rp2040: chip, clock } = simulator;
    new CountedCore(chip, () => READ_CYCLES);
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

  test.each([
    ['through the cache', 0x1000_0000, 0x6808, 2],
    ['past it, a word', 0x1300_0000, 0x6808, 2 + READ_CYCLES],
    ['past it, a byte', 0x1300_0003, 0x7808, 2 + READ_CYCLES],
  ])('a read of flash %s', (_name, address, opcode, cycles) => {
    const { chip, counted } = machine([opcode]);
    chip.core.registers[1] = address;
    expect(counted.step()).toBe(cycles);
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
