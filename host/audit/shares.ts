import { numberedLists } from '../body/found-in-lists.ts';
import type { Cell, Partition } from '../body/partition.ts';
import { ACTION_NAMES } from '../format.ts';
import type { ActionName } from '../source/model.ts';

/** How much of a map belongs to what: parts of all places and phases, 0 to 1. */

export interface TierShare {
  readonly tier: number;
  readonly share: number;
}

export interface ActionShare {
  readonly action: ActionName;
  readonly share: number;
}

export interface WindowShares {
  readonly phaseFrom: number;
  readonly phaseTo: number;
  /** Covered part of the axis, 0 to 1. */
  readonly share: number;
  /** The same by tier, the highest first; tiers that cover nothing here are left out. */
  readonly tiers: readonly TierShare[];
}

export interface Shares {
  /** Covered part of all places and phases. */
  readonly coverage: number;
  readonly windows: readonly WindowShares[];
  /** Covered parts by tier, the highest first. */
  readonly tiers: readonly TierShare[];
  /** Gap parts by action, in the order of the action codes; actions of no gap are left out. */
  readonly actions: readonly ActionShare[];
  /** By rule. */
  readonly rules: readonly number[];
}

const TIERS = 256;

/** Measures a partition, in one pass over the cells of its lists. */
export function measureShares(partition: Partition): Shares {
  const { phasePeriod, rules } = partition;
  const { lists, ranges } = numberedLists(partition.windows);
  const phasesOf = new Float64Array(lists.length);
  for (const { from, to, list } of ranges) phasesOf[list] = (phasesOf[list] ?? 0) + (to - from) / phasePeriod;
  const ofRule = new Float64Array(rules.length);
  const ofList = lists.map((cells, list) => measureList(partition, cells, phasesOf[list] ?? 0, ofRule));
  const windows = ranges.map(({ from, to, list }) => ({
    phaseFrom: from,
    phaseTo: to,
    ...(ofList[list] ?? { share: 0, tiers: [] }),
  }));
  const coverage = ofList.reduce((sum, { share }, list) => sum + share * (phasesOf[list] ?? 0), 0);
  const tiers = new Float64Array(TIERS);
  rules.forEach((rule, index) => {
    if (rule.kind !== 'gap') tiers[rule.tier] = (tiers[rule.tier] ?? 0) + (ofRule[index] ?? 0);
  });
  return {
    ...{ coverage, windows },
    tiers: tierShares(tiers, 1),
    actions: actionShares(partition, ofRule),
    rules: [...ofRule],
  };
}

/** Measures a list that holds in a part `phaseShare` of all phases, and adds to the parts of its rules. */
function measureList(
  { axis, rules }: Partition,
  cells: readonly Cell[],
  phaseShare: number,
  ofRule: Float64Array,
): Pick<WindowShares, 'share' | 'tiers'> {
  const length = axis.max - axis.min;
  const tierLengths = new Float64Array(TIERS);
  let coveredLength = 0;
  for (const { from, to, rule: index } of cells) {
    const rule = rules[index];
    // An approach is a part of its zone.
    const owner = rule?.kind === 'approach' ? rule.zone : index;
    ofRule[owner] = (ofRule[owner] ?? 0) + ((to - from) / length) * phaseShare;
    if (rule === undefined || rule.kind === 'gap') continue;
    coveredLength += to - from;
    tierLengths[rule.tier] = (tierLengths[rule.tier] ?? 0) + to - from;
  }
  return { share: coveredLength / length, tiers: tierShares(tierLengths, length) };
}

/** Amounts by tier as parts of `whole`, the highest tier first. */
function tierShares(amounts: Float64Array, whole: number): TierShare[] {
  return [...amounts.entries()]
    .filter(([, amount]) => amount > 0)
    .map(([tier, amount]) => ({ tier, share: amount / whole }))
    .reverse();
}

function actionShares({ rules }: Partition, ofRule: Float64Array): ActionShare[] {
  const shares = new Map<ActionName, number>();
  rules.forEach((rule, index) => {
    const share = ofRule[index] ?? 0;
    if (rule.kind === 'gap' && share > 0) shares.set(rule.action, (shares.get(rule.action) ?? 0) + share);
  });
  return ACTION_NAMES.flatMap((action) => {
    const share = shares.get(action);
    return share === undefined ? [] : [{ action, share }];
  });
}
