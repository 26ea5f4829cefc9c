/**
 * The oracle: what a map means, answered by looking at every zone and rule for every question. Slow and plain on purpose; it shares
 * no code with the compiler or the core.
 */

export interface OracleInterval {
  from: number;
  to: number;
}

export interface OracleZone {
  id: string;
  at: OracleInterval[];
  /** null: in every phase. */
  when: OracleInterval[] | null;
  tier: number;
  limit: number | null;
}

export interface OracleGapRule {
  id: string;
  /** null: anywhere. */
  at: OracleInterval[] | null;
  when: OracleInterval[] | null;
  action: string;
  limit: number | null;
}

/** A map in stored coordinates. Located gap rules cut the zones under them; the highest tier wins. */
export interface OracleMap {
  min: number;
  max: number;
  period: number;
  zones: OracleZone[];
  gapRules: OracleGapRule[];
  outside: string;
  /** Who answers where zones lie over one another: the highest tier, or the lowest limit. */
  wins?: 'tier' | 'limit';
}

export interface OracleAnswer {
  state: 'covered' | 'gap' | 'outside';
  id: string | null;
  tier: number | null;
  limit: number | null;
  action: string | null;
  toGapAhead: number | null;
  toGapBehind: number | null;
}

export interface OracleMove {
  end: 'whole' | 'uncovered' | 'bound' | 'at-start';
  distance: number;
  tier: number | null;
  limit: number | null;
}

function holds(intervals: OracleInterval[] | null, value: number): boolean {
  return intervals === null || intervals.some(({ from, to }) => from <= value && value < to);
}

type Owner = { kind: 'covered'; zone: OracleZone } | { kind: 'gap'; rule: OracleGapRule };

/** Whether a later zone of the source takes the place of an earlier one. */
function winsOver(later: OracleZone, earlier: OracleZone, wins: 'tier' | 'limit'): boolean {
  const [low, high] = [later.limit ?? Number.POSITIVE_INFINITY, earlier.limit ?? Number.POSITIVE_INFINITY];
  if (wins === 'limit' && low !== high) return low < high;
  return later.tier > earlier.tier;
}

/** Who answers for a place on the axis. */
export function ownerOf(map: OracleMap, x: number, phase: number): Owner {
  for (const rule of map.gapRules) {
    if (rule.at !== null && holds(rule.at, x) && holds(rule.when, phase)) return { kind: 'gap', rule };
  }
  let best: OracleZone | null = null;
  for (const zone of map.zones) {
    if (!holds(zone.at, x) || !holds(zone.when, phase)) continue;
    if (best === null || winsOver(zone, best, map.wins ?? 'tier')) best = zone;
  }
  if (best !== null) return { kind: 'covered', zone: best };
  const anywhere = map.gapRules.find(({ at }) => at === null);
  if (anywhere === undefined) throw new Error(`the map says nothing of ${x} at phase ${phase}`);
  return { kind: 'gap', rule: anywhere };
}

/** Every place at which something begins or ends, and both ends of the axis, rising. */
export function bordersOf(map: OracleMap): number[] {
  const borders = new Set([map.min, map.max]);
  for (const { at } of [...map.zones, ...map.gapRules]) {
    for (const { from, to } of at ?? []) {
      if (from > map.min && from < map.max) borders.add(from);
      if (to > map.min && to < map.max) borders.add(to);
    }
  }
  return [...borders].sort((left, right) => left - right);
}

/**
 * Answers questions of one map. For the distances it walks from border to border, since coverage changes nowhere else; what it
 * finds for the stretches of a phase is kept, so that many questions of one map stay affordable.
 */
export class Oracle {
  readonly map: OracleMap;
  readonly borders: number[];
  readonly #owners = new Map<number, Owner[]>();

  constructor(map: OracleMap) {
    this.map = map;
    this.borders = bordersOf(map);
  }

  answer(x: number, phase: number): OracleAnswer {
    const { map } = this;
    if (x < map.min || x >= map.max || phase < 0 || phase >= map.period) {
      return {
        state: 'outside',
        id: null,
        tier: null,
        limit: null,
        action: map.outside,
        toGapAhead: null,
        toGapBehind: null,
      };
    }
    const stretch = this.#stretchOf(x);
    const owner = this.#ownerOfStretch(stretch, phase);
    if (owner.kind === 'gap') {
      const { id, limit, action } = owner.rule;
      return { state: 'gap', id, tier: null, limit, action, toGapAhead: 0, toGapBehind: 0 };
    }
    let ahead = stretch + 1;
    while (ahead < this.borders.length - 1 && this.#ownerOfStretch(ahead, phase).kind === 'covered') ahead++;
    let behind = stretch;
    while (behind > 0 && this.#ownerOfStretch(behind - 1, phase).kind === 'covered') behind--;
    const { id, tier, limit } = owner.zone;
    return {
      state: 'covered',
      id,
      tier,
      limit,
      action: null,
      toGapAhead: this.#border(ahead) - x,
      toGapBehind: x - this.#border(behind),
    };
  }

  /**
   * How far a move from x0 to x1 is safe, by looking at every stretch that it touches; both must be i32. Moves of more than
   * `cellsMax` stretches of one owner are cut there, as images bound them.
   */
  sweep(x0: number, x1: number, phase: number, cellsMax: number): OracleMove {
    const start = this.answer(x0, phase);
    if (start.state !== 'covered') return { end: 'at-start', distance: 0, tier: null, limit: null };
    const ahead = x1 >= x0;
    const seen = { tier: 255, limit: Number.POSITIVE_INFINITY };
    let stretch = this.#stretchOf(x0);
    let before: Owner | null = null;
    let cells = 0;
    const result = (end: OracleMove['end'], at: number): OracleMove => ({
      end,
      distance: Math.abs(at - x0),
      tier: seen.tier,
      limit: seen.limit === Number.POSITIVE_INFINITY ? null : seen.limit,
    });
    for (;;) {
      const edge = ahead ? stretch : stretch + 1;
      if (stretch < 0 || stretch >= this.borders.length - 1) return result('uncovered', this.#border(edge));
      const owner = this.#ownerOfStretch(stretch, phase);
      if (owner.kind === 'gap') return result('uncovered', this.#border(edge));
      if (before === null || before.kind !== 'covered' || owner.zone !== before.zone) cells++;
      // Up the axis, the last point looked at is the step before the border.
      if (cells > cellsMax) return result('bound', this.#border(edge) - (ahead ? 1 : 0));
      seen.tier = Math.min(seen.tier, owner.zone.tier);
      if (owner.zone.limit !== null) seen.limit = Math.min(seen.limit, owner.zone.limit);
      if (ahead ? x1 < this.#border(stretch + 1) : x1 >= this.#border(stretch)) return result('whole', x1);
      before = owner;
      stretch += ahead ? 1 : -1;
    }
  }

  #border(index: number): number {
    const border = this.borders[index];
    if (border === undefined) throw new RangeError(`there is no border ${index}`);
    return border;
  }

  /** Index of the stretch between two borders that holds x. */
  #stretchOf(x: number): number {
    let stretch = 0;
    while (stretch + 1 < this.borders.length - 1 && this.#border(stretch + 1) <= x) stretch++;
    return stretch;
  }

  #ownerOfStretch(stretch: number, phase: number): Owner {
    let owners = this.#owners.get(phase);
    if (owners === undefined) {
      owners = this.borders.slice(0, -1).map((border) => ownerOf(this.map, border, phase));
      this.#owners.set(phase, owners);
    }
    const owner = owners[stretch];
    if (owner === undefined) throw new RangeError(`there is no stretch ${stretch}`);
    return owner;
  }
}
