/** Places and phases as people type them: units in capitals, forms of ISO 8601, names of marks. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileSource } from '../../host/compile/compile.ts';
import { MapImage } from '../../host/core/ask.ts';
import { parseNamedPlace } from '../../host/core/named-places.ts';
import { type PlaceAxis, parsePhase, parsePlace } from '../../host/core/points.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

const M: PlaceAxis = { kind: 'number', unit: 'm', scale: 1 };
const S: PlaceAxis = { kind: 'time', unit: 's', scale: 1 };

test.each([
  ['12.9 km', 12900n],
  ['12.9 KM', 12900n],
  ['12.9Km', 12900n],
  ['12.9 Kilometres', 12900n],
  ['500 M', 500n],
  ['12+400', 12400n],
])('%s', (text, steps) => {
  expect(parsePlace(text, '--at', M)).toBe(steps);
});

test('a unit of a phase may be in capitals', () => {
  const units = { limit: null, phase: { unit: 's', scale: 10 } };
  expect(parsePhase('12.5 S', '--phase', units)).toBe(125);
});

const NOON = BigInt(Date.UTC(2026, 6, 4, 12) / 1000);

test.each([
  '2026-07-04T12:00:00Z',
  '2026-07-04t12:00:00z',
  '2026-07-04 12:00:00Z',
  '2026-07-04 12:00 Z',
  '2026-07-04T14:00+02:00',
  '2026-07-04T14:00+0200',
  '2026-07-04T14:00+02',
  '2026-07-04T10:00\u221202:00',
  '20260704T120000Z',
  '20260704T1200Z',
  '20260704T140000+0200',
  '2026-07-04T12:00:00.000Z',
  '2026-07-04T12:00:00,000Z',
])('%s is noon', (text) => {
  expect(parsePlace(text, '--at', S)).toBe(NOON);
});

test.each([
  ['2026-07-04', /is not a timestamp/, /2026-07-04T00:00:00, with an offset/],
  ['2026-07-04T12:00', /without an offset/, /2026-07-04T12:00Z/],
  ['20260704T1200', /without an offset/, /2026-07-04T12:00Z/],
  ['2026-W27-6T12:00Z', /not a timestamp/, /Write date, time and offset/],
  ['2026-07-0412:00Z', /not a timestamp/, /Write date, time and offset/],
  ['2026-0704T12:00Z', /not a timestamp/, /Write date, time and offset/],
])('%s is refused', (text, message, remedy) => {
  expect(() => parsePlace(text, '--at', S)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    }),
  );
});

const LINE = `holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: m, origin: 100, min: 100, max: 20000 } ] }
zones: [ { id: a, at: { from: 100, to: 20000 }, limit: 40 } ]
marks: [ { name: Thun, at: 12+400 }, { name: Bern Wankdorf, at: 500 }, { name: thun, at: 900 }, { name: "7", at: 700 } ]
`;

describe('marks', () => {
  const folder = temporaryFolder('places');
  let map: MapImage;
  beforeAll(async () => {
    const { image } = await compileSource('m.yaml', { reader: memoryReader({ 'm.yaml': LINE }) });
    const axis = (await MapImage.open(image)).axis;
    map = await MapImage.open(image, [
      { name: 'Thun', at: 12300 },
      { name: 'Bern Wankdorf', at: 400 },
      { name: 'thun', at: 800 },
    ]);
    expect(axis.origin).toBe(100n);
    writeFileSync(folder.at('line.map.yaml'), LINE);
    writeFileSync(folder.at('line.img'), image);
  });
  afterAll(() => folder.remove());

  test('are places, whose case matters only where two differ by it', () => {
    const at = (text: string) => parseNamedPlace(text, '--at', map);
    expect(at('Thun')).toBe(12400n);
    expect(at('thun')).toBe(900n);
    expect(at('bern wankdorf')).toBe(500n);
    expect(at('12.4 km')).toBe(12400n);
    expect(() => at('THUN')).toThrow('no mark is named "THUN"');
    expect(() => at('Bern Wankdrof')).toThrow(
      expect.objectContaining({ remedy: 'Did you mean "Bern Wankdorf"?' }),
    );
    expect(() => at('Visp')).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/^Its marks are: Thun, /) }),
    );
  });

  test('are taken by check and sweep of a source; one that is called like another place is asked about', async () => {
    const source = folder.at('line.map.yaml');
    const thun = await holdfast(['check', source, '--at', 'Thun']);
    expect(JSON.parse(thun.stdout)).toMatchObject({ at: 12400, zone: 'a' });
    const seven = await holdfast(['check', source, '--at', '7']);
    expect(seven).toMatchObject({ code: 2, stdout: '' });
    expect(seven.stderr).toContain('PLACE_AMBIGUOUS: --at: "7" is 0.007 km, and a mark at 0.7 km');
    const places = [...seven.stderr.matchAll(/Write "(.+)" or "(.+)"/g)].flatMap(([, ...both]) => both);
    const asked = await Promise.all(places.map((at) => holdfast(['check', source, '--at', at])));
    expect(asked.map(({ stdout }) => JSON.parse(stdout).at)).toEqual([7, 700]);
    const move = await holdfast(['sweep', source, '--from', 'Bern Wankdorf', '--to', 'Thun', '--json']);
    expect(JSON.parse(move.stdout)).toMatchObject({ from: 500, to: 12400, end: 'whole' });
  });

  test('are no part of an image, which says where to ask', async () => {
    const ran = await holdfast(['check', folder.at('line.img'), '--at', 'Thun']);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/"Thun" is a name, .*names of marks stand in the source: ask that/s);
  });
});
