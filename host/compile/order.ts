import type { OverlapPolicy, ZoneModel } from '../source/model.ts';

/** Who wins where two zones lie over one place. */
export interface ZoneOrder {
  /** Why one wins over the other, for the audit. */
  readonly why: 'tier' | 'list';
  /** The winner of two zones, undefined when nothing orders them. */
  winner(left: number, right: number): number | undefined;
  /** Of zones that are all ordered, the one with the highest rank wins. */
  rankOf(zone: number): number;
}

export function zoneOrder(policy: OverlapPolicy, zones: readonly ZoneModel[]): ZoneOrder {
  if (policy.kind === 'by-tier') return tierOrder(zones);
  if (policy.kind === 'list') return new ListOrder(policy.orders);
  return { why: 'tier', winner: () => undefined, rankOf: () => 0 };
}

function tierOrder(zones: readonly ZoneModel[]): ZoneOrder {
  const tierOf = (zone: number) => zones[zone]?.tier ?? 0;
  return {
    why: 'tier',
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
  readonly why = 'list';
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
