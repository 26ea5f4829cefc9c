import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { HoldfastError } from '../../host/common/errors.ts';
import { nextOpening } from '../inventory/calendar.ts';
import type { Inventory } from '../inventory/model.ts';
import type { PlannedCell } from '../plan/plan.ts';
import type { RolloutWorld } from '../rollout/rollout.ts';
import type { RolloutLimits, Windows } from '../rollout/state.ts';
import { isTroubleOf, requireLeader, transaction } from '../store/transaction.ts';
import type { Bell } from './bell.ts';
import type { Leader } from './leader.ts';

/** What the turns of cells and rollouts share: the plant, its database, and the right to change something. */

export interface Plant {
  readonly pool: pg.Pool;
  readonly leader: Leader;
  readonly inventory: Inventory;
  readonly bell: Bell;
  /** Which course waits for reports of a controller. */
  readonly awaited: Map<string, string>;
  /** What is planned for the cells of rollouts that are under way, in their order: it never changes. */
  readonly planned: Map<number, readonly PlannedCell[]>;
  readonly onTrouble: (words: string) => void;
}

/** What a turn comes to. */
export interface Turn {
  readonly over: boolean;
  /** Until the next one, in milliseconds, if nothing happens before; null: as long as that takes. */
  readonly waitMs: number | null;
}

export const OVER: Turn = { over: true, waitMs: null };

const AGAIN_MS = 500;

/**
 * Work of the leader, whole or not at all. A server that leads no more ends here, before it does anything. What the database has trouble
 * with (it is away, its disk is full) is no fault of the work: it is done again until it is done, or this server ends.
 */
export async function asLeader<T>(plant: Plant, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const { pool, leader, onTrouble } = plant;
  for (;;) {
    leader.require();
    try {
      return await transaction(pool, async (client) => {
        await requireLeader(client, leader.epoch);
        return work(client);
      });
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'EPOCH_LOWER') leader.lose(error.message);
      if (!isTroubleOf(error)) throw error;
      onTrouble(`the database: ${error.message}`);
      await pause(AGAIN_MS);
    }
  }
}

/** When machines of a site may be changed. One that the inventory has no more has no window. */
export function windowsOf({ sites }: Inventory): Windows {
  return (id, nowMs) => {
    const site = sites.get(id);
    return site === undefined ? null : nextOpening(site, nowMs);
  };
}

/** `held`: cells that are held back. */
export function worldOf(
  { inventory }: Plant,
  limits: RolloutLimits,
  held?: RolloutWorld['held'],
): RolloutWorld {
  return { limits, windows: windowsOf(inventory), ...(held === undefined ? {} : { held }) };
}

export const cellKey = (rollout: number, cell: string, tries: number): string =>
  `${rollout}/${tries}/${cell}`;
export const rolloutKey = (rollout: number, run: number): string => `${rollout}/${run}`;
