/**
 * Cycles on RV32, Hazard3's as it documents them, of programs executed number by number (sim/boards/riscv-machine.ts), call and return
 * included: check of the board's firmware against the best C for the same job.
 */
import { fileURLToPath } from 'node:url';
import { buildFirmware } from '../build/js/host/firmware/build.js';
import { RiscvMachine } from '../build/js/sim/boards/riscv-machine.js';
import { contest } from './contest.mjs';
import { asksForJson } from './options.mjs';

const RAM = 0x8000_0000;
const RAM_BYTES = 0x20_0000;
const PLATFORM = {
  target: 'riscv32',
  open: (elf) => new RiscvMachine(elf, RAM, RAM_BYTES, RAM + RAM_BYTES),
  compiler: 'riscv64-unknown-elf-gcc',
  machine: [
    ...['-march=rv32imac', '-misa-spec=2.2', '-mabi=ilp32', '-falign-jumps=4'],
    ...['-msmall-data-limit=0', '-Wl,--no-warn-rwx-segments'],
  ],
  script: 'riscv32.ld',
  /** A load of the pointer's page and one of the pointer, which the jump waits for. */
  pointerCycles: 3,
};
const BORDERS_MOST = 40;

/** Rows as bench/run.mjs prints them; it asks at so many borders of a line or of a phase range. */
export async function benchRiscv32(bordersMost = BORDERS_MOST) {
  const { elf } = await buildFirmware(PLATFORM.target);
  return contest({ ...PLATFORM, elf, bordersMost });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isJson = asksForJson('node bench/riscv32.mjs [--json]');
  const results = await benchRiscv32();
  if (isJson) console.log(JSON.stringify(results));
  else
    for (const { name, value, unit, baseline, ratio } of results)
      console.log(`${name}: ${value} ${unit}, baseline ${baseline}, ratio ${ratio.toFixed(2)}`);
}
