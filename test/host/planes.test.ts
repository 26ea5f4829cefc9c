/** Sources of planes: what is mended and said, what is refused, what overlaps and gaps are named. */
import { describe, expect, test } from 'vitest';
import { compilePlane, compileSource } from '../../host/compile/compile.ts';
import { PlaneImage } from '../../host/core/ask-plane.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { memoryReader } from '../../host/source/reader.ts';

const HEAD = `holdfast: 1
map: test
epoch: 1
space: { axes: [ { name: x, unit: mm, min: 0, max: 1000 }, { name: y, unit: mm, min: -500, max: 500 } ] }
`;
const AROUND = 'gaps: [ { id: yard, at: around, action: stop } ]\n';

function zones(...areas: string[]): string {
  return `${HEAD}${AROUND}zones:\n${areas.map((area, index) => `  - { id: z${index}, limit: ${index}, at: ${area} }\n`).join('')}`;
}

async function compiled(source: string, files: Readonly<Record<string, string>> = {}) {
  return compileSource('m.map.yaml', { reader: memoryReader({ 'm.map.yaml': source, ...files }) });
}

async function mistakesOf(source: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  try {
    await compiled(source, files);
    return [];
  } catch (error) {
    if (error instanceof SourceError)
      return error.diagnostics.map(({ code, message }) => `${code} ${message}`);
    throw error;
  }
}

async function answers(source: string, places: readonly (readonly [number, number])[], phase = 0) {
  const image = await PlaneImage.open((await compiled(source)).image);
  return places.map(([x, y]) => {
    const { zone, gap, state } = image.ask({ x: BigInt(x), y: BigInt(y), phase });
    return zone ?? gap ?? state;
  });
}

const TRIANGLE = '{ polygon: [[100, 0], [300, 0], [200, 100]] }';

describe('areas', () => {
  test('a box is half-open on both axes, a hole is not in its polygon', async () => {
    const hole =
      '{ polygon: [[500, 0], [900, 0], [900, 400], [500, 400]], holes: [[[600, 100], [800, 100], [800, 300], [600, 300]]] }';
    const source = `${zones('{ box: { from: [10, -10], to: [20, 10] } }', hole)}  - { id: inner, at: { box: { from: [600, 100], to: [800, 300] } } }\n`;
    const places = [
      [10, -10],
      [19, 9],
      [20, 9],
      [19, 10],
      [9, 0],
      [600, 100],
      [599, 100],
      [799, 299],
      [800, 299],
    ] as const;
    expect(await answers(source, places)).toEqual([
      'z0',
      'z0',
      'yard',
      'yard',
      'yard',
      'inner',
      'z1',
      'inner',
      'z1',
    ]);
  });

  test('circles of zones lie within, those of gap rules hold all; capsules reach along their way', async () => {
    const source = `${HEAD}zones: [ { id: z, at: { circle: { middle: [300, 0], radius: 200 } } } ]
gaps:
  - { id: pillar, at: { circle: { middle: [300, 0], radius: 50 } }, action: stop, cuts: true }
  - { id: yard, at: around, action: stop }
`;
    const image = await PlaneImage.open((await compiled(source)).image);
    for (let x = 90; x < 510; x += 3)
      for (let y = -210; y < 210; y += 3) {
        const { zone, gap } = image.ask({ x: BigInt(x), y: BigInt(y), phase: 0 });
        const distance = Math.hypot(x - 300, y);
        if (zone === 'z') expect(distance).toBeLessThanOrEqual(200);
        if (distance < 50) expect(gap).toBe('pillar');
        if (distance < 197 && distance > 53) expect(zone).toBe('z');
      }
    const capsule = zones('{ capsule: { from: [200, 0], to: [600, 0], radius: 100 } }');
    expect(
      await answers(capsule, [
        [105, 0],
        [400, 98],
        [400, 101],
        [695, 0],
        [701, 0],
      ]),
    ).toEqual(['z0', 'z0', 'yard', 'z0', 'yard']);
  });

  test('phases: a zone holds in its window, and each phase has its own map', async () => {
    const source = `${HEAD}phase: { unit: tick, period: 100 }
zones:
  - { id: day, when: { from: 20, to: 60 }, at: ${TRIANGLE} }
  - { id: dusk, when: [ { from: 60, to: 70 }, { from: 90, to: 100 } ], at: ${TRIANGLE} }
${AROUND}`;
    for (const [phase, expected] of [
      [0, 'yard'],
      [19, 'yard'],
      [20, 'day'],
      [59, 'day'],
      [60, 'dusk'],
      [69, 'dusk'],
      [70, 'yard'],
      [90, 'dusk'],
      [99, 'dusk'],
      [100, 'outside'],
    ] as const)
      expect([phase, ...(await answers(source, [[200, 50]], phase))]).toEqual([phase, expected]);
    const image = await PlaneImage.open((await compiled(source)).image);
    expect([0, 20, 65, 70, 95].map((phase) => image.core.untilChange(phase, 200, 50))).toEqual([
      20, 40, 5, 20, 5,
    ]);
  });
});

describe('borders', () => {
  test.each([
    [
      'a repeated corner',
      '[[100, 0], [100, 0], [300, 0], [200, 100]]',
      'm.map.yaml:7:40: border of "at" of zone "z0": 1 repeated corner left out',
    ],
    [
      'a spike',
      '[[100, 0], [300, 0], [400, 0], [300, 0], [200, 100]]',
      'm.map.yaml:7:40: border of "at" of zone "z0": a spike at (400, 0) left out',
    ],
  ])('%s is left out and said', async (_name, polygon, said) => {
    const { summary } = await compiled(zones(`{ polygon: ${polygon} }`));
    expect(summary.plane?.repairs).toEqual([said]);
    expect(
      await answers(zones(`{ polygon: ${polygon} }`), [
        [200, 50],
        [350, 0],
      ]),
    ).toEqual(['z0', 'yard']);
  });

  test('a border that ends where it begins is as good as one that does not', async () => {
    const [open, closed] = [TRIANGLE, TRIANGLE.replace('[200, 100]', '[200, 100], [100, 0]')];
    const both = await Promise.all([open, closed].map(async (area) => (await compiled(zones(area))).summary));
    expect(both[0]?.sha256).toBe(both[1]?.sha256);
    expect(both.map((each) => each.plane?.repairs)).toEqual([[], []]);
  });

  test.each([
    [
      'a bow-tie',
      '{ polygon: [[0, 0], [100, 100], [100, 0], [0, 100]] }',
      'BORDER_CROSSES border of "at" of zone "z0" meets itself: the edge from (0, 0) to (100, 100) and the one from (100, 0) to (0, 100)',
    ],
    [
      'a border through its own corner',
      '{ polygon: [[0, 0], [100, 0], [50, 50], [100, 100], [0, 100], [50, 50]] }',
      'BORDER_CROSSES',
    ],
    [
      'no area',
      '{ polygon: [[0, 0], [100, 0], [50, 0]] }',
      'BORDER_EMPTY border of "at" of zone "z0" has no inside',
    ],
    ['two corners', '{ polygon: [[0, 0], [100, 0]] }', 'BORDER_EMPTY'],
    [
      'a hole outside',
      '{ polygon: [[0, 0], [100, 0], [50, 50]], holes: [[[500, 0], [510, 0], [505, 5]]] }',
      'HOLE_OUTSIDE hole 1 of',
    ],
    [
      'a hole that crosses',
      '{ polygon: [[0, 0], [100, 0], [50, 50]], holes: [[[50, 10], [200, 10], [50, 20]]] }',
      'BORDER_CROSSES border of "at" of zone "z0" and hole 1',
    ],
    [
      'a hole in a hole',
      '{ polygon: [[0, 0], [900, 0], [900, 400], [0, 400]], holes: [[[10, 10], [300, 10], [300, 300], [10, 300]], [[20, 20], [30, 20], [30, 30]]] }',
      'HOLE_OUTSIDE hole 1 of "at" of zone "z0" and hole 2',
    ],
    [
      'swapped axes',
      '{ polygon: [[0, 0], [-100, 900], [50, 50]] }',
      'OUT_OF_RANGE corner 2 of border of "at" of zone "z0" is [-100, 900], outside of both axes; the other way round it lies inside',
    ],
    [
      'a height',
      '{ polygon: [[0, 0, 5], [100, 0], [50, 50]] }',
      'BAD_VALUE corner 1 of border of "at" of zone "z0" has 3 numbers',
    ],
    ['a box backwards', '{ box: { from: [10, 10], to: [5, 20] } }', 'INTERVAL_REVERSED'],
    [
      'a circle beyond the axes',
      '{ circle: { middle: [10, 0], radius: 20 } }',
      'OUT_OF_RANGE the circle of "at" of zone "z0" reaches beyond the axes',
    ],
    [
      'two shapes in one',
      '{ box: { from: [1, 1], to: [5, 20] }, circle: { middle: [10, 0], radius: 2 } }',
      'BAD_VALUE',
    ],
  ])('%s is refused', async (_name, area, said) => {
    const mistakes = await mistakesOf(zones(area));
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(said);
  });
});

describe('overlaps and gaps', () => {
  const hall = '{ box: { from: [0, 0], to: [600, 400] } }';

  test.each([
    [
      'crossing',
      '{ box: { from: [500, 100], to: [700, 300] } }',
      'overlap, crossing: 20000 mm², for example at (5',
    ],
    [
      'nested',
      '{ box: { from: [100, 100], to: [200, 200] } }',
      'overlap, nested: 10000 mm², for example at (1',
    ],
    [
      'sliver',
      '{ box: { from: [599, 0], to: [800, 400] } }',
      'overlap, sliver: 400 mm², for example at (599, ',
    ],
  ])('an overlap that is %s is named with its area and a place', async (_kind, other, said) => {
    const mistakes = await mistakesOf(zones(hall, other));
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(said);
  });

  test('an overlap without a lattice point is named, too', async () => {
    const one = '{ polygon: [[0, 0], [3, 0], [0, 1]] }';
    const other = '{ polygon: [[3, 1], [1, 1], [2, 0]] }';
    expect((await mistakesOf(zones(one, other))).join()).toContain(
      '0.125 mm², for example at no lattice point, between (1, 0) and the next mm',
    );
  });

  test.each([
    ['by-tier', 'z1'],
    ['lowest-limit', 'z0'],
    ['[ { over: z1, under: z0 } ]', 'z1'],
  ])('%s resolves one, and the summary says who answers', async (policy, winner) => {
    const source = zones(hall, '{ box: { from: [500, 100], to: [700, 300] } }').replace(
      'id: z1,',
      'id: z1, tier: 1,',
    );
    const { summary } = await compiled(`${source}overlaps: ${policy}\n`);
    expect(summary.plane?.overlaps).toMatchObject([{ over: winner, kind: 'crossing', area: '20000 mm²' }]);
    expect(await answers(`${source}overlaps: ${policy}\n`, [[550, 200]])).toEqual([winner]);
  });

  const FRAME = [
    '{ box: { from: [0, 0], to: [300, 10] } }',
    '{ box: { from: [0, 290], to: [300, 300] } }',
    '{ box: { from: [0, 10], to: [10, 290] } }',
    '{ box: { from: [10, 10], to: [300, 290] } }',
  ];

  test('a pin-hole of one lattice point is named and not taken for what is around', async () => {
    const pin =
      '{ polygon: [[10, 10], [300, 10], [300, 290], [10, 290]], holes: [[[100, 100], [101, 100], [101, 101], [100, 101]]] }';
    const mistakes = await mistakesOf(zones(...FRAME.slice(0, 3), pin));
    expect(mistakes).toEqual([
      'GAP_UNACKNOWLEDGED an enclosed gap has no rule: 1 mm², for example at (100, 100)',
    ]);
    const source = zones(...FRAME.slice(0, 3), pin).replace(
      'gaps: [',
      'gaps: [ { anywhere: true, action: slow },',
    );
    const { summary } = await compiled(source);
    expect(summary.plane?.gaps).toMatchObject([
      { rule: 'yard', enclosed: false },
      { rule: 'anywhere', enclosed: true, area: '1 mm²', sample: '(100, 100)' },
    ]);
    expect(
      await answers(source, [
        [100, 100],
        [101, 100],
        [999, 0],
      ]),
    ).toEqual(['anywhere', 'z3', 'yard']);
  });

  test('nothing around the zones is taken for acknowledged', async () => {
    expect(await mistakesOf(zones(hall).replace(AROUND, ''))).toEqual([
      'GAP_UNACKNOWLEDGED the plane around the zones has no rule: 760000 mm², for example at (500, -250)',
    ]);
  });

  test('gap rules over zones and over each other are mistakes, with area and place', async () => {
    const rule = (id: string, more = '') =>
      `{ id: ${id}, at: { box: { from: [10, 10], to: [20, 20] } }, action: stop${more} }`;
    const withRules = (...rules: string[]) => zones(hall).replace('gaps: [', `gaps: [ ${rules.join(', ')},`);
    expect(await mistakesOf(withRules(rule('a')))).toEqual([
      expect.stringContaining('GAP_OVER_ZONE gap rule "a" lies over zone "z0"'),
    ]);
    expect(await mistakesOf(withRules(rule('a', ', cuts: true'), rule('b', ', cuts: true')))).toEqual([
      expect.stringContaining('GAP_RULES_OVERLAP gap rules "b" and "a"'),
    ]);
    expect(
      await answers(withRules(rule('a', ', cuts: true')), [
        [10, 10],
        [20, 10],
      ]),
    ).toEqual(['a', 'z0']);
  });
});

const FEATURES = JSON.stringify({
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { name: 'dock', kind: 'zone', speed: 5 },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [100, 0],
            [100, 100],
            [0, 100],
            [0, 0],
          ],
        ],
      },
    },
    {
      type: 'Feature',
      properties: { name: 'two', kind: 'zone', speed: null },
      geometry: {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [200, 0],
              [300, 0],
              [300, 100],
              [200, 0],
            ],
          ],
          [
            [
              [400, 0],
              [500, 0],
              [500, 100],
              [400, 0],
            ],
          ],
        ],
      },
    },
    {
      type: 'Feature',
      properties: { name: 'way', kind: 'path' },
      geometry: {
        type: 'LineString',
        coordinates: [
          [0, 0],
          [1, 1],
        ],
      },
    },
  ],
});

describe('GeoJSON', () => {
  const entry = (more: string) => `${HEAD}${AROUND}zones: [ { geojson: a.geojson${more} } ]\n`;
  const filtered = entry(', unit: mm, where: { kind: zone }, id: name, limit: { property: speed }');

  test('features become zones by a filter, with ids and limits from properties', async () => {
    const files = { 'a.geojson': FEATURES };
    const image = await PlaneImage.open((await compiled(filtered, files)).image);
    const at = (x: number, y: number) => image.ask({ x: BigInt(x), y: BigInt(y), phase: 0 });
    expect(at(50, 50)).toMatchObject({ zone: 'dock', limit: 5 });
    expect(at(490, 10)).toMatchObject({ zone: 'two', limit: null });
    expect(at(350, 10)).toMatchObject({ gap: 'yard' });
  });

  test.each([
    [
      'degrees given as millimetres',
      entry(''),
      FEATURES,
      'UNIT_MISMATCH GeoJSON counts deg unless told otherwise, and the axes count mm',
    ],
    ['a line', entry(', unit: mm'), FEATURES, 'GEOMETRY_REFUSED zone "a-3" has the geometry LineString'],
    [
      'a filter that takes nothing',
      entry(', unit: mm, where: { kind: none }'),
      FEATURES,
      'BAD_VALUE a.geojson has no feature that "where" takes',
    ],
    [
      'no property',
      entry(', unit: mm, where: { kind: zone }, id: nam'),
      FEATURES,
      'MISSING_FIELD feature 1 has no property "nam"',
    ],
    ['another file', entry(', unit: mm'), '{"a": 1}', 'GEOMETRY_REFUSED the file is no GeoJSON'],
    [
      'a fraction of a step',
      entry(', unit: mm, where: { name: dock }'),
      FEATURES.replace('[100,100]', '[100.5,100]'),
      'UNIT_INEXACT',
    ],
  ])('%s is refused', async (_name, source, file, said) => {
    expect((await mistakesOf(source, { 'a.geojson': file })).join()).toContain(said);
  });

  test('borders that are not closed or run the wrong way round are taken, and said', async () => {
    const file = FEATURES.replace(',[0,100],[0,0]]', ',[0,100]]').replace(
      '[[200,0],[300,0],[300,100],[200,0]]',
      '[[200,0],[300,100],[300,0],[200,0]]',
    );
    const { summary } = await compiled(filtered, { 'a.geojson': file });
    expect(summary.plane?.repairs).toEqual([
      'zone "dock": border 1 is closed: it did not end where it begins',
      'polygon 1 of zone "two": 1 borders run the other way round than GeoJSON asks',
    ]);
  });

  test('a fraction of a step is rounded where the axis says so, and how far is said', async () => {
    const source = filtered.replaceAll('unit: mm, min', 'unit: mm, round: nearest, min');
    const { summary } = await compiled(source, {
      'a.geojson': FEATURES.replace('[100,100]', '[100.25,100]'),
    });
    expect(summary.rounded).toMatchObject([{ of: 'axis "x"', count: 1, displacement: '0.25 mm' }]);
  });
});

describe('what a plane is not taken for yet', () => {
  test.each([
    [
      'approach',
      `${zones(TRIANGLE)}approach: { deceleration: 1 m/s2, steps: 2, toward: max }\n`,
      'NOT_ON_A_PLANE "approach" is for lines',
    ],
    [
      'a table of zones',
      `${HEAD}${AROUND}zones: [ { file: a.csv, columns: { from: a, to: b } } ]\n`,
      'NOT_ON_A_PLANE a table names places on a line',
    ],
    [
      'three axes',
      zones(TRIANGLE).replace(' ] }\n', ', { name: z, unit: mm, min: 0, max: 9 } ] }\n'),
      'AXES_NOT_SUPPORTED space has 3 axes',
    ],
    [
      'a ring',
      zones(TRIANGLE).replace('max: 1000', 'max: 1000, wraps: true'),
      'AXES_NOT_SUPPORTED axis "x" of a plane wraps',
    ],
    ['two units', zones(TRIANGLE).replace('name: y, unit: mm', 'name: y, unit: m'), 'AXES_NOT_SUPPORTED'],
  ])('%s is refused by name', async (_name, source, said) => {
    expect((await mistakesOf(source)).join()).toContain(said);
  });

  test('a lookup that is too large is refused with its figures', () => {
    const axis = {
      kind: 'number',
      name: 'x',
      unit: 'mm',
      min: 0,
      max: 9,
      origin: 0n,
      scale: 1,
      wraps: false,
    } as const;
    const nodes = Array.from({ length: 9000 }, () => ({ a: 1, b: 0, c: 0, left: 9000, right: 9000 }));
    const plane = {
      ...{
        map: 'm',
        device: 'generic',
        epoch: 1,
        replaces: [],
        outside: 'stop' as const,
        fault: 'stop' as const,
        budgetSteps: null,
      },
      axes: [axis, { ...axis, name: 'y' }],
      phasePeriod: 1,
      units: UNITS_NONE,
      phases: [{ from: 0, to: 1, root: 0 }],
      lookup: { nodes, leaves: [0], levels: Array.from({ length: 21 }, (_, level) => level), roots: [0] },
      rules: [{ kind: 'zone', id: 'z', tier: 0, limit: null }],
      zones: 1,
    } as const;
    const resolved = { plane, edges: 9000, overlaps: [], gaps: [], repairs: [], roundings: [] };
    expect(() => compilePlane(resolved, undefined)).toThrow(
      'this plane of 9000 edges does not fit any build: 21 levels, at most 20; 144032 bytes of nodes, at most 131072',
    );
  });
});
