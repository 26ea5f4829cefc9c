import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { holdfast, temporaryFolder } from '../support/command.ts';

/**
 * Faults planted in a map of two rooms and a corridor from GeoJSON: the command finds each, names it where it is, ends with 2 and writes
 * no image; without them it compiles.
 */

const folder = temporaryFolder('plane-planted');
afterAll(() => folder.remove());

type Point = readonly [x: number, y: number];
type Rings = readonly (readonly Point[])[];

const box = (west: number, south: number, east: number, north: number): Point[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

/** Metres: the whole floor of 40 by 20, without one step left over. */
const FLOOR: Readonly<Record<string, Rings>> = {
  west: [box(0, 0, 18, 20)],
  corridor: [box(18, 0, 22, 20)],
  east: [box(22, 0, 40, 20)],
};

const SOURCE = `holdfast: 1
map: floor
epoch: 1
space:
  axes:
    - { name: x, unit: mm, min: 0, max: 40 m }
    - { name: y, unit: mm, min: 0, max: 20 m }
zones: [ { file: floor.geojson, unit: m } ]
`;

interface Planted {
  readonly zones?: Readonly<Record<string, Rings>>;
  readonly source?: string;
  readonly crs?: string;
}

async function compiled({ zones = FLOOR, source = SOURCE, crs }: Planted, more: readonly string[] = []) {
  const features = Object.entries(zones).map(([id, coordinates]) => ({
    ...{ type: 'Feature', id, properties: {} },
    geometry: { type: 'Polygon', coordinates },
  }));
  const named = crs === undefined ? {} : { crs: { type: 'name', properties: { name: crs } } };
  writeFileSync(
    folder.at('floor.geojson'),
    JSON.stringify({ type: 'FeatureCollection', ...named, features }),
  );
  writeFileSync(folder.at('floor.map.yaml'), source);
  return holdfast(['compile', 'floor.map.yaml', '-o', 'floor.img', '--force', ...more], {
    cwd: folder.path,
  });
}

/** Coordinates of the same floor, in degrees near Zurich. */
const inDegrees = (rings: Rings): Rings =>
  rings.map((ring) => ring.map(([x, y]): Point => [8.5 + x / 1000, 47.25 + y / 1000]));

const exchanged = (rings: Rings): Rings => rings.map((ring) => ring.map(([x, y]): Point => [y, x]));

const PLANTED: readonly (readonly [name: string, planted: Planted, says: readonly string[]])[] = [
  [
    'two zones over one another',
    { zones: { ...FLOOR, corridor: [box(17, 0, 22, 20)] } },
    [
      'OVERLAP: zone "corridor" and zone "west" (floor.geojson:1:',
      'both cover 20 square m at [17500, 10000]: they cross',
    ],
  ],
  [
    'a crossing of two zones',
    { zones: { ...FLOOR, desk: [box(10, 5, 21, 15)] } },
    ['OVERLAP: zone "desk" and zone "west"', 'both cover 80 square m', 'they cross', 'zone "corridor"'],
  ],
  [
    'a zone within another',
    { zones: { ...FLOOR, desk: [box(2, 2, 4, 4)] } },
    ['OVERLAP: zone "desk" and zone "west"', 'both cover 4 square m', 'one lies within the other'],
  ],
  [
    'a sliver of one step',
    { zones: { ...FLOOR, corridor: [box(17.999, 0, 22, 20)] } },
    ['OVERLAP: zone "corridor" and zone "west"', 'both cover 0.02 square m at [17999, 10000]: a sliver'],
  ],
  [
    'a gap of one step between two zones',
    { zones: { ...FLOOR, corridor: [box(18.001, 0, 22, 20)] } },
    ['GAP_UNACKNOWLEDGED: nothing covers 0.02 square m at [18000, 10000]'],
  ],
  [
    'a pin-hole of one lattice point',
    { zones: { ...FLOOR, west: [box(0, 0, 18, 20), box(7.123, 4.567, 7.124, 4.568)] } },
    ['GAP_UNACKNOWLEDGED: nothing covers 0.000001 square m at [7123, 4567], enclosed next to zone "west"'],
  ],
  [
    'a bow-tie',
    {
      zones: {
        ...FLOOR,
        east: [
          [
            [22, 0],
            [40, 0],
            [22, 20],
            [40, 20],
            [22, 0],
          ],
        ],
      },
    },
    [
      'RING_CROSSES_ITSELF: the outline of feature 3 crosses itself',
      '[40000, 0] to [22000, 20000] meets [40000, 20000] to [22000, 0]',
    ],
  ],
  [
    'exchanged axes',
    { zones: Object.fromEntries(Object.entries(FLOOR).map(([id, rings]) => [id, exchanged(rings)])) },
    ['OUT_OF_RANGE: point', 'outside of the axes, and inside when x and y are exchanged', 'Write x first'],
  ],
  [
    'degrees on axes of metres',
    {
      zones: { west: inDegrees(FLOOR.west ?? []) },
      source: SOURCE.replace('geojson, unit: m', 'geojson'),
    },
    ['UNIT_MISMATCH: floor.geojson counts degrees, as GeoJSON does, but the axis "x" counts mm'],
  ],
  [
    'degrees that are said to be metres, by a file that says what it counts',
    {
      zones: { west: inDegrees(FLOOR.west ?? []) },
      crs: 'urn:ogc:def:crs:OGC:1.3:CRS84',
    },
    [
      'UNIT_MISMATCH: floor.geojson counts degrees, as its "crs" urn:ogc:def:crs:OGC:1.3:CRS84 says, and not m',
    ],
  ],
  [
    'degrees that are said to be metres, on axes of a country',
    {
      zones: { west: inDegrees(FLOOR.west ?? []) },
      source: SOURCE.replace('min: 0, max: 40 m', 'min: 600 km, max: 601 km').replace(
        'min: 0, max: 20 m',
        'min: 200 km, max: 201 km',
      ),
    },
    ['OUT_OF_RANGE: x of point 1 of ring 1 of feature 1 is 8500, outside the axis "x"'],
  ],
  [
    'degrees of many digits that are said to be metres',
    { zones: { west: [[...box(8.54169, 7.37689, 8.5517, 7.3869)]] } },
    [
      'UNIT_INEXACT: x of point 1 of ring 1 of feature 1 is 8.54169 m, which is not a whole number of steps of 1 mm',
    ],
  ],
];

describe('the command', () => {
  test('compiles the floor as it is, with nothing left over', async () => {
    const { code, stdout } = await compiled({}, ['--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ zones: 3, gaps: 0, cells: 4, unused: [] });
  });

  test.each(PLANTED)('finds %s', async (_, planted, says) => {
    const { code, stdout, stderr } = await compiled(planted);
    for (const words of says) expect(stderr).toContain(words);
    expect(stderr).toMatch(/^floor\.(geojson|map\.yaml):\d+:\d+: [A-Z_]+: /);
    expect([code, stdout]).toEqual([2, '']);
  });
});
