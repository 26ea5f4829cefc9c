/** Random programs of RV32IMC that end: sums, branches, loops with and without known rounds, switches, calls, memory and the stack. */
import type { Random } from '../../support/random.ts';
import type { RandomProgram } from './campaign.ts';

export const RISCV_CODE = 0x2000_0000;
export const RISCV_RAM = 0x2001_0000;
export const RISCV_RAM_BYTES = 64;

/** Bytes of instructions, and labels that branches and calls name until all is placed. */
type Piece =
  | { readonly word: number }
  | { readonly half: number }
  | { readonly label: number }
  | { readonly to: number; readonly kind: 'jump' | 'call' }
  | {
      readonly to: number;
      readonly kind: 'branch';
      readonly funct: number;
      readonly n: number;
      readonly m: number;
    };

/** Data in x10 to x15; x8 holds the place of RAM, x9 counts, x5 addresses, x6 jumps. */
const [RA, SP, ADDRESS, TARGET, BASE, COUNTER] = [1, 2, 5, 6, 8, 9];
const COMPARISONS = [0, 1, 4, 5, 6, 7];

const word = (number: number): Piece => ({ word: number >>> 0 });
const immediate = (funct: number, d: number, n: number, constant: number): Piece =>
  word(((constant & 0xfff) << 20) | (n << 15) | (funct << 12) | (d << 7) | 0x13);
const load = (funct: number, d: number, n: number, constant: number): Piece =>
  word(((constant & 0xfff) << 20) | (n << 15) | (funct << 12) | (d << 7) | 0x03);
const compute = (seven: number, funct: number, d: number, n: number, m: number): Piece =>
  word((seven << 25) | (m << 20) | (n << 15) | (funct << 12) | (d << 7) | 0x33);
const store = (funct: number, n: number, m: number, constant: number): Piece =>
  word(((constant >> 5) << 25) | (m << 20) | (n << 15) | (funct << 12) | ((constant & 31) << 7) | 0x23);

export class RiscvGenerator {
  readonly #random: Random;
  #labels = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A function that calls another or two, which all share the registers of data. */
  program(): RandomProgram {
    const labels = Array.from({ length: this.#random.below(3) }, () => this.#labels++);
    const framed = (body: readonly Piece[]): Piece[] => [
      ...[immediate(0, SP, SP, -16), store(2, SP, RA, 12), store(2, SP, COUNTER, 8), store(2, SP, BASE, 4)],
      ...[word((RISCV_RAM & 0xffff_f000) | (BASE << 7) | 0x37), ...body],
      ...[load(2, BASE, SP, 4), load(2, COUNTER, SP, 8), load(2, RA, SP, 12), immediate(0, SP, SP, 16)],
      word((RA << 15) | 0x67),
    ];
    const main = framed(this.#body(3 + this.#random.below(6), 0, labels));
    const others = labels.map((label) => [
      { label },
      ...framed(this.#body(2 + this.#random.below(3), 1, [])),
    ]);
    return place([main, ...others]);
  }

  #data(): number {
    return 10 + this.#random.below(6);
  }

  #body(length: number, depth: number, callees: readonly number[]): Piece[] {
    return Array.from({ length }, () => this.#statement(depth, callees)).flat();
  }

  #statement(depth: number, callees: readonly number[]): Piece[] {
    const kind = this.#random.below(14);
    if (kind < 7) return this.#compute();
    if (kind < 9 && depth < 3) return this.#branch(depth, callees);
    if (kind < 11 && depth === 0) return this.#loop(kind === 9);
    if (kind === 11 && callees.length > 0) return [{ to: this.#random.pick(callees), kind: 'call' }];
    if (kind === 12) return this.#switch();
    return this.#memory();
  }

  #compute(): Piece[] {
    const random = this.#random;
    const [d, n, m] = [this.#data(), this.#data(), this.#data()];
    const constant = random.onceIn(2) ? random.below(16) : random.below(4096);
    switch (random.below(6)) {
      case 0:
        return [immediate(random.pick([0, 2, 3, 4, 6, 7]), d, n, constant)];
      case 1:
        return [immediate(random.pick([1, 5]), d, n, random.below(32))];
      case 2:
        return [compute(random.pick([0, 0, 1]), random.below(8), d, n, m)];
      case 3:
        return [compute(0x20, random.pick([0, 5]), d, n, m)];
      case 4:
        // c.li, c.mv and c.add, so that instructions stand at halves of words.
        return [
          {
            half:
              random.pick([0x4001 | (random.below(32) << 2), 0x8002 | (m << 2), 0x9002 | (m << 2)]) |
              (d << 7),
          },
        ];
      default:
        return [word((random.next() & 0xffff_f000) | (d << 7) | random.pick([0x37, 0x17]))];
    }
  }

  #branch(depth: number, callees: readonly number[]): Piece[] {
    const random = this.#random;
    const [other, end] = [this.#labels++, this.#labels++];
    const m = random.onceIn(3) ? 0 : this.#data();
    return [
      { to: other, kind: 'branch', funct: random.pick(COMPARISONS), n: this.#data(), m },
      ...this.#body(1 + random.below(2), depth + 1, callees),
      ...(random.onceIn(2) ? [{ to: end, kind: 'jump' } as const] : []),
      { label: other },
      ...this.#body(1 + random.below(2), depth + 1, callees),
      { label: end },
    ];
  }

  /** Rounds that are known, or as many as the low bits of a number say. */
  #loop(isKnown: boolean): Piece[] {
    const head = this.#labels++;
    const rounds = isKnown
      ? [immediate(0, COUNTER, 0, 1 + this.#random.below(6))]
      : [immediate(7, COUNTER, this.#data(), 7), immediate(0, COUNTER, COUNTER, 1)];
    return [
      ...[...rounds, { label: head }, ...this.#body(1 + this.#random.below(3), 1, [])],
      immediate(0, COUNTER, COUNTER, -1),
      { to: head, kind: 'branch', funct: 1, n: COUNTER, m: 0 },
    ];
  }

  /** One of four ways by the low bits of a register: a jump to a place that is computed. */
  #switch(): Piece[] {
    const end = this.#labels++;
    const way = (): Piece[] => [
      immediate(0, this.#data(), this.#data(), this.#random.below(4096)),
      { to: end, kind: 'jump' },
    ];
    return [
      immediate(7, TARGET, this.#data(), 3),
      immediate(1, TARGET, TARGET, 3),
      word((ADDRESS << 7) | 0x17),
      compute(0, 0, TARGET, TARGET, ADDRESS),
      // Three instructions are ahead of the first way, each way takes two.
      word((12 << 20) | (TARGET << 15) | 0x67),
      ...[...way(), ...way(), ...way(), ...way()],
      { label: end },
    ];
  }

  #memory(): Piece[] {
    const random = this.#random;
    const size = random.below(3);
    const isStore = random.onceIn(2);
    const access = (at: number, constant: number) =>
      isStore
        ? store(size, at, this.#data(), constant)
        : load(size === 2 || random.onceIn(2) ? size : size + 4, this.#data(), at, constant);
    if (random.onceIn(2)) return [access(BASE, random.below(RISCV_RAM_BYTES >> size) << size)];
    const mask = (RISCV_RAM_BYTES - 1) & ~((1 << size) - 1);
    return [
      immediate(7, ADDRESS, this.#data(), mask),
      compute(0, 0, ADDRESS, ADDRESS, BASE),
      access(ADDRESS, 0),
    ];
  }
}

function place(pieces: readonly (readonly Piece[])[]): RandomProgram {
  const places = new Map<number, number>();
  const functions: { name: string; from: number; to: number }[] = [];
  let at = RISCV_CODE;
  for (const [index, each] of pieces.entries()) {
    const from = at;
    for (const piece of each) {
      if ('label' in piece) places.set(piece.label, at);
      else at += 'half' in piece ? 2 : 4;
    }
    functions.push({ name: `f${index}`, from, to: at });
  }
  const bytes = new Uint8Array(at - RISCV_CODE);
  const view = new DataView(bytes.buffer);
  at = 0;
  for (const piece of pieces.flat()) {
    if ('label' in piece) continue;
    if ('half' in piece) view.setUint16(at, piece.half, true);
    else
      view.setUint32(
        at,
        'word' in piece ? piece.word : reaching(piece, (places.get(piece.to) ?? 0) - RISCV_CODE - at),
        true,
      );
    at += 'half' in piece ? 2 : 4;
  }
  return { bytes, functions };
}

function reaching(piece: Extract<Piece, { readonly to: number }>, offset: number): number {
  const bits = (from: number, count: number) => (offset >> from) & ((1 << count) - 1);
  if (piece.kind === 'branch') {
    const { funct, n, m } = piece;
    const high = (bits(12, 1) << 31) | (bits(5, 6) << 25) | (m << 20) | (n << 15);
    return (high | (funct << 12) | (bits(1, 4) << 8) | (bits(11, 1) << 7) | 0x63) >>> 0;
  }
  const d = piece.kind === 'call' ? RA : 0;
  const high = (bits(20, 1) << 31) | (bits(1, 10) << 21) | (bits(11, 1) << 20) | (bits(12, 8) << 12);
  return (high | (d << 7) | 0x6f) >>> 0;
}
