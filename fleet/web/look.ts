import type pg from 'pg';
import { visible } from '../../host/common/visible.ts';
import type { Inventory } from '../inventory/model.ts';
import type { PlantPicture } from '../page/data.ts';
import { checkRow, foundBy } from '../people/checks.ts';
import { cellRows, controllerRows, type Sight } from '../people/picture.ts';
import { statusLines } from '../people/words.ts';
import { heldCells } from '../store/bundles.ts';
import { lastChecks } from '../store/checks.ts';
import type { PgExchange } from '../store/exchange.ts';
import { listIncidents } from '../store/incidents.ts';
import { leftCells, serverSeen } from '../store/people.ts';
import { allReadings } from '../store/readings.ts';
import { lastRollout, loadWhole, nowMsOf } from '../store/rollouts.ts';

/** The whole of a plant as its page shows it, from the database. Whatever others wrote is made visible. */

const INCIDENTS_MAX = 200;
const SILENT_MS = 5000;
const S = 1000;

export interface Looked {
  readonly inventory: Inventory;
  readonly pool: pg.Pool;
  readonly exchange: PgExchange;
}

export async function lookAtPlant({ inventory, pool, exchange }: Looked): Promise<PlantPicture> {
  const nowMs = await nowMsOf(pool);
  const { name, epoch, beatMs } = await serverSeen(pool);
  const kept = await lastRollout(pool);
  const rollout = kept === null ? null : await loadWhole(pool, kept);
  const left = new Map(
    kept === null ? [] : (await leftCells(pool, kept.id)).map(({ cell, words }) => [cell, words]),
  );
  const givenUp = kept === null ? new Map<string, string>() : await givenUpOf(pool, kept.id);
  const checks = await lastChecks(pool);
  const sight: Sight = {
    ...{ inventory, rollout, left, givenUp, held: await heldCells(pool, nowMs) },
    ...{ readings: await allReadings(pool), found: foundBy(checks) },
  };
  const seen = new Map((await exchange.gateways()).map(({ gateway, seenMs }) => [gateway, seenMs]));
  const incidents = await listIncidents(pool, false);
  const leads =
    beatMs > SILENT_MS
      ? `no server leads; ${name} was heard of last ${Math.round(beatMs / S)} s ago`
      : `server ${name} leads`;
  const stand = kept === null || rollout === null ? '' : (statusLines(rollout, kept.stage)[0] ?? '');
  return {
    ...{ fleet: inventory.fleet, nowMs, server: visible(`${leads}, epoch ${epoch}`) },
    rollout:
      kept === null ? 'no rollout yet' : visible(`rollout ${kept.id} of state ${kept.sequence}, ${stand}`),
    lag: await lagWords(exchange),
    checks: checks.map(checkRow).map((row) => ({ ...row, words: visible(row.words) })),
    gateways: [...inventory.gateways.keys()].map((gateway) => ({
      gateway,
      seenMs: seen.get(gateway) ?? null,
    })),
    incidents: incidents
      .slice(-INCIDENTS_MAX)
      .reverse()
      .map(({ id, at, words, remedy }) => ({
        ...{ id, atMs: at.getTime(), words: visible(words), remedy: visible(remedy) },
      })),
    cells: cellRows(sight).map((row) => ({ ...row, words: visible(row.words) })),
    controllers: controllerRows(sight).map((row) => ({ ...row, words: visible(row.words) })),
  };
}

async function givenUpOf(pool: pg.Pool, rollout: number): Promise<ReadonlyMap<string, string>> {
  const text = `select distinct on (controller) controller, act || ': ' || words as words from fleet.dead_letters
    where rollout = $1 order by controller, id desc`;
  const { rows } = await pool.query<{ controller: string; words: string }>(text, [rollout]);
  return new Map(rows.map(({ controller, words }) => [controller, words]));
}

async function lagWords(exchange: PgExchange): Promise<string[]> {
  const lag = await exchange.lag();
  const oldest = (ms: number | null) => (ms === null ? '' : `, the oldest for ${Math.round(ms / S)} s`);
  return [
    `${lag.open} orders on their way${oldest(lag.openMs)}`,
    `${lag.untaken} orders not fetched${oldest(lag.untakenMs)}`,
    `${lag.unread} reports not read${oldest(lag.unreadMs)}`,
  ];
}
