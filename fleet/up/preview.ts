import type pg from 'pg';
import { readStateImages, readStateText } from '../desired/folder.ts';
import { verifyState } from '../desired/verify.ts';
import type { Inventory } from '../inventory/model.ts';
import { whyHeld } from '../people/held.ts';
import { makePlan, type Plan, planAround } from '../plan/plan.ts';
import { heldCells } from '../store/bundles.ts';
import { allReadings } from '../store/readings.ts';
import { nowMsOf } from '../store/rollouts.ts';
import { lastFollowed } from '../store/states.ts';

/** What a rollout of a signed state would change, by what was read last: nothing is taken in, and no controller is asked. */

export interface PreviewOptions {
  readonly inventory: Inventory;
  readonly pool: pg.Pool;
  /** The folder of the signed state. */
  readonly stateFolder: string;
  /** The one clock that is read: milliseconds since 1970. */
  readonly nowMs: number;
}

export interface Preview {
  readonly sequence: number;
  readonly plan: Plan;
  /** When each controller was read last, by its id: milliseconds since 1970. One that is missing never was. */
  readonly readMs: ReadonlyMap<string, number>;
}

/** Throws HoldfastError as `verifyState` and `readStateImages` do. */
export async function previewRollout(options: PreviewOptions): Promise<Preview> {
  const { inventory, pool, stateFolder, nowMs } = options;
  const { fleet, signers } = inventory;
  const text = await readStateText(stateFolder);
  const { state } = verifyState(text, { fleet, signers, last: await lastFollowed(pool), nowMs });
  await readStateImages(stateFolder, state);
  const readings = await allReadings(pool);
  const held = await heldCells(pool, await nowMsOf(pool));
  const seen = new Map(readings.map((reading) => [reading.controller, reading]));
  return {
    sequence: state.sequence,
    plan: planAround(makePlan(inventory, state, seen, 'plan'), whyHeld(held)),
    readMs: new Map(readings.map(({ controller, readMs }) => [controller, readMs])),
  };
}
