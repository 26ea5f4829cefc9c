import type { ListedPhases } from '../body/found-in-lists.ts';
import type { Cell, Partition, PhaseWindow, Rule } from '../body/partition.ts';
import { Diagnostics } from '../source/diagnostics.ts';
import { type MapModel, type MapUnits, UNITS_NONE } from '../source/model.ts';
import { withApproaches } from './approach.ts';
import { Findings } from './findings.ts';
import { zoneOrder } from './order.ts';
import { PiecesOfSets, phaseSets } from './pieces.ts';
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
  const { windows, ranges } = windowsOf(model, findings);
  if (complete) findings.reportHoles(ranges);
  const { map, device, epoch, replaces, axis, phasePeriod, outside, fault, budgetSteps, budgetCycles } =
    model;
  const partition = {
    ...{ map, device, epoch, replaces, axis, phasePeriod, outside, fault, budgetSteps, budgetCycles },
    units: unitsOf(model),
    windows,
    rules: rulesOf(model),
    zones: model.zones.length,
    approaches: 0,
    ...findings.overlapsIn(ranges),
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

/** The cells of every phase, and by what set of zones and gap rules they were found: what holds in many ranges is looked at once. */
function windowsOf(
  model: MapModel,
  findings: Findings,
): { windows: readonly PhaseWindow[]; ranges: readonly ListedPhases[] } {
  const { ranges, excess } = phaseSets(model);
  if (excess !== undefined) {
    findings.tooManyPieces(excess.most, excess.phase);
    return { windows: [], ranges: [] };
  }
  const order = zoneOrder(model.overlaps, model.zones);
  const pieces = new PiecesOfSets(model);
  const anywhere = model.gapRules.findIndex(({ at }) => at === null);
  const list = new WindowList();
  const known: (readonly Cell[])[] = [];
  for (const range of ranges) {
    const cells =
      known[range.set] ?? list.share(new Sweep({ model, order, findings, anywhere }, pieces.of(range)).run());
    known[range.set] = cells;
    list.append(range.from, range.to, cells);
    if (list.excess === undefined) continue;
    findings.tooManyCells(list.excess, range.to);
    break;
  }
  return { windows: list.windows, ranges: ranges.map(({ from, to, set }) => ({ from, to, list: set })) };
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
