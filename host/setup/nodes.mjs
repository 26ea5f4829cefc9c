/** The releases of Node that Holdfast is tested under, and where their binaries come from: npm's registry, when one is asked for. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from './npm.mjs';

const NODES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'nodes');

/** The first is the least that `engines` in package.json allows; then the newest of each line that Node's authors maintain. */
export const NODE_VERSIONS = ['20.19.0', '22.23.3', '24.21.0', '26.12.1'];

/** What npm says of an error is long; its beginning names it. */
const REASON_LINES_MAX = 4;

/** E.g. 26 of 26.12.1. */
export function lineOf(version) {
  return Number(version.split('.')[0]);
}

/**
 * Path of the binary of a release, in a folder where nothing else is; fetched when it is not there yet (about 50 MB).
 * @throws Error naming the package and where the binary may be put by hand, when npm cannot bring it
 */
export function fetchNode(version) {
  const node = join(NODES, version, 'node');
  if (existsSync(node)) return node;
  mkdirSync(NODES, { recursive: true });
  const folder = mkdtempSync(join(NODES, 'fetched-'));
  try {
    const name = `node-${process.platform}-${process.arch}`;
    install(`${name}@${version}`, folder, node);
    const bin = join(folder, 'node_modules', name, 'bin');
    // The package has headers and npm as well, twice the size.
    rmSync(join(NODES, version), { recursive: true, force: true });
    mkdirSync(join(NODES, version));
    renameSync(join(bin, 'node'), node);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return node;
}

function install(packageName, folder, node) {
  console.error(`fetching ${packageName} …`);
  const options = ['--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-progress'];
  const { status, error, stderr } = runNpm(['install', ...options, packageName], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.split('\n').slice(0, REASON_LINES_MAX).join('\n');
  throw new Error(
    `${packageName} cannot be fetched from npm's registry:\n${reason}\n` +
      `Connect this machine to the registry, or put that release's binary at ${node}.`,
  );
}
