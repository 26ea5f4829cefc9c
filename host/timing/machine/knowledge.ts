import {
  ANY32,
  add32,
  and32,
  between32,
  exactly32,
  isExact32,
  join32,
  meet32,
  multiply32,
  or32,
  type Range32,
  signedBetween32,
  subtract32,
  within32,
  xor32,
} from '../ranges/range32.ts';
import {
  type Carry,
  CHOICES_MAX,
  combine,
  differenceOf,
  type Form,
  type Origin,
  type Value,
} from './value.ts';

export type Relation = 'equal' | 'unequal' | 'below' | 'at-least' | 'less' | 'not-less';

const U32_MAX = 2 ** 32 - 1;
const S32_MIN = -(2 ** 31);
const S32_MAX = 2 ** 31 - 1;
/** How far back learning of a result says something of what it was made of. */
const DEPTH_MAX = 6;

/** What a path has learned of values beyond what was known when they came to be. Every `learn` gives false when nothing is left. */
export class Knowledge {
  readonly learned: Map<Value, Range32>;

  constructor(learned: Map<Value, Range32> = new Map()) {
    this.learned = learned;
  }

  copy(): Knowledge {
    return new Knowledge(new Map(this.learned));
  }

  rangeOf(value: Value): Range32 {
    if (value.exact !== undefined) return value.range;
    if (value.isSymbol) return this.#rangeOfSymbol(value);
    const own = this.learned.get(value) ?? value.range;
    return this.learned.size === 0 ? own : (meet32(own, this.rangeOfForm(value.form)) ?? own);
  }

  /** What was masked out of a number is known by what was learned of that number since, too. */
  #rangeOfSymbol(symbol: Value): Range32 {
    const own = this.learned.get(symbol) ?? symbol.range;
    const { origin } = symbol;
    if (origin?.kind !== 'masked' || this.learned.size === 0) return own;
    const of = this.learned.get(origin.of) ?? origin.of.range;
    return meet32(own, and32(of, exactly32(origin.by))) ?? own;
  }

  /** What a sum can be, by what is known of its terms. */
  rangeOfForm({ terms, constant }: Form): Range32 {
    let sum = exactly32(constant);
    for (const { symbol, factor } of terms) {
      const range = this.#rangeOfSymbol(symbol);
      const size = Math.abs(factor);
      const part = size === 1 ? range : multiply32(range, exactly32(size));
      sum = factor > 0 ? add32(sum, part) : subtract32(sum, part);
    }
    return sum;
  }

  /** All numbers that it can be, rising; undefined when they are more than CHOICES_MAX. */
  choicesOf(value: Value): readonly number[] | undefined {
    const range = this.rangeOf(value);
    if (isExact32(range)) return [range.low];
    if (value.choices !== undefined) return value.choices.filter((each) => isIn(each, range));
    const stride = range.unknown === 0 ? 1 : (range.unknown & -range.unknown) >>> 0;
    if ((range.high - range.low) / stride >= CHOICES_MAX) return undefined;
    const choices: number[] = [];
    for (let each = range.low; each <= range.high; each += stride) if (isIn(each, range)) choices.push(each);
    return choices;
  }

  /** Ranges in one of which it lies: one, unless it is known to have islands. */
  islandsOf(value: Value): readonly Range32[] {
    const range = this.rangeOf(value);
    if (value.islands === undefined) return [range];
    const islands = value.islands
      .map((island) => meet32(island, range))
      .filter((island) => island !== undefined);
    return islands.length === 0 ? [range] : islands;
  }

  learn(value: Value, range: Range32, depth = 0): boolean {
    const before = this.rangeOf(value);
    const met = meet32(before, range);
    const after = met === undefined ? undefined : hullOfChoices(value, met);
    if (after === undefined) return false;
    if (value.exact !== undefined || within32(before, after)) return true;
    this.learned.set(value, after);
    if (depth >= DEPTH_MAX) return true;
    if (value.origin !== undefined && !this.#learnOrigin(value.origin, after, depth + 1)) return false;
    return value.isSymbol || this.#learnTerms(value.form, after, depth + 1);
  }

  /** Each term is the sum without the others. */
  #learnTerms(form: Form, sum: Range32, depth: number): boolean {
    for (const term of form.terms) {
      const { symbol, factor } = term;
      const rest = { terms: form.terms.filter((each) => each !== term), constant: form.constant };
      const others = this.rangeOfForm(rest);
      const part = factor > 0 ? subtract32(sum, others) : subtract32(others, sum);
      const range = dividedExactly(part, Math.abs(factor), this.rangeOf(symbol));
      if (range === 'none' || (range !== undefined && !this.learn(symbol, range, depth))) return false;
    }
    return true;
  }

  #learnOrigin(origin: Origin, result: Range32, depth: number): boolean {
    if (origin.kind === 'carry') {
      return isExact32(result) ? this.learnCarry(origin.carry, result.low === 1, depth) : true;
    }
    if (origin.kind === 'table') {
      const places = origin.entries.filter(({ number }) => isIn(number, result)).map(({ place }) => place);
      return places.length > 0 && this.learn(origin.of, places.map(exactly32).reduce(join32), depth);
    }
    if (origin.kind === 'either') {
      const each = withinEither(result);
      return this.learn(origin.of, each, depth) && this.learn(origin.other, each, depth);
    }
    return this.learn(
      origin.of,
      beforeOperation(origin.kind, origin.by, result, this.rangeOf(origin.of)),
      depth,
    );
  }

  /** That it is another number than this one. */
  learnNot(value: Value, number: number): boolean {
    const range = this.rangeOf(value);
    const without = withoutEnd(range, number);
    return without !== undefined && (without === range || this.learn(value, without));
  }

  /** That a carry is 1, or 0. */
  learnCarry(carry: Carry | undefined, isSet: boolean, depth = 0): boolean {
    if (carry === undefined) return true;
    if (typeof carry === 'number') return (carry === 1) === isSet;
    if (carry.kind === 'at-least')
      return this.learnOrder(carry.a, isSet ? 'at-least' : 'below', carry.b, depth);
    const [a, b] = [this.rangeOf(carry.a), this.rangeOf(carry.b)];
    return isSet ? a.high + b.high > U32_MAX : a.low + b.low <= U32_MAX;
  }

  learnOrder(a: Value, relation: Relation, b: Value, depth = 0): boolean {
    const difference = differenceOf(a.form, b.form);
    if (difference === 0) return relation === 'equal' || relation === 'at-least' || relation === 'not-less';
    if (relation === 'equal') return difference === undefined && this.#learnEqual(a, b, depth);
    if (relation === 'unequal') return difference !== undefined || this.#learnUnequal(a, b);
    const [left, right] = [this.rangeOf(a), this.rangeOf(b)];
    const bounds = boundsOf(relation, left, right);
    if (bounds === undefined) return false;
    return this.learn(a, bounds[0], depth) && this.learn(b, bounds[1], depth);
  }

  #learnEqual(a: Value, b: Value, depth: number): boolean {
    const shared = meet32(this.rangeOf(a), this.rangeOf(b));
    if (shared === undefined) return false;
    if (!this.learn(a, shared, depth) || !this.learn(b, shared, depth)) return false;
    const zero = combine(a.form, b.form, -1);
    return zero === undefined || zero.terms.length < 1 || this.#learnTerms(zero, exactly32(0), depth);
  }

  #learnUnequal(a: Value, b: Value): boolean {
    const [left, right] = [this.rangeOf(a), this.rangeOf(b)];
    if (isExact32(left) && isExact32(right)) return left.low !== right.low;
    if (isExact32(right)) {
      if (!this.learnNot(a, right.low)) return false;
    } else if (isExact32(left)) return this.learnNot(b, left.low);
    const zero = combine(a.form, b.form, -1);
    const [term, ...more] = zero?.terms ?? [];
    if (zero === undefined || term === undefined || more.length > 0 || Math.abs(term.factor) !== 1)
      return true;
    return this.learnNot(term.symbol, term.factor === 1 ? -zero.constant >>> 0 : zero.constant);
  }

  /** The carry, where it is known by now. */
  carryOf(carry: Carry | undefined): 0 | 1 | undefined {
    if (carry === undefined || typeof carry === 'number') return carry;
    const [a, b] = [this.rangeOf(carry.a), this.rangeOf(carry.b)];
    if (carry.kind === 'overflow') {
      if (a.low + b.low > U32_MAX) return 1;
      return a.high + b.high <= U32_MAX ? 0 : undefined;
    }
    if (a.low >= b.high || differenceOf(carry.a.form, carry.b.form) === 0) return 1;
    return a.high < b.low ? 0 : undefined;
  }
}

function isIn(number: number, range: Range32): boolean {
  return number >= range.low && number <= range.high && ((number ^ range.bits) & ~range.unknown) === 0;
}

/** What a number can be of which so many are `product`; undefined where products may wrap, `none` where there is none. */
function dividedExactly(product: Range32, by: number, number: Range32): Range32 | 'none' | undefined {
  if (by === 1) return product;
  if (number.high * by > U32_MAX) return undefined;
  const [least, most] = [Math.ceil(product.low / by), Math.floor(product.high / by)];
  return least > most ? 'none' : between32(least, most);
}

/** The range, narrowed to those of the value's choices that lie in it; undefined when none does. */
function hullOfChoices({ choices }: Value, range: Range32): Range32 | undefined {
  if (choices === undefined) return range;
  const left = choices.filter((each) => isIn(each, range));
  const hull = left
    .map(exactly32)
    .reduce<Range32 | undefined>((sum, each) => (sum === undefined ? each : join32(sum, each)), undefined);
  return hull === undefined ? undefined : (meet32(hull, range) ?? hull);
}

/** The range without one of its ends. */
function withoutEnd(range: Range32, number: number): Range32 | undefined {
  let rest: Range32 | undefined = range;
  if (rest.low === number)
    rest = number === U32_MAX ? undefined : meet32(rest, between32(number + 1, U32_MAX));
  if (rest?.high === number) rest = number === 0 ? undefined : meet32(rest, between32(0, number - 1));
  const signed = number | 0;
  if (rest?.signedLow === signed) {
    rest = signed === S32_MAX ? undefined : meet32(rest, signedBetween32(signed + 1, S32_MAX));
  }
  if (rest?.signedHigh === signed) {
    rest = signed === S32_MIN ? undefined : meet32(rest, signedBetween32(S32_MIN, signed - 1));
  }
  return rest;
}

/** What a and b can be, given how they compare; undefined when they cannot. */
function boundsOf(relation: Relation, a: Range32, b: Range32): [Range32, Range32] | undefined {
  switch (relation) {
    case 'below':
      if (b.high === 0 || a.low === U32_MAX) return undefined;
      return [between32(0, b.high - 1), between32(a.low + 1, U32_MAX)];
    case 'at-least':
      return [between32(b.low, U32_MAX), between32(0, a.high)];
    case 'less':
      if (b.signedHigh === S32_MIN || a.signedLow === S32_MAX) return undefined;
      return [signedBetween32(S32_MIN, b.signedHigh - 1), signedBetween32(a.signedLow + 1, S32_MAX)];
    default:
      return [signedBetween32(b.signedLow, S32_MAX), signedBetween32(S32_MIN, a.signedHigh)];
  }
}

/** Numbers of which some bits are known. */
function withBits(bits: number, unknown: number): Range32 {
  return or32(exactly32((bits & ~unknown) >>> 0), and32(ANY32, exactly32(unknown)));
}

/** Each of two numbers whose bits together are these: no larger, and 0 where both are. */
function withinEither({ high, bits, unknown }: Range32): Range32 {
  const mayBeSet = withBits(0, bits | unknown);
  return meet32(mayBeSet, between32(0, high)) ?? mayBeSet;
}

/** What the operand was, given the result of an operation by a constant. */
function beforeOperation(
  kind: 'masked' | 'left' | 'right' | 'right-signed' | 'flipped',
  by: number,
  result: Range32,
  operand: Range32,
): Range32 {
  const scale = 2 ** by;
  switch (kind) {
    case 'masked':
      return withBits(result.bits & by, (result.unknown & by) | ~by);
    case 'flipped':
      return xor32(result, exactly32(by));
    case 'left': {
      const bits = withBits(result.bits >>> by, (result.unknown >>> by) | ~(U32_MAX >>> by));
      if (operand.high * scale > U32_MAX) return bits;
      const least = Math.ceil(result.low / scale);
      const most = Math.floor(result.high / scale);
      return least > most ? bits : (meet32(bits, between32(least, most)) ?? bits);
    }
    case 'right':
      return between32(result.low * scale, Math.min(U32_MAX, result.high * scale + scale - 1));
    default:
      return signedBetween32(
        Math.max(S32_MIN, result.signedLow * scale),
        Math.min(S32_MAX, result.signedHigh * scale + scale - 1),
      );
  }
}
