/**
 * Bundles what the package ships, into dist: the command and the library in pieces that they share, the script of the audit page,
 * the library's types, and the licences of the packages that are bundled with it.
 */
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const DIST = join(ROOT, 'dist');
/** Where tsc leaves the declarations that belong to the sources. */
const DECLARATIONS = join(ROOT, 'build', 'js');

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const COMMON = {
  absWorkingDir: ROOT,
  outdir: DIST,
  bundle: true,
  // Names stay, so that whoever reports a fault sends a trace that says where it was.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** Bundled packages that are CommonJS ask for Node's own modules by `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);";

const NODE = {
  ...COMMON,
  platform: 'node',
  target: 'node20',
  external: [...Object.keys(dependencies), ...Object.keys(peerDependencies)],
  // Its CommonJS form asks for its own files at run time, which a bundle has not.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

/** All verbs and the library, in pieces that they share. */
const pieces = await build({
  ...NODE,
  entryPoints: {
    verbs: 'host/cli/verbs.ts',
    index: 'host/index.ts',
    'encode-body': 'host/body/encode-body.ts',
    'ask-plane': 'host/core/ask-plane.ts',
  },
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
  banner: { js: REQUIRE },
});

/** What is loaded when wanted stays outside: verbs, writing of bodies, asking of planes; and what commander has for other subcommands. */
const quickOnly = {
  name: 'quick-only',
  setup(command) {
    command.onResolve({ filter: /\/(?:verbs|encode-body|ask-plane)\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.js`, external: true } : undefined,
    );
    leaveOut(command, /^node:child_process$/);
  },
};

/** The command as it is started: one file, and of the kind that Node starts fastest. */
const command = await build({
  ...NODE,
  entryPoints: { holdfast: 'host/cli/main.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  plugins: [quickOnly],
});

/** What Node provides is not there in a page: its names are undefined. */
const withoutNode = { name: 'without-node', setup: (page) => leaveOut(page, /^node:/) };

/** The script of a page, whose folder has a file for each kind of page. */
const pageOf = (name, main) =>
  build({
    ...COMMON,
    // Each page carries its script.
    minifyIdentifiers: true,
    stdin: {
      contents: `import { start } from './${main}.ts'; void start();`,
      resolveDir: join(ROOT, 'host', 'page'),
      sourcefile: `${name}.ts`,
    },
    entryNames: name,
    // No module: it starts where it stands in the page, before the browser has read what comes behind it.
    format: 'iife',
    define: { 'import.meta.url': 'document.baseURI' },
    platform: 'browser',
    target: 'es2023',
    plugins: [withoutNode],
  });

const page = await pageOf('page', 'main');
const planePage = await pageOf('plane-page', 'plane-main');

removeOld([pieces, command, page, planePage]);
copyTypes('host/index.d.ts');
writeLicences([pieces, command, page, planePage]);
// npx makes the command executable when it first links it, and never again.
chmodSync(join(DIST, 'holdfast.cjs'), 0o755);

/** Modules that are there, and empty. */
function leaveOut(bundle, filter) {
  bundle.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
  bundle.onLoad({ filter, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
}

/** Takes away what an earlier build left, once the new files are all there. */
function removeOld(results) {
  const made = new Set(results.flatMap(({ metafile }) => Object.keys(metafile.outputs)));
  for (const path of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    const file = relative(ROOT, join(path.parentPath, path.name));
    if (path.isFile() && !made.has(file)) rmSync(join(ROOT, file));
  }
}

/** The declarations of a module and of all that it imports. */
function copyTypes(entry) {
  const waiting = [entry];
  const copied = new Set();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (copied.has(path)) continue;
    copied.add(path);
    cpSync(join(DECLARATIONS, path), join(DIST, 'types', path));
    const text = readFileSync(join(DECLARATIONS, path), 'utf8');
    for (const [, from] of text.matchAll(/(?:from |import\()'(\.[^']+)'/g))
      waiting.push(join(dirname(path), from.replace(/\.[jt]s$/, '.d.ts')));
  }
}

/** One file with the licence of each package whose code is in the bundles. */
function writeLicences(results) {
  const folders = new Set(
    results
      .flatMap(({ metafile }) => Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)))
      .flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : `\n${readFileSync(join(ROOT, folder, file), 'utf8').trim()}\n`;
    return `${name} ${version}: ${license}\n${text}`;
  });
  writeFileSync(join(DIST, 'THIRD-PARTY-LICENCES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}
