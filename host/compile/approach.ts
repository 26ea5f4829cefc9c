import type { ApproachRule, Cell, Partition, Rule } from '../body/partition.ts';
import type { ApproachModel } from '../source/model.ts';
import { Braking, type Ceiling } from './braking.ts';
import { CeilingWalk, lowestCeilings } from './ceilings.ts';
import { fallsAlong, mirrored, speedIn } from './falls.ts';
import type { Findings } from './findings.ts';

/**
 * Approach curves: wherever the limit falls, and before each gap where the machine stops, cells that a braking machine can obey.
 * A limit that changes with the phase falls where it falls in each phase by itself.
 */

/** A partition with approaches; what stands in their way is added to `findings`. */
export function withApproaches(partition: Partition, approach: ApproachModel, findings: Findings): Partition {
  if (!limitsAreSpeeds(partition, findings)) return partition;
  const curves = new Curves(partition, approach, findings);
  const known = new Map<readonly Cell[], readonly Cell[]>();
  const windows = partition.windows.map((window) => {
    const cells = known.get(window.cells) ?? curves.cut(window.cells);
    known.set(window.cells, cells);
    return { ...window, cells };
  });
  return curves.numbered({ ...partition, windows });
}

function limitsAreSpeeds({ rules, zones }: Partition, findings: Findings): boolean {
  const slower = rules.findIndex(({ limit }) => limit !== null && limit < 0);
  if (slower < 0) return true;
  findings.negativeLimit(slower < zones ? findings.zone(slower) : findings.gapRule(slower - zones));
  return false;
}

class Curves {
  readonly #partition: Partition;
  readonly #approach: ApproachModel;
  readonly #findings: Findings;
  readonly #braking: Braking;
  #limitMax = 0;
  /** Numbers behind those of all rules, by zone and limit. */
  readonly #approaches = new Map<string, ApproachRule>();
  readonly #indices = new Map<string, number>();

  constructor(partition: Partition, approach: ApproachModel, findings: Findings) {
    this.#partition = partition;
    this.#approach = approach;
    this.#findings = findings;
    for (const { limit } of partition.rules) this.#limitMax = Math.max(this.#limitMax, limit ?? 0);
    this.#braking = new Braking(approach, this.#limitMax);
  }

  /** The cells of a list, cut where a limit lies under that of their zone. */
  cut(cells: readonly Cell[]): readonly Cell[] {
    const ways = this.#approach.toward === 'both' ? (['max', 'min'] as const) : [this.#approach.toward];
    const ceilings = lowestCeilings(ways.flatMap((way) => this.#ceilings(cells, way)));
    const walk = new CeilingWalk(ceilings);
    return cells.flatMap((cell) => this.#cutCell(cell, walk));
  }

  #cutCell(cell: Cell, walk: CeilingWalk): Cell[] {
    const rule = this.#partition.rules[cell.rule];
    if (rule?.kind !== 'zone') return [cell];
    const pieces: Cell[] = [];
    let from = cell.from;
    for (const ceiling of walk.within(cell.from, cell.to)) {
      if (rule.limit !== null && ceiling.limit >= rule.limit) continue;
      if (ceiling.from > from) pieces.push({ from, to: ceiling.from, rule: cell.rule });
      pieces.push({ from: ceiling.from, to: ceiling.to, rule: this.#indexOf(cell.rule, ceiling.limit) });
      from = ceiling.to;
    }
    if (from < cell.to) pieces.push({ from, to: cell.to, rule: cell.rule });
    return pieces;
  }

  /** The number of an approach, behind those of all other rules until all are known. */
  #indexOf(zone: number, limit: number): number {
    const key = `${zone} ${limit}`;
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const rule = this.#partition.rules[zone];
    if (rule?.kind !== 'zone') throw new TypeError('approaches lie in zones');
    const index = this.#partition.rules.length + this.#indices.size;
    this.#indices.set(key, index);
    this.#approaches.set(key, { kind: 'approach', zone, id: rule.id, tier: rule.tier, limit });
    return index;
  }

  /** What braking asks of a machine that moves one way, place by place. */
  #ceilings(cells: readonly Cell[], way: 'max' | 'min'): Ceiling[] {
    const along = way === 'max' ? cells : cells.map(mirrored).reverse();
    const ceilings = lowestCeilings(this.#beforeFalls(along, way));
    this.#judgeGaps(along, ceilings);
    return way === 'max' ? ceilings : ceilings.map(mirrored);
  }

  /** Ceilings before every fall of the limit, towards rising places; on a ring they go around at most once. */
  #beforeFalls(cells: readonly Cell[], way: 'max' | 'min'): Ceiling[] {
    const start = cells[0]?.from ?? 0;
    const end = cells.at(-1)?.to ?? 0;
    return fallsAlong(this.#partition, cells).flatMap(({ at, before, limit, left }) => {
      if (before === 'any') this.#findings.brakesFromAnySpeed(left.rule, limit, way === 'max' ? at : -at);
      const speed = typeof before === 'number' ? before : this.#limitMax;
      const from = this.#partition.axis.wraps ? at - (end - start) : start;
      const ceilings = this.#braking.ceilingsBefore(at, speed, limit, from);
      return ceilings.flatMap((ceiling) => aroundSeam(ceiling, start, end));
    });
  }

  /** A gap has no braking cells: its own limit, or the speed with which it is entered, must do. */
  #judgeGaps(cells: readonly Cell[], ceilings: readonly Ceiling[]): void {
    const walk = new CeilingWalk(ceilings);
    const lowest = cells.map(({ from, to }) => {
      const here = [...walk.within(from, to)];
      const atEnd = here.at(-1);
      return {
        least: here.reduce((least, { limit }) => Math.min(least, limit), Number.POSITIVE_INFINITY),
        last: atEnd?.to === to ? atEnd.limit : Number.POSITIVE_INFINITY,
      };
    });
    // A machine comes onto a line at rest. Around a ring everything is known after the second time.
    let speed = 0;
    for (let round = this.#partition.axis.wraps ? 0 : 1; round < 2; round++) {
      cells.forEach((cell, index) => {
        const own = speedIn(this.#partition, cell);
        const { least = 0, last = 0 } = lowest[index] ?? {};
        const entered = own === 'as before' ? speed : own;
        if (cell.rule < this.#partition.zones)
          speed = Math.min(own === 'any' ? last : (entered as number), last);
        else {
          if (round === 1 && (entered as number) > least)
            this.#findings.brakesInGap(cell.rule - this.#partition.zones, least);
          speed = entered as number;
        }
      });
    }
  }

  /** The partition with approaches between its zones and its gap rules, by zone and limit. */
  numbered(partition: Partition): Partition {
    const { rules, zones } = partition;
    const keys = [...this.#approaches].sort(
      ([, left], [, right]) => left.zone - right.zone || left.limit - right.limit,
    );
    const count = keys.length;
    const renumbered = new Map<number, number>();
    keys.forEach(([key], index) => {
      renumbered.set(this.#indices.get(key) ?? 0, zones + index);
    });
    const numberOf = (rule: number) => renumbered.get(rule) ?? (rule < zones ? rule : rule + count);
    const known = new Map<readonly Cell[], readonly Cell[]>();
    const windows = partition.windows.map((window) => {
      const cells =
        known.get(window.cells) ?? window.cells.map((cell) => ({ ...cell, rule: numberOf(cell.rule) }));
      known.set(window.cells, cells);
      return { ...window, cells };
    });
    const approaches = keys.map(([, rule]): Rule => rule);
    return {
      ...partition,
      windows,
      rules: [...rules.slice(0, zones), ...approaches, ...rules.slice(zones)],
      approaches: count,
    };
  }
}

/** A ceiling that begins before the start of a ring lies at its end too. */
function aroundSeam(ceiling: Ceiling, start: number, end: number): Ceiling[] {
  if (ceiling.from >= start) return [ceiling];
  const length = end - start;
  const before = { ...ceiling, from: ceiling.from + length, to: Math.min(ceiling.to, start) + length };
  return ceiling.to > start ? [before, { ...ceiling, from: start }] : [before];
}
