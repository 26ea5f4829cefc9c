import type pg from 'pg';
import type { CellStand, CellState } from '../cell/state.ts';
import type { OutboxOrder } from '../exchange/store.ts';
import type { PlannedCell } from '../plan/plan.ts';
import { turnRollout as turnMachine } from '../rollout/rollout.ts';
import { isOpenCell, type RolloutCell, type RolloutState } from '../rollout/state.ts';
import { heldCells } from '../store/bundles.ts';
import { putIn, reserveIdsIn } from '../store/exchange.ts';
import { raise } from '../store/incidents.ts';
import {
  hear,
  type KeptRollout,
  loadPlanned,
  loadRollout,
  loadStands,
  nowMsOf,
  saveCell,
  saveRollout,
} from '../store/rollouts.ts';
import { postingsOf } from './cell-turn.ts';
import { turnPlanning } from './planning.ts';
import { asLeader, OVER, type Plant, rolloutKey, type Turn, worldOf } from './plant.ts';

/**
 * One turn of a rollout: what people said is heard, cells whose turn it is begin, and all that is written in one transaction. Cells take
 * their own turns; here it only matters where they stand.
 */

export interface RolloutName {
  readonly rollout: number;
  readonly run: number;
}

export async function turnRollout(plant: Plant, { rollout, run }: RolloutName): Promise<Turn> {
  const key = `rollout/${rolloutKey(rollout, run)}`;
  plant.bell.look(key);
  const turn = await asLeader(plant, async (client) => {
    const kept = await loadRollout(client, rollout, true);
    if (kept === null || kept.run !== run || kept.stage === 'over') return OVER;
    return kept.stage === 'planning' ? turnPlanning(client, plant, kept, key) : advance(client, plant, kept);
  });
  if (turn.over) {
    plant.bell.forget(key);
    plant.planned.delete(rollout);
  }
  return turn;
}

/** Somebody said something to a rollout that is over: it goes on, as another run. */
export async function reopenRollout(plant: Plant, rollout: number): Promise<void> {
  await asLeader(plant, async (client) => {
    const kept = await loadRollout(client, rollout, true);
    if (kept?.stage === 'over') await saveRollout(client, { ...kept, stage: 'running', run: kept.run + 1 });
  });
}

/** A rollout whose turns fail for good begins no cell any more. */
export async function giveUpRollout(plant: Plant, { rollout, run }: RolloutName, why: string): Promise<void> {
  await asLeader(plant, async (client) => {
    const kept = await loadRollout(client, rollout, true);
    if (kept === null || kept.run !== run || kept.stage === 'over') return;
    const words = `Rollout ${rollout} could not be driven any further: ${why}.`;
    const remedy =
      'Report what this server printed; cells that began go to their end. Then resume it, or begin another.';
    const key = `stalled/${rolloutKey(rollout, run)}`;
    await raise(client, [{ key, rollout, cell: '', kind: 'stalled', words, remedy }]);
    await saveRollout(client, { ...kept, stage: 'over', mode: 'halted', why });
  });
}

async function advance(client: pg.PoolClient, plant: Plant, kept: KeptRollout): Promise<Turn> {
  const says = await hear(client, kept.id);
  const nowMs = await nowMsOf(client);
  // The row of ids is held from here on, so that what is given below is reserved.
  const nextId = await reserveIdsIn(client, 0);
  const planned = plant.planned.get(kept.id) ?? (await loadPlanned(client, kept.id));
  plant.planned.set(kept.id, planned);
  const before = await loadStands(client, kept, planned, nextId);
  const held = await heldCells(client, nowMs);
  const step = turnMachine(before, worldOf(plant, kept.content.limits, held), nowMs, says);
  const after = step.state;
  await reserveIdsIn(client, after.nextId - nextId);
  // Only cells that began now ask for anything.
  const begun = after.cells.filter((each, at) => each !== before.cells[at]);
  for (const cell of begun) await saveBegun(client, kept.id, cell);
  await raise(
    client,
    step.incidents.map((incident, index) => ({
      ...{ ...incident, key: `${rolloutKey(kept.id, kept.run)}/${nowMs}/${index}`, rollout: kept.id },
    })),
  );
  const isOver = isEnded(after);
  const { mode, why, forgiven } = after;
  const stage = isOver ? 'over' : 'running';
  await saveRollout(client, { ...kept, stage, mode, why, content: { ...kept.content, forgiven } });
  await putIn(
    client,
    begun.flatMap(({ planned: cell }) => postingsOf(cell, ordersOf(cell, step.orders))),
  );
  return { over: isOver, waitMs: step.wakeMs === null ? null : step.wakeMs - nowMs };
}

function ordersOf({ members }: PlannedCell, orders: readonly OutboxOrder[]): OutboxOrder[] {
  const names = new Set(members.map(({ controller }) => controller));
  return orders.filter(({ controller }) => names.has(controller));
}

/** One that halted waits for a person as long as cells wait; so does one that is paused. */
function isEnded({ mode, cells }: RolloutState<CellStand>): boolean {
  if (cells.some(isOpenCell)) return false;
  return mode === 'aborted' || cells.every(({ state }) => state !== null);
}

async function saveBegun(
  client: pg.PoolClient,
  rollout: number,
  { planned, tries, state }: RolloutCell<CellStand>,
): Promise<void> {
  const begun = state === null ? null : requireWhole(state);
  await saveCell(client, { rollout, cell: planned.cell, tries, state: begun }, begun === null ? null : 0);
}

/** A cell that the machine changed is one that it began, so all of its state is there. */
function requireWhole(state: CellStand): CellState {
  if ('members' in state) return state as CellState;
  throw new TypeError('a cell that begins has its whole state');
}
