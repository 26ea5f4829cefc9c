import type { OracleArea, OraclePoint } from './plane-oracle.ts';
import type { Random } from './random.ts';

/** Seeded areas of planes: what the bench measures, and small ones that are awkward on purpose. Coordinates are from 0 to the span. */

type Ring = readonly OraclePoint[];

/** Maps of about 1,000 corners; each area is a zone of its own, later ones lie over earlier ones. */
export const BENCH_KINDS = ['star', 'comb', 'blob', 'cells', 'nested', 'depot'] as const;
export type BenchKind = (typeof BENCH_KINDS)[number];

/** `corners`: about how many all areas have together. */
export function benchAreas(kind: BenchKind, random: Random, span: number, corners = 1000): OracleArea[] {
  const middle = Math.floor(span / 2);
  switch (kind) {
    case 'star':
      return [[star(random, [middle, middle], 0.3 * middle, middle - 1, corners)]];
    case 'comb':
      return [[comb(random, span, corners)]];
    case 'blob':
      return [[blob(random, span, corners)]];
    case 'cells':
      return cells(random, span, corners);
    case 'nested':
      return nested(random, span, corners);
    case 'depot':
      return depot(random, span, corners);
  }
}

/** A fraction of 1. */
function part(random: Random): number {
  return random.next() / 2 ** 32;
}

function around([x, y]: OraclePoint, radius: number, angle: number): OraclePoint {
  return [Math.round(x + radius * Math.cos(angle)), Math.round(y + radius * Math.sin(angle))];
}

/** Corners at even angles and random distances from the middle. */
export function star(
  random: Random,
  middle: OraclePoint,
  least: number,
  most: number,
  corners: number,
): Ring {
  const ring = Array.from({ length: corners }, (_, index) =>
    around(middle, least + (most - least) * part(random), (2 * Math.PI * index) / corners),
  );
  return withoutRepeats(ring);
}

/** Teeth upwards of random heights from a common back. */
function comb(random: Random, span: number, corners: number): Ring {
  const teeth = Math.floor((corners - 2) / 2);
  const width = (span - 2) / teeth;
  const ring: OraclePoint[] = [
    [span - 1, 0],
    [0, 0],
  ];
  for (let tooth = 0; tooth < teeth; tooth++) {
    const x = Math.round((tooth + 0.2 + 0.2 * part(random)) * width);
    const right = Math.round((tooth + 0.7 + 0.2 * part(random)) * width);
    ring.push(
      [x, Math.round(span * (0.5 + 0.45 * part(random)))],
      [right, Math.round(span * (0.05 + 0.3 * part(random)))],
    );
  }
  return withoutRepeats(ring);
}

/** A smooth curve: waves of random height around a circle. */
function blob(random: Random, span: number, corners: number): Ring {
  const waves = [2, 3, 5, 7, 11].map((times) => ({
    times,
    height: (0.28 * part(random)) / times,
    shift: 2 * Math.PI * part(random),
  }));
  const ring = Array.from({ length: corners }, (_, index) => {
    const angle = (2 * Math.PI * index) / corners;
    const swing = waves.reduce(
      (sum, { times, height, shift }) => sum + height * Math.sin(times * angle + shift),
      0,
    );
    return around([Math.floor(span / 2), Math.floor(span / 2)], span * 0.33 * (1 + swing), angle);
  });
  return withoutRepeats(ring);
}

/** A net of zones that share crooked borders and cover everything. */
function cells(random: Random, span: number, corners: number): OracleArea[] {
  const pieces = 7;
  const side = Math.max(2, Math.round(Math.sqrt(corners / (2 * pieces))));
  const step = span / side;
  const jitter = (at: number, amount: number) => Math.round(at + amount * (part(random) - 0.5));
  const knots = Array.from({ length: side + 1 }, (_, row) =>
    Array.from({ length: side + 1 }, (_, column): OraclePoint => {
      const [x, y] = [jitter(column * step, step / 3), jitter(row * step, step / 3)];
      return [column === 0 ? 0 : column === side ? span : x, row === 0 ? 0 : row === side ? span : y];
    }),
  );
  const between = ([x0, y0]: OraclePoint, [x1, y1]: OraclePoint, isEnd: boolean): OraclePoint[] =>
    Array.from({ length: pieces - 1 }, (_, index): OraclePoint => {
      const share = (index + 1) / pieces;
      const away = isEnd ? 0 : step / 24;
      return [jitter(x0 + (x1 - x0) * share, away), jitter(y0 + (y1 - y0) * share, away)];
    });
  const knot = (row: number, column: number) => knots[row]?.[column] as OraclePoint;
  const across = knots.map((_, row) =>
    Array.from({ length: side }, (_, column) =>
      between(knot(row, column), knot(row, column + 1), row === 0 || row === side),
    ),
  );
  const upward = Array.from({ length: side }, (_, row) =>
    Array.from({ length: side + 1 }, (_, column) =>
      between(knot(row, column), knot(row + 1, column), column === 0 || column === side),
    ),
  );
  const areas: OracleArea[] = [];
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      areas.push([
        [
          knot(row, column),
          ...(across[row]?.[column] ?? []),
          knot(row, column + 1),
          ...(upward[row]?.[column + 1] ?? []),
          knot(row + 1, column + 1),
          ...[...(across[row + 1]?.[column] ?? [])].reverse(),
          knot(row + 1, column),
          ...[...(upward[row]?.[column] ?? [])].reverse(),
        ],
      ]);
  return areas;
}

/** Stars within stars. */
function nested(random: Random, span: number, corners: number): OracleArea[] {
  const each = 50;
  const count = Math.max(1, Math.round(corners / each));
  const middle = Math.floor(span / 2);
  return Array.from({ length: count }, (_, index) => {
    const most = middle * (1 - index / (count + 1)) - 1;
    return [star(random, [middle, middle], most - (0.8 * middle) / (count + 1), most, each)];
  });
}

/** Zones of a hall: lanes, shelves, crossings, round keep-outs and slanted ways. */
function depot(random: Random, span: number, corners: number): OracleArea[] {
  const count = Math.max(4, Math.round((corners * 230) / 1000));
  const areas: OracleArea[] = [];
  const at = () => Math.floor(span * (0.02 + 0.86 * part(random)));
  for (let index = 0; index < count; index++) {
    const [x, y, size] = [at(), at(), Math.floor(span * (0.01 + 0.05 * part(random)))];
    const kind = index % 10;
    if (kind === 8) areas.push([star(random, [x + size, y + size], size, size, 12)]);
    else if (kind === 9) {
      const [dx, dy] = [Math.floor(size * part(random)), Math.floor(size / 4)];
      areas.push([
        [
          [x, y],
          [x + size, y + dx],
          [x + size - dy, y + dx + dy],
          [x - Math.floor(dy / 2), y + dy],
        ],
      ]);
    } else {
      const [wide, high] = kind < 4 ? [4 * size, size] : [size, 2 * size];
      const [right, top] = [Math.min(span - 1, x + wide), Math.min(span - 1, y + high)];
      areas.push([
        [
          [x, y],
          [right, y],
          [right, top],
          [x, top],
        ],
      ]);
    }
  }
  return areas;
}

function withoutRepeats(ring: readonly OraclePoint[]): Ring {
  return ring.filter(([x, y], index) => {
    const [beforeX, beforeY] = ring[(index + ring.length - 1) % ring.length] as OraclePoint;
    return x !== beforeX || y !== beforeY;
  });
}

/** Small areas that are awkward: thin, collinear, with common borders, touching at points, crossing between lattice points. */
export const AWKWARD_KINDS = [
  'triangle',
  'box',
  'thin',
  'strip',
  'star',
  'holed',
  'stairs',
  'touching',
  'fan',
] as const;

export function awkwardArea(random: Random, span: number): OracleArea {
  const place = (): OraclePoint => [random.below(span + 1), random.below(span + 1)];
  const kind = random.pick(AWKWARD_KINDS);
  const [x, y] = place();
  const [right, top] = [random.between(x, span) + 1, random.between(y, span) + 1].map((at) =>
    Math.min(span, at),
  ) as [number, number];
  const box = (west: number, south: number, east: number, north: number): Ring => [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
  switch (kind) {
    case 'triangle':
      return [[place(), place(), place()]];
    case 'box':
      return [box(x, y, right, top)];
    case 'thin': {
      // Two long sides a step apart at one end and meeting at the other.
      const [u, v] = place();
      return [[[x, y], [u, v], u < span ? [u + 1, v] : [u - 1, v]]];
    }
    case 'strip':
      return [box(x, y, right, Math.min(span, y + 1))];
    case 'star': {
      const size = Math.max(1, Math.floor(span / 4));
      const middle: OraclePoint = [
        random.between(size, span - size + 1),
        random.between(size, span - size + 1),
      ];
      return [star(random, middle, size / 3, size, 3 + random.below(6))];
    }
    case 'holed': {
      const [wide, high] = [right - x, top - y];
      if (wide < 3 || high < 3) return [box(x, y, right, top)];
      return [box(x, y, right, top), box(x + 1, y + 1, x + 1 + random.between(1, wide - 1), top - 1)];
    }
    case 'stairs': {
      const steps = Math.max(1, Math.min(4, right - x, top - y));
      const ring: OraclePoint[] = [[x, y]];
      for (let step = 0; step < steps; step++)
        ring.push(
          [Math.min(span, x + step + 1), Math.min(span, y + step)],
          [Math.min(span, x + step + 1), Math.min(span, y + step + 1)],
        );
      ring.push([x, Math.min(span, y + steps)]);
      return [withoutRepeats(ring)];
    }
    case 'touching': {
      // Two triangles that have a corner in common.
      const [first, second, third, fourth] = [place(), place(), place(), place()];
      return [
        [[x, y], first, second],
        [[x, y], third, fourth],
      ];
    }
    case 'fan':
      // Corners on one line, not in order.
      return [
        [
          [x, y],
          [right, y],
          [Math.floor((x + right) / 2), y],
          [x, top],
        ],
      ];
  }
}
