/**
 * Programs of the operating system that some checks need. Where this may install Debian packages (as root, with apt) it does;
 * elsewhere it says exactly what is missing.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a command on PATH; null when it is not there. */
function findCommand(command) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // It is not in this folder; the next one is tried.
    }
  }
  return null;
}

/**
 * Path of a command, installed from its Debian package (or packages) when it is missing and may be installed. `command` may list the
 * names that other systems give it; the first package brings the first.
 * @throws Error naming the command and the package when it is missing and may not be installed, or installing failed
 */
export function ensureCommand(command, packages) {
  const names = [command].flat();
  const packageNames = [packages].flat();
  const packageName = packageNames.join(' ');
  const found = names.map(findCommand).find((path) => path !== null);
  if (found !== undefined) return found;
  const missing = `The command ${names.join(' or ')} is missing: install the Debian package ${packageName}`;
  if (process.getuid?.() !== 0 || findCommand('apt-get') === null)
    throw new Error(`${missing} (as root: apt-get install ${packageName}), or what your system calls it.`);
  console.error(`installing ${packageName} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...argv) =>
    spawnSync('apt-get', ['-qq', ...argv], { stdio: ['ignore', 2, 2], env }).status === 0;
  const install = () => apt('install', '-y', '--no-install-recommends', ...packageNames);
  // The lists of packages may be older than the packages, or not be there at all.
  if (!install() && !(apt('update') && install())) throw new Error(`${missing}; apt-get could not.`);
  const installed = findCommand(names[0]);
  if (installed === null) throw new Error(`${missing}; apt-get did, but it brought no ${names[0]}.`);
  return installed;
}
