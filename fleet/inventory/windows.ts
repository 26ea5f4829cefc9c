import { Temporal } from 'temporal-polyfill';
import { MINUTES_A_DAY, zoneFault } from '../../host/calendar/zone.ts';
import { cutText } from '../../host/common/cut-text.ts';
import type { Diagnostics } from '../../host/source/diagnostics.ts';
import { type Fields, readFields, readList, readTextNode } from '../../host/source/fields.ts';
import type { TreeNode } from '../../host/source/tree.ts';
import { SITES_MAX, WINDOWS_A_SITE_MAX } from '../limits.ts';
import { readEntries } from './entries.ts';
import { type Site, WEEKDAYS, type WeeklyMoment, type WeeklyWindow } from './model.ts';
import { OBJECTS } from './table.ts';

/** Sites: zones, weekly windows, and days without any. */

const TIME = /^([01][0-9]|2[0-3]):([0-5][0-9])$/;
const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;

export function readSites(node: TreeNode | undefined, diagnostics: Diagnostics): ReadonlyMap<string, Site> {
  const fields = Object.keys(OBJECTS.site.fields);
  return readEntries(node, { what: 'site', fields, most: SITES_MAX }, diagnostics, (id, site) => ({
    id,
    zone: readZone(site, id, diagnostics),
    windows: readWindows(site, id, diagnostics),
    closed: readClosed(site.get('closed'), id, diagnostics),
    check: readCheck(site.get('check'), id, diagnostics),
  }));
}

function readZone(site: Fields, id: string, diagnostics: Diagnostics): string {
  const node = site.need('zone');
  const text = node && readTextNode(node, `zone of site ${id}`, diagnostics);
  if (text === undefined) return '';
  const fault = zoneFault(text.text);
  if (fault !== null) {
    const remedy = 'Give the name of a zone, such as Europe/Zurich or UTC.';
    diagnostics.add(
      'BAD_VALUE',
      text.place,
      `zone of site ${id}: "${cutText(text.text)}" is ${fault}`,
      remedy,
    );
  }
  return text.text;
}

function readWindows(site: Fields, id: string, diagnostics: Diagnostics): readonly WeeklyWindow[] {
  const node = site.need('windows');
  const items = (node && readList(node, `windows of site ${id}`, diagnostics)) ?? [];
  if (node !== undefined && (items.length === 0 || items.length > WINDOWS_A_SITE_MAX)) {
    const message = `site ${id} has ${items.length} windows`;
    const remedy = `Give 1 to ${WINDOWS_A_SITE_MAX}: without one, nothing there is ever changed.`;
    if (node.kind === 'list') diagnostics.add('OUT_OF_RANGE', node.place, message, remedy);
    return [];
  }
  const kept: { window: WeeklyWindow; spans: readonly Span[] }[] = [];
  for (const item of items) {
    const window = readWindow(item, id, diagnostics);
    if (window === undefined) continue;
    const spans = spansOf(window);
    const others = kept.flatMap((other) => other.spans);
    if (spans.some((span, at) => [...others, ...spans.slice(0, at)].some((other) => meet(span, other)))) {
      const message = `windows of site ${id} lie over one another`;
      diagnostics.add('INTERVALS_OVERLAP', item.place, message, 'Join them, or shorten one of them.');
    }
    kept.push({ window, spans });
  }
  return kept.map(({ window }) => window);
}

type Span = readonly [fromMinute: number, untilMinute: number];

/** The window in minutes of a week, cut where the week ends. */
function spansOf({ days, fromMinute, untilMinute }: WeeklyWindow): readonly Span[] {
  return days.flatMap((day): Span[] => {
    const from = (day - 1) * MINUTES_A_DAY + fromMinute;
    const until = (day - 1) * MINUTES_A_DAY + untilMinute;
    if (until <= MINUTES_A_WEEK) return [[from, until]];
    return [
      [from, MINUTES_A_WEEK],
      [0, until - MINUTES_A_WEEK],
    ];
  });
}

function meet([from, until]: Span, [otherFrom, otherUntil]: Span): boolean {
  return from < otherUntil && otherFrom < until;
}

function readWindow(node: TreeNode, site: string, diagnostics: Diagnostics): WeeklyWindow | undefined {
  const what = `window of site ${site}`;
  const fields = readFields(node, what, Object.keys(OBJECTS.window.fields), diagnostics);
  if (fields === undefined) return undefined;
  const days = readDays(fields.need('days'), what, diagnostics);
  const fromMinute = readTime(fields.need('from'), `from of ${what}`, diagnostics);
  const toMinute = readTime(fields.need('to'), `to of ${what}`, diagnostics);
  if (days === undefined || fromMinute === undefined || toMinute === undefined) return undefined;
  if (fromMinute === toMinute) {
    const remedy =
      'Give another end; for a whole day write two windows, such as 00:00 to 12:00 and 12:00 to 00:00.';
    diagnostics.add('INTERVAL_EMPTY', node.place, `${what} ends when it begins`, remedy);
    return undefined;
  }
  return { days, fromMinute, untilMinute: toMinute > fromMinute ? toMinute : toMinute + MINUTES_A_DAY };
}

function readCheck(node: TreeNode | undefined, site: string, diagnostics: Diagnostics): WeeklyMoment | null {
  if (node === undefined) return null;
  const what = `check of site ${site}`;
  const fields = readFields(node, what, Object.keys(OBJECTS.check.fields), diagnostics);
  const days = fields && readDays(fields.need('days'), what, diagnostics);
  const minute = fields && readTime(fields.need('at'), `at of ${what}`, diagnostics);
  return days === undefined || minute === undefined ? null : { days, minute };
}

function readTime(node: TreeNode | undefined, what: string, diagnostics: Diagnostics): number | undefined {
  const text = node && readTextNode(node, what, diagnostics);
  if (text === undefined) return undefined;
  const match = TIME.exec(text.text);
  if (match !== null) return 60 * Number(match[1]) + Number(match[2]);
  const remedy = 'Write hours and minutes with two digits each, 00:00 to 23:59.';
  diagnostics.add('BAD_VALUE', text.place, `${what} is "${cutText(text.text)}", not a time of day`, remedy);
  return undefined;
}

/** `daily`, or days and ranges of days with commas between them; in the order of the week. */
function readDays(
  node: TreeNode | undefined,
  what: string,
  diagnostics: Diagnostics,
): readonly number[] | undefined {
  const text = node && readTextNode(node, `days of ${what}`, diagnostics);
  if (text === undefined) return undefined;
  const parts = text.text === 'daily' ? ['mon-sun'] : text.text.split(',').map((part) => part.trim());
  const days = parts.flatMap((part) => {
    const [first = '', last = first, ...more] = part.split('-');
    const [from, until] = [first, last].map((name) => WEEKDAYS.indexOf(name as never));
    if (from === undefined || until === undefined || from < 0 || until < 0 || more.length > 0)
      return [Number.NaN];
    // A range may run over the end of the week: sat-mon.
    const count = ((until - from + 7) % 7) + 1;
    return Array.from({ length: count }, (_, at) => ((from + at) % 7) + 1);
  });
  if (!days.some(Number.isNaN) && new Set(days).size === days.length) return days.toSorted((a, b) => a - b);
  const remedy = `Write daily, or days such as mon-fri, or mon, wed, each once: ${WEEKDAYS.join(', ')}.`;
  diagnostics.add('BAD_VALUE', text.place, `days of ${what} are "${cutText(text.text)}"`, remedy);
  return undefined;
}

function readClosed(node: TreeNode | undefined, site: string, diagnostics: Diagnostics): readonly string[] {
  const items = (node && readList(node, `closed of site ${site}`, diagnostics)) ?? [];
  return items.flatMap((item) => {
    const text = readTextNode(item, `a closed day of site ${site}`, diagnostics);
    if (text === undefined) return [];
    if (isDay(text.text)) return [text.text];
    const message = `a closed day of site ${site} is "${cutText(text.text)}", which no calendar has`;
    diagnostics.add('BAD_VALUE', text.place, message, 'Write year, month and day, such as 2026-12-24.');
    return [];
  });
}

function isDay(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}
