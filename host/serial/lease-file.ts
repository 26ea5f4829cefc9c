/**
 * Where commands keep the token of a window between one run and the next: a small file for each port, readable by this user only,
 * in the user's runtime folder. A token is no secret (the device tells it to whoever asks); it only keeps two users apart.
 */

import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '../common/errors.ts';
import { reasonOf } from '../common/file-reason.ts';
import { makeFolders } from '../common/make-folders.ts';

const REMEDY = 'Set XDG_RUNTIME_DIR to a folder of yours, or give `--token` to each command.';
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Keeps the token of the window that was opened on `port`. Throws HoldfastError LEASE_FOLDER. */
export function saveLease(port: string, token: number): void {
  const folder = leaseFolder();
  makeLeaseFolder(folder);
  const path = leasePath(port);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify({ port, token })}\n`, { mode: FILE_MODE });
  renameSync(temporary, path);
}

/** The token of the window that was opened on `port`; null when there is none. */
export function loadLease(port: string): number | null {
  try {
    const content: unknown = JSON.parse(readFileSync(leasePath(port), 'utf8'));
    if (typeof content !== 'object' || content === null || !('token' in content)) return null;
    return typeof content.token === 'number' && Number.isSafeInteger(content.token) ? content.token : null;
  } catch {
    // Absent or damaged: the device then says that a token is missing, and how to give it.
    return null;
  }
}

export function dropLease(port: string): void {
  rmSync(leasePath(port), { force: true });
}

function makeLeaseFolder(folder: string): void {
  try {
    makeFolders(folder, FOLDER_MODE);
  } catch (cause) {
    const message = `${folder} cannot keep the token of a window: ${reasonOf(cause)}.`;
    throw new HoldfastError('LEASE_FOLDER', message, { remedy: REMEDY, cause });
  }
  requireOwn(folder);
}

function leasePath(port: string): string {
  const digest = createHash('sha256').update(realPort(port)).digest('hex').slice(0, 16);
  return join(leaseFolder(), `lease-${digest}.json`);
}

function leaseFolder(): string {
  const runtime = process.env.XDG_RUNTIME_DIR;
  if (runtime) return join(runtime, 'holdfast');
  return join(tmpdir(), `holdfast-${process.getuid?.() ?? 'user'}`);
}

/** A link and the port that it leads to are one port. */
function realPort(port: string): string {
  try {
    return realpathSync(port);
  } catch {
    return port;
  }
}

/** In a folder that everyone may write to, someone else may have made ours first. */
function requireOwn(folder: string): void {
  const owner = lstatSync(folder);
  if (owner.isDirectory() && (process.getuid === undefined || owner.uid === process.getuid())) return;
  throw new HoldfastError('LEASE_FOLDER', `${folder} does not belong to this user.`, {
    remedy: REMEDY,
  });
}
