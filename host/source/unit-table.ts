import type { Rational } from './decimal.ts';

/** Units that convert into each other, exactly: the size of each is a fraction of the base of its dimension. */

type Base = 'length' | 'time' | 'angle' | 'ticks';
export type Dimension = Base | 'speed' | 'turning' | 'acceleration' | 'turning-faster';

export interface Unit extends Rational {
  readonly dimension: Dimension;
}

/** In nanometres, nanoseconds, seconds of arc / 1000, ticks. `nm` is no unit here: some read it as nautical miles. */
const SIZES: Readonly<Record<Base, Readonly<Record<string, bigint>>>> = {
  length: {
    um: 1_000n,
    mm: 1_000_000n,
    cm: 10_000_000n,
    dm: 100_000_000n,
    m: 1_000_000_000n,
    km: 1_000_000_000_000n,
    in: 25_400_000n,
    ft: 304_800_000n,
    yd: 914_400_000n,
    mi: 1_609_344_000_000n,
    nmi: 1_852_000_000_000n,
  },
  time: {
    ns: 1n,
    us: 1_000n,
    ms: 1_000_000n,
    s: 1_000_000_000n,
    min: 60_000_000_000n,
    h: 3_600_000_000_000n,
    d: 86_400_000_000_000n,
  },
  angle: {
    arcsec: 1_000n,
    arcmin: 60_000n,
    mdeg: 3_600n,
    deg: 3_600_000n,
    gon: 3_240_000n,
    turn: 1_296_000_000n,
  },
  ticks: { tick: 1n },
};

/** Other spellings of units. */
const ALIASES: Readonly<Record<string, string>> = {
  µm: 'um',
  μm: 'um',
  µs: 'us',
  μs: 'us',
  '°': 'deg',
  sec: 's',
  hr: 'h',
  day: 'd',
  rev: 'turn',
  mph: 'mi/h',
  kph: 'km/h',
  kmh: 'km/h',
  kn: 'nmi/h',
  kt: 'nmi/h',
  rpm: 'turn/min',
};

const BASES = new Map(
  Object.entries(SIZES).flatMap(([dimension, sizes]) =>
    Object.entries(sizes).map(([name, numerator]): [string, Unit] => [
      name,
      { dimension: dimension as Base, numerator, denominator: 1n },
    ]),
  ),
);

/** The unit that an axis, the phase or the limits count in, and how many steps make one of it. */
export interface Measure {
  readonly unit: string;
  readonly scale: number;
}

/** Nanoseconds of a unit of time; undefined for other units. */
export function timeUnit(name: string): bigint | undefined {
  const unit = unitNamed(name);
  return unit?.dimension === 'time' ? unit.numerator : undefined;
}

/** Longer texts are no units. */
const NAME_LENGTH_MAX = 24;

/** undefined for a unit that converts into no other. */
export function unitNamed(name: string): Unit | undefined {
  if (name.length > NAME_LENGTH_MAX) return undefined;
  const known = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
  const base = BASES.get(known);
  if (base !== undefined) return base;
  const parts = /^([^/]+)\/(.+)$/.exec(known);
  if (parts === null) return undefined;
  const [, over = '', under = ''] = parts;
  const top = unitNamed(over);
  // An acceleration is a speed a time: km/h/s, or m/s2.
  const squared = /^(.+?)(?:²|\^2|2)$/.exec(under)?.[1];
  if (squared !== undefined) return quotient(quotient(top, unitNamed(squared)), unitNamed(squared));
  const both = /^([^/]+)\/([^/]+)$/.exec(under);
  if (both !== null) return quotient(quotient(top, unitNamed(both[1] ?? '')), unitNamed(both[2] ?? ''));
  return quotient(top, unitNamed(under));
}

const A_TIME: Partial<Record<Dimension, Dimension>> = {
  length: 'speed',
  angle: 'turning',
  speed: 'acceleration',
  turning: 'turning-faster',
};

function quotient(over: Unit | undefined, under: Unit | undefined): Unit | undefined {
  if (over === undefined || under?.dimension !== 'time') return undefined;
  const dimension = A_TIME[over.dimension];
  if (dimension === undefined) return undefined;
  const { numerator, denominator } = over;
  return { dimension, numerator: numerator * under.denominator, denominator: denominator * under.numerator };
}

/** Names of the units of a dimension that have one of their own, smallest first; for remedies. */
export function unitsOf(dimension: Dimension): readonly string[] {
  return dimension in SIZES ? Object.keys(SIZES[dimension as Base]) : [];
}

/** All spellings of the units of a dimension. */
export function namesOf(dimension: Base): readonly string[] {
  return [
    ...unitsOf(dimension),
    ...Object.keys(ALIASES).filter((name) => unitNamed(name)?.dimension === dimension),
  ];
}
