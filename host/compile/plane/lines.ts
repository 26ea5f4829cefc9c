/** Below this a sum of products of doubles is exact. */
const EXACT = 2 ** 52;
/** Of |f| over a cell: below 2^31, less what doubles may be wrong by. */
export const REACH = 2 ** 31 - 2 ** 18;
/** Of a and b: what an i32 holds. */
export const COEFFICIENT_MAX = 2 ** 31 - 1;

/** The three integers of a line: f = a·x + b·y + c. */
export type Coefficients = readonly [a: bigint, b: bigint, c: bigint];

/**
 * The lines of a map, each once, as f = a·(x − X) + b·(y − Y) + k with a > 0, or a = 0 and b > 0: then f ≥ 0 is the side that half-open
 * areas include. Kept at a point (X, Y) nearby, so that doubles mostly do; whatever they leave in doubt is decided in integers.
 */
export class LineTable {
  readonly a: number[] = [];
  readonly b: number[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #k: number[] = [];
  readonly #coefficients: (Coefficients | undefined)[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of the line a·(x − X) + b·(y − Y) + k = 0; a and b not both 0, of either sign, with no common factor. */
  add(a: number, b: number, x: number, y: number, k = 0): number {
    if (a < 0 || (a === 0 && b < 0)) return this.#add(-a, -b, x, y, -k);
    return this.#add(a, b, x, y, k);
  }

  #add(a: number, b: number, x: number, y: number, k: number): number {
    const c = k - a * x - b * y;
    const isExact = Math.abs(a) * x + Math.abs(b) * y + Math.abs(k) < EXACT;
    const key = `${a} ${b} ${isExact ? c : constantOf(a, b, x, y, k)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const line = this.a.length;
    this.a.push(a);
    this.b.push(b);
    this.#x.push(x);
    this.#y.push(y);
    this.#k.push(k);
    this.#numbers.set(key, line);
    return line;
  }

  /** f at a lattice point: its sign is exact, its value a double. */
  at(line: number, x: number, y: number): number {
    const p = this.#of(this.a, line) * (x - this.#of(this.#x, line));
    const q = this.#of(this.b, line) * (y - this.#of(this.#y, line));
    const k = this.#of(this.#k, line);
    if (Math.abs(p) + Math.abs(q) + Math.abs(k) < EXACT) return p + q + k;
    return Number(this.exactAt(line, x, y));
  }

  /** f at a lattice point. */
  exactAt(line: number, x: number, y: number): bigint {
    const [a, b, c] = this.coefficients(line);
    return a * BigInt(x) + b * BigInt(y) + c;
  }

  /** f at any point, with what it may be wrong by less than `doubt`. */
  near(line: number, x: number, y: number): number {
    return (
      this.#of(this.a, line) * (x - this.#of(this.#x, line)) +
      this.#of(this.b, line) * (y - this.#of(this.#y, line)) +
      this.#of(this.#k, line)
    );
  }

  /** Bound on the error of `near` at a point whose coordinates are doubles nearest to the true ones. */
  doubt(line: number): number {
    return (this.#of(this.a, line) + Math.abs(this.#of(this.b, line)) + 1) * 2 ** -16;
  }

  coefficients(line: number): Coefficients {
    const known = this.#coefficients[line];
    if (known !== undefined) return known;
    const [a, b] = [this.#of(this.a, line), this.#of(this.b, line)];
    const c = constantOf(a, b, this.#of(this.#x, line), this.#of(this.#y, line), this.#of(this.#k, line));
    const made: Coefficients = [BigInt(a), BigInt(b), c];
    this.#coefficients[line] = made;
    return made;
  }

  #of(list: readonly number[], line: number): number {
    return list[line] as number;
  }
}

function constantOf(a: number, b: number, x: number, y: number, k: number): bigint {
  return BigInt(k) - BigInt(a) * BigInt(x) - BigInt(b) * BigInt(y);
}

/** The greatest common divisor of two numbers that are not both 0. */
export function commonDivisor(left: number, right: number): number {
  let [a, b] = [Math.abs(left), Math.abs(right)];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
