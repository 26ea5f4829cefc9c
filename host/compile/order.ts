import type { OverlapReason } from '../body/partition.ts';
import type { OverlapPolicy, ZoneModel } from '../source/model.ts';

/** What of a zone may order it. */
export type Ordered = Pick<ZoneModel, 'tier' | 'limit'>;

/** Who wins where two zones lie over one place. */
export interface ZoneOrder {
  /** Any two zones are ordered, so that no number of them over one place is a mistake. */
  readonly isTotal: boolean;
  /** Why one wins over the other, for the audit. */
  why(over: number, under: number): OverlapReason;
  /** The winner of two zones, undefined when nothing orders them. */
  winner(left: number, right: number): number | undefined;
  /** Of zones that are all ordered, the one with the highest rank wins. */
  rankOf(zone: number): number;
}

export function zoneOrder(policy: OverlapPolicy, zones: readonly Ordered[]): ZoneOrder {
  if (policy.kind === 'by-tier') return tierOrder(zones);
  if (policy.kind === 'lowest-limit') return new LimitOrder(zones);
  if (policy.kind === 'list') return new ListOrder(policy.orders);
  return { isTotal: false, why: () => 'tier', winner: () => undefined, rankOf: () => 0 };
}

/**
 * The lowest limit answers, and no limit is higher than any. The same limit twice is no conflict: then the higher tier answers, and
 * of equal tiers the zone that comes first in the source.
 */
class LimitOrder implements ZoneOrder {
  readonly isTotal = true;
  readonly #zones: readonly Ordered[];
  readonly #ranks: Uint32Array;

  constructor(zones: readonly Ordered[]) {
    this.#zones = zones;
    this.#ranks = new Uint32Array(zones.length);
    const rising = zones.map((_, index) => index).sort((left, right) => this.#compare(left, right));
    rising.forEach((zone, rank) => {
      this.#ranks[zone] = rank;
    });
  }

  /** Below 0 when `right` wins. */
  #compare(left: number, right: number): number {
    const [one, other] = [this.#limitOf(left), this.#limitOf(right)];
    if (one !== other) return one > other ? -1 : 1;
    return this.#tierOf(left) - this.#tierOf(right) || right - left;
  }

  #limitOf(zone: number): number {
    return this.#zones[zone]?.limit ?? Number.POSITIVE_INFINITY;
  }

  #tierOf(zone: number): number {
    return this.#zones[zone]?.tier ?? 0;
  }

  why(over: number, under: number): OverlapReason {
    if (this.#limitOf(over) !== this.#limitOf(under)) return 'limit';
    return this.#tierOf(over) === this.#tierOf(under) ? 'first' : 'tier';
  }

  winner(left: number, right: number): number {
    return this.rankOf(left) > this.rankOf(right) ? left : right;
  }

  rankOf(zone: number): number {
    return this.#ranks[zone] ?? 0;
  }
}

function tierOrder(zones: readonly Ordered[]): ZoneOrder {
  const tierOf = (zone: number) => zones[zone]?.tier ?? 0;
  return {
    isTotal: false,
    why: () => 'tier',
    rankOf: tierOf,
    winner(left, right) {
      const difference = tierOf(left) - tierOf(right);
      if (difference === 0) return undefined;
      return difference > 0 ? left : right;
    },
  };
}

/** Orders from a list of pairs without circles. What is over A is over everything that A is over. */
class ListOrder implements ZoneOrder {
  readonly isTotal = false;
  /** Places of the zones that the list names, by zone: below comes before over. */
  readonly #places = new Map<number, number>();
  readonly #ranks: Uint32Array;
  /** By place: a bit for each zone below. */
  readonly #below: readonly Uint32Array[];

  constructor(orders: readonly { readonly over: number; readonly under: number }[]) {
    const direct = new Map<number, number[]>();
    for (const { over, under } of orders) {
      const below = direct.get(over);
      if (below === undefined) direct.set(over, [under]);
      else below.push(under);
    }
    for (const zone of belowFirst(direct)) this.#places.set(zone, this.#places.size);
    this.#ranks = new Uint32Array(this.#places.size);
    const words = Math.ceil(this.#places.size / 32);
    const sets: Uint32Array[] = [];
    for (const [zone, place] of this.#places) {
      const set = new Uint32Array(words);
      for (const under of direct.get(zone) ?? []) this.#add(place, set, this.#places.get(under) ?? 0, sets);
      sets.push(set);
    }
    this.#below = sets;
  }

  /** Puts a zone at a lower place, and all that is below it, below another; the rank is one more than the highest below. */
  #add(place: number, set: Uint32Array, under: number, sets: readonly Uint32Array[]): void {
    set[under >> 5] = (set[under >> 5] ?? 0) | (1 << (under & 31));
    sets[under]?.forEach((bits, word) => {
      set[word] = (set[word] ?? 0) | bits;
    });
    this.#ranks[place] = Math.max(this.#ranks[place] ?? 0, (this.#ranks[under] ?? 0) + 1);
  }

  why(): OverlapReason {
    return 'list';
  }

  winner(left: number, right: number): number | undefined {
    const [one, other] = [this.#places.get(left), this.#places.get(right)];
    if (one === undefined || other === undefined) return undefined;
    if (this.#isBelow(other, one)) return left;
    return this.#isBelow(one, other) ? right : undefined;
  }

  #isBelow(under: number, over: number): boolean {
    return (((this.#below[over]?.[under >> 5] ?? 0) >>> (under & 31)) & 1) === 1;
  }

  rankOf(zone: number): number {
    return this.#ranks[this.#places.get(zone) ?? -1] ?? 0;
  }
}

/** Every zone of a list of orders, each behind all that is below it. The list has no circles. */
function belowFirst(direct: ReadonlyMap<number, readonly number[]>): Set<number> {
  const placed = new Set<number>();
  const waiting = [...direct.keys()];
  for (let zone = waiting.at(-1); zone !== undefined; zone = waiting.at(-1)) {
    const below = placed.has(zone) ? [] : (direct.get(zone) ?? []).filter((under) => !placed.has(under));
    if (below.length > 0) {
      waiting.push(...below);
      continue;
    }
    placed.add(zone);
    waiting.pop();
  }
  return placed;
}
