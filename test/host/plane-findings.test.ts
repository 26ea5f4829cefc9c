import * as polyclip from 'polyclip-ts';
import { expect, test } from 'vitest';
import { Lines } from '../../host/plane/lines.ts';
import { subdivide } from '../../host/plane/subdivision.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import type { OverlapPolicy } from '../../host/source/model.ts';
import { type PlaneBox, planeModel, resolved, walk } from '../support/plane-models.ts';
import type {
  OracleArea,
  OraclePlane,
  OraclePlaneGap,
  OraclePlaneZone,
  OraclePoint,
} from '../support/plane-oracle.ts';
import { awkwardPlane } from '../support/plane-questions.ts';
import { Random, seedFor } from '../support/random.ts';

/** What is found of zones over one another, gap rules where they may not lie, and gaps, with areas and places. */

const BOX = { minX: 0, minY: 0, width: 100, height: 100, period: 1 };

function box(west: number, south: number, east: number, north: number): OracleArea {
  return [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
    ],
  ];
}

function zone(area: OracleArea, more: Partial<OraclePlaneZone> = {}): OraclePlaneZone {
  return { areas: [area], when: null, tier: 1, limit: null, ...more };
}

const REST: OraclePlaneGap = { areas: null, when: null, cuts: false };

function plane(zones: readonly OraclePlaneZone[], gapRules: readonly OraclePlaneGap[] = [REST]): OraclePlane {
  return { zones, gapRules, wins: 'tier' };
}

function mistakes(source: OraclePlane, overlaps?: OverlapPolicy, period = 1): string[] {
  return mistakesOn(source, { ...BOX, period }, overlaps);
}

function mistakesOn(source: OraclePlane, on: PlaneBox, overlaps?: OverlapPolicy): string[] {
  try {
    resolved(planeModel(source, on, overlaps));
    return [];
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  }
}

function overlapsOf(source: OraclePlane, overlaps?: OverlapPolicy) {
  return resolved(planeModel(source, BOX, overlaps)).found?.overlaps ?? [];
}

function gapsOf(source: OraclePlane, period = 1) {
  return resolved(planeModel(source, { ...BOX, period })).found?.gaps ?? [];
}

const FORBID: OverlapPolicy = { kind: 'forbid' };

test.each([
  ['crossing', box(10, 10, 40, 40), box(30, 30, 60, 60), 'both cover 100 square m at [35, 35]: they cross'],
  [
    'nested',
    box(10, 10, 40, 40),
    box(20, 20, 23, 23),
    'both cover 9 square m at [21, 21]: one lies within the other',
  ],
  [
    'same',
    box(10, 10, 14, 14),
    box(10, 10, 14, 14),
    'both cover 16 square m at [12, 12]: they cover the same place',
  ],
  ['sliver', box(10, 10, 40, 40), box(39, 0, 60, 60), 'both cover 30 square m at [39, 25]: a sliver'],
  [
    'crossing between lattice points',
    [
      [
        [0, 0],
        [3, 0],
        [0, 3],
      ],
    ] as OracleArea,
    [
      [
        [0, 0],
        [3, 2],
        [0, 2],
      ],
    ] as OracleArea,
    'both cover 2.2 square m at [0, 1]: they cross',
  ],
  [
    'without a lattice point',
    [
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
    ] as OracleArea,
    [
      [
        [1, 1],
        [0, 1],
        [0, 0],
      ],
    ] as OracleArea,
    'both cover 0.25 square m near [0.166, 0.5]: they cross',
  ],
])('an overlap is named with its area and a place: %s', (_, one, other, words) => {
  const found = mistakes(plane([zone(one), zone(other)]), FORBID);
  expect(found).toEqual([`OVERLAP: zone "z1" and zone "z0" (plane.yaml:10:1) ${words}`]);
});

test('zones with a common border or corner do not lie over one another', () => {
  const zones = [box(0, 0, 50, 50), box(50, 0, 100, 50), box(50, 50, 100, 100)].map((area) => zone(area));
  expect(mistakes(plane(zones), FORBID)).toEqual([]);
});

test('each pair of three zones over one place is named, and a list that orders two of them leaves two', () => {
  const zones = [zone(box(0, 0, 30, 30)), zone(box(10, 10, 40, 40)), zone(box(20, 20, 50, 50))];
  expect(mistakes(plane(zones), FORBID).length).toBe(3);
  const place = { file: 'plane.yaml', line: 1, column: 1 };
  const list: OverlapPolicy = { kind: 'list', orders: [{ over: 2, under: 0, place }] };
  const left = mistakes(plane(zones), list);
  expect(left.map((line) => line.slice(0, 38)).sort()).toEqual([
    'OVERLAP: zone "z1" and zone "z0" (plan',
    'OVERLAP: zone "z2" and zone "z1" (plan',
  ]);
});

test('tiers and limits order overlaps, and the audit is told who won and why', () => {
  const zones = [
    zone(box(0, 0, 30, 30), { tier: 2, limit: 5 }),
    zone(box(10, 10, 40, 40), { tier: 1, limit: 3 }),
  ];
  expect(overlapsOf(plane(zones))).toMatchObject([
    {
      over: 0,
      under: 1,
      why: 'tier',
      kind: 'crossing',
      area: 400,
      sample: { x: 20, y: 20, isLattice: true },
    },
  ]);
  expect(overlapsOf(plane(zones), { kind: 'lowest-limit' })).toMatchObject([
    { over: 1, under: 0, why: 'limit' },
  ]);
  expect(mistakes(plane(zones.map((each) => ({ ...each, tier: 7 }))))).toHaveLength(1);
  const same = zones.map((each) => ({ ...each, tier: 7, limit: 5 }));
  expect(overlapsOf(plane(same), { kind: 'lowest-limit' })).toMatchObject([
    { over: 0, under: 1, why: 'first' },
  ]);
});

test('an overlap is told with the phases in which both zones hold', () => {
  const zones = [
    zone(box(0, 0, 30, 30), { when: [{ from: 0, to: 6 }] }),
    zone(box(10, 10, 40, 40), { when: [{ from: 4, to: 9 }] }),
  ];
  expect(mistakes(plane(zones), FORBID, 12)).toEqual([
    'OVERLAP: zone "z1" and zone "z0" (plane.yaml:10:1) both cover 400 square m at [20, 20] in phases [4, 6): they cross',
  ]);
});

test('a pin-hole of one lattice point is named with its place and what lies around it', () => {
  const around: OracleArea = [...box(0, 0, 100, 100), ...box(50, 60, 51, 61)];
  expect(mistakes(plane([zone(around)], []), FORBID)).toEqual([
    'GAP_UNACKNOWLEDGED: nothing covers 1 square m at [50, 60], enclosed next to zone "z0" (plane.yaml:10:1)',
  ]);
});

test('each gap that hangs together is named once; what reaches the ends of the axes is told from what is enclosed', () => {
  const around: OracleArea = [...box(10, 0, 90, 100), ...box(20, 20, 30, 30), ...box(30, 30, 40, 40)];
  const found = mistakes(plane([zone(around)], []), FORBID);
  expect(found.map((line) => line.replace(/ next to.*/, ''))).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^GAP_UNACKNOWLEDGED: nothing covers 1000 square m at \[\d+, \d+\], open to the ends of the axes$/,
      ),
      'GAP_UNACKNOWLEDGED: nothing covers 100 square m at [25, 25], enclosed',
      'GAP_UNACKNOWLEDGED: nothing covers 100 square m at [35, 35], enclosed',
    ]),
  );
  expect(found).toHaveLength(4);
});

test('a gap that other phases cut into other cells is one gap with all of its phases', () => {
  const random = new Random(seedFor('gaps over phases', 68));
  for (let round = 0; round < 20; round++) {
    const [west, south] = [20 + random.below(30), 20 + random.below(30)];
    const pillar = { areas: [box(west, south, west + 9, south + 9)], when: null, cuts: true };
    // Zones over the pillar, some of the time; it is taken out of all of them.
    const over = Array.from({ length: 4 }, (_, index) => {
      const [left, low] = [west - random.below(12), south - random.below(12)];
      const area = [
        [left, low],
        [left + 14, low + random.below(9)],
        [left + random.below(9), low + 15],
      ] as const;
      return zone([area], { tier: 2 + index, when: [{ from: 2 * index, to: 2 * index + 3 }] });
    });
    const partition = plane([zone(box(0, 0, 100, 100)), ...over], [pillar]);
    expect(gapsOf(partition, 12)).toMatchObject([
      { rule: 5, isEnclosed: true, area: 81, phases: [{ from: 0, to: 12 }] },
    ]);
  }
});

test('a gap that is smaller in some phases is told for each place, with its phases', () => {
  const around: OracleArea = [...box(0, 0, 100, 100), ...box(20, 20, 30, 30)];
  const lid = zone(box(20, 20, 25, 30), { when: [{ from: 3, to: 6 }] });
  expect(gapsOf(plane([zone(around), lid]), 12)).toMatchObject([
    {
      area: 100,
      phases: [
        { from: 0, to: 3 },
        { from: 6, to: 12 },
      ],
    },
    { area: 50, phases: [{ from: 3, to: 6 }] },
  ]);
});

test('a gap rule acknowledges its own place and no other; anywhere acknowledges all, and the audit lists what is enclosed', () => {
  const around: OracleArea = [...box(0, 0, 100, 100), ...box(20, 20, 30, 30)];
  const part = { areas: [box(20, 20, 30, 28)], when: null, cuts: false };
  expect(mistakes(plane([zone(around)], [part]))).toEqual([
    'GAP_UNACKNOWLEDGED: nothing covers 20 square m at [25, 29], enclosed next to zone "z0" (plane.yaml:10:1), gap rule "g0" (plane.yaml:1000:1)',
  ]);
  expect(gapsOf(plane([zone(around)], [part, REST]))).toMatchObject([
    { rule: 1, isEnclosed: true, area: 80 },
    { rule: 2, isEnclosed: true, area: 20 },
  ]);
});

test('a gap rule over a zone must cut it, and each place has one gap rule', () => {
  const over = { areas: [box(5, 5, 15, 15)], when: null, cuts: false };
  const other = { areas: [box(12, 12, 14, 14)], when: null, cuts: true };
  const zones = [zone(box(0, 0, 10, 10))];
  expect(mistakes(plane(zones, [over, REST]))).toEqual([
    'GAP_OVER_ZONE: gap rule "g0" lies over zone "z0" (plane.yaml:10:1) on 25 square m at [7, 7]',
  ]);
  expect(mistakes(plane(zones, [{ ...over, cuts: true }, REST]))).toEqual([]);
  expect(mistakes(plane(zones, [{ ...over, cuts: true }, other, REST]))).toEqual([
    'GAP_RULES_OVERLAP: gap rule "g1" and gap rule "g0" (plane.yaml:1000:1) both claim 4 square m at [13, 13]',
  ]);
});

test('what a cut hides is no overlap', () => {
  const zones = [zone(box(0, 0, 30, 30)), zone(box(10, 10, 40, 40))];
  const cut = { areas: [box(5, 5, 45, 45)], when: null, cuts: true };
  expect(mistakes(plane(zones, [cut, REST]), FORBID)).toEqual([]);
});

test('an edge that no numbers of 32 bits tell exactly is refused with its ends', () => {
  const far = 2 ** 30;
  const needle: OracleArea = [
    [
      [-far, 1 - far],
      [far, far - 2],
      [far - 1, far - 1],
    ],
  ];
  const large = { minX: -far, minY: -far, width: 2 * far, height: 2 * far, period: 1 };
  expect(() => resolved(planeModel(plane([zone(needle)]), large))).toThrow(
    'OUT_OF_RANGE: the edge from [-1073741824, -1073741823] to [1073741823, 1073741823] is too long and too fine to be told exactly',
  );
  // Half as long it is told.
  const half = needle.map((ring) =>
    ring.map(([x, y]): OraclePoint => [Math.floor(x / 2), Math.floor(y / 2)]),
  );
  expect(mistakesOn(plane([zone(half)]), large)).toEqual([]);
});

test('a thicket of areas is refused with figures, before it takes all memory', () => {
  const nested = Array.from({ length: 3000 }, (_, index) =>
    zone(box(index, index, 10_000 - index, 10_000 - index), { tier: index % 256 }),
  );
  const on = { minX: 0, minY: 0, width: 10_000, height: 10_000, period: 1 };
  expect(mistakesOn(plane(nested), on)).toEqual([
    'TOO_MANY: areas lie over one another more than 4194304 times',
  ]);
  const crossing = Array.from({ length: 40 }, (_, index) => box(index, index, 50 + index, 50 + index));
  expect(() => subdivide(new Lines(), 100, 100, crossing, 1000)).toThrow(
    'areas cut one another into more than 1000 parts',
  );
  expect(subdivide(new Lines(), 100, 100, crossing).cells.length).toBeGreaterThan(1000);
});

test('borders that no answer needs take no nodes', () => {
  const hidden = Array.from({ length: 20 }, (_, index) =>
    zone(box(30 + index, 30, 60, 60 - index), { tier: 2 + index }),
  );
  const top = zone(box(20, 20, 80, 80), { tier: 100 });
  const partition = resolved(planeModel(plane([...hidden, top]), BOX));
  expect(partition.nodes.length).toBeLessThanOrEqual(4);
  expect(walk(partition, 45, 45)).toBe(20);
});

test('areas of overlaps and gaps are those that polyclip finds', () => {
  const random = new Random(seedFor('areas', 44));
  for (let round = 0; round < 60; round++) {
    const drawn = awkwardPlane(random, 2 ** (4 + random.below(10)), 5);
    const zones = drawn.plane.zones.map((each) => ({ ...each, when: null }));
    const source = { ...drawn.plane, zones, gapRules: [REST] };
    const { found } = resolved(planeModel(source, { ...drawn.box, period: 1 }));
    const geometries = zones.map(({ areas }) => clipped(areas, drawn.box));
    for (const { over, under, area } of found?.overlaps ?? []) {
      const [one, other] = [geometries[over], geometries[under]] as [polyclip.Geom, polyclip.Geom];
      expect(area / areaOf(polyclip.intersection(one, other))).toBeCloseTo(1, 6);
    }
    const covered = areaOf(polyclip.union(...(geometries as [polyclip.Geom])));
    const gaps = (found?.gaps ?? []).reduce((sum, { area }) => sum + area, 0);
    expect(gaps + covered).toBeCloseTo(drawn.box.width * drawn.box.height, 3);
  }
});

/** Even-odd areas as polygons from the minima. */
function clipped(
  areas: readonly OracleArea[],
  { minX, minY }: { minX: number; minY: number },
): polyclip.Geom {
  const rings = areas.map((area) =>
    area.map((ring) => [ring.map(([x, y]): [number, number] => [x - minX, y - minY])] as polyclip.Geom),
  );
  const each = rings.map((list) => polyclip.xor(...(list as [polyclip.Geom])));
  return polyclip.union(...(each as [polyclip.Geom]));
}

function areaOf(polygons: readonly (readonly (readonly OraclePoint[])[])[]): number {
  let twice = 0;
  for (const polygon of polygons)
    for (const [index, ring] of polygon.entries()) {
      let ofRing = 0;
      ring.forEach(([x, y], at) => {
        const [nextX, nextY] = ring[(at + 1) % ring.length] as OraclePoint;
        ofRing += x * nextY - nextX * y;
      });
      twice += index === 0 ? Math.abs(ofRing) : -Math.abs(ofRing);
    }
  return twice / 2;
}
