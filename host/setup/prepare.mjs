/**
 * Makes a fresh clone ready: checks Node, installs the locked dependencies when they are missing or older than the lockfile, and
 * builds. Runs before `npm start` and `npm test`, with nothing but Node itself.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineOf, NODE_VERSIONS } from './nodes.mjs';
import { runNpm } from './npm.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const LOCKFILE = join(ROOT, 'package-lock.json');
/** npm writes this file at the end of an installation. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');

/** Ends this below the least release that package.json allows; a line that nothing was tested under only gets a word. */
function checkNode() {
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.node;
  const [, least] = /^>=(\d+\.\d+)$/.exec(wanted) ?? [];
  const running = process.versions.node;
  if (isOlder(running, least ?? '0.0')) {
    console.error(`Holdfast needs Node ${wanted}; this is ${running}. Install a newer Node and try again.`);
    process.exit(2);
  }
  const lines = NODE_VERSIONS.map(lineOf);
  if (lines.includes(lineOf(running))) return;
  const words = `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
  console.error(`Holdfast is tested under Node ${words}; this is ${running}. Continuing.`);
}

function isOlder(version, least) {
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = least.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

function install() {
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCKFILE).mtimeMs) return;
  console.error('installing the locked dependencies (npm ci) …');
  const { status } = runNpm(['ci', '--no-progress'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error('npm ci failed; its errors are above.');
  process.exit(status ?? 1);
}

checkNode();
install();
const { build } = await import('./build.mjs');
build(false);
