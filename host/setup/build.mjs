/**
 * Builds what the command and the tests need: every build of the core, the modules of the host one by one (for benches and the tour),
 * and the package's bundles of them. A part whose sources have not changed since it was built is left alone; `--force` builds all.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coreBuilds } from './core-builds.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What says how the core is built, beside its rooms. */
const CORE_SOURCES = [
  ...['format/limits.yaml', 'format/memory.yaml', 'asconfig.json', 'package-lock.json'],
  ...['host/setup/core-builds.mjs', 'host/setup/keep-calls.mjs'],
];

/** Each part: what it is made of, the file whose time tells when it was made, and the command. */
const CORES = coreBuilds();
const PARTS = [
  ...CORES.map(core),
  {
    name: 'the modules of the host',
    sources: ['host', 'sim', 'tsconfig.json', 'package-lock.json'],
    product: 'build/js/.built',
    before: () => rmSync(join(ROOT, 'build/js'), { recursive: true, force: true }),
    command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  },
  {
    name: 'the command and the library',
    sources: ['host', 'sim', 'package.json', 'package-lock.json'],
    product: 'dist/holdfast.cjs',
    before: () => {},
    command: ['host/setup/bundle.mjs'],
  },
];

function core({ name, product, options }) {
  return {
    name: `the core, ${name} build`,
    sources: ['assembly', ...CORE_SOURCES],
    product,
    before: () => mkdirSync(join(ROOT, 'build'), { recursive: true }),
    command: ['node_modules/assemblyscript/bin/asc.js', ...options],
  };
}

/** Time of the newest file at or under a path, in milliseconds. */
function newestMs(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  let newest = status.mtimeMs;
  for (const name of readdirSync(path)) newest = Math.max(newest, newestMs(join(path, name)));
  return newest;
}

function isStale(part) {
  const product = join(ROOT, part.product);
  if (!existsSync(product)) return true;
  const built = statSync(product).mtimeMs;
  return part.sources.some((source) => newestMs(join(ROOT, source)) > built);
}

/** What is released is proved: a core whose obligations cannot be discharged any more is not built. docs/PROOF.md */
const PROOF = [
  'dist/holdfast.cjs',
  'timing',
  'wasm',
  ...CORES.map(({ product }) => product),
  '--brief',
  '--golden',
  'test/fixtures/timing/counts.json',
];

/** Builds stale parts and proves the core; ends the process with the code of what fails. */
export function build(force) {
  const stale = PARTS.filter((part) => force || isStale(part));
  for (const part of stale) {
    console.error(`building ${part.name} …`);
    part.before();
    const started = new Date();
    const { status } = spawnSync(process.execPath, part.command, { cwd: ROOT, stdio: ['ignore', 2, 2] });
    if (status !== 0) {
      console.error(`Building ${part.name} failed; the errors are above.`);
      process.exit(status ?? 1);
    }
    const product = join(ROOT, part.product);
    if (!existsSync(product)) writeFileSync(product, '');
    utimesSync(product, started, started);
  }
  if (stale.length > 0) prove();
}

function prove() {
  console.error('proving the core …');
  const { status, stdout } = spawnSync(process.execPath, PROOF, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 2],
    encoding: 'utf8',
  });
  if (status === 0) return;
  console.error(stdout);
  console.error(
    'The proof of the core failed. If the change is intended, write its counts again with `holdfast timing wasm … --update`.',
  );
  process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build(process.argv.includes('--force'));
