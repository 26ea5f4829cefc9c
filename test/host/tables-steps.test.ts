/** Ends that are written in step tables, holes over the seam of a day, and numbers that a finer unit takes whole. */
import { expect, test } from 'vitest';
import { type Options, refusal, rowsOf } from '../support/imported.ts';

const STEPS: Options = { ...{ from: 'a_m', to: 'b_m', limit: 'v' }, table: { until: 'next' } };
const saying = (more: Options['table'], gaps?: Options['gaps']): Options => ({
  ...STEPS,
  ...(gaps === undefined ? {} : { gaps }),
  table: { ...STEPS.table, ...more },
});

const RISING = 'a_m,b_m,v\n0,99,50\n100,,80\n300,399,60\n400,499,70\n';
const FALLING = 'a_m,b_m,v\n500,401,50\n400,,80\n300,201,60\n200,101,70\n';

test('holes of one step behind ends that are written in a step table are asked about before they become gaps', async () => {
  const asked = await refusal(RISING, saying({}, 'stop'));
  expect(asked).toMatch(/2 rows begin one step behind .* --ends inclusive; .* --ends exclusive/s);
  expect(await rowsOf(RISING, saying({ ends: 'inclusive' }, 'stop'))).toBe(
    '0..100 50, 100..300 80, 300..400 60, 400..500 70',
  );
  expect(await rowsOf(RISING, saying({ ends: 'exclusive' }, 'stop'))).toBe(
    '0..99 50, 100..300 80, 300..399 60, 400..499 70',
  );
});

test('and in one that falls', async () => {
  const falling = { order: 'falling' } as const;
  expect(await refusal(FALLING, saying(falling, 'stop'))).toContain('2 rows begin one step behind');
  expect(await rowsOf(FALLING, saying({ ...falling, ends: 'inclusive' }, 'stop'))).toBe(
    '400..500 50, 300..400 80, 200..300 60, 100..200 70',
  );
  expect(await rowsOf(FALLING, saying({ ...falling, ends: 'exclusive' }, 'stop'))).toBe(
    '401..500 50, 300..400 80, 201..300 60, 101..200 70',
  );
});

test('where an end that is written is where the next row begins, holes are meant', async () => {
  const table = 'a_m,b_m,v\n0,99,50\n100,200,80\n200,,60\n300,301,10\n';
  expect(await refusal(table, saying({}, 'stop'))).toMatch(/^READ/);
});

test('rows of every phase are looked at beside those of one', async () => {
  const table = 'a_m,b_m,dir,v\n0,99,both,50\n100,200,up,80\n100,200,down,60\n';
  const phases = { column: 'dir', names: ['up', 'down'], all: 'both' };
  const options = { ...STEPS, gaps: 'stop', table: { phases } } as const;
  expect(await refusal(table, options)).toContain('2 rows begin one step behind');
});

test('a day that ends at 23:59 is asked about', async () => {
  const clock: Options = { from: 'a', to: 'b', axisUnit: 'min', gaps: 'stop', table: { clock: true } };
  expect(await refusal('a,b\n00:00,23:59\n', clock)).toContain('say --ends inclusive');
  expect(await rowsOf('a,b\n00:00,23:59\n', { ...clock, table: { clock: true, ends: 'inclusive' } })).toBe(
    '0..1440',
  );
  expect(await refusal('a,b\n08:00,17:59\n', clock)).toMatch(/^READ/);
});

test('rows of a step table do not stand in either order', async () => {
  expect(await refusal(RISING, saying({ order: 'either' }))).toContain('--order falling');
});

/** The option that follows the nearest two. */
async function finer(table: string, options: Options): Promise<string> {
  return /: say (--[a-z-]+ \S+), in which it is whole/.exec(await refusal(table, options))?.[1] ?? 'NOTHING';
}

test.each([
  ['a_m,b_m\n0,100.5\n', {}, '--axis-unit dm', { axisUnit: 'dm' }, '0..1005'],
  ['a_km,b_km\n0,1.2345\n', {}, '--axis-unit dm', { axisUnit: 'dm' }, '0..12345'],
  [
    'a_m,b_m,v_kmh\n0,100,50.5\n',
    { limit: 'v_kmh' },
    '--limit-unit m/h',
    { limitUnit: 'm/h' },
    '0..10050500',
  ],
  [
    'a_m,b_m,v_mph\n0,100,20\n',
    { limit: 'v_mph', limitUnit: 'km/h' },
    '--limit-unit mm/h',
    { limitUnit: 'mm/h' },
    '0..10032186880',
  ],
  [
    'a,b\n2026-01-01T00:00Z,2026-01-01T06:00Z\n',
    { axisUnit: 'd', origin: '2026-01-01T00:00:00Z' },
    '--axis-unit h',
    { axisUnit: 'h' },
    '2026-01-01T00:00:00Z..2026-01-01T06:00:00Z',
  ],
] as const)(
  'a finer unit is said as the option that takes it: %s',
  async (table, options, said, more, rows) => {
    const all = { from: table.slice(0, table.indexOf(',')), to: 'b_m', ...options };
    const to = /,(b\w*)/.exec(table)?.[1] ?? '';
    expect(await finer(table, { ...all, to })).toBe(said);
    expect(await rowsOf(table, { ...all, to, ...more })).toBe(rows);
  },
);

test('a limit is never proposed higher than it is', async () => {
  const told = await refusal('a_m,b_m,v\n0,100,50.5\n', {
    from: 'a_m',
    to: 'b_m',
    limit: 'v',
    limitUnit: 'km/h',
  });
  expect(told).toContain('The nearest are 50 km/h and 51 km/h: write the lower one.');
});
