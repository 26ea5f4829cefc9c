/**
 * The core as a C library for firmware that exists already: a folder that CMake, PlatformIO, Arduino and Zephyr take as it is. The
 * same core gives the same bytes.
 */

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../common/errors.ts';
import { packageUrl } from '../common/root.ts';
import { coreUrl } from '../core/core.ts';
import type { FirstEdition } from '../core/first-burn.ts';
import type { BuildName } from '../format.ts';
import { readPartition } from '../image/read-partition.ts';
import { type CoreFacts, generateCore } from './generate.ts';
import { burnedValues } from './library-burned.ts';
import { libraryCore } from './library-core.ts';
import { mapValues } from './library-map.ts';

const TARGETS = packageUrl('targets/');
const BYTES_A_KIB = 1024;

/** Files that stand in targets/library as they are, but for what they name of the core. */
const PLAIN_FILES = [
  'CMakeLists.txt',
  'README.md',
  'library.json',
  'library.properties',
  'idf_component.yml',
  'zephyr/module.yml',
  'zephyr/CMakeLists.txt',
  'zephyr/Kconfig',
  'MISRA.md',
  'holdfast.mk',
  'fake/holdfast_fake.h',
  'fake/holdfast_fake.c',
  'examples/first/main.c',
  'examples/first/Makefile',
  'examples/bare-metal/main.c',
  'examples/bare-metal/port.c',
  'examples/loop/loop.ino',
  'examples/freertos/main.c',
  'examples/pico-sdk/CMakeLists.txt',
  'examples/pico-sdk/main.c',
  'examples/stm32f4/sectors.h',
  'examples/stm32f4/flash.c',
  'examples/stm32f4/main.c',
  'examples/zephyr/CMakeLists.txt',
  'examples/zephyr/prj.conf',
  'examples/zephyr/sample.yaml',
  'examples/zephyr/app.overlay',
  'examples/zephyr/src/main.c',
  'examples/esp-idf/CMakeLists.txt',
  'examples/esp-idf/partitions.csv',
  'examples/esp-idf/sdkconfig.defaults',
  'examples/esp-idf/main/CMakeLists.txt',
  'examples/esp-idf/main/idf_component.yml',
  'examples/esp-idf/main/main.c',
];

export interface LibraryEdition {
  /** Burned block, 512 bytes. */
  readonly burned: Uint8Array;
  readonly edition: FirstEdition;
}

export interface Library {
  /** Version of holdfast, and SHA-256 of the released wasm that the core was made of. */
  readonly version: string;
  readonly coreSha256: string;
  /** Bytes of RAM that the core's memory takes. */
  readonly memoryBytes: number;
  /** Texts by path in the folder, `/` between folders. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The library's files, of a build of the core for controllers; with an edition also those that burn it in and name what is in it.
 *
 * @throws HoldfastError CORE_MISSING, or GENERATED_UNEXPECTED
 */
export async function makeLibrary(burnedIn?: LibraryEdition, build: BuildName = 'device'): Promise<Library> {
  const wasm = await readCore(build);
  const coreSha256 = createHash('sha256').update(wasm).digest('hex');
  const { version } = JSON.parse(await readText(packageUrl('package.json'))) as { version: string };
  const { facts, declarations, functions } = await translate(build);
  const port = await readText(new URL('common/port.h', TARGETS));
  const ownName = portNames(port);
  const values = {
    VERSION: version,
    CORE_SHA256: coreSha256,
    MEMORY_BYTES: String(facts.memoryBytes),
    MEMORY_KIB: String(Math.ceil(facts.memoryBytes / BYTES_A_KIB)),
    ...(burnedIn === undefined ? {} : editionValues(burnedIn)),
  };
  const template = async (path: string) =>
    fill(path, await readText(new URL(`library/${path}`, TARGETS)), values);

  const files = new Map<string, string>();
  for (const path of PLAIN_FILES) files.set(path, await template(path));
  files.set('docs/SPEC.md', alone(await readText(packageUrl('docs/SPEC.md'))));
  files.set('LICENSE', await readText(packageUrl('LICENSE')));
  files.set(
    'src/holdfast.h',
    publicHeader(await readText(new URL('common/holdfast.h', TARGETS)), await template('facts.h')),
  );
  files.set('src/holdfast_format.h', await readText(new URL('common/holdfast_format.h', TARGETS)));
  files.set('src/holdfast.hpp', await template('holdfast.hpp'));
  files.set('src/holdfast_port.h', ownName(port));
  files.set('src/holdfast_place.h', await template('holdfast_place.h'));
  const core = libraryCore(
    {
      edges: ownName(await readText(new URL('common/core.c', TARGETS))),
      timed: ownName(await readText(new URL('common/timed.h', TARGETS))),
      runtime: await readText(new URL('common/wasm-rt.h', TARGETS)),
      operations: await readText(new URL('library/operations.h', TARGETS)),
      declarations,
      functions,
    },
    facts,
    `holdfast ${version}, from the core with sha256 ${coreSha256}`,
  );
  for (const [name, text] of core) files.set(`src/${name}`, text);
  if (burnedIn !== undefined)
    for (const name of ['holdfast_burned.h', 'holdfast_burned.c', 'holdfast_map.h'])
      files.set(`src/${name}`, ownName(await template(name)));
  return { version, coreSha256, memoryBytes: facts.memoryBytes, files };
}

/** What the files name that hold the edition and name what is in it. */
function editionValues({ burned, edition }: LibraryEdition): Record<string, string> {
  return {
    ...burnedValues(burned, edition),
    ...mapValues(readPartition(edition.bytes), edition.hash),
  };
}

async function readCore(build: BuildName): Promise<Uint8Array> {
  try {
    return await readFile(coreUrl(build));
  } catch (cause) {
    const remedy = 'Build it with `npm run build`.';
    throw new HoldfastError('CORE_MISSING', `The ${build} build of the core does not exist.`, {
      remedy,
      cause,
    });
  }
}

function readText(url: URL): Promise<string> {
  return readFile(url, 'utf8');
}

/** What wasm2c makes of the core, in a folder that is gone afterwards. */
async function translate(
  build: BuildName,
): Promise<{ facts: CoreFacts; declarations: string; functions: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-library-'));
  try {
    const facts = await generateCore(fileURLToPath(coreUrl(build)), folder);
    const [declarations, functions] = await Promise.all(
      ['core.h', 'core-generated.c'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    return { facts, declarations: declarations ?? '', functions: functions ?? '' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Gives the functions of the port the library's own prefix: in firmware of ours `port_reset` is nobody else's name, in a project
 * that exists already it may be.
 */
function portNames(header: string): (text: string) => string {
  const names = new Set([...header.matchAll(/\b(port_\w+)\(/g)].map(([, name]) => name));
  return (text) =>
    text
      .replace(/\bport_\w+\b/g, (name) => (names.has(name) ? `holdfast_${name}` : name))
      .replace('#include "port.h"', '#include "holdfast_port.h"');
}

/** A document without links to others that do not come with it. */
function alone(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\((?!#)[^)]*\)/g, '$1');
}

/** The header with what is to be known of this core, below its includes. */
function publicHeader(text: string, facts: string): string {
  const anchor = '#include <stdint.h>\n';
  if (!text.includes(anchor)) {
    throw new HoldfastError('GENERATED_UNEXPECTED', 'targets/common/holdfast.h does not include <stdint.h>.');
  }
  return text.replace(anchor, `${anchor}\n${facts}`);
}

/** Puts values in the place of their names between two @. */
function fill(path: string, text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/@([A-Z][A-Z0-9_]*)@/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new HoldfastError(
        'GENERATED_UNEXPECTED',
        `targets/library/${path} names @${name}@, which does not exist.`,
      );
    return value;
  });
}
