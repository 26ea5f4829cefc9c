/**
 * Makes the package of the fleet ready: installs what its own lockfile names when it is missing or older, and compiles it beside the
 * modules of the host. Who never asks for a fleet installs and builds none of it.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from '../../host/setup/npm.mjs';

const FLEET = join(dirname(fileURLToPath(import.meta.url)), '..');
const ROOT = join(FLEET, '..');
const INSTALLED = join(FLEET, 'node_modules', '.installed');
/** What is compiled; modules find the packages of the fleet through a link in it. */
const BUILT = join(ROOT, 'build', 'js', 'fleet');
const STAMP = join(BUILT, '.built');

/** Installs the locked packages; ends the process with the code of npm when that fails. */
export function installFleet() {
  const lockfile = join(FLEET, 'package-lock.json');
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(lockfile).mtimeMs) return;
  console.error('installing the locked packages of the fleet (npm ci) …');
  const { status } = runNpm(['ci', '--no-progress'], { cwd: FLEET, stdio: ['ignore', 2, 2] });
  if (status === 0) {
    // A lockfile that names no package leaves no folder.
    mkdirSync(dirname(INSTALLED), { recursive: true });
    writeFileSync(INSTALLED, '');
    return;
  }
  console.error('npm ci in fleet/ failed; its errors are above.');
  process.exit(status ?? 1);
}

/** Compiles the sources when one is newer than what was built; ends the process with the code of the compiler when that fails. */
export function buildFleet() {
  if (existsSync(STAMP) && newestMs(FLEET) <= statSync(STAMP).mtimeMs) return;
  console.error('building the fleet …');
  const started = new Date();
  rmSync(BUILT, { recursive: true, force: true });
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'fleet/tsconfig.json'],
    { cwd: ROOT, stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) {
    console.error('Building the fleet failed; the errors are above.');
    process.exit(status ?? 1);
  }
  mkdirSync(BUILT, { recursive: true });
  symlinkSync(join(FLEET, 'node_modules'), join(BUILT, 'node_modules'), 'junction');
  writeFileSync(STAMP, '');
  utimesSync(STAMP, started, started);
}

/** Time of the newest source, in milliseconds; packages are no sources. */
function newestMs(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== 'node_modules');
  return Math.max(...names.map((name) => newestMs(join(path, name))), 0);
}
