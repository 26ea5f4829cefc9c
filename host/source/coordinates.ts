import type { Diagnostics } from './diagnostics.ts';
import { type Report, readFields, readTextNode, reportAt } from './fields.ts';
import { type AxisModel, formatRange, type Interval } from './model.ts';
import type { TreeNode } from './tree.ts';
import { type Measure, parseSteps } from './units.ts';

/** Coordinates and intervals of a source, read into stored coordinates. */

/** What a coordinate is read against: an axis, or the phase (which has no origin). */
export interface Scope extends Measure {
  /** For messages: `axis "s"` or `phase`. */
  readonly name: string;
  readonly origin: bigint;
  /** Stored coordinates run over [min, max). */
  readonly min: number;
  readonly max: number;
}

export function scopeOfAxis(axis: AxisModel): Scope {
  return { ...axis, name: `axis "${axis.name}"` };
}

export function scopeOfPhase(period: number): Scope {
  return { name: 'phase', unit: 'tick', scale: 1, origin: 0n, min: 0, max: period };
}

/** A stored coordinate within the scope, its end included. */
export function parseCoordinate(
  text: string,
  what: string,
  scope: Scope,
  bareUnit: string | undefined,
  report: Report,
): number | undefined {
  const steps = parseSteps(text, what, scope, bareUnit, report);
  if (steps === undefined) return undefined;
  const stored = steps - scope.origin;
  if (stored >= BigInt(scope.min) && stored <= BigInt(scope.max)) return Number(stored);
  const range = formatRange(scope, scope.min, scope.max);
  report(
    'OUT_OF_RANGE',
    `${what} is ${steps}, outside of the ${scope.name} ${range}`,
    'Keep it inside, or widen the range.',
  );
  return undefined;
}

/** Whether [from, to) holds anything; reversed and empty intervals are reported. */
export function checkInterval(what: string, scope: Scope, from: number, to: number, report: Report): boolean {
  if (from < to) return true;
  const range = formatRange(scope, from, to);
  if (from > to) report('INTERVAL_REVERSED', `${what} runs backwards, ${range}`, 'Exchange "from" and "to".');
  else
    report(
      'INTERVAL_EMPTY',
      `${what} is empty, ${range}`,
      '"to" is the first place that no longer belongs to it.',
    );
  return false;
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
  for (const item of nodes) {
    const interval = readInterval(item, what, scope, diagnostics);
    if (interval !== undefined) intervals.push(interval);
  }
  if (intervals.length < nodes.length) return undefined;
  intervals.sort((left, right) => left.from - right.from);
  return checkApart(intervals, what, scope, diagnostics) ? intervals : undefined;
}

function readInterval(
  node: TreeNode,
  what: string,
  scope: Scope,
  diagnostics: Diagnostics,
): Interval | undefined {
  const fields = readFields(node, what, ['from', 'to'], diagnostics);
  if (fields === undefined) return undefined;
  const from = readCoordinate(fields.need('from'), `"from" of ${what}`, scope, diagnostics);
  const to = readCoordinate(fields.need('to'), `"to" of ${what}`, scope, diagnostics);
  if (from === undefined || to === undefined) return undefined;
  const report = reportAt(diagnostics, node.place);
  return checkInterval(what, scope, from, to, report) ? { from, to, place: node.place } : undefined;
}

function readCoordinate(
  node: TreeNode | undefined,
  what: string,
  scope: Scope,
  diagnostics: Diagnostics,
): number | undefined {
  if (node === undefined) return undefined;
  const text = readTextNode(node, what, diagnostics);
  if (text === undefined) return undefined;
  const report = reportAt(diagnostics, text.place);
  if (isTimestamp(text.text)) {
    report('TIME_AXIS_NOT_SUPPORTED', `${what} is a timestamp`, TIME_REMEDY);
    return undefined;
  }
  if (!text.plain && /^[+-]?[0-9]+$/.test(text.text)) {
    report('NOT_AN_INTEGER', `${what} is the quoted text "${text.text}"`, 'Leave the quotes out.');
    return undefined;
  }
  return parseCoordinate(text.text, what, scope, undefined, report);
}

export const TIME_REMEDY = 'Axes of time are not supported yet; count in integers from an event of your own.';

export function isTimestamp(text: string): boolean {
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[T ])/.test(text);
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
