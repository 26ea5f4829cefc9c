import type pg from 'pg';
import { Alerter } from '../alerts/alerter.ts';
import type { Sender } from '../alerts/sender.ts';
import { Loops } from '../common/loops.ts';
import type { Inventory } from '../inventory/model.ts';
import { trimHistory } from '../store/retention.ts';
import { nowMsOf } from '../store/rollouts.ts';

/** What a server that leads does for people, besides its rollouts. */

const TRIM_MS = 3_600_000;
const TRIM_AT_ONCE = 1000;
const DAY_MS = 86_400_000;

export interface StewardOptions {
  readonly pool: pg.Pool;
  readonly epoch: number;
  readonly inventory: Inventory;
  readonly senders: readonly Sender[];
  readonly onTrouble: (words: string) => void;
}

/** Until `stop`. */
export function runSteward({ pool, epoch, inventory, senders, onTrouble }: StewardOptions): Loops {
  const loops = new Loops(onTrouble);
  const nowMs = () => nowMsOf(pool);
  new Alerter({ pool, epoch, senders, nowMs }).run(loops);
  loops.every(TRIM_MS, async () => {
    const beforeMs = (await nowMs()) - inventory.keepDays * DAY_MS;
    while (!loops.signal.aborted && (await trimHistory(pool, epoch, beforeMs, TRIM_AT_ONCE)));
  });
  return loops;
}
