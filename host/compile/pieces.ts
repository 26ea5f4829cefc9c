import type { GapRuleModel, MapModel, ZoneModel } from '../source/model.ts';

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

/** Splits the period wherever a `when` begins or ends. The lists are good until the next one is asked for. */
export function* piecesByPhase(model: MapModel): Generator<PhasePieces> {
  const borders = phaseBorders(model);
  const zones = new ActivePieces(model.zones);
  const gaps = new ActivePieces(model.gapRules);
  for (let index = 0; index + 1 < borders.length; index++) {
    const from = borders[index] ?? 0;
    const to = borders[index + 1] ?? from;
    yield { from, to, zones: zones.at(from), gaps: gaps.at(from) };
  }
}

/** A window of an owner that begins or ends. */
interface Change {
  readonly phase: number;
  readonly owner: number;
  readonly begins: boolean;
}

/**
 * The pieces of the owners that hold at a phase, sorted by `from`; phases are asked for in rising order. A step costs the
 * pieces that change and, where any do, those that hold.
 */
class ActivePieces {
  /** By owner. */
  readonly #pieces: readonly (readonly Piece[])[];
  readonly #changes: readonly Change[];
  readonly #holds = new Set<number>();
  #next = 0;
  #list: readonly Piece[];

  constructor(owners: readonly Owner[]) {
    this.#pieces = owners.map(({ at }, owner) => (at ?? []).map(({ from, to }) => ({ owner, from, to })));
    owners.forEach(({ when }, owner) => {
      if (when === null) this.#holds.add(owner);
    });
    this.#changes = owners
      .flatMap(({ when }, owner) =>
        (when ?? []).flatMap(({ from, to }): Change[] => [
          { phase: from, owner, begins: true },
          { phase: to, owner, begins: false },
        ]),
      )
      // Where one window ends another one of the same owner may begin.
      .sort((left, right) => left.phase - right.phase || Number(left.begins) - Number(right.begins));
    this.#list = this.#sorted();
  }

  at(phase: number): readonly Piece[] {
    const before = this.#next;
    for (let change = this.#changes[before]; change !== undefined; change = this.#changes[this.#next]) {
      if (change.phase > phase) break;
      if (change.begins) this.#holds.add(change.owner);
      else this.#holds.delete(change.owner);
      this.#next++;
    }
    if (this.#next > before) this.#list = this.#sorted();
    return this.#list;
  }

  #sorted(): Piece[] {
    const list: Piece[] = [];
    for (const owner of this.#holds) for (const piece of this.#pieces[owner] ?? []) list.push(piece);
    return list.sort((left, right) => left.from - right.from || left.owner - right.owner);
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
