import { between32, isExact32, join32, type Range32, signedBetween32, within32 } from '../ranges/range32.ts';
import { and, anyValue, extend, or, shiftLeft, shiftRight } from './arithmetic.ts';
import { Decline, hex } from './decline.ts';
import type { State } from './state.ts';
import { CHOICES_MAX, type Origin, Value } from './value.ts';

type Width = 1 | 2 | 4;

/** What memory holds, and what may be done with it. */
export interface Region {
  readonly name: string;
  /** First byte, and first byte behind. */
  readonly from: number;
  readonly to: number;
  /** fixed: what the file says. any: anything, and what is stored. volatile: anything at each load. */
  readonly content: 'fixed' | 'any' | 'volatile';
  readonly isCode: boolean;
  readonly isWritable: boolean;
  /** Cycles of an access beyond those of the instruction in memory without wait states. */
  readonly loadCycles: number;
  readonly storeCycles: number;
}

/** One instruction's loads or stores, all that were followed. */
export interface Access {
  readonly address: number;
  readonly isStore: boolean;
  readonly width: Width;
  readonly regions: readonly string[];
  /** Of the first byte. */
  readonly range: Range32;
  /** Words that it is not shown to leave within what is believed of them. */
  readonly breaks: readonly number[];
}

/** No variables lie in a region that is larger. */
const BELIEVED_BYTES_MAX = 65_536;

/** Where is loaded from, and by which instruction. */
interface Place {
  readonly at: Value;
  readonly range: Range32;
  readonly choices: readonly number[] | undefined;
  readonly pc: number;
}

/** A table that is read at an unknown place is joined up to so many bytes; beyond, it holds anything. */
const TABLE_BYTES_MAX = 4096;

export interface MemoryOptions {
  readonly believed?: ReadonlyMap<number, Range32> | undefined;
  readonly given?: ((address: number) => number) | undefined;
}

export class Memory {
  readonly #regions: readonly Region[];
  readonly #fixed: (address: number) => number | undefined;
  readonly #accesses = new Map<string, Access>();
  /** Instructions that load a word, by its address. */
  readonly asked = new Map<number, Set<number>>();
  /** Words that a function changes in its loops, by its first instruction. */
  readonly changed = new Map<number, Set<number>>();

  readonly #believed: ReadonlyMap<number, Range32>;
  readonly #given: ((address: number) => number) | undefined;
  /** What words held before anything was stored there, by their address, since this was cleared. */
  readonly fresh = new Map<number, Value>();

  /**
   * `fixed` gives a byte of the file; `believed` are words of which each store is to show that they stay within a range. `given` says
   * what a word holds of which nothing is known; else that is anything.
   */
  constructor(
    regions: readonly Region[],
    fixed: (address: number) => number | undefined,
    { believed = new Map(), given }: MemoryOptions = {},
  ) {
    this.#regions = regions;
    this.#fixed = fixed;
    this.#believed = believed;
    this.#given = given;
  }

  get accesses(): Access[] {
    return [...this.#accesses.values()].sort((a, b) => a.address - b.address);
  }

  forget(): void {
    this.#accesses.clear();
  }

  /** Makes the accesses those that were taken before. */
  restore(accesses: readonly Access[]): void {
    this.forget();
    for (const each of accesses) this.#accesses.set(keyOf(each.address, each.isStore), each);
  }

  regionOf(address: number): Region | undefined {
    return this.#regions.find(({ from, to }) => address >= from && address < to);
  }

  /** Gives the value and the cycles that the region adds. Throws Decline. */
  load(state: State, at: Value, width: Width, isSigned: boolean, pc: number): [Value, number] {
    const islands = state.known.islandsOf(at);
    const regions = islands.map((range) => this.#access(range, width, pc, false));
    const choices = islands.length === 1 ? state.known.choicesOf(at) : undefined;
    const values = islands.map((range, index) => {
      const region = regions[index];
      return region === undefined
        ? anyOf(width, isSigned)
        : this.#loaded(state, { at, range, choices, pc }, region, width, isSigned);
    });
    const [only, ...more] = values;
    return [
      only !== undefined && more.length === 0 ? only : joined(state, values),
      cyclesOf(regions, 'loadCycles', pc),
    ];
  }

  #loaded(
    state: State,
    { at, range, choices, pc }: Place,
    region: Region,
    width: Width,
    isSigned: boolean,
  ): Value {
    if (region.content === 'volatile') return anyOf(width, isSigned);
    if (isExact32(range)) {
      this.#ask(range.low, pc);
      return this.#part(state, range.low, region, width, isSigned);
    }
    const isTable = region.content === 'fixed' && range.high - range.low <= TABLE_BYTES_MAX;
    const places = choices ?? (isTable ? spread(range, width) : []);
    if (places.length === 0) return anyOf(width, isSigned);
    const parts = places.map((place) => this.#part(state, place, region, width, isSigned));
    return joined(state, parts, region.content === 'fixed' ? tableOf(at, places, parts) : undefined);
  }

  #ask(place: number, pc: number): void {
    this.asked.set(place, (this.asked.get(place) ?? new Set()).add(pc));
  }

  #part(state: State, address: number, region: Region, width: Width, isSigned: boolean): Value {
    const word = this.#word(state, (address & ~3) >>> 0, region);
    if (width === 4) return word;
    const part = shiftRight(state.known, word, 8 * (address & 3));
    return extend(state.known, part, width === 1 ? 8 : 16, isSigned);
  }

  #word(state: State, address: number, region: Region): Value {
    const stored = state.memory.get(address);
    if (stored !== undefined) return stored;
    if (region.content === 'fixed') return Value.exactly(this.#fixedWord(address));
    const fresh = this.#given === undefined ? anyValue() : Value.exactly(this.#given(address));
    this.fresh.set(address, fresh);
    state.memory.set(address, fresh);
    return fresh;
  }

  #fixedWord(address: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((index) => this.#fixed(address + index));
    return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  }

  /** Gives the cycles that the region adds. Throws Decline. */
  store(state: State, at: Value, width: Width, value: Value, pc: number): number {
    const islands = state.known.islandsOf(at);
    const regions = islands.map((range) => this.#access(range, width, pc, true));
    for (const [index, range] of islands.entries()) {
      const region = regions[index];
      if (region === undefined || region.content === 'volatile') continue;
      this.#believe(state, range, width, value, pc);
      if (isExact32(range) && islands.length === 1) this.#replace(state, range.low, region, width, value);
      else blur(state, range, width, value);
    }
    return cyclesOf(regions, 'storeCycles', pc);
  }

  /** Notes the words that a store may take out of what is believed of them. */
  #believe(state: State, range: Range32, width: Width, value: Value, pc: number): void {
    const first = (range.low & ~3) >>> 0;
    if (this.#believed.size === 0) return;
    const words = [];
    for (
      let place = first;
      place <= range.high + width - 1 && place - first <= BELIEVED_BYTES_MAX;
      place += 4
    ) {
      const believed = this.#believed.get(place);
      const isKept = width === 4 && isExact32(range) && believed !== undefined;
      if (believed !== undefined && !(isKept && within32(state.known.rangeOf(value), believed)))
        words.push(place);
    }
    const key = keyOf(pc, true);
    const access = this.#accesses.get(key);
    if (words.length === 0 || access === undefined) return;
    this.#accesses.set(key, { ...access, breaks: [...new Set([...access.breaks, ...words])] });
  }

  #replace(state: State, address: number, region: Region, width: Width, value: Value): void {
    const place = (address & ~3) >>> 0;
    if (width === 4) {
      this.#note(state, place, value);
      state.memory.set(place, value);
      return;
    }
    const { known } = state;
    const mask = width === 1 ? 0xff : 0xffff;
    const shift = 8 * (address & 3);
    const rest = and(known, this.#word(state, place, region), Value.exactly(~(mask << shift) >>> 0));
    const part = shiftLeft(known, and(known, value, Value.exactly(mask)), shift);
    state.memory.set(place, or(known, rest, part));
  }

  #note(state: State, place: number, value: Value): void {
    const { entry, rounds } = state.frame;
    if (rounds.length === 0 || state.memory.get(place) === value) return;
    this.changed.set(entry, (this.changed.get(entry) ?? new Set()).add(place));
  }

  #access(range: Range32, width: Width, pc: number, isStore: boolean): Region {
    const what = isStore ? 'store' : 'load';
    const where = range.low === range.high ? hex(range.low) : `${hex(range.low)} to ${hex(range.high)}`;
    const region = this.#regions.find(({ from, to }) => range.low >= from && range.high + width <= to);
    if (region === undefined) {
      throw new Decline('outside', pc, `a ${what} at ${where} is not shown to lie in one region`);
    }
    if (isStore && !region.isWritable) {
      const reason = region.isCode ? 'store-to-code' : 'forbidden-region';
      throw new Decline(reason, pc, `a store at ${where} goes to ${region.name}, which may not be written`);
    }
    if (((range.bits | range.unknown) & (width - 1)) !== 0) {
      throw new Decline(
        'unaligned',
        pc,
        `a ${what} of ${width} bytes at ${where} is not shown to be aligned`,
      );
    }
    const key = keyOf(pc, isStore);
    const before = this.#accesses.get(key);
    const joinedRange = before === undefined ? range : join32(before.range, range);
    const regions = [...new Set([...(before?.regions ?? []), region.name])];
    const breaks = before?.breaks ?? [];
    this.#accesses.set(key, { address: pc, isStore, width, regions, range: joinedRange, breaks });
    return region;
  }
}

/** What regions add: the same, or nobody can say what the instruction costs. */
function cyclesOf(regions: readonly Region[], kind: 'loadCycles' | 'storeCycles', pc: number): number {
  const [first, ...others] = regions.map((region) => region[kind]);
  if (others.some((each) => each !== first)) {
    throw new Decline('outside', pc, 'it goes to regions that take different times');
  }
  return first ?? 0;
}

function keyOf(address: number, isStore: boolean): string {
  return `${address}${isStore ? 's' : 'l'}`;
}

/** A store somewhere in a range: each word there may hold what it held, or what is stored. */
function blur(state: State, range: Range32, width: Width, value: Value): void {
  for (const [address, word] of state.memory) {
    if (address + 3 < range.low || address > range.high + width - 1) continue;
    const { known } = state;
    state.memory.set(
      address,
      width === 4 ? Value.of(join32(known.rangeOf(word), known.rangeOf(value))) : anyValue(),
    );
  }
}

function anyOf(width: Width, isSigned: boolean): Value {
  if (width === 4) return anyValue();
  const size = 2 ** (8 * width);
  return Value.of(isSigned ? signedBetween32(-size / 2, size / 2 - 1) : between32(0, size - 1));
}

function spread({ low, high, bits, unknown }: Range32, width: Width): number[] {
  const places: number[] = [];
  for (let place = low; place <= high; place += width) {
    if (((place ^ bits) & ~unknown) === 0) places.push(place);
  }
  return places;
}

/** Which place of a table gives what, where it was read whole at few places. */
function tableOf(of: Value, places: readonly number[], parts: readonly Value[]): Origin | undefined {
  const entries = places.flatMap((place, index) => {
    const number = parts[index]?.exact;
    return number === undefined ? [] : [{ place, number }];
  });
  return entries.length === places.length && entries.length <= CHOICES_MAX
    ? { kind: 'table', of, entries }
    : undefined;
}

function joined({ known }: State, parts: readonly Value[], origin?: Origin): Value {
  const ranges = parts.map((part) => known.rangeOf(part));
  const isFew = ranges.every(isExact32);
  const choices = isFew ? [...new Set(ranges.map(({ low }) => low))].sort((a, b) => a - b) : undefined;
  return Value.of(ranges.reduce(join32), {
    origin,
    ...(choices !== undefined && choices.length <= CHOICES_MAX ? { choices } : {}),
  });
}
