/** The C library in other people's trees: as C++, unoptimised, in one unit with them, and in the build systems that they have. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { compileEdition } from '../support/editions.ts';
import { clang, libraryFolder, MACHINES, type Machine, tool, WARNINGS } from '../support/library.ts';

const folder = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
afterAll(() => folder.remove());

const IDF = fileURLToPath(new URL('library/idf.cmake', import.meta.url));
const INCLUDES = [`-I${folder.at('src')}`, `-I${folder.at('fake')}`];
/** What a compiler of C++ knows to warn about besides. */
const CXX_WARNINGS = [
  ...WARNINGS.filter((warning) => !/prototypes/.test(warning)),
  ...['-Wold-style-cast', '-Wsign-conversion', '-Wzero-as-null-pointer-constant'],
];
const [m0, m4, , , rv32] = MACHINES;

function host(compiler: string, argv: readonly string[]): string {
  return execFileSync(compiler, [...argv], { encoding: 'utf8', stdio: 'pipe' });
}

/** Writes a source into the folder and gives its path. */
function written(name: string, text: string): string {
  writeFileSync(folder.at(name), text);
  return folder.at(name);
}

describe('as C++', () => {
  test.each(['g++', 'clang++'])(
    '%s compiles the core, with the warnings that users switch on',
    (compiler) => {
      for (const name of ['holdfast.c', 'holdfast_burned.c'])
        host(compiler, [
          ...['-x', 'c++', '-std=c++11', '-Og', ...CXX_WARNINGS, ...INCLUDES],
          // What the core's own file holds of C: casts, and null pointers written as 0.
          ...['-Wno-old-style-cast', '-Wno-zero-as-null-pointer-constant', '-Wno-deprecated'],
          ...['-c', folder.at(`src/${name}`), '-o', folder.at(`${name}.cpp.o`)],
        ]);
      const defined = host('nm', [folder.at('holdfast.c.cpp.o')]);
      expect(defined).toMatch(/ T holdfast_check$/m);
    },
  );

  test.each([
    ['g++', ['-Wuseless-cast']],
    ['clang++', ['-Weverything', '-Wno-c++98-compat', '-Wno-c++98-compat-pedantic', '-Wno-padded']],
  ])('%s has nothing to say of the headers', (compiler, more) => {
    const headers = [
      'holdfast.h',
      'holdfast_port.h',
      'holdfast_burned.h',
      'holdfast_map.h',
      'holdfast_fake.h',
    ];
    const unit = written(
      'headers.cpp',
      `${headers.map((name) => `#include "${name}"\n`).join('')}int main() { return 0; }\n`,
    );
    for (const standard of ['-std=c++11', '-std=c++20'])
      host(compiler, [standard, ...CXX_WARNINGS, ...more, ...INCLUDES, '-fsyntax-only', unit]);
  });
});

describe('as C, with every warning', () => {
  const SOURCES = [
    ...['src/holdfast.c', 'src/holdfast_burned.c', 'fake/holdfast_fake.c', 'examples/first/main.c'],
    ...['examples/bare-metal/main.c', 'examples/bare-metal/port.c'],
  ];
  test.each(['gcc', 'clang'])('%s: our own files have none', (compiler) => {
    for (const source of SOURCES)
      host(compiler, [
        '-std=c11',
        '-O1',
        ...WARNINGS,
        '-Wsign-conversion',
        ...INCLUDES,
        '-fsyntax-only',
        folder.at(source),
      ]);
  });
});

describe('unoptimised', () => {
  /** What README's table says of code and constants at -Os. */
  function saidBytes(machine: Machine): number {
    const row = new RegExp(`^\\| ${machine.name.replace('+', '\\+')} -Os \\| ([\\d,]+)`, 'm');
    return Number(row.exec(readFileSync(folder.at('README.md'), 'utf8'))?.[1]?.replace(',', ''));
  }

  test.each([m0, m4, rv32])('GCC optimises the file all the same, on $name', (machine) => {
    const object = folder.at(`${machine.name}-O0.o`);
    const argv = ['-O0', ...INCLUDES, '-fstack-usage', '-c', folder.at('src/holdfast.c'), '-o', object];
    tool(machine, 'gcc', [...machine.flags, ...argv]);
    const sections = tool(machine, 'size', ['-A', object]);
    const bytes = [...sections.matchAll(/^\.(?:text|s?rodata)\S*\s+(\d+)/gm)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
    // The functions of the loop are not in a section of their own here, and nothing is left out that -Os leaves out.
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(1.1 * saidBytes(machine));
    const stack = /:holdfast_check\t(\d+)\t/.exec(readFileSync(object.replace(/\.o$/, '.su'), 'utf8'));
    expect(Number(stack?.[1])).toBeLessThan(64);
  });

  test('clang is refused, with the reason, unless it is wanted', () => {
    const argv = ['-O0', '-fsyntax-only', ...INCLUDES, folder.at('src/holdfast.c')];
    expect(() => clang(m4, argv)).toThrow(/at -O0 is ten times the code[\s\S]*-Og or -Os/);
    clang(m4, [...argv, '-DHOLDFAST_NOT_OPTIMIZED']);
    clang(m4, [...argv, '-Og']);
  });
});

describe('for an RV32 with fewer instructions', () => {
  const FEWER = ['-march=rv32i -mabi=ilp32', '-march=rv32ec -mabi=ilp32e', '-march=rv32im -mabi=ilp32'];
  const argv = ['-std=c11', '-Os', '-ffreestanding', '-c', ...INCLUDES, folder.at('src/holdfast.c')];
  test.each(FEWER)('GCC: %s', (machine) => {
    tool(rv32, 'gcc', [...machine.split(' '), ...argv, '-o', folder.at('fewer.o')]);
  });

  test('clang: without multiplication', () => {
    const machine = { ...rv32, flags: ['-march=rv32ic', '-mabi=ilp32'] } as unknown as Machine;
    clang(machine, [...argv, '-o', folder.at('fewer.o')]);
  });
});

test('in one unit with a project that has short names of its own, and options of its own', () => {
  const unit = written(
    'unit.c',
    [
      'typedef unsigned char u8; typedef unsigned long long u32; typedef struct { int x; } u64;',
      '#define LIKELY(x) #x',
      'static int core, port, place; static void fence(void); int after(int x);',
      '#include "holdfast.c"',
      'static void fence(void) { core = port = place; }',
      'int after(int x) { u64 a = {x}; u32 wide = 1; u8 narrow = 2; fence(); return a.x + (int)wide + narrow + LIKELY(x)[0]; }',
      '',
    ].join('\n'),
  );
  const argv = [...INCLUDES, '-fsyntax-only', unit];
  tool(m0, 'gcc', [...m0.flags, '-O0', ...argv]);
  clang(m0, ['-O2', ...argv]);
});

describe('a section for the memory', () => {
  const NAME = '.bss.holdfast';

  test.each(['gcc', 'clang'])('%s: it takes no room in the file', (compiler) => {
    const object = folder.at(`memory-${compiler}.o`);
    const macro = `-DHOLDFAST_MEMORY=__attribute__((section("${NAME}")))`;
    const argv = ['-Og', macro, ...INCLUDES, '-c', folder.at('src/holdfast.c'), '-o', object];
    if (compiler === 'gcc') tool(m4, 'gcc', [...m4.flags, ...argv]);
    else clang(m4, argv);
    const sections = tool(m4, 'readelf', ['-SW', object]);
    expect(new RegExp(`\\${NAME}\\s+(\\w+)`).exec(sections)?.[1]).toBe('NOBITS');
  });

  test('CMake takes such a name, and says why it takes no other', () => {
    const configure = (section: string) =>
      spawnSync(
        'cmake',
        ['-S', folder.at('.'), '-B', folder.at('sections'), `-DHOLDFAST_MEMORY_SECTION=${section}`],
        {
          encoding: 'utf8',
        },
      );
    expect(configure(NAME).status).toBe(0);
    const refused = configure('.core');
    expect(refused.status).not.toBe(0);
    expect(refused.stderr.replace(/\s+/g, ' ')).toMatch(
      /\.core: compilers put a section .* into the program's file/,
    );
  });
});

describe('build systems', () => {
  const PROGRAM = [
    '#include "holdfast_burned.h"',
    '#include "holdfast_fake.h"',
    'int main() {',
    '  const holdfast_fake_options fake = {HOLDFAST_FAKE_GEOMETRY, 0, 0, 0};',
    '  if (holdfast_fake_open(&fake) != 0) return 1;',
    '  if (holdfast_burn_first_edition(&fake.geometry) != HOLDFAST_BURN_DONE) return 2;',
    '  if (holdfast_boot(&fake.geometry, holdfast_burned) != 0) return 3;',
    '  return holdfast_is_covered(holdfast_check(0, 500, 0)) ? 0 : 4;',
    '}',
    '',
  ].join('\n');

  test.each([
    ['add_subdirectory', ['add_subdirectory(LIBRARY holdfast)']],
    [
      'FetchContent',
      [
        'include(FetchContent)',
        'FetchContent_Declare(holdfast SOURCE_DIR LIBRARY)',
        'FetchContent_MakeAvailable(holdfast)',
      ],
    ],
  ])('CMake, a project of C++ alone, by %s', (name, lines) => {
    const project = folder.at(`cxx-${name}`);
    mkdirSync(project);
    writeFileSync(`${project}/main.cpp`, PROGRAM);
    writeFileSync(
      `${project}/CMakeLists.txt`,
      [
        'cmake_minimum_required(VERSION 3.14)',
        'project(app CXX)',
        ...lines.map((line) => line.replace('LIBRARY', folder.at('.'))),
        'add_executable(app main.cpp)',
        'target_link_libraries(app PRIVATE holdfast_fake holdfast::holdfast)',
        '',
      ].join('\n'),
    );
    host('cmake', [
      '-S',
      project,
      '-B',
      `${project}/build`,
      '-DCMAKE_BUILD_TYPE=Debug',
      '-Wdev',
      '-Werror=dev',
    ]);
    if (name !== 'FetchContent') return;
    host('cmake', ['--build', `${project}/build`]);
    expect(spawnSync(`${project}/build/app`).status).toBe(0);
  });

  test('a Makefile', () => {
    const project = folder.at('with-make');
    mkdirSync(project);
    writeFileSync(`${project}/main.c`, PROGRAM.replace('main()', 'main(void)'));
    writeFileSync(
      `${project}/Makefile`,
      [
        `include ${folder.at('holdfast.mk')}`,
        'app: main.c $(HOLDFAST_SOURCES) $(HOLDFAST_FAKE_SOURCES)',
        '\t$(CC) -std=c11 -Og -Wall -Wextra -Werror $(HOLDFAST_CPPFLAGS) $(HOLDFAST_FAKE_CPPFLAGS) $^ -o $@',
        '',
      ].join('\n'),
    );
    host('make', ['-s', '-C', project]);
    expect(spawnSync(`${project}/app`).status).toBe(0);
  });

  test('ESP-IDF: a component that names files that are there, in the words of its CMake', () => {
    const argv = [`-DLIBRARY=${folder.at('.')}`, '-P', IDF];
    const { status, stderr } = spawnSync('cmake', argv, { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stderr).toBe('srcs src/holdfast.c;src/holdfast_burned.c\ndirs src rest \n');
  });
});
