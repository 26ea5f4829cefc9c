import { describe, expect, test } from 'vitest';
import { mistakes, read } from '../support/read-plane.ts';

const HEAD = `holdfast: 1
map: depot
epoch: 1
space:
  axes:
    - { name: x, unit: mm, min: 0, max: 60 m }
    - { name: y, unit: mm, min: -10 m, max: 40 m }
`;

const SQUARE = '[[0, 0], [5 m, 0], [5 m, 4 m], [0, 4 m]]';

describe('areas that are written in a source', () => {
  test('every shape, in its units', async () => {
    const { model, notes } = await read(`${HEAD}limits: { unit: mm/s }
zones:
  - { id: hall, at: { polygon: ${SQUARE}, holes: [[[1 m, 1 m], [2 m, 1 m], [2 m, 2 m]]] }, tier: 2, limit: 1.5 m/s }
  - { id: dock, at: [ { box: { from: [10 m, -1 m], to: [12000, 1 m] } }, { polygon: [[20 m, 0], [21 m, 0], [21 m, 1 m]] } ] }
gaps:
  - { id: pillar, at: { circle: { at: [3 m, 3 m], radius: 500 mm } }, action: stop, cuts: true }
  - { anywhere: true, action: slow }
moves: { longest: 5 m, cells: 64 }
`);
    expect(notes).toEqual([]);
    const [hall, dock] = model.zones;
    expect(hall).toMatchObject({ id: 'hall', tier: 2, limit: 1500, when: null });
    expect(hall?.at.map(({ rings }) => rings)).toEqual([
      [
        [
          [0, 0],
          [5000, 0],
          [5000, 4000],
          [0, 4000],
        ],
        [
          [1000, 1000],
          [2000, 1000],
          [2000, 2000],
        ],
      ],
    ]);
    expect(dock?.at.map(({ rings }) => rings)).toEqual([
      [
        [
          [10000, -1000],
          [12000, -1000],
          [12000, 1000],
          [10000, 1000],
        ],
      ],
      [
        [
          [20000, 0],
          [21000, 0],
          [21000, 1000],
        ],
      ],
    ]);
    // A gap rule holds the whole circle.
    expect(model.gapRules[0]?.at?.[0]?.rings[0]).toHaveLength(64);
    expect(model.gapRules[1]).toMatchObject({ id: 'anywhere', at: null });
    expect(model).toMatchObject({ longestMove: 5000, mostCells: 64 });
  });

  test('what is repaired is told', async () => {
    const { notes } = await read(
      `${HEAD}zones: [ { id: a, at: { polygon: [[0, 0], [5, 0], [5, 0], [5, 5], [9, 9], [5, 5], [0, 5], [0, 0]] } } ]\n`,
    );
    expect(notes).toEqual([
      'the outline of zone "a" ends where it begins, which is taken once: [0, 0]',
      'the outline of zone "a" names a point twice in a row, taken once: [5, 0]',
      'the outline of zone "a" runs to a point and straight back, which encloses nothing and is left out: [9, 9]',
      'the outline of zone "a" names a point twice in a row, taken once: [5, 5]',
    ]);
  });

  test.each([
    [
      'x and y exchanged',
      '{ polygon: [[5, 50 m], [6, 0], [6, 1]] }',
      'OUT_OF_RANGE',
      'inside when x and y are exchanged',
    ],
    [
      'a point off the axes',
      '{ polygon: [[70 m, 70 m], [6, 0], [6, 1]] }',
      'OUT_OF_RANGE',
      'x of point 1 of the outline of zone "a"',
    ],
    [
      'degrees on an axis of millimetres',
      '{ polygon: [[8.5 deg, 47 deg], [6, 0], [6, 1]] }',
      'UNIT_MISMATCH',
      'measured in mm',
    ],
    ['a point of three', '{ polygon: [[1, 2, 3], [6, 0], [6, 1]] }', 'WRONG_KIND', 'not a point of two'],
    ['two points', '{ polygon: [[1, 2], [6, 0], [1, 2]] }', 'RING_SHORT', '2 points that differ'],
    ['a line', '{ polygon: [[0, 0], [5, 5], [9, 9]] }', 'RING_EMPTY', 'from [0, 0]'],
    [
      'a bow-tie',
      '{ polygon: [[0, 0], [9, 9], [9, 0], [0, 9]] }',
      'RING_CROSSES_ITSELF',
      '[0, 0] to [9, 9] meets [9, 0] to [0, 9]',
    ],
    [
      'a hole outside',
      '{ polygon: [[0, 0], [9, 0], [9, 9]], holes: [[[20, 20], [30, 20], [30, 30]]] }',
      'HOLE_OUTSIDE',
      'hole 1 does not lie in its outline, at [20, 20]',
    ],
    ['holes in a box', '{ box: { from: [0, 0], to: [1, 1] }, holes: [] }', 'BAD_VALUE', 'holes in a box'],
    ['a box that holds nothing', '{ box: { from: [5, 0], to: [5, 1] } }', 'INTERVAL_EMPTY', 'holds nothing'],
    [
      'two shapes',
      '{ box: { from: [0, 0], to: [1, 1] }, circle: { at: [0, 0], radius: 1 } }',
      'MISSING_FIELD',
      '2 shapes',
    ],
    ['no shape', '{ }', 'MISSING_FIELD', 'has no shape'],
    ['a shape that is misspelt', '{ polygn: [] }', 'UNKNOWN_FIELD', 'no field named "polygn"'],
    ['an interval of a line', '{ from: 0, to: 5 }', 'UNKNOWN_FIELD', 'no field named "from"'],
    [
      'a circle over the end',
      '{ circle: { at: [1, 1], radius: 20 } }',
      'OUT_OF_RANGE',
      'reaches over the ends',
    ],
    ['a radius of nothing', '{ circle: { at: [50, 50], radius: 0 } }', 'OUT_OF_RANGE', 'radius'],
    ['no shapes', '[]', 'BAD_VALUE', 'an empty list'],
  ])('%s', async (_name, at, code, says) => {
    const found = await mistakes(`${HEAD}zones: [ { id: a, at: ${at} } ]\n`);
    expect(found.join('\n')).toContain(` ${code}: `);
    expect(found.join('\n')).toContain(says);
  });

  test.each([
    [
      'three axes',
      HEAD.replace('40 m }\n', '40 m }\n    - { name: z, unit: mm, min: 0, max: 5 }\n'),
      'AXES_NOT_SUPPORTED',
    ],
    [
      'an axis of time',
      HEAD.replace(
        'unit: mm, min: 0, max: 60 m',
        'unit: s, origin: 2026-01-01T00:00:00Z, min: 2026-01-01T00:00:00Z, max: 2026-01-02T00:00:00Z',
      ),
      'BAD_VALUE',
    ],
    ['a ring', HEAD.replace('max: 60 m', 'max: 60 m, wraps: true'), 'BAD_VALUE'],
    ['two axes of one name', HEAD.replace('name: y', 'name: x'), 'DUPLICATE_ID'],
    ['an approach', `${HEAD}approach: { deceleration: 1 m/s2, steps: 4, toward: max }\n`, 'BAD_VALUE'],
    ['marks', `${HEAD}marks: []\n`, 'BAD_VALUE'],
    ['moves too long', `${HEAD}moves: { longest: 9999999 km, cells: 5 }\n`, 'OUT_OF_RANGE'],
  ])('a plane has no such thing: %s', async (_name, head, code) => {
    const found = await mistakes(`${head}zones: [ { id: a, at: { polygon: ${SQUARE} } } ]\n`);
    expect(found.map((line) => line.split(': ')[1])).toContain(code);
  });
});

const feature = (properties: object, coordinates: unknown, more: object = {}) => ({
  ...{ type: 'Feature', properties },
  geometry: { type: 'Polygon', coordinates },
  ...more,
});
const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features });
const RING = (x: number, y: number, size = 1) => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];
const ENTRY = 'zones: [ { file: z.geojson, unit: m } ]\n';

test('holes are cut out of a polygon that says the same as a box', async () => {
  const hole = 'holes: [[[2, 2], [4, 2], [4, 4], [2, 4]]]';
  const box = `{ id: a, at: { box: { from: [0, 0], to: [9, 9] }, ${hole} } }`;
  expect((await mistakes(`${HEAD}zones: [ ${box} ]\n`)).join()).toContain('Write it as a polygon');
  const polygon = `{ id: a, at: { polygon: [[0, 0], [9, 0], [9, 9], [0, 9]], ${hole} } }`;
  const { model } = await read(`${HEAD}zones: [ ${polygon} ]\n`);
  expect(model.zones[0]?.at[0]?.rings[0]).toEqual([
    [0, 0],
    [9, 0],
    [9, 9],
    [0, 9],
  ]);
  expect(model.zones[0]?.at[0]?.rings[1]).toHaveLength(4);
});

describe('areas from GeoJSON', () => {
  const GOOD = collection(feature({ kind: 'a' }, [RING(1, 1)]));
  test('properties pick features and say what they are', async () => {
    const file = collection(
      feature({ kind: 'aisle', name: 'North aisle', rank: 3, vmax: 2, per: 'm/s', note: 'x' }, [RING(1, 1)]),
      feature({ kind: 'wall' }, [RING(5, 5)]),
      feature({ kind: 'aisle', name: 'South', rank: null, vmax: 90 }, [RING(8, 8), RING(8.25, 8.25, 0.5)]),
    );
    const { model, notes } = await read(
      `${HEAD}limits: { unit: mm/s }
zones:
  - { file: z.geojson, unit: m, where: kind=aisle, properties: { id: name, tier: rank, limit: vmax, limitUnit: per }, tier: 1 }
gaps: [ { file: z.geojson, unit: m, where: [ kind=wall ], action: stop, id: wall, cuts: true } ]
`,
      { 'z.geojson': file },
    );
    expect(model.zones.map(({ id, tier, limit }) => ({ id, tier, limit }))).toEqual([
      { id: 'North-aisle', tier: 3, limit: 2000 },
      { id: 'South', tier: 1, limit: 90 },
    ]);
    expect(model.zones[1]?.at[0]?.rings[1]?.[0]).toEqual([8250, 8250]);
    expect(model.gapRules).toMatchObject([{ id: 'wall-2', action: 'stop', cuts: true }]);
    expect(notes).toContain('z.geojson: 1 of 3 features left out, as "where" asks');
    expect(notes).toContain('z.geojson: properties that nothing uses: "note"');
  });

  test('numbers are read as they are written, and rounded only where that is said', async () => {
    const degrees = HEAD.replaceAll('unit: mm', 'unit: deg, scale: 10000000, round: nearest')
      .replace('max: 60 m', 'max: 60')
      .replace('min: -10 m, max: 40 m', 'min: -10, max: 500000000')
      .replace('max: 60 ', 'max: 600000000 ');
    const ring =
      '[[2.585866, 49.029301], [2.61041400000004, 48.983358], [2.731263e0, 48.987301], [2.585866, 49.029301]]';
    const file = `{ "type": "FeatureCollection", "crs": null, "features": [
      { "type": "Feature", "id": 7, "properties": null, "geometry": { "type": "MultiPolygon", "coordinates": [[${ring}]] } } ] }`;
    const { model, notes } = await read(`${degrees}zones: [ { file: z.geojson } ]\n`, { 'z.geojson': file });
    expect(model.zones[0]).toMatchObject({ id: '7' });
    expect(model.zones[0]?.at[0]?.rings[0]?.[1]).toEqual([26_104_140, 489_833_580]);
    expect(model.roundings).toMatchObject([{ of: 'axis "x"', count: 1, rule: 'nearest' }]);
    expect(notes).toEqual([]);
  });

  test('a ring that is not closed, and heights, are told', async () => {
    const open = RING(1, 1)
      .slice(0, -1)
      .map(([x, y]) => [x, y, 12]);
    const file = collection(feature({}, [open]));
    const { model, notes } = await read(`${HEAD}${ENTRY}`, { 'z.geojson': file });
    expect(model.zones[0]).toMatchObject({ id: 'z-1' });
    expect(notes).toEqual([
      'the outline of feature 1 does not end where it begins, and is closed: [1000, 1000]',
      'z.geojson: 4 points have a height, which nothing uses',
    ]);
  });

  test('geometries of a collection are one zone', async () => {
    const polygon = { type: 'Polygon', coordinates: [RING(1, 1)] };
    const both = {
      type: 'GeometryCollection',
      geometries: [polygon, { ...polygon, coordinates: [RING(3, 3)] }],
    };
    const file = collection({ type: 'Feature', properties: {}, geometry: both });
    const { model } = await read(`${HEAD}${ENTRY}`, { 'z.geojson': file });
    expect(model.zones[0]?.at).toHaveLength(2);
  });

  const DEGREES = HEAD.replaceAll('unit: mm', 'unit: deg, scale: 1000000')
    .replace('min: 0, max: 60 m', 'min: -180 deg, max: 180 deg')
    .replace('min: -10 m, max: 40 m', 'min: -90 deg, max: 90 deg');
  const withCrs = (name: string) =>
    JSON.stringify({ ...JSON.parse(GOOD), crs: { type: 'name', properties: { name } } });

  test.each(['urn:ogc:def:crs:OGC:1.3:CRS84', 'EPSG:4326', 'urn:ogc:def:crs:EPSG::4326'])(
    'a file whose "crs" is %s counts degrees, and nothing else',
    async (name) => {
      const files = { 'z.geojson': withCrs(name) };
      expect((await read(`${DEGREES}zones: [ { file: z.geojson } ]\n`, files)).model.zones).toHaveLength(1);
      const [found] = await mistakes(`${HEAD}${ENTRY}`, files);
      expect(found).toContain(
        `UNIT_MISMATCH: z.geojson counts degrees, as its "crs" ${name} says, and not m.`,
      );
    },
  );

  test('a file whose "crs" is another is no file of degrees, and may be one of metres', async () => {
    const files = { 'z.geojson': withCrs('urn:ogc:def:crs:EPSG::2056') };
    const [found] = await mistakes(`${DEGREES}zones: [ { file: z.geojson } ]\n`, files);
    expect(found).toContain(
      'UNIT_MISMATCH: z.geojson counts in urn:ogc:def:crs:EPSG::2056, as its "crs" says',
    );
    expect(found).toContain('give the "unit" that its numbers count');
    expect((await read(`${HEAD}${ENTRY}`, files)).model.zones).toHaveLength(1);
  });

  test('an edge that may lead either way round the earth is refused; a cut at the 180th meridian is none', async () => {
    const around = (west: number, east: number) => [
      [west, -10],
      [east, -10],
      [east, 10],
      [west, 10],
      [west, -10],
    ];
    const entry = 'zones: [ { file: z.geojson } ]\n';
    const ask = (...coordinates: unknown[]) => {
      const features = coordinates.map((rings) => feature({}, rings));
      return mistakes(`${DEGREES}${entry}`, { 'z.geojson': collection(...features) });
    };
    const [found] = await ask([around(170, -170)]);
    expect(found).toContain(
      'OUT_OF_RANGE: feature 1 has an edge of more than 180 degrees: [170000000, -10000000] to [-170000000, -10000000].',
    );
    expect(found).toContain('Cut it at the 180th meridian, as RFC 7946 wants');
    expect(await ask([around(170, 180)], [around(-180, -170)])).toEqual([]);
    expect(await ask([around(-90, 90)])).toEqual([]);
    // All the way round is no doubt; nor is a long edge with a point in its middle.
    expect(await ask([around(-180, 180)])).toEqual([]);
    const long = [
      [-170, -10],
      [0, -10],
      [170, -10],
      [170, 10],
      [0, 10],
      [-170, 10],
      [-170, -10],
    ];
    expect(await ask([long])).toEqual([]);
  });

  test('ids that stand twice are told apart, and that is told', async () => {
    const file = collection(
      feature({}, [RING(1, 1)], { id: 'a' }),
      feature({}, [RING(3, 3)], { id: 'a' }),
      feature({}, [RING(5, 5)], { id: 'b' }),
    );
    const { model, notes } = await read(`${HEAD}${ENTRY}`, { 'z.geojson': file });
    expect(model.zones.map(({ id }) => id)).toEqual(['a', 'a-2', 'b']);
    expect(notes).toEqual(['z.geojson: ids that stand twice are told apart by a number behind them: "a-2"']);
  });

  test('axes of latitude and longitude stand as GeoJSON has them', async () => {
    const axes = HEAD.replace('name: x', 'name: lat').replace('name: y', 'name: lon');
    const found = await mistakes(`${axes}${ENTRY}`, { 'z.geojson': GOOD });
    expect(found.join()).toContain('x is the longitude in z.geojson, but the axes are lat, then lon');
    const right = HEAD.replace('name: x', 'name: lon').replace('name: y', 'name: lat');
    expect((await read(`${right}${ENTRY}`, { 'z.geojson': GOOD })).model.zones).toHaveLength(1);
  });

  test.each([
    ['a file that is not there', ENTRY, undefined, 'FILE_MISSING', 'z.geojson'],
    ['an empty file', ENTRY, ' ', 'EMPTY_FILE', 'empty'],
    ['no JSON', ENTRY, '{ "type": ', 'NOT_JSON', 'not JSON'],
    ['a comma too many', ENTRY, '{ "type": "Feature", }', 'NOT_JSON', 'z.geojson:1:'],
    ['brackets without end', ENTRY, '['.repeat(100_000), 'NOT_JSON', 'nested too deeply'],
    ['a field twice', ENTRY, '{ "type": "Feature", "type": "x" }', 'DUPLICATE_FIELD', 'given twice'],
    ['no features', ENTRY, '{ "type": "Polygon", "coordinates": [] }', 'WRONG_KIND', 'its type is "Polygon"'],
    [
      'none of the features',
      ENTRY.replace('unit: m', 'unit: m, where: kind=b'),
      GOOD,
      'BAD_VALUE',
      'none is asked for',
    ],
    [
      'a property that is misspelt',
      ENTRY.replace('unit: m', 'unit: m, where: kimd=a'),
      GOOD,
      'UNKNOWN_FIELD',
      'Did you mean "kind"',
    ],
    [
      'a condition that is none',
      ENTRY.replace('unit: m', 'unit: m, where: kind'),
      GOOD,
      'BAD_VALUE',
      'kind=aisle',
    ],
    [
      'degrees that nobody said otherwise',
      ENTRY.replace(', unit: m', ''),
      GOOD,
      'UNIT_MISMATCH',
      'If its numbers are mm, add "unit: mm" beside "file"',
    ],
    [
      'a unit that does not convert',
      ENTRY.replace('unit: m', 'unit: s'),
      GOOD,
      'UNIT_MISMATCH',
      'converts to mm',
    ],
    ['a table', ENTRY.replace('z.geojson', 'z.csv'), GOOD, 'BAD_VALUE', 'tables know one axis'],
    [
      'a point',
      ENTRY,
      collection({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [1, 1] } }),
      'WRONG_KIND',
      'is a Point',
    ],
    [
      'a type of geometry that is none',
      ENTRY,
      collection({
        ...{ type: 'Feature', properties: {} },
        geometry: { type: 'polygon', coordinates: [RING(1, 1)] },
      }),
      'WRONG_KIND',
      'feature 1 has the type "polygon", which is none. Write one of Polygon, MultiPolygon, GeometryCollection',
    ],
    [
      'a polygon without coordinates',
      ENTRY,
      collection({ type: 'Feature', properties: {}, geometry: { type: 'Polygon' } }),
      'WRONG_KIND',
      'is a Polygon without coordinates',
    ],
    [
      'no geometry',
      ENTRY,
      collection({ type: 'Feature', properties: {}, geometry: null }),
      'WRONG_KIND',
      'has no geometry',
    ],
    [
      'points that are text',
      ENTRY,
      collection(feature({}, [[['1', '2']]])),
      'WRONG_KIND',
      'no list of numbers',
    ],
    ['a polygon without rings', ENTRY, collection(feature({}, [])), 'BAD_VALUE', 'there are no rings'],
    [
      'a bow-tie',
      ENTRY,
      collection(
        feature({}, [
          [
            [0, 0],
            [9, 9],
            [9, 0],
            [0, 9],
            [0, 0],
          ],
        ]),
      ),
      'RING_CROSSES_ITSELF',
      'z.geojson:1:',
    ],
    [
      'a limit that is a list',
      ENTRY.replace('unit: m', 'unit: m, properties: { limit: kind }'),
      collection(feature({ kind: [1] }, [RING(1, 1)])),
      'WRONG_KIND',
      'is a list or an object',
    ],
    [
      'an id twice',
      `zones: [ { file: z.geojson, unit: m }, { file: z.geojson, unit: m } ]\n`,
      GOOD,
      'DUPLICATE_ID',
      'already used',
    ],
    [
      'a gap rule without action',
      `gaps: [ { file: z.geojson, unit: m } ]\nzones: []\n`,
      GOOD,
      'MISSING_FIELD',
      'has no action',
    ],
  ])('refused: %s', async (_name, entries, file, code, says) => {
    const found = await mistakes(`${HEAD}${entries}`, file === undefined ? {} : { 'z.geojson': file });
    expect(found.join('\n')).toContain(`: ${code}: `);
    expect(found.join('\n')).toContain(says);
  });
});
