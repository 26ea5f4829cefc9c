import type { CellLimits, CellStand, CellState, Incident } from '../cell/state.ts';
import type { Order } from '../order/order.ts';
import type { PlannedCell } from '../plan/plan.ts';

/** A rollout: cells in their order, and what became of each. Plain data, like a cell. */

export interface RolloutLimits {
  readonly cell: CellLimits;
  /** Cells that go first; the others wait until all of these are confirmed. */
  readonly canaries: number;
  /** Cells that are changed at once: in all, of a gateway, of a site. */
  readonly atOnce: number;
  readonly aGateway: number;
  readonly aSite: number;
  /** When more cells than this ended otherwise than confirmed, no further one begins. One that could not be reached counts. */
  readonly failures: number;
}

/** `Stand`: how much of a cell is known; where it stands is enough to say whose turn it is. */
export interface RolloutCell<Stand extends CellStand = CellState> {
  readonly planned: PlannedCell;
  /** Null: it did not begin. */
  readonly state: Stand | null;
  /** How often it began. */
  readonly tries: number;
}

/** `planning`: controllers are read. `running`: cells have their turns. `over`: nothing more happens by itself. */
export type RolloutStage = 'planning' | 'running' | 'over';

/**
 * `running`: cells begin as limits allow. `paused`: none begins until somebody resumes. `halted`: none begins, because too many failed, or
 * a canary did. `aborted`: none will begin. Cells that began go to their end in each of these, since half-way is the worst place.
 */
export type RolloutMode = 'running' | 'paused' | 'halted' | 'aborted';

export interface RolloutState<Stand extends CellStand = CellState> {
  readonly mode: RolloutMode;
  /** Why it is halted, a sentence; empty otherwise. */
  readonly why: string;
  readonly cells: readonly RolloutCell<Stand>[];
  /** Cells that failed before somebody resumed: they count no more. */
  readonly forgiven: readonly string[];
  readonly nextId: number;
}

/** What people say to a rollout. */
export type Say =
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'abort' }
  /** A cell that was left untouched, went back or is stuck begins anew; a rollout that was halted goes on with it. */
  | { readonly kind: 'retry'; readonly cell: string };

export interface RolloutStep<Stand extends CellStand = CellState> {
  readonly state: RolloutState<Stand>;
  readonly orders: readonly Omit<Order, 'fence'>[];
  readonly incidents: readonly Incident[];
  readonly wakeMs: number | null;
}

/** Until when machines of a site may be changed, in milliseconds since 1970; or from when on, if not now. */
export type Windows = (
  site: string,
  nowMs: number,
) => { readonly fromMs: number; readonly untilMs: number } | null;

type Standing = Pick<RolloutCell<CellStand>, 'state'>;

export function isOpenCell({ state }: Standing): boolean {
  return state !== null && state.phase !== 'end';
}

/** A cell that ended, and otherwise than it should. */
export function hasFailed({ state }: Standing): boolean {
  return state?.phase === 'end' && state.outcome !== 'confirmed';
}

/** Whether it makes sense to begin it anew. */
export function mayRetry(cell: Standing): boolean {
  return hasFailed(cell) && cell.state?.outcome !== 'forward' && cell.state?.outcome !== 'superseded';
}

export function isConfirmed({ state }: Standing): boolean {
  return state?.outcome === 'confirmed';
}

/** Whether nothing more will happen by itself. */
export function isRolloutOver({ mode, cells }: RolloutState): boolean {
  if (cells.some(isOpenCell)) return false;
  return mode === 'halted' || mode === 'aborted' || cells.every(({ state }) => state !== null);
}
