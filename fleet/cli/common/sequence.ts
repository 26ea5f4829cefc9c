import { InvalidArgumentError } from 'commander';
import { SEQUENCE_MAX } from '../../limits.ts';

/** The sequence of a state on the command line. */
export function parseSequence(text: string): number {
  const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= SEQUENCE_MAX) return value;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${SEQUENCE_MAX}.`);
}
