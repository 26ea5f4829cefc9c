import type { ExchangeStore } from '../exchange/store.ts';
import { raise } from '../store/incidents.ts';
import { silentGateways } from '../store/reports.ts';
import { openCells } from '../store/rollouts.ts';
import { giveUpCell } from './cell-turn.ts';
import type { Engine } from './dbos.ts';
import { asLeader, cellKey, type Plant } from './plant.ts';

/** What nothing else would notice: cells that take no turns, courses that broke, gateways that are silent. By ages, all of one clock. */

/** A cell that is later than this is roused; than that, its course is lost, and the server begins anew. */
const LATE_MS = 10_000;
const LOST_MS = 45_000;
const SILENT_MS = 60_000;

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
  await watchGateways(options.plant);
}

async function watchCells({ plant, engine, ledMs, onLost }: WatchOptions): Promise<void> {
  const broken = new Set(await engine.broken());
  for (const cell of await openCells(plant.pool)) {
    const key = cellKey(cell.rollout, cell.cell, cell.tries);
    if (broken.has(`cell/${key}`)) await giveUpCell(plant, cell, 'its course broke');
    else if (cell.lateMs !== null && cell.lateMs > LATE_MS) plant.bell.ring(`cell/${key}`);
    if (cell.lateMs === null || cell.lateMs < LOST_MS || ledMs < LOST_MS) continue;
    onLost(`cell ${cell.cell} took no turn for ${Math.round(cell.lateMs / 1000)} s`);
  }
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
