import type { Cell } from '../body/partition.ts';
import type { GapRuleModel, MapModel } from '../source/model.ts';
import type { Findings, Party, PhaseRange } from './findings.ts';
import { RankHeap } from './heap.ts';
import type { ZoneOrder } from './order.ts';
import type { PhasePieces, Piece } from './pieces.ts';

/** A place that no rule answers for. */
const RULE_NONE = -1;

/** What the sweeps of a map have in common. */
export interface SweepContext {
  readonly model: MapModel;
  readonly order: ZoneOrder;
  readonly findings: Findings;
  /** The gap rule that holds anywhere, -1 without one. */
  readonly anywhere: number;
}

/**
 * Walks along the axis from border to border and says which rule answers for each stretch. O(n log n) in pieces, plus the
 * number of overlapping pairs (under `by-tier` at most 256 zones lie over one place).
 *
 *     zones   ──[ a ─────────────)──────[ c ──)──
 *     gaps    ────────[ cut )────────────────────
 *     cells   ──[ a  )[ cut )[ a )[hole)[ c ──)──
 */
export class Sweep {
  readonly #model: MapModel;
  readonly #order: ZoneOrder;
  readonly #findings: Findings;
  /** The first phases of the set. */
  readonly #phase: PhaseRange;
  readonly #set: number;
  readonly #zones: readonly Piece[];
  readonly #zonesByEnd: readonly number[];
  readonly #gaps: readonly Piece[];
  readonly #cuts: readonly Piece[];
  readonly #anywhere: number;

  readonly #cells: Cell[] = [];
  /** Zone pieces at hand, as indices into `#zones`. */
  readonly #active = new Set<number>();
  readonly #heap: RankHeap;
  /** Pieces whose overlaps were not looked at yet. */
  readonly #fresh = new Set<number>();
  #nextZone = 0;
  #nextEnd = 0;
  #nextGap = 0;
  #nextCut = 0;
  #gap: Piece | undefined;
  #gapIsFresh = false;

  constructor({ model, order, findings, anywhere }: SweepContext, pieces: PhasePieces) {
    this.#model = model;
    this.#order = order;
    this.#findings = findings;
    this.#phase = pieces;
    this.#set = pieces.set;
    this.#zones = pieces.zones;
    this.#zonesByEnd = indicesByEnd(pieces.zones);
    this.#gaps = apart(pieces.gaps, pieces, findings);
    this.#cuts = this.#gaps.filter(({ owner }) => this.#gapRule(owner)?.cuts);
    this.#anywhere = anywhere;
    this.#heap = new RankHeap((piece) => order.rankOf(pieces.zones[piece]?.owner ?? 0));
  }

  /** The cells of the axis, rising and without holes unless holes were found. */
  run(): readonly Cell[] {
    const { min, max } = this.#model.axis;
    for (let from = min; from < max; ) {
      this.#moveTo(from);
      const to = Math.min(max, this.#nextBorder());
      this.#append(from, to, this.#ruleAt(from));
      from = to;
    }
    this.#reportHoles();
    return this.#cells;
  }

  #gapRule(owner: number): GapRuleModel | undefined {
    return this.#model.gapRules[owner];
  }

  /** Takes in what begins at `position` and lets go of what ended. */
  #moveTo(position: number): void {
    for (
      let index = this.#zonesByEnd[this.#nextEnd];
      index !== undefined;
      index = this.#zonesByEnd[this.#nextEnd]
    ) {
      if ((this.#zones[index]?.to ?? 0) > position) break;
      this.#active.delete(index);
      this.#fresh.delete(index);
      this.#nextEnd++;
    }
    while ((this.#zones[this.#nextZone]?.from ?? Number.POSITIVE_INFINITY) <= position) {
      this.#active.add(this.#nextZone);
      this.#fresh.add(this.#nextZone);
      this.#heap.push(this.#nextZone);
      this.#nextZone++;
    }
    if (this.#gap !== undefined && this.#gap.to <= position) this.#gap = undefined;
    const gap = this.#gaps[this.#nextGap];
    if (gap !== undefined && gap.from <= position) {
      this.#gap = gap;
      this.#gapIsFresh = true;
      this.#nextGap++;
    }
    while ((this.#cuts[this.#nextCut]?.to ?? Number.POSITIVE_INFINITY) <= position) this.#nextCut++;
  }

  #nextBorder(): number {
    const end = this.#zones[this.#zonesByEnd[this.#nextEnd] ?? -1]?.to ?? Number.POSITIVE_INFINITY;
    const start = this.#zones[this.#nextZone]?.from ?? Number.POSITIVE_INFINITY;
    const gapEnd = this.#gap?.to ?? Number.POSITIVE_INFINITY;
    const gapStart = this.#gaps[this.#nextGap]?.from ?? Number.POSITIVE_INFINITY;
    return Math.min(end, start, gapEnd, gapStart);
  }

  /** The rule that answers from `position` to the next border, as an index into the rules. */
  #ruleAt(position: number): number {
    const gap = this.#gap;
    const firstGapRule = this.#model.zones.length;
    if (gap !== undefined && this.#gapRule(gap.owner)?.cuts) return firstGapRule + gap.owner;
    if (this.#active.size > 0) {
      if (gap !== undefined) this.#reportGapOverZones(gap, position);
      this.#judgeFresh(position);
      return this.#winner();
    }
    if (gap !== undefined) return firstGapRule + gap.owner;
    return this.#anywhere < 0 ? RULE_NONE : firstGapRule + this.#anywhere;
  }

  #winner(): number {
    for (let top = this.#heap.top; top !== undefined; top = this.#heap.top) {
      if (this.#active.has(top)) return this.#zones[top]?.owner ?? RULE_NONE;
      this.#heap.pop();
    }
    return RULE_NONE;
  }

  #reportGapOverZones(gap: Piece, position: number): void {
    const met = this.#gapIsFresh ? this.#active : this.#fresh;
    for (const index of met) {
      const piece = this.#zones[index];
      if (piece === undefined || this.#findings.isFull) break;
      this.#findings.gapOverZone(gap.owner, piece.owner, position, Math.min(gap.to, piece.to), this.#phase);
    }
    this.#gapIsFresh = false;
  }

  /** Looks at each pair of pieces once, at the first place that no cut hides. */
  #judgeFresh(position: number): void {
    for (const index of this.#fresh) {
      this.#fresh.delete(index);
      // Where everything is ordered there may be very many pairs, and none of them is a mistake.
      if (
        this.#order.isTotal &&
        !this.#findings.takesPairs(this.#active.size, this.#zones[index]?.owner ?? 0)
      )
        return;
      for (const other of this.#active) {
        if (other === index || this.#fresh.has(other)) continue;
        if (this.#findings.isFull) return;
        this.#judge(this.#zones[other], this.#zones[index], position);
      }
    }
  }

  #judge(left: Piece | undefined, right: Piece | undefined, position: number): void {
    if (left === undefined || right === undefined) return;
    const end = Math.min(left.to, right.to);
    const over = this.#order.winner(left.owner, right.owner);
    if (over === undefined) {
      const to = Math.min(end, this.#cuts[this.#nextCut]?.from ?? end);
      this.#findings.unordered(left.owner, right.owner, position, to, this.#phase);
      return;
    }
    const under = over === left.owner ? right.owner : left.owner;
    if (this.#findings.keepsNone(over, under)) {
      this.#findings.omitOverlap();
      return;
    }
    const why = this.#order.why(over, under);
    for (const [from, to] of this.#visible(position, end))
      this.#findings.ordered({ over, under, from, to, why }, this.#set);
  }

  /** What cuts leave of [from, to). */
  *#visible(from: number, to: number): Generator<readonly [number, number]> {
    let start = from;
    for (let next = this.#nextCut; start < to; next++) {
      const cut = this.#cuts[next];
      if (cut === undefined || cut.from >= to) break;
      if (cut.from > start) yield [start, cut.from];
      start = cut.to;
    }
    if (start < to) yield [start, to];
  }

  #append(from: number, to: number, rule: number): void {
    const last = this.#cells.at(-1);
    if (last?.rule === rule) this.#cells[this.#cells.length - 1] = { from: last.from, to, rule };
    else this.#cells.push({ from, to, rule });
  }

  #reportHoles(): void {
    const cells = this.#cells;
    const { wraps } = this.#model.axis;
    const last = cells.length - 1;
    // On a ring the last cell is the neighbour of the first, and a hole over the seam is one hole.
    const overSeam = wraps && last > 0 && cells[0]?.rule === RULE_NONE && cells[last]?.rule === RULE_NONE;
    cells.forEach((cell, index) => {
      if (cell.rule !== RULE_NONE || (overSeam && index === last)) return;
      const start = overSeam && index === 0 ? last : index;
      const before = this.#party(cells[start - 1] ?? (wraps ? cells[last] : undefined));
      const behind = this.#party(cells[index + 1] ?? (wraps ? cells[0] : undefined));
      const from = cells[start]?.from ?? cell.from;
      this.#findings.hole({ from, to: cell.to, before, behind }, this.#set);
    });
  }

  #party(cell: Cell | undefined): Party | undefined {
    if (cell === undefined || cell.rule === RULE_NONE) return undefined;
    const zones = this.#model.zones.length;
    return cell.rule < zones ? this.#findings.zone(cell.rule) : this.#findings.gapRule(cell.rule - zones);
  }
}

function indicesByEnd(pieces: readonly Piece[]): number[] {
  const indices = pieces.map((_, index) => index);
  return indices.sort((left, right) => (pieces[left]?.to ?? 0) - (pieces[right]?.to ?? 0));
}

/** Gap pieces without the parts that an earlier one claims too, which are reported. */
function apart(gaps: readonly Piece[], phase: PhaseRange, findings: Findings): Piece[] {
  const result: Piece[] = [];
  let last: Piece | undefined;
  for (const gap of gaps) {
    if (last === undefined || gap.from >= last.to) {
      result.push(gap);
      last = gap;
      continue;
    }
    findings.gapRulesOverlap(last.owner, gap.owner, gap.from, Math.min(last.to, gap.to), phase);
    if (gap.to <= last.to) continue;
    last = { owner: gap.owner, from: last.to, to: gap.to };
    result.push(last);
  }
  return result;
}
