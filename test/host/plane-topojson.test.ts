import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { compilePartition, loadMap } from '../../host/compile/compile.ts';
import { PlaneImage } from '../../host/core/ask-plane.ts';
import { isPlane } from '../../host/source/plane-model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { countiesOf } from '../support/atlas.ts';
import { mistakes, read } from '../support/read-plane.ts';

/** Areas from TopoJSON, by the integers of its grid or in its coordinates. */

const sourceOf = (axis: string, entry: string) => `holdfast: 1
map: land
epoch: 1
space:
  axes:
    - { name: x, ${axis} }
    - { name: y, ${axis} }
zones: [ { file: t.topojson${entry} } ]
`;
const GRID = 'unit: grid, min: 0, max: 1000000';
const BY_GRID = sourceOf(GRID, ', unit: grid');

/** Two squares side by side, of 10 by 10 integers of the grid, which share arc 0; the right one has a hole. */
const topology = (more: object = {}) => ({
  type: 'Topology',
  transform: { scale: [0.5, 0.25], translate: [100, 20] },
  objects: {
    land: {
      type: 'GeometryCollection',
      geometries: [
        { type: 'Polygon', id: 'left', properties: { name: 'L' }, arcs: [[0, 1]] },
        { type: 'MultiPolygon', id: 'right', properties: { name: 'R' }, arcs: [[[~0, 2], [3]]] },
      ],
    },
  },
  arcs: [
    [
      [10, 0],
      [0, 10],
    ],
    [
      [10, 10],
      [-10, 0],
      [0, -10],
      [10, 0],
    ],
    [
      [10, 0],
      [10, 0],
      [0, 10],
      [-10, 0],
    ],
    [
      [12, 2],
      [2, 0],
      [0, 2],
      [-2, -2],
    ],
  ],
  ...more,
});
const files = (value: object) => ({ 't.topojson': JSON.stringify(value) });

describe('a small topology', () => {
  test('in integers of its grid', async () => {
    const { model, notes } = await read(BY_GRID, files(topology()));
    expect(model.zones.map(({ id, at }) => [id, at.map(({ rings }) => rings)])).toEqual([
      [
        'left',
        [
          [
            [
              [10, 0],
              [10, 10],
              [0, 10],
              [0, 0],
            ],
          ],
        ],
      ],
      [
        'right',
        [
          [
            [
              [10, 10],
              [10, 0],
              [20, 0],
              [20, 10],
            ],
            [
              [12, 2],
              [14, 2],
              [14, 4],
            ],
          ],
        ],
      ],
    ]);
    expect(notes).toContain('t.topojson: properties that nothing uses: "name"');
  });

  test('in its coordinates, exactly, or rounded where the axis says so', async () => {
    const axis = 'unit: deg, scale: 100, min: 0, max: 20000';
    const { model } = await read(sourceOf(axis, ''), files(topology()));
    expect(model.zones[0]?.at[0]?.rings[0]).toEqual([
      [10_500, 2000],
      [10_500, 2250],
      [10_000, 2250],
      [10_000, 2000],
    ]);
    const awkward = files(topology({ transform: { scale: [0.001234567890123, 0.1], translate: [0.1, 0] } }));
    expect((await mistakes(sourceOf(axis, ''), awkward)).join('\n')).toContain('UNIT_INEXACT');
    const rounded = await read(sourceOf(`${axis}, round: nearest`, ', where: name=L'), awkward);
    expect(rounded.model.zones[0]?.at[0]?.rings[0]?.map(([x]) => x)).toEqual([11, 11, 10, 10]);
    expect(rounded.notes).toContain('t.topojson: 1 of 2 features left out, as "where" asks');
  });

  test('one that is not quantised has coordinates, and no steps', async () => {
    const plain = {
      type: 'Topology',
      objects: { one: { type: 'Polygon', arcs: [[0]] } },
      arcs: [
        [
          [1, 1, 99],
          [5, 1],
          [5, 4],
          [1, 1],
        ],
      ],
    };
    const { model, notes } = await read(sourceOf('unit: deg, min: 0, max: 9', ''), files(plain));
    expect(model.zones[0]?.at[0]?.rings[0]).toEqual([
      [1, 1],
      [5, 1],
      [5, 4],
    ]);
    expect(notes).toContain('t.topojson: 1 points have a height, which nothing uses');
    expect((await mistakes(BY_GRID, files(plain))).join('\n')).toContain('has no grid');
  });

  const two = { ...topology().objects, other: { type: 'Polygon', arcs: [[0, 1]] } };
  test('an object is picked by name, and others are named', async () => {
    const source = sourceOf(GRID, ', unit: grid, object: other');
    const { model, notes } = await read(source, files(topology({ objects: two })));
    expect(model.zones.map(({ id }) => id)).toEqual(['t-1']);
    expect(notes).toContain('t.topojson: nothing uses its objects "land"');
  });

  test.each([
    [
      'two objects and no name',
      ', unit: grid',
      topology({ objects: two }),
      'Add "object" with one of land, other',
    ],
    [
      'an object that is misspelt',
      ', unit: grid, object: lnad',
      topology({ objects: two }),
      'Did you mean "land"?',
    ],
    [
      'an object that is not there',
      ', unit: grid, object: sea',
      topology({ objects: two }),
      'has no object "sea"',
    ],
    ['no objects', ', unit: grid', topology({ objects: {} }), 'this TopoJSON has no objects'],
    ['no arcs', ', unit: grid', topology({ arcs: undefined }), 'has no arcs'],
    ['an arc that is not there', ', unit: grid', topology({ arcs: [] }), 'names an arc that is not there'],
    [
      'arcs that do not meet',
      ', unit: grid',
      topology({ objects: { a: { type: 'Polygon', arcs: [[0, 3]] } } }),
      'do not meet',
    ],
    [
      'steps that are no integers',
      ', unit: grid',
      topology({
        arcs: [
          [
            [0.5, 0],
            [1, 1],
          ],
          [[0, 0]],
          [[0, 0]],
          [[0, 0]],
        ],
      }),
      'is no integer of the grid',
    ],
    ['a transform that is none', '', topology({ transform: { scale: [1] } }), 'this transform is none'],
    [
      'a line',
      ', unit: grid',
      topology({ objects: { a: { type: 'LineString', arcs: [0] } } }),
      'is a LineString, which encloses nothing',
    ],
    [
      'layers',
      ', unit: grid, layers: ignore',
      topology(),
      '"layers" is of GeoJSON, and t.topojson is TopoJSON',
    ],
  ])('refused: %s', async (_name, entry, value, says) => {
    const axis = entry === '' ? 'unit: deg, min: 0, max: 90' : GRID;
    expect((await mistakes(sourceOf(axis, entry), files(value))).join('\n')).toContain(says);
  });
});

test('counties of us-atlas share their borders through a source: each place of one has one county, and the core says which', async () => {
  const name = createRequire(import.meta.url).resolve('us-atlas/counties-10m.json');
  const whole = JSON.parse(readFileSync(name, 'utf8'));
  const { geometries } = whole.objects.counties;
  const iowa = geometries.filter(({ id }: { id: string }) => id.startsWith('19'));
  whole.objects.counties = { type: 'GeometryCollection', geometries: iowa };
  const source = sourceOf('unit: grid, min: 0, max: 100000', ', unit: grid, object: counties').replace(
    'zones:',
    'gaps: [ { anywhere: true, action: stop } ]\nzones:',
  );
  const map = await loadMap('m.map.yaml', memoryReader({ 'm.map.yaml': source, ...files(whole) }));
  if (!isPlane(map)) throw new Error('no plane');
  // Nothing says who wins: no county lies over another.
  const core = await PlaneImage.open(compilePartition(map, undefined).image);
  const { counties, arcs } = countiesOf('19', 1);
  expect(map.rules.map(({ id }) => id)).toEqual([...counties.map(({ id }) => id), 'anywhere']);
  const owners = new Map<number, string[]>();
  for (const county of counties)
    for (const arc of county.arcs) owners.set(arc, [...(owners.get(arc) ?? []), county.id]);
  const shared = [...owners].filter(([, ids]) => ids.length === 2);
  expect(shared.length).toBeGreaterThan(200);
  let asked = 0;
  for (const [arc, ids] of shared) {
    // An inner point of an arc lies between its two counties, and nowhere else.
    for (const [x, y] of arcs[arc]?.slice(1, -1) ?? []) {
      const { state, zone } = core.ask({ x: BigInt(x), y: BigInt(y), phase: 0 });
      expect([state, ids.includes(zone ?? '')], `arc ${arc}`).toEqual(['covered', true]);
      asked++;
    }
  }
  expect(asked).toBeGreaterThan(60);
}, 60_000);
