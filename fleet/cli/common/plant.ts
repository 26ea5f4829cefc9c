import { userInfo } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { connect, requireDatabase } from '../../database/connect.ts';
import { databaseUrl } from '../../database/places.ts';
import type { Inventory } from '../../inventory/model.ts';
import { readInventory } from '../../inventory/read.ts';
import { requireTables } from '../../store/schema.ts';

/** A plant by its folder, for verbs that look at it or say something to it. */

export const FOLDER = ['<folder>', 'the folder of the plant, with fleet.yaml'] as const;

export interface OpenPlant {
  readonly inventory: Inventory;
  readonly pool: pg.Pool;
}

export const inventoryOf = (folder: string): Promise<Inventory> => readInventory(join(folder, 'fleet.yaml'));

/** Runs with the database of a plant. Throws HoldfastError NO_DATABASE and those of `requireDatabase`. */
export async function withPlant<T>(folder: string, work: (plant: OpenPlant) => Promise<T>): Promise<T> {
  const inventory = await inventoryOf(folder);
  const url = databaseUrl(folder, process.env.DATABASE_URL);
  await requireDatabase(url);
  const pool = connect(url, 2, 'holdfast-verb');
  try {
    await requireTables(pool, inventory.fleet);
    return await work({ inventory, pool });
  } finally {
    await pool.end();
  }
}

/** Who says something, as the system knows them. */
export function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
