import { cutText } from '../common/cut-text.ts';
import type { Report } from './diagnostics.ts';
import { parseTimestamp, SHAPE_REMEDY } from './timestamp.ts';
import { parseSteps, type Steps } from './units.ts';

/** Coordinates on axes of time, as sources, tables and commands write them. */

/**
 * Steps since 1970 that a text on an axis of time stands for: a timestamp, or an integer that counts steps (or `bareUnit`)
 * since 1970-01-01T00:00:00Z.
 */
export function parseMoment(
  text: string,
  what: string,
  measure: Steps,
  bareUnit: string | undefined,
  report: Report,
): bigint | undefined {
  if (/^[+-]?[0-9.]+$/.test(text)) return parseSteps(text, what, measure, bareUnit, report);
  if (!/^[+-]?[0-9.]+\s*\p{L}+$/u.test(text)) return parseTimestamp(text, what, measure, report);
  report(
    'UNIT_MISMATCH',
    `${what} is ${cutText(text)}, a length of time and not a point in time`,
    SHAPE_REMEDY,
  );
  return undefined;
}

const MAGNITUDES: readonly (readonly [factor: bigint, words: string])[] = [
  [1_000n, '1000 times too large'],
  [1_000_000n, '1,000,000 times too large'],
];

/** Words when `steps` would lie within [min, max] if it were counted in another unit, as milliseconds on an axis of seconds. */
export function wrongMagnitude(steps: bigint, min: bigint, max: bigint): string | undefined {
  for (const [factor, words] of MAGNITUDES) {
    if (steps / factor >= min && steps / factor <= max) return words;
    if (steps * factor >= min && steps * factor <= max) return words.replace('large', 'small');
  }
  return undefined;
}
