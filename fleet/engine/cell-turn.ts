import type pg from 'pg';
import { stepCell } from '../cell/machine.ts';
import type { CellState, GivenUp, Incident, Step } from '../cell/state.ts';
import type { OutboxOrder, Posting } from '../exchange/store.ts';
import type { PlannedCell } from '../plan/plan.ts';
import { cellLimits } from '../rollout/rollout.ts';
import { putIn, withdrawIn } from '../store/exchange.ts';
import { bury, raise } from '../store/incidents.ts';
import { takeReports } from '../store/reports.ts';
import { type KeptCell, loadCell, loadRollout, nowMsOf, saveCell } from '../store/rollouts.ts';
import { asLeader, cellKey, OVER, type Plant, type Turn, worldOf } from './plant.ts';

/**
 * One turn of a cell: what was reported is taken, the machine steps, and state, orders, incidents and dead letters are written, all in one
 * transaction. A turn that comes again finds nothing reported and asks nothing twice.
 */

export interface CellName {
  readonly rollout: number;
  readonly cell: string;
  /** Which try; a turn of an earlier one is over. */
  readonly tries: number;
}

export async function turnCell(plant: Plant, name: CellName): Promise<Turn> {
  const key = cellKey(name.rollout, name.cell, name.tries);
  plant.bell.look(`cell/${key}`);
  const turn = await asLeader(plant, async (client) => {
    const kept = await loadCell(client, name.rollout, name.cell);
    const state = kept?.state;
    if (kept === null || state == null || kept.tries !== name.tries || state.phase === 'end') return OVER;
    for (const { controller } of kept.planned.members) plant.awaited.set(controller, `cell/${key}`);
    return step(client, plant, kept, state);
  });
  if (turn.over) forget(plant, `cell/${key}`);
  return turn;
}

/** A cell whose turns fail for good needs a person; its orders are taken back. */
export async function giveUpCell(plant: Plant, name: CellName, why: string): Promise<void> {
  await asLeader(plant, async (client) => {
    const kept = await loadCell(client, name.rollout, name.cell);
    const state = kept?.state;
    if (kept === null || state == null || kept.tries !== name.tries || state.phase === 'end') return;
    const ended: CellState = { ...state, phase: 'end', outcome: 'stuck', why };
    const words = `Cell ${name.cell} could not be driven any further: ${why}.`;
    const remedy = 'Hold its machines, report what this server printed, then try again.';
    await raise(client, [
      {
        key: `stalled/${keyOf(name)}`,
        rollout: name.rollout,
        cell: name.cell,
        kind: 'stalled',
        words,
        remedy,
      },
    ]);
    await saveCell(client, { ...kept, state: ended }, null);
    await withdrawIn(client, controllersOf(kept.planned));
  });
  forget(plant, `cell/${keyOf(name)}`);
}

const keyOf = ({ rollout, cell, tries }: CellName): string => cellKey(rollout, cell, tries);
const controllersOf = ({ members }: PlannedCell): string[] => members.map(({ controller }) => controller);

function forget(plant: Plant, key: string): void {
  plant.bell.forget(key);
  for (const [controller, waiting] of plant.awaited) if (waiting === key) plant.awaited.delete(controller);
}

async function step(client: pg.PoolClient, plant: Plant, kept: KeptCell, state: CellState): Promise<Turn> {
  const rollout = await loadRollout(client, kept.rollout, false);
  if (rollout === null) return OVER;
  const reports = await takeReports(client, controllersOf(kept.planned));
  const nowMs = await nowMsOf(client);
  const limits = cellLimits(kept.planned, worldOf(plant, rollout.content.limits), nowMs);
  const told: Told = { orders: [], incidents: [], givenUp: [] };
  let last = collect(told, stepCell(state, limits, nowMs, reports[0] ?? null));
  for (const report of reports.slice(1)) last = collect(told, stepCell(last.state, limits, nowMs, report));
  const isOver = last.state.phase === 'end';
  await tell(client, kept, told, nowMs);
  const waitMs = last.wakeMs === null ? null : Math.max(0, last.wakeMs - nowMs);
  await saveCell(client, { ...kept, state: last.state }, waitMs);
  if (isOver) await withdrawIn(client, controllersOf(kept.planned));
  else await putIn(client, postingsOf(kept.planned, told.orders));
  return { over: isOver, waitMs };
}

interface Told {
  readonly orders: OutboxOrder[];
  readonly incidents: Incident[];
  readonly givenUp: GivenUp[];
}

function collect(told: Told, step: Step): Step {
  told.orders.push(...step.orders);
  told.incidents.push(...step.incidents);
  told.givenUp.push(...step.givenUp);
  return step;
}

async function tell(client: pg.PoolClient, kept: KeptCell, told: Told, nowMs: number): Promise<void> {
  const { rollout, cell, tries } = kept;
  const turn = `${cellKey(rollout, cell, tries)}/${nowMs}`;
  await raise(
    client,
    told.incidents.map((incident, at) => ({ ...incident, key: `${turn}/${at}`, rollout })),
  );
  await bury(client, { rollout, cell, turn }, told.givenUp);
}

/** Each order with the gateway that has the line of its controller. */
export function postingsOf({ members }: PlannedCell, orders: readonly OutboxOrder[]): Posting[] {
  const gateways = new Map(members.map(({ controller, gateway }) => [controller, gateway]));
  return orders.map((order) => ({ gateway: gateways.get(order.controller) ?? '', order }));
}
