/** Random programs of ARMv6-M that end: sums, branches, loops with and without known rounds, switches, calls, tables and the stack. */
import type { Random } from '../../support/random.ts';
import type { RandomProgram } from './campaign.ts';
import { CODE, RAM, RAM_BYTES } from './emulator.ts';

/** Halfwords, and labels that branches and calls name until all is placed. */
type Piece =
  | number
  | { readonly to: number; readonly kind: 'branch' | 'call'; readonly condition?: number }
  | { readonly label: number };

/** Data in r0 to r5; r6 holds the place of RAM, r7 counts. */
const DATA = 6;
const BASE = 6;
const COUNTER = 7;
const LITERAL_FIRST = 0x4e00;
const PUSH_LR = 0xb500;
const POP_PC = 0xbd00;

export class Generator {
  readonly #random: Random;
  #labels = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A function that calls another or two, which all share the registers. */
  program(): RandomProgram {
    const callees = this.#random.below(3);
    const labels = Array.from({ length: callees }, () => this.#label());
    const main: Piece[] = [
      { label: this.#label() },
      PUSH_LR | 0xf0,
      LITERAL_FIRST,
      ...this.#body(3 + this.#random.below(6), 0, labels),
      POP_PC | 0xf0,
    ];
    const others = labels.map((label) => [
      { label },
      PUSH_LR | (1 << COUNTER),
      ...this.#body(2 + this.#random.below(3), 1, []),
      POP_PC | (1 << COUNTER),
    ]);
    return place([main, ...others]);
  }

  #label(): number {
    return this.#labels++;
  }

  #body(length: number, depth: number, callees: readonly number[]): Piece[] {
    return Array.from({ length }, () => this.#statement(depth, callees)).flat();
  }

  #statement(depth: number, callees: readonly number[]): Piece[] {
    const random = this.#random;
    const kind = random.below(16);
    if (kind < 8) return this.#compute();
    if (kind < 10) return this.#branch(depth, callees);
    if (kind === 10 && depth < 2) return this.#countedLoop(depth);
    if (kind === 11 && depth < 2) return this.#openLoop(depth);
    if (kind === 12 && depth < 2) return this.#switch();
    if (kind === 13 && callees.length > 0) return [{ to: random.pick(callees), kind: 'call' }];
    if (kind === 14) return this.#onStack();
    return this.#memory();
  }

  #compute(): number[] {
    const random = this.#random;
    const [d, a, b] = [random.below(DATA), random.below(DATA), random.below(DATA)];
    const constant = random.onceIn(2) ? random.below(256) : random.below(8);
    switch (random.below(9)) {
      case 0:
        return [0x2000 | (d << 8) | constant];
      case 1:
        return [random.pick([0x3000, 0x3800, 0x2800]) | (d << 8) | constant];
      case 2:
        return [random.pick([0x1800, 0x1a00, 0x1c00, 0x1e00]) | (b << 6) | (a << 3) | d];
      case 3:
        return [(random.below(3) << 11) | (random.below(32) << 6) | (a << 3) | d];
      case 4:
        return [0x4000 | (random.below(16) << 6) | (a << 3) | d];
      case 5:
        // The carry as a number, or a comparison as one.
        return random.pick([
          [0x4280 | (a << 3) | b, 0x4180 | (d << 3) | d],
          [0x4240 | (a << 3) | d, 0x4140 | (a << 3) | d],
          [0x4280 | (a << 3) | b, 0x4140 | (d << 3) | d],
        ]);
      case 6:
        return [random.pick([0xb200, 0xb240, 0xb280, 0xb2c0, 0xba00, 0xba40, 0xbac0]) | (a << 3) | d];
      case 7:
        return [0x4600 | (a << 3) | d];
      default:
        return [0x4280 | (a << 3) | d];
    }
  }

  #branch(depth: number, callees: readonly number[]): Piece[] {
    const [other, end] = [this.#label(), this.#label()];
    const random = this.#random;
    const test = random.onceIn(3)
      ? this.#compute()
      : [0x2800 | (random.below(DATA) << 8) | random.below(256)];
    return [
      ...test,
      { to: other, kind: 'branch', condition: random.below(14) },
      ...this.#body(1 + random.below(2), depth + 1, callees),
      ...(random.onceIn(2) ? [{ to: end, kind: 'branch' } as const] : []),
      { label: other },
      ...this.#body(1 + random.below(2), depth + 1, callees),
      { label: end },
    ];
  }

  /** Rounds that are known. */
  #countedLoop(depth: number): Piece[] {
    const head = this.#label();
    const body = this.#body(1 + this.#random.below(2), depth + 2, []);
    return [
      0x2000 | (COUNTER << 8) | (1 + this.#random.below(7)),
      { label: head },
      ...body,
      0x3801 | (COUNTER << 8),
      { to: head, kind: 'branch', condition: 1 },
    ];
  }

  /** Up to 16 rounds, as some register says. */
  #openLoop(depth: number): Piece[] {
    const [head, end] = [this.#label(), this.#label()];
    return [
      0x200f | (COUNTER << 8),
      0x4000 | (this.#random.below(DATA) << 3) | COUNTER,
      { label: head },
      0x3801 | (COUNTER << 8),
      { to: end, kind: 'branch', condition: this.#random.pick([3, 4]) },
      ...this.#body(1 + this.#random.below(2), depth + 2, []),
      { to: head, kind: 'branch' },
      { label: end },
    ];
  }

  /** One of four by the low bits of a register: `add pc`. */
  #switch(): Piece[] {
    const random = this.#random;
    const [scratch, asked, end] = [random.below(3), 3 + random.below(3), this.#label()];
    const ways = Array.from({ length: 4 }, () => [this.#one(), { to: end, kind: 'branch' } as const]);
    return [
      0x2003 | (scratch << 8),
      0x4000 | (asked << 3) | scratch,
      // Each way takes two halfwords; the program counter is two ahead.
      0x0080 | (scratch << 3) | scratch,
      0x4487 | (scratch << 3),
      0x46c0,
      ...ways.flat(),
      { label: end },
    ];
  }

  #one(): number {
    const random = this.#random;
    return 0x1800 | (random.below(DATA) << 6) | (random.below(DATA) << 3) | random.below(DATA);
  }

  #onStack(): number[] {
    const random = this.#random;
    const list = 1 + random.below(63);
    const depth = list.toString(2).replaceAll('0', '').length;
    const other = random.onceIn(2) ? list : this.#listOf(depth);
    return [0xb400 | list, 0x9000 | (random.below(DATA) << 8) | random.below(depth), 0xbc00 | other];
  }

  #listOf(count: number): number {
    for (;;) {
      const list = 1 + this.#random.below(63);
      if (list.toString(2).replaceAll('0', '').length === count) return list;
    }
  }

  /** At a known place, or at one that a register gives within RAM. */
  #memory(): number[] {
    const random = this.#random;
    if (random.onceIn(5)) return this.#many();
    const [t, width] = [random.below(DATA), random.below(3)];
    const isLoad = random.onceIn(2);
    if (random.onceIn(2)) {
      const opcode = [0x6000, 0x8000, 0x7000][width] ?? 0x6000;
      return [opcode | (isLoad ? 0x800 : 0) | (random.below(16) << 6) | (BASE << 3) | t];
    }
    const at = 5;
    const mask = (RAM_BYTES - 1) & ~((4 >> width) - 1);
    const opcode = isLoad
      ? random.pick([[0x5800], [0x5a00, 0x5e00], [0x5c00, 0x5600]][width] ?? [0x5800])
      : ([0x5000, 0x5200, 0x5400][width] ?? 0x5000);
    return [
      0x2000 | (at << 8) | mask,
      0x4000 | (random.below(5) << 3) | at,
      opcode | (at << 6) | (BASE << 3) | t,
    ];
  }

  /** Lists from a copy of the place of RAM on, stored and loaded; the base may be loaded too. */
  #many(): number[] {
    const random = this.#random;
    const at = 5;
    return [
      0x4600 | (BASE << 3) | at,
      ...(random.onceIn(2) ? [0xc000 | (at << 8) | (1 + random.below(31))] : []),
      0xc800 | (at << 8) | (1 + random.below(63)),
    ];
  }
}

/** Puts functions one after the other, with the place of RAM behind the first. */
function place(functions: readonly (readonly Piece[])[]): RandomProgram {
  const labels = new Map<number, number>();
  const spans: { name: string; from: number; to: number }[] = [];
  const placed: [number, Piece][] = [];
  let address = CODE;
  let literal = 0;
  for (const [index, pieces] of functions.entries()) {
    const from = address;
    for (const piece of pieces) {
      if (typeof piece !== 'number' && 'label' in piece) labels.set(piece.label, address);
      else {
        placed.push([address, piece]);
        address += typeof piece !== 'number' && piece.kind === 'call' ? 4 : 2;
      }
    }
    if (index === 0) {
      address = (address + 3) & ~3;
      literal = address;
      address += 4;
    }
    spans.push({ name: `f${index}`, from, to: address });
  }
  const bytes = new Uint8Array(address - CODE);
  const view = new DataView(bytes.buffer);
  view.setUint32(literal - CODE, RAM, true);
  for (const [at, piece] of placed) write(view, at, piece, labels, literal);
  return { bytes, functions: spans };
}

function write(
  view: DataView,
  at: number,
  piece: Piece,
  labels: ReadonlyMap<number, number>,
  literal: number,
): void {
  const set = (offset: number, halfword: number) => view.setUint16(at - CODE + offset, halfword, true);
  if (typeof piece === 'number') {
    set(0, piece === LITERAL_FIRST ? piece | ((literal - ((at + 4) & ~3)) >> 2) : piece);
    return;
  }
  if ('label' in piece) return;
  const offset = (labels.get(piece.to) ?? 0) - at - 4;
  if (piece.kind === 'call') {
    set(0, 0xf000 | ((offset >> 12) & 0x7ff));
    set(2, 0xf800 | ((offset >> 1) & 0x7ff));
  } else if (piece.condition === undefined) set(0, 0xe000 | ((offset >> 1) & 0x7ff));
  else {
    if (offset < -256 || offset > 254) throw new RangeError('too far');
    set(0, 0xd000 | (piece.condition << 8) | ((offset >> 1) & 0xff));
  }
}
