/** The RP2040's counter of cycles: 32 bits made of SysTick's 24 and the timer's microseconds. */
import { Simulator } from 'rp2040js';
import { expect, test } from 'vitest';
import { buildFirmware } from '../../host/firmware/build.ts';
import { CountedCore } from '../../sim/boards/rp2040-core.ts';
import { Random, seedFor } from '../support/random.ts';

const SRAM = 0x2000_0000;
const STACK_TOP = 0x2004_2000;
const RETURN_TO = 0x2004_0000;
const NANOSECONDS_A_CYCLE = 8;
const SYSTICK_PERIOD = 2 ** 24;
const COUNTER_PERIOD = 2 ** 32;
/** Cycles after which the microseconds of the timer wrap. */
const TIMER_WRAPS_AFTER = 125 * COUNTER_PERIOD;

const { elf } = await buildFirmware('rp2040');

/** A chip that executes single functions while its clock goes on; interrupts are held. */
function machine() {
  const simulator = new Simulator();
  const { rp2040: chip, clock } = simulator;
  const counted = new CountedCore(chip, () => 0);
  for (const { virtual, bytes } of elf.segments) if (virtual >= SRAM) chip.sram.set(bytes, virtual - SRAM);
  chip.core.PM = true;
  const call = (name: string): number => {
    chip.core.SP = STACK_TOP;
    chip.core.LR = RETURN_TO | 1;
    chip.core.PC = elf.addressOf(name);
    while (chip.core.PC !== RETURN_TO) clock.tick(counted.step() * NANOSECONDS_A_CYCLE);
    return (chip.core.registers[0] ?? 0) >>> 0;
  };
  const pass = (cycles: number) => clock.tick(cycles * NANOSECONDS_A_CYCLE);
  return { call, pass, cycles: () => clock.nanos / NANOSECONDS_A_CYCLE };
}

test('it counts cycles of 8 ns, over each of its wraps, whatever time is between two readings', () => {
  const seed = seedFor('rp2040-cycles', 4);
  const random = new Random(seed);
  const { call, pass, cycles } = machine();
  call('port_start');
  const readingCycles = (() => {
    const before = cycles();
    call('port_cycles');
    return cycles() - before;
  })();
  let before = call('port_cycles');
  let passed = 0;
  const pauses = [
    ...[0, 1, 124, 125, 126, SYSTICK_PERIOD - 1, SYSTICK_PERIOD, SYSTICK_PERIOD + 1, SYSTICK_PERIOD * 9 + 7],
    ...[COUNTER_PERIOD - 200, COUNTER_PERIOD - readingCycles, 3, COUNTER_PERIOD * 2, TIMER_WRAPS_AFTER],
    ...Array.from({ length: 300 }, () =>
      random.below(random.below(4) === 0 ? COUNTER_PERIOD : 2 * SYSTICK_PERIOD),
    ),
  ];
  for (const pause of pauses) {
    pass(pause);
    const now = call('port_cycles');
    expect((now - before) >>> 0, `seed ${seed}, a pause of ${pause}`).toBe(
      (pause + readingCycles) % COUNTER_PERIOD,
    );
    before = now;
    passed += pause;
  }
  expect(passed).toBeGreaterThan(10 * COUNTER_PERIOD);
});

test('its rate is the clock of the processor', () => {
  expect(machine().call('port_cycle_rate')).toBe(1e9 / NANOSECONDS_A_CYCLE);
});
