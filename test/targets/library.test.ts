/** `holdfast firmware library`: what it writes, where, and what it leaves alone. */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LIST_NAME } from '../../host/cli/common/generated-folder.ts';
import { coreUrl } from '../../host/core/core.ts';
import { makeLibrary } from '../../host/firmware/library.ts';
import { STATE_MAGIC, STATE_RECORD_AT, STATE_RECORD_BYTES } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const VERSION: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;
const image = await compileEdition({ epoch: 7, limit: 80 });
const burnedIn = { burned: encodeBurned(deriveBurned(image, 'development')), edition: readEdition(image) };
const library = await makeLibrary(burnedIn);

function text(path: string): string {
  const found = library.files.get(path);
  if (found === undefined) throw new RangeError(`the library has no ${path}`);
  return found;
}

let folder = temporaryFolder('library-verb');
afterEach(() => {
  folder.remove();
  folder = temporaryFolder('library-verb');
});

describe('the files', () => {
  test('are the same each time, with an edition three more', async () => {
    expect(await makeLibrary(burnedIn)).toEqual(library);
    const plain = await makeLibrary();
    const more = [...library.files.keys()].filter((path) => !plain.files.has(path));
    expect(more).toEqual(['src/holdfast_burned.h', 'src/holdfast_burned.c', 'src/holdfast_map.h']);
    for (const [path, content] of plain.files) expect(text(path)).toBe(content);
  });

  test('say which core they are', () => {
    const sha256 = createHash('sha256')
      .update(readFileSync(coreUrl('device')))
      .digest('hex');
    expect(library.coreSha256).toBe(sha256);
    for (const path of ['README.md', 'src/holdfast.h', 'src/holdfast_core.inc'])
      expect(text(path)).toContain(sha256);
    expect(text('src/holdfast.h')).toContain(`#define HOLDFAST_VERSION "${VERSION}"`);
    expect(text('src/holdfast.h')).toContain(`#define HOLDFAST_MEMORY_BYTES ${library.memoryBytes}u`);
  });

  test('leave no name to be filled in, and include nothing but one another and what compilers bring', () => {
    for (const [path, content] of library.files) {
      expect(content, path).not.toMatch(/@[A-Z_]+@/);
      if (!/\.(?:c|h|inc)$/.test(path)) continue;
      for (const [, included] of content.matchAll(/#\s*include ["<]([^">]+)/g)) {
        const own = library.files.has(`src/${included}`);
        const freestanding = ['stdbool.h', 'stddef.h', 'stdint.h'].includes(included ?? '');
        // Examples include what their world brings: test/targets/library-worlds.test.ts compiles them.
        const elsewhere = path.startsWith('fake/') || path.startsWith('examples/');
        expect(own || freestanding || elsewhere, `${path} includes ${included}`).toBe(true);
      }
    }
  });

  test('hold what the headers cite', () => {
    for (const [path, content] of library.files)
      if (/\.(?:c|h|inc|md)$/.test(path))
        for (const [cited] of content.matchAll(/\b(?:(?:docs|src|fake)\/[\w/.-]*\w|examples\/[\w-]+)/g))
          expect(
            [...library.files.keys()].some((file) => file === cited || file.startsWith(`${cited}/`)),
            `${path} cites ${cited}`,
          ).toBe(true);
    const sections = new Set(
      [...text('docs/SPEC.md').matchAll(/^##+ (\d+(?:\.\d+)?)\b/gm)].map(([, number]) => number),
    );
    for (const [path, content] of library.files)
      if (path.startsWith('src/'))
        for (const [, section] of content.matchAll(/SPEC\.md section (\d+(?:\.\d+)?)/g))
          expect(sections.has(section), `${path} cites section ${section}`).toBe(true);
  });

  test('hold the burned block, the edition and its record byte for byte', () => {
    const array = (name: string) => {
      const [, body] =
        new RegExp(`${name}\\[[^\\]]*\\] = \\{([^}]*)\\}`).exec(text('src/holdfast_burned.c')) ?? [];
      return Buffer.from(
        (body ?? '')
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== '')
          .map(Number),
      );
    };
    expect(array('holdfast_burned').equals(burnedIn.burned)).toBe(true);
    expect(array('holdfast_edition').equals(image)).toBe(true);
    const state = array('holdfast_edition_state');
    expect([
      state.length,
      state.readUInt32LE(STATE_RECORD_AT.magic),
      state.readUInt32LE(STATE_RECORD_AT.confirmedEpoch),
    ]).toEqual([STATE_RECORD_BYTES, STATE_MAGIC, 7]);
  });
});

describe('what build systems read', () => {
  test('PlatformIO: library.json', () => {
    const manifest = JSON.parse(text('library.json'));
    expect(manifest).toMatchObject({ name: 'Holdfast', version: VERSION, license: 'MIT' });
    expect(manifest).toMatchObject({ frameworks: '*', platforms: '*' });
    expect(manifest.description.length).toBeGreaterThan(0);
    for (const header of manifest.headers) text(`${manifest.build.includeDir}/${header}`);
    text(`${manifest.build.srcDir}/holdfast.c`);
    for (const { base, files } of manifest.examples) for (const file of files) text(`${base}/${file}`);
  });

  test('Arduino: library.properties, sources in src, a sketch named like its folder', () => {
    const lines = text('library.properties').trimEnd().split('\n');
    const properties = new Map(lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
    const required = ['name', 'version', 'author', 'maintainer', 'sentence', 'paragraph', 'category', 'url'];
    for (const name of [...required, 'architectures', 'includes'])
      expect(properties.has(name), name).toBe(true);
    expect(properties.get('name')).toMatch(/^[A-Za-z0-9][A-Za-z0-9 _.-]*$/);
    expect(properties.get('version')).toBe(VERSION);
    const categories = [
      'Display',
      'Communication',
      'Signal Input/Output',
      'Sensors',
      'Device Control',
      'Timing',
    ];
    expect([...categories, 'Data Storage', 'Data Processing', 'Other']).toContain(properties.get('category'));
    for (const header of (properties.get('includes') ?? '').split(',')) text(`src/${header}`);
    text('examples/loop/loop.ino');
    // The builder compiles every C file beside a sketch, and a second main would not link.
    const beside = [...library.files.keys()].filter((path) => path.startsWith('examples/loop/'));
    expect(beside).toEqual(['examples/loop/loop.ino']);
  });

  test('Zephyr: module.yml names what is there', () => {
    const module = parse(text('zephyr/module.yml'));
    expect(module.name).toBe('holdfast');
    text(`${module.build.cmake}/CMakeLists.txt`);
    expect(text(module.build.kconfig)).toMatch(/^config HOLDFAST\n\tbool "/);
  });
});

describe('the verb', () => {
  const run = (...argv: string[]) => holdfast(['firmware', 'library', '-o', folder.at('lib'), ...argv]);

  test('writes the folder, and again over what it wrote', async () => {
    writeFileSync(folder.at('map.img'), image);
    const first = await run('--json');
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    const said = JSON.parse(first.stdout);
    expect(said).toMatchObject({ version: VERSION, coreSha256: library.coreSha256 });
    for (const path of said.files) expect(readFileSync(folder.at(`lib/${path}`), 'utf8')).toBe(text(path));
    const second = await run('--image', folder.at('map.img'), '--development');
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('development mode: takes unsigned maps');
    expect(readFileSync(folder.at('lib/src/holdfast_burned.c'), 'utf8')).toBe(text('src/holdfast_burned.c'));
    expect((await run()).code).toBe(0);
  });

  test('replaces what an older version wrote, not what somebody changed or brought', async () => {
    await run();
    const list = JSON.parse(readFileSync(folder.at(`lib/${LIST_NAME}`), 'utf8'));
    const older = 'of an older version\n';
    writeFileSync(folder.at('lib/src/holdfast.c'), older);
    list['src/holdfast.c'] = createHash('sha256').update(older).digest('hex');
    writeFileSync(folder.at(`lib/${LIST_NAME}`), JSON.stringify(list));
    expect((await run()).code).toBe(0);
    expect(readFileSync(folder.at('lib/src/holdfast.c'), 'utf8')).toBe(text('src/holdfast.c'));

    writeFileSync(folder.at('lib/examples/bare-metal/port.c'), 'mine\n');
    writeFileSync(folder.at('lib/notes.txt'), 'mine too\n');
    const refused = await run();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(folder.at('lib/examples/bare-metal/port.c'));
    expect(refused.stderr).toContain('--force');
    expect(readFileSync(folder.at('lib/examples/bare-metal/port.c'), 'utf8')).toBe('mine\n');
    expect((await run('--force')).code).toBe(0);
    expect(readFileSync(folder.at('lib/examples/bare-metal/port.c'), 'utf8')).toBe(
      text('examples/bare-metal/port.c'),
    );
    expect(readFileSync(folder.at('lib/notes.txt'), 'utf8')).toBe('mine too\n');
  });

  test('writes nothing into a folder where one file is not its own', async () => {
    mkdirSync(folder.at('lib'));
    writeFileSync(folder.at('lib/README.md'), 'my project\n');
    const refused = await run();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`${folder.at('lib/README.md')} exists, but is not what holdfast wrote`);
    expect(readdirSync(folder.at('lib'))).toEqual(['README.md']);
  });

  test.each([
    ['a file in the place of the folder', ['firmware', 'library', '-o', 'FILE'], /cannot write/],
    [
      'a configuration without an edition',
      ['firmware', 'library', '-o', 'lib', '--config', 'FILE'],
      /--image/,
    ],
    ['an edition that is none', ['firmware', 'library', '-o', 'lib', '--image', 'FILE'], /FILE|image/],
    ['a board without an edition', ['firmware', 'rp2040', '-o', 'a.uf2'], /--image/],
    ['a target that is none', ['firmware', 'pico', '-o', 'a.uf2'], /rp2040.*library/],
  ])('refuses %s', async (_name, argv, message) => {
    writeFileSync(folder.at('FILE'), 'no image\n');
    const ran = await holdfast(argv, { cwd: folder.path });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
    expect(readdirSync(folder.path)).toEqual(['FILE']);
  });
});

test('the package holds what the verb needs', async () => {
  const output: ExecFileSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  };
  const packed = execFileSync('npm', ['pack', '--silent', ROOT], { ...output, cwd: folder.path });
  execFileSync('tar', ['-xzf', packed.trim()], { cwd: folder.path });
  symlinkSync(join(ROOT, 'node_modules'), folder.at('package/node_modules'));
  const verb = [folder.at('package/dist/holdfast.cjs'), 'firmware', 'library', '-o', folder.at('lib')];
  execFileSync(process.execPath, verb, output);
  for (const path of ['src/holdfast_core.inc', 'LICENSE', 'examples/bare-metal/port.c'])
    expect(readFileSync(folder.at(`lib/${path}`), 'utf8')).toBe(text(path));
});
