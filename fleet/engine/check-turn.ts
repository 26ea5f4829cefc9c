import type pg from 'pg';
import type { CellStand } from '../cell/state.ts';
import {
  beginRound,
  type Expected,
  findingWords,
  type Round,
  type RoundMember,
  roundWakeMs,
  stepRound,
} from '../check/round.ts';
import { type DesiredState, stateIn } from '../desired/state.ts';
import { lastCheckMs } from '../inventory/calendar.ts';
import type { Inventory } from '../inventory/model.ts';
import type { NotPlanned } from '../plan/plan.ts';
import { heldCells } from '../store/bundles.ts';
import {
  answersTo,
  checkSubject,
  insertCheck,
  type KeptCheck,
  lastDue,
  loadCheck,
  saveCheck,
} from '../store/checks.ts';
import { putIn, reserveIdsIn, withdrawIn } from '../store/exchange.ts';
import { raise } from '../store/incidents.ts';
import { allReadings } from '../store/readings.ts';
import { lastRollout, leftOf, nowMsOf, openCells, standsOf } from '../store/rollouts.ts';
import { loadEnvelope } from '../store/states.ts';
import { asLeader, OVER, type Plant, type Turn } from './plant.ts';

/**
 * Deep checks by the schedule of each site. One turn: answers are looked up, the round steps, and orders, incidents and the round are
 * written in one transaction. Cells that are being changed are left alone until they are not; what begins to change meanwhile overtakes
 * the orders of a check.
 */

/** Answers are not waited for one by one: nobody is in a hurry. */
const LOOK_MS = 2000;

/** Writes down the checks whose moment has come. One that was missed while no server led is made up for; of several only the last. */
export async function beginChecks(plant: Plant): Promise<void> {
  const { pool, inventory } = plant;
  const scheduled = [...inventory.sites.values()].filter(({ check }) => check !== null);
  if (scheduled.length === 0) return;
  const subject = await checkSubject(pool);
  if (subject === null) return;
  const { sequence, sinceMs } = subject;
  const [nowMs, last] = [await nowMsOf(pool), await lastDue(pool)];
  for (const site of scheduled) {
    const dueMs = lastCheckMs(site, nowMs);
    if (dueMs === null || dueMs < sinceMs || dueMs <= (last.get(site.id) ?? 0)) continue;
    await asLeader(plant, (client) => insertCheck(client, { site: site.id, dueMs, sequence }));
  }
}

export async function turnCheck(plant: Plant, id: number): Promise<Turn> {
  plant.bell.look(`check/${id}`);
  const turn = await asLeader(plant, (client) => step(client, plant, id));
  if (turn.over) plant.bell.forget(`check/${id}`);
  return turn;
}

/** A check whose turns fail for good ends, and a person is told. */
export async function giveUpCheck(plant: Plant, id: number, why: string): Promise<void> {
  await asLeader(plant, async (client) => {
    const kept = await loadCheck(client, id);
    if (kept === null || kept.isOver) return;
    const words = `The check of site ${kept.site} could not be carried any further: ${why}.`;
    const remedy = 'Report what this server printed; `fleet check --deep` does the same by hand.';
    await raise(client, [
      { key: `stalled/check/${id}`, rollout: null, cell: '', kind: 'stalled', words, remedy },
    ]);
    await saveCheck(client, { ...kept, isOver: true });
  });
  plant.bell.forget(`check/${id}`);
}

async function step(client: pg.PoolClient, plant: Plant, id: number): Promise<Turn> {
  const { inventory } = plant;
  const kept = await loadCheck(client, id);
  if (kept === null || kept.isOver) return OVER;
  // The row of ids is held from here on: a cell that begins later has higher ids, and one that began before is seen.
  const nextId = await reserveIdsIn(client, 0);
  const nowMs = await nowMsOf(client);
  const before = kept.content.round ?? beginRound(membersOf(inventory, kept.site), nowMs);
  const open = before.members.flatMap(({ controller, asked }) =>
    asked?.id == null ? [] : [{ controller, id: asked.id }],
  );
  const answers = await answersTo(client, open);
  const sight = await look(client, inventory, kept.sequence, nowMs);
  const next = stepRound(before, {
    ...{ ...sight, nowMs, nextId },
    answer: (controller) => answers.get(controller) ?? 'gone',
  });
  await reserveIdsIn(client, next.orders.length);
  await tell(client, kept, next.alarms);
  const { round, isOver } = next;
  await saveCheck(client, { id, isOver, content: { ...kept.content, round } });
  await withdrawIn(client, next.dropped);
  const gatewayOf = (controller: string) => inventory.controllers.get(controller)?.gateway ?? '';
  await putIn(
    client,
    next.orders.map((order) => ({ gateway: gatewayOf(order.controller), order })),
  );
  return { over: isOver, waitMs: isOver ? null : waitMs(round, nowMs) };
}

function waitMs(round: Round, nowMs: number): number {
  const isAsked = round.members.some(({ asked }) => asked !== null);
  return Math.max(LOOK_MS, isAsked ? 0 : roundWakeMs(round) - nowMs);
}

function membersOf(
  { cells, controllers }: Inventory,
  site: string,
): Pick<RoundMember, 'controller' | 'cell'>[] {
  return [...controllers.values()]
    .filter(({ cell }) => cells.get(cell)?.site === site)
    .map(({ id: controller, cell }) => ({ controller, cell }));
}

/** One incident a cell: what was found in one turn is told together. */
async function tell(
  client: pg.PoolClient,
  { id, site }: KeptCheck,
  alarms: readonly RoundMember[],
): Promise<void> {
  const cells = [...new Set(alarms.map(({ cell }) => cell))];
  const told = cells.map((cell) => ({ cell, members: alarms.filter((member) => member.cell === cell) }));
  const incidents = told.map(({ cell, members }) => ({
    key: `check/${id}/${members[0]?.controller}`,
    ...{ rollout: null, cell, kind: 'check' as const },
    words: `The check of site ${site} found in cell ${cell}: ${members.map(findingWords).join('; ')}`,
    remedy: members.every(({ found }) => found?.verdict === 'unread')
      ? 'See to power, cable and gateway; `fleet check --deep` looks again at once.'
      : 'Hold these machines until it is known why; a state with a new edition brings them back to what is signed.',
  }));
  await raise(client, incidents);
}

interface Sight {
  readonly isBusy: (controller: string) => boolean;
  readonly expected: (controller: string) => Expected;
}

/** What controllers should run, and which of them are being changed. */
async function look(
  client: pg.PoolClient,
  inventory: Inventory,
  sequence: number,
  nowMs: number,
): Promise<Sight> {
  const rollout = await lastRollout(client);
  const state = stateIn(await loadEnvelope(client, sequence));
  const stands =
    rollout?.sequence === sequence ? await standsOf(client, rollout.id) : new Map<string, Stand>();
  const left =
    rollout?.sequence === sequence ? await leftOf(client, rollout.id) : new Map<string, NotPlanned>();
  const settled = new Map(
    (await allReadings(client)).map((reading) => [reading.controller, reading.settled]),
  );
  const held = await heldCells(client, nowMs);
  const busy = new Set([...(await openCells(client)).map(({ cell }) => cell), ...held.keys()]);
  const isPlanning = rollout?.stage === 'planning';
  const cellOf = (controller: string) => inventory.controllers.get(controller)?.cell ?? '';
  return {
    isBusy: (controller) => isPlanning || busy.has(cellOf(controller)),
    expected: (controller) => {
      const cell = cellOf(controller);
      const stand = stands.get(cell);
      return {
        mark: `${rollout?.id ?? 0} ${stand?.tries ?? 0} ${stand?.state?.outcome ?? ''}`,
        ...dueOf({ state, inventory, controller, stand: stand?.state, left: left.get(cell) }),
        recorded: settled.get(controller) ?? '',
      };
    },
  };
}

type Stand = { readonly state: CellStand | null; readonly tries: number };

interface Due {
  readonly state: DesiredState;
  readonly inventory: Inventory;
  readonly controller: string;
  readonly stand: CellStand | null | undefined;
  readonly left: NotPlanned | undefined;
}

/** A cell that was confirmed, went forward, or needed nothing should run what the state names. */
function dueOf({ state, inventory, controller, stand, left }: Due): Pick<Expected, 'wanted'> {
  const isThere = stand?.outcome === 'confirmed' || stand?.outcome === 'forward' || left === 'there';
  const known = inventory.controllers.get(controller);
  const wanted = state.maps.find(({ map, device }) => map === known?.map && device === known.device);
  return { wanted: isThere ? (wanted ?? null) : null };
}
