import { join32, meet32, type Range32, widen32, within32 } from './range32.ts';
import { join64, meet64, type Range64, widen64, within64 } from './range64.ts';

/** Ranges of values of any width, and what they have in common; a value of another type may be anything. */

export interface Opaque {
  readonly kind: 'other';
}

export type Range = Range32 | Range64 | Opaque;

export const OPAQUE: Opaque = { kind: 'other' };

export function meet(a: Range, b: Range): Range | undefined {
  if (a.kind === 'i32' && b.kind === 'i32') return meet32(a, b);
  return a.kind === 'i64' && b.kind === 'i64' ? meet64(a, b) : a;
}

export function join(a: Range, b: Range): Range {
  if (a.kind === 'i32' && b.kind === 'i32') return join32(a, b);
  return a.kind === 'i64' && b.kind === 'i64' ? join64(a, b) : OPAQUE;
}

export function within(inner: Range, outer: Range): boolean {
  if (inner.kind === 'i32' && outer.kind === 'i32') return within32(inner, outer);
  if (inner.kind === 'i64' && outer.kind === 'i64') return within64(inner, outer);
  return outer.kind === 'other';
}

export function widen(before: Range, after: Range, steps: readonly number[]): Range {
  if (before.kind === 'i32' && after.kind === 'i32') return widen32(before, after, steps);
  return before.kind === 'i64' && after.kind === 'i64' ? widen64(before, after) : OPAQUE;
}

/** Whether both are known to hold the same values. */
export function sameRange(a: Range, b: Range | undefined): boolean {
  return a === b || (b !== undefined && within(a, b) && within(b, a));
}

/** The range as a key for looking results up. */
export function rangeKey(range: Range): string {
  if (range.kind === 'i32') {
    return `${range.low}:${range.high}:${range.signedLow}:${range.signedHigh}:${range.bits}:${range.unknown}`;
  }
  return range.kind === 'i64' ? `${range.low}:${range.high}` : '*';
}
