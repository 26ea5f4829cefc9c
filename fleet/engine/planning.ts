import type pg from 'pg';
import { HoldfastError } from '../../host/common/errors.ts';
import type { DesiredState } from '../desired/state.ts';
import { verifyState } from '../desired/verify.ts';
import type { Controller, Inventory } from '../inventory/model.ts';
import type { Reading } from '../order/order.ts';
import { whyHeld } from '../people/held.ts';
import { makePlan, planAround } from '../plan/plan.ts';
import { type HeldCell, heldCells } from '../store/bundles.ts';
import { putIn, reserveIdsIn, withdrawIn } from '../store/exchange.ts';
import { raise } from '../store/incidents.ts';
import { takeReports } from '../store/reports.ts';
import { insertCells, type KeptRollout, nowMsOf, type Planning, saveRollout } from '../store/rollouts.ts';
import { loadEnvelope } from '../store/states.ts';
import type { Plant, Turn } from './plant.ts';

/** A rollout begins with reading every controller that its state is about; then it is said what changes. */

/** How long gateways have to read; who is not read by then is planned all the same, and fails by itself if it stays away. */
const PLANNING_MS = 60_000;

/** `key`: of the course, which hears of reports. */
export async function turnPlanning(
  client: pg.PoolClient,
  plant: Plant,
  kept: KeptRollout,
  key: string,
): Promise<Turn> {
  const nowMs = await nowMsOf(client);
  const state = await stateOf(client, plant, kept, nowMs);
  if (state === null) return { over: true, waitMs: null };
  const { planning } = kept.content;
  if (planning === null) {
    const held = await heldCells(client, nowMs);
    const named = namedBy(state, plant.inventory).filter(({ cell }) => !held.has(cell));
    return ask(client, plant, kept, named, key, nowMs);
  }
  const heard = await hearReadings(client, planning);
  for (const controller of Object.keys(planning.asked)) plant.awaited.set(controller, key);
  const open = Object.keys(planning.asked).filter((controller) => !(controller in heard.readings));
  if (open.length > 0 && nowMs < planning.untilMs) {
    await saveRollout(client, { ...kept, content: { ...kept.content, planning: heard } });
    return { over: false, waitMs: planning.untilMs - nowMs };
  }
  await withdrawIn(client, open);
  await decide(client, plant, kept, state, { read: heard.readings, held: await heldCells(client, nowMs) });
  for (const controller of Object.keys(planning.asked)) plant.awaited.delete(controller);
  return { over: false, waitMs: 0 };
}

/** What was signed, judged once more: it may have expired since it was taken in. Null: then the rollout is over, and a person is told. */
async function stateOf(
  client: pg.PoolClient,
  { inventory: { fleet, signers } }: Plant,
  kept: KeptRollout,
  nowMs: number,
): Promise<DesiredState | null> {
  try {
    const text = await loadEnvelope(client, kept.sequence);
    return verifyState(text, { fleet, signers, last: null, nowMs }).state;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const words = `Rollout ${kept.id} cannot begin: ${error.message}.`;
    const remedy = error.remedy ?? 'Sign a new state.';
    const incident = {
      key: `refused/${kept.id}`,
      rollout: kept.id,
      cell: '',
      kind: 'halted',
      words,
      remedy,
    } as const;
    await raise(client, [incident]);
    await saveRollout(client, { ...kept, stage: 'over', mode: 'aborted', why: error.message });
    return null;
  }
}

function namedBy({ maps }: DesiredState, { controllers }: Inventory): Controller[] {
  const names = new Set(maps.map(({ map, device }) => `${map} ${device}`));
  return [...controllers.values()].filter(({ map, device }) => names.has(`${map} ${device}`));
}

async function ask(
  client: pg.PoolClient,
  plant: Plant,
  kept: KeptRollout,
  controllers: readonly Controller[],
  key: string,
  nowMs: number,
): Promise<Turn> {
  const firstId = await reserveIdsIn(client, controllers.length);
  const asked = Object.fromEntries(controllers.map(({ id }, at) => [id, firstId + at]));
  const planning: Planning = { untilMs: nowMs + PLANNING_MS, asked, readings: {} };
  await saveRollout(client, { ...kept, content: { ...kept.content, planning } });
  for (const { id } of controllers) plant.awaited.set(id, key);
  await putIn(
    client,
    controllers.map(({ id, gateway }, at) => ({
      gateway,
      order: { id: firstId + at, controller: id, act: 'read', hash: '', force: false },
    })),
  );
  return { over: false, waitMs: controllers.length === 0 ? 0 : PLANNING_MS };
}

async function hearReadings(client: pg.PoolClient, planning: Planning): Promise<Planning> {
  const readings: Record<string, Reading | null> = { ...planning.readings };
  for (const { id, controller, reading } of await takeReports(client, Object.keys(planning.asked)))
    if (planning.asked[controller] === id) readings[controller] = reading;
  return { ...planning, readings };
}

async function decide(
  client: pg.PoolClient,
  { inventory }: Plant,
  kept: KeptRollout,
  state: DesiredState,
  { read, held }: { readonly read: Planning['readings']; readonly held: ReadonlyMap<string, HeldCell> },
): Promise<void> {
  const readings = new Map(
    Object.entries(read).flatMap(([controller, reading]) =>
      reading === null ? [] : [[controller, reading] as const],
    ),
  );
  const { cells, left } = planAround(makePlan(inventory, state, readings, 'plan'), whyHeld(held));
  await insertCells(client, kept.id, cells, left);
  await saveRollout(client, { ...kept, stage: 'running', content: { ...kept.content, planning: null } });
}
