/** Ticks of a board are whole steps of one of its counters. */
import { HoldfastError } from '../common/errors.ts';
import type { Target } from './target-file.ts';

/** Throws HoldfastError TICKS_UNEVEN when the burned rate is no divisor of that of the target's counter: it would be rounded. */
export function requireWholeTicks(ticksPerSecond: number, { clocks: { counterHz }, name }: Target): void {
  if (counterHz % ticksPerSecond === 0) return;
  throw new HoldfastError(
    'TICKS_UNEVEN',
    `ticks-per-second is ${ticksPerSecond}; it must divide ${counterHz}, the rate of the counter of ${name}.`,
    { remedy: 'Use a divisor, such as 1000.' },
  );
}
