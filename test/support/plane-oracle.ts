/**
 * The oracle of planes: what a map means, answered by looking at every edge for every question, in integers without bound. Slow and plain
 * on purpose; it shares no code with the compiler or the core.
 */
import type { Random } from '../../sim/drill/random.ts';

export type PlanePoint = readonly [number, number];

/** A zone: inside of the first border of a polygon and of none of its others. */
export interface OraclePlaneZone {
  readonly id: string;
  readonly polygons: readonly (readonly (readonly PlanePoint[])[])[];
  readonly limit: number;
}

export interface OraclePlane {
  readonly min: number;
  readonly max: number;
  readonly zones: readonly OraclePlaneZone[];
}

/** Whether an edge is met by the half-open ray from a point to the left: its lower end belongs to it, its upper one does not. */
function isLeft([px, py]: PlanePoint, [ax, ay]: PlanePoint, [bx, by]: PlanePoint): boolean {
  if (ay > py === by > py) return false;
  const [lx, ly, hx, hy] = (ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay]) as [
    number,
    number,
    number,
    number,
  ];
  return BigInt(hy - ly) * BigInt(px - lx) >= BigInt(hx - lx) * BigInt(py - ly);
}

export function holdsPoint(polygon: readonly (readonly PlanePoint[])[], point: PlanePoint): boolean {
  let crossings = 0;
  for (const ring of polygon)
    ring.forEach((corner, index) => {
      if (isLeft(point, corner, ring[(index + 1) % ring.length] as PlanePoint)) crossings++;
    });
  return crossings % 2 === 1;
}

/** The zone that answers under `lowest-limit`, or `around` or `hole` where none does; limits differ. */
export function zoneAt({ zones }: OraclePlane, point: PlanePoint): string {
  const holders = zones.filter(({ polygons }) => polygons.some((polygon) => holdsPoint(polygon, point)));
  const [lowest] = holders.sort((left, right) => left.limit - right.limit);
  return lowest?.id ?? 'none';
}

/** A source of the map, in steps. */
export function sourceOfPlane({ min, max, zones }: OraclePlane): string {
  const corners = (ring: readonly PlanePoint[]) => `[${ring.map(([x, y]) => `[${x}, ${y}]`).join(', ')}]`;
  const area = ([outer, ...holes]: readonly (readonly PlanePoint[])[]) =>
    `{ polygon: ${corners(outer ?? [])}${holes.length > 0 ? `, holes: [${holes.map(corners).join(', ')}]` : ''} }`;
  const axis = (name: string) => `{ name: ${name}, unit: mm, min: ${min}, max: ${max} }`;
  return [
    'holdfast: 1\nmap: test\nepoch: 1\noverlaps: lowest-limit',
    `space: { axes: [ ${axis('x')}, ${axis('y')} ] }`,
    'zones:',
    ...zones.map(
      ({ id, polygons, limit }) =>
        `  - { id: ${id}, at: [ ${polygons.map(area).join(', ')} ], limit: ${limit} }`,
    ),
    'gaps: [ { anywhere: true, action: stop } ]\n',
  ].join('\n');
}

/** A star of `corners` whose points lie on rays that turn once around, so that no edge meets another. */
export function star(random: Random, corners: number, radius: number, [x, y]: PlanePoint): PlanePoint[] {
  const seen = new Set<string>();
  return Array.from({ length: corners }, (_, index): PlanePoint => {
    const angle = (2 * Math.PI * index) / corners;
    const length = radius * (0.3 + 0.7 * (random.below(1000) / 1000));
    return [Math.round(x + length * Math.cos(angle)), Math.round(y + length * Math.sin(angle))];
  }).filter((corner) => !seen.has(`${corner}`) && seen.add(`${corner}`));
}

/** Places to ask: corners and their neighbours, places on edges and beside them, the ends of the axes, and anything. */
export function* placesOf(
  random: Random,
  { min, max, zones }: OraclePlane,
  count: number,
): Generator<PlanePoint> {
  const rings = zones.flatMap(({ polygons }) => polygons.flat());
  for (let place = 0; place < count; place++) {
    const ring = random.pick(rings);
    const index = random.below(ring.length);
    const [p, q] = [ring[index], ring[(index + 1) % ring.length]] as [PlanePoint, PlanePoint];
    const part = random.below(1001) / 1000;
    const beside = (value: number) => value + random.between(-1, 2);
    const kind = random.below(8);
    if (kind === 0) yield [random.between(min - 2, max + 2), random.between(min - 2, max + 2)];
    else if (kind === 1)
      yield [random.pick([min - 1, min, max - 1, max, -(2 ** 31), 2 ** 31 - 1]), random.between(min, max)];
    else if (kind < 5) yield [beside(p[0]), beside(p[1])];
    else
      yield [
        beside(Math.round(p[0] + part * (q[0] - p[0]))),
        beside(Math.round(p[1] + part * (q[1] - p[1]))),
      ];
  }
}
