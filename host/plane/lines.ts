/**
 * Lines f = a·(X − x) + b·(Y − y) + c with integer coefficients, a > 0, or a = 0 and b > 0, and gcd(a, b) = 1: one number each, so
 * that the same line is the same number. Points are offsets from the minima of the axes, integers from 0 to 2^31.
 */

/** Of a and b; they are below, so that 16 low bits split off leave products exact in doubles. */
const HALF = 65_536;
const COEFFICIENT_MAX = 2 ** 31;
/** Of |a| + |b|: with coordinates of 2^31 and c their sum is exact. */
const SHORT_MAX = 2 ** 21;
/** Of c; beyond it the low sum would round. */
const CONSTANT_MAX = 2 ** 46;

/** a·X + b·Y + c, exactly. */
export interface BigLine {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
}

export class Lines {
  readonly a: number[] = [];
  readonly b: number[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #c: number[] = [];
  /** 1 where no product of a or b with a coordinate is rounded. */
  readonly #isShort: number[] = [];
  readonly #big: (BigLine | undefined)[] = [];
  /** By a hash: the last line that has it; by line: the one before. */
  readonly #last = new Map<number, number>();
  readonly #before: number[] = [];

  get count(): number {
    return this.a.length;
  }

  /** The line through two points that differ. */
  through(x0: number, y0: number, x1: number, y1: number): number {
    return this.along(y1 - y0, x0 - x1, x0, y0, 0);
  }

  /** x = at. */
  upright(at: number): number {
    return this.add(1, 0, at, 0, 0);
  }

  /** y = at. */
  level(at: number): number {
    return this.add(0, 1, 0, at, 0);
  }

  /** The line of this direction, not (0, 0), where f is 0 at a point (x, y) that `c` moves; divided and turned as lines are. */
  along(a: number, b: number, x: number, y: number, c: number): number {
    const divisor = greatestDivisor(a, b) * (a < 0 || (a === 0 && b < 0) ? -1 : 1);
    return this.add(a / divisor, b / divisor, x, y, c);
  }

  /** a and b as lines have them. @throws RangeError where numbers would no longer be exact. */
  add(a: number, b: number, x: number, y: number, c: number): number {
    if (Math.abs(a) > COEFFICIENT_MAX || Math.abs(b) > COEFFICIENT_MAX || Math.abs(c) > CONSTANT_MAX)
      throw new RangeError(`a line ${a}, ${b}, ${c} is beyond the numbers that are exact`);
    const word = lowWord(a, b, x, y, c);
    const hash = mixed(mixed(mixed(a | 0) ^ b) ^ word);
    const last = this.#last.get(hash);
    for (let known = last; known !== undefined && known >= 0; known = this.#before[known])
      if (this.a[known] === a && this.b[known] === b && this.at(known, x, y) === c) return known;
    const line = this.a.length;
    this.a.push(a);
    this.b.push(b);
    this.#x.push(x);
    this.#y.push(y);
    this.#c.push(c);
    this.#isShort.push(Math.abs(a) + Math.abs(b) < SHORT_MAX ? 1 : 0);
    this.#before.push(last ?? -1);
    this.#last.set(hash, line);
    return line;
  }

  /** a·X + b·Y + c, where that goes through lattice points or near the square of the map. */
  exactly(a: number, b: number, c: bigint): number {
    // A point whose f is small: c and the point make up the same line.
    const [A, B] = [BigInt(a), BigInt(b)];
    const y = b === 0 ? 0n : clamp(-c / B);
    const x = a === 0 ? 0n : clamp((-c - B * y) / A);
    return this.add(a, b, Number(x), Number(y), Number(c + A * x + B * y));
  }

  /** f at a point with integer coordinates up to 2^31, rounded once: its sign is exact, and it is 0 where f is 0. */
  at(line: number, x: number, y: number): number {
    const a = this.a[line] as number;
    const b = this.b[line] as number;
    const dx = x - (this.#x[line] as number);
    const dy = y - (this.#y[line] as number);
    if (this.#isShort[line] === 1) return a * dx + b * dy + (this.#c[line] as number);
    const highA = Math.floor(a / HALF);
    const highB = Math.floor(b / HALF);
    const high = highA * dx + highB * dy;
    return high * HALF + ((a - highA * HALF) * dx + (b - highB * HALF) * dy + (this.#c[line] as number));
  }

  /** f at a point in doubles. */
  near(line: number, x: number, y: number): number {
    return (
      (this.a[line] as number) * (x - (this.#x[line] as number)) +
      (this.b[line] as number) * (y - (this.#y[line] as number)) +
      (this.#c[line] as number)
    );
  }

  /** How far `near` may be off, at a point whose doubles are off by their own rounding. */
  doubt(line: number, x: number, y: number): number {
    const a = Math.abs(this.a[line] as number);
    const b = Math.abs(this.b[line] as number);
    const far = a * Math.abs(x - (this.#x[line] as number)) + b * Math.abs(y - (this.#y[line] as number));
    return (a + b) * 2 ** -18 + (far + Math.abs(this.#c[line] as number)) * 2 ** -49;
  }

  big(line: number): BigLine {
    const known = this.#big[line];
    if (known !== undefined) return known;
    const [a, b] = [BigInt(this.a[line] as number), BigInt(this.b[line] as number)];
    const c =
      BigInt(this.#c[line] as number) -
      a * BigInt(this.#x[line] as number) -
      b * BigInt(this.#y[line] as number);
    const made = { a, b, c };
    this.#big[line] = made;
    return made;
  }

  /** c of a·X + b·Y + c modulo 2^32, as i32. */
  word(line: number): number {
    return lowWord(
      this.a[line] as number,
      this.b[line] as number,
      this.#x[line] as number,
      this.#y[line] as number,
      this.#c[line] as number,
    );
  }
}

function clamp(value: bigint): bigint {
  const most = 2n ** 31n;
  return value < 0n ? 0n : value > most ? most : value;
}

function lowWord(a: number, b: number, x: number, y: number, c: number): number {
  return (c - Math.imul(a, x) - Math.imul(b, y)) | 0;
}

function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b);
  return twice ^ (twice >>> 16);
}

export function greatestDivisor(left: number, right: number): number {
  let [a, b] = [Math.abs(left), Math.abs(right)];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
