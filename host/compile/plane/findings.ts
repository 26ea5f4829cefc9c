import { sourceWords, stepName } from '../../source/axis-words.ts';
import { type Diagnostics, formatPlace } from '../../source/diagnostics.ts';
import type { PlaneModel } from '../../source/plane-model.ts';
import { reportOverlap } from '../rules/overlap.ts';
import { areaOf, type Cell, latticePointOf } from './cells.ts';
import type { LineTable } from './lines.ts';

/** What lies over what in a plane, and where nothing does: with area and a place to look at. */

/** How two zones lie over each other; a sliver is narrower than two steps. */
export type OverlapKind = 'nested' | 'crossing' | 'sliver';

/** A pair of zones that lie over each other and are in order. */
export interface PlaneOverlap {
  readonly over: string;
  readonly under: string;
  readonly kind: OverlapKind;
  /** In words, with its unit. */
  readonly area: string;
  readonly sample: string;
}

/** A stretch of the plane without a zone, which a rule acknowledges. */
export interface PlaneGap {
  readonly rule: string;
  /** No way leads from it out of the axes but through a zone. */
  readonly enclosed: boolean;
  readonly area: string;
  readonly sample: string;
}

/** What is known of some cells together. */
class Extent {
  area = 0;
  cells = 0;
  /** A lattice point of one of them, else the middle of one. */
  sample: readonly [number, number] = [0, 0];
  isLattice = false;
  readonly #low: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  readonly #high: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];

  add(cell: Cell, lines: LineTable): void {
    this.area += areaOf(cell);
    this.cells++;
    for (const { from } of cell) {
      this.#low[0] = Math.min(this.#low[0], from.x);
      this.#low[1] = Math.min(this.#low[1], from.y);
      this.#high[0] = Math.max(this.#high[0], from.x);
      this.#high[1] = Math.max(this.#high[1], from.y);
    }
    if (this.isLattice) return;
    const point = latticePointOf(cell, lines);
    this.isLattice = point !== undefined;
    const middle = (axis: 'x' | 'y') => cell.reduce((sum, { from }) => sum + from[axis], 0) / cell.length;
    if (point !== undefined || this.cells === 1) this.sample = point ?? [middle('x'), middle('y')];
  }

  /** Narrower than two steps, whatever way it runs. */
  get isSliver(): boolean {
    return this.area < 2 * Math.hypot(this.#high[0] - this.#low[0], this.#high[1] - this.#low[1]);
  }
}

interface Pair {
  readonly left: number;
  readonly right: number;
  readonly extent: Extent;
  /** The one that wins; undefined: nothing orders them. */
  readonly winner: number | undefined;
}

/** More are counted, not kept. */
const KEPT_MAX = 1000;

export class PlaneFindings {
  readonly #model: PlaneModel;
  readonly #diagnostics: Diagnostics;
  readonly #lines: LineTable;
  readonly #pairs = new Map<string, Pair>();
  /** In how many cells a zone is, by phase map. */
  readonly #zoneCells = new Map<number, number>();
  readonly #mistakes = new Map<string, { extent: Extent; report: (extent: Extent) => void }>();
  readonly #gaps: PlaneGap[] = [];

  constructor(model: PlaneModel, diagnostics: Diagnostics, lines: LineTable) {
    this.#model = model;
    this.#diagnostics = diagnostics;
    this.#lines = lines;
  }

  /** A cell that zones cover, and who of each two wins. */
  covered(
    cell: Cell,
    zones: readonly number[],
    winner: (left: number, right: number) => number | undefined,
  ): void {
    for (const zone of zones) this.#zoneCells.set(zone, (this.#zoneCells.get(zone) ?? 0) + 1);
    zones.forEach((left, index) => {
      for (const right of zones.slice(index + 1)) {
        const key = `${left} ${right}`;
        const pair = this.#pairs.get(key) ?? {
          left,
          right,
          extent: new Extent(),
          winner: winner(left, right),
        };
        pair.extent.add(cell, this.#lines);
        this.#pairs.set(key, pair);
      }
    });
  }

  gapOverZone(cell: Cell, gap: number, zone: number): void {
    this.#mistake(`gap ${gap} zone ${zone}`, cell, (extent) => {
      const [rule, covered] = [this.#model.gapRules[gap], this.#model.zones[zone]];
      if (rule === undefined || covered === undefined) return;
      const message = `gap rule "${rule.id}" lies over zone "${covered.id}" (${formatPlace(covered.place)}): ${this.#where(extent)}`;
      const remedy = 'Move it, or write "cuts: true" to take the place out of the zone.';
      this.#diagnostics.add('GAP_OVER_ZONE', rule.place, message, remedy);
    });
  }

  gapRulesOverlap(cell: Cell, left: number, right: number): void {
    this.#mistake(`gaps ${left} ${right}`, cell, (extent) => {
      const [earlier, later] = [this.#model.gapRules[left], this.#model.gapRules[right]];
      if (earlier === undefined || later === undefined) return;
      const message = `gap rules "${later.id}" and "${earlier.id}" (${formatPlace(earlier.place)}) both claim ${this.#where(extent)}`;
      this.#diagnostics.add(
        'GAP_RULES_OVERLAP',
        later.place,
        message,
        'Move one of them: each place has one gap rule.',
      );
    });
  }

  #mistake(key: string, cell: Cell, report: (extent: Extent) => void): void {
    const known = this.#mistakes.get(key) ?? { extent: new Extent(), report };
    known.extent.add(cell, this.#lines);
    this.#mistakes.set(key, known);
  }

  /** Cells that hang together and that no zone and no gap rule claims; `rule`: what answers there, or undefined when nothing does. */
  gap(cells: readonly Cell[], enclosed: boolean, rule: string | undefined, isComplete: boolean): void {
    const extent = new Extent();
    for (const cell of cells) extent.add(cell, this.#lines);
    if (rule !== undefined) {
      if (this.#gaps.length < KEPT_MAX) this.#gaps.push({ rule, enclosed, ...this.#words(extent) });
      return;
    }
    if (!isComplete) return;
    const message = `${enclosed ? 'an enclosed gap' : 'the plane around the zones'} has no rule: ${this.#where(extent)}`;
    const remedy = enclosed
      ? 'Close it, or acknowledge it by a gap rule with an area, or by the catch-all.'
      : 'Acknowledge it by a gap rule that lies around the zones, or by the catch-all.';
    this.#diagnostics.add('GAP_UNACKNOWLEDGED', this.#model.place, message, remedy);
  }

  /** Reports what was found. */
  report(): void {
    for (const { extent, report } of this.#mistakes.values()) report(extent);
    for (const { left, right, extent, winner } of this.#pairs.values()) {
      const [earlier, later] = [this.#model.zones[left], this.#model.zones[right]];
      if (winner !== undefined || earlier === undefined || later === undefined) continue;
      const pair = `zones "${later.id}" and "${earlier.id}" (${formatPlace(earlier.place)})`;
      const message = `${pair} overlap, ${this.#kindOf(left, right, extent)}: ${this.#where(extent)}`;
      reportOverlap(this.#diagnostics, later.place, message, this.#model, [left, right]);
    }
  }

  /** Pairs in order, those with the largest area first. */
  get overlaps(): readonly PlaneOverlap[] {
    const { zones } = this.#model;
    return [...this.#pairs.values()]
      .sort((p, q) => q.extent.area - p.extent.area || p.left - q.left || p.right - q.right)
      .slice(0, KEPT_MAX)
      .map(({ left, right, extent, winner }) => ({
        over: zones[winner ?? left]?.id ?? '',
        under: zones[winner === right ? left : right]?.id ?? '',
        kind: this.#kindOf(left, right, extent),
        ...this.#words(extent),
      }));
  }

  get gaps(): readonly PlaneGap[] {
    return this.#gaps;
  }

  #kindOf(left: number, right: number, extent: Extent): OverlapKind {
    const isNested = [left, right].some((zone) => this.#zoneCells.get(zone) === extent.cells);
    return isNested ? 'nested' : extent.isSliver ? 'sliver' : 'crossing';
  }

  #where(extent: Extent): string {
    const { area, sample } = this.#words(extent);
    return `${area}, for example at ${sample}`;
  }

  #words(extent: Extent): { area: string; sample: string } {
    const [x, y] = this.#model.axes;
    const [u, v] = extent.sample;
    const place = (axis: typeof x, offset: number) => sourceWords(axis, axis.min + Math.floor(offset));
    const sample = `(${place(x, u)}, ${place(y, v)})`;
    const area = `${areaWords(extent.area / x.scale ** 2)} ${x.unit}²`;
    if (extent.isLattice) return { area, sample };
    return { area, sample: `no lattice point, between ${sample} and the next ${stepName(x)}` };
  }
}

/** Four digits that count, without an exponent where that can be read. */
function areaWords(area: number): string {
  const rounded = Number(area.toPrecision(4));
  return rounded === area || rounded === Math.round(area) ? `${rounded}` : `about ${rounded}`;
}
