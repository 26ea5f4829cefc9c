import { describe, expect, test } from 'vitest';
import { degreesOfCircle } from '../../host/geometry/earth.ts';
import { metresBetween } from '../support/ellipsoid.ts';
import { Random, seedFor } from '../support/random.ts';
import { mistakes, read } from '../support/read-plane.ts';

/** Geozones of ED-318: circles of metres, vertical limits and times. */

const DEGREES = `holdfast: 1
map: air
epoch: 1
space:
  axes:
    - { name: x, unit: deg, scale: 10000000, round: nearest, min: 0, max: 200000000 }
    - { name: y, unit: deg, scale: 10000000, round: nearest, min: 0, max: 800000000 }
`;
const ofDay = (period: string) => `${DEGREES}phase: { unit: s, period: ${period} }\n`;
const ENTRY = (more = '') => `zones: [ { file: z.json${more} } ]\n`;
const LAYERED = ', layers: ignore';

const layer = { upper: 150, upperReference: 'AGL', lower: 50, lowerReference: 'AGL', uom: 'm' };
const circle = { type: 'Point', coordinates: [7.5, 47], extent: { subType: 'Circle', radius: 3500 } };
const SQUARE = {
  type: 'Polygon',
  coordinates: [
    [
      [7, 46],
      [8, 46],
      [8, 46.5],
      [7, 46],
    ],
  ],
};
const named = (properties: object, geometry: object = SQUARE) => ({ type: 'Feature', properties, geometry });
const file = (...features: object[]) => ({
  'z.json': JSON.stringify({
    type: 'FeatureCollection',
    metadata: { issued: '2026-01-01T00:00:00Z' },
    features,
  }),
});
const at = (...schedule: object[]) => ({ limitedApplicability: [{ schedule }] });

describe('circles of metres on axes of degrees', () => {
  test('a gap holds every point within the radius, a zone none beyond it, at any latitude', () => {
    const seed = seedFor('circles of metres', 318);
    const source = new Random(seed);
    const random = () => source.below(1_000_000) / 1_000_000;
    let worst = 0;
    for (let round = 0; round < 4000; round++) {
      const latitude = Math.round((random() * 176 - 88) * 1e6) / 1e6;
      const radius = 10 ** (random() * 4.5);
      const millimetres = BigInt(Math.floor(radius * 1000));
      const angle = random() * 2 * Math.PI;
      for (const rounding of ['inside', 'outside'] as const) {
        const around = degreesOfCircle(BigInt(Math.round(latitude * 1e6)), millimetres, rounding);
        if (around === undefined) continue;
        const [east, north] = [Number(around.east) / 1e18, Number(around.north) / 1e18];
        // On the ellipse, where a zone is largest and a gap smallest.
        const distance = metresBetween(
          [0, latitude],
          [east * Math.cos(angle), latitude + north * Math.sin(angle)],
        );
        const share = distance / (Number(millimetres) / 1000);
        if (rounding === 'inside') expect(share, `seed ${seed}, round ${round}`).toBeLessThan(1 + 1e-6);
        else expect(share, `seed ${seed}, round ${round}`).toBeGreaterThan(1 - 1e-6);
        if (Math.abs(latitude) < 60 && radius < 4000) worst = Math.max(worst, Math.abs(share - 1));
      }
    }
    // A quarter of a percent: a circle of 4 km at 60 degrees is not an ellipse of one cosine.
    expect(worst).toBeLessThan(0.0025);
    expect(worst).toBeGreaterThan(0);
  });

  test('a point with an extent is an area', async () => {
    const { model } = await read(
      `${DEGREES}${ENTRY()}gaps: [ { file: z.json, action: stop, id: g } ]\n`,
      file(named({}, circle)),
    );
    const width = (area: { rings: readonly (readonly (readonly [number, number])[])[] } | undefined) => {
      const xs = area?.rings[0]?.map(([x]) => x) ?? [];
      return (Math.max(...xs) - Math.min(...xs)) / 2e7;
    };
    const exact =
      3500 / (111_412.84 * Math.cos((47 * Math.PI) / 180) - 93.5 * Math.cos((141 * Math.PI) / 180));
    const [zone, gap] = [width(model.zones[0]?.at[0]), width(model.gapRules[0]?.at?.[0])];
    expect(zone).toBeLessThan(exact);
    expect(zone).toBeGreaterThan(exact * 0.998);
    expect(gap).toBeGreaterThan(exact);
    expect(gap).toBeLessThan(exact * 1.005);
  });

  test('and on axes of lengths', async () => {
    const metres = DEGREES.replaceAll('deg, scale: 10000000, round: nearest', 'm').replaceAll(
      /max: [0-9]+/g,
      'max: 9000',
    );
    const { model } = await read(
      `${metres}${ENTRY(', unit: m')}`,
      file(named({}, { ...circle, coordinates: [4000, 4000] })),
    );
    expect(model.zones[0]?.at[0]?.rings[0]).toContainEqual([7500, 4000]);
  });

  test.each([
    [
      'a radius that is none',
      { ...circle, extent: { subType: 'Circle', radius: -5 } },
      'Write metres above 0',
    ],
    ['an ellipse', { ...circle, extent: { subType: 'Ellipse', radius: 5 } }, 'is no circle with a radius'],
    [
      'near a pole',
      { ...circle, coordinates: [7, 79.99], extent: { subType: 'Circle', radius: 2e6 } },
      'near a pole',
    ],
    ['over the end of the axes', { ...circle, coordinates: [0.001, 47] }, 'reaches over the ends'],
    ['smaller than a step', { ...circle, extent: { subType: 'Circle', radius: 0.001 } }, 'steps along x'],
  ])('refused: %s', async (_name, geometry, says) => {
    expect((await mistakes(`${DEGREES}${ENTRY()}`, file(named({}, geometry)))).join('\n')).toContain(says);
  });

  test('degrees against lengths are refused', async () => {
    const mixed = DEGREES.replaceAll('deg, scale: 10000000, round: nearest', 'grid').replaceAll(
      /max: [0-9]+/g,
      'max: 900',
    );
    const found = await mistakes(
      `${mixed}${ENTRY(', unit: grid')}`,
      file(named({}, { ...circle, coordinates: [40, 40] })),
    );
    expect(found.join('\n')).toContain('is a circle of metres, but the axes count grid and grid');
  });
});

describe('vertical limits', () => {
  const both = {
    type: 'GeometryCollection',
    geometries: [
      { ...SQUARE, layer },
      { ...circle, layer: { upper: 500, uom: 'ft' } },
    ],
  };

  test('are refused once a file, with what they are', async () => {
    const found = await mistakes(`${DEGREES}${ENTRY()}`, file(named({}, both), named({}, both)));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(
      'geometry 1 of feature 1 has vertical limits (50 m AGL to 150 m AGL), and a plane has none',
    );
    expect(found[0]).toContain('"layers: ignore"');
  });

  test('are named where the entry says that the map holds at every height', async () => {
    const { model, notes } = await read(`${DEGREES}${ENTRY(LAYERED)}`, file(named({}, both)));
    expect(model.zones[0]?.at).toHaveLength(2);
    expect(notes).toContain(
      'z.json: vertical limits that nothing uses, of 2 geometries: "50 m AGL to 150 m AGL", "the ground to 500 ft"',
    );
  });
});

describe('properties in languages and lists', () => {
  const name = [
    { text: 'Hospital', lang: 'en-GB' },
    { text: 'Spital', lang: 'de-CH' },
  ];
  test('the first text is the id, and any value of a list meets a condition', async () => {
    const features = file(
      named({ name, type: 'PROHIBITED', reason: ['NATURE', 'NOISE'] }),
      named({ name: [{ text: 'Park', lang: 'en' }], type: 'PROHIBITED', reason: ['PRIVACY'] }),
      named({ name: [{ lang: 'en' }], type: 'USPACE' }),
    );
    const where = (text: string) => ENTRY(`, where: [ ${text} ], properties: { id: name }`);
    const ids = async (text: string) =>
      (await read(`${DEGREES}${where(text)}`, features)).model.zones.map(({ id }) => id);
    expect(await ids('type=PROHIBITED')).toEqual(['Hospital', 'Park']);
    expect(await ids('type=PROHIBITED, reason=NOISE')).toEqual(['Hospital']);
    expect(await ids('type=PROHIBITED, reason!=NOISE')).toEqual(['Park']);
    expect((await mistakes(`${DEGREES}${where('type=USPACE')}`, features)).join()).toContain(
      'has no id in its property "name"',
    );
    expect((await mistakes(`${DEGREES}${ENTRY(', properties: { id: reason }')}`, features)).join()).toContain(
      'is a list or an object',
    );
  });
});

describe('times', () => {
  const windows = async (name: 'day' | 'week', properties: object, unit = 's') => {
    const head = ofDay(name === 'day' ? '1 d' : '7 d').replace('unit: s', `unit: ${unit}`);
    const { model } = await read(`${head}${ENTRY(`, periods: ${name}`)}`, file(named(properties)));
    return model.zones[0]?.when?.map(({ from, to }) => [from, to]) ?? null;
  };
  const HOUR = 3600;

  test('of the day are phases from midnight of UTC', async () => {
    expect(await windows('day', at({ day: ['ANY'], startTime: '16:00:00Z', endTime: '17:00:00Z' }))).toEqual([
      [16 * HOUR, 17 * HOUR],
    ]);
    expect(await windows('day', at({ day: ['ANY'], startTime: '22:00:00Z', endTime: '06:00:00Z' }))).toEqual([
      [0, 6 * HOUR],
      [22 * HOUR, 24 * HOUR],
    ]);
    expect(
      await windows(
        'day',
        at({ day: ['ANY'], startTime: '01:00:00+02:00', endTime: '03:30:00+02:00' }),
        'min',
      ),
    ).toEqual([
      [0, 90],
      [23 * 60, 24 * 60],
    ]);
    expect(
      await windows('day', at({ day: ['ANY'], startTime: '20:00-05:30', endTime: '21:00-05:30' })),
    ).toEqual([[1.5 * HOUR, 2.5 * HOUR]]);
    // Schedules add up.
    expect(
      await windows(
        'day',
        at({ day: ['ANY'], endTime: '12:00Z' }, { day: ['ANY'], startTime: '11:00:00.500Z' }),
        'ms',
      ),
    ).toBeNull();
    expect(await windows('day', at({ day: ['ANY'] }))).toBeNull();
    expect(await windows('day', { limitedApplicability: [] })).toBeNull();
    expect(await windows('day', { limitedApplicability: [{}] })).toBeNull();
    expect(await windows('day', at())).toBeNull();
    expect(await windows('day', {})).toBeNull();
  });

  test('of the week are phases from midnight before Monday', async () => {
    const DAY = 24 * HOUR;
    expect(
      await windows('week', at({ day: ['SUN', 'MON'], startTime: '10:00:00Z', endTime: '12:00:00Z' })),
    ).toEqual([
      [10 * HOUR, 12 * HOUR],
      [6 * DAY + 10 * HOUR, 6 * DAY + 12 * HOUR],
    ]);
    // Sunday night ends on Monday, and Monday's first hour in Zürich is Sunday's last but one.
    expect(await windows('week', at({ day: ['SUN'], startTime: '22:00:00Z', endTime: '02:00:00Z' }))).toEqual(
      [
        [0, 2 * HOUR],
        [7 * DAY - 2 * HOUR, 7 * DAY],
      ],
    );
    expect(
      await windows('week', at({ day: ['MON'], startTime: '00:00+02:00', endTime: '01:00+02:00' })),
    ).toEqual([[7 * DAY - 2 * HOUR, 7 * DAY - HOUR]]);
    expect(await windows('week', at({ day: ['ANY'] }))).toBeNull();
  });

  test('are named where the entry drops them', async () => {
    const features = file(
      named({
        limitedApplicability: [
          {
            startDateTime: '2026-01-01T00:00:00Z',
            schedule: [{ day: ['MON'], startEvent: 'SR', endEvent: 'SS' }],
          },
        ],
      }),
    );
    const { model, notes } = await read(`${DEGREES}${ENTRY(', periods: ignore, dates: ignore')}`, features);
    expect(model.zones[0]?.when).toBeNull();
    expect(notes).toContain('z.json: dates that nothing uses, of 1 periods: "from 2026-01-01T00:00:00Z"');
    expect(notes).toContain('z.json: times of the day or the week that nothing uses, of "feature 1"');
    expect(notes.filter((note) => note.includes('limitedApplicability'))).toEqual([]);
  });

  const DAILY = at({ day: ['ANY'], startTime: '16:00:00Z', endTime: '17:00:00Z' });
  test.each([
    ['times that the entry says nothing of', DEGREES, '', DAILY, 'holds at times of the day or the week'],
    [
      'dates',
      ofDay('1 d'),
      ', periods: day',
      { limitedApplicability: [{ endDateTime: '2027-01-01T00:00:00Z' }] },
      'holds until 2027-01-01T00:00:00Z',
    ],
    [
      'daylight',
      ofDay('1 d'),
      ', periods: day',
      at({ day: ['ANY'], startEvent: 'SR' }),
      'holds by daylight (SR)',
    ],
    [
      'days of the week in a day',
      ofDay('1 d'),
      ', periods: day',
      at({ day: ['SAT', 'SUN'] }),
      'holds on SAT, SUN only',
    ],
    ['no such day', ofDay('1 d'), ', periods: day', at({ day: ['PH'] }), '"PH", which is no day'],
    ['no day', ofDay('1 d'), ', periods: day', at({ startTime: '16:00Z' }), 'holds on no days'],
    [
      'a time without zone',
      ofDay('1 d'),
      ', periods: day',
      at({ day: ['ANY'], startTime: '16:00' }),
      'no time of the day with a zone',
    ],
    [
      'a time beyond the day',
      ofDay('1 d'),
      ', periods: day',
      at({ day: ['ANY'], startTime: '24:30Z' }),
      'no time of the day with a zone',
    ],
    [
      'no time at all',
      ofDay('1 d'),
      ', periods: day',
      at({ day: ['ANY'], startTime: '16:00Z', endTime: '16:00Z' }),
      'begins and ends at the same time',
    ],
    [
      'less than a tick',
      ofDay('1 d').replace('unit: s', 'unit: h'),
      ', periods: day',
      at({ day: ['ANY'], endTime: '16:30Z' }),
      'no whole ticks',
    ],
    ['no phase', DEGREES, ', periods: day', DAILY, 'but the source has no phase'],
    ['another phase', ofDay('60 s'), ', periods: day', DAILY, 'has another period'],
    ['a phase of a day for a week', ofDay('1 d'), ', periods: week', DAILY, 'has another period'],
    [
      'phases twice',
      ofDay('1 d'),
      ', periods: day, when: { from: 0, to: 5 }',
      DAILY,
      '"when" and "periods" both say phases',
    ],
    ['another word', ofDay('1 d'), ', periods: dya', DAILY, 'Did you mean "day"?'],
    [
      'an option of another format',
      DEGREES,
      ', object: a',
      {},
      '"object" is of TopoJSON, and z.json is GeoJSON',
    ],
    ['an option of fences', DEGREES, ', inclusions: any', {}, '"inclusions" is of fences'],
  ])('refused: %s', async (_name, head, more, properties, says) => {
    expect((await mistakes(`${head}${ENTRY(more)}`, file(named(properties)))).join('\n')).toContain(says);
  });
});
