/**
 * Random programs of RV32IMC on random states: no bound is exceeded and no best undercut, in Hazard3's cycles; registers and memory end as
 * the analysis says. 5,000 programs by command: HOLDFAST_TRIALS=5000.
 */
import { expect, test } from 'vitest';
import { HAZARD3 } from '../../host/timing/machine/cores-riscv.ts';
import { riscvArchitecture } from '../../host/timing/machine/riscv-machine.ts';
import { RiscvReference } from '../../sim/boards/riscv-reference.ts';
import { Random, seedFor } from '../support/random.ts';
import { campaign, type RandomProgram, type Subject } from './support/campaign.ts';
import { RISCV_CODE, RISCV_RAM, RISCV_RAM_BYTES, RiscvGenerator } from './support/riscv-programs.ts';

const PROGRAMS = Number(process.env.HOLDFAST_TRIALS ?? 200);
const STACK_TOP = 0x2002_0000;
const LINK = 0x7fff_0000;

const architecture = riscvArchitecture(HAZARD3);
const memory = new Uint8Array(STACK_TOP - RISCV_CODE);

/** Executes the program from a random state; gives the reference at its end, and cycles without the call. */
function execute(random: Random, { bytes: code }: RandomProgram): [RiscvReference, number] {
  const number = () =>
    random.onceIn(2) ? random.next() : random.pick([0, 1, 7, 0xffff_ffff, 0x8000_0000, random.below(300)]);
  const reference = new RiscvReference(RISCV_CODE, memory);
  memory.set(code);
  for (let at = 0; at < RISCV_RAM_BYTES; at += 4)
    reference.memory.setUint32(RISCV_RAM - RISCV_CODE + at, number(), true);
  for (let register = 1; register < 32; register++) reference.x[register] = number();
  reference.x[2] = STACK_TOP;
  const predicted = random.onceIn(2) ? undefined : RISCV_CODE + 2 * random.below(code.length / 2);
  return [reference, reference.call(RISCV_CODE, LINK, predicted) - architecture.call.most];
}

test(
  'no bound is exceeded and no best undercut',
  () => {
    const random = new Random(seedFor('riscv-programs', 16));
    const places = { code: RISCV_CODE, ram: RISCV_RAM, ramBytes: RISCV_RAM_BYTES };
    const subject: Subject = {
      architecture,
      places: { ...places, stackTop: STACK_TOP, returnsTo: LINK },
      registers: 32,
      program: () => new RiscvGenerator(random).program(),
      execute: (program) => {
        const [reference, cycles] = execute(random, program);
        const word = (address: number) => reference.memory.getUint32(address - RISCV_CODE, true);
        return { cycles, registers: reference.x, word };
      },
    };
    const count = campaign(subject, random, PROGRAMS);
    expect(count.declined).toBeLessThan(PROGRAMS / 20);
    expect(count.reachedBound).toBeGreaterThan(PROGRAMS / 4);
  },
  120_000 + 1000 * PROGRAMS,
);
