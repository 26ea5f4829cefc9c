import type { Elf } from '../../firmware/elf.ts';
import { exactly32, type Range32 } from '../ranges/range32.ts';
import { coreMap } from '../wasm/core-map.ts';
import { reachedRanges } from '../wasm/invariant.ts';
import type { WasmModule } from '../wasm/module.ts';
import { type Bound, boundOf, type Question } from './bounds.ts';

/**
 * What the proof of the wasm says of the core's variables, as candidates for the linked program. Where a variable lies follows from the
 * C that wasm2c writes: one structure of all globals in their order. Neither is believed: each store of the call is to leave each
 * variable in its range, and a variable of which that is not shown may hold anything.
 */

/** The structure: a pointer to the port, the globals, and what wasm2c knows of the memory. */
const INSTANCE = 'core';
const BEFORE_BYTES = 4;
const BEHIND_BYTES = 16;

export interface Fact {
  readonly name: string;
  readonly address: number;
  readonly range: Range32;
}

/** Candidates; none where the program has no such structure, or one of another size. */
export function factsIn(elf: Elf, module: WasmModule): Fact[] {
  const map = coreMap(module);
  const instance = elf.symbols.find(
    ({ name, isFunction, bytes }) => name === INSTANCE && !isFunction && bytes > BEFORE_BYTES,
  );
  if (map === undefined || instance === undefined) return [];
  const ranges = reachedRanges(module, map);
  const facts: Fact[] = [];
  let address = instance.address + BEFORE_BYTES;
  for (const [index, { type, name }] of module.globals.entries()) {
    const bytes = type === 'i32' ? 4 : 8;
    address = Math.ceil(address / bytes) * bytes;
    const range = ranges[index];
    if (range?.kind === 'i32') facts.push({ name: name ?? `global ${index}`, address, range });
    address += bytes;
  }
  const end = Math.ceil(address / BEFORE_BYTES) * BEFORE_BYTES + BEHIND_BYTES;
  return Math.ceil(end / 8) * 8 === Math.ceil((instance.address + instance.bytes) / 8) * 8 ? facts : [];
}

/** A bound, and what it takes for granted. */
export interface FactBound extends Bound {
  /** Variables whose ranges each store of the call was shown to keep. */
  readonly facts: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly assumptions: readonly string[];
}

/** Bounds a function of the core that is called as the proof of export `name` has it, with the facts that its stores keep. */
export function boundWithFacts(
  question: Question,
  entry: string,
  module: WasmModule,
  name: string,
): FactBound {
  const assumed = Object.entries(coreMap(module)?.exports?.[name]?.assume ?? {});
  let facts = factsIn(question.elf, module);
  const words = new Map(question.words);
  for (const [variable, value] of assumed) {
    const fact = facts.find((each) => each.name === variable);
    if (fact !== undefined) words.set(fact.address, exactly32(Number(value)));
  }
  for (;;) {
    const believed = new Map(facts.map(({ address, range }) => [address, range]));
    const bound = boundOf({ ...question, words, believed }, entry);
    const broken = new Set(bound.accesses.flatMap(({ breaks }) => breaks).map(Number));
    if (broken.size === 0) return { ...bound, ...told(facts, assumed) };
    facts = facts.filter(({ address }) => !broken.has(address));
  }
}

function told(
  facts: readonly Fact[],
  assumed: readonly (readonly [string, unknown])[],
): Pick<FactBound, 'facts' | 'assumptions'> {
  const given = assumed.map(([name, value]) => `the variable ${name} is ${value} when it is called`);
  const kept = `${facts.length} variables are in the ranges that the proof of the wasm has for them when it is called; each store of this call leaves them there, and that all other code does is shown of the wasm only`;
  return {
    facts: facts.map(({ name, range }) => ({ name, from: range.low, to: range.high })),
    assumptions: facts.length === 0 ? given : [...given, kept],
  };
}
