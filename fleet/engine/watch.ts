import type { ExchangeStore } from '../exchange/store.ts';
import { openChecks } from '../store/checks.ts';
import { raise } from '../store/incidents.ts';
import { silentGateways } from '../store/reports.ts';
import { openCells, rolloutsToDrive } from '../store/rollouts.ts';
import { giveUpCell } from './cell-turn.ts';
import { giveUpCheck } from './check-turn.ts';
import type { Engine } from './dbos.ts';
import { asLeader, cellKey, type Plant, rolloutKey } from './plant.ts';
import { giveUpRollout } from './rollout-turn.ts';

/** What nothing else would notice: cells that take no turns, courses that broke, gateways that are silent. By ages, all of one clock. */

/** A cell that is later than this is roused. A course that rang and does not look for longer than that is lost: the server begins anew. */
const LATE_MS = 10_000;
const LOST_MS = 45_000;
const SILENT_MS = 60_000;
/** How many courses of one cell may break. */
const TAKES_MAX = 5;

export interface WatchOptions {
  readonly plant: Plant;
  readonly engine: Engine;
  /** For how long this server has led, in milliseconds. */
  readonly ledMs: number;
  /** Called when courses are lost: this process has to end, and the next takes them up again. */
  readonly onLost: (words: string) => void;
}

export async function watchOnce(options: WatchOptions): Promise<void> {
  await watchCells(options);
  // Before that, nobody could be heard.
  if (options.ledMs > SILENT_MS) await watchGateways(options.plant);
}

async function watchCells({ plant, engine, ledMs, onLost }: WatchOptions): Promise<void> {
  const broken = await engine.broken();
  for (const cell of await openCells(plant.pool)) {
    const key = cellKey(cell.rollout, cell.cell, cell.tries);
    const isGoingOn = await takeUp(engine, 'cell', key, broken);
    if (!isGoingOn) await giveUpCell(plant, cell, 'its course broke again and again');
    const lateMs = cell.lateMs ?? 0;
    if (isGoingOn && lateMs > LATE_MS) plant.bell.ring(`cell/${key}`);
    if (Math.min(lateMs, ledMs) > LOST_MS)
      onLost(`cell ${cell.cell} took no turn for ${Math.round(lateMs / 1000)} s`);
  }
  for (const { id, run } of await rolloutsToDrive(plant.pool)) {
    const isGoingOn = await takeUp(engine, 'rollout', rolloutKey(id, run), broken);
    if (!isGoingOn) await giveUpRollout(plant, { rollout: id, run }, 'its course broke again and again');
  }
  for (const id of await openChecks(plant.pool)) {
    const isGoingOn = await takeUp(engine, 'check', String(id), broken);
    if (!isGoingOn) await giveUpCheck(plant, id, 'its course broke again and again');
  }
  const [unheard] = ledMs < LOST_MS ? [] : plant.bell.unheard(LOST_MS);
  if (unheard !== undefined) onLost(`${unheard} took no turn for ${LOST_MS / 1000} s`);
}

/** Another course takes up what a broken one left; false when as many broke as may. */
async function takeUp(
  engine: Engine,
  program: string,
  key: string,
  broken: ReadonlyMap<string, number>,
): Promise<boolean> {
  const takes = broken.get(`${program}/${key}`) ?? 0;
  if (takes >= TAKES_MAX) return false;
  if (takes > 0) await engine.start(program, key, takes + 1);
  return true;
}

async function watchGateways(plant: Plant): Promise<void> {
  const silent = await silentGateways(plant.pool, SILENT_MS);
  if (silent.length === 0) return;
  const incidents = silent.map(({ gateway, orders, seenMs }) => {
    const since =
      seenMs === null ? 'was never heard of' : `was heard of last at ${new Date(seenMs).toISOString()}`;
    return {
      key: `silent/${gateway}/${seenMs ?? 'never'}`,
      rollout: null,
      cell: '',
      kind: 'gateway-silent' as const,
      words: `Gateway ${gateway} ${since}, and ${orders} orders wait for it.`,
      remedy: 'See that it has power, network and its own key; what it was asked goes on by itself.',
    };
  });
  await asLeader(plant, (client) => raise(client, incidents));
}

/** What is over for longer goes into the archive; the engine keeps its notes for less. */
const KEPT_MS = 7 * 86_400_000;
const NOTES_MS = 86_400_000;
const AT_ONCE = 1000;

/** One helping; whether more is left. */
export async function archiveOnce(
  exchange: Pick<ExchangeStore, 'archive'>,
  engine: Pick<Engine, 'forget'>,
  nowMs: number,
): Promise<boolean> {
  const archived = await exchange.archive(nowMs - KEPT_MS, AT_ONCE);
  const forgotten = await engine.forget(nowMs - NOTES_MS, AT_ONCE);
  return archived >= AT_ONCE || forgotten >= AT_ONCE;
}
