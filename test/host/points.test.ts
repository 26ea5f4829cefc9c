/** Places and phases as people write them: on the command line, and in tables of points with their options. */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { parsePhase } from '../../host/core/points.ts';
import { type PointsMap, type PointsOptions, readPoints } from '../../host/core/points-file.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('points');
afterAll(() => folder.remove());

const METRES: PointsMap = {
  axis: { kind: 'number', unit: 'm', scale: 1, origin: 0n },
  units: UNITS_NONE,
  marks: [],
};
const SECONDS: PointsMap = {
  axis: { kind: 'time', unit: 's', scale: 1, origin: 0n },
  units: { limit: null, phase: { unit: 's', scale: 10 } },
  marks: [],
};

/** Places and phases of a table, or the code it is refused with. */
async function pointsOf(text: string, map: PointsMap, said: PointsOptions['said'] = {}): Promise<unknown> {
  const path = folder.at('points.csv');
  writeFileSync(path, text);
  const found: [string, number][] = [];
  try {
    for await (const questions of readPoints(path, map, { said, say: (option) => `--${option}` }))
      for (const { x, phase } of questions) found.push([`${x}`, phase]);
  } catch (error) {
    if (error instanceof HoldfastError) return error.code;
    throw error;
  }
  return found;
}

describe('a phase', () => {
  const tenths = { limit: null, phase: { unit: 's', scale: 10 } };

  test.each([
    ['3', UNITS_NONE, 3],
    ['3 tick', UNITS_NONE, 3],
    ['12.5 s', tenths, 125],
    ['1.5 min', tenths, 900],
    ['125', tenths, 125],
  ])('%s', (text, units, ticks) => {
    expect(parsePhase(text, '--phase', units)).toBe(ticks);
  });

  test.each([
    ['12.55 s', tenths, 'UNIT_INEXACT'],
    ['3 m', tenths, 'UNIT_MISMATCH'],
    ['3 s', UNITS_NONE, 'UNIT_MISMATCH'],
    ['12.5', tenths, 'NOT_AN_INTEGER'],
    ['-1 s', tenths, 'OUT_OF_RANGE'],
  ])('%s is refused', (text, units, code) => {
    expect(() => parsePhase(text, '--phase', units)).toThrow(expect.objectContaining({ code }));
  });

  test('a time of day is answered with how its phase is written, where a phase counts time', () => {
    const minutes = { limit: null, phase: { unit: 'min', scale: 1 } };
    const refused = { remedy: 'Give whole ticks, or an amount of the unit of the phase, such as "12.5 s".' };
    let remedy = '';
    try {
      parsePhase('23:05', '--phase', minutes);
    } catch (error) {
      remedy = String((error as { remedy?: string }).remedy);
    }
    expect(parsePhase(/"([^"]+)"/.exec(remedy)?.[1] ?? 'NOTHING', '--phase', minutes)).toBe(23 * 60 + 5);
    expect(() => parsePhase('23:05', '--phase', UNITS_NONE)).toThrow(expect.objectContaining(refused));
  });
});

describe('a table of points', () => {
  test.each(['x (km)', 'x_km', 'X [km]', 'x (Kilometer)'])(
    'a unit in the header counts: %s',
    async (header) => {
      expect(await pointsOf(`${header}\n1.5\n2 km\n`, METRES)).toEqual(
        await pointsOf('x\n1.5 km\n2 km\n', METRES),
      );
    },
  );

  test('a unit in the header is held against that of a cell, and against the map', async () => {
    expect(await pointsOf('x (km)\n1500 m\n', METRES)).toBe('UNIT_MISMATCH');
    expect(await pointsOf('x (s)\n1\n', METRES)).toBe('UNIT_MISMATCH');
    expect(await pointsOf('x (furlongs)\n1\n', METRES)).toBe('CSV_COLUMN_UNKNOWN');
    expect(await pointsOf('x place\n1\n', METRES)).toBe('CSV_COLUMN_UNKNOWN');
  });

  test('under titles, where the header is told', async () => {
    const text = 'Survey 7; "of" May\n12;13\n\nx;phase\n400;0\n1,5 km;2\n';
    expect(await pointsOf(text, METRES, { headerRow: 4, decimal: ',' })).toEqual([
      ['400', 0],
      ['1500', 2],
    ]);
    expect(await pointsOf(text, METRES, { headerRow: 3 })).toBe('CSV_COLUMN_MISSING');
    expect(await pointsOf(text, METRES, { headerRow: 40 })).toBe('CSV_COLUMN_MISSING');
    expect(await pointsOf(text, METRES)).toBe('CSV_MALFORMED');
  });

  test('with days as people write them, and phases in time', async () => {
    const text = 'x,phase\n04.07.2026 12:00:00,12.5 s\n';
    const said = { dates: 'dd.mm.yyyy', offset: '+02:00' };
    expect(await pointsOf(text, SECONDS, said)).toEqual([['1783159200', 125]]);
    expect(await pointsOf(text, SECONDS)).toMatch(/^TIMESTAMP_/);
  });
});

describe('names of marks', () => {
  const STATIONS: PointsMap = {
    axis: { kind: 'number', unit: 'm', scale: 1, origin: 1000n },
    units: UNITS_NONE,
    marks: [
      { name: 'Station B', at: 500 },
      { name: 'Thun', at: 700 },
      { name: 'thun', at: 800 },
      { name: '12', at: 900 },
      { name: '3rd Gate', at: 950 },
    ],
  };
  const NAMED_X = { ...STATIONS, marks: [{ name: 'x', at: 1 }] };

  test.each([
    ['are places', 'x\nStation B\nThun\nthun\n3rd Gate\n7\n', ['1500', '1700', '1800', '1950', '7']],
    ['need no header', 'Station B\nstation b\n', ['1500', '1500']],
    ['stand among places with units', 'x (km);phase\n1,2;0\nStation B;0\n', ['1200', '1500']],
    ['are no names where they are places', 'x\n12\n', ['12']],
  ])('%s', async (_words, text, places) => {
    const said = text.includes(';') ? ({ decimal: ',' } as const) : {};
    const points = (await pointsOf(text, STATIONS, said)) as [string, number][];
    expect(points.map(([x]) => x)).toEqual(places);
  });

  test.each([
    ['that is not known', 'x\nStation C\n', 'UNKNOWN_ID'],
    ['that is not known in the first row', 'Station C\n', 'CSV_COLUMN_UNKNOWN'],
    ['that may be one of two', 'x\nTHUN\n', 'UNKNOWN_ID'],
  ])('one %s is refused', async (_words, text, code) => {
    expect(await pointsOf(text, STATIONS)).toBe(code);
  });

  test('a header that may be a mark is asked about, and one when that is said', async () => {
    expect(await pointsOf('x\n5\n', NAMED_X)).toBe('CSV_COLUMN_UNKNOWN');
    expect(await pointsOf('x\nx\n', NAMED_X, { headerRow: 1 })).toEqual([['1001', 0]]);
  });
});
