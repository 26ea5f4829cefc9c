/**
 * Random programs of RV32IMC on random states: no bound is exceeded and no best undercut, in Hazard3's cycles; registers and memory end as
 * the analysis says. 5,000 programs by command: HOLDFAST_TRIALS=5000.
 */
import { expect, test } from 'vitest';
import { HAZARD3 } from '../../host/timing/machine/cores-riscv.ts';
import { Decline } from '../../host/timing/machine/decline.ts';
import { Engine, type Outcome } from '../../host/timing/machine/engine.ts';
import { Memory, type Region } from '../../host/timing/machine/memory.ts';
import { riscvArchitecture } from '../../host/timing/machine/riscv-machine.ts';
import { exactly32, within32 } from '../../host/timing/ranges/range32.ts';
import { Random, seedFor } from '../support/random.ts';
import {
  RISCV_CODE,
  RISCV_RAM,
  RISCV_RAM_BYTES,
  RiscvGenerator,
  type RiscvProgram,
} from './support/riscv-programs.ts';
import { RiscvReference } from './support/riscv-reference.ts';

const PROGRAMS = Number(process.env.HOLDFAST_TRIALS ?? 200);
const STATES = 40;
const STACK_TOP = 0x2002_0000;
const LINK = 0x7fff_0000;
const MEMORY_BYTES = STACK_TOP - RISCV_CODE;

const architecture = riscvArchitecture(HAZARD3);
const bytes = new Uint8Array(MEMORY_BYTES);

function region(name: string, from: number, length: number, isCode: boolean): Region {
  const content = isCode ? 'fixed' : 'any';
  return {
    name,
    from,
    to: from + length,
    content,
    isCode,
    isWritable: !isCode,
    loadCycles: 0,
    storeCycles: 0,
  };
}

function analyse(
  { bytes: code, functions }: RiscvProgram,
  options: ConstructorParameters<typeof Engine>[3] = {},
): Outcome {
  const byteAt = (address: number) => code[address - RISCV_CODE];
  const program = {
    halfword: (address: number) => {
      const [low, high] = [byteAt(address), byteAt(address + 1)];
      return low === undefined || high === undefined ? undefined : low | (high << 8);
    },
    functionAt: (address: number) => functions.find(({ from, to }) => address >= from && address < to),
  };
  const regions = [
    region('code', RISCV_CODE, code.length, true),
    region('ram', RISCV_RAM, RISCV_RAM_BYTES, false),
    region('stack', STACK_TOP - 4096, 4096, false),
  ];
  const engine = new Engine(architecture, program, new Memory(regions, byteAt), options);
  return engine.run({ entry: RISCV_CODE, stackPointer: STACK_TOP, returnsTo: LINK });
}

/** Executes the program from a random state; gives the reference at its end, and cycles without the call. */
function execute(random: Random, { bytes: code }: RiscvProgram): [RiscvReference, number] {
  const number = () =>
    random.onceIn(2) ? random.next() : random.pick([0, 1, 7, 0xffff_ffff, 0x8000_0000, random.below(300)]);
  const reference = new RiscvReference(RISCV_CODE, bytes);
  bytes.set(code);
  for (let at = 0; at < RISCV_RAM_BYTES; at += 4)
    reference.memory.setUint32(RISCV_RAM - RISCV_CODE + at, number(), true);
  for (let register = 1; register < 32; register++) reference.x[register] = number();
  reference.x[2] = STACK_TOP;
  const predicted = random.onceIn(2) ? undefined : RISCV_CODE + 2 * random.below(code.length / 2);
  return [reference, reference.call(RISCV_CODE, LINK, predicted) - architecture.call.most];
}

/** What the analysis excluded and happened. */
function surprises({ end, most, least }: Outcome, reference: RiscvReference, cycles: number): string[] {
  const found = cycles > most || cycles < least ? [`${cycles} cycles, not ${least} to ${most}`] : [];
  for (let register = 0; register < 32; register++) {
    const range = end.known.rangeOf(end.register(register));
    if (!within32(exactly32(reference.x[register] ?? 0), range)) found.push(`x${register}`);
  }
  for (const [address, value] of end.memory) {
    if (address < RISCV_RAM || address >= RISCV_RAM + RISCV_RAM_BYTES) continue;
    const word = reference.memory.getUint32(address - RISCV_CODE, true);
    if (!within32(exactly32(word), end.known.rangeOf(value))) found.push(`word at ${address.toString(16)}`);
  }
  return found;
}

test(
  'no bound is exceeded and no best undercut',
  () => {
    const random = new Random(seedFor('riscv-programs', 16));
    const count = { analysed: 0, declined: 0, reachedBound: 0, reachedBest: 0 };
    for (let index = 0; index < PROGRAMS; index++) {
      const program = new RiscvGenerator(random).program();
      let outcomes: [Outcome, Outcome];
      try {
        const apart = random.pick(['nothing', 'counters', 'registers'] as const);
        outcomes = [analyse(program), analyse(program, { roundsApart: index % 4, apart })];
      } catch (error) {
        if (!(error instanceof Decline)) throw error;
        count.declined++;
        continue;
      }
      count.analysed++;
      let [most, least] = [0, Number.POSITIVE_INFINITY];
      for (let state = 0; state < STATES; state++) {
        const [reference, cycles] = execute(random, program);
        const found = outcomes.flatMap((each) => surprises(each, reference, cycles));
        if (found.length > 0) expect(found, `program ${index}, state ${state}`).toEqual([]);
        [most, least] = [Math.max(most, cycles), Math.min(least, cycles)];
      }
      if (most === outcomes[0].most) count.reachedBound++;
      if (least === outcomes[0].least) count.reachedBest++;
    }
    console.log(JSON.stringify(count));
    expect(count.declined).toBeLessThan(PROGRAMS / 20);
    expect(count.reachedBound).toBeGreaterThan(PROGRAMS / 4);
  },
  120_000 + 1000 * PROGRAMS,
);
