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

/** How often it is looked whether a cell is held back still. */
const HELD_LOOK_MS = 5000;

export interface RolloutWorld {
  readonly limits: RolloutLimits;
  readonly windows: Windows;
  /** Cells that are not begun, because somebody carries to them what is signed. */
  readonly held?: { has(cell: string): boolean };
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
  const before = halted(given, world.limits, collected);
  const cells: RolloutCell<Stand | CellState>[] = [...before.cells];
  const room = new Room(cells, world, nowMs);
  let { nextId } = before;
  for (const [at, cell] of before.mode === 'running' ? cells.entries() : []) {
    if (room.isFull) break;
    if (cell.state !== null || !room.isThereFor(cell.planned, at)) continue;
    const limits = cellLimits(cell.planned, world, nowMs);
    const begun = collected.take(beginCell(cellPlan(cell, nextId), limits, nowMs));
    cells[at] = { ...cell, state: begun, tries: cell.tries + 1 };
    nextId += IDS_A_CELL;
    room.take(cell.planned);
  }
  const state = { ...before, cells, nextId };
  const wakes = [...collected.wakes, ...opensAt(state, world, nowMs)];
  return {
    state,
    orders: collected.orders,
    incidents: collected.incidents,
    wakeMs: wakes.length === 0 ? null : Math.max(nowMs + 1, Math.min(...wakes)),
  };
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

/** Which further cells may begin: counted once, however many there are. */
class Room {
  readonly #world: RolloutWorld;
  readonly #nowMs: number;
  readonly #areCanariesOver: boolean;
  #open = 0;
  readonly #sites = new Map<string, number>();
  readonly #gateways = new Map<string, number>();
  /** Whether the window of a site is open. */
  readonly #isOpen = new Map<string, boolean>();

  constructor(cells: readonly RolloutCell<CellStand>[], world: RolloutWorld, nowMs: number) {
    this.#world = world;
    this.#nowMs = nowMs;
    const canaries = cells.slice(0, world.limits.canaries);
    this.#areCanariesOver = canaries.every((cell) => isConfirmed(cell) || hasFailed(cell));
    for (const cell of cells) if (isOpenCell(cell)) this.take(cell.planned);
  }

  get isFull(): boolean {
    return this.#open >= this.#world.limits.atOnce;
  }

  /** `at`: the place of the cell among all. */
  isThereFor({ cell, site, members }: PlannedCell, at: number): boolean {
    const { limits, held } = this.#world;
    if (at >= limits.canaries && !this.#areCanariesOver) return false;
    if ((this.#sites.get(site) ?? 0) >= limits.aSite || held?.has(cell) === true) return false;
    if (members.some(({ gateway }) => (this.#gateways.get(gateway) ?? 0) >= limits.aGateway)) return false;
    return this.#isSiteOpen(site);
  }

  /** A cell begins, or began. */
  take({ site, members }: PlannedCell): void {
    this.#open++;
    this.#sites.set(site, (this.#sites.get(site) ?? 0) + 1);
    for (const gateway of new Set(members.map((member) => member.gateway)))
      this.#gateways.set(gateway, (this.#gateways.get(gateway) ?? 0) + 1);
  }

  #isSiteOpen(site: string): boolean {
    const known = this.#isOpen.get(site);
    if (known !== undefined) return known;
    const opening = this.#world.windows(site, this.#nowMs);
    const isOpen = opening !== null && opening.fromMs <= this.#nowMs;
    this.#isOpen.set(site, isOpen);
    return isOpen;
  }
}

/** When windows open for which a cell waits, and when it is looked again whether one is held back still. */
function opensAt(state: RolloutState<CellStand>, { windows, held }: RolloutWorld, nowMs: number): number[] {
  if (state.mode !== 'running') return [];
  const waiting = state.cells.filter((cell) => cell.state === null).map(({ planned }) => planned);
  const opens = [...new Set(waiting.map(({ site }) => site))].flatMap((site) => {
    const opening = windows(site, nowMs);
    return opening !== null && opening.fromMs > nowMs ? [opening.fromMs] : [];
  });
  const isHeld = waiting.some(({ cell }) => held?.has(cell) === true);
  return isHeld ? [...opens, nowMs + HELD_LOOK_MS] : opens;
}
