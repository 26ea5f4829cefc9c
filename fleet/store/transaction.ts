import type pg from 'pg';
import { HoldfastError } from '../../host/common/errors.ts';

/** Work that happens whole or not at all. */

/** Serialization failure, and deadlock: the same again may succeed. */
const AGAIN = new Set(['40001', '40P01']);
const ATTEMPTS = 5;

export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, work);
    } catch (error) {
      if (attempt >= ATTEMPTS || !AGAIN.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

async function once<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let fault: Error | undefined;
  // A connection that is cut while it is checked out says so by an event, besides failing the query.
  const onError = (error: Error): void => {
    fault = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => {
      fault = cause;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(fault);
  }
}

/** Classes of SQLSTATE that say nothing about what was asked: connection, resources, operators, system, internal. */
const TROUBLE = new Set(['08', '53', '57', '58', 'XX', '25']);

/** Whether the database, or the way to it, is in trouble: the same again may succeed. */
export function isTroubleOf(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: string }).code ?? '';
  if (/^E[A-Z]+$/.test(code)) return true;
  if (code !== '') return TROUBLE.has(code.slice(0, 2)) || AGAIN.has(code);
  return /^(Connection terminated|timeout (exceeded|expired)|Client (has encountered|was closed))/.test(
    error.message,
  );
}

/**
 * Holds the epoch until the transaction ends: whoever leads next waits for it, and finds all of it or nothing. The beat of the leader does
 * not: it changes no key, so it passes however many transactions overlap.
 * @throws HoldfastError EPOCH_LOWER
 */
export async function requireLeader(client: pg.PoolClient, epoch: number): Promise<void> {
  const { rows } = await client.query<{ epoch: string }>('select epoch from fleet.leader for key share');
  const leads = Number(rows[0]?.epoch);
  if (leads === epoch) return;
  throw new HoldfastError('EPOCH_LOWER', `a server with epoch ${leads} leads, not ${epoch}`, {
    remedy: 'Let this server end; the other one goes on.',
    exitCode: 3,
  });
}
