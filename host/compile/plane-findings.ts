import { FoundInLists, type ListedPhases } from '../body/found-in-lists.ts';
import type { PlaneFound, PlaneGap, PlaneOverlap, PlaneOverlapKind } from '../body/plane-partition.ts';
import type { Region } from '../plane/regions.ts';
import type { Diagnostics } from '../source/diagnostics.ts';
import type { PlaneModel } from '../source/plane-model.ts';
import { inPhases, nameOf, overlapRemedy, type Party, type PhaseRange, withPlace } from './findings.ts';
import type { ZoneOrder } from './order.ts';
import { areaWords, sampleWords } from './plane-words.ts';

/** What the subdivisions of a plane show: mistakes, each told once with the phases in which it is, and what is in order, for the audit. */

interface FoundPair {
  readonly one: number;
  readonly other: number;
  readonly kind: PlaneOverlapKind;
  readonly region: Region;
}

interface FoundGap {
  /** Index into the rules; −1: nothing acknowledges it. */
  readonly rule: number;
  readonly isEnclosed: boolean;
  /** Rules that answer on the other sides of its borders, the lowest first. */
  readonly around: readonly number[];
  readonly region: Region;
  /** The same for the same place. */
  readonly outline: string;
}

/** Pairs of zones over one place, counted anew where others lie there too. */
const PAIRS_MAX = 2 ** 22;
/** Zones around a hole that are named. */
const AROUND_NAMED_MAX = 3;

const KIND_WORDS: Readonly<Record<PlaneOverlapKind, string>> = {
  same: 'they cover the same place',
  nested: 'one lies within the other',
  sliver: 'a sliver',
  crossing: 'they cross',
};

export class PlaneFindings {
  readonly #model: PlaneModel;
  readonly #order: ZoneOrder;
  readonly #zonePairs = new FoundInLists<FoundPair>();
  readonly #gapsOverZones = new FoundInLists<FoundPair>();
  readonly #gapPairs = new FoundInLists<FoundPair>();
  readonly #gaps = new FoundInLists<FoundGap>();
  #pairs = 0;

  constructor(model: PlaneModel, order: ZoneOrder) {
    this.#model = model;
    this.#order = order;
  }

  /** Counts pairs that are about to be looked at; false, and told by `report`, when they are more than anybody could audit. */
  takesPairs(pairs: number): boolean {
    this.#pairs += pairs;
    return this.#pairs <= PAIRS_MAX;
  }

  zonePair(pair: FoundPair, set: number): void {
    this.#zonePairs.add(`${pair.one} ${pair.other}`, pair, set);
  }

  /** `one` is the gap rule, `other` the zone. */
  gapOverZone(pair: FoundPair, set: number): void {
    this.#gapsOverZones.add(`${pair.one} ${pair.other}`, pair, set);
  }

  gapPair(pair: FoundPair, set: number): void {
    this.#gapPairs.add(`${pair.one} ${pair.other}`, pair, set);
  }

  gap(gap: FoundGap, set: number): void {
    this.#gaps.add(`${gap.rule} ${gap.isEnclosed} ${gap.outline}`, gap, set);
  }

  /** Reports mistakes; holes only of a `complete` model. */
  report(ranges: readonly ListedPhases[], complete: boolean, diagnostics: Diagnostics): void {
    if (this.#pairs > PAIRS_MAX) {
      const message = `zones lie over one another more than ${PAIRS_MAX} times`;
      const remedy = 'Cut zones to the places where they may answer.';
      diagnostics.add('TOO_MANY', this.#model.place, message, remedy);
    }
    for (const { item, phases } of this.#zonePairs.withPhases(ranges))
      if (this.#order.winner(item.one, item.other) === undefined)
        this.#reportOverlap(item, phases, diagnostics);
    for (const { item, phases } of this.#gapsOverZones.withPhases(ranges)) {
      const [rule, zone] = [this.#gapRule(item.one), this.#zone(item.other)];
      const message = `${nameOf(rule)} lies over ${withPlace(zone)} on ${this.#where(item.region, phases)}`;
      const remedy = 'Move it, or write "cuts: true" to take the place out of the zone.';
      diagnostics.add('GAP_OVER_ZONE', rule.place, message, remedy);
    }
    for (const { item, phases } of this.#gapPairs.withPhases(ranges)) {
      const [earlier, later] = [this.#gapRule(item.one), this.#gapRule(item.other)];
      const message = `${nameOf(later)} and ${withPlace(earlier)} both claim ${this.#where(item.region, phases)}`;
      const remedy = 'Move one of them: each place has one gap rule.';
      diagnostics.add('GAP_RULES_OVERLAP', later.place, message, remedy);
    }
    if (!complete) return;
    for (const { item, phases } of this.#gaps.withPhases(ranges))
      if (item.rule < 0) this.#reportHole(item, phases, diagnostics);
  }

  /** What is in order. */
  found(ranges: readonly ListedPhases[]): PlaneFound {
    const overlaps: PlaneOverlap[] = [];
    for (const { item, phases } of this.#zonePairs.withPhases(ranges)) {
      const over = this.#order.winner(item.one, item.other);
      if (over === undefined) continue;
      const under = over === item.one ? item.other : item.one;
      const { area, sample } = item.region;
      overlaps.push({
        over,
        under,
        why: this.#order.why(over, under),
        kind: item.kind,
        area,
        sample,
        phases,
      });
    }
    const gaps: PlaneGap[] = [];
    for (const { item, phases } of this.#gaps.withPhases(ranges)) {
      const { area, sample } = item.region;
      gaps.push({ rule: item.rule, isEnclosed: item.isEnclosed, area, sample, phases });
    }
    return { overlaps, gaps };
  }

  #reportOverlap(
    { one, other, kind, region }: FoundPair,
    phases: readonly PhaseRange[],
    diagnostics: Diagnostics,
  ): void {
    const [earlier, later] = [this.#zone(one), this.#zone(other)];
    const where = this.#where(region, phases);
    const message = `${nameOf(later)} and ${withPlace(earlier)} both cover ${where}: ${KIND_WORDS[kind]}`;
    diagnostics.add('OVERLAP', later.place, message, overlapRemedy(this.#model, one, other));
  }

  #reportHole(
    { isEnclosed, around, region }: FoundGap,
    phases: readonly PhaseRange[],
    diagnostics: Diagnostics,
  ): void {
    const { place } = this.#model;
    const parties = around.map((rule) => this.#party(rule));
    const named = parties.slice(0, AROUND_NAMED_MAX).map(withPlace);
    const more = parties.length - named.length;
    const list =
      named.length === 0 ? '' : ` next to ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    const reach = isEnclosed ? 'enclosed' : 'open to the ends of the axes';
    const message = `nothing covers ${this.#where(region, phases)}, ${reach}${list}`;
    const remedy = 'Widen a zone, or acknowledge the gap with a gap rule and its action.';
    diagnostics.add('GAP_UNACKNOWLEDGED', parties[0]?.place ?? place, message, remedy);
  }

  #where(region: Region, phases: readonly PhaseRange[]): string {
    const { axes } = this.#model;
    return `${areaWords(axes, region.area)} ${sampleWords(axes, region.sample)}${inPhases(this.#model, phases)}`;
  }

  #party(rule: number): Party {
    const zones = this.#model.zones.length;
    return rule < zones ? this.#zone(rule) : this.#gapRule(rule - zones);
  }

  #zone(index: number): Party {
    const zone = this.#model.zones[index];
    if (zone === undefined) throw new RangeError(`there is no zone ${index}`);
    return { kind: 'zone', id: zone.id, place: zone.place };
  }

  #gapRule(index: number): Party {
    const rule = this.#model.gapRules[index];
    if (rule === undefined) throw new RangeError(`there is no gap rule ${index}`);
    return { kind: 'gap rule', id: rule.id, place: rule.place };
  }
}
