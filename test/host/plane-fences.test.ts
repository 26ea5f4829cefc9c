import { describe, expect, test } from 'vitest';
import { mistakes, read } from '../support/read-plane.ts';

/** Fences of autopilots: plans of QGroundControl and waypoints of ArduPilot. */

const HEAD = `holdfast: 1
map: air
epoch: 1
space:
  axes:
    - { name: x, unit: deg, scale: 10000000, round: nearest, min: 0, max: 200000000 }
    - { name: y, unit: deg, scale: 10000000, round: nearest, min: 300000000, max: 800000000 }
`;
const both = (file: string, more = '') =>
  `${HEAD}zones: [ { file: ${file}${more} } ]\ngaps: [ { file: ${file}, id: keep-out, action: stop, cuts: true } ]\n`;

const SQUARE = [
  [47, 7],
  [47, 7.5],
  [47.5, 7.5],
  [47.5, 7],
];
const TRIANGLE = [
  [47.1, 7.1],
  [47.1, 7.2],
  [47.2, 7.15],
];
const polygon = (inclusion: boolean, corners: unknown, more: object = {}) => ({
  inclusion,
  polygon: corners,
  version: 1,
  ...more,
});
const circle = (inclusion: boolean, center: unknown, radius: unknown) => ({
  circle: { center, radius },
  inclusion,
  version: 1,
});
const plan = (polygons: unknown[], circles: unknown[], more: object = {}) =>
  JSON.stringify({
    fileType: 'Plan',
    geoFence: { circles, polygons, version: 2, ...more },
    groundStation: 'QGroundControl',
    mission: { items: [] },
    version: 1,
  });

describe('plans of QGroundControl', () => {
  test('inclusions are zones, exclusions gap rules; what nothing uses is named', async () => {
    const file = plan(
      [polygon(true, SQUARE), polygon(false, TRIANGLE, { maxAltitude: 120 })],
      [circle(false, [47.3, 7.3], 100)],
      {
        breachReturn: [47.1, 7.1, 50],
      },
    );
    const { model, notes } = await read(both('f.plan'), { 'f.plan': file });
    // Latitude comes first in the file, and is y.
    expect(model.zones.map(({ id, at }) => [id, at[0]?.rings])).toEqual([
      [
        'f-1',
        [
          [
            [70_000_000, 470_000_000],
            [75_000_000, 470_000_000],
            [75_000_000, 475_000_000],
            [70_000_000, 475_000_000],
          ],
        ],
      ],
    ]);
    expect(model.gapRules.map(({ id, cuts, action }) => [id, cuts, action])).toEqual([
      ['keep-out-2', true, 'stop'],
      ['keep-out-3', true, 'stop'],
    ]);
    const ys = model.gapRules[1]?.at?.[0]?.rings[0]?.map(([, y]) => y) ?? [];
    // 100 m are 0.0008995 degrees of latitude there; a gap is never smaller, and 1/512 and some steps larger at most.
    expect(Math.max(...ys) - 473_000_000).toBeGreaterThanOrEqual(8994);
    expect(Math.max(...ys) - 473_000_000).toBeLessThanOrEqual(9020);
    expect(notes).toContain('f.plan: nothing uses its "groundStation", "mission", "breachReturn"');
    expect(notes).toContain('f.plan: 2 exclusions, which an entry of "gaps" takes');
    expect(notes).toContain('f.plan: 1 inclusions, which an entry of "zones" takes');
    expect(notes).toContain('f.plan: properties that nothing uses: "maxAltitude"');
  });

  test('several inclusions mean one thing to some autopilots and another to others', async () => {
    const file = { 'f.plan': plan([polygon(true, SQUARE), polygon(true, TRIANGLE)], []) };
    const zones = (more = '') => `${HEAD}zones: [ { file: f.plan${more} } ]\n`;
    expect((await mistakes(zones(), file)).join('\n')).toContain(
      'f.plan has 2 inclusions: some autopilots want a vehicle in all of them',
    );
    expect((await read(zones(', inclusions: any'), file)).model.zones).toHaveLength(2);
  });

  test.each([
    ['another file', '{ "type": "FeatureCollection", "features": [] }', 'its fileType is not "Plan"'],
    ['no fence', '{ "fileType": "Plan" }', 'it has no geoFence'],
    ['an old fence', plan([], [], { version: 1 }), 'its geoFence is of version 1'],
    ['nothing to stay in', plan([polygon(false, SQUARE)], []), 'f.plan has no inclusions'],
    [
      'neither in nor out',
      plan([{ polygon: SQUARE }], []),
      'fence 1 is no polygon or circle that says "inclusion"',
    ],
    ['no shape', plan([{ inclusion: true }], []), 'fence 1 is no polygon or circle'],
    ['two corners', plan([polygon(true, SQUARE.slice(0, 2))], []), 'RING_SHORT'],
    ['no corners', plan([polygon(true, [])], []), 'there are no corners of feature 1'],
    ['a corner that is none', plan([polygon(true, [['47', '7']])], []), 'is no list of numbers'],
    ['a circle without a centre', plan([], [circle(true, undefined, 5)]), 'a circle without a centre'],
    ['a circle without a radius', plan([], [circle(true, [47, 7], undefined)]), 'the radius of feature 1'],
    [
      'longitude first',
      plan(
        [
          polygon(
            true,
            SQUARE.map(([y, x]) => [x, y]),
          ),
        ],
        [],
      ),
      'x is the longitude, and y the latitude',
    ],
    [
      'a circle with the longitude first',
      plan([], [circle(true, [7, 47], 5)]),
      'x is the longitude, and y the latitude',
    ],
  ])('refused: %s', async (_name, file, says) => {
    expect((await mistakes(`${HEAD}zones: [ { file: f.plan } ]\n`, { 'f.plan': file })).join('\n')).toContain(
      says,
    );
  });
});

const item = (
  index: number,
  command: number,
  size: number | string,
  at: readonly number[],
  frame = 3,
  altitude = 0,
) =>
  [
    index,
    index === 0 ? 1 : 0,
    frame,
    command,
    size,
    0,
    0,
    0,
    at[0]?.toFixed(8),
    at[1]?.toFixed(8),
    altitude.toFixed(6),
    1,
  ].join('\t');
const waypoints = (...items: string[]) => ['QGC WPL 110', ...items, ''].join('\r\n');
const corners = (command: number, points: readonly (readonly number[])[], from: number) =>
  points.map((at, index) => item(from + index, command, `${points.length}.000000`, at));

describe('waypoints of ArduPilot', () => {
  const HOME = item(0, 16, 0, [47.05, 7.05], 0, 584);

  test('polygons and circles, in and out', async () => {
    const file = waypoints(
      HOME,
      ...corners(5001, SQUARE, 1),
      item(5, 5000, 0, [47.05, 7.05]),
      ...corners(5002, TRIANGLE, 6),
      item(9, 5004, '100.000000', [47.3, 7.3], 3, 50),
    );
    const { model, notes } = await read(both('f.waypoints'), { 'f.waypoints': file });
    expect(model.zones[0]?.at[0]?.rings[0]?.[2]).toEqual([75_000_000, 475_000_000]);
    expect(model.gapRules.map(({ id, at }) => [id, at?.[0]?.rings[0]?.length])).toEqual([
      ['keep-out-2', 3],
      ['keep-out-3', 64],
    ]);
    expect(notes).toContain('f.waypoints: 1 points to return to, which nothing uses');
    expect(notes).toContain('f.waypoints: 1 items of a mission, home among them, which nothing uses');
    expect(notes).toContain('f.waypoints: 1 items have an altitude, which nothing uses');
  });

  test('two polygons of the same number of corners, one behind the other, are two', async () => {
    const file = waypoints(
      ...corners(5001, TRIANGLE, 0),
      ...corners(
        5001,
        TRIANGLE.map(([y = 0, x = 0]) => [y + 0.2, x]),
        3,
      ),
    );
    const { model } = await read(`${HEAD}zones: [ { file: f.waypoints, inclusions: any } ]\n`, {
      'f.waypoints': file,
    });
    expect(model.zones.map(({ id }) => id)).toEqual(['f-1', 'f-2']);
  });

  test.each([
    ['no waypoints', '47.1 7.1\n47.2 7.2\n', 'it begins with "47.1 7.1"'],
    ['a line that is short', waypoints(HOME, '1\t0\t3\t5001'), 'line 3 is no item: it has 4 columns'],
    ['a command that is none', waypoints(HOME.replace('\t16\t', '\tx\t')), 'line 2 is no item'],
    ['a mission', waypoints(HOME), 'f.waypoints has no inclusions'],
    [
      'a corner too few',
      waypoints(...corners(5001, SQUARE, 0).slice(0, 3)),
      'the polygon from line 2 says that it has 4.000000 corners',
    ],
    [
      'a corner of another polygon',
      waypoints(...corners(5001, SQUARE, 0).slice(0, 3), item(3, 5002, '4.000000', [47, 7])),
      'and does not',
    ],
    [
      'a number of corners that is none',
      waypoints(item(0, 5001, '3.5', [47, 7])),
      'says that it has 3.5 corners',
    ],
    ['as many corners as no file has', waypoints(item(0, 5001, '999999999', [47, 7])), 'and does not'],
    ['a local frame', waypoints(item(0, 5003, 50, [10, 20], 1)), 'line 2 is in frame 1'],
    ['a circle of nothing', waypoints(item(0, 5003, 0, [47, 7])), 'Write metres above 0'],
    [
      'a latitude that is no number',
      waypoints(item(0, 5003, 5, [47, 7]).replace('47.00000000', 'nan')),
      'f.waypoints:2:1',
    ],
  ])('refused: %s', async (_name, file, says) => {
    expect(
      (await mistakes(`${HEAD}zones: [ { file: f.waypoints } ]\n`, { 'f.waypoints': file })).join('\n'),
    ).toContain(says);
  });
});
