import { ANY32, exactly32, isExact32, type Range32 } from '../ranges/range32.ts';
import type { Architecture } from './architecture.ts';
import type { Code } from './code-flow.ts';
import { Decline } from './decline.ts';
import { type Call, Engine, type Inputs, pathOf } from './engine.ts';
import { Memory, type Region } from './memory.ts';
import type { Step } from './state.ts';

/**
 * An input that takes as long as a bound says: registers and words of memory, found along the way that the bound was added up on, and
 * executed number by number with the same table. That an emulator takes as long is shown by tests and `npm run timing`.
 */

export interface Witness {
  /** From the first instruction to the return. */
  readonly cycles: number;
  /** Registers that hand arguments over, by number. */
  readonly registers: ReadonlyMap<number, number>;
  /** Words of memory that it reads, by address. */
  readonly words: ReadonlyMap<number, number>;
}

export interface Target {
  /** Which executed the program on ranges. */
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly code: Code;
  readonly regions: readonly Region[];
  readonly byteAt: (address: number) => number | undefined;
}

const TRIES = 300;
/** Of so many numbers one is chosen anew in a try. */
const CHANGED = 4;

/** One register or word, and what it can hold on the way. */
interface Input {
  readonly place: number;
  readonly isRegister: boolean;
  readonly range: Range32;
}

/** The input nearest to `cycles` that was found; undefined where the way mixes several, took a loop in one, or where devices answer. */
export function witnessOf(
  target: Target,
  call: Call,
  last: Step | undefined,
  cycles: number,
): Witness | undefined {
  const path = pathOf(last);
  const known = path === undefined ? undefined : unlessDeclined(() => target.engine.follow(call, path));
  if (path === undefined || known === undefined) return undefined;
  const inputs = inputsOf(target.architecture, known);
  const random = sequence(1);
  let numbers = inputs.map(({ range }) => range.low);
  const run = (next: readonly number[], other: Other) =>
    executed(target, call, { inputs, numbers: next, other }, path);
  let best = run(numbers, () => 0);
  for (let tries = 0; tries < TRIES && best?.witness.cycles !== cycles; tries++) {
    const isKept = tries % CHANGED !== 0;
    const next = inputs.map(({ range }, index) =>
      isKept && random() % CHANGED !== 0 ? (numbers[index] ?? 0) : numberIn(range, random),
    );
    const before = best?.witness.words;
    const tried = run(next, (address) => {
      const kept = isKept && random() % CHANGED !== 0 ? before?.get(address) : undefined;
      return kept ?? numberIn(ANY32, random);
    });
    if (tried !== undefined && (best === undefined || isNearer(tried, best, cycles)))
      [best, numbers] = [tried, next];
  }
  return best?.witness;
}

/** Words whose place depends on others, such as those of a table: what one of them holds. */
type Other = (address: number) => number;

interface Attempt {
  readonly inputs: readonly Input[];
  readonly numbers: readonly number[];
  readonly other: Other;
}

interface Run {
  readonly witness: Witness;
  /** Blocks of the way that it went along. */
  readonly shared: number;
}

function isNearer(a: Run, b: Run, cycles: number): boolean {
  const [left, right] = [Math.abs(a.witness.cycles - cycles), Math.abs(b.witness.cycles - cycles)];
  return a.shared === b.shared ? left <= right : a.shared > b.shared;
}

/** What hands arguments over, and what is read. */
function inputsOf({ arguments: registers }: Architecture, known: Inputs): Input[] {
  return [
    ...registers.flatMap((place) => {
      const range = known.registers[place];
      return range === undefined ? [] : [{ place, isRegister: true, range }];
    }),
    ...[...known.words].map(([place, range]) => ({ place, isRegister: false, range })),
  ];
}

function executed(
  target: Target,
  call: Call,
  { inputs, numbers, other }: Attempt,
  path: readonly number[],
): Run | undefined {
  const of = (isRegister: boolean) =>
    new Map(
      inputs.flatMap((input, index) =>
        input.isRegister === isRegister ? [[input.place, numbers[index] ?? 0]] : [],
      ),
    );
  const [registers, words] = [of(true), of(false)];
  const { architecture, code, regions, byteAt } = target;
  const all = Array.from({ length: architecture.registers }, (_, index): [number, Range32] => [
    index,
    exactly32(registers.get(index) ?? 0),
  ]);
  const given = new Map([...all, ...(call.registers ?? [])]);
  const memory = new Memory(regions, byteAt, { given: (address) => words.get(address) ?? other(address) });
  return unlessDeclined(() => {
    const outcome = new Engine(architecture, code, memory).run({
      ...call,
      registers: given,
      words: new Map(),
    });
    if (outcome.most !== outcome.least) return undefined;
    const blocks = pathOf(outcome.end.longest) ?? [];
    const differs = path.findIndex((block, index) => blocks[index] !== block);
    const read = new Map([...memory.fresh].map(([place, { exact }]) => [place, exact ?? 0]));
    return {
      witness: { cycles: outcome.most, registers, words: read },
      shared: differs < 0 ? path.length : differs,
    };
  });
}

function unlessDeclined<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Decline) return undefined;
    throw error;
  }
}

/** One of the numbers that a range holds, its ends first of all. */
function numberIn(range: Range32, random: () => number): number {
  if (isExact32(range)) return range.low;
  const kind = random() % 4;
  if (kind < 2) return kind === 0 ? range.low : range.high;
  const bits = ((range.bits & ~range.unknown) | (random() & range.unknown)) >>> 0;
  if (bits >= range.low && bits <= range.high) return bits;
  const near = range.low + (random() % (range.high - range.low + 1));
  return ((range.bits & ~range.unknown) | (near & range.unknown)) >>> 0;
}

/** Numbers without pattern, the same each time (xorshift). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
