/**
 * Random programs on random states: the bound is never exceeded and the best never undercut, registers and memory end as the analysis
 * says, for two oracles. Loops are gone round by round, and taken in one after their first rounds, with states kept apart and not. 5,000
 * programs by command: HOLDFAST_TRIALS=5000.
 */
import { expect, test } from 'vitest';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { thumbArchitecture } from '../../host/timing/machine/thumb-machine.ts';
import { Random, seedFor } from '../support/random.ts';
import { campaign, type RandomProgram, type Subject } from './support/campaign.ts';
import { CODE, Emulator, isWrongThere, RAM, RAM_BYTES, RETURN_TO, STACK_TOP } from './support/emulator.ts';
import { Generator } from './support/programs.ts';
import { Reference } from './support/reference.ts';

const PROGRAMS = Number(process.env.HOLDFAST_TRIALS ?? 250);
/** States of each program that the npm emulator executes as well. */
const EMULATED = 4;

function start(random: Random, { bytes }: RandomProgram): Reference {
  const number = () =>
    random.onceIn(3)
      ? random.next()
      : random.onceIn(2)
        ? random.below(300)
        : random.pick([0, 0xffff_ffff, 0x8000_0000]);
  const reference = new Reference();
  for (const [index, byte] of bytes.entries()) reference.bytes.set(CODE + index, byte);
  for (let at = 0; at < RAM_BYTES; at += 4) reference.write(RAM + at, 4, number());
  for (let register = 0; register < 13; register++) reference.r[register] = number();
  reference.r[13] = STACK_TOP;
  reference.r[14] = RETURN_TO | 1;
  reference.r[15] = CODE;
  for (const flag of ['n', 'z', 'c', 'v'] as const) reference[flag] = random.onceIn(2);
  return reference;
}

/** Cycles of one execution; of the emulator too, unless it comes to what it gets wrong. */
function execute(reference: Reference, emulator: Emulator | undefined): number {
  let cycles = 0;
  emulator?.take(reference);
  let isTrusted = emulator !== undefined;
  let emulated = 0;
  while (reference.r[15] !== RETURN_TO) {
    const pc = reference.r[15] ?? 0;
    isTrusted &&= !isWrongThere(reference.read(pc, 2), reference);
    cycles += reference.step();
    if (isTrusted) emulated += emulator?.step() ?? 0;
    if (cycles > 1_000_000) throw new RangeError('the program does not end');
  }
  if (isTrusted && emulator !== undefined) {
    expect(emulator.differences(reference)).toEqual([]);
    expect(emulated).toBe(cycles);
  }
  return cycles;
}

test(
  'no bound is exceeded and no best undercut',
  () => {
    const random = new Random(seedFor('programs', 15));
    const emulator = new Emulator();
    const subject: Subject = {
      architecture: thumbArchitecture(CORTEX_M0PLUS),
      places: { code: CODE, ram: RAM, ramBytes: RAM_BYTES, stackTop: STACK_TOP, returnsTo: RETURN_TO },
      registers: 14,
      program: () => new Generator(random).program(),
      execute: (program, index) => {
        const reference = start(random, program);
        const cycles = execute(reference, index < EMULATED ? emulator : undefined);
        return { cycles, registers: reference.r, word: (address) => reference.read(address, 4) };
      },
    };
    const count = campaign(subject, random, PROGRAMS);
    expect(count.declined).toBeLessThan(PROGRAMS / 20);
    expect(count.reachedBound).toBeGreaterThan(PROGRAMS / 4);
  },
  120_000 + 1000 * PROGRAMS,
);
