import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';
import { reasonOf } from '../../host/common/file-reason.ts';
import { makeFolders } from '../../host/common/make-folders.ts';

/** Journals are their owner's alone. */
const JOURNAL_MODE = 0o700;

/**
 * Replaces a file whole: written beside it, synced, renamed, and the folder synced. So after a cut of power there is the old text or the
 * new one. Throws what the file system throws.
 */
export function replaceSynced(path: string, text: string): void {
  const file = openSync(`${path}.tmp`, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.tmp`, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Makes the folder of a journal when it is not there. Throws HoldfastError JOURNAL_FAILED. */
export function makeJournalFolder(folder: string): void {
  try {
    makeFolders(folder, JOURNAL_MODE);
  } catch (cause) {
    throw notKept(folder, cause);
  }
}

/** What is said when a journal cannot be written. */
export function notKept(path: string, cause: unknown): HoldfastError {
  return new HoldfastError('JOURNAL_FAILED', `the journal ${path} cannot be kept: ${reasonOf(cause)}`, {
    remedy: 'Free space, or give a folder that can be written.',
    exitCode: 3,
    cause,
  });
}
