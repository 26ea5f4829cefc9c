/**
 * `npm run node-releases`: start, check and the end-to-end suite under each release of Node that is supported. `--all` runs every
 * suite instead of the end-to-end one, which takes long; whatever else is given goes to vitest, e.g. `-t "Node 26"`.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const given = process.argv.slice(2);
const forVitest = given.filter((argument) => argument !== '--all');
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'releases', ...forVitest],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...(given.includes('--all') ? { HOLDFAST_RELEASES_ALL: '1' } : {}) },
  },
);
process.exitCode = status ?? 1;
