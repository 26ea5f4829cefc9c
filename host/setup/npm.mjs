/** npm, from inside of a script that npm runs or from outside. */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

/**
 * Runs npm and waits; what spawnSync returns. A script finds the npm of `node_modules` on its PATH first: a dependency brings
 * release 6, which does not understand our lockfile. So the npm that runs the script is taken, which names itself.
 */
export function runNpm(argv, options) {
  const running = process.env.npm_execpath ?? '';
  if (basename(running) === 'npm-cli.js') return spawnSync(process.execPath, [running, ...argv], options);
  return spawnSync('npm', argv, { ...options, shell: process.platform === 'win32' });
}
