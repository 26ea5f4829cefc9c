/** What the board measures of itself is what the emulator counts from outside, to the cycle. */
import { describe, expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { answersChecksum } from '../../host/measure/answers.ts';
import { inputsARequest, type MeasuredFunction, type MeasureInput } from '../../host/serial/measures.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { Rp2040Line } from '../../sim/boards/rp2040-line.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';

const ARENA = 0x5000;
/** BL and BX LR: the empty call that the board takes off, and the emulator's figure holds. */
const EMPTY_CALL_CYCLES = 5;
const HERTZ = 125_000_000;
const firmware = await buildFirmware('rp2040');
const plain = await compileEdition({ epoch: 1, limit: 80, zones: 100 });
const phased = await compileText(`
holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: mm, min: -500, max: 5000 } ] }
phase: { unit: tick, period: 1000 }
zones:
  - { id: always, at: { from: 0, to: 900 }, limit: 120 }
  - { id: early, at: { from: 900, to: 1400 }, when: { from: 0, to: 300 }, limit: 50 }
  - { id: late, at: { from: 2000, to: 2400 }, when: { from: 250, to: 800 }, limit: 30 }
gaps:
  - { anywhere: true, action: hold }
fault: { action: stop }
`);

/** The firmware's functions on the memory of a core that runs the image, called from outside. */
function benchOf(core: Core): Rp2040Bench {
  const bench = new Rp2040Bench(firmware.elf);
  const bytes = ARENA + core.arena().length;
  bench.memory(bench.addressOf('holdfast_memory'), bytes).set(core.memory().subarray(0, bytes));
  return bench;
}

function cyclesOutside(
  bench: Rp2040Bench,
  core: Core,
  what: MeasuredFunction,
  { phase, x, toX }: MeasureInput,
): number {
  if (what === 'check') return bench.call('holdfast_check', phase, x, 0).cycles;
  if (what === 'verdict') return bench.call('holdfast_spell', core.check(phase, x), x, 0).cycles;
  return bench.call('holdfast_sweep', phase, x, 0, toX).cycles;
}

describe.each([
  [
    'without phases',
    plain,
    [-1, 0, 1, 399, 400, 599, 600, 999_999, 1_000_000, -(2 ** 31), 2 ** 31 - 1],
    [0, 1, 0xffff_ffff],
  ],
  [
    'with phases',
    phased,
    [-501, -500, 0, 899, 900, 1399, 1400, 2000, 2399, 5000, -(2 ** 31)],
    [0, 249, 250, 299, 300, 799, 800, 1000, 0xffff_ffff],
  ],
] as const)('a map %s', (name, image, places, phases) => {
  test('check, verdict and sweep take on the board what they take outside, less an empty call', async () => {
    const random = new Random(seedFor(`measured on the board, ${name}`, 17));
    const line = new Rp2040Line(firmware, image, 'eager');
    const device = line.device();
    const core = await openImage(image, { build: 'device' });
    const bench = benchOf(core);
    await device.openWindow();
    const inputs = phases
      .flatMap((phase) => places.map((x) => ({ phase, x, toX: random.pick(places) })))
      .slice(0, inputsARequest('sweep'));
    for (const what of ['check', 'verdict', 'sweep'] as const) {
      const outside = inputs.map((input) => cyclesOutside(bench, core, what, input) - EMPTY_CALL_CYCLES);
      const figures = await device.measure(what, inputs);
      const max = Math.max(...outside);
      expect({ what, ...figures }).toMatchObject({
        ...{
          what,
          hertz: HERTZ,
          count: outside.length,
          min: Math.min(...outside),
          max,
          worst: outside.indexOf(max),
        },
        answers: answersChecksum(core, what, inputs),
      });
      if (what === 'check') expect(figures.min).toBe(figures.max);
    }
    await device.closeWindow();
    expect((await device.status()).mode).toBe('run');
    expect(line.board.lostBytes).toBe(0);
  });
});

test('interrupts are held back for a call: a tick every 1,250 cycles is in no figure, and no tick is lost', async () => {
  const ticksPerSecond = 100_000;
  const line = new Rp2040Line(firmware, plain, 'eager', {
    config: { ticksPerSecond, leaseTicks: 2 ** 30 },
  });
  const device = line.device();
  const core = await openImage(plain, { build: 'device' });
  const wanted = cyclesOutside(benchOf(core), core, 'check', { phase: 0, x: 0, toX: 0 }) - EMPTY_CALL_CYCLES;
  const { ticks } = await device.openWindow();
  const openedAt = line.board.nanos();
  const inputs = Array.from({ length: inputsARequest('check') }, (_, x) => ({ phase: 0, x, toX: 0 }));
  for (let round = 0; round < 3; round++)
    expect(await device.measure('check', inputs)).toMatchObject({ min: wanted, max: wanted });
  const { lease } = await device.status();
  const passedTicks = ((line.board.nanos() - openedAt) / 1e9) * ticksPerSecond;
  // Between a moment on the board and when its answer is here, the board runs some milliseconds of its own time.
  const answerTicks = 0.01 * ticksPerSecond;
  expect(passedTicks).toBeGreaterThan(2 * answerTicks);
  expect(Math.abs(ticks - lease - passedTicks)).toBeLessThan(answerTicks);
});
