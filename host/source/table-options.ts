import { cutText } from '../common/cut-text.ts';
import { ENCODINGS } from '../table/encoding.ts';
import type { Say } from '../table/fault.ts';
import { SEPARATORS } from '../table/layout.ts';
import type { Report } from './diagnostics.ts';
import { isDatePattern } from './table-dates.ts';
import { parseCondition } from './table-filters.ts';
import { DECIMAL_NAMES, type PhasesSaid, ROW_ORDERS, type TableSaid, THOUSANDS_NAMES } from './table-said.ts';

/** The options of a table by their names and texts, as sources and command lines write them. */

const SEPARATOR_NAMES: Readonly<Record<string, string>> = {
  ...SEPARATORS,
  ...Object.fromEntries(Object.values(SEPARATORS).map((character) => [character, character])),
};
const OFFSET = /^(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

interface Option {
  /** Of one text; undefined for a text that is no value. */
  read(text: string): Partial<TableSaid> | undefined;
  /** What may be written, for remedies. */
  readonly values: string;
}

function words<Value>(key: keyof TableSaid, known: Readonly<Record<string, Value>>): Option {
  return {
    read: (text) => (Object.hasOwn(known, text) ? { [key]: known[text] } : undefined),
    values: `one of: ${Object.keys(known)
      .filter((name) => name.length > 1)
      .join(', ')}`,
  };
}

function oneOf(key: keyof TableSaid, known: readonly string[]): Option {
  return words(key, Object.fromEntries(known.map((word) => [word, word])));
}

const TRUTH: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Lists (`where`, `unused`) and `phases` are read apart. */
const TABLE_OPTIONS = {
  separator: words('separator', SEPARATOR_NAMES),
  encoding: oneOf('encoding', ENCODINGS),
  headerRow: {
    read: (text) => (/^[1-9][0-9]{0,5}$/.test(text) ? { headerRow: Number(text) } : undefined),
    values: 'the number of a line, from 1',
  },
  decimal: words('decimal', DECIMAL_NAMES),
  thousands: words('thousands', THOUSANDS_NAMES),
  comment: {
    read: (text) => (text === '' ? undefined : { comment: text }),
    values: 'what comments begin with, or none',
  },
  totals: oneOf('totals', ['keep', 'omit']),
  dates: {
    read: (text) => (isDatePattern(text) ? { dates: text } : undefined),
    values:
      'dd, mm (mmm for a name) and yyyy as dates have them, such as dd.mm.yyyy or d/m/20yy, whose century is said where years have two digits',
  },
  offset: {
    read: (text) => (OFFSET.test(text) ? { offset: text } : undefined),
    values: 'Z, or hours and minutes such as +01:00',
  },
  clock: words('clock', TRUTH),
  since1970: words('since1970', TRUTH),
  ends: {
    read: (text) => (text === '' ? undefined : { ends: text }),
    values: 'inclusive, exclusive, or the width that an end holds, such as "1 m"',
  },
  order: oneOf('order', ROW_ORDERS),
  until: oneOf('until', ['next']),
  end: { read: (text) => (text === '' ? undefined : { end: text }), values: 'a place, or row' },
  emptyLimit: oneOf('emptyLimit', ['none', 'same']),
  ids: oneOf('ids', ['any']),
} as const satisfies Readonly<Record<string, Option>>;

export type TableOptionName = keyof typeof TABLE_OPTIONS;
export const TABLE_OPTION_NAMES = Object.keys(TABLE_OPTIONS) as readonly TableOptionName[];

/** One option; undefined after a text that is no value was reported. */
export function readTableOption(
  name: TableOptionName,
  text: string,
  say: Say,
  report: Report,
): Partial<TableSaid> | undefined {
  const option: Option = TABLE_OPTIONS[name];
  const read = option.read(text);
  if (read === undefined)
    report('BAD_VALUE', `${say(name)} is "${cutText(text)}"`, `Write ${option.values}.`);
  return read;
}

/** What the options together must be; false after a mistake was reported. */
export function checkTableSaid(said: TableSaid, say: Say, report: Report): boolean {
  for (const text of said.where ?? []) {
    if (parseCondition(text) !== undefined) continue;
    report('BAD_VALUE', `${say('where')} is "${cutText(text)}"`, 'Write column=value or column!=value.');
    return false;
  }
  if (said.until === 'next' && said.order === 'either') {
    const message = `${say('order', 'either')}, but under ${say('until', 'next')} all rows follow each other in one order`;
    report('BAD_VALUE', message, `Say ${say('order', 'rising')} or ${say('order', 'falling')}.`);
    return false;
  }
  if (said.end === 'row' && said.until === undefined) {
    report(
      'BAD_VALUE',
      `${say('end', 'row')} needs ${say('until', 'next')}`,
      `Say ${say('until', 'next')} too, or give a place.`,
    );
    return false;
  }
  if (said.decimal !== undefined && said.decimal === said.thousands) {
    const message = 'decimals and thousands are said to have the same mark';
    report('BAD_VALUE', message, `Correct ${say('decimal')} or ${say('thousands')}.`);
    return false;
  }
  return said.phases === undefined || checkPhases(said.phases, say, report);
}

function checkPhases({ names, all }: PhasesSaid, say: Say, report: Report): boolean {
  const folded = names.map((name) => name.toLowerCase());
  if (all !== undefined && folded.includes(all.trim().toLowerCase())) {
    const message = `${say('phases')} names "${cutText(all)}" as a phase, and as the value that stands for every phase`;
    report('BAD_VALUE', message, 'Name it in one of the two places.');
    return false;
  }
  const isGood =
    names.length > 0 && new Set(folded).size === names.length && names.every((name) => name !== '');
  if (!isGood)
    report(
      'BAD_VALUE',
      `${say('phases')} names no phase, or one twice`,
      'Write each value of the column once.',
    );
  return isGood;
}
