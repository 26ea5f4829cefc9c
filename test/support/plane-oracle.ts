/**
 * The oracle of planes: what a place means, answered by looking at every edge of every area for every question, in exact numbers. Slow
 * and plain on purpose; it shares no code with what builds lookups.
 */

export type OraclePoint = readonly [x: number, y: number];
/** Closed chains of points; a place is in the area if it is in an odd number of them. */
export type OracleArea = readonly (readonly OraclePoint[])[];

export interface OracleWindow {
  readonly from: number;
  readonly to: number;
}

export interface OraclePlaneZone {
  readonly areas: readonly OracleArea[];
  /** null: in every phase. */
  readonly when: readonly OracleWindow[] | null;
  readonly tier: number;
  readonly limit: number | null;
}

export interface OraclePlaneGap {
  /** null: anywhere. */
  readonly areas: readonly OracleArea[] | null;
  readonly when: readonly OracleWindow[] | null;
  readonly cuts: boolean;
}

/** In stored coordinates; rules are zones, then gap rules. */
export interface OraclePlane {
  readonly zones: readonly OraclePlaneZone[];
  readonly gapRules: readonly OraclePlaneGap[];
  /** Who answers where zones lie over one another: the highest tier, or the lowest limit, then the highest tier, then the first. */
  readonly wins: 'tier' | 'limit';
}

/** The rule that answers, or −1 where none does. */
export function ownerOf(plane: OraclePlane, x: number, y: number, phase: number): number {
  return ownerWhere(plane, phase, (area) => isIn(area, x, y));
}

/** The same of any place, by what tells whether an area holds it. */
export function ownerWhere(
  { zones, gapRules, wins }: OraclePlane,
  phase: number,
  isInside: (area: OracleArea) => boolean,
): number {
  const isInAny = (areas: readonly OracleArea[]) => areas.some(isInside);
  const gapAt = (isWanted: (gap: OraclePlaneGap) => boolean) => {
    const found = gapRules.findIndex(
      (gap) => isWanted(gap) && holds(gap.when, phase) && (gap.areas === null || isInAny(gap.areas)),
    );
    return found < 0 ? -1 : zones.length + found;
  };
  const cut = gapAt(({ cuts, areas }) => cuts && areas !== null);
  if (cut >= 0) return cut;
  let best = -1;
  zones.forEach((zone, index) => {
    if (!holds(zone.when, phase) || !isInAny(zone.areas)) return;
    const known = zones[best];
    if (known === undefined || winsOver(zone, known, wins)) best = index;
  });
  if (best >= 0) return best;
  const located = gapAt(({ areas }) => areas !== null);
  return located >= 0 ? located : gapAt(({ areas }) => areas === null);
}

function winsOver(later: OraclePlaneZone, earlier: OraclePlaneZone, wins: 'tier' | 'limit'): boolean {
  const [low, high] = [later.limit ?? Number.POSITIVE_INFINITY, earlier.limit ?? Number.POSITIVE_INFINITY];
  if (wins === 'limit' && low !== high) return low < high;
  return later.tier > earlier.tier;
}

function holds(windows: readonly OracleWindow[] | null, phase: number): boolean {
  return windows === null || windows.some(({ from, to }) => from <= phase && phase < to);
}

/** A ray from just right of and, far less, above the place, in the direction of rising x, crosses an odd number of edges. */
export function isIn(area: OracleArea, x: number, y: number): boolean {
  let inside = false;
  for (const ring of area)
    for (let index = 0, before = ring[ring.length - 1] as OraclePoint; index < ring.length; index++) {
      const point = ring[index] as OraclePoint;
      if (before[1] > y !== point[1] > y && isRight(before, point, x, y)) inside = !inside;
      before = point;
    }
  return inside;
}

/** Whether an edge that crosses the height of a place does so right of it; an edge through the place is not right of it. */
function isRight(one: OraclePoint, other: OraclePoint, x: number, y: number): boolean {
  const [low, high] = one[1] < other[1] ? [one, other] : [other, one];
  if (low[0] > x && high[0] > x) return true;
  if (low[0] <= x && high[0] <= x) return false;
  const left = BigInt(high[0] - low[0]) * BigInt(y - low[1]);
  return left > BigInt(x - low[0]) * BigInt(high[1] - low[1]);
}
