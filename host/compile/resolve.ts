import type { Partition, Rule } from '../body/partition.ts';
import { Diagnostics } from '../source/diagnostics.ts';
import { type MapModel, type MapUnits, UNITS_NONE } from '../source/model.ts';
import { withApproaches } from './approach.ts';
import { Findings } from './findings.ts';
import { zoneOrder } from './order.ts';
import { piecesByPhase } from './pieces.ts';
import { Sweep } from './sweep.ts';
import { WindowList } from './windows.ts';

/**
 * Resolves a model into a partition: every place and phase gets exactly one rule.
 * @throws SourceError naming every overlap that nothing orders, every gap that nothing acknowledges and every gap rule
 *   that lies where it may not.
 */
export function resolve(model: MapModel): Partition {
  const diagnostics = new Diagnostics();
  const partition = resolveInto(model, true, diagnostics);
  diagnostics.throwIfAny();
  return partition;
}

/**
 * The same with mistakes added to `diagnostics`; the partition is of use only if there were none. Holes are reported only
 * for a `complete` model: in another one they may be the places of entries that were dropped.
 */
export function resolveInto(model: MapModel, complete: boolean, diagnostics: Diagnostics): Partition {
  const findings = new Findings(model, diagnostics);
  const order = zoneOrder(model.overlaps, model.zones);
  const list = new WindowList();
  for (const pieces of piecesByPhase(model)) {
    list.append(pieces.from, pieces.to, new Sweep(model, order, pieces, findings).run());
    if (list.excess === undefined) continue;
    findings.tooManyCells(list.excess, pieces.to);
    break;
  }
  if (complete) findings.reportHoles();
  const { map, device, epoch, replaces, axis, phasePeriod, outside, fault, budgetSteps } = model;
  const partition = {
    ...{ map, device, epoch, replaces, axis, phasePeriod, outside, fault, budgetSteps },
    units: unitsOf(model),
    windows: list.windows,
    rules: rulesOf(model),
    zones: model.zones.length,
    approaches: 0,
    overlaps: findings.overlaps,
    overlapsOmitted: findings.overlapsOmitted,
    notes: {
      roundings: model.roundings,
      unused: model.unused,
      approach: model.approach,
      marks: model.marks,
    },
  };
  // Only where every place has its rule is it known where a limit falls.
  if (model.approach === null || diagnostics.count > 0) return partition;
  const approached = withApproaches(partition, model.approach, findings);
  findings.reportBrakingGaps();
  return approached;
}

function unitsOf({ limitUnit, phase }: MapModel): MapUnits {
  if (phase === null) return { ...UNITS_NONE, limit: limitUnit };
  return { limit: limitUnit, phase: { unit: phase.unit, scale: phase.scale } };
}

function rulesOf(model: MapModel): Rule[] {
  const zones = model.zones.map(({ id, tier, limit }): Rule => ({ kind: 'zone', id, tier, limit }));
  const gaps = model.gapRules.map(({ id, action, limit }): Rule => ({ kind: 'gap', id, action, limit }));
  return [...zones, ...gaps];
}
