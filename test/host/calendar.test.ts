/** Calendars become explicit rows: by hand, against another reader of opening hours, and against the clocks of the zones. */
import openingHours from 'opening_hours';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CalendarInput, type CalendarOptions, draftCalendar } from '../../host/calendar/calendar.ts';
import { NO_HOLIDAYS, readHolidays } from '../../host/calendar/holidays.ts';
import { parseHours } from '../../host/calendar/hours.ts';
import { Zone, zoneTableVersion } from '../../host/calendar/zone.ts';
import { Random, seedFor } from '../support/random.ts';

const OPTIONS: CalendarOptions = {
  map: 'desk',
  zone: 'Europe/Zurich',
  from: '2026-03-27',
  to: '2026-03-31',
  clockChange: 'refuse',
  overMidnight: 'refuse',
  unit: 's',
  axis: 't',
  epoch: 1,
  gaps: 'stop',
};

const hoursInput = (hours: string): CalendarInput => ({
  kind: 'hours',
  entries: [{ id: 'open', hours, where: '--hours' }],
  file: '--hours',
});
const gtfsInput = (calendar: string | null, exceptions: string | null): CalendarInput => ({
  kind: 'gtfs',
  calendar: calendar === null ? null : { file: 'calendar.txt', text: calendar },
  exceptions: exceptions === null ? null : { file: 'calendar_dates.txt', text: exceptions },
  agencyZone: null,
  file: 'feed',
});
const fhirInput = (value: unknown): CalendarInput => ({
  kind: 'fhir',
  text: JSON.stringify(value),
  file: 'resource.json',
});

async function rowsOf(input: CalendarInput, options: Partial<CalendarOptions> = {}): Promise<string[]> {
  const { source, mistakes } = await draftCalendar(input, 'out.map.yaml', { ...OPTIONS, ...options });
  expect(mistakes).toEqual([]);
  return [...source.matchAll(/\{ from: (\d{4}-\S+), to: (\S+) \}/g)].map(([, from, to]) => `${from}/${to}`);
}

describe('opening hours', () => {
  test('change their offset with the clocks', async () => {
    expect(await rowsOf(hoursInput('Mo-Fr 08:00-18:00'))).toEqual([
      '2026-03-27T08:00:00+01:00/2026-03-27T18:00:00+01:00',
      '2026-03-30T08:00:00+02:00/2026-03-30T18:00:00+02:00',
      '2026-03-31T08:00:00+02:00/2026-03-31T18:00:00+02:00',
    ]);
  });

  test('the last rule that fits a day decides it; holidays are those that are given', async () => {
    const holidays = readHolidays('2026-03-30 A day\n', 'days.txt');
    const rules = 'Mo-Su 08:00-10:00,11:00-12:00; Mar 28-29 off; PH 09:00-10:00';
    expect(await rowsOf(hoursInput(rules), { holidays, from: '2026-03-28' })).toEqual([
      '2026-03-30T09:00:00+02:00/2026-03-30T10:00:00+02:00',
      '2026-03-31T08:00:00+02:00/2026-03-31T10:00:00+02:00',
      '2026-03-31T11:00:00+02:00/2026-03-31T12:00:00+02:00',
    ]);
  });

  test('a night begins on its day, and that before the first day reaches into it', async () => {
    expect(await rowsOf(hoursInput('22:00-06:00'), { from: '2026-03-30', to: '2026-03-30' })).toEqual([
      '2026-03-30T00:00:00+02:00/2026-03-30T06:00:00+02:00',
      '2026-03-30T22:00:00+02:00/2026-03-31T00:00:00+02:00',
    ]);
  });

  test('nights that the axis cuts are told', async () => {
    const days = { ...OPTIONS, from: '2026-03-27', to: '2026-03-27' };
    const cut = async (hours: string) =>
      (await draftCalendar(hoursInput(hours), 'x.yaml', days)).assumptions.join();
    expect(await cut('22:00-06:00')).toContain('2 intervals of "open" reach out of the axis and are cut');
    expect(await cut('Fr 22:00-06:00')).toContain('1 interval of "open" reaches out of the axis and is cut');
    expect(await cut('Th-Fr 08:00-24:00')).not.toContain('out of the axis');
  });

  test('a night into a day that a later rule closes is asked, kept or cut', async () => {
    const input = hoursInput('Mo-Su 22:00-06:00; Tu off');
    const days = { from: '2026-03-30', to: '2026-03-31' };
    await expect(rowsOf(input, days)).rejects.toMatchObject({ code: 'OVER_MIDNIGHT' });
    const kept = await rowsOf(input, { ...days, overMidnight: 'keep' });
    expect(kept.at(-1)).toBe('2026-03-30T22:00:00+02:00/2026-03-31T06:00:00+02:00');
    const cut = await rowsOf(input, { ...days, overMidnight: 'cut' });
    expect(cut.at(-1)).toBe('2026-03-30T22:00:00+02:00/2026-03-31T00:00:00+02:00');
  });

  test.each([
    ['Mo-Fr 08:00-18:00 || "by appointment"', '||'],
    ['Mo-Fr 08:00-18:00 "bell"', 'remark'],
    ['sunrise-sunset', 'sun'],
    ['Mo[1] 08:00-18:00', 'weekdays of a month'],
    ['week 1-10 Mo 08:00-18:00', 'weeks'],
    ['Mo 08:00-12:00 Tu 08:00-12:00', 'a comma before what adds to them'],
    ['Mo 08:00-12:00, PH off', 'write ; before it'],
    ['Mo 08:00-12:00, PH', 'write ; before it'],
    ['Mo 08:00-12:00, Dec 24 open', 'write ; before it'],
    ['Mo 08:00+', 'open (+)'],
    ['SH off', 'school'],
    ['Mo-Fr 8-18', 'hours without minutes'],
    ['8-18', 'hours without minutes'],
    ['Mo-Fr 08:00-18', 'hours without minutes'],
    ['Mo-Fr 08:00–18:00', 'long dash'],
    ['Mo-Fr 8am-6pm', 'half a day'],
    ['Mo-Fr 08.00-18.00', 'points in its times'],
    ['Mon-Fri 08:00-18:00', 'names days in another way'],
    ['Di 08:00-12:00', 'names days in another way'],
    ['Dec 24-26 08-12', 'hours without minutes'],
    ['Mo-Fr 08:60-18:00', 'no time'],
    ['Mo-Fr 08:00-08:00', 'begins where it ends'],
    ['Mo-Fr 25:00-26:00', 'begins after its day'],
    ['Feb 30 off', 'does not have'],
    ['2026 Dec 24-2026 Dec 01 off', 'backwards'],
    ['Montag 08:00-18:00', 'names days in another way'],
    ['mo-fr 08:00-18:00', 'not read'],
    ['Mo 08:00-12:00; 10:00-11:00', 'names no days'],
    ['; ', 'empty'],
    ['', 'empty'],
    [`Mo ${'08:00-09:00,'.repeat(1000)}`, 'longer than'],
  ])('%s is refused in words', (text, words) => {
    expect(() => parseHours(text, 'hours.txt:3')).toThrow(words);
  });

  test('a rule behind a comma adds to the hours of its days, and that is told', async () => {
    const rules = 'Mo-Fr 08:00-12:00, Tu 14:00-16:00; Mar 27 off';
    expect(await rowsOf(hoursInput(rules), { from: '2026-03-27', to: '2026-03-31' })).toEqual([
      '2026-03-30T08:00:00+02:00/2026-03-30T12:00:00+02:00',
      '2026-03-31T08:00:00+02:00/2026-03-31T12:00:00+02:00',
      '2026-03-31T14:00:00+02:00/2026-03-31T16:00:00+02:00',
    ]);
    const { assumptions } = await draftCalendar(hoursInput(rules), 'x.yaml', OPTIONS);
    expect(assumptions.join()).toContain('"Tu 14:00-16:00" of open stands behind a comma: it adds');
  });

  test('where no sign stands between rules, both readings are told, and each followed', async () => {
    const missing = 'Mo-Fr 08:00-12:00 Tu 14:00-16:00';
    expect(() => parseHours(missing, 'x')).toThrow(
      /a comma before what adds to them, ; before what replaces/,
    );
    const days = { from: '2026-03-31', to: '2026-03-31' };
    const afternoon = '2026-03-31T14:00:00+02:00/2026-03-31T16:00:00+02:00';
    expect(await rowsOf(hoursInput(missing.replace(' Tu', ', Tu')), days)).toEqual([
      '2026-03-31T08:00:00+02:00/2026-03-31T12:00:00+02:00',
      afternoon,
    ]);
    expect(await rowsOf(hoursInput(missing.replace(' Tu', '; Tu')), days)).toEqual([afternoon]);
  });

  test('a remark may be a condition: off is written in place of hours that do not hold without it', async () => {
    const remark = 'Mo-Su 08:00-18:00; Tu 08:00-18:00 "by appointment"';
    expect(() => parseHours(remark, 'x')).toThrow('else write off in place of both');
    const followed = hoursInput(remark.replace('08:00-18:00 "by appointment"', 'off'));
    expect(await rowsOf(followed, { from: '2026-03-30' })).toEqual([
      '2026-03-30T08:00:00+02:00/2026-03-30T18:00:00+02:00',
    ]);
  });

  test('holidays that nobody gave are asked for', async () => {
    await expect(rowsOf(hoursInput('Mo-Fr 08:00-18:00; PH off'))).rejects.toThrow('none are given');
    expect(() => readHolidays('2026-02-30\n', 'days.txt')).toThrow('days.txt:1');
    expect(() => readHolidays('# nothing\n', 'days.txt')).toThrow('no day');
    expect(readHolidays('2026-12-24..2026-12-26 x\r\n', 'days.txt').count).toBe(3);
  });

  test.each([
    ['2026-12-24, 2026-12-25', 'a number behind its day'],
    ['2026-12-24 - 2026-12-26', 'a number behind its day'],
    ['2026-12-24 to 26 Dec', 'a number behind its day'],
    ['2026-12-24 ٢٦', 'a number behind its day'],
    ['2026-12-24;from 12:00', 'a part of the day'],
    ['2026-12-24 ½', 'a part of the day'],
    ['2026-12-24 half day', 'a part of the day'],
    ['2026-12-24 Heiliger Abend, ab Mittag', 'a part of the day'],
    ['2026-12-24 ..', 'a range that is not read'],
    ['2026-12-24 not a holiday', 'says "not"'],
    ['2026-12-24 kein Feiertag', 'says "kein"'],
    ['2026-12-24 No holiday in Zurich', 'says "No"'],
    ['2026-12-24 Christmas (cancelled)', 'says "cancelled"'],
    ['2026-12-24 working day', 'says "working day"'],
    ['2026-12-24 optional', 'says "optional"'],
    ['2026-12-24 tbc', 'says "tbc"'],
    ['2026-12-24 Christmas?', 'says "?"'],
    ['2026-12-24 moved to Tuesday', 'says "moved"'],
    ['2026-12-24 and following day', 'says "following"'],
    ['2026-12-24 Josefstag (only TI)', 'says "only"'],
    ['2026-12-24 Josefstag (TI, UR)', 'says "(TI, UR)"'],
    ['2026-12-26 .. 2026-12-24', 'backwards'],
    ['2026-12-24/2026-12-26', 'is no day'],
    ['2026-12-24–2026-12-26', 'is no day'],
    ['2026-12-24...2026-12-26', 'is no day'],
  ])('a holiday "%s" is refused, for more stands there than a day and a name', (line, words) => {
    expect(() => readHolidays(`2026-12-20\n${line}\n`, 'days.txt')).toThrow(words);
    expect(() => readHolidays(`2026-12-20\n${line}\n`, 'days.txt')).toThrow('days.txt:2: ');
  });

  test('what the remedies for holidays say is read as it was meant', () => {
    for (const [text, count] of [
      ['2026-12-24..2026-12-26', 3],
      ['2026-12-24 .. 2026-12-26 Christmas', 3],
      ['2026-12-24\n2026-12-25', 2],
      ['2026-08-01 National day # of 1291', 1],
      ['20260801;National day - the "first"', 1],
      ['2026-12-31 # half a day in some places', 1],
      ['2026-12-24 # not in Ticino\n2026-11-01 Notre-Dame (Toussaint)', 2],
    ] as const)
      expect(readHolidays(text, 'days.txt').count, text).toBe(count);
  });

  test('half a holiday is a last rule with its day, as the remedy says', async () => {
    const input = hoursInput('Mo-Su 08:00-18:00; PH off; 2026-03-31 08:00-12:00');
    const holidays = readHolidays('2026-03-30\n', 'days.txt');
    expect(await rowsOf(input, { holidays, from: '2026-03-30' })).toEqual([
      '2026-03-31T08:00:00+02:00/2026-03-31T12:00:00+02:00',
    ]);
  });

  test('a rule without days, and both ways to give it some', async () => {
    const days = { from: '2026-03-30', to: '2026-03-30' };
    const [monday, all] = ['Mo 08:00-12:00', '10:00-11:00'];
    expect(() => parseHours(`${monday}; ${all}`, 'x')).toThrow('begin it with Mo-Su if it decides them all');
    expect(await rowsOf(hoursInput(`${monday}; Mo-Su ${all}`), days)).toEqual([
      '2026-03-30T10:00:00+02:00/2026-03-30T11:00:00+02:00',
    ]);
    expect(await rowsOf(hoursInput(`${all}; ${monday}`), days)).toEqual([
      '2026-03-30T08:00:00+02:00/2026-03-30T12:00:00+02:00',
    ]);
  });

  test('a night that only reaches into the range decides something of it, unless it is cut', async () => {
    const night = hoursInput('Su 22:00-02:00; Mo off');
    const days = { ...OPTIONS, from: '2026-03-30', to: '2026-03-30' };
    const kept = await draftCalendar(night, 'x.yaml', { ...days, overMidnight: 'keep' });
    expect(kept.rows).toBe(1);
    expect(kept.assumptions.join()).not.toContain('decides no day');
    const open = hoursInput('Su 22:00-02:00; Mo 08:00-09:00');
    const cut = await draftCalendar(open, 'x.yaml', { ...days, overMidnight: 'cut' });
    expect(cut.assumptions.join()).toContain('"Su 22:00-02:00" of open decides no day');
  });

  test('what decides nothing is named', async () => {
    const { assumptions } = await draftCalendar(
      hoursInput('Mo-Su 08:00-18:00; Dec 24 off'),
      'x.yaml',
      OPTIONS,
    );
    expect(assumptions.join()).toContain('"Dec 24 off" of open decides no day');
  });
});

test('ranges of days hold both their ends', async () => {
  expect(await rowsOf(hoursInput('2026-03-28..2026-03-29'))).toEqual([
    '2026-03-28T00:00:00+01:00/2026-03-30T00:00:00+02:00',
  ]);
});

describe('what costs more than its bytes is refused', () => {
  test('services of centuries, chosen or not', async () => {
    const head = 'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n';
    const rows = Array.from({ length: 2000 }, (_, index) => `s${index},1,1,1,1,1,1,1,20000101,20990101`);
    const feed = gtfsInput(head + rows.join('\n'), null);
    const days = { from: '2026-01-01', to: '2026-01-02' };
    await expect(rowsOf(feed, days)).rejects.toThrow('days of service');
    expect(await rowsOf(feed, { ...days, services: ['s7'] })).toHaveLength(1);
    await expect(rowsOf(feed, { ...days, services: ['x'] })).rejects.toThrow('no such service');
    await expect(rowsOf(feed, { ...days, services: ['s7', 'x'] })).rejects.toThrow('no such service as "x"');
  });

  test('lists of holidays, rules and lines', async () => {
    const centuries = Array.from({ length: 9 }, () => '2000-01-01..2090-01-01').join('\n');
    expect(() => readHolidays(centuries, 'days.txt')).toThrow('more than 100000 days');
    expect(() => parseHours('Mo off;'.repeat(101), 'x')).toThrow('more than 100 rules');
    const entries = Array.from({ length: 100 }, (_, index) => ({
      id: `e${index}`,
      hours: 'Mo off',
      where: 'x',
    }));
    const century = { from: '2000-01-01', to: '2090-01-01' };
    await expect(rowsOf({ kind: 'hours', entries, file: 'x' }, century)).rejects.toThrow('too many');
  });
});

describe('another reader of opening hours says the same', () => {
  const PLACE = { lat: 52.5, lon: 13.4, address: { country_code: 'de', country: '', state: 'Berlin' } };
  const zoneBefore = process.env.TZ;
  beforeAll(() => {
    // That reader takes the clocks of the machine.
    process.env.TZ = 'UTC';
  });
  afterAll(() => {
    if (zoneBefore === undefined) delete process.env.TZ;
    else process.env.TZ = zoneBefore;
  });
  const theirs = (text: string) => new openingHours(text, PLACE);
  const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

  const two = (value: number) => String(value).padStart(2, '0');
  function spansText(random: Random): string {
    if (random.onceIn(5)) return 'off';
    let at = random.between(0, 40);
    const spans: string[] = [];
    for (let count = random.between(1, 4); count > 0 && at < 90; count--) {
      const end = random.between(at + 1, 97);
      spans.push(
        `${two(Math.floor(at / 4))}:${two(15 * (at % 4))}-${two(Math.floor(end / 4))}:${two(15 * (end % 4))}`,
      );
      at = end + random.between(1, 20);
    }
    return spans.join(',');
  }
  function daysText(random: Random): string {
    const parts = Array.from({ length: random.between(1, 3) }, () => {
      const from = WEEKDAYS[random.below(7)] ?? '';
      const to = WEEKDAYS[random.below(7)] ?? '';
      return random.onceIn(2) || from === to ? from : `${from}-${to}`;
    });
    return random.onceIn(4) ? ['PH', ...parts].join(',') : parts.join(',');
  }
  function datesText(random: Random): string {
    const [from, to] = [random.below(12), random.below(12)];
    const [day, last] = [random.between(1, 29), random.between(1, 29)];
    const year = random.onceIn(3) ? '2026 ' : '';
    switch (random.below(4)) {
      case 0:
        return `${year}${MONTHS[from]} ${two(day)}`;
      case 1:
        return `${year}${MONTHS[from]} ${two(Math.min(day, last))}-${two(Math.max(day, last) + 1)}`;
      case 2:
        return from === to ? `${MONTHS[from]}` : `${MONTHS[from]}-${MONTHS[to]}`;
      default:
        return from === to ? `${MONTHS[from]}` : `${MONTHS[from]} ${two(day)}-${MONTHS[to]} ${two(last)}`;
    }
  }
  function ruleText(random: Random, index: number): string {
    const [dates, days] = [random.onceIn(3), random.onceIn(2)];
    const selectors = [...(dates ? [datesText(random)] : []), ...(days ? [daysText(random)] : [])];
    if (random.onceIn(8)) selectors.splice(0, 2, 'PH');
    if (selectors.length === 0 && index > 0) selectors.push(daysText(random));
    return [...selectors, spansText(random)].join(' ');
  }

  /** Rules behind each other, some of them behind a comma, where hours stand before and behind it. */
  function rulesText(random: Random): string {
    let text = ruleText(random, 0);
    for (let index = random.between(1, 5); index > 1; index--) {
      const rule = ruleText(random, index);
      const isAdded = /\d$/.test(text) && /\d$/.test(rule) && random.onceIn(3);
      text += `${isAdded ? ', ' : '; '}${rule}`;
    }
    return text;
  }

  test('on random rules, at every quarter of an hour of random days', async () => {
    const random = new Random(seedFor('opening hours', 771));
    const publicHoliday = theirs('PH');
    const days = Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(2026, 0, 1 + day, 12)));
    const list = days
      .filter((day) => publicHoliday.getState(day))
      .map((day) => day.toISOString().slice(0, 10));
    expect(list).toContain('2026-12-25');
    const holidays = readHolidays(list.join('\n'), 'days.txt');
    let compared = 0;
    for (let round = 0; round < 100; round++) {
      const text = rulesText(random);
      const rows = await intervalsOf(text, holidays);
      const other = theirs(text);
      for (let sample = 0; sample < 8; sample++) {
        const day = random.below(364);
        const [begin, end] = [Date.UTC(2026, 0, 1 + day), Date.UTC(2026, 0, 2 + day)];
        const open = other.getOpenIntervals(new Date(begin), new Date(end));
        for (let quarter = 0; quarter < 96; quarter++) {
          const at = begin + 15 * 60_000 * quarter + 1;
          const isOpen = open.some(([from, to]) => from.getTime() <= at && at < to.getTime());
          const ours = rows.some(([from, to]) => from <= at && at < to);
          compared++;
          if (ours !== isOpen) expect.fail(`"${text}" at ${new Date(at).toISOString()}: ${ours}`);
        }
      }
    }
    expect(compared).toBe(100 * 8 * 96);
  }, 120_000);

  async function intervalsOf(hours: string, holidays = NO_HOLIDAYS): Promise<[number, number][]> {
    const given = { ...OPTIONS, zone: 'UTC', from: '2026-01-01', to: '2026-12-31', holidays };
    const { source } = await draftCalendar(hoursInput(hours), 'x.yaml', given).catch((error) => {
      if (error.message.includes('nothing in the calendar')) return { source: '' };
      throw error;
    });
    return [...source.matchAll(/\{ from: (\d{4}-\S+), to: (\S+) \}/g)].map(([, from = '', to = '']) => [
      Date.parse(from),
      Date.parse(to),
    ]);
  }
});

describe('zones', () => {
  const day = (text: string) => Temporal.PlainDate.from(text);
  test('a time that is left out or comes twice is refused, or follows the rule', () => {
    const refuse = new Zone('Europe/Zurich', 'refuse');
    expect(() => refuse.at(day('2026-03-29'), 150)).toThrow('does not exist');
    expect(() => refuse.at(day('2026-10-25'), 150)).toThrow('comes twice');
    const earlier = new Zone('Europe/Zurich', 'earlier');
    const later = new Zone('Europe/Zurich', 'later');
    expect(earlier.at(day('2026-03-29'), 150).text).toBe('2026-03-29T03:00:00+02:00');
    expect(later.at(day('2026-03-29'), 150).text).toBe('2026-03-29T03:00:00+02:00');
    expect(earlier.at(day('2026-10-25'), 150).text).toBe('2026-10-25T02:30:00+02:00');
    expect(later.at(day('2026-10-25'), 150).text).toBe('2026-10-25T02:30:00+01:00');
    expect(new Zone('Australia/Lord_Howe', 'earlier').at(day('2026-10-04'), 135).text).toBe(
      '2026-10-04T02:30:00+11:00',
    );
  });

  test('days begin at their first moment, also where midnight is left out or comes twice', () => {
    expect(new Zone('America/Sao_Paulo', 'refuse').at(day('2018-11-04'), 0).text).toBe(
      '2018-11-04T01:00:00-02:00',
    );
    expect(new Zone('America/Sao_Paulo', 'refuse').at(day('2018-11-03'), 1440).text).toBe(
      '2018-11-04T01:00:00-02:00',
    );
    expect(new Zone('America/Havana', 'refuse').at(day('2026-11-01'), 0).text).toBe(
      '2026-11-01T00:00:00-04:00',
    );
    expect(new Zone('Asia/Kathmandu', 'refuse').at(day('2026-11-01'), 60).text).toBe(
      '2026-11-01T01:00:00+05:45',
    );
  });

  test.each(['+01:00', 'UTC+1', 'Mars/Olympus', '', 'Europe/Zurich; x', '../../etc'])(
    '%s is no zone',
    (name) => {
      expect(() => new Zone(name, 'refuse')).toThrow(expect.objectContaining({ code: 'ZONE_UNKNOWN' }));
    },
  );

  test('the clocks of the zone show what was asked for', () => {
    const random = new Random(seedFor('clocks', 772));
    const names = Intl.supportedValuesOf('timeZone');
    let checked = 0;
    for (let round = 0; round < 4000; round++) {
      const name = names[random.below(names.length)] ?? '';
      const date = day('2000-01-01').add({ days: random.below(13_000) });
      const minutes = random.below(1440);
      const clocks = new Intl.DateTimeFormat('sv-SE', {
        timeZone: name,
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      let text: string;
      try {
        text = new Zone(name, 'refuse').at(date, minutes).text;
      } catch (error) {
        expect(error).toMatchObject({ code: 'CLOCK_CHANGE' });
        continue;
      }
      const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`;
      const shown = clocks.format(new Date(text));
      if (minutes > 0) expect(shown).toBe(`${date.toString()} ${time}`);
      expect(text.slice(0, 19).replace('T', ' ')).toBe(shown);
      checked++;
    }
    expect(checked).toBeGreaterThan(3900);
  });

  test('the version of the zone table is told, and the same calendar gives the same bytes', async () => {
    const first = await draftCalendar(hoursInput('Mo-Fr 08:00-18:00'), 'x.yaml', OPTIONS);
    const again = await draftCalendar(hoursInput('Mo-Fr 08:00-18:00'), 'x.yaml', OPTIONS);
    expect(first.source).toBe(again.source);
    expect(first.zoneTable).toBe(zoneTableVersion());
    expect(first.source).toContain(`by the zone table ${process.versions.tz}`);
  });
});

describe('GTFS', () => {
  const HEAD = 'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n';
  const CALENDAR = `${HEAD}wd,1,1,1,1,1,0,0,20260327,20260331\n`;

  test('both dates are included, and days are added and removed', async () => {
    const changes = 'service_id,date,exception_type\nwd,20260330,2\nwd,20260401,1\n';
    expect(await rowsOf(gtfsInput(CALENDAR, changes), { from: undefined, to: undefined })).toEqual([
      '2026-03-27T00:00:00+01:00/2026-03-28T00:00:00+01:00',
      '2026-03-31T00:00:00+02:00/2026-04-02T00:00:00+02:00',
    ]);
  });

  test('a day of the change of clocks has 23 hours', async () => {
    const sunday = `${HEAD}su,0,0,0,0,0,0,1,20260329,20260329\n`;
    const [row = ''] = await rowsOf(gtfsInput(sunday, null), { from: undefined, to: undefined });
    const [from = '', to = ''] = row.split('/');
    expect(Date.parse(to) - Date.parse(from)).toBe(23 * 3_600_000);
  });

  test('a service is called what the feed calls it, as far as an id can hold that', async () => {
    const text = `${HEAD}C D,1,1,1,1,1,0,0,20260327,20260331\nC-D,1,1,1,1,1,0,0,20260327,20260331\n`;
    const { source, assumptions } = await draftCalendar(gtfsInput(text, null), 'out.map.yaml', {
      ...OPTIONS,
      from: undefined,
      to: undefined,
    });
    expect(source).toContain('id: C-D,');
    expect(source).toContain('id: C-D-2,');
    expect(assumptions).toContain('the id of service "C D" is C-D');
    expect(assumptions).toContain('the id of service "C-D" is C-D-2');
    const unnamed = gtfsInput(text.replace('C D', '!'), null);
    await expect(rowsOf(unnamed, { from: undefined, to: undefined })).rejects.toMatchObject({
      code: 'BAD_VALUE',
    });
  });

  test('services of exceptions alone, and hours of a day of service', async () => {
    const changes = '\ufeffservice_id,date,exception_type\r\n"x, y",20260401,1\r\n';
    const plain = changes.replace('"x, y"', 'x');
    expect(
      await rowsOf(gtfsInput(null, plain), { from: undefined, to: '2026-04-02', daily: '05:00-25:30' }),
    ).toEqual(['2026-04-01T05:00:00+02:00/2026-04-02T01:30:00+02:00']);
  });

  test('exceptions that change no day are named, and make the map no longer', async () => {
    const days = Array(7).fill('1').join(',');
    const weekly = `service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nx,${days},20260401,20260403\n`;
    const changes =
      'service_id,date,exception_type\nx,20260402,1\nx,20270101,2\nx,20260403,2\nx,20260405,1\n';
    const { source, assumptions } = await draftCalendar(gtfsInput(weekly, changes), 'x.yaml', {
      ...OPTIONS,
      from: undefined,
      to: undefined,
    });
    expect(assumptions).toContain(
      'exceptions that change no day: calendar_dates.txt:2 (2026-04-02), calendar_dates.txt:3 (2027-01-01)',
    );
    expect(source).toContain('max: 2026-04-06T00:00:00+02:00');
  });

  test('hours of a day that are not read are answered with such hours', async () => {
    const changes = gtfsInput(null, 'service_id,date,exception_type\nx,20260401,1\n');
    const asked = { from: '2026-04-01', to: '2026-04-02' };
    for (const daily of ['8-18', '05:00:30-06:00']) {
      const error = await rowsOf(changes, { ...asked, daily }).catch((thrown: unknown) => thrown);
      const [, proposed = 'NOTHING'] =
        /such as (\S+),/.exec((error as { remedy?: string }).remedy ?? '') ?? [];
      expect(await rowsOf(changes, { ...asked, daily: proposed })).toHaveLength(1);
    }
  });

  test('hours that a change of the clocks leaves out are named', async () => {
    const { assumptions } = await draftCalendar(hoursInput('Su 02:15-02:45'), 'x.yaml', {
      ...OPTIONS,
      clockChange: 'later',
      from: '2026-03-20',
      to: '2026-04-10',
    });
    expect(assumptions.join('\n')).toMatch(
      /"Su 02:15-02:45" on 2026-03-29 of \S+ is left out: the clocks skip it/,
    );
  });

  test.each([
    ['20261024', '20:00-27:00', '2026-10-24T20:00:00+02:00/2026-10-25T02:00:00+01:00'],
    ['20260328', '20:00-27:00', '2026-03-28T20:00:00+01:00/2026-03-29T04:00:00+02:00'],
    ['20260329', '01:00-05:00', '2026-03-29T00:00:00+01:00/2026-03-29T05:00:00+02:00'],
    ['20260329', '01:00-02:30', '2026-03-29T00:00:00+01:00/2026-03-29T01:30:00+01:00'],
    ['20261025', '00:00-24:00', '2026-10-25T01:00:00+02:00/2026-10-26T00:00:00+01:00'],
    ['20260401', '05:00-24:00', '2026-04-01T05:00:00+02:00/2026-04-02T00:00:00+02:00'],
  ])('hours of a day of service count from noon minus 12 hours: %s %s', async (day, daily, row) => {
    const changes = gtfsInput(null, `service_id,date,exception_type\nx,${day},1\n`);
    expect(await rowsOf(changes, { from: '2026-03-01', to: '2026-12-31', daily })).toEqual([row]);
  });

  test('hours of a day of service are those of the definition, in any zone on any day', async () => {
    const random = new Random(seedFor('days of service', 773));
    const names = Intl.supportedValuesOf('timeZone');
    for (let round = 0; round < 2000; round++) {
      const zone = names[random.below(names.length)] ?? '';
      const day = Temporal.PlainDate.from('2000-01-01').add({ days: random.below(13_000) });
      const minutes = random.below(2880);
      let noon: number;
      try {
        noon = Date.parse(new Zone(zone, 'refuse').at(day, 720).text);
      } catch {
        continue; // A day that the zone does not have.
      }
      const { text, nanoseconds } = new Zone(zone, 'refuse').ofService(day, minutes);
      expect(Date.parse(text)).toBe(noon + 60_000 * (minutes - 720));
      expect(nanoseconds).toBe(BigInt(Date.parse(text)) * 1_000_000n);
    }
  });

  test.each([
    ['calendar.txt:3', `${CALENDAR}wd,1,1,1,1,1,0,0,20260327,20260331\n`, null, 'has a row already'],
    ['calendar.txt:2', `${HEAD}wd,1,1,yes,1,1,0,0,20260327,20260331\n`, null, 'wednesday is "yes"'],
    ['calendar.txt:2', `${HEAD}wd,1,1,1,1,1,0,0,20260230,20260331\n`, null, 'is no day'],
    ['calendar.txt:2', `${HEAD}wd,1,1,1,1,1,0,0,20260401,20260331\n`, null, 'backwards'],
    ['calendar.txt:2', `${HEAD}wd,1,1,1,1,1,0,0,00010101,99991231\n`, null, 'more than'],
    ['calendar.txt:1', 'service_id,monday\nwd,1\n', null, 'has no column'],
    [
      'calendar_dates.txt:2',
      null,
      'service_id,date,exception_type\nwd,20260330,3\n',
      'exception_type is "3"',
    ],
    [
      'calendar_dates.txt:3',
      null,
      'service_id,date,exception_type\nwd,20260330,1\nwd,20260330,2\n',
      'is changed in calendar_dates.txt:2',
    ],
  ])('%s: %s', async (place, calendar, changes, words) => {
    const refused = rowsOf(gtfsInput(calendar, changes), { from: undefined, to: undefined });
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.toThrow(place);
  });

  test('columns that are not used are named, and a zone that contradicts is refused', async () => {
    const table = CALENDAR.replace('end_date\n', 'end_date,note\n').replace('331\n', '331,x\n');
    const { assumptions } = await draftCalendar(gtfsInput(table, null), 'x.yaml', OPTIONS);
    expect(assumptions.join()).toContain('not used: note');
    const agency = { ...gtfsInput(CALENDAR, null), agencyZone: 'Europe/Paris' } as CalendarInput;
    await expect(draftCalendar(agency, 'x.yaml', OPTIONS)).rejects.toThrow('agency.txt says Europe/Paris');
  });
});

describe('FHIR periods', () => {
  const period = (start: string | undefined, end: string | undefined) => ({
    resourceType: 'Coverage',
    id: '7',
    period: { start, end },
  });
  const DAYS = { from: '2026-01-01', to: '2027-12-31' };

  test.each([
    ['2026-02-01', '2026-02-28', '2026-02-01T00:00:00+01:00/2026-03-01T00:00:00+01:00'],
    ['2026-02', '2026-03', '2026-02-01T00:00:00+01:00/2026-04-01T00:00:00+02:00'],
    ['2026', '2026', '2026-01-01T00:00:00+01:00/2027-01-01T00:00:00+01:00'],
    ['2026-05-01T10:00:00Z', '2026-05-01T12:00:00Z', '2026-05-01T12:00:00+02:00/2026-05-01T14:00:01+02:00'],
    ['2026-05-01T10:00:00Z', '2026-05-01T12:00Z', '2026-05-01T12:00:00+02:00/2026-05-01T14:01:00+02:00'],
    [undefined, '2026-02-28', '2026-01-01T00:00:00+01:00/2026-03-01T00:00:00+01:00'],
    ['2026-02-28', undefined, '2026-02-28T00:00:00+01:00/2028-01-01T00:00:00+01:00'],
  ])('%s to %s holds all of its end', async (start, end, row) => {
    expect(await rowsOf(fhirInput(period(start, end)), DAYS)).toEqual([row]);
  });

  test('an open end asks for the days of the map', async () => {
    const open = rowsOf(fhirInput(period('2026-02-28', undefined)), { from: undefined, to: undefined });
    await expect(open).rejects.toThrow('is open at one end');
  });

  test.each([
    [period('2026-03-02', '2026-03-01'), 'backwards'],
    [period('2026-03-02T10:00:00', '2026-03-03'), 'no FHIR dateTime'],
    [period('2026-02-30', '2026-03-03'), 'no FHIR dateTime'],
    [period('2026-05-01T10:00:60Z', '2026-06'), 'no FHIR dateTime'],
    [{ resourceType: 'Patient', id: 'x' }, 'no period'],
    [{ resourceType: 'Coverage', period: { start: 5 } }, 'no FHIR dateTime'],
    [
      { resourceType: 'Coverage', period: { start: '2026-03-31', _end: { extension: [] } } },
      'the end left untold',
    ],
    [{ resourceType: 'Coverage', period: { _start: {}, end: '2026-03-31' } }, 'the start left untold'],
    [{ resourceType: 'Coverage', period: { start: '2026', foo: 1 } }, 'has "foo", which no period has'],
    [{ resourceType: 'Coverage', period: { Start: '2026' } }, 'has "Start", which no period has'],
    [{ resourceType: 'Coverage', period: null }, 'Coverage period is no period'],
    [
      [period('2026', '2026'), { resourceType: 'Coverage', id: '8', period: 'March' }],
      'Coverage/8 period is no period',
    ],
  ])('%j is refused: %s', async (value, words) => {
    await expect(rowsOf(fhirInput(value), DAYS)).rejects.toThrow(words);
  });

  test('what lies deeper, other fields and weekly hours are named as unused', async () => {
    const value = {
      ...period('2026-02-01', '2026-02-28'),
      statusHistory: [{ period: { start: '2020' } }],
      availableTime: [{ daysOfWeek: ['mon'] }],
    };
    const { assumptions } = await draftCalendar(fhirInput(value), 'x.yaml', { ...OPTIONS, ...DAYS });
    expect(assumptions).toContain('Coverage/7 statusHistory[0].period is not used');
    expect(assumptions).toContain('Coverage/7 availableTime is not used');
  });

  test('a resource whose status is not active is asked about, then left out by name or taken', async () => {
    const told = { ...period('2026-02-01', '2026-02-28'), status: 'active' };
    const named = await draftCalendar(
      fhirInput({ ...told, period: { ...told.period, _end: { id: 'e' }, extension: [] } }),
      'x.yaml',
      { ...OPTIONS, ...DAYS, statuses: ['active', 'Draft'] },
    );
    expect(named.assumptions).toContain('Coverage/7 period._end is not used');
    expect(named.assumptions).toContain('Coverage/7 period.extension is not used');
    expect(named.assumptions).toContain('the status "Draft", which no resource has, is not used');
    const cancelled = { ...period('2026-03-01', '2026-03-31'), id: '8', status: 'cancelled', payor: [] };
    const bundle = [{ ...period('2026-02-01', '2026-02-28'), status: 'active' }, cancelled];
    await expect(rowsOf(fhirInput(bundle), DAYS)).rejects.toMatchObject({
      message: expect.stringContaining('Coverage/8 period is of a resource whose status is "cancelled"'),
      remedy: 'Say --status active to leave it out, or --status active,cancelled to take it.',
    });
    const active = { ...DAYS, statuses: ['active'] };
    expect(await rowsOf(fhirInput(bundle), active)).toHaveLength(1);
    const { assumptions } = await draftCalendar(fhirInput(bundle), 'x.yaml', { ...OPTIONS, ...active });
    expect(assumptions).toContain('Coverage/8 period, whose status is cancelled, is not used');
    expect(assumptions).toContain('Coverage: payor is not used');
    expect(await rowsOf(fhirInput(bundle), { ...DAYS, statuses: ['active', 'cancelled'] })).toHaveLength(2);
    const closed = {
      resourceType: 'Schedule',
      active: false,
      planningHorizon: { start: '2026', end: '2026' },
    };
    await expect(rowsOf(fhirInput(closed), DAYS)).rejects.toThrow('status is "inactive"');
  });

  test('resources without an id are zones of their own, and that is told', async () => {
    const nameless = ['2026-02', '2026-05'].map((month) => ({ ...period(month, month), id: undefined }));
    const { source, assumptions } = await draftCalendar(fhirInput(nameless), 'x.yaml', {
      ...OPTIONS,
      ...DAYS,
    });
    expect([...source.matchAll(/ id: ([^,\s]+)/g)].map(([, id]) => id)).toEqual([
      'Coverage.period',
      'Coverage.period-2',
    ]);
    expect(assumptions).toContain('the id of another Coverage period is Coverage.period-2');
  });

  test('versions of one resource, one that is deleted, and what says that something is not, are refused', async () => {
    const [now, before] = [period('2026-02', '2026-03'), period('2026-02', '2026-06')];
    const bundle = (...entry: readonly unknown[]) => ({ resourceType: 'Bundle', type: 'history', entry });
    for (const [value, words] of [
      [bundle({ resource: now }, { resource: before }), 'Coverage/7 stands in the file more than once'],
      [[now, { ...before, status: 'cancelled', period: undefined }], 'more than once'],
      [bundle({ request: { method: 'DELETE', url: 'Coverage/7' } }, { resource: now }), 'deletes a resource'],
      [{ ...now, doNotPerform: true }, 'doNotPerform'],
      [{ ...now, resourceType: 'Consent', decision: 'deny' }, 'decision'],
      [{ ...now, resourceType: 'Consent', provision: { type: 'deny' } }, 'provision.type'],
    ] as const)
      await expect(rowsOf(fhirInput(value), { ...DAYS, statuses: ['active'] })).rejects.toThrow(words);
    const put = bundle({ request: { method: 'PUT', url: 'Coverage/7' }, resource: now });
    const permit = {
      ...period('2026-05', '2026-05'),
      id: '8',
      doNotPerform: false,
      provision: { type: 'permit' },
    };
    const holder = (id: string) => ({ ...now, id, contained: [{ resourceType: 'Patient', id: 'p' }] });
    expect(await rowsOf(fhirInput([put, permit]), { ...DAYS, gaps: 'stop' })).toHaveLength(2);
    expect(await rowsOf(fhirInput([holder('1')]), DAYS)).toHaveLength(1);
    const both = fhirInput([holder('1'), holder('2')]);
    expect((await draftCalendar(both, 'x.yaml', { ...OPTIONS, ...DAYS })).zones).toBe(2);
  });

  test('a modifier, and a field that stands twice, are refused', async () => {
    const value = { ...period('2026-02-01', '2026-02-28'), modifierExtension: [] };
    await expect(rowsOf(fhirInput(value), DAYS)).rejects.toThrow('modifierExtension');
    const text = '{"resourceType":"Coverage","period":{"start":"2026"},"period":{"start":"2027"}}';
    const twice = rowsOf({ kind: 'fhir', text, file: 'x.json' }, DAYS);
    await expect(twice).rejects.toThrow('has "period" twice in one object');
  });

  test('a tower of arrays is refused, not walked', async () => {
    const tower = { kind: 'fhir', text: `${'['.repeat(500)}${']'.repeat(500)}`, file: 'x.json' } as const;
    await expect(draftCalendar(tower, 'x.yaml', OPTIONS)).rejects.toMatchObject({ code: 'FHIR_BROKEN' });
  });
});
