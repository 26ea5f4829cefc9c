/**
 * What a partition says, found by walking from cell to cell: the oracle for rings, approaches, the next lower limit and changes. Slow and
 * plain on purpose; it shares no code with the encoder or the core.
 */
import type { Cell, Partition, Rule } from '../../host/body/partition.ts';

export interface CellAnswer {
  readonly state: 'covered' | 'gap' | 'outside';
  readonly rule: number | null;
  readonly toGapAhead: number | null;
  readonly toGapBehind: number | null;
}

export interface MoveAnswer {
  readonly end: 'whole' | 'uncovered' | 'bound' | 'at-start';
  readonly distance: number;
  readonly tier: number | null;
  readonly limit: number | null;
  readonly lower: { readonly distance: number; readonly limit: number } | null;
}

const NOTHING: MoveAnswer = { end: 'at-start', distance: 0, tier: null, limit: null, lower: null };

export class PartitionOracle {
  readonly #map: Partition;
  readonly #length: number;

  constructor(map: Partition) {
    this.#map = map;
    this.#length = map.axis.max - map.axis.min;
  }

  /** Borders of all lists, both ends of the axis among them. */
  borders(): number[] {
    const cells = this.#map.windows.flatMap((window) => window.cells);
    return [...new Set([...cells.map(({ from }) => from), this.#map.axis.max])];
  }

  answer(x: number, phase: number): CellAnswer {
    const cells = this.#cellsAt(phase);
    const at = this.#indexOf(cells, x);
    if (cells === undefined || at < 0)
      return { state: 'outside', rule: null, toGapAhead: null, toGapBehind: null };
    const rule = cells[at]?.rule ?? -1;
    if (!this.#covers(rule)) return { state: 'gap', rule, toGapAhead: 0, toGapBehind: 0 };
    return {
      ...{ state: 'covered', rule },
      toGapAhead: this.#toGap(cells, at, x, 1),
      toGapBehind: this.#toGap(cells, at, x, -1),
    };
  }

  /** Walks over covered cells until there is none, or once around. */
  #toGap(cells: readonly Cell[], first: number, x: number, by: 1 | -1): number {
    const here = cells[first] as Cell;
    let distance = by > 0 ? here.to - x : x - here.from;
    for (let walked = 1; walked <= cells.length; walked++) {
      const next = this.#neighbour(cells, first + by * walked);
      if (next === undefined || !this.#covers(next.rule)) return distance;
      if (walked === cells.length) return this.#length;
      distance += next.to - next.from;
    }
    return distance;
  }

  /** The cell with an index, which on a ring goes on counting behind both ends. */
  #neighbour(cells: readonly Cell[], index: number): Cell | undefined {
    const count = cells.length;
    return cells[this.#map.axis.wraps ? ((index % count) + count) % count : index];
  }

  /** A move of `travel` steps, negative ones down the axis; at most `cellsMax` cells. */
  move(x: number, travel: number, phase: number, cellsMax: number): MoveAnswer {
    const cells = this.#cellsAt(phase);
    const first = this.#indexOf(cells, x);
    if (cells === undefined || first < 0 || !this.#covers(cells[first]?.rule ?? -1)) return NOTHING;
    const by = travel >= 0 ? 1 : -1;
    const wanted = Math.abs(travel);
    const allowed = Math.min(wanted, this.#length);
    const startLimit = this.#rule(cells[first])?.limit ?? null;
    let seen: Pick<MoveAnswer, 'tier' | 'limit' | 'lower'> = { tier: 255, limit: null, lower: null };
    let reach = 0;
    for (let walked = 0; ; walked++) {
      const cell = this.#neighbour(cells, first + by * walked);
      if (cell === undefined || !this.#covers(cell.rule))
        return { end: 'uncovered', distance: reach, ...seen };
      if (walked === cellsMax) return { end: 'bound', distance: by > 0 ? reach - 1 : reach, ...seen };
      seen = withRule(seen, this.#rule(cell), startLimit, reach);
      const within = walked === 0 ? (by > 0 ? cell.to - x : x - cell.from) : cell.to - cell.from;
      reach += within;
      const isDone =
        by > 0 ? allowed < reach || (this.#map.axis.wraps && reach >= this.#length) : allowed <= reach;
      if (isDone) return { end: allowed === wanted ? 'whole' : 'bound', distance: allowed, ...seen };
    }
  }

  /** Looks at each tick of the period. */
  untilChange(x: number, phase: number): number {
    const { phasePeriod } = this.#map;
    const here = this.answer(x, phase);
    if (here.rule === null) return 0;
    for (let ticks = 1; ticks < phasePeriod; ticks++)
      if (this.answer(x, (phase + ticks) % phasePeriod).rule !== here.rule) return ticks;
    return 0;
  }

  #cellsAt(phase: number): readonly Cell[] | undefined {
    return this.#map.windows.find(({ from, to }) => from <= phase && phase < to)?.cells;
  }

  #indexOf(cells: readonly Cell[] | undefined, x: number): number {
    return cells?.findIndex(({ from, to }) => from <= x && x < to) ?? -1;
  }

  #covers(rule: number): boolean {
    return this.#map.rules[rule]?.kind !== 'gap';
  }

  #rule(cell: Cell | undefined): Rule | undefined {
    return this.#map.rules[cell?.rule ?? -1];
  }
}

function withRule(
  seen: Pick<MoveAnswer, 'tier' | 'limit' | 'lower'>,
  rule: Rule | undefined,
  startLimit: number | null,
  distance: number,
): Pick<MoveAnswer, 'tier' | 'limit' | 'lower'> {
  if (rule === undefined || rule.kind === 'gap') return seen;
  const tier = Math.min(seen.tier ?? 255, rule.tier);
  const { limit } = rule;
  if (limit === null) return { ...seen, tier };
  const isLower = seen.lower === null && (startLimit === null || limit < startLimit);
  const lower = isLower ? { distance, limit } : seen.lower;
  return { tier, limit: Math.min(seen.limit ?? limit, limit), lower };
}
