import type { Entries, MapContext } from './context.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type Budget, NO_BUDGET, readBudget, readEpoch, readReplaces } from './edition.ts';
import { type Fields, readFields } from './fields.ts';
import { type LimitScope, readLimits } from './limit.ts';
import type { ActionName, MapModel, OverlapPolicy } from './model.ts';
import { readOverlaps } from './overlaps.ts';
import type { RoundedPhase } from './phase.ts';
import type { Place } from './place.ts';
import type { PlaneModel } from './plane-model.ts';
import type { Rounder } from './rounding.ts';
import type { TreeNode } from './tree.ts';
import { readAction, readIdentity } from './values.ts';

/** What sources of lines and of planes have alike. */

const PHASE_PERIOD_NONE = 1;
const DEVICE_GENERIC = 'generic';
const FAULT_DEFAULT: ActionName = 'stop';

/** What could be read of a source. */
export interface ReadSource {
  /** undefined when too much is wrong to judge overlaps and gaps. */
  readonly model: MapModel | PlaneModel | undefined;
  /** False when a zone or gap rule was dropped: a gap may then only seem to be one. */
  readonly complete: boolean;
}

export interface Heading {
  readonly place: Place;
  readonly map: string | undefined;
  readonly device: string | undefined;
  readonly epoch: number | undefined;
  readonly replaces: MapModel['replaces'];
  readonly outside: ActionName | undefined;
  readonly fault: ActionName | undefined;
  readonly budget: Budget | undefined;
  readonly limits: LimitScope | null | undefined;
}

export function readHeading(fields: Fields, diagnostics: Diagnostics): Heading {
  const optional = <Value, Default>(name: string, otherwise: Default, read: (node: TreeNode) => Value) => {
    const node = fields.get(name);
    return node === undefined ? otherwise : read(node);
  };
  const mapNode = fields.need('map');
  const epochNode = fields.need('epoch');
  const epoch = epochNode && readEpoch(epochNode, diagnostics);
  return {
    place: fields.place,
    map: mapNode && readIdentity(mapNode, 'map', diagnostics),
    device: optional('device', DEVICE_GENERIC, (node) => readIdentity(node, 'device', diagnostics)),
    epoch,
    replaces: optional('replaces', [], (node) => readReplaces(node, epoch, diagnostics)),
    outside: optional('outside', FAULT_DEFAULT, (node) => readActionField(node, 'outside', diagnostics)),
    fault: optional('fault', FAULT_DEFAULT, (node) => readActionField(node, 'fault', diagnostics)),
    budget: optional('budget', NO_BUDGET, (node) => readBudget(node, diagnostics)),
    limits: optional('limits', null, (node) => readLimits(node, diagnostics)),
  };
}

/** `outside: { action: stop }` */
function readActionField(node: TreeNode, name: string, diagnostics: Diagnostics): ActionName | undefined {
  const action = readFields(node, name, ['action'], diagnostics)?.need('action');
  return action && readAction(action, `action of ${name}`, diagnostics);
}

/** What lines and planes share of a source. */
export interface SharedParts {
  readonly heading: Heading;
  readonly fields: Fields;
  readonly phase: RoundedPhase | null;
  readonly context: MapContext;
}

export function readOverlapField(
  fields: Fields,
  zones: Entries<Pick<MapModel['zones'][number], 'id'>>,
  diagnostics: Diagnostics,
): OverlapPolicy | undefined {
  const node = fields.get('overlaps');
  return node === undefined ? { kind: 'forbid' } : readOverlaps(node, zones, diagnostics);
}

/** Parts of the heading that are wrong were reported, and do not matter for judging overlaps and gaps. */
export function mapOf(
  heading: Heading,
  phase: RoundedPhase | null,
  { limits, remarks }: MapContext,
  rounders: readonly (Rounder | null)[],
) {
  return {
    place: heading.place,
    map: heading.map ?? '',
    device: heading.device ?? DEVICE_GENERIC,
    epoch: heading.epoch ?? 0,
    replaces: heading.replaces,
    phase: phase?.phase ?? null,
    phasePeriod: phase?.phase.period ?? PHASE_PERIOD_NONE,
    outside: heading.outside ?? FAULT_DEFAULT,
    fault: heading.fault ?? FAULT_DEFAULT,
    budgetSteps: heading.budget?.steps ?? null,
    budgetCycles: heading.budget?.cycles ?? null,
    limitUnit: limits?.unit ?? null,
    roundings: [...rounders, phase?.rounder, limits?.rounder].flatMap((rounder) => rounder?.report() ?? []),
    unused: remarks,
  };
}
