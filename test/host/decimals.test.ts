import { describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { parseSource } from '../../host/source/source.ts';
import { unitNamed } from '../../host/source/unit-table.ts';
import { parseSteps } from '../../host/source/units.ts';
import { Random, seedFor } from '../support/random.ts';

/** Decimals and units: what is exact in steps is taken, what is not is refused with the two steps beside it. */

/** Sizes as textbooks give them, in millionths of a metre and so on: [unit, numerator, denominator]. */
const LENGTHS: readonly (readonly [string, bigint, bigint])[] = [
  ['um', 1n, 1n],
  ['mm', 1_000n, 1n],
  ['cm', 10_000n, 1n],
  ['dm', 100_000n, 1n],
  ['m', 1_000_000n, 1n],
  ['km', 1_000_000_000n, 1n],
  ['in', 25_400n, 1n],
  ['ft', 304_800n, 1n],
  ['yd', 914_400n, 1n],
  ['mi', 1_609_344_000n, 1n],
  ['nmi', 1_852_000_000n, 1n],
];
const ANGLES: readonly (readonly [string, bigint, bigint])[] = [
  ['arcsec', 1n, 3600n],
  ['arcmin', 1n, 60n],
  ['mdeg', 1n, 1000n],
  ['deg', 1n, 1n],
  ['gon', 9n, 10n],
  ['turn', 360n, 1n],
];
const SPEEDS: readonly (readonly [string, bigint, bigint])[] = [
  ['mm/s', 1n, 1n],
  ['m/s', 1000n, 1n],
  ['km/h', 1_000_000n, 3600n],
  ['mph', 1_609_344n, 3600n],
  ['ft/min', 3048n, 600n],
  ['kn', 1_852_000n, 3600n],
];
const TIMES: readonly (readonly [string, bigint, bigint])[] = [
  ['ns', 1n, 1n],
  ['us', 1_000n, 1n],
  ['ms', 1_000_000n, 1n],
  ['s', 1_000_000_000n, 1n],
  ['min', 60_000_000_000n, 1n],
  ['h', 3_600_000_000_000n, 1n],
  ['d', 86_400_000_000_000n, 1n],
];

function read(text: string, unit: string, scale: number): { steps?: bigint; remedy?: string; code?: string } {
  let refusal: { code: string; remedy: string } | undefined;
  const steps = parseSteps(text, 'it', { unit, scale }, undefined, (code, _message, remedy) => {
    refusal = { code, remedy };
  });
  return steps === undefined ? { ...refusal } : { steps };
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

test('40,000 random decimals of every unit: exact ones are taken, others name the two steps beside them', () => {
  const random = new Random(seedFor('decimals', 4096));
  const seen = { exact: 0, inexact: 0 };
  for (let round = 0; round < 40_000; round++) {
    const family = random.pick([LENGTHS, ANGLES, SPEEDS, TIMES]);
    const [from, fromNumerator, fromDenominator] = random.pick(family);
    const [to, toNumerator, toDenominator] = random.pick(family);
    const scale = random.pick([1, 1, 2, 3, 10, 1000, 4096]);
    const places = random.below(7);
    const digits = BigInt(random.between(-10_000_000, 10_000_000));
    const magnitude = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
    const whole = magnitude.slice(0, magnitude.length - places);
    const number = `${digits < 0n ? '-' : ''}${whole}${places > 0 ? `.${magnitude.slice(-places)}` : random.pick(['', '.', '.0'])}`;
    const numerator = digits * fromNumerator * toDenominator * BigInt(scale);
    const denominator = 10n ** BigInt(places) * fromDenominator * toNumerator;
    const text = `${number}${random.pick(['', ' '])}${from}`;
    const answer = read(text, to, scale);
    const below = floorDivide(numerator, denominator);
    if (numerator % denominator === 0n) {
      seen.exact++;
      if (answer.steps !== numerator / denominator) expect({ text, to, scale, ...answer }).toBeNull();
      continue;
    }
    seen.inexact++;
    const [, left = '', right = ''] = /nearest are (.*?) and (.*?):/.exec(answer.remedy ?? '') ?? [];
    const beside = [read(left, to, scale).steps, read(right, to, scale).steps];
    if (answer.code !== 'UNIT_INEXACT' || beside[0] !== below || beside[1] !== below + 1n)
      expect({ text, to, scale, ...answer, beside, below }).toBeNull();
  }
  expect(Math.min(seen.exact, seen.inexact)).toBeGreaterThan(2000);
});

describe('numbers', () => {
  test.each([
    ['-0.5 mm', 'mm', 4096, -2048n],
    ['5.5 km', 'mm', 1, 5_500_000n],
    ['50.0', 'mm', 1, 50n],
    ['.5 m', 'mm', 1, 500n],
    ['0.0', 'mm', 1, 0n],
    ['+1.250 m', 'mm', 1, 1250n],
    ['1 ft', 'in', 10, 120n],
    ['0.25 turn', 'deg', 1, 90n],
    ['45°', 'deg', 1, 45n],
    ['2 µm', 'um', 1, 2n],
    ['36 km/h', 'm/s', 1, 10n],
    ['3.6 km/h', 'mm/s', 1, 1000n],
  ])('%s on an axis of %s / %i', (text, unit, scale, steps) => {
    expect(read(text, unit, scale).steps).toBe(steps);
  });

  test.each([
    ['1e2', 'NOT_AN_INTEGER'],
    ['1e2 m', 'NOT_AN_INTEGER'],
    ['1,5 m', 'NOT_AN_INTEGER'],
    ['1.250.000', 'NOT_AN_INTEGER'],
    ['0x10', 'NOT_AN_INTEGER'],
    ['1_000', 'NOT_AN_INTEGER'],
    ['Infinity', 'NOT_AN_INTEGER'],
    ['.', 'NOT_AN_INTEGER'],
    ['-', 'NOT_AN_INTEGER'],
    ['007', 'NOT_AN_INTEGER'],
    ['1234567890123456789', 'OUT_OF_RANGE'],
    [`0.${'1'.repeat(31)}`, 'OUT_OF_RANGE'],
    ['5 s', 'UNIT_MISMATCH'],
    ['5 nm', 'UNIT_MISMATCH'],
    ['1 km/h', 'UNIT_MISMATCH'],
    [`1 ${'m/s/'.repeat(10_000)}s`, 'UNIT_MISMATCH'],
  ])('refused: %s', (text, code) => {
    expect(read(text, 'mm', 1).code).toBe(code);
  });

  test('units that only look alike are none', () => {
    for (const name of [
      '',
      '/',
      'm/',
      '/s',
      'm//s',
      'm/m',
      's/s',
      'm/s/s/s',
      'toString',
      '__proto__',
      'M',
      'Min',
    ])
      expect([name, unitNamed(name)]).toEqual([name, undefined]);
    expect(unitNamed('m/s2')).toEqual(unitNamed('m/s²'));
    expect(unitNamed('m/s^2')).toEqual(unitNamed('m/s/s'));
    expect(unitNamed('km/h/s')?.dimension).toBe('acceleration');
  });
});

const SOURCE = `holdfast: 1
map: test
epoch: 1
space: { axes: [ { name: s, unit: m, min: 0, max: 30 km } ] }
limits: { unit: km/h }
zones:
  - { id: a, at: { from: 0, to: 12+400 }, limit: 40 }
  - { id: b, at: { from: 12.4 km, to: 26.0+100 }, limit: 50.0 }
  - { id: c, at: { from: 26100.0, to: 30+000 }, limit: 25 m/s }
`;

const model = (source: string) => parseSource('m.yaml', memoryReader({ 'm.yaml': source }));

async function mistakesOf(source: string, files: Record<string, string> = {}) {
  const error = await loadPartition('m.yaml', memoryReader({ 'm.yaml': source, ...files })).catch(
    (thrown: unknown) => thrown,
  );
  return error instanceof SourceError ? error.diagnostics : [];
}

describe('a source', () => {
  test('takes chainage, decimals and limits in other units where they are exact', async () => {
    const { zones } = await model(SOURCE);
    expect(zones.map(({ at, limit }) => [at[0]?.from, at[0]?.to, limit])).toEqual([
      [0, 12_400, 40],
      [12_400, 26_100, 50],
      [26_100, 30_000, 90],
    ]);
  });

  test.each([
    ['12+40', 'BAD_VALUE'],
    ['12+4000', 'BAD_VALUE'],
    ['-12+400', 'BAD_VALUE'],
    ['12.40+400', 'BAD_VALUE'],
    ['12+400.5', 'UNIT_INEXACT'],
  ])('refuses the chainage %s', async (text, code) => {
    expect((await mistakesOf(SOURCE.replace('12+400', text))).map((each) => each.code)).toContain(code);
  });

  test('chainage is a length: an axis of degrees has none', async () => {
    const [first] = await mistakesOf(SOURCE.replace('unit: m,', 'unit: deg,').replace('30 km', '30000'));
    expect(first).toMatchObject({ code: 'UNIT_MISMATCH' });
  });

  test('rounds only where it says so, and tells the worst displacement', async () => {
    const inexact = SOURCE.replaceAll('12+400', '12+400.25').replaceAll('12.4 km', '12.40025 km');
    expect((await mistakesOf(inexact)).map(({ code }) => code)).toEqual(['UNIT_INEXACT', 'UNIT_INEXACT']);
    for (const [rule, place, displacement] of [
      ['nearest', 12_400, '0.25 m'],
      ['down', 12_400, '0.25 m'],
      ['up', 12_401, '0.75 m'],
    ] as const) {
      const { zones, roundings } = await model(inexact.replace('30 km }', `30 km, round: ${rule} }`));
      expect([zones[0]?.at[0]?.to, zones[1]?.at[0]?.from]).toEqual([place, place]);
      expect(roundings).toEqual([
        {
          of: 'axis "s"',
          rule,
          count: 2,
          displacement,
          worst: '"to" of "at" of zone "a" is 12400.25 m',
        },
      ]);
    }
  });

  test('rounds limits by their own rule', async () => {
    const mph = SOURCE.replace('25 m/s', '25 mph');
    expect((await mistakesOf(mph))[0]?.remedy).toContain('The nearest are 40 km/h and 41 km/h');
    const { zones, roundings } = await model(mph.replace('km/h }', 'km/h, round: down }'));
    expect(zones[2]?.limit).toBe(40);
    expect(roundings).toMatchObject([{ of: 'limits', rule: 'down', count: 1, displacement: '0.234 km/h' }]);
  });

  test('columns of units in a table are converted, row by row', async () => {
    const source = SOURCE.replace(
      /zones:[\s\S]*/,
      'zones:\n  - { file: t.csv, unit: km, columns: { from: a, to: b, limit: v, limitUnit: u } }\n',
    );
    const rows = 'a,b,v,u\n0,12.5,40,km/h\n12.5,30,25,m/s\n';
    const { zones } = await parseSource('m.yaml', memoryReader({ 'm.yaml': source, 't.csv': rows }));
    expect(zones.map(({ at, limit }) => [at[0]?.to, limit])).toEqual([
      [12_500, 40],
      [30_000, 90],
    ]);
    const without = await mistakesOf(source, { 't.csv': rows.replace('m/s', '') });
    expect(without).toMatchObject([{ code: 'UNIT_MISSING', line: 3 }]);
  });

  test('moments of time take zeros behind the second, and name the nearest two', async () => {
    const time = `holdfast: 1
map: test
epoch: 1
space: { axes: [ { name: t, unit: s, origin: 2026-01-01T00:00:00.000Z, min: 2026-01-01T00:00:00Z, max: 2026-01-02T00:00:00.0Z } ] }
zones:
  - { id: a, at: { from: 2026-01-01T00:00:00Z, to: 2026-01-02T00:00:00.000000000000Z } }
`;
    expect((await model(time)).zones[0]?.at[0]).toMatchObject({ from: 0, to: 86_400 });
    const [first] = await mistakesOf(
      time.replace('00.000000000000Z', '00.25Z').replace('01-02T00:00:00.25', '01-01T12:00:00.25'),
    );
    expect(first?.remedy).toContain('The nearest are 2026-01-01T12:00:00Z and 2026-01-01T12:00:01Z');
    expect(first?.remedy).toContain('"unit: ms"');
  });
});
