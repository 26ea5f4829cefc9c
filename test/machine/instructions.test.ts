/**
 * Each instruction that computes, on ranges: what two oracles make of members of the operands lies in what the analysis says of the
 * result, each condition that holds is thought possible, and what is learned from it takes no member away.
 */
import { expect, test } from 'vitest';
import { assumeCondition } from '../../host/timing/machine/conditions.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { Memory } from '../../host/timing/machine/memory.ts';
import { State } from '../../host/timing/machine/state.ts';
import { decodeThumb } from '../../host/timing/machine/thumb.ts';
import { thumbArchitecture } from '../../host/timing/machine/thumb-machine.ts';
import { Value } from '../../host/timing/machine/value.ts';
import { exactly32, within32 } from '../../host/timing/ranges/range32.ts';
import { Random, seedFor } from '../support/random.ts';
import { CODE, Emulator, isWrongThere, STACK_TOP } from './support/emulator.ts';
import { number, rangeAround } from './support/ranges.ts';
import { Reference } from './support/reference.ts';

const TRIALS = Number(process.env.HOLDFAST_TRIALS ?? 4_000);
const KINDS = new Set([
  ...['shift', 'move', 'add', 'subtract', 'add-carry', 'subtract-carry', 'multiply', 'negate', 'invert'],
  ...['compare', 'compare-negative', 'logic', 'extend', 'reverse', 'address'],
]);

/** Encodings that compute and do not jump. */
const COMPUTING = Array.from({ length: 0xe800 }, (_, halfword) => halfword).filter((halfword) => {
  const decoded = decodeThumb(halfword, 0);
  if (decoded === undefined || !KINDS.has(decoded.kind)) return false;
  return !('d' in decoded) || (decoded.d !== 15 && decoded.d !== 13);
});

const architecture = thumbArchitecture(CORTEX_M0PLUS);
const memory = new Memory([], () => undefined);

interface Trial {
  readonly halfword: number;
  readonly state: State;
  readonly reference: Reference;
}

function trial(random: Random): Trial {
  const halfword = random.pick(COMPUTING);
  const reference = new Reference();
  const state = new State();
  state.frames = [
    { entry: CODE, returnsTo: 0, stackPointer: STACK_TOP, base: [], apart: '', counted: [], rounds: [] },
  ];
  for (let index = 0; index < 16; index++) {
    const member = index > 0 && random.onceIn(6) ? (reference.r[index - 1] ?? 0) : number(random);
    const isSame = index > 0 && index < 13 && member === reference.r[index - 1] && random.onceIn(2);
    reference.r[index] = index === 13 ? STACK_TOP - 4 * random.below(8) : index === 15 ? CODE : member;
    const value = Value.of(rangeAround(random, reference.r[index] ?? 0));
    // Two registers may hold the same unknown number.
    state.registers.push(isSame ? state.register(index - 1) : value);
  }
  state.registers[13] = Value.exactly(reference.r[13] ?? 0);
  reference.c = random.onceIn(2);
  state.carry = random.onceIn(2) ? (reference.c ? 1 : 0) : undefined;
  for (const flag of ['n', 'z', 'v'] as const) reference[flag] = random.onceIn(2);
  reference.write(CODE, 2, halfword);
  return { halfword, state, reference };
}

/** Registers of which the concrete number is not in what is known. */
function outside(state: State, reference: Reference): string[] {
  return Array.from({ length: 13 }, (_, index) => index).flatMap((index) => {
    const range = state.known.rangeOf(state.register(index));
    const number = reference.r[index] ?? 0;
    const choices = state.known.choicesOf(state.register(index));
    const isIn = within32(exactly32(number), range) && (choices === undefined || choices.includes(number));
    return isIn ? [] : [`r${index} is ${number}, known ${range.low} to ${range.high}`];
  });
}

const BUS = { memory, wait: () => undefined };

/** What is wrong with one trial: nothing, if all is right. */
function faults(emulator: Emulator, { halfword, state, reference }: Trial): string[] {
  const isExempt = isWrongThere(halfword, reference);
  emulator.take(reference);
  const decoded = architecture.decode(CODE, (address) => (address === CODE ? halfword : undefined));
  const cycles = reference.step();
  const found: string[] = [];
  if (emulator.step() !== cycles) found.push('the oracles count differently');
  if (!isExempt) found.push(...emulator.differences(reference));
  decoded.execute(state, BUS);
  const cost = decoded.cost(state, false);
  if (cost.least !== cycles || cost.most !== cycles) found.push(`not ${cycles} cycles`);
  found.push(...outside(state, reference));
  for (let condition = 0; condition < 14; condition++) {
    const side = state.copy();
    const isPossible = assumeCondition(side, condition, reference.holds(condition));
    if (!isPossible) found.push(`condition ${condition} is thought impossible`);
    found.push(...outside(side, reference).map((each) => `after condition ${condition}: ${each}`));
  }
  return found;
}

test('what is computed is contained, for two oracles; conditions that hold are possible', () => {
  const random = new Random(seedFor('instructions', 15));
  const emulator = new Emulator();
  let known = 0;
  for (let index = 0; index < TRIALS; index++) {
    const one = trial(random);
    const found = faults(emulator, one);
    if (found.length > 0) expect(found, `${one.halfword.toString(16)}, trial ${index}`).toEqual([]);
    if (one.state.register(one.halfword & 7).exact !== undefined) known++;
  }
  expect(known).toBeGreaterThan(TRIALS / 10);
});

test.each([
  ['LSRS by a register that holds 0', 0x40c8, { r0: 1, r1: 0, c: true }, ['C: not true']],
  ['ASRS by a register that holds 0', 0x4108, { r0: 1, r1: 0, c: true }, ['C: not true']],
  ['ADCS that carries', 0x4148, { r0: 0x7fff_ffff, r1: 5, c: true }, ['V: not true']],
  ['SBCS that borrows', 0x4188, { r0: 5, r1: 0x7fff_ffff, c: false }, ['V: not false']],
])('the emulator errs in %s', (_, halfword, { r0, r1, c }, errors) => {
  const reference = new Reference();
  const emulator = new Emulator();
  reference.write(CODE, 2, halfword);
  reference.r.set([r0, r1]);
  reference.r[15] = CODE;
  reference.c = c;
  emulator.take(reference);
  expect(isWrongThere(halfword, reference)).toBe(true);
  reference.step();
  emulator.step();
  expect(emulator.differences(reference)).toEqual(errors);
});
