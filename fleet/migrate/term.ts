import { readFileSync } from 'node:fs';
import { HoldfastError } from '../../host/common/errors.ts';
import { errnoOf, reasonOf } from '../../host/common/file-reason.ts';
import { replaceSynced } from '../common/synced-file.ts';
import { timestampOf } from '../desired/state.ts';

/**
 * A migration is done once. It begins with its first snapshot and is over thirty days later, so that nobody keeps two systems in step for
 * years without having decided it.
 */

const DAY_MS = 86_400_000;
export const TERM_DAYS = 30;

export interface Term {
  readonly beganMs: number;
  readonly endsMs: number;
  /** Days that are left, rounded up. */
  readonly daysLeft: number;
}

/**
 * The term of the migration that a file speaks of; it begins now when there is no such file.
 * @throws HoldfastError MIGRATION_OVER (exit code 1), or MIGRATION_BROKEN for a file that was changed
 */
export function termOf(path: string, nowMs: number): Term {
  const beganMs = readBegin(path) ?? begin(path, nowMs);
  const endsMs = beganMs + TERM_DAYS * DAY_MS;
  // A clock that was set back does not make the term longer.
  if (nowMs >= beganMs - DAY_MS && nowMs < endsMs)
    return { beganMs, endsMs, daysLeft: Math.ceil((endsMs - nowMs) / DAY_MS) };
  const message =
    nowMs < endsMs
      ? `this migration began at ${timestampOf(beganMs)}, and the clock says ${timestampOf(nowMs)}`
      : `this migration began at ${timestampOf(beganMs)} and was over at ${timestampOf(endsMs)}`;
  throw new HoldfastError('MIGRATION_OVER', message, {
    remedy: 'Change the inventory by hand from now on; the other system has no say any more.',
    exitCode: 1,
  });
}

function begin(path: string, nowMs: number): number {
  const beganMs = Math.floor(nowMs / 1000) * 1000;
  try {
    replaceSynced(path, `${JSON.stringify({ 'holdfast-migration': 1, began: timestampOf(beganMs) })}\n`);
  } catch (cause) {
    throw new HoldfastError('FILE_NOT_WRITTEN', `cannot write ${path}: ${reasonOf(cause)}`, {
      remedy: 'Give the folder of the plant, which can be written.',
      cause,
    });
  }
  return beganMs;
}

function readBegin(path: string): number | null {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    throw broken(path, reasonOf(cause));
  }
  try {
    const { began } = JSON.parse(text) as { began?: unknown };
    const ms = typeof began === 'string' ? Date.parse(began) : Number.NaN;
    if (!Number.isNaN(ms) && timestampOf(ms) === began) return ms;
  } catch {
    throw broken(path, 'it is not JSON');
  }
  throw broken(path, 'it has no date');
}

function broken(path: string, why: string): HoldfastError {
  return new HoldfastError('MIGRATION_BROKEN', `${path} does not say when the migration began: ${why}`, {
    remedy: 'Put back what it was.',
  });
}
