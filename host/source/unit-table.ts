/** Units that can be converted into each other, exactly: sizes are integers of the smallest unit of their dimension. */

interface Unit {
  readonly dimension: 'length' | 'time' | 'ticks';
  readonly size: bigint;
}

const UNITS: Readonly<Record<string, Unit>> = {
  um: { dimension: 'length', size: 1n },
  mm: { dimension: 'length', size: 1_000n },
  cm: { dimension: 'length', size: 10_000n },
  m: { dimension: 'length', size: 1_000_000n },
  km: { dimension: 'length', size: 1_000_000_000n },
  us: { dimension: 'time', size: 1n },
  ms: { dimension: 'time', size: 1_000n },
  s: { dimension: 'time', size: 1_000_000n },
  min: { dimension: 'time', size: 60_000_000n },
  h: { dimension: 'time', size: 3_600_000_000n },
  tick: { dimension: 'ticks', size: 1n },
};

/** The unit that an axis or the phase counts in, and how many steps make one of it. */
export interface Measure {
  readonly unit: string;
  readonly scale: number;
}

/** Microseconds of a unit of time; undefined for other units. */
export function timeUnit(name: string): bigint | undefined {
  const unit = unitNamed(name);
  return unit?.dimension === 'time' ? unit.size : undefined;
}

/** Names of the units of a dimension, smallest first; for remedies. */
export function unitsOf(dimension: Unit['dimension']): readonly string[] {
  return Object.keys(UNITS).filter((name) => UNITS[name]?.dimension === dimension);
}

/** undefined for a unit that converts into no other. */
export function unitNamed(name: string): Unit | undefined {
  return Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
}
