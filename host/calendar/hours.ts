import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import type { Day } from './days.ts';
import { type DateSelector, readDates } from './hours-dates.ts';
import { MINUTES_A_DAY } from './zone.ts';

/**
 * Opening hours in the notation of OpenStreetMap, the part of it that means the same to everybody: rules after each other, of which
 * the last that fits a day decides it. `Mo-Fr 08:00-12:00,13:00-18:00; Dec 24 08:00-12:00; PH off`. A rule behind a comma instead, as in
 * `Mo-Fr 08:00-12:00, Th 14:00-16:00`, adds its hours to those of its days. What is not read is refused.
 */

/** Minutes after midnight; `to` may lie in the days after. */
export interface HoursSpan {
  readonly from: number;
  readonly to: number;
}

export interface HoursRule {
  readonly text: string;
  /** Any of them must hold the day; null: all days. */
  readonly dates: readonly DateSelector[] | null;
  /** 1 Monday to 7 Sunday; null: all, unless only holidays are named. */
  readonly weekdays: ReadonlySet<number> | null;
  /** Holidays fit too. */
  readonly holidays: boolean;
  /** None: closed. */
  readonly spans: readonly HoursSpan[];
  /** It adds to the hours that its days have of rules before it, and replaces none. */
  readonly adds: boolean;
}

const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const WEEKDAY = `(?:${WEEKDAYS.join('|')})`;
const DAYS_PART = new RegExp(
  `^(?:PH|${WEEKDAY}(?:-${WEEKDAY})?)(?:, ?(?:PH|${WEEKDAY}(?:-${WEEKDAY})?))*(?![\\w-])`,
);
const TIME = '[0-9]{1,2}:[0-9]{2}';
/** Between the hours of a rule and the days of one that adds to it. */
const ADDED = new RegExp(`(?<=${TIME}-${TIME}) ?, ?(?=(?:PH|${WEEKDAY}|[A-Z][a-z]{2})\\b|[0-9]{4}[ -])`);
const SPANS = new RegExp(`^${TIME}-${TIME}(?:, ?${TIME}-${TIME})*$`);
/** Rules and letters of them that anybody needs; more is an attack. */
const TEXT_LENGTH_MAX = 4096;
const RULES_MAX = 100;
/** Until when a span may run: over midnight and into the next morning, as 26:00 says it. */
const SPAN_END_MAX = 2 * MINUTES_A_DAY;

/** Throws HoldfastError HOURS_BROKEN that names `where`, the rule and what is not read. */
export function parseHours(text: string, where: string): readonly HoursRule[] {
  if (text.length > TEXT_LENGTH_MAX)
    throw broken(where, text, `is longer than ${TEXT_LENGTH_MAX} characters`);
  const groups = text.split(';').map((group) => group.trim());
  if (groups.at(-1) === '') groups.pop();
  if (groups.length === 0) throw broken(where, text, 'is empty');
  const rules = groups.flatMap((group) =>
    group.split(ADDED).map((text, index) => ({ text, adds: index > 0 })),
  );
  if (rules.length > RULES_MAX) throw broken(where, text, `has more than ${RULES_MAX} rules`);
  return rules.map(({ text, adds }, index) => {
    const rule = { ...parseRule(text, where), adds };
    if (adds) requireHours(rule, where);
    const isForEveryDay = rule.dates === null && rule.weekdays === null && !rule.holidays;
    // Some readers add such a rule to those before it, some replace them by it.
    if (isForEveryDay && index > 0)
      throw broken(
        where,
        text,
        'names no days: begin it with Mo-Su if it decides them all, or put it first if the rules before it decide theirs',
      );
    return rule;
  });
}

/** Spans of hours by themselves, such as `05:00-24:00`. Throws HoldfastError HOURS_BROKEN. */
export function parseSpans(text: string, where: string): readonly HoursSpan[] {
  if (!SPANS.test(text))
    throw new HoldfastError('HOURS_BROKEN', `${where}: "${cutText(text)}" is no list of hours`, {
      remedy: 'Write hours such as 05:00-24:30, and several behind commas.',
    });
  return text.split(',').map((span) => parseSpan(span.trim(), where));
}

/** The rules whose hours a day has, by their numbers: the last that decides it, and those behind it that add to it. */
export function fittingRules(rules: readonly HoursRule[], day: Day, isHoliday: boolean): readonly number[] {
  const fitting: number[] = [];
  for (let index = rules.length - 1; index >= 0; index--) {
    const rule = rules[index];
    if (rule === undefined || !fits(rule, day, isHoliday)) continue;
    fitting.unshift(index);
    if (!rule.adds) break;
  }
  return fitting;
}

/** Of the rules of a day the one that replaces those before it; null when there is none. */
export function baseRule(rules: readonly HoursRule[], fitting: readonly number[]): number | null {
  return fitting.find((index) => rules[index]?.adds === false) ?? null;
}

/** Behind a comma stand hours: a day that is closed there, or open all day, is taken for more than one thing. */
function requireHours({ text, spans }: HoursRule, where: string): void {
  if (spans.length === 0)
    throw broken(where, text, 'closes days behind a comma, which adds: write ; before it');
  if (spans === WHOLE_DAY)
    throw broken(where, text, 'adds to hours and has none: write ; before it if its days are open all day');
}

function fits({ dates, weekdays, holidays }: HoursRule, day: Day, isHoliday: boolean): boolean {
  if (dates !== null && !dates.some((selector) => selector(day))) return false;
  if (weekdays === null) return !holidays || isHoliday;
  return weekdays.has(day.dayOfWeek) || (holidays && isHoliday);
}

function parseRule(text: string, where: string): Omit<HoursRule, 'adds'> {
  refuseOthers(text, where);
  if (text === '24/7') return { text, dates: null, weekdays: null, holidays: false, spans: WHOLE_DAY };
  const { dates, rest: afterDates } = readDates(text, (what) => broken(where, text, what));
  const [daysText = ''] = DAYS_PART.exec(afterDates) ?? [];
  const rest = afterDates.slice(daysText.length).trim();
  const { weekdays, holidays } = readDays(daysText);
  return { text, dates, weekdays, holidays, spans: readSpans(rest, text, where) };
}

const WHOLE_DAY: readonly HoursSpan[] = [{ from: 0, to: MINUTES_A_DAY }];

function readDays(text: string): Pick<HoursRule, 'weekdays' | 'holidays'> {
  if (text === '') return { weekdays: null, holidays: false };
  const weekdays = new Set<number>();
  let holidays = false;
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === 'PH') {
      holidays = true;
      continue;
    }
    const [from = '', to = from] = part.split('-');
    const [first, last] = [WEEKDAYS.indexOf(from), WEEKDAYS.indexOf(to)];
    // A range may run over the end of the week, such as Fr-Mo.
    const days = ((last - first + WEEKDAYS.length) % WEEKDAYS.length) + 1;
    for (let day = 0; day < days; day++) weekdays.add(((first + day) % WEEKDAYS.length) + 1);
  }
  return { weekdays: weekdays.size === 0 ? null : weekdays, holidays };
}

function readSpans(rest: string, rule: string, where: string): readonly HoursSpan[] {
  if (rest === 'off' || rest === 'closed') return [];
  if (rest === '' || rest === 'open') return WHOLE_DAY;
  if (!SPANS.test(rest)) throw broken(where, rule, `has "${cutText(rest)}", which is not read`);
  return rest.split(',').map((span) => parseSpan(span.trim(), where));
}

function parseSpan(text: string, where: string): HoursSpan {
  const [from, to] = text.split('-').map((time) => parseTime(time, text, where));
  if (from === undefined || to === undefined) throw new TypeError('a span has two times');
  if (from >= MINUTES_A_DAY) throw broken(where, text, 'begins after its day');
  if (from === to) throw broken(where, text, 'begins where it ends: write 00:00-24:00 for a whole day');
  const end = to > from ? to : to + MINUTES_A_DAY;
  if (end > SPAN_END_MAX) throw broken(where, text, 'ends more than a day after its own');
  return { from, to: end };
}

function parseTime(text: string, span: string, where: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  if (minutes >= 60 || hours > 48) throw broken(where, span, `has "${text}", which is no time`);
  return 60 * hours + minutes;
}

/** Days in other words and languages; `So` and `Do` are none of these rules' days either. */
const OTHER_DAYS =
  /\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day)?s?\b|\b(?:wednesday|saturday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|di|mi|do|so|lu|ma|me|je|ve|lun|mer|jeu|ven|sam|dim)\b/iu;

/** What others read, or read in more than one way, by the sign that it begins with. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/\|\|/, 'has ||, a rule for when nothing else is known: a map must know'],
  [
    /"/,
    'has a remark in quotes, which a map cannot keep: leave it out if the hours hold all the same, else write off in place of both',
  ],
  [/\b(?:sunrise|sunset|dawn|dusk)\b/, 'depends on the sun: write times'],
  [/\bSH\b/, 'has school holidays, SH: write their days'],
  [/\bweek\b/, 'counts weeks: write dates'],
  [/\+/, 'has an end that is open (+): write when it ends'],
  [/\[/, 'counts weekdays of a month: write dates'],
  [/\bunknown\b/, 'says "unknown": a map must know'],
  [
    new RegExp(`${TIME} *(?:PH|${WEEKDAY}|[A-Z][a-z]{2}\\b)`),
    'goes on after its hours: write a comma before what adds to them, ; before what replaces them on its days',
  ],
  [/[\u2010-\u2015\u2212]/u, 'has a long dash: write - in its place'],
  [/[0-9]\s*[ap]\.?m\b/i, 'has hours of half a day: write those of 24 hours, such as 18:00'],
  [/[0-9]\.[0-9]{2}\b/, 'has points in its times: write 08:00'],
  [
    /(?<![0-9:.-]|[A-Z][a-z]{2} )[0-9]{1,2}(?::[0-9]{2})? ?- ?[0-9]{1,2}(?![0-9:.-])$/,
    'has hours without minutes: write 08:00-18:00',
  ],
  [OTHER_DAYS, 'names days in another way: write Mo, Tu, We, Th, Fr, Sa, Su'],
];

function refuseOthers(text: string, where: string): void {
  const found = OTHERS.find(([pattern]) => pattern.test(text));
  if (found !== undefined) throw broken(where, text, found[1]);
  if (text === '') throw broken(where, text, 'is an empty rule');
}

function broken(where: string, text: string, what: string): HoldfastError {
  return new HoldfastError('HOURS_BROKEN', `${where}: "${cutText(text)}" ${what}`, {
    remedy: 'Write rules such as Mo-Fr 08:00-12:00,13:00-18:00; Dec 24 08:00-12:00; PH off.',
  });
}
