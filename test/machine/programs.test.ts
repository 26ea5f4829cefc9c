/**
 * Random programs on random states: the bound is never exceeded and the best never undercut, registers and memory end as the analysis
 * says, for two oracles. Loops are gone round by round, and taken in one after their first rounds, with states kept apart and not. 5,000
 * programs by command: HOLDFAST_TRIALS=5000.
 */
import { expect, test } from 'vitest';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { Decline } from '../../host/timing/machine/decline.ts';
import { Engine, type Outcome } from '../../host/timing/machine/engine.ts';
import { Memory, type Region } from '../../host/timing/machine/memory.ts';
import { thumbArchitecture } from '../../host/timing/machine/thumb-machine.ts';
import { exactly32, within32 } from '../../host/timing/ranges/range32.ts';
import { Random, seedFor } from '../support/random.ts';
import { CODE, Emulator, isWrongThere, RAM, RAM_BYTES, RETURN_TO, STACK_TOP } from './support/emulator.ts';
import { Generator, type RandomProgram } from './support/programs.ts';
import { Reference } from './support/reference.ts';

const PROGRAMS = Number(process.env.HOLDFAST_TRIALS ?? 250);
const STATES = 40;
/** States of each program that the npm emulator executes as well. */
const EMULATED = 4;

function region(name: string, from: number, bytes: number, isCode: boolean): Region {
  const content = isCode ? 'fixed' : 'any';
  return {
    ...{ name, from, to: from + bytes, content, isCode },
    isWritable: !isCode,
    loadCycles: 0,
    storeCycles: 0,
  };
}

const APARTS = ['nothing', 'counters', 'registers'] as const;

function analyse(
  { bytes, functions }: RandomProgram,
  options: ConstructorParameters<typeof Engine>[3] = {},
): Outcome {
  const regions = [
    region('code', CODE, bytes.length, true),
    region('ram', RAM, RAM_BYTES, false),
    region('stack', STACK_TOP - 4096, 4096, false),
  ];
  const byteAt = (address: number) => bytes[address - CODE];
  const code = {
    halfword: (address: number) => (byteAt(address) ?? 0) | ((byteAt(address + 1) ?? 0) << 8),
    functionAt: (address: number) => functions.find(({ from, to }) => address >= from && address < to),
  };
  const architecture = thumbArchitecture(CORTEX_M0PLUS);
  const engine = new Engine(architecture, code, new Memory(regions, byteAt), options);
  return engine.run({ entry: CODE, stackPointer: STACK_TOP, returnsTo: RETURN_TO });
}

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

/** What the analysis excluded and happened. */
function surprises({ end, most, least }: Outcome, reference: Reference, cycles: number): string[] {
  const found: string[] = [];
  if (cycles > most || cycles < least) found.push(`${cycles} cycles, not ${least} to ${most}`);
  for (let register = 0; register < 14; register++) {
    const value = end.register(register);
    if (!within32(exactly32(reference.r[register] ?? 0), end.known.rangeOf(value)))
      found.push(`r${register}`);
  }
  for (const [address, value] of end.memory) {
    const word = reference.read(address, 4);
    const isInside = address < RAM + RAM_BYTES && !within32(exactly32(word), end.known.rangeOf(value));
    if (isInside) found.push(`word at ${address.toString(16)}`);
  }
  return found;
}

test('no bound is exceeded and no best undercut', () => {
  const random = new Random(seedFor('programs', 15));
  const emulator = new Emulator();
  const count = { analysed: 0, declined: 0, reachedBound: 0, reachedBest: 0, sameInOne: 0 };
  for (let index = 0; index < PROGRAMS; index++) {
    const program = new Generator(random).program();
    let outcome: Outcome;
    let inOne: Outcome;
    try {
      outcome = analyse(program);
      inOne = analyse(program, { roundsApart: index % 4, apart: random.pick(APARTS) });
    } catch (error) {
      if (!(error instanceof Decline)) throw error;
      count.declined++;
      continue;
    }
    count.analysed++;
    let [most, least] = [0, Number.POSITIVE_INFINITY];
    for (let state = 0; state < STATES; state++) {
      const reference = start(random, program);
      const cycles = execute(reference, state < EMULATED ? emulator : undefined);
      const found = [outcome, inOne].flatMap((each) => surprises(each, reference, cycles));
      if (found.length > 0) expect(found, `program ${index}, state ${state}`).toEqual([]);
      [most, least] = [Math.max(most, cycles), Math.min(least, cycles)];
    }
    if (most === outcome.most) count.reachedBound++;
    if (least === outcome.least) count.reachedBest++;
    if (inOne.most === outcome.most) count.sameInOne++;
  }
  console.log(JSON.stringify(count));
  expect(count.declined).toBeLessThan(PROGRAMS / 20);
  expect(count.reachedBound).toBeGreaterThan(PROGRAMS / 4);
});
