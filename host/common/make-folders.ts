import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from './file-reason.ts';

/** What a folder may be for: its owner, its group, and all others, before the process's mask. */
const FOLDER_MODE = 0o777;

/**
 * Makes a folder, and those above it that are missing, one by one from the top. Node's recursive `mkdir` never ends where a folder that is
 * there refuses with ENOENT, as /proc does. One that is there is left as it is.
 * @throws what the file system says first; EEXIST where a file, or a link to nothing, stands in the way
 */
export function makeFolders(folder: string, mode = FOLDER_MODE): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolders(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (cause) {
    // Another process may have made it meanwhile.
    if (errnoOf(cause) !== 'EEXIST' || !isFolder(folder)) throw cause;
  }
}

/** Whether a folder stands there, links followed. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
