import { FoundInLists, type ListedPhases } from '../body/found-in-lists.ts';
import type { Overlap, Partition } from '../body/partition.ts';
import { formatRange, lengthOf, sourceWords, stepName } from '../source/axis-words.ts';
import { type Diagnostics, formatPlace } from '../source/diagnostics.ts';
import { nearMark } from '../source/mark-words.ts';
import type { HeldEnd, MapModel, OverlapPolicy, ZoneModel } from '../source/model.ts';
import type { Place } from '../source/place.ts';

/** Overlaps that a partition keeps for the audit; the number of the others is counted. */
const OVERLAPS_KEPT_MAX = 100_000;

/** What sweeps find out: mistakes, reported once a pair however often they recur, and overlaps that are in order. */

/** A rule as messages name it. */
export interface Party {
  readonly kind: 'zone' | 'gap rule';
  readonly id: string;
  readonly place: Place;
}

/** A hole in the coverage, with what lies before and behind it. */
export interface Hole {
  readonly from: number;
  readonly to: number;
  readonly before: Party | undefined;
  readonly behind: Party | undefined;
}

/** An overlap apart from its phases. */
export type OverlapPlace = Omit<Overlap, 'phaseFrom' | 'phaseTo'>;

const PHASE_RANGES_NAMED_MAX = 5;

type Rankable = Pick<ZoneModel, 'id' | 'tier' | 'limit'>;

/** Pairs of zones over one place that are looked at under a policy that orders any number of them. */
const PAIRS_MAX = 2 ** 24;

export class Findings {
  readonly #model: MapModel;
  readonly #diagnostics: Diagnostics;
  readonly #pairs = new Set<string>();
  readonly #holes = new FoundInLists<Hole>();
  readonly #overlaps = new FoundInLists<OverlapPlace>();
  readonly #keptPairs = new Set<string>();
  #overlapsOmitted = 0;
  #pairsSeen = 0;
  readonly #brakingGaps = new Map<number, number>();
  #zonesById: ReadonlyMap<string, ZoneModel> | undefined;

  constructor(model: MapModel, diagnostics: Diagnostics) {
    this.#model = model;
    this.#diagnostics = diagnostics;
  }

  /** Whether looking for further mistakes is of no use. */
  get isFull(): boolean {
    return this.#diagnostics.isFull;
  }

  /** Overlaps that are in order, sorted by phase and place, in ranges of phases that have numbered sets of zones. */
  overlapsIn(ranges: readonly ListedPhases[]): Pick<Partition, 'overlaps' | 'overlapsOmitted'> {
    const kept: Overlap[] = [];
    let omitted = this.#overlapsOmitted;
    for (const { item, phases } of this.#overlaps.withPhases(ranges)) {
      const room = Math.max(0, OVERLAPS_KEPT_MAX - kept.length);
      for (const { from, to } of phases.slice(0, room)) kept.push({ ...item, phaseFrom: from, phaseTo: to });
      omitted += Math.max(0, phases.length - room);
    }
    kept.sort(
      (left, right) =>
        left.phaseFrom - right.phaseFrom ||
        left.from - right.from ||
        left.to - right.to ||
        left.over - right.over ||
        left.under - right.under,
    );
    return { overlaps: kept, overlapsOmitted: omitted };
  }

  zone(index: number): Party | undefined {
    const zone = this.#model.zones[index];
    return zone && { kind: 'zone', id: zone.id, place: zone.place };
  }

  gapRule(index: number): Party | undefined {
    const rule = this.#model.gapRules[index];
    return rule && { kind: 'gap rule', id: rule.id, place: rule.place };
  }

  /** Counts pairs that are about to be looked at; false, and reported, when they are more than anybody could audit. */
  takesPairs(pairs: number, zone: number): boolean {
    this.#pairsSeen += pairs;
    if (this.#pairsSeen <= PAIRS_MAX) return true;
    const place = this.zone(zone)?.place ?? this.#model.place;
    const message = `zones lie over one another more than ${PAIRS_MAX} times: two of them count once for each place and each range of phases where both lie`;
    const remedy = 'Cut zones to the places and phases where they may answer.';
    if (!this.#isKnown('pairs', 0, 0)) this.#diagnostics.add('TOO_MANY', place, message, remedy);
    return false;
  }

  unordered(left: number, right: number, from: number, to: number, phase: PhaseRange): void {
    const earlier = this.zone(Math.min(left, right));
    const later = this.zone(Math.max(left, right));
    if (earlier === undefined || later === undefined || this.#isKnown('zones', left, right)) return;
    const message = `${nameOf(later)} and ${withPlace(earlier)} both cover ${this.#where(from, to, phase)}`;
    const say = this.#heldAlone(left, right, from, to) ?? this.#heldAlone(right, left, from, to);
    const remedy =
      say === undefined
        ? this.#apartRemedy(left, right)
        : `If rows do not hold the place at which they end, say ${say} instead; else correct one of the two rows.`;
    this.#diagnostics.add('OVERLAP', later.place, message, remedy);
  }

  /** How to say that rows do not hold their ends, where one ends as the other begins and nothing else lies over both. */
  #heldAlone(ends: number, begins: number, from: number, to: number): string | undefined {
    const { at, heldEnd } = this.#model.zones[ends] ?? {};
    const { at: others } = this.#model.zones[begins] ?? {};
    const isTouch =
      heldEnd !== undefined &&
      at?.some((piece) => piece.to - heldEnd.steps === from && piece.to >= to) &&
      others?.some((piece) => piece.from === from);
    return isTouch ? heldEnd.say : undefined;
  }

  /** Rows of a table that a column tells apart are two things, rather than one over the other. */
  #apartRemedy(left: number, right: number): string {
    const [row, other] = [this.#model.zones[left]?.row, this.#model.zones[right]?.row];
    const remedy = overlapRemedy(this.#model, left, right);
    if (row === undefined || other === undefined || row.table !== other.table) return remedy;
    return row.table.remedy(row.line, other.line, remedy) ?? remedy;
  }

  gapOverZone(gap: number, zone: number, from: number, to: number, phase: PhaseRange): void {
    const rule = this.gapRule(gap);
    const covered = this.zone(zone);
    if (rule === undefined || covered === undefined || this.#isKnown('gap over zone', gap, zone)) return;
    const message = `${nameOf(rule)} lies over ${withPlace(covered)} at ${this.#where(from, to, phase)}`;
    this.#diagnostics.add(
      'GAP_OVER_ZONE',
      rule.place,
      message,
      'Move it, or write "cuts: true" to take the place out of the zone.',
    );
  }

  gapRulesOverlap(left: number, right: number, from: number, to: number, phase: PhaseRange): void {
    const earlier = this.gapRule(Math.min(left, right));
    const later = this.gapRule(Math.max(left, right));
    if (earlier === undefined || later === undefined || this.#isKnown('gap rules', left, right)) return;
    const message = `${nameOf(later)} and ${withPlace(earlier)} both claim ${this.#where(from, to, phase)}`;
    this.#diagnostics.add(
      'GAP_RULES_OVERLAP',
      later.place,
      message,
      'Move one of them: each place has one gap rule.',
    );
  }

  /** In the phases of a set of zones. */
  hole(hole: Hole, set: number): void {
    const key = `${hole.from} ${hole.to} ${hole.before?.id} ${hole.behind?.id}`;
    this.#holes.add(key, hole, set);
  }

  reportHoles(ranges: readonly ListedPhases[]): void {
    const { axis } = this.#model;
    for (const { item: hole, phases } of this.#holes.withPhases(ranges)) {
      const where = `${formatRange(axis, hole.from, hole.to)}${this.#inPhases(phases)}`;
      const length = `${lengthOf(axis, hole.from, hole.to)} ${stepName(axis)} long`;
      const between = `between ${this.#neighbour(hole.before)} and ${this.#neighbour(hole.behind)}`;
      const message = `nothing covers ${where}, ${length}${this.#near(hole.from)}, ${between}`;
      const place = hole.before?.place ?? hole.behind?.place ?? this.#model.axisPlace;
      const say = this.#likelyEnd(hole);
      const widen = 'Widen a zone, or acknowledge the gap with a gap rule and its action.';
      const remedy =
        say === undefined
          ? widen
          : `If rows hold the place at which they end, say ${say}; else widen a zone, or acknowledge the gap with a gap rule and its action.`;
      this.#diagnostics.add('GAP_UNACKNOWLEDGED', place, message, remedy);
    }
  }

  /** How to say that rows hold their ends, where a hole between two of one table is just so long. */
  #likelyEnd({ from, to, before, behind }: Hole): string | undefined {
    const ends = this.#likelyEndsOf(before);
    if (ends === undefined || ends !== this.#likelyEndsOf(behind)) return undefined;
    return ends.find(({ steps }) => steps === to - from)?.say;
  }

  #likelyEndsOf(party: Party | undefined): readonly HeldEnd[] | undefined {
    if (party === undefined) return undefined;
    this.#zonesById ??= new Map(this.#model.zones.map((zone) => [zone.id, zone]));
    return this.#zonesById.get(party.id)?.likelyEnds;
  }

  /** A machine would have to brake from a speed that nobody named. */
  brakesFromAnySpeed(zone: number, limit: number, place: number): void {
    const party = this.zone(zone);
    if (party === undefined || this.#isKnown('braking from any speed', zone, zone)) return;
    const where = `${sourceWords(this.#model.axis, place)} ${stepName(this.#model.axis)}`;
    const message = `${nameOf(party)} has no limit, but at ${where} the limit falls to ${limit}: from which speed is braked`;
    this.#diagnostics.add('APPROACH_FROM_ANY_SPEED', party.place, message, 'Give it a limit.');
  }

  /** A gap in which a machine would have to go on braking, down to `limit`. */
  brakesInGap(gap: number, limit: number): void {
    this.#brakingGaps.set(gap, Math.min(limit, this.#brakingGaps.get(gap) ?? limit));
  }

  reportBrakingGaps(): void {
    for (const [gap, limit] of this.#brakingGaps) {
      const party = this.gapRule(gap);
      if (party === undefined) continue;
      const own = this.#model.gapRules[gap]?.limit ?? null;
      const words = own === null ? 'has no limit' : `has the limit ${own}`;
      const message = `${nameOf(party)} ${words}, but braking for what lies behind it asks for ${limit}`;
      this.#diagnostics.add('APPROACH_IN_GAP', party.place, message, `Give it "limit: ${limit}".`);
    }
  }

  /** The map is larger than any build of the core: at `phase` that was plain. */
  tooManyCells(excess: string, phase: number): void {
    const { place, phasePeriod } = this.#model;
    const message = `up to phase ${phase} of ${phasePeriod} the map has ${excess}, which no build of the core holds`;
    const remedy = 'Use fewer zones with windows of their own, or let them begin and end together.';
    this.#diagnostics.add('TOO_MANY', place, message, remedy);
  }

  /** Zones and gap rules that hold in ever other company: at `phase` that was plain. */
  tooManyPieces(most: number, phase: number): void {
    const { place, phasePeriod } = this.#model;
    const message = `up to phase ${phase} of ${phasePeriod} zones and gap rules lie at more than ${most} places, counted anew wherever others hold with them, which no build of the core holds`;
    const remedy = 'Use fewer zones with windows of their own, or let them begin and end together.';
    this.#diagnostics.add('TOO_MANY', place, message, remedy);
  }

  negativeLimit(party: Party | undefined): void {
    if (party === undefined) return;
    const message = `${nameOf(party)} has a limit below 0, which is no speed to brake from`;
    this.#diagnostics.add(
      'APPROACH_NEGATIVE_LIMIT',
      party.place,
      message,
      'Write a limit from 0 on, or leave "approach" out.',
    );
  }

  /** Whether overlaps of a pair would only be counted: there is no room, and none of them can be one that is known. */
  keepsNone(over: number, under: number): boolean {
    if (this.#overlaps.size < OVERLAPS_KEPT_MAX) return false;
    return this.#model.phasePeriod === 1 || !this.#keptPairs.has(`${over} ${under}`);
  }

  omitOverlap(): void {
    this.#overlapsOmitted++;
  }

  /** In the phases of a set of zones. */
  ordered(overlap: OverlapPlace, set: number): void {
    const { over, under, from, to } = overlap;
    const key = `${over} ${under} ${from} ${to}`;
    if (this.#overlaps.size >= OVERLAPS_KEPT_MAX && !this.#overlaps.has(key)) {
      this.#overlapsOmitted++;
      return;
    }
    this.#overlaps.add(key, overlap, set);
    this.#keptPairs.add(`${over} ${under}`);
  }

  #isKnown(kind: string, left: number, right: number): boolean {
    const key = `${kind} ${left < right ? `${left} ${right}` : `${right} ${left}`}`;
    const known = this.#pairs.has(key);
    this.#pairs.add(key);
    return known;
  }

  #where(from: number, to: number, phase: PhaseRange): string {
    return `${formatRange(this.#model.axis, from, to)}${this.#near(from)}${this.#inPhases([phase])}`;
  }

  /** Where that is for people who know the marks. */
  #near(place: number): string {
    const words = nearMark(this.#model.axis, this.#model.marks, place);
    return words === null ? '' : ` (${words})`;
  }

  #inPhases(phases: readonly PhaseRange[]): string {
    return inPhases(this.#model, phases);
  }

  #neighbour(party: Party | undefined): string {
    if (party !== undefined) return withPlace(party);
    return this.#model.axis.wraps ? 'nothing else on the ring' : 'the end of the axis';
  }
}

export interface PhaseRange {
  readonly from: number;
  readonly to: number;
}

/** In which phases something is, as the end of a clause; empty where there are none to tell apart. */
export function inPhases(
  { phase, phasePeriod }: Pick<MapModel, 'phase' | 'phasePeriod'>,
  phases: readonly PhaseRange[],
): string {
  if (phase === null || phasePeriod === 1) return '';
  const named = phases.slice(0, PHASE_RANGES_NAMED_MAX).map(({ from, to }) => `[${from}, ${to})`);
  const more = phases.length - named.length;
  const unit = phase.unit === 'tick' ? '' : ` ${stepName(phase)}`;
  return ` in phases ${named.join(', ')}${unit}${more > 0 ? ` and ${more} more ranges` : ''}`;
}

export function nameOf(party: Party): string {
  return `${party.kind} "${party.id}"`;
}

export function withPlace(party: Party): string {
  return `${nameOf(party)} (${formatPlace(party.place)})`;
}

/** What to do about two zones over one place that nothing orders. */
export function overlapRemedy(
  { zones, overlaps }: { readonly zones: readonly Rankable[]; readonly overlaps: OverlapPolicy },
  left: number,
  right: number,
): string {
  if (overlaps.kind === 'by-tier') return `Give them different tiers; both have tier ${zones[left]?.tier}.`;
  if (overlaps.kind === 'list') {
    return `Move one, or add { over: ${zones[right]?.id}, under: ${zones[left]?.id} } or its reverse to "overlaps".`;
  }
  const [one, other] = [zones[left], zones[right]];
  // A rule that cannot tell the two apart, or that lets the first of them win, is no answer.
  const [haveTiers, haveLimits] = [one?.tier !== other?.tier, one?.limit !== other?.limit];
  if (haveTiers && haveLimits)
    return 'Move one, or say who wins with "overlaps: by-tier" or "overlaps: lowest-limit".';
  if (haveTiers) return 'Move one, or say who wins with "overlaps: by-tier".';
  if (haveLimits) return 'Move one, or say who wins with "overlaps: lowest-limit".';
  return `Move one, or say who wins with "overlaps: [ { over: ${other?.id}, under: ${one?.id} } ]" or its reverse.`;
}
