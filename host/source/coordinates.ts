import { formatCoordinate, formatRange, sourceWords } from './axis-words.ts';
import { parsePlace } from './chainage.ts';
import type { Diagnostics, Report } from './diagnostics.ts';
import { readFields, reportAt } from './fields.ts';
import type { AxisKind, AxisModel, Interval, PhaseModel } from './model.ts';
import { parseMoment, wrongMagnitude } from './moment.ts';
import type { Rounder } from './rounding.ts';
import { isTimestamp } from './timestamp.ts';
import type { TreeNode } from './tree.ts';
import type { Steps } from './units.ts';
import { readQuantityText } from './values.ts';

/** Coordinates and intervals of a source, read into stored coordinates. */

/** What a coordinate is read against: an axis, or the phase (which has no origin). */
export interface Scope extends Steps {
  /** For messages: `axis "s"` or `phase`. */
  readonly name: string;
  readonly rounder: Rounder | null;
  readonly kind: AxisKind;
  readonly origin: bigint;
  /** Stored coordinates run over [min, max). */
  readonly min: number;
  readonly max: number;
  /** Behind max comes min again: an interval may run over it. */
  readonly wraps: boolean;
}

export function scopeOfAxis(axis: AxisModel, rounder: Rounder | null): Scope {
  return { ...axis, name: `axis "${axis.name}"`, rounder };
}

export function scopeOfPhase({ unit, scale, period, wraps }: PhaseModel, rounder: Rounder | null): Scope {
  return { kind: 'number', name: 'phase', unit, scale, origin: 0n, min: 0, max: period, wraps, rounder };
}

/** A stored coordinate within the scope, its end included. */
export function parseCoordinate(
  text: string,
  what: string,
  scope: Scope,
  bareUnit: string | undefined,
  report: Report,
): number | undefined {
  const read = scope.kind === 'time' ? parseMoment : parseNumber;
  const steps = read(text, what, scope, bareUnit, report);
  return steps === undefined ? undefined : storedWithin(steps, text, what, scope, report);
}

/** The stored coordinate of `steps`, which stand as `text` in the source; undefined, and reported, outside of the scope. */
export function storedWithin(
  steps: bigint,
  text: string,
  what: string,
  scope: Scope,
  report: Report,
): number | undefined {
  const stored = steps - scope.origin;
  if (stored >= BigInt(scope.min) && stored <= BigInt(scope.max)) return Number(stored);
  reportOutside(steps, text, what, scope, report);
  return undefined;
}

function parseNumber(
  text: string,
  what: string,
  scope: Scope,
  bareUnit: string | undefined,
  report: Report,
): bigint | undefined {
  if (!isTimestamp(text)) return parsePlace(text, what, scope, bareUnit, report);
  const remedy =
    scope.name === 'phase'
      ? `Phases are counted from the start of the period; write a number${scope.unit === 'tick' ? '' : ' or a time such as 10 s'}.`
      : 'Give the axis a timestamp as its origin to make it one of time, or write an integer.';
  const message = `${what} is a timestamp, but the ${scope.name} counts ${scope.unit}`;
  report('TIMESTAMP_UNEXPECTED', message, remedy);
  return undefined;
}

function reportOutside(steps: bigint, text: string, what: string, scope: Scope, report: Report): void {
  const range = formatRange(scope, scope.min, scope.max);
  if (scope.kind === 'time') {
    const [min, max] = [BigInt(scope.min) + scope.origin, BigInt(scope.max) + scope.origin];
    const words = wrongMagnitude(steps, min, max);
    if (words !== undefined) {
      const message = `${what} is ${text}, which is ${words} for the ${scope.name} in ${scope.unit}, ${range}`;
      report('TIME_UNIT_MISMATCH', message, `Count ${scope.unit} since 1970, or write a timestamp.`);
      return;
    }
  }
  const message = `${what} is ${formatCoordinate(scope, steps)}, outside the ${scope.name} ${range}`;
  report(
    'OUT_OF_RANGE',
    message,
    scope.wraps ? aroundRemedy(steps, scope) : 'Keep it inside, or widen the range.',
  );
}

function aroundRemedy(steps: bigint, scope: Scope): string {
  const length = BigInt(scope.max - scope.min);
  const above = steps - scope.origin - BigInt(scope.min);
  const around = Number(((above % length) + length) % length) + scope.min;
  const [least, most, place] = [scope.min, scope.max, around].map((stored) => sourceWords(scope, stored));
  return `On a ring places lie from ${least} to ${most}: this one is ${place}.`;
}

/** A stretch [from, to) in stored coordinates. */
type Stretch = Pick<Interval, 'from' | 'to'>;

/**
 * The one stretch from `from` to `to`, or two where it runs over the seam of what wraps; undefined, and reported, when it
 * holds nothing or runs backwards.
 */
function stretchesOf(
  what: string,
  scope: Scope,
  from: number,
  to: number,
  report: Report,
): readonly Stretch[] | undefined {
  if (from < to) return [{ from, to }];
  // The seam is one place: from max to min is no way, or all the way round.
  if (from === to || !scope.wraps || (from === scope.max && to === scope.min)) {
    reportNoInterval(what, scope, from, to, report);
    return undefined;
  }
  return overEnd(scope, from, to);
}

/** A stretch that runs over the end of its scope, to go on at its beginning; max is min again. */
function overEnd({ min, max }: Scope, from: number, to: number): readonly Stretch[] {
  const pieces = [
    { from, to: max },
    { from: min, to },
  ];
  return pieces.filter((piece) => piece.from < piece.to);
}

function reportNoInterval(what: string, scope: Scope, from: number, to: number, report: Report): void {
  const range = formatRange(scope, from, to);
  const words = (stored: number) => sourceWords(scope, stored);
  const whole = `{ from: ${words(scope.min)}, to: ${words(scope.max)} }`;
  if (from === to || (scope.wraps && from === scope.max && to === scope.min)) {
    const remedy = scope.wraps
      ? `All the way round is ${whole}.`
      : '"to" is the first place that no longer belongs to it.';
    report('INTERVAL_EMPTY', `${what} is empty, ${range}`, remedy);
    return;
  }
  const pieces = overEnd(scope, from, to).map(
    (piece) => `{ from: ${words(piece.from)}, to: ${words(piece.to)} }`,
  );
  report('INTERVAL_REVERSED', `${what} runs backwards, ${range}`, reversedRemedy(scope, pieces, whole));
}

/** Exchanged, an interval over the end would mean all that it does not: that is proposed only where no end can be run over, or second. */
function reversedRemedy({ name, kind }: Scope, pieces: readonly string[], whole: string): string {
  if (kind === 'time') return 'Exchange "from" and "to": time does not come round.';
  if (pieces.length === 0) return `If it is all of it, write ${whole}; else correct it.`;
  const written =
    pieces.length === 1 ? `write ${pieces.join()}` : `write two windows, [ ${pieces.join(', ')} ]`;
  if (name === 'phase')
    return `If it runs over the end of the period, ${written}, or add "wraps: true" to the phase.`;
  return `If it runs over the end of the axis, ${written}, or add "wraps: true" to the axis; else exchange "from" and "to".`;
}

/** One `{ from, to }` or a list of them, sorted; undefined when any of it is wrong. */
export function readIntervals(
  node: TreeNode,
  what: string,
  scope: Scope,
  diagnostics: Diagnostics,
): readonly Interval[] | undefined {
  const nodes = node.kind === 'list' ? node.items : [node];
  if (nodes.length === 0) {
    diagnostics.add('BAD_VALUE', node.place, `${what} is an empty list`, 'Write at least one { from, to }.');
    return undefined;
  }
  const intervals: Interval[] = [];
  let complete = true;
  for (const item of nodes) {
    const read = readInterval(item, what, scope, diagnostics);
    if (read === undefined) complete = false;
    else intervals.push(...read);
  }
  if (!complete) return undefined;
  intervals.sort((left, right) => left.from - right.from);
  return checkApart(intervals, what, scope, diagnostics) ? intervals : undefined;
}

function readInterval(
  node: TreeNode,
  what: string,
  scope: Scope,
  diagnostics: Diagnostics,
): readonly Interval[] | undefined {
  const fields = readFields(node, what, ['from', 'to'], diagnostics);
  if (fields === undefined) return undefined;
  const from = readCoordinate(fields.need('from'), `"from" of ${what}`, scope, diagnostics);
  const to = readCoordinate(fields.need('to'), `"to" of ${what}`, scope, diagnostics);
  if (from === undefined || to === undefined) return undefined;
  const report = reportAt(diagnostics, node.place);
  return stretchesOf(what, scope, from, to, report)?.map((stretch) => ({ ...stretch, place: node.place }));
}

function readCoordinate(
  node: TreeNode | undefined,
  what: string,
  scope: Scope,
  diagnostics: Diagnostics,
): number | undefined {
  if (node === undefined) return undefined;
  const text = readQuantityText(node, what, diagnostics);
  if (text === undefined) return undefined;
  const report = reportAt(diagnostics, text.place);
  return parseCoordinate(text.text, what, scope, undefined, report);
}

function checkApart(
  intervals: readonly Interval[],
  what: string,
  scope: Scope,
  diagnostics: Diagnostics,
): boolean {
  let before: Interval | undefined;
  for (const interval of intervals) {
    if (before !== undefined && interval.from < before.to) {
      const both = `${formatRange(scope, before.from, before.to)} and ${formatRange(scope, interval.from, interval.to)}`;
      const message = `${what} names a place twice: ${both}`;
      diagnostics.add('INTERVALS_OVERLAP', interval.place, message, 'Join the two, or shorten one.');
      return false;
    }
    before = interval;
  }
  return true;
}
