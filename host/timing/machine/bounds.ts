import { createHash } from 'node:crypto';
import type { Elf } from '../../firmware/elf.ts';
import { exactly32, type Range32 } from '../ranges/range32.ts';
import type { Architecture } from './architecture.ts';
import { architectureOf, type Core } from './cores.ts';
import { Decline, hex, type Reason } from './decline.ts';
import { Engine } from './engine.ts';
import { entryOf } from './entry.ts';
import { Memory } from './memory.ts';
import { type Part, type Program, programOf, type Stack } from './program.ts';
import type { Step } from './state.ts';
import { type Witness, witnessOf } from './witness.ts';

/** Worst and best case of functions of a linked program, with what a reader needs to add them up. */

export interface Question {
  readonly elf: Elf;
  readonly core: Core;
  readonly stack: Stack;
  /** Parts of memory that are to be told apart; none may be left by one access. */
  readonly parts?: readonly Part[];
  /** Words of memory of which something is known at the call, by address. */
  readonly words?: ReadonlyMap<number, Range32>;
  /** Words that are in these ranges when the function is called; its stores are to leave them there. */
  readonly believed?: ReadonlyMap<number, Range32>;
  /** Whether inputs are looked for that reach the bounds. */
  readonly isWithWitness?: boolean;
  /** The analysis of one function gives up after so many steps. */
  readonly stepsMax?: number;
}

export interface Bound {
  readonly function: string;
  readonly address: number;
  /** Cycles at most and at least, call and return included; null where they are not shown. */
  readonly bound: number | null;
  readonly best: number | null;
  /** Bytes of stack below the caller's at most. */
  readonly stack: number | null;
  /** Inputs that reach the bound and the best, or come near; null where none was looked for, or the way cannot be gone by itself. */
  readonly witness: WitnessReport | null;
  readonly witnessBest: WitnessReport | null;
  readonly accesses: readonly AccessReport[];
  /** Of the longest and the shortest way: blocks with how often each is passed and what that costs in all. */
  readonly longest: readonly BlockReport[];
  readonly shortest: readonly BlockReport[];
  readonly instructions: number;
  readonly declined: Declined | null;
}

/** An input, and what it takes, call and return included: the bound, or less where none was found that reaches it. */
export interface WitnessReport {
  readonly cycles: number;
  readonly arguments: readonly number[];
  /** Words of memory that it reads, by their address. */
  readonly words: Readonly<Record<string, number>>;
}

/** `line` is that of the source, such as `src/crc.c:12`, where the file's debug information tells it. */
export interface AccessReport {
  readonly at: string;
  readonly place: string;
  readonly line: string | null;
  readonly kind: 'load' | 'store';
  readonly bytes: number;
  readonly regions: readonly string[];
  readonly from: string;
  /** Last address at which it can begin. */
  readonly to: string;
  /** Believed words that it is not shown to leave in their ranges. */
  readonly breaks: readonly string[];
}

export interface BlockReport {
  readonly at: string;
  readonly place: string;
  readonly line: string | null;
  readonly times: number;
  readonly cycles: number;
}

export interface Declined {
  readonly reason: Reason;
  readonly at: string;
  readonly place: string;
  readonly line: string | null;
  readonly why: string;
}

/** Room of the caller on the stack: what it hands over there, of which nothing is known. */
const CALLER_BYTES = 64;

/** Analyses one function, by its name or address. Throws HoldfastError ELF_SYMBOL, ELF_SYMBOL_TWICE, ELF_REGION. */
export function boundOf(question: Question, name: string): Bound {
  const { elf, core, stack, parts, words, believed, isWithWitness = false, stepsMax } = question;
  const program = programOf(elf, core, stack, parts);
  const memory = new Memory(program.regions, program.byteAt, { believed });
  const architecture = architectureOf(core);
  const engine = new Engine(architecture, program, memory, stepsMax === undefined ? {} : { stepsMax });
  const where = (address: number) => ({
    ...{ at: hex(address), place: placeOf(program, address), line: elf.lines.at(address) ?? null },
  });
  const nothing = {
    bound: null,
    best: null,
    stack: null,
    witness: null,
    witnessBest: null,
    accesses: [],
    longest: [],
    shortest: [],
    instructions: 0,
  };
  let entry: number | undefined;
  try {
    entry = entryOf(elf, name);
    const asked = {
      ...{ entry, stackPointer: stack.top - CALLER_BYTES, returnsTo: unusedPlace(program) },
      registers: symbolsIn(elf, architecture),
      words: new Map([...(believed ?? []), ...(words ?? [])]),
    };
    const { most, least, stackBytes, end, instructions } = engine.run(asked);
    const { call } = architecture;
    const target = { engine, architecture, code: program, regions: program.regions, byteAt: program.byteAt };
    const witness = (last: Step | undefined, cycles: number, around: number) => {
      const found = isWithWitness ? witnessOf(target, asked, last, cycles) : undefined;
      return found === undefined ? null : inWords(found, around, architecture);
    };
    return {
      ...{
        function: name,
        address: entry,
        bound: call.most + most,
        best: call.least + least,
        stack: stackBytes,
      },
      accesses: memory.accesses.map((each) => ({
        ...{ ...where(each.address), kind: each.isStore ? 'store' : 'load' },
        ...{ bytes: each.width, regions: each.regions, from: hex(each.range.low), to: hex(each.range.high) },
        breaks: each.breaks.map(hex),
      })),
      witness: witness(end.longest, most, call.most),
      witnessBest: witness(end.shortest, least, call.least),
      ...{ longest: blocksOf(end.longest, where), shortest: blocksOf(end.shortest, where) },
      ...{ instructions: instructions.length, declined: null },
    };
  } catch (error) {
    if (!(error instanceof Decline)) throw error;
    const { reason, address, message } = error;
    const declined = { reason, ...where(address), why: message };
    return { function: name, address: entry ?? address, ...nothing, declined };
  }
}

function inWords(
  { cycles, registers, words }: Witness,
  around: number,
  architecture: Architecture,
): WitnessReport {
  return {
    cycles: cycles + around,
    arguments: architecture.arguments.map((register) => registers.get(register) ?? 0),
    words: Object.fromEntries(
      [...words].sort(([a], [b]) => a - b).map(([place, word]) => [hex(place), word]),
    ),
  };
}

/** What registers hold throughout. */
function symbolsIn({ symbols }: Elf, architecture: Architecture): Map<number, Range32> {
  return new Map(
    [...architecture.symbols].flatMap(([register, name]) => {
      const symbol = symbols.find((each) => each.name === name);
      return symbol === undefined ? [] : [[register, exactly32(symbol.address)]];
    }),
  );
}

/** Where nothing lies: calls come back there. */
function unusedPlace({ regions }: Program): number {
  for (let place = 0xf000_0000; ; place += 0x1000) {
    if (regions.every(({ from, to }) => place < from || place >= to)) return place;
  }
}

/** `name+0x12`, as objdump writes it. */
function placeOf(program: Program, address: number): string {
  const found = program.functionAt(address);
  return found === undefined ? hex(address) : `${found.name}+${hex(address - found.from)}`;
}

type Where = Pick<BlockReport, 'at' | 'place' | 'line'>;

function blocksOf(last: Step | undefined, where: (address: number) => Where): BlockReport[] {
  const blocks = new Map<number, { times: number; cycles: number }>();
  for (let step = last; step !== undefined; step = step.before) {
    const block = blocks.get(step.from) ?? { times: 0, cycles: 0 };
    blocks.set(step.from, { times: block.times + step.times, cycles: block.cycles + step.cycles });
  }
  return [...blocks].sort(([a], [b]) => a - b).map(([from, block]) => ({ ...where(from), ...block }));
}

/** SHA-256 of the file, by which a report names it. */
export function digestOf(file: Uint8Array): string {
  return createHash('sha256').update(file).digest('hex');
}
