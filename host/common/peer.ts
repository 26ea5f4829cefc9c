/** Packages that few users need: optional peers of this package, which bring what only some verbs use. */

import { readFileSync } from 'node:fs';
import { HoldfastError } from './errors.ts';
import { packageUrl } from './root.ts';

/**
 * What `load` gives, which imports the package `peer`. `user` says in words what needs it, for whoever has not installed it.
 *
 * @throws HoldfastError PEER_MISSING (exit code 2) when the package is not installed or cannot be loaded
 */
export async function withPeer<Loaded>(
  peer: string,
  user: string,
  load: () => Loaded | Promise<Loaded>,
): Promise<Loaded> {
  try {
    return await load();
  } catch (cause) {
    const why = isMissing(cause) ? 'is not installed' : 'cannot be loaded';
    throw new HoldfastError('PEER_MISSING', `${user} needs the package ${peer}, which ${why}.`, {
      remedy: `Run \`npm install ${peer}@${versionOf(peer)}\`. Add -g if you installed holdfast with -g.`,
      cause,
    });
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND';
}

/** The version that this package was tested with. */
function versionOf(peer: string): string {
  const text = readFileSync(packageUrl('package.json'), 'utf8');
  const { peerDependencies } = JSON.parse(text) as { peerDependencies: Record<string, string> };
  const version = peerDependencies[peer];
  if (version === undefined) throw new TypeError(`package.json names no peer ${peer}`);
  return version;
}
