/** Whatever is proved of random modules holds when they run; and most of those that are safe by construction are proved. */
import { expect, test } from 'vitest';
import { readModule } from '../../host/timing/wasm/module.ts';
import { proveExport } from '../../host/timing/wasm/prove.ts';
import { Random, seedFor } from '../support/random.ts';
import {
  assemble,
  binary,
  block,
  branch,
  branchIf,
  constant,
  load,
  localGet,
  localSet,
  loop,
} from './support/assemble.ts';
import { ARENA_BYTES, ARENA_FROM, generate } from './support/generate.ts';
import { record, takeRecords } from './support/record.ts';

const MODULES = 300;
const MEMORIES = 1000;
/** A flaw may be a loop that is bounded by 2^32 rounds; such modules are not run, and do not count. */
const INSTRUCTIONS_MAX = 1_000_000;
const ARENAS = [{ name: 'arena', from: ARENA_FROM, bytes: ARENA_BYTES }];

test(`${MODULES} modules, ${MEMORIES} memories each: bounds hold, nothing outside, no trap; 80 % of the safe ones are proved`, () => {
  const random = new Random(seedFor('soundness', 5));
  let safe = 0;
  let safeProved = 0;
  let proved = 0;
  for (let i = 0; i < MODULES; i++) {
    const { bytes, isSafe } = generate(random, !random.onceIn(4));
    const proof = proveExport(readModule(bytes), 'run', { map: { arenas: ARENAS } });
    safe += Number(isSafe);
    safeProved += Number(isSafe && proof.isProved);
    if (!proof.isProved || (proof.counts?.instructions ?? 0) > INSTRUCTIONS_MAX) continue;
    proved++;
    expect(violations(bytes, proof, random), `module ${i}`).toEqual([]);
  }
  console.log(
    `soundness: ${proved} of ${MODULES} proved; ${safeProved} of ${safe} that are safe by construction`,
  );
  expect(proved).toBeGreaterThanOrEqual(200);
  expect(safeProved / safe).toBeGreaterThanOrEqual(0.8);
});

test('a way out in the middle of a loop costs no round that the counter does not allow: the bound is what runs', () => {
  const [counter, sum] = [2, 3];
  const found = load(4, binary('shl', localGet(counter), constant(2)), ARENA_FROM);
  const body = [
    ...binary('ge_u', localGet(counter), constant(8)),
    ...branchIf(1),
    ...[...binary('add', localGet(sum), constant(3)), ...localSet(sum)],
    ...[...found, ...branchIf(1)],
    ...[...binary('add', localGet(counter), constant(1)), ...localSet(counter), ...branch(0)],
  ];
  const code = [...block(loop(body)), ...localGet(sum)];
  const bytes = assemble([{ parameters: 2, results: 1, locals: 2, body: code }], 0, 'run');
  const proof = proveExport(readModule(bytes), 'run', { map: { arenas: ARENAS } });
  const recorder = record(bytes, { loads: ARENAS, stores: ARENAS });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(recorder.bytes));
  (exports.run as (a: number, b: number) => number)(0, 0);
  expect(proof.isProved).toBe(true);
  expect(takeRecords(exports, recorder.loops).executed).toBe(proof.counts?.instructions);
});

/** What the runs of a proved module contradict. */
function violations(bytes: Uint8Array, proof: ReturnType<typeof proveExport>, random: Random): string[] {
  const recorder = record(bytes, { loads: ARENAS, stores: ARENAS });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(recorder.bytes));
  const { run, memory } = instance.exports as {
    run: (a: number, b: number) => number;
    memory: WebAssembly.Memory;
  };
  const words = new Uint32Array(memory.buffer, ARENA_FROM, ARENA_BYTES / 4);
  const bounds = new Map(
    proof.obligations.flatMap(({ at, kind, rounds }) => (kind === 'loop' ? [[at, rounds ?? -1]] : [])),
  );
  const found = new Set<string>();
  for (let each = 0; each < MEMORIES && found.size === 0; each++) {
    for (let at = 0; at < words.length; at++) words[at] = random.next();
    const number = () => (random.onceIn(2) ? random.next() : random.below(9)) | 0;
    try {
      run(number(), number());
    } catch (error) {
      found.add(`trap: ${error}`);
    }
    const { executed, outside, misaligned, rounds } = takeRecords(instance.exports, recorder.loops);
    if (executed > (proof.counts?.instructions ?? -1))
      found.add(`${executed} instructions, more than ${proof.counts?.instructions}`);
    if (outside > 0) found.add('an access outside the arena');
    if (misaligned > 0) found.add('a misaligned access');
    for (const [at, count] of rounds) {
      if (count > (bounds.get(at) ?? 0))
        found.add(`loop ${at}: ${count} rounds, more than ${bounds.get(at)}`);
    }
  }
  return [...found];
}
