import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaFault } from '../../host/geometry/area.ts';
import { doubleArea, hullOf, type Point, sideOf } from '../../host/geometry/point.ts';
import { repairRing } from '../../host/geometry/repair.ts';
import { boxRing, capsuleRing, circleRing } from '../../host/geometry/shapes.ts';
import { seedFor } from '../support/random.ts';

const SEED = seedFor('geometry', 20261127);
const FAR = 2 ** 30;
const place = fc.integer({ min: -FAR, max: FAR });
const point = fc.tuple(place, place);

const exactSide = (a: Point, b: Point, c: Point): number => {
  const [ax, ay, bx, by, cx, cy] = [...a, ...b, ...c].map((value) => BigInt(2 * value)) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  return area > 0n ? 1 : area < 0n ? -1 : 0;
};

describe('on which side a point lies', () => {
  it('is exact, also where a double is not', () => {
    fc.assert(
      fc.property(
        point,
        point,
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -3, max: 3 }),
        (a, b, dx, dy) => {
          const near: Point = [a[0] + (b[0] - a[0]) / 2 + dx / 2, a[1] + (b[1] - a[1]) / 2 + dy / 2];
          expect(sideOf(a, b, near)).toBe(exactSide(a, b, near));
        },
      ),
      { seed: SEED, numRuns: 20_000 },
    );
  });
});

const SQUARE: Point[] = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];

describe('rings are repaired where there is no doubt', () => {
  it.each([
    ['nothing to do', SQUARE, false, SQUARE, []],
    ['closed, where it need not be', [...SQUARE, [0, 0]], false, SQUARE, ['closing']],
    ['closed, as it must be', [...SQUARE, [0, 0]], true, SQUARE, []],
    ['not closed, where it must be', SQUARE, true, SQUARE, ['closing']],
    [
      'a point twice',
      [
        [0, 0],
        [10, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ],
      false,
      SQUARE,
      ['repeated'],
    ],
    [
      'a spike',
      [
        [0, 0],
        [10, 0],
        [10, 10],
        [15, 15],
        [10, 10],
        [0, 10],
      ],
      false,
      SQUARE,
      ['spike', 'repeated'],
    ],
    [
      'a spike along an edge',
      [
        [0, 0],
        [12, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ],
      false,
      SQUARE,
      ['spike'],
    ],
    [
      'a spike where it closes',
      [
        [-5, -5],
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
        [0, 0],
      ],
      false,
      SQUARE,
      ['spike', 'repeated'],
    ],
    [
      'a spike of spikes',
      [
        [0, 0],
        [10, 0],
        [20, 0],
        [20, 5],
        [20, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ],
      false,
      SQUARE,
      ['spike', 'repeated', 'spike', 'repeated'],
    ],
  ] as const)('%s', (_name, points, isClosed, ring, repairs) => {
    const repaired = repairRing(points as readonly Point[], isClosed);
    if ('fault' in repaired) throw new Error(repaired.fault.kind);
    expect(new Set(repaired.ring.map(String))).toEqual(new Set(ring.map(String)));
    expect(doubleArea(repaired.ring)).toBe(doubleArea(ring as readonly Point[]));
    expect(repaired.repairs.map(({ kind }) => kind)).toEqual(repairs);
  });

  it.each([
    ['nothing', [], 'short'],
    ['a point', [[1, 1]], 'short'],
    [
      'two points',
      [
        [1, 1],
        [2, 2],
        [1, 1],
      ],
      'short',
    ],
    [
      'a line',
      [
        [0, 0],
        [5, 5],
        [9, 9],
      ],
      'no-area',
    ],
    [
      'a bow-tie',
      [
        [0, 0],
        [10, 10],
        [10, 0],
        [0, 10],
      ],
      'crossing',
    ],
    [
      'a bow-tie that crosses in a lattice point that is a corner',
      [
        [0, 0],
        [5, 5],
        [10, 10],
        [10, 0],
        [0, 10],
      ],
      'crossing',
    ],
    [
      'a bow-tie whose crossing is a corner twice',
      [
        [0, 0],
        [5, 5],
        [10, 10],
        [10, 0],
        [5, 5],
        [0, 10],
      ],
      'crossing',
    ],
    [
      'an edge that runs back over another one',
      [
        [0, 0],
        [10, 0],
        [10, 5],
        [8, 0],
        [2, 0],
        [0, 5],
      ],
      'crossing',
    ],
  ] as const)('refused: %s', (_name, points, kind) => {
    expect(repairRing(points as readonly Point[], false)).toMatchObject({ fault: { kind } });
  });

  it.each([
    [
      'two squares that touch at a corner',
      [
        [0, 0],
        [5, 0],
        [5, 5],
        [10, 5],
        [10, 10],
        [5, 10],
        [5, 5],
        [0, 5],
      ],
    ],
    [
      'a corner that touches an edge',
      [
        [0, 0],
        [10, 0],
        [10, 10],
        [5, 0],
        [0, 10],
      ],
    ],
  ] as const)('taken as it is: %s', (_name, points) => {
    expect(repairRing(points as readonly Point[], false)).toEqual({ ring: points, repairs: [] });
  });

  it('finds a crossing exactly where one is, against every pair of edges', () => {
    const small = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }));
    let crossed = 0;
    fc.assert(
      fc.property(fc.array(small, { minLength: 4, maxLength: 9 }), (points) => {
        const repaired = repairRing(points as Point[], false);
        if (!('ring' in repaired)) {
          if (repaired.fault.kind === 'crossing') crossed++;
          return;
        }
        const { ring } = repaired;
        const edges = ring.map((from, index) => [from, ring[(index + 1) % ring.length] as Point] as const);
        edges.forEach(([a, b], i) => {
          edges.slice(i + 1).forEach(([c, d]) => {
            const through =
              exactSide(a, b, c) * exactSide(a, b, d) < 0 && exactSide(c, d, a) * exactSide(c, d, b) < 0;
            expect(through).toBe(false);
          });
        });
      }),
      { seed: SEED, numRuns: 20_000 },
    );
    expect(crossed).toBeGreaterThan(1000);
  });
});

describe('an outline and its holes', () => {
  const OUTLINE: Point[] = [
    [0, 0],
    [20, 0],
    [20, 20],
    [0, 20],
  ];
  const hole = (x: number, y: number, size = 4) => boxRing([x, y], [x + size, y + size]);
  it.each([
    ['no hole', [], undefined],
    ['two holes apart', [hole(2, 2), hole(10, 10)], undefined],
    ['a hole along the outline', [hole(0, 5)], undefined],
    [
      'a hole whose corners all lie on the outline',
      [
        [
          [0, 10],
          [10, 0],
          [20, 10],
          [10, 20],
        ],
      ],
      undefined,
    ],
    ['two holes that touch', [hole(2, 2), hole(6, 6)], undefined],
    ['a hole outside', [hole(30, 30)], { kind: 'outside', ring: 1, other: 0 }],
    ['a hole over the outline', [hole(18, 5)], { kind: 'crossing', ring: 1, other: 0 }],
    ['a hole in a hole', [hole(2, 2, 10), hole(4, 4)], { kind: 'inside', ring: 2, other: 1 }],
    ['two holes that cross', [hole(2, 2, 10), hole(8, 8, 10)], { kind: 'crossing', ring: 2, other: 1 }],
  ] as const)('%s', (_name, holes, fault) => {
    const found = areaFault([OUTLINE, ...(holes as readonly (readonly Point[])[])]);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(fault);
  });
});

describe('round shapes', () => {
  const radius = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 29 }));
  const square = ([x, y]: Point, [cx, cy]: Point) => BigInt(x - cx) ** 2n + BigInt(y - cy) ** 2n;

  it('from the inside lie in the circle, from the outside hold it, and stay near it', () => {
    fc.assert(
      fc.property(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer()), radius, ([x, y], r) => {
        const centre: Point = [x, y % 1000];
        const inner = circleRing(centre, r, 'inside');
        for (const corner of inner) expect(square(corner, centre) <= BigInt(r) ** 2n).toBe(true);
        const outer = circleRing(centre, r, 'outside');
        const farthest = Math.ceil(r + r / 512 + 3);
        outer.forEach((from, index) => {
          const to = outer[(index + 1) % outer.length] as Point;
          expect(square(from, centre) <= BigInt(farthest) ** 2n).toBe(true);
          // The distance of each edge's line from the centre is at least the radius: area² ≥ r² · length².
          const area =
            BigInt(from[0] - centre[0]) * BigInt(to[1] - centre[1]) -
            BigInt(from[1] - centre[1]) * BigInt(to[0] - centre[0]);
          expect(area ** 2n >= BigInt(r) ** 2n * square(from, to)).toBe(true);
        });
        const near = BigInt(Math.max(0, Math.floor(r - r / 512 - 2)));
        inner.forEach((from, index) => {
          const to = inner[(index + 1) % inner.length] as Point;
          const area =
            BigInt(from[0] - centre[0]) * BigInt(to[1] - centre[1]) -
            BigInt(from[1] - centre[1]) * BigInt(to[0] - centre[0]);
          expect(area ** 2n >= near ** 2n * square(from, to)).toBe(true);
        });
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('are the same points for everybody', () => {
    expect(circleRing([0, 0], 1, 'inside')).toEqual([
      [-1, 0],
      [0, -1],
      [1, 0],
      [0, 1],
    ]);
    expect(JSON.stringify(circleRing([5, 7], 3, 'outside'))).toBe(
      '[[1,4],[2,3],[8,3],[9,4],[9,10],[8,11],[2,11],[1,10]]',
    );
    expect(JSON.stringify(capsuleRing([0, 0], [10, 0], 2, 'inside'))).toBe(
      '[[-2,0],[0,-2],[10,-2],[12,0],[10,2],[0,2]]',
    );
  });

  it('are convex', () => {
    const ring = capsuleRing([0, 0], [1000, 700], 90, 'outside');
    expect(hullOf(ring)).toEqual(ring);
  });
});
