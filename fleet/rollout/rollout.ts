import { beginCell, stepCell } from '../cell/machine.ts';
import type { CellLimits, CellPlan, CellStand, CellState, Incident, Step } from '../cell/state.ts';
import type { Order, Report } from '../order/order.ts';
import type { Plan, PlannedCell } from '../plan/plan.ts';
import {
  hasFailed,
  isConfirmed,
  isOpenCell,
  mayRetry,
  type RolloutCell,
  type RolloutLimits,
  type RolloutState,
  type RolloutStep,
  type Say,
  type Windows,
} from './state.ts';

/**
 * The machine of a rollout: canary cells first, then as many at once as gateways and sites may have, until all had their turn or too many
 * failed. Pure, as the machine of a cell is: moments and windows are passed in.
 */

export interface RolloutWorld {
  readonly limits: RolloutLimits;
  readonly windows: Windows;
}

/** `firstId`: above all ids that were given to these controllers before. */
export function beginRollout(plan: Plan, world: RolloutWorld, nowMs: number, firstId: number): RolloutStep {
  const cells = plan.cells.map((planned): RolloutCell => ({ planned, state: null, tries: 0 }));
  return advance(
    { mode: 'running', why: '', cells, forgiven: [], nextId: firstId },
    world,
    nowMs,
    new Collected(),
  );
}

/** A report, or only the time. */
export function stepRollout(
  state: RolloutState,
  world: RolloutWorld,
  nowMs: number,
  report: Report | null,
): RolloutStep {
  const collected = new Collected();
  const cells = state.cells.map((cell): RolloutCell => {
    if (cell.state === null || !isOpenCell(cell)) return cell;
    const isMeant =
      report !== null && cell.planned.members.some(({ controller }) => controller === report.controller);
    return {
      ...cell,
      state: collected.take(
        stepCell(cell.state, cellLimits(cell.planned, world, nowMs), nowMs, isMeant ? report : null),
      ),
    };
  });
  return advance({ ...state, cells }, world, nowMs, collected);
}

/** Something that a person said. What makes no sense now changes nothing. */
export function sayToRollout(state: RolloutState, world: RolloutWorld, nowMs: number, say: Say): RolloutStep {
  return stepRollout(heard(state, say), world, nowMs, null);
}

/**
 * The same for who keeps cells apart and steps them there: of each cell it needs to know only where it stands. A cell that begins has all
 * of its state in what is given back; `wakeMs` is when a window opens.
 */
export function turnRollout(
  state: RolloutState<CellStand>,
  world: RolloutWorld,
  nowMs: number,
  says: readonly Say[],
): RolloutStep<CellStand> {
  const collected = new Collected();
  const step = advance(says.reduce(heard<CellStand>, state), world, nowMs, collected);
  const wakes = opensAt(step.state, world, nowMs);
  return { ...step, wakeMs: wakes.length === 0 ? null : Math.max(nowMs + 1, Math.min(...wakes)) };
}

function heard<Stand extends CellStand>(state: RolloutState<Stand>, say: Say): RolloutState<Stand> {
  const { mode, cells } = state;
  switch (say.kind) {
    case 'pause':
      return mode === 'running' ? { ...state, mode: 'paused' } : state;
    case 'resume':
      if (mode === 'running' || mode === 'aborted') return state;
      return {
        ...state,
        mode: 'running',
        why: '',
        forgiven: cells.filter(hasFailed).map(({ planned }) => planned.cell),
      };
    case 'abort':
      return { ...state, mode: 'aborted', why: '' };
    case 'retry':
      return retried(state, say.cell);
  }
}

function retried<Stand extends CellStand>(state: RolloutState<Stand>, name: string): RolloutState<Stand> {
  const { mode, cells, forgiven } = state;
  const found = cells.find(({ planned }) => planned.cell === name);
  if (found === undefined || mode === 'aborted' || !mayRetry(found)) return state;
  return {
    ...state,
    mode: mode === 'halted' ? 'running' : mode,
    why: '',
    cells: cells.map((cell) => (cell === found ? { ...cell, state: null } : cell)),
    forgiven: [
      ...new Set([...forgiven, ...cells.filter(hasFailed).map(({ planned }) => planned.cell)]),
    ].filter((cell) => cell !== name),
  };
}

/** What the steps of cells come to. */
class Collected {
  readonly orders: Omit<Order, 'fence'>[] = [];
  readonly incidents: Incident[] = [];
  readonly wakes: number[] = [];

  take(step: Step): Step['state'] {
    this.orders.push(...step.orders);
    this.incidents.push(...step.incidents);
    if (step.wakeMs !== null) this.wakes.push(step.wakeMs);
    return step.state;
  }
}

/** Halts, or begins the cells whose turn it is. */
function advance<Stand extends CellStand>(
  given: RolloutState<Stand>,
  world: RolloutWorld,
  nowMs: number,
  collected: Collected,
): RolloutStep<Stand | CellState> {
  let state: RolloutState<Stand | CellState> = halted(given, world.limits, collected);
  for (let at = 0; at < state.cells.length && state.mode === 'running'; at++) {
    const cell = state.cells[at];
    if (cell === undefined || cell.state !== null || !mayBegin(state, at, cell.planned, world, nowMs))
      continue;
    state = begin(state, at, cell, world, nowMs, collected);
  }
  const wakes = [...collected.wakes, ...opensAt(state, world, nowMs)];
  return {
    state,
    orders: collected.orders,
    incidents: collected.incidents,
    wakeMs: wakes.length === 0 ? null : Math.max(nowMs + 1, Math.min(...wakes)),
  };
}

function begin<Stand extends CellStand>(
  state: RolloutState<Stand | CellState>,
  at: number,
  cell: RolloutCell<Stand | CellState>,
  world: RolloutWorld,
  nowMs: number,
  collected: Collected,
): RolloutState<Stand | CellState> {
  const plan = cellPlan(cell, state.nextId);
  const begun = collected.take(beginCell(plan, cellLimits(cell.planned, world, nowMs), nowMs));
  const cells = state.cells.map((other, index) =>
    index === at ? { ...cell, state: begun, tries: cell.tries + 1 } : other,
  );
  return { ...state, cells, nextId: state.nextId + IDS_A_CELL };
}

/** More orders than a cell can give: every phase of every round and repair, each tried to the last, for all members. */
const IDS_A_CELL = 1_000_000;

function cellPlan({ planned, tries }: Pick<RolloutCell, 'planned' | 'tries'>, firstId: number): CellPlan {
  return {
    cell: planned.cell,
    firstId,
    again: tries > 0,
    members: planned.members.map(({ controller, wanted: { edition, reissue } }) => ({
      controller,
      edition: edition.hash,
      reissue: reissue.hash,
    })),
  };
}

/** No machine is waited for beyond the window of its site. */
export function cellLimits(
  { site }: PlannedCell,
  { limits, windows }: RolloutWorld,
  nowMs: number,
): CellLimits {
  const opening = windows(site, nowMs);
  if (opening === null || opening.fromMs > nowMs) return limits.cell;
  return { ...limits.cell, parkedMs: Math.min(limits.cell.parkedMs, opening.untilMs - nowMs) };
}

function halted<Stand extends CellStand>(
  state: RolloutState<Stand>,
  limits: RolloutLimits,
  collected: Collected,
): RolloutState<Stand> {
  if (state.mode !== 'running') return state;
  const failed = state.cells.filter((cell) => hasFailed(cell) && !state.forgiven.includes(cell.planned.cell));
  const canary = failed.find((cell) => state.cells.indexOf(cell) < limits.canaries);
  const [last] = failed.slice(-1);
  if (last === undefined || (canary === undefined && failed.length <= limits.failures)) return state;
  const cell = (canary ?? last).planned.cell;
  const why =
    canary === undefined
      ? `${failed.length} cells failed, more than ${limits.failures}`
      : `the canary cell ${cell} failed`;
  const remedy = 'See why with `fleet why`, then resume or abort.';
  collected.incidents.push({ kind: 'halted', cell, words: `No further cell begins: ${why}.`, remedy });
  return { ...state, mode: 'halted', why };
}

function mayBegin(
  { cells }: RolloutState<CellStand>,
  at: number,
  planned: PlannedCell,
  { limits, windows }: RolloutWorld,
  nowMs: number,
): boolean {
  const open = cells.filter(isOpenCell);
  if (open.length >= limits.atOnce) return false;
  const canaries = cells.slice(0, limits.canaries);
  if (at >= limits.canaries && !canaries.every((cell) => isConfirmed(cell) || hasFailed(cell))) return false;
  if (open.filter((cell) => cell.planned.site === planned.site).length >= limits.aSite) return false;
  const gateways = ({ members }: PlannedCell) => new Set(members.map(({ gateway }) => gateway));
  const taken = open.map((cell) => gateways(cell.planned));
  const isFull = (gateway: string) => taken.filter((of) => of.has(gateway)).length >= limits.aGateway;
  if ([...gateways(planned)].some(isFull)) return false;
  const opening = windows(planned.site, nowMs);
  return opening !== null && opening.fromMs <= nowMs;
}

/** When windows open for which a cell waits. */
function opensAt(state: RolloutState<CellStand>, { windows }: RolloutWorld, nowMs: number): number[] {
  if (state.mode !== 'running') return [];
  const sites = new Set(state.cells.filter((cell) => cell.state === null).map(({ planned }) => planned.site));
  return [...sites].flatMap((site) => {
    const opening = windows(site, nowMs);
    return opening !== null && opening.fromMs > nowMs ? [opening.fromMs] : [];
  });
}
