import type { PlanePartition } from '../../host/body/plane-partition.ts';
import type { PlaneBox } from './plane-models.ts';
import type { OracleArea, OraclePlane, OraclePlaneZone, OraclePoint, OracleWindow } from './plane-oracle.ts';
import { awkwardArea, type BENCH_KINDS, benchAreas } from './plane-shapes.ts';
import type { Random } from './random.ts';

/** Random planes, and the places of them at which a mistake would show. */

export interface RandomPlane {
  readonly plane: OraclePlane;
  readonly box: PlaneBox;
}

const PERIOD = 12;

/** Awkward areas over one another, with phases half of the time, a gap rule that cuts some of the time, and one for all the rest. */
export function awkwardPlane(random: Random, span: number, most: number): RandomPlane {
  const period = random.onceIn(2) ? PERIOD : 1;
  const box = boxOf(random, span, period);
  const place = (area: OracleArea) => moved(area, box.minX, box.minY);
  const zones = Array.from({ length: 1 + random.below(most) }, (): OraclePlaneZone => {
    const areas = Array.from({ length: random.onceIn(4) ? 2 : 1 }, () => place(awkwardArea(random, span)));
    return {
      areas,
      when: windowsOf(random, period),
      tier: random.below(4),
      limit: random.onceIn(3) ? null : random.below(3),
    };
  });
  const cutting = random.onceIn(3)
    ? [{ areas: [place(awkwardArea(random, span))], when: windowsOf(random, period), cuts: true }]
    : [];
  const rest = { areas: null, when: null, cuts: false };
  return { plane: { zones, gapRules: [...cutting, rest], wins: 'limit' }, box };
}

/** A map of the bench. */
export function benchPlane(
  random: Random,
  kind: (typeof BENCH_KINDS)[number],
  span: number,
  corners: number,
): RandomPlane {
  const box = boxOf(random, span, 1);
  const zones = benchAreas(kind, random, span, corners).map((area, index) => ({
    areas: [moved(area, box.minX, box.minY)],
    when: null,
    tier: index % 256,
    limit: null,
  }));
  return { plane: { zones, gapRules: [{ areas: null, when: null, cuts: false }], wins: 'limit' }, box };
}

/** Stored coordinates are at most 2^30 from 0 both ways. */
function boxOf(random: Random, span: number, period: number): PlaneBox {
  const least = () => random.between(-(2 ** 30), 2 ** 30 - span + 1);
  return { minX: least(), minY: least(), width: span, height: span, period };
}

function moved(area: OracleArea, x: number, y: number): OracleArea {
  return area.map((ring) => ring.map(([px, py]): OraclePoint => [px + x, py + y]));
}

function windowsOf(random: Random, period: number): OracleWindow[] | null {
  if (period === 1 || random.onceIn(2)) return null;
  const from = random.below(period - 1);
  return [{ from, to: random.between(from + 1, period + 1) }];
}

/** A place in the box: anywhere, at a corner or a step beside it, on an edge or beside it, at a border of the grid. */
export function placeOf(
  random: Random,
  { plane, box }: RandomPlane,
  { shiftX, shiftY, columns, rows }: PlanePartition,
): OraclePoint {
  const { minX, minY, width, height } = box;
  const near = ([x, y]: OraclePoint): OraclePoint => [
    inside(x + random.between(-1, 2), minX, width),
    inside(y + random.between(-1, 2), minY, height),
  ];
  const kind = random.below(4);
  if (kind === 0) return [minX + random.below(width), minY + random.below(height)];
  if (kind === 1)
    return near([minX + random.below(columns) * 2 ** shiftX, minY + random.below(rows) * 2 ** shiftY]);
  const ring = random.pick(random.pick(random.pick(plane.zones).areas));
  const index = random.below(ring.length);
  const [corner, next] = [ring[index], ring[(index + 1) % ring.length]] as [OraclePoint, OraclePoint];
  if (kind === 2) return near(corner);
  const share = random.below(2 ** 16 + 1) / 2 ** 16;
  return near([
    Math.floor(corner[0] + share * (next[0] - corner[0])),
    Math.floor(corner[1] + share * (next[1] - corner[1])),
  ]);
}

function inside(value: number, min: number, length: number): number {
  return Math.min(Math.max(value, min), min + length - 1);
}
