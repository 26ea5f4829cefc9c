import type { PlaneModel } from '../source/plane-model.ts';
import type { ZoneOrder } from './order.ts';

/** Which rule answers where a set of zones and located gap rules covers a place of a plane, and what is wrong with that. */

/** No rule answers. */
export const RULE_NONE = -1;

export interface Cover {
  /** Zones in the order of the source; none where a gap rule cuts them. */
  readonly zones: readonly number[];
  /** Gap rules with a place, in the order of the source. */
  readonly gapRules: readonly number[];
  /** Index into the rules, or RULE_NONE. */
  readonly rule: number;
}

/** `owners`: zones, then numbers of gap rules behind them; rising. */
export function coverOf(
  { zones, gapRules }: PlaneModel,
  order: ZoneOrder,
  owners: readonly number[],
  anywhere: number,
): Cover {
  const first = zones.length;
  const gaps = owners.filter((owner) => owner >= first).map((owner) => owner - first);
  const cutting = gaps.find((gap) => gapRules[gap]?.cuts);
  if (cutting !== undefined) return { zones: [], gapRules: gaps, rule: first + cutting };
  const covering = owners.filter((owner) => owner < first);
  let winner = covering[0];
  for (const zone of covering)
    if (winner !== undefined && order.rankOf(zone) > order.rankOf(winner)) winner = zone;
  const gap = gaps[0] ?? (anywhere < 0 ? undefined : anywhere);
  return {
    zones: covering,
    gapRules: gaps,
    rule: winner ?? (gap === undefined ? RULE_NONE : first + gap),
  };
}
