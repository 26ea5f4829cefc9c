import type { GapRuleModel, MapModel, ZoneModel } from '../source/model.ts';
import { OwnerSets } from './owner-sets.ts';

/** What a sweep works on: every interval of every zone and located gap rule, and the phases at which any of them changes. */

/** One interval of a zone (an index into the zones) or of a gap rule (an index into the gap rules). */
export interface Piece {
  readonly owner: number;
  readonly from: number;
  readonly to: number;
}

/** A range of phases in which the same zones and gap rules hold, and the number of the set that they are: equal sets, equal numbers. */
export interface PhaseSet {
  readonly from: number;
  readonly to: number;
  readonly set: number;
}

/** A phase set with its pieces, sorted by `from`. */
export interface PhasePieces extends PhaseSet {
  readonly zones: readonly Piece[];
  readonly gaps: readonly Piece[];
}

type Owner = Pick<ZoneModel | GapRuleModel, 'at' | 'when'>;

/** Who holds at how many places, and when. */
interface Holder {
  readonly at: { readonly length: number } | null;
  readonly when: Owner['when'];
}

/** What phase sets are told from. */
export interface Phased {
  readonly phasePeriod: number;
  readonly zones: readonly Holder[];
  readonly gapRules: readonly Holder[];
}

/** Pieces that are looked at: as many as the largest build has cells. */
const PIECES_MAX = 2 ** 23;

export interface PhaseSets {
  /** Rising, without holes; they end where there are too many. */
  readonly ranges: readonly PhaseSet[];
  /** Whether the sets have more than `most` pieces, those of each set counted. */
  readonly excess: { readonly phase: number; readonly most: number } | undefined;
}

/** Splits the period wherever a `when` begins or ends. No piece is looked at, so this says in time what would take too long. */
export function phaseSets(model: Phased, most = PIECES_MAX): PhaseSets {
  const owners: readonly Holder[] = [...model.zones, ...model.gapRules];
  const changes = changesOf(owners);
  const sets = new OwnerSets(owners.length);
  const ranges: PhaseSet[] = [];
  let [next, held, pieces, known] = [0, 0, 0, 0];
  for (const { at, when } of owners) if (when === null) held += at?.length ?? 0;
  for (let from = 0; from < model.phasePeriod; ) {
    for (let change = changes[next]; change !== undefined && change.phase <= from; change = changes[++next]) {
      sets.toggle(change.owner);
      held += (change.begins ? 1 : -1) * (owners[change.owner]?.at?.length ?? 0);
    }
    const to = Math.min(changes[next]?.phase ?? model.phasePeriod, model.phasePeriod);
    const set = sets.number();
    ranges.push({ from, to, set });
    if (set === known) {
      known++;
      pieces += held + 1;
    }
    if (pieces > most) return { ranges, excess: { phase: to, most } };
    from = to;
  }
  return { ranges, excess: undefined };
}

/** The pieces of phase sets, which are asked for in rising order. */
export class PiecesOfSets {
  readonly #zones: ActivePieces;
  readonly #gaps: ActivePieces;

  constructor({ zones, gapRules }: Pick<MapModel, 'zones' | 'gapRules'>) {
    this.#zones = new ActivePieces(zones);
    this.#gaps = new ActivePieces(gapRules);
  }

  /** The lists are good until the next ones are asked for. */
  of(set: PhaseSet): PhasePieces {
    return { ...set, zones: this.#zones.at(set.from), gaps: this.#gaps.at(set.from) };
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
    this.#changes = changesOf(owners);
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

/** Every window that begins or ends, by phase. */
function changesOf(owners: readonly Pick<Owner, 'when'>[]): Change[] {
  const changes: Change[] = [];
  owners.forEach(({ when }, owner) => {
    for (const { from, to } of when ?? [])
      changes.push({ phase: from, owner, begins: true }, { phase: to, owner, begins: false });
  });
  // Where one window ends another one of the same owner may begin.
  return changes.sort(
    (left, right) => left.phase - right.phase || Number(left.begins) - Number(right.begins),
  );
}
