import type { GapRuleModel, Interval, MapModel, ZoneModel } from '../source/model.ts';

/** What a sweep works on: every interval of every zone and located gap rule, and the phases at which any of them changes. */

/** One interval of a zone (an index into the zones) or of a gap rule (an index into the gap rules). */
export interface Piece {
  readonly owner: number;
  readonly from: number;
  readonly to: number;
}

/** A stretch of phases in which the same zones and gap rules hold, and their pieces, sorted by `from`. */
export interface PhasePieces {
  readonly from: number;
  readonly to: number;
  readonly zones: readonly Piece[];
  readonly gaps: readonly Piece[];
}

type Owner = Pick<ZoneModel | GapRuleModel, 'at' | 'when'>;

/** Splits the period wherever a `when` begins or ends. */
export function* piecesByPhase(model: MapModel): Generator<PhasePieces> {
  const borders = phaseBorders(model);
  const zones = sortedPieces(model.zones);
  const gaps = sortedPieces(model.gapRules);
  const zoneHolds = holdsAt(model.zones);
  const gapHolds = holdsAt(model.gapRules);
  for (let index = 0; index + 1 < borders.length; index++) {
    const from = borders[index] ?? 0;
    yield {
      from,
      to: borders[index + 1] ?? from,
      zones: zones.filter(({ owner }) => zoneHolds(owner, from)),
      gaps: gaps.filter(({ owner }) => gapHolds(owner, from)),
    };
  }
}

function phaseBorders(model: MapModel): number[] {
  const borders = new Set([0, model.phasePeriod]);
  for (const { when } of [...model.zones, ...model.gapRules]) {
    for (const { from, to } of when ?? []) {
      borders.add(from);
      borders.add(to);
    }
  }
  return [...borders].sort((left, right) => left - right);
}

function sortedPieces(owners: readonly Owner[]): Piece[] {
  const pieces: Piece[] = [];
  owners.forEach(({ at }, owner) => {
    for (const { from, to } of at ?? []) pieces.push({ owner, from, to });
  });
  return pieces.sort((left, right) => left.from - right.from || left.owner - right.owner);
}

/** Whether an owner holds at a phase. */
function holdsAt(owners: readonly Owner[]): (owner: number, phase: number) => boolean {
  return (owner, phase) => {
    const when = owners[owner]?.when ?? null;
    return when === null || contains(when, phase);
  };
}

/** Whether sorted intervals that lie apart contain a value, by bisection. */
function contains(intervals: readonly Interval[], value: number): boolean {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle]?.to ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return (intervals[low]?.from ?? Number.POSITIVE_INFINITY) <= value;
}
