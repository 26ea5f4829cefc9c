/**
 * What a NOR flash chip leaves of an operation that its supply did not last for. No datasheet says it; the models below are harsher
 * than a clean half: bits change one by one, in no order, and an erase begins by programming what it is to erase.
 */
import type { FlashOperation } from '../boards/flash-chip.ts';
import type { Random } from './random.ts';

type Tear = (operation: FlashOperation, random: Random) => Uint8Array;

const BITS_A_BYTE = 8;
/** Share of an erase in which the chip programs the sector to zeros, so that all cells start from the same charge. */
const PREPROGRAMMED_UNTIL = 0.2;

/** The bytes that stand where `operation` worked, by its progress and one of the models. */
export function tear(operation: FlashOperation, random: Random): Uint8Array {
  const models =
    operation.kind === 'erase' ? [eraseBits, eraseFront, lastBits] : [programBits, programFront, lastBits];
  return random.pick(models)(operation, random);
}

/** A byte in which each bit is taken from `after` with the given probability, else from `before`. */
function mix(before: number, after: number, share: number, random: Random): number {
  let mask = 0;
  for (let bit = 0; bit < BITS_A_BYTE; bit++) if (random.next() < share * 2 ** 32) mask |= 1 << bit;
  return (before & ~mask) | (after & mask);
}

/** First every bit goes to 0, in no order; then every bit goes to 1. */
const eraseBits: Tear = ({ before, after, progress }, random) => {
  if (progress < PREPROGRAMMED_UNTIL)
    return before.map((byte) => mix(byte, 0, progress / PREPROGRAMMED_UNTIL, random));
  const share = (progress - PREPROGRAMMED_UNTIL) / (1 - PREPROGRAMMED_UNTIL);
  return after.map((byte) => mix(0, byte, share, random));
};

/** The front of the sector is erased, the rest is as it was. */
const eraseFront: Tear = ({ before, after, progress }) => front(before, after, progress);

const programBits: Tear = ({ before, after, progress }, random) =>
  before.map((byte, index) => mix(byte, after[index] ?? byte, progress, random));

const programFront: Tear = ({ before, after, progress }, random) => {
  const bytes = front(before, after, progress);
  const at = Math.floor(progress * bytes.length);
  bytes[at] = mix(before[at] ?? 0, after[at] ?? 0, 0.5, random);
  return bytes;
};

function front(before: Uint8Array, after: Uint8Array, progress: number): Uint8Array {
  const bytes = before.slice();
  bytes.set(after.subarray(0, Math.floor(progress * after.length)));
  return bytes;
}

/** All but one bit of what was to change. */
const lastBits: Tear = ({ before, after }, random) => {
  const bytes = after.slice();
  const changed = [...before.keys()].filter((index) => before[index] !== after[index]);
  if (changed.length === 0) return bytes;
  const at = random.pick(changed);
  const difference = (before[at] ?? 0) ^ (after[at] ?? 0);
  bytes[at] = (after[at] ?? 0) ^ (difference & -difference);
  return bytes;
};
