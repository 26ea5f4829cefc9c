/** Days with names of months, years of two digits, hours before and after noon: each is read exactly, or asked about once. */
import { describe, expect, test } from 'vitest';
import { datePatterns, in24Hours, withNamedMonth } from '../../host/source/table-dates.ts';
import { type Options, refusal, rowsOf } from '../support/imported.ts';
import { Random, seedFor } from '../support/random.ts';

const TIME: Options = {
  ...{ to: 'to', limit: 'v', axisUnit: 's', origin: '2026-01-01T00:00:00Z', gaps: 'stop' },
  table: { offset: 'Z', ends: 'exclusive', separator: ';' },
};
const saying = (more: Options['table']): Options => ({ ...TIME, table: { ...TIME.table, ...more } });
const CLOCK: Options = { to: 'to', limit: 'v', axisUnit: 'min', gaps: 'stop', table: { clock: true } };

describe('the name of a month', () => {
  test.each([
    ['3 Mar 2026', '2026-03-03'],
    ['Mar-03-2026', '2026-03-03'],
    ['03-MAR-2026', '2026-03-03'],
    ['03MAR2026', '2026-03-03'],
    ['March 3rd, 2026', '2026-03-03'],
    ['3. März 2026', '2026-03-03'],
    ['3 mars 2026', '2026-03-03'],
    ['3 août 2026', '2026-08-03'],
    ['2026 Sept. 3', '2026-09-03'],
    ['3 Mar 2026 14:00', '2026-03-03 14:00'],
    ['Mar 3, 2026, 2:30 PM', '2026-03-03 2:30 PM'],
    ['3 jui 2026', undefined],
    ['3 Foo 2026', undefined],
    ['March 2026', undefined],
    ['3 Mar 26', undefined],
  ])('%s', (cell, day) => {
    expect(withNamedMonth(cell)).toBe(day);
  });

  test('is used without an option, whatever is said of other dates', async () => {
    const table = 'from;to;v\n3 Mar 2026;Mar-05-2026;50\n05.03.2026;6. März 2026 2:30 PM;60\n';
    expect(await rowsOf(table, saying({ dates: 'dd.mm.yyyy' }))).toBe(
      '2026-03-03T00:00:00Z..2026-03-05T00:00:00Z 50, 2026-03-05T00:00:00Z..2026-03-06T14:30:00Z 60',
    );
  });

  test('that is none is quoted', async () => {
    expect(await refusal('from;to;v\n3 Foo 2026;5 Foo 2026;50\n', TIME)).toContain('"3 Foo 2026"');
  });
});

describe('what can be read in several ways is asked once, with the ways that fit all rows', () => {
  test.each([
    ['03.04.2026', '05.04.2026', ['dd.mm.yyyy', 'mm.dd.yyyy']],
    ['03.04.2026', '25.04.2026', ['dd.mm.yyyy']],
    ['03/04/26', '05/06/26', ['dd/mm/20yy', 'mm/dd/20yy', '20yy/mm/dd']],
    ['03/04/26', '05/16/26', ['mm/dd/20yy']],
    ['03-Mar-26', '05-Mar-26', ['dd-mmm-20yy', '20yy-mmm-dd']],
    ['03-Mar-26', '05-Mar-32', ['dd-mmm-20yy']],
    ['Mar 3, 26', 'Mar 5, 26', ["'mmm dd 20yy'"]],
    ['2026/03/04', '2026/03/05', ['yyyy/mm/dd']],
    ['2026-3-4', '2026-3-5', ['yyyy-mm-dd']],
    ['20260304', '20260305', ['yyyymmdd']],
  ])('%s to %s', async (from, to, ways) => {
    const table = `from;to;v\n${from};${to};50\n${to};2040-01-01;60\n`;
    const told = await refusal(table, TIME);
    expect(told.match(/TIMESTAMP_BROKEN/g)).toHaveLength(1);
    const proposed = told.match(/--dates (?:'[^']*'|[^\s.,]+(?:[.][^\s.,]+)*)/g) ?? [];
    expect([...new Set(proposed)]).toEqual(ways.map((way) => `--dates ${way}`));
    const [first = ''] = ways;
    const read = await refusal(table, saying({ dates: first.replaceAll("'", '') }));
    expect(read).toMatch(/^READ/);
  });

  test('and a year of two digits has the century that is said', async () => {
    const of = (dates: string) => rowsOf('from;to;v\n03.03.26;05.03.26;50\n', saying({ dates }));
    expect(await of('dd.mm.20yy')).toBe('2026-03-03T00:00:00Z..2026-03-05T00:00:00Z 50');
  });
});

describe('hours before and after noon', () => {
  test.each([
    ['2:30 PM', '14:30'],
    ['2:30\u202fpm', '14:30'],
    ['2:30:15 p.m.', '14:30:15'],
    ['12:00 AM', '00:00'],
    ['12:05 a.\u00a0m.', '00:05'],
    ['12 PM', '12:00'],
    ['2026-03-03 9:00 AM', '2026-03-03 09:00'],
    ['2026-03-03 9:00 PM +01:00', '2026-03-03 21:00 +01:00'],
    ['13:00 PM', '13:00 PM'],
    ['0:30 AM', '0:30 AM'],
    ['14:30', '14:30'],
  ])('%s', (text, meant) => {
    expect(in24Hours(text)).toBe(meant);
  });

  test('are times of a day, with midnight at its end', async () => {
    const table = 'from,to,v\n8:00 AM,12:00 PM,50\n12:00 PM,6:30 pm,60\n10 PM,12:00 AM,70\n';
    expect(await rowsOf(table, CLOCK)).toBe('480..720 50, 720..1110 60, 1320..1440 70');
  });

  test.each(['13:00 PM', '0:30 AM'])('that no clock shows are refused: %s', async (time) => {
    expect(await refusal(`from,to,v\n8:00 AM,${time},50\n`, CLOCK)).toContain(`"${time}"`);
  });
});

const MONTHS = [
  'January',
  'Feb',
  'MAR',
  'avril',
  'Mai',
  'jun',
  'Juli',
  'août',
  'Sept',
  'Okt',
  'nov',
  'diciembre',
];

test('random days in every writing are read as what they are, or not at all', () => {
  const seed = seedFor('table-dates', 2626);
  const random = new Random(seed);
  for (let index = 0; index < 5000; index++) {
    const [day, month, year] = [random.below(31) + 1, random.below(12) + 1, 2000 + random.below(100)];
    const iso = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    const name = MONTHS[month - 1] ?? '';
    const short = String(year).slice(2);
    const named =
      [`${day} ${name} ${year}`, `${name}-${day}-${year}`, `${year} ${name} ${day}`][random.below(3)] ?? '';
    expect(withNamedMonth(named), named).toBe(iso);
    expect(withNamedMonth(`${day} ${name} ${short}`)).toBeUndefined();
    const numeric = `${day}.${month}.${short}`;
    expect(datePatterns(numeric), numeric).toContain('dd.mm.20yy');
  }
});
