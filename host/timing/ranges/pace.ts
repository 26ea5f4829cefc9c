import { ANY32, between32, type Range32 } from './range32.ts';

/**
 * A value at the head of a loop that every round moves by `stepLow` to `stepHigh` from `start`, beside a counter that every round
 * moves by exactly `counterStep` from `counterStart`, without wrapping: what is known of the counter says how many rounds it were.
 */
export interface Pace<Counter> {
  readonly start: Range32;
  readonly stepLow: number;
  readonly stepHigh: number;
  readonly counter: Counter;
  readonly counterStart: Range32;
  readonly counterStep: number;
}

/** What the value can be, given what is known of the counter. */
export function pacedRange(pace: Pace<unknown>, counter: Range32): Range32 {
  const { start, stepLow, stepHigh, counterStart, counterStep } = pace;
  const distances =
    counterStep > 0
      ? [counter.low - counterStart.high, counter.high - counterStart.low]
      : [counterStart.low - counter.high, counterStart.high - counter.low];
  const [least = 0, most = 0] = distances.map((each) =>
    Math.max(0, Math.floor(each / Math.abs(counterStep))),
  );
  const low = start.low + Math.min(stepLow * least, stepLow * most);
  const high = start.high + Math.max(stepHigh * least, stepHigh * most);
  return low < 0 || high > 2 ** 32 - 1 ? ANY32 : between32(low, high);
}
