import type { PlaneOverlapKind } from '../body/plane-partition.ts';
import { OUTSIDE } from '../plane/borders.ts';
import { type Component, componentsOf, neighboursOf, outlineOf, RegionSum } from '../plane/regions.ts';
import type { Subdivision } from '../plane/subdivision.ts';
import type { PlaneModel } from '../source/plane-model.ts';
import { type Cover, RULE_NONE } from './plane-cover.ts';
import type { PlaneFindings } from './plane-findings.ts';

/** Looks through the cells of a subdivision for zones that lie over one another, gap rules where they may not lie, and gaps. */

export interface Looked {
  readonly subdivision: Subdivision;
  /** By set of areas. */
  readonly covers: readonly Cover[];
  readonly model: PlaneModel;
  /** Number of the set of zones and gap rules that hold. */
  readonly set: number;
  readonly findings: PlaneFindings;
}

export function findIn(looked: Looked): void {
  findPairs(looked);
  findGaps(looked);
}

/** Sums by pair, as long as there is room. */
class PairSums {
  readonly #sums = new Map<
    string,
    { readonly one: number; readonly other: number; readonly sum: RegionSum }
  >();

  of(one: number, other: number): RegionSum {
    const key = `${one} ${other}`;
    const known = this.#sums.get(key) ?? { one, other, sum: new RegionSum() };
    this.#sums.set(key, known);
    return known.sum;
  }

  get all() {
    return this.#sums.values();
  }
}

function findPairs({ subdivision, covers, set, findings }: Looked): void {
  const pairs = covers.reduce((sum, { zones: { length } }) => sum + (length * (length - 1)) / 2, 0);
  if (!findings.takesPairs(pairs)) return;
  const [zonePairs, gapsOverZones, gapPairs] = [new PairSums(), new PairSums(), new PairSums()];
  const sumsOf = covers.map(({ zones, gapRules, rule }) => {
    const sums: RegionSum[] = [];
    for (const [one, other] of pairsOf(zones)) sums.push(zonePairs.of(one, other));
    for (const [one, other] of pairsOf(gapRules)) sums.push(gapPairs.of(one, other));
    if (rule >= 0)
      for (const gap of gapRules) for (const zone of zones) sums.push(gapsOverZones.of(gap, zone));
    return sums;
  });
  subdivision.sets.forEach((number, index) => {
    const cell = subdivision.cells[index];
    for (const sum of sumsOf[number] ?? []) if (cell !== undefined) sum.add(subdivision, cell);
  });
  const kindOf = overlapKinds(covers);
  for (const { one, other, sum } of zonePairs.all) {
    const { region } = sum;
    const kind = kindOf(one, other) ?? (region.isSliver ? 'sliver' : 'crossing');
    findings.zonePair({ one, other, kind, region }, set);
  }
  for (const { one, other, sum } of gapsOverZones.all)
    findings.gapOverZone({ one, other, kind: 'crossing', region: sum.region }, set);
  for (const { one, other, sum } of gapPairs.all)
    findings.gapPair({ one, other, kind: 'crossing', region: sum.region }, set);
}

function* pairsOf(list: readonly number[]): Generator<readonly [number, number]> {
  for (const [index, one] of list.entries()) for (const other of list.slice(index + 1)) yield [one, other];
}

/** Whether two zones cover the same, or one only what the other covers too: from the sets in which each is. */
function overlapKinds(
  covers: readonly Cover[],
): (one: number, other: number) => PlaneOverlapKind | undefined {
  const alone = new Map<number, number>();
  const together = new Map<string, number>();
  for (const { zones } of covers) {
    for (const zone of zones) alone.set(zone, (alone.get(zone) ?? 0) + 1);
    for (const [one, other] of pairsOf(zones))
      together.set(`${one} ${other}`, (together.get(`${one} ${other}`) ?? 0) + 1);
  }
  return (one, other) => {
    const shared = together.get(`${one} ${other}`);
    const [ofOne, ofOther] = [alone.get(one) === shared, alone.get(other) === shared];
    if (ofOne && ofOther) return 'same';
    return ofOne || ofOther ? 'nested' : undefined;
  };
}

/** Gaps that hang together, each with its rule or none. */
function findGaps({ subdivision, covers, model, set, findings }: Looked): void {
  const zones = model.zones.length;
  const ruleOf = subdivision.sets.map((number) => covers[number]?.rule ?? RULE_NONE);
  const isGap = (rule: number) => rule >= zones || rule === RULE_NONE;
  const isOpen = new Uint8Array(ruleOf.length);
  for (const component of componentsOf(
    subdivision,
    ruleOf.map((rule) => (isGap(rule) ? 0 : -1)),
  )) {
    const reaches = component.cells.some((cell) => isAtEnd(subdivision, cell));
    if (reaches) for (const cell of component.cells) isOpen[cell] = 1;
  }
  // RULE_NONE is a kind of its own, so kinds are one higher.
  const kinds = ruleOf.map((rule) => (isGap(rule) ? rule + 1 : -1));
  for (const component of componentsOf(subdivision, kinds)) {
    const sum = new RegionSum();
    for (const index of component.cells) {
      const cell = subdivision.cells[index];
      if (cell !== undefined) sum.add(subdivision, cell);
    }
    findings.gap(
      {
        rule: component.kind - 1,
        isEnclosed: isOpen[component.cells[0] ?? 0] === 0,
        around: around(subdivision, component, ruleOf),
        region: sum.region,
        outline: outlineOf(subdivision, component),
      },
      set,
    );
  }
}

function isAtEnd({ borders }: Subdivision, cell: number): boolean {
  return borders.of(cell).some((border) => borders.across(border, cell) === OUTSIDE);
}

/** The rules that answer next to a component, rising. */
function around(subdivision: Subdivision, component: Component, ruleOf: readonly number[]): number[] {
  const rules = neighboursOf(subdivision, component).map((cell) => ruleOf[cell] ?? RULE_NONE);
  return [...new Set(rules)].filter((rule) => rule >= 0).sort((one, other) => one - other);
}
