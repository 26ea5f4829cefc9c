import type { Rule } from '../../body/partition.ts';
import type { GapRuleModel, ZoneModel } from '../../source/model.ts';

/** The rules of a map as an image has them: zones, then gap rules, in the order of the source. */
export function rulesOf(model: {
  readonly zones: readonly Pick<ZoneModel, 'id' | 'tier' | 'limit'>[];
  readonly gapRules: readonly Pick<GapRuleModel, 'id' | 'action' | 'limit'>[];
}): Rule[] {
  const zones = model.zones.map(({ id, tier, limit }): Rule => ({ kind: 'zone', id, tier, limit }));
  const gaps = model.gapRules.map(({ id, action, limit }): Rule => ({ kind: 'gap', id, action, limit }));
  return [...zones, ...gaps];
}
