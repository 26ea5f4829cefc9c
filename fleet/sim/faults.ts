import type { Random } from '../../sim/drill/random.ts';
import type { CutKind } from '../../sim/drill/sim-device.ts';
import type { Phase } from '../cell/state.ts';

/** What goes wrong in a simulated plant, when, and for how long. */

export const FAULTS = [
  'power cut',
  'machine moves',
  'gateway gone',
  'cable',
  'server killed',
  'duplicated',
  'late',
  'stale fence',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** Phases of a cell without a fault; a second fault may find it in a repair. */
export const FAULT_PHASES = [
  'stage',
  'gather',
  'open',
  'mark',
  'ready',
  'close',
  'trial',
  'confirm',
  'verify',
] as const satisfies readonly Phase[];
export type FaultPhase = (typeof FAULT_PHASES)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** It strikes at this request of this phase, counted over all members from 0. */
  readonly phase: FaultPhase | 'repair';
  readonly request: number;
  /** How long it lasts, in milliseconds. */
  readonly lastsMs: number;
  /** With power: the operation of flash from then on, and how it is torn; null: at once. */
  readonly cut: { readonly operation: number; readonly kind: CutKind } | null;
}

export const REQUESTS_MOST: Readonly<Record<FaultPhase, number>> = {
  stage: 24,
  gather: 4,
  open: 12,
  mark: 12,
  ready: 4,
  close: 16,
  trial: 4,
  confirm: 24,
  verify: 4,
};
const LASTS_MS = { least: 50, most: 20_000 };

/** A fault of any kind in any phase; the second one may be one that strikes in a repair. */
export function drawFault(random: Random, isSecond: boolean): Fault {
  const phase = isSecond && random.onceIn(2) ? 'repair' : random.pick(FAULT_PHASES);
  const atOnce = random.onceIn(2);
  return {
    kind: random.pick(FAULTS),
    phase,
    request: random.below(phase === 'repair' ? 60 : REQUESTS_MOST[phase]),
    lastsMs: random.between(LASTS_MS.least, LASTS_MS.most),
    cut: atOnce
      ? null
      : { operation: random.below(3), kind: random.pick(['before', 'inside', 'after'] as const) },
  };
}
