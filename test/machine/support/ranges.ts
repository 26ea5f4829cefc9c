/** Random ranges around a number that they hold. */
import {
  ANY32,
  and32,
  between32,
  exactly32,
  meet32,
  or32,
  type Range32,
  signedBetween32,
} from '../../../host/timing/ranges/range32.ts';
import type { Random } from '../../support/random.ts';

export const EDGES = [
  0, 1, 2, 7, 31, 32, 33, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
];

export function number(random: Random): number {
  return random.onceIn(2) ? random.pick(EDGES) : random.next() >>> random.below(32);
}

/** A range with an interval, perhaps signed, perhaps with known bits, perhaps exact, around a number. */
export function rangeAround(random: Random, member: number): Range32 {
  if (random.onceIn(3)) return exactly32(member);
  const other = number(random);
  const interval = random.onceIn(2)
    ? between32(Math.min(member, other), Math.max(member, other))
    : signedBetween32(Math.min(member | 0, other | 0), Math.max(member | 0, other | 0));
  if (random.onceIn(2)) return interval;
  const unknown = number(random);
  const bits = or32(exactly32(member & ~unknown), and32(ANY32, exactly32(unknown)));
  return meet32(interval, bits) ?? interval;
}
