import { cutText } from '../common/cut-text.ts';
import { fieldOf, fieldText } from './area-geometry.ts';
import type { Scope } from './coordinates.ts';
import type { Report } from './diagnostics.ts';
import type { Interval } from './model.ts';
import type { Place } from './place.ts';
import type { TreeNode } from './tree.ts';
import { stepsInUnit } from './units.ts';

/**
 * Times at which a geozone of ED-318 holds, as phases that count from midnight of UTC, or from midnight before Monday: hours of days of
 * the week. Sunrise and the like depend on place and date, and are no phases.
 */

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
/** Milliseconds. */
const SECOND = 1000;
const DAY = 86_400 * SECOND;

export type PeriodName = 'day' | 'week';

const LENGTHS: Readonly<Record<PeriodName, { readonly length: number; readonly words: string }>> = {
  day: { length: DAY, words: '1 d' },
  week: { length: 7 * DAY, words: '7 d' },
};

/** Whether the phase of a map counts such a period; reports why not. */
export function hasPeriod(name: PeriodName, phase: Scope | null, report: Report): phase is Scope {
  const { length, words } = LENGTHS[name];
  const start = name === 'day' ? 'midnight of UTC' : 'midnight before Monday, UTC';
  const remedy = `Let the loop count from ${start}, "phase: { unit: s, period: ${words} }", or write "periods: ignore".`;
  if (phase === null) {
    report('PHASE_MISSING', `periods of a ${name} are phases, but the source has no phase`, remedy);
    return false;
  }
  const ticks = stepsInUnit('s', phase);
  const isSame =
    ticks !== undefined &&
    BigInt(phase.max) * ticks.denominator * BigInt(SECOND) === ticks.numerator * BigInt(length);
  if (!isSame)
    report(
      'BAD_VALUE',
      `periods of a ${name} are phases, but the phase of the source has another period`,
      remedy,
    );
  return isSame;
}

/** A stretch of milliseconds from the start of the period. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The phases of a list of schedules, each of which adds to the others; null: every phase. Undefined after a mistake was reported. */
export function phasesOf(
  schedules: readonly TreeNode[],
  name: PeriodName,
  phase: Scope,
  what: string,
  place: Place,
  report: Report,
): readonly Interval[] | null | undefined {
  const { length } = LENGTHS[name];
  const stretches: Stretch[] = [];
  for (const schedule of schedules) {
    const read = stretchesOf(schedule, name, what, report);
    if (read === undefined) return undefined;
    for (const { from, to } of read) {
      const start = ((from % length) + length) % length;
      const end = start + (to - from);
      stretches.push({ from: start, to: Math.min(end, length) });
      if (end > length) stretches.push({ from: 0, to: end - length });
    }
  }
  const joined = join(stretches);
  if (joined.length === 1 && joined[0]?.from === 0 && joined[0].to === length) return null;
  const ticks = joined.map(({ from, to }) => [ticksOf(from, phase), ticksOf(to, phase)]);
  const intervals = ticks.flatMap(([from, to]) =>
    from === undefined || to === undefined ? [] : [{ from, to, place }],
  );
  if (intervals.length === joined.length) return intervals;
  report('UNIT_INEXACT', `${what} holds at times that are no whole ticks`, 'Let the phase count finer.');
  return undefined;
}

function join(stretches: readonly Stretch[]): readonly Stretch[] {
  const joined: Stretch[] = [];
  for (const next of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || next.from > last.to) joined.push(next);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
  }
  return joined;
}

function ticksOf(milliseconds: number, phase: Scope): number | undefined {
  const ticks = stepsInUnit('s', phase);
  if (ticks === undefined) return undefined;
  const [numerator, denominator] = [
    BigInt(milliseconds) * ticks.numerator,
    ticks.denominator * BigInt(SECOND),
  ];
  return numerator % denominator === 0n ? Number(numerator / denominator) : undefined;
}

/** One `{ day, startTime, endTime }`; a stretch for each of its days, which may reach over either end of the period. */
function stretchesOf(
  node: TreeNode,
  name: PeriodName,
  what: string,
  report: Report,
): readonly Stretch[] | undefined {
  const event = ['startEvent', 'endEvent'].map((each) => fieldText(node, each)).find((each) => each);
  if (event !== undefined) {
    const message = `${what} holds by daylight (${cutText(event)}), which differs from day to day and place to place`;
    report('BAD_VALUE', message, 'Write times in their place, or "periods: ignore" if it may hold all day.');
    return undefined;
  }
  const days = daysOf(node, what, report);
  if (days === undefined) return undefined;
  if (name === 'day' && days.length < DAYS.length) {
    const message = `${what} holds on ${days.map((day) => DAYS[day]).join(', ')} only`;
    report('BAD_VALUE', message, 'Write "periods: week", with a phase of 7 d.');
    return undefined;
  }
  const from = timeOf(fieldText(node, 'startTime'), 0, what, report);
  const to = timeOf(fieldText(node, 'endTime'), DAY, what, report);
  if (from === undefined || to === undefined) return undefined;
  // What ends at or before its start ends the day after.
  const length = (((to - from) % DAY) + DAY) % DAY || (to - from === DAY ? DAY : 0);
  if (length === 0) {
    const message = `${what} begins and ends at the same time of the day`;
    report('INTERVAL_EMPTY', message, 'Leave both times out if it holds all day, else correct one.');
    return undefined;
  }
  return days.map((day) => ({ from: day * DAY + from, to: day * DAY + from + length }));
}

function daysOf(node: TreeNode, what: string, report: Report): readonly number[] | undefined {
  const given = fieldOf(node, 'day');
  const items = given?.kind === 'list' ? given.items : given === undefined ? [] : [given];
  const names = items.map((item) => (item.kind === 'text' ? item.text : ''));
  const days = names.includes('ANY')
    ? DAYS.map((_, index) => index)
    : names.map((name) => DAYS.indexOf(name));
  if (days.length > 0 && !days.includes(-1)) return [...new Set(days)].sort((a, b) => a - b);
  const wrong = names.find((name) => !DAYS.includes(name));
  report(
    'BAD_VALUE',
    `${what} holds on ${wrong === undefined ? 'no days' : `"${cutText(wrong)}", which is no day`}`,
    `Write some of ${DAYS.join(', ')}, or ANY.`,
  );
  return undefined;
}

const TIME =
  /^([01][0-9]|2[0-3]|24):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,3}))?)?(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$/;

/** Milliseconds of UTC from midnight, which may lie in the day before or after; `otherwise`: when no time is written. */
function timeOf(
  text: string | undefined,
  otherwise: number,
  what: string,
  report: Report,
): number | undefined {
  if (text === undefined || text === '') return otherwise;
  const match = TIME.exec(text);
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '', zone = 'Z'] = match ?? [];
  const clock =
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND +
    Number(fraction.padEnd(3, '0'));
  if (match === null || clock > DAY) {
    const message = `${what} begins or ends at "${cutText(text)}", which is no time of the day with a zone`;
    report('BAD_VALUE', message, 'Write it as 16:00:00Z, or as 18:00:00+02:00.');
    return undefined;
  }
  const ahead = zone === 'Z' ? 0 : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60 * SECOND;
  return zone.startsWith('-') ? clock + ahead : clock - ahead;
}
