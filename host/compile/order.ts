import type { OverlapReason } from '../body/partition.ts';
import type { OverlapPolicy, ZoneModel } from '../source/model.ts';

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

export function zoneOrder(policy: OverlapPolicy, zones: readonly ZoneModel[]): ZoneOrder {
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
  readonly #zones: readonly ZoneModel[];
  readonly #ranks: Uint32Array;

  constructor(zones: readonly ZoneModel[]) {
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

function tierOrder(zones: readonly ZoneModel[]): ZoneOrder {
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
  readonly #direct = new Map<number, number[]>();
  readonly #below = new Map<number, ReadonlySet<number>>();
  readonly #ranks = new Map<number, number>();

  constructor(orders: readonly { readonly over: number; readonly under: number }[]) {
    for (const { over, under } of orders) {
      const below = this.#direct.get(over);
      if (below === undefined) this.#direct.set(over, [under]);
      else below.push(under);
    }
  }

  why(): OverlapReason {
    return 'list';
  }

  winner(left: number, right: number): number | undefined {
    if (this.#allBelow(left).has(right)) return left;
    return this.#allBelow(right).has(left) ? right : undefined;
  }

  /** One more than the highest rank below. Recursion ends because there are no circles, at most one level an order. */
  rankOf(zone: number): number {
    const known = this.#ranks.get(zone);
    if (known !== undefined) return known;
    let rank = 0;
    for (const below of this.#direct.get(zone) ?? []) rank = Math.max(rank, this.rankOf(below) + 1);
    this.#ranks.set(zone, rank);
    return rank;
  }

  #allBelow(zone: number): ReadonlySet<number> {
    const known = this.#below.get(zone);
    if (known !== undefined) return known;
    const all = new Set<number>();
    const waiting = [...(this.#direct.get(zone) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (all.has(next)) continue;
      all.add(next);
      waiting.push(...(this.#direct.get(next) ?? []));
    }
    this.#below.set(zone, all);
    return all;
  }
}
