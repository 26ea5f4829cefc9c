/**
 * Makes a fresh clone ready: checks Node, installs the locked dependencies when they are missing or older than the lockfile, and
 * builds. Runs before `npm start` and `npm test`, with nothing but Node itself.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const LOCKFILE = join(ROOT, 'package-lock.json');
/** npm writes this file at the end of an installation. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');

function checkNode() {
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.node;
  const [, least] = /^>=(\d+\.\d+)$/.exec(wanted) ?? [];
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = (least ?? '0.0').split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  console.error(
    `Holdfast needs Node ${wanted}; this is ${process.versions.node}. Install a newer Node and try again.`,
  );
  process.exit(2);
}

function install() {
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCKFILE).mtimeMs) return;
  console.error('installing the locked dependencies (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-progress'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  console.error('npm ci failed; its errors are above.');
  process.exit(status ?? 1);
}

checkNode();
install();
const { build } = await import('./build.mjs');
build(false);
