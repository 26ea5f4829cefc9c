import type pg from 'pg';
import { HoldfastError } from '../../host/common/errors.ts';
import { readStateImages, readStateText } from '../desired/folder.ts';
import { verifyState } from '../desired/verify.ts';
import type { Inventory } from '../inventory/model.ts';
import { CELL_LIMITS } from '../limits.ts';
import type { RolloutLimits } from '../rollout/state.ts';
import { insertRollout } from '../store/rollouts.ts';
import { lastFollowed, saveState } from '../store/states.ts';
import { transaction } from '../store/transaction.ts';

/** A signed state is taken in, and a rollout of it is written down; the server that leads finds it there. */

export interface BeginOptions {
  readonly inventory: Inventory;
  readonly pool: pg.Pool;
  /** The folder of the signed state. */
  readonly stateFolder: string;
  readonly limits: Omit<RolloutLimits, 'cell'>;
  /** The one clock that is read: milliseconds since 1970. */
  readonly nowMs: number;
}

export interface Begun {
  readonly rollout: number;
  readonly sequence: number;
}

const TAKEN = '23505';

/** Throws HoldfastError ROLLOUT_OPEN and those of `verifyState` and `readStateImages`; then nothing is taken in. */
export async function beginPlantRollout(options: BeginOptions): Promise<Begun> {
  const { inventory, pool, stateFolder, limits, nowMs } = options;
  const { fleet, signers } = inventory;
  const text = await readStateText(stateFolder);
  const last = await lastFollowed(pool);
  const { state, followed } = verifyState(text, { fleet, signers, last, nowMs });
  const images = await readStateImages(stateFolder, state);
  try {
    const rollout = await transaction(pool, async (client) => {
      await client.query('lock table fleet.states in share row exclusive mode');
      // Another one may have been taken in since it was looked.
      verifyState(text, { fleet, signers, last: await lastFollowed(client), nowMs });
      await saveState(client, followed, text, state, images);
      const content = { limits: { ...limits, cell: CELL_LIMITS }, forgiven: [], planning: null };
      return insertRollout(client, followed.sequence, content);
    });
    return { rollout, sequence: followed.sequence };
  } catch (error) {
    if ((error as { code?: string }).code !== TAKEN) throw error;
    throw new HoldfastError('ROLLOUT_OPEN', 'another rollout is not over yet', {
      remedy: 'Wait for its end, or stop it with `fleet abort`; see `fleet status`.',
      exitCode: 1,
    });
  }
}
