import type { Random } from '../../sim/drill/random.ts';
import type { CutKind } from '../../sim/drill/sim-device.ts';
import { FAULT_PHASES, type FaultPhase, REQUESTS_MOST } from '../sim/faults.ts';

/** What a drill does to a plant: each kind once, at a moment that the seed gives. */

/** What happens, for people. */
export const DRILL_FAULTS = {
  'server killed': 'the server is killed, and another one starts',
  'server followed': 'another server leads, and the one before goes on',
  'database gone': 'the database cannot be reached',
  'gateway killed': 'a gateway is killed, and comes back',
  'network cut': 'a gateway cannot reach the server',
  'journal full': 'the disk of a gateway is full',
  'clock ahead': 'the clock of a gateway jumps ahead by two years',
  'clock behind': 'the clock of a gateway jumps back by two years',
  cable: 'the cable of a controller is pulled',
  'swapped cables': 'the cables of two controllers are swapped',
  'machine moves': 'a machine moves',
  'power cut': 'a controller loses its power',
  'reports twice': 'results come twice',
  'reports late': 'results come late',
} as const;

export type DrillFault = keyof typeof DRILL_FAULTS;
export const DRILL_KINDS = Object.keys(DRILL_FAULTS) as readonly DrillFault[];

export interface PlannedFault {
  readonly kind: DrillFault;
  /** It strikes at this request of this phase, or at the first one after the phase. */
  readonly phase: FaultPhase;
  readonly request: number;
  readonly lastsMs: number;
  /** With power: at which operation of flash from then on, and how it is torn; null: at once. */
  readonly cut: { readonly operation: number; readonly kind: CutKind } | null;
}

const LASTS_MS = { least: 5000, most: 40_000 };

export function planFault(kind: DrillFault, random: Random): PlannedFault {
  const phase = random.pick(FAULT_PHASES);
  const atOnce = random.onceIn(3);
  return {
    kind,
    phase,
    request: random.below(REQUESTS_MOST[phase]),
    lastsMs: random.between(LASTS_MS.least, LASTS_MS.most),
    cut: atOnce
      ? null
      : { operation: random.below(3), kind: random.pick(['before', 'inside', 'after'] as const) },
  };
}

/** Whether a phase, by its name, comes after another in a cell without a fault; repairs come after all. */
export function isAfter(phase: string, other: FaultPhase): boolean {
  const at = FAULT_PHASES.indexOf(phase as FaultPhase);
  return at < 0 || at > FAULT_PHASES.indexOf(other);
}
