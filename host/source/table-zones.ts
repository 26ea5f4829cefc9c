import { cutText } from '../common/cut-text.ts';
import { foldCase } from '../table/names.ts';
import type { TableRecord } from '../table/records.ts';
import { cellOf, columnOf, reportAtCell, type TableContext } from './table-context.ts';
import { distinctValues } from './table-filters.ts';
import { momentOf } from './table-moment.ts';

/** Clocks that a table names beside its moments: in the names of their columns, or in a column of offsets. They must be what was said. */

/** A zone by its text; its offset from UTC as it is said, undefined where that is not one of the whole year. */
interface NamedZone {
  readonly text: string;
  readonly offset: string | undefined;
}

/** Longer texts name no zone, and patterns would look at their blanks again and again. */
const TEXT_CHARACTERS_MAX = 200;
const UTC = /^(?:utc|gmt|zulu|z)$/iu;
const OFFSET = /^(?:utc|gmt)? ?([+\-\u2212]) ?([0-9]{1,2})(?::?([0-9]{2}))?$/iu;
const AREA =
  /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)\/\S+$/iu;
const LOCAL =
  /^(?:cet|cest|mez|mesz|wet|west|eet|eest|msk|bst|ist|jst|kst|sast|[ecmp][sd]t|[ecmp]t|ak[sd]t|hst|a[ecw][sd]t|nz[sd]t|hkt|sgt|local(?: time)?|ortszeit|lokalzeit)$/iu;
/** Such words of a name are no other words, in capitals or not. */
const LOCAL_WORD = /^(?:CET|CEST|MEZ|MESZ|EET|EEST|MSK|JST|KST|SAST|[ECMP][SD]T|cet|cest|mez|mesz)$/u;
const IN_BRACKETS = /[[({]([^[\](){}]*)[\])}]/gu;
const OFFSET_IN_NAME =
  /(?:^|[\s_-])((?:utc|gmt) ?[+\-\u2212] ?[0-9]{1,2}(?::?[0-9]{2})?|[+\u2212][0-9]{2}:?[0-9]{2})$/iu;

/** The zone that a text is. */
function zoneOf(text: string): NamedZone | undefined {
  const [, sign, hours = '', minutes = '00'] = OFFSET.exec(text) ?? [];
  if (UTC.test(text)) return { text, offset: 'Z' };
  if (sign !== undefined) {
    const isZero = Number(hours) === 0 && Number(minutes) === 0;
    return { text, offset: isZero ? 'Z' : `${sign === '+' ? '+' : '-'}${hours.padStart(2, '0')}:${minutes}` };
  }
  return AREA.test(text) || LOCAL.test(text) ? { text, offset: undefined } : undefined;
}

/** Whether a text names a clock. */
export function isZone(text: string): boolean {
  return zoneOf(text) !== undefined;
}

/** The zone that the name of a column says: in brackets, or as a word. */
function zoneOfName(name: string): NamedZone | undefined {
  if (name.length > TEXT_CHARACTERS_MAX) return undefined;
  const text = name.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  const bracketed = [...text.matchAll(IN_BRACKETS)].map(([, inner = '']) =>
    inner.trim().replace(/^in /iu, ''),
  );
  const words = text
    .replace(/(\p{Ll})(?=\p{Lu}{3,4}$)/gu, '$1 ')
    .split(/[^\p{L}/]+/u)
    .filter((word) => AREA.test(word) || LOCAL_WORD.test(word) || (word.length > 1 && UTC.test(word)));
  const atEnd = [OFFSET_IN_NAME.exec(text)?.[1], /[ _](Z)$/iu.exec(text)?.[1]];
  const found = [...bracketed, ...atEnd, ...words].flatMap((each) => zoneOf(each ?? '') ?? []);
  return found[0];
}

const ZONE_NAMES =
  /^(?:.*[\s_-])?(?:tz|time[\s_-]?zone|zone|zeitzone|(?:utc|gmt|tz)[\s_-]?offset|offset|fuseau)$/iu;

/**
 * Whether the clock that was said for moments without an offset is the one that the table names; else it is reported. `records`: the rows
 * that are read, `roles`: the columns of moments.
 */
export function isZoneSaid(
  context: TableContext,
  records: readonly TableRecord[],
  roles: readonly string[],
): boolean {
  const { said } = context;
  if (said.offset === undefined) return true;
  const bare = { ...said, offset: undefined };
  const isNaive = (text: string) =>
    text !== '' && momentOf(text, said).timestamp !== momentOf(text, bare).timestamp;
  const naive = roles.filter((role) => records.some((record) => isNaive(cellOf(context, record, role))));
  const before = context.diagnostics.count;
  for (const role of naive) checkName(context, role, said.offset);
  if (naive.length > 0) checkOffsetColumns(context, records, said.offset);
  return context.diagnostics.count === before;
}

function checkName(context: TableContext, role: string, offset: string): void {
  const name = columnOf(context, role);
  const zone = zoneOfName(name);
  if (zone === undefined || zone.offset === utcAsZ(offset)) return;
  const { say } = context;
  const message = `the name of "${cutText(name)}" says ${cutText(zone.text)}, but ${say('offset', offset)} was said`;
  const remedy =
    zone.offset === undefined
      ? 'Such a clock can be changed within a year: write the offset into each timestamp, or rename the column if all are at that offset.'
      : `Say ${say('offset', zone.offset)}, or rename the column.`;
  reportAtCell(context, context.layout.header, role)('TIMESTAMP_NAIVE', message, remedy);
}

function utcAsZ(offset: string): string {
  return /^[+-]00:00$/.test(offset) ? 'Z' : offset;
}

/** A column of offsets that nothing uses would be lost: it is asked about, unless each is the one that was said. */
function checkOffsetColumns(context: TableContext, records: readonly TableRecord[], offset: string): void {
  const { layout, said, say } = context;
  const used = new Set(layout.columns.values());
  const known = new Set((said.unused ?? []).map(foldCase));
  for (const [index, name] of layout.header.cells.entries()) {
    if (used.has(index) || known.has(foldCase(name)) || !ZONE_NAMES.test(name.slice(0, TEXT_CHARACTERS_MAX)))
      continue;
    const cells = records.flatMap(({ cells }) => cells[index] || []);
    const zones = cells.map(zoneOf);
    if (zones.every((zone) => zone === undefined || zone.offset === utcAsZ(offset))) continue;
    const message = `column "${cutText(name)}" holds clocks (${distinctValues(cells)}), and ${say('offset', offset)} was said for all rows`;
    const remedy = `Write the offset into each timestamp; if nothing is to use the column, say ${say('unused', name)}.`;
    const column = { ...context, layout: { ...layout, columns: new Map([['unused', index]]) } };
    reportAtCell(column, layout.header, 'unused')('TIMESTAMP_NAIVE', message, remedy);
  }
}
