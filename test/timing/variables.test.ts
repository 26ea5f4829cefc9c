/** What is said of variables "at any moment" holds over random calls of random modules, traps half-way included. */
import { expect, test } from 'vitest';
import { readModule } from '../../host/timing/wasm/module.ts';
import { type Proof, proveExport } from '../../host/timing/wasm/prove.ts';
import { Random, seedFor } from '../support/random.ts';
import { assemble, constant, globalGet, globalSet, load, localGet } from './support/assemble.ts';
import { ARENA_BYTES, ARENA_FROM } from './support/generate.ts';
import { record, takeRecords } from './support/record.ts';
import { generateVariables, VARIABLES } from './support/variables.ts';

const MODULES = 200;
const CALLS = 1000;
const ARENAS = [{ name: 'arena', from: ARENA_FROM, bytes: ARENA_BYTES }];
const MAP = { arenas: ARENAS, exports: { use: { reached: true } } };

test(`${MODULES} modules, ${CALLS} calls each: variables stay in their ranges, what is proved on them holds`, () => {
  const random = new Random(seedFor('variables', 7));
  const safe = { all: 0, proved: 0 };
  let flawedProved = 0;
  for (let i = 0; i < MODULES; i++) {
    const { bytes, isSafe } = generateVariables(random, !random.onceIn(4));
    const proof = proveExport(readModule(bytes), 'use', { map: MAP });
    safe.all += Number(isSafe);
    safe.proved += Number(isSafe && proof.isProved);
    flawedProved += Number(!isSafe && proof.isProved);
    expect(violations(bytes, proof, random), `module ${i}`).toEqual([]);
  }
  console.log(
    `variables: ${safe.proved} of ${safe.all} safe modules proved; ${flawedProved} with a flaw that does no harm`,
  );
  expect(safe.all).toBeGreaterThanOrEqual(100);
  expect(safe.proved / safe.all).toBeGreaterThanOrEqual(0.8);
});

/** What runs of a module contradict: ranges of variables in any case, the rest when `use` was proved. */
function violations(bytes: Uint8Array, proof: Proof, random: Random): string[] {
  const recorder = record(bytes, { loads: ARENAS, stores: ARENAS });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(recorder.bytes));
  const { use, change, memory } = exports as {
    use: (a: number, b: number) => number;
    change: (a: number, b: number) => number;
    memory: WebAssembly.Memory;
  };
  const words = new Uint32Array(memory.buffer, ARENA_FROM, ARENA_BYTES / 4);
  const getters = Array.from({ length: VARIABLES }, (_, index) => exports[`get${index}`] as () => number);
  const ranges = getters.map((_, index) => proof.reached?.find(({ name }) => name === `global ${index}`));
  const found = new Set<string>();
  for (let each = 0; each < CALLS && found.size === 0; each++) {
    words[random.below(words.length)] = random.next();
    const number = () => (random.onceIn(2) ? random.next() : random.below(9)) | 0;
    if (random.onceIn(2)) callThatMayTrap(change, number(), number());
    takeRecords(exports, recorder.loops);
    if (proof.isProved) {
      use(number(), number());
      const { executed, outside } = takeRecords(exports, recorder.loops);
      if (executed > (proof.counts?.instructions ?? -1)) found.add(`${executed} instructions executed`);
      if (outside > 0) found.add('an access outside the arena');
    }
    for (const [index, get] of getters.entries()) {
      const value = get() >>> 0;
      const { low, high } = ranges[index] ?? { low: 0, high: 2 ** 32 - 1 };
      if (value < low || value > high) found.add(`variable ${index} is ${value}, not ${low} to ${high}`);
    }
  }
  return [...found];
}

function callThatMayTrap(change: (a: number, b: number) => number, a: number, b: number): void {
  try {
    change(a, b);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
  }
}

const BODY = [...load(1, globalGet(0), ARENA_FROM)];
const SET = { parameters: 1, results: 0, locals: 0 };
const USE = { parameters: 0, results: 1, locals: 0, body: BODY };

test('a variable that nobody writes holds what it starts with', () => {
  const module = readModule(assemble([USE], 1, 'use'));
  expect(proveExport(module, 'use', { map: MAP }).isProved).toBe(true);
});

test('a variable that another export writes unmasked holds anything', () => {
  const set = { ...SET, body: [...localGet(0), ...globalSet(0)] };
  const module = readModule(assemble([set, USE], 1, 'set', 'use'));
  const open = proveExport(module, 'use', { map: MAP }).obligations.filter(
    ({ isDischarged }) => !isDischarged,
  );
  expect(open).toMatchObject([{ kind: 'load', reason: expect.stringContaining('not inside') }]);
});

test('what a function writes that nobody calls changes nothing', () => {
  const set = { ...SET, parameters: 0, body: [...constant(ARENA_BYTES), ...globalSet(0)] };
  const module = readModule(assemble([set, USE], 1, 'use'));
  expect(proveExport(module, 'use', { map: MAP }).isProved).toBe(true);
});

test('code that cannot be followed leaves nothing known of variables', () => {
  const indirect = { ...SET, parameters: 0, body: [...constant(0), 0x11, 0, 0] };
  const module = readModule(assemble([indirect, USE], 1, 'set', 'use'));
  const proof = proveExport(module, 'use', { map: MAP });
  expect(proof.isProved).toBe(false);
  expect(proof.reached).toEqual([]);
});
