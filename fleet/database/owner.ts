import { constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';

/** Under which user PostgreSQL runs: it refuses root, and root may become somebody else. */

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const NAMES = ['postgres', 'nobody'];

/** Null: as whoever runs this. Throws HoldfastError OWNER_MISSING. */
export function ownerOfDatabase(): Owner | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of NAMES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new HoldfastError('OWNER_MISSING', `this runs as root, and there is no user ${NAMES.join(' or ')}`, {
    remedy: 'Run it as another user, or add the user postgres.',
    exitCode: 3,
  });
}

/** Throws HoldfastError FOLDER_CLOSED when a folder above one of the paths lets nobody else pass. */
export function requireWay(paths: readonly string[]): void {
  for (const path of paths) {
    const closed = closedFolder(path);
    if (closed === null) continue;
    const words = `PostgreSQL cannot run as root, and no other user may pass through ${closed} to ${path}`;
    const remedy = `Run \`chmod o+x ${closed}\`, choose another folder, or run it as another user.`;
    throw new HoldfastError('FOLDER_CLOSED', words, { remedy, exitCode: 3 });
  }
}

function closedFolder(path: string): string | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & constants.S_IXOTH) === 0) return folder;
    if (dirname(folder) === folder) return null;
  }
}
