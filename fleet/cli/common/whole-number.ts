import { InvalidArgumentError } from 'commander';

/** The largest seed that a command takes. */
export const SEED_MAX = 2 ** 32 - 1;

/** Reads an option that is a whole number from `least` to `most`, both included; at most ten digits. Throws InvalidArgumentError. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
