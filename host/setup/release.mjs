/**
 * A release: `npm run release -- VERSION [--dry-run]`. The version goes into package.json and the lockfile, what is under "Unreleased"
 * in CHANGELOG.md gets the version and today's date, all tests run, the package is packed, and the packed package is tested. Nothing
 * is committed or published: the commands for that are printed. When a step fails, the files are as they were.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runNpm } from './npm.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md'];
const USAGE = 'npm run release -- VERSION [--dry-run]';
const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;
/** What is written since the last release, up to its heading. */
const UNRELEASED = /^## Unreleased\n([\s\S]*?)(?=^## |(?![\s\S]))/m;

const { version, isDry } = readArguments();
const texts = new Map(FILES.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
const released = releasedTexts();
requireCleanTree();
if (isDry) {
  console.log(`would write ${version} and its date to ${FILES.join(', ')}:\n`);
  console.log(UNRELEASED.exec(texts.get('CHANGELOG.md'))[1].trim());
  console.log('\nwould run: npm test; npm pack; npm test -- package, on what was packed');
} else {
  release();
}

function readArguments() {
  try {
    const options = { 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };
    const { positionals, values } = parseArgs({ options, allowPositionals: true });
    if (values.help === true) {
      console.log(USAGE);
      process.exit(0);
    }
    const [given, ...others] = positionals;
    if (given === undefined || others.length > 0) throw new Error('Give one version.');
    if (!VERSION.test(given)) throw new Error(`${given} is not a version of the form 1.2.3.`);
    return { version: given, isDry: values['dry-run'] === true };
  } catch (error) {
    return refuse(`${error.message}\nUsage: ${USAGE}`);
  }
}

/** Each file as the release has it. */
function releasedTexts() {
  const before = JSON.parse(texts.get('package.json')).version;
  if (!isAbove(version, before)) refuse(`${version} is not above ${before}, the version in package.json.`);
  const changelog = texts.get('CHANGELOG.md');
  const changes = UNRELEASED.exec(changelog)?.[1].trim() ?? '';
  if (changes === '') refuse('CHANGELOG.md has nothing under "## Unreleased": say there what has changed.');
  const date = new Date().toISOString().slice(0, 10);
  return new Map([
    ['package.json', withVersion('package.json', (json) => [json])],
    ['package-lock.json', withVersion('package-lock.json', (json) => [json, json.packages['']])],
    [
      'CHANGELOG.md',
      changelog.replace(UNRELEASED, () => `## Unreleased\n\n## ${version} - ${date}\n\n${changes}\n\n`),
    ],
  ]);
}

/** The text of a JSON file in which the objects that `of` gives have the new version. */
function withVersion(file, of) {
  const json = JSON.parse(texts.get(file));
  for (const object of of(json)) object.version = version;
  return `${JSON.stringify(json, null, 2)}\n`;
}

function isAbove(one, other) {
  const [left, right] = [one, other].map((text) => VERSION.exec(text).slice(1).map(Number));
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && left[at] > right[at];
}

function requireCleanTree() {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) refuse('git status failed: releases are made in a clone.');
  if (stdout !== '') refuse(`Commit these first, or put them away:\n${stdout.trimEnd()}`);
}

function release() {
  write(released);
  try {
    // The core says which version it is.
    generate();
    requireNpm('npm test', ['test']);
    const folder = join(ROOT, 'build', 'release');
    mkdirSync(folder, { recursive: true });
    requireNpm('npm pack', ['pack', '--silent', '--pack-destination', folder]);
    const tarball = join(folder, `${JSON.parse(texts.get('package.json')).name}-${version}.tgz`);
    requireNpm('the test of the packed package', ['test', '--', 'package'], { HOLDFAST_TARBALL: tarball });
    console.log(`
${tarball} is tested. To publish it:

  git commit -am "Version ${version}" && git tag v${version} && git push && git push origin v${version}
  npm publish ${tarball}`);
  } catch (error) {
    write(texts);
    generate();
    refuse(`${error.message}; ${FILES.join(', ')} are as they were.`, 1);
  }
}

function write(contents) {
  for (const [file, text] of contents) writeFileSync(join(ROOT, file), text);
}

/** Writes the version where the core has it. */
function generate() {
  const { status } = spawnSync(process.execPath, ['format/generate.mjs'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error('format/generate.mjs failed');
}

function requireNpm(what, argv, env = {}) {
  const { status } = runNpm(argv, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${what} failed`);
}

/** Ends the process. */
function refuse(message, code = 2) {
  console.error(message);
  process.exit(code);
}
