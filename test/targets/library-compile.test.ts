/** The C library compiles for the processors that it names, in C and C++, without a warning, and nothing of it leaks. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { worstStackBytes } from '../../host/firmware/stack.ts';
import { compileEdition } from '../support/editions.ts';
import { ARDUINO, clang, libraryFolder, MACHINES, type Machine, tool, WARNINGS } from '../support/library.ts';

const image = await compileEdition({ epoch: 7, limit: 80 });
const folder = await libraryFolder(image);
const plain = await libraryFolder();
afterAll(() => {
  folder.remove();
  plain.remove();
});

const FAST = '-DHOLDFAST_FAST=__attribute__((section(".fast")))';
const LEVELS = ['-Os', '-O2'] as const;
/** How far the README's upper bounds may lie above what is measured. */
const MARGIN = 1.75;

/** Compiles a file of the folder, and gives the object's path. */
function compile(machine: Machine, level: string, path: string, more: readonly string[] = []): string {
  const object = folder.at(`${machine.name}${level}-${basename(path)}.o`);
  tool(machine, 'gcc', [
    ...machine.flags,
    ...[
      '-std=c11',
      level,
      ...WARNINGS,
      ...more,
      `-I${folder.at('src')}`,
      '-c',
      folder.at(path),
      '-o',
      object,
    ],
  ]);
  return object;
}

/** Names of an object by the letter that nm gives them. */
function symbols(machine: Machine, object: string): { letter: string; name: string }[] {
  return [...tool(machine, 'nm', [object]).matchAll(/ ([A-Za-z]) (\S+)$/gm)].map(([, letter, name]) => ({
    letter: letter ?? '',
    name: name ?? '',
  }));
}

describe.each(MACHINES)('$name', (machine) => {
  test.each(LEVELS)('%s: no warning, and no name but its own', (level) => {
    const object = compile(machine, level, 'src/holdfast.c', [FAST, '-fcallgraph-info=su']);
    compile(machine, level, 'src/holdfast_burned.c');
    expectOwnNames(machine, object);
    figuresHold(machine, level, object);
    expect(fastRefersTo(machine, object)).toEqual([]);
  });

  test.each(LEVELS)('%s with clang: the same', (level) => {
    const object = folder.at(`${machine.name}${level}-clang.o`);
    const argv = ['-std=c11', level, ...WARNINGS, FAST, `-I${folder.at('src')}`, '-c'];
    clang(machine, [...argv, folder.at('src/holdfast_burned.c'), '-o', object]);
    clang(machine, [...argv, folder.at('src/holdfast.c'), '-o', object]);
    expectOwnNames(machine, object);
    // Of some bounds clang does not see on every processor that they hold: a check is left, and what it would call.
    expect(fastRefersTo(machine, object)).toEqual(['holdfast_port_trap']);
  });
});

/** It defines what holdfast.h declares, and asks for what holdfast_port.h declares. */
function expectOwnNames(machine: Machine, object: string): void {
  const seen = symbols(machine, object);
  const outside = seen.filter(({ letter }) => /[A-TV-Z]/.test(letter)).map(({ name }) => name);
  const names = [
    'boot',
    'check',
    'check_invalid',
    'check_plane',
    'memory',
    'receive',
    'service',
    'spell',
    'spell_into',
    'state_of',
    'sweep',
    'sweep_plane',
    'until_change',
    'until_change_plane',
  ];
  const alias = machine.name === 'Cortex-M0+' ? ['records'] : [];
  expect(outside.sort()).toEqual([...names, ...alias].map((name) => `holdfast_${name}`).sort());
  const needed = seen.filter(({ letter }) => letter === 'U').map(({ name }) => name);
  // What is not the port's is the compiler's own: copying, and arithmetic that the processor does not have.
  const foreign = needed.filter((name) => !name.startsWith('holdfast_port_') && !name.startsWith('__'));
  expect(foreign.filter((name) => name !== 'memcpy' && name !== 'memset')).toEqual([]);
  expect(needed.filter((name) => name.startsWith('holdfast_port_'))).toHaveLength(11);
}

/** What the README says of code and stack. */
function figuresHold(machine: Machine, level: string, object: string): void {
  const row = new RegExp(
    `^\\| ${machine.name.replace('+', '\\+')} ${level} \\| ([\\d,]+) \\| ([\\d,]+) \\|`,
    'm',
  );
  const [, code, stack] = row.exec(readFileSync(folder.at('README.md'), 'utf8')) ?? [];
  const said = [code, stack].map((text) => Number(text?.replace(',', '')));
  const sections = tool(machine, 'size', ['-A', object]);
  const codeBytes = [...sections.matchAll(/^\.(?:text|rodata|srodata|fast)\S*\s+(\d+)/gm)].reduce(
    (sum, [, bytes]) => sum + Number(bytes),
    0,
  );
  const graph = readFileSync(object.replace(/\.o$/, '.ci'), 'utf8');
  const stackBytes = Math.max(
    ...['holdfast_boot', 'holdfast_service'].map((root) =>
      worstStackBytes(graph, root, ['holdfast_receive'], 0),
    ),
  );
  const measured = [codeBytes, stackBytes];
  measured.forEach((bytes, index) => {
    const words = `${machine.name} ${level}: ${measured.join(' bytes of code, ')} of stack`;
    expect(said[index], words).toBeGreaterThanOrEqual(bytes);
    expect(said[index], words).toBeLessThan(MARGIN * bytes);
  });
}

/** The assembler's own label within the section, as objdump prints it. */
const LOCAL_LABEL = /^\.L\d+\^B\d+$/;

/** What the fast functions refer to beyond one another, memory, and the counter when a call is measured. */
function fastRefersTo(machine: Machine, object: string): string[] {
  const sectionOf = new Map<string, string>();
  for (const [, section, name] of tool(machine, 'objdump', ['--special-syms', '-t', object]).matchAll(
    /\s(\.\S+|\*\S+\*)\s+[0-9a-f]{8}\s+(?:\.hidden )?(\S+)$/gm,
  ))
    sectionOf.set(name ?? '', section ?? '');
  const relocations = tool(machine, 'objdump', ['-r', '-j', '.fast', object]);
  const names = [...relocations.matchAll(/^[0-9a-f]{8} R_\S+\s+([^\s+-]+)/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => !LOCAL_LABEL.test(name));
  expect(names.length).toBeGreaterThan(0);
  const places = names.map((name) => {
    const section = sectionOf.get(name) ?? name;
    return section === '*UND*' ? name : section.replace(/^\.s?(rodata|bss)\b.*/, '.$1');
  });
  return [...new Set(places)]
    .filter((place) => !['.fast', '.bss', '*ABS*', 'holdfast_port_cycles'].includes(place))
    .sort();
}

describe('other ways to compile it', () => {
  const [m0] = MACHINES;

  test('the unified syntax of the assembler, given or not', () => {
    compile(m0, '-O2', 'src/holdfast.c', ['-masm-syntax-unified']);
    compile(m0, '-O2', 'src/holdfast.c', ['-masm-syntax-unified', '-DHOLDFAST_UNIFIED_ASSEMBLY=1']);
  });

  test('a big-endian processor is refused by name', () => {
    const flags = [...m0.flags, '-mbig-endian', '-std=c11', '-fsyntax-only', `-I${folder.at('src')}`];
    expect(() => tool(m0, 'gcc', [...flags, folder.at('src/holdfast.c')])).toThrow(
      /little-endian processors only/,
    );
  });

  test('a C++ unit includes every header', () => {
    const unit = folder.at('unit.cpp');
    const calls = 'return holdfast_is_covered(holdfast_check(0, 0, 0)) + (int)sizeof holdfast_burned;';
    writeFileSync(
      unit,
      `#include <holdfast_burned.h>\n#include <holdfast_port.h>\n#include <holdfast.h>\nint main() { ${calls} }\n`,
    );
    const warnings = WARNINGS.filter((warning) => !/prototypes/.test(warning));
    tool(m0, 'g++', [
      ...m0.flags,
      '-std=c++11',
      ...warnings,
      `-I${folder.at('src')}`,
      '-c',
      unit,
      '-o',
      `${unit}.o`,
    ]);
  });

  test('the sketch, against the Arduino core for AVR: what it calls is there', () => {
    // An AVR has no room for the core: sectors are made small, and nothing is linked.
    const sketch = folder.at('small.cpp');
    const text = readFileSync(folder.at('examples/loop/loop.ino'), 'utf8');
    writeFileSync(sketch, text.replace('SECTOR_BYTES = 4096', 'SECTOR_BYTES = 1024'));
    const core = '/usr/share/arduino/hardware/arduino/avr';
    const board = ['-mmcu=atmega2560', '-DF_CPU=16000000L', '-DARDUINO=10819', '-DARDUINO_ARCH_AVR'];
    const includes = [`${core}/cores/arduino`, `${core}/variants/mega`, folder.at('src')].map(
      (each) => `-I${each}`,
    );
    const argv = [...board, '-std=gnu++11', '-Os', '-Wall', '-Wextra', '-Werror', ...includes];
    execFileSync('avr-g++', [...argv, '-include', 'Arduino.h', '-fsyntax-only', sketch], { stdio: 'pipe' });
  });

  test('the sketch, against stand-ins for what the Arduino core gives', () => {
    writeFileSync(folder.at('Arduino.h'), ARDUINO);
    for (const { at } of [folder, plain]) {
      // As the Arduino builder does it: a C++ unit that begins with its own header.
      const argv = [
        '-x',
        'c++',
        '-std=gnu++17',
        '-Wall',
        '-Wextra',
        '-Werror',
        '-include',
        folder.at('Arduino.h'),
      ];
      tool(m0, 'g++', [
        ...m0.flags,
        ...argv,
        `-I${at('src')}`,
        '-fsyntax-only',
        at('examples/loop/loop.ino'),
      ]);
    }
  });
});

describe('CMake', () => {
  const cmake = (...argv: string[]) => execFileSync('cmake', argv, { encoding: 'utf8', stdio: 'pipe' });

  test.each([
    ['with an edition', folder],
    ['without', plain],
  ])('configures and builds the folder with its example, %s', (_name, { at }) => {
    const flags = '-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic -Werror';
    cmake('-S', at('.'), '-B', at('build'), '-DHOLDFAST_EXAMPLE=ON', flags);
    cmake('--build', at('build'));
    const example = execFileSync('nm', [at('build/holdfast_example')], { encoding: 'utf8' });
    expect(/ T holdfast_check$/m.test(example)).toBe(true);
  });

  test('a project takes it as a subdirectory, with sections of its own', () => {
    const project = folder.at('project');
    execFileSync('mkdir', ['-p', project]);
    writeFileSync(
      `${project}/CMakeLists.txt`,
      [
        'cmake_minimum_required(VERSION 3.13)',
        'project(app C)',
        `add_subdirectory(${folder.at('.')} holdfast)`,
        `add_executable(app ${folder.at('examples/bare-metal/main.c')} ${folder.at('examples/bare-metal/port.c')})`,
        'target_link_libraries(app PRIVATE holdfast::holdfast)',
        '',
      ].join('\n'),
    );
    cmake(
      '-S',
      project,
      '-B',
      `${project}/build`,
      '-DHOLDFAST_FAST_SECTION=.fast',
      '-DHOLDFAST_MEMORY_SECTION=.bss.core',
    );
    cmake('--build', `${project}/build`);
    const sections = execFileSync('objdump', ['-h', `${project}/build/holdfast/libholdfast.a`], {
      encoding: 'utf8',
    });
    expect(sections).toMatch(/ \.fast /);
    expect(sections).toMatch(/ \.bss\.core /);
  });

  test('the Zephyr module names files that are there', () => {
    const script = folder.at('zephyr.cmake');
    writeFileSync(
      script,
      [
        'set(CONFIG_HOLDFAST y)',
        ...[
          ['library_named', 'named'],
          ['library_sources', 'sources'],
          ['include_directories', 'include'],
        ].map(([name, word]) => `macro(zephyr_${name})\n  message("${word} \${ARGN}")\nendmacro()`),
        `include(${folder.at('zephyr/CMakeLists.txt')})`,
        '',
      ].join('\n'),
    );
    const { stderr } = spawnSync('cmake', ['-P', script], { encoding: 'utf8' });
    const named = [...stderr.matchAll(/^(\w+) (.*)$/gm)].map(([, what, path]) => [
      what,
      path?.replace(/.*\.\.\//, ''),
    ]);
    expect(named).toEqual([
      ['named', 'holdfast'],
      ['sources', 'src/holdfast.c'],
      ['sources', 'src/holdfast_burned.c'],
      ['include', 'src'],
    ]);
  });
});
