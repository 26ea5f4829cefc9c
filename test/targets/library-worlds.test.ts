/** The C library's examples, one a world: compiled for a processor of it, against stand-ins; run where they can be. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { saidPlace } from '../../host/controller/said-place.ts';
import { FrameDecoder } from '../../host/serial/framing.ts';
import { echoRequest } from '../support/echo-request.ts';
import { compileEdition } from '../support/editions.ts';
import { ARDUINO, libraryFolder, MACHINES, tool } from '../support/library.ts';
import { writeStandIns } from '../support/stand-ins.ts';

const path = (name: string) => fileURLToPath(new URL(`library/${name}`, import.meta.url));
const folder = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
afterAll(() => folder.remove());
const [m0, m4, , , rv32] = MACHINES;
const FLAGS = [
  '-std=gnu11',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wshadow',
  '-Wconversion',
  `-I${folder.at('src')}`,
];

test.each([
  ['pico-sdk', 'main.c', m0],
  ['freertos', 'main.c', m4],
  ['stm32f4', 'flash.c', m4],
  ['stm32f4', 'main.c', m4],
  ['zephyr', 'src/main.c', m4],
  ['esp-idf', 'main/main.c', rv32],
] as const)('%s: %s compiles for a processor of its world, without a warning', (world, source, machine) => {
  // With the C library that comes with the compiler, as those worlds have one.
  const library = machine === rv32 ? ['--specs=picolibc.specs'] : [];
  const flags = machine.flags.filter((flag) => flag !== '-ffreestanding');
  const example = folder.at(`examples/${world}/${source}`);
  tool(machine, 'gcc', [
    ...flags,
    ...library,
    ...FLAGS,
    '-O1',
    writeStandIns(folder, world),
    '-c',
    example,
    '-o',
    folder.at('example.o'),
  ]);
});

test('STM32F4: the sectors of all areas are sectors of the chip in bank 2, two or more each, and none twice', () => {
  const program = folder.at('sectors');
  execFileSync('gcc', [...FLAGS, `-I${folder.at('examples/stm32f4')}`, path('sectors.c'), '-o', program]);
  const ran = spawnSync(program, { encoding: 'utf8' });
  expect(ran.status).toBe(0);
  // Addresses and SNB numbers of bank 2 of a 2 MB part: RM0090, table 6.
  const sizes = [16, 16, 16, 16, 64, 128, 128, 128, 128, 128, 128, 128].map((kib) => kib * 1024);
  const chip = sizes.map((bytes, at) => {
    const before = sizes.slice(0, at).reduce((sum, each) => sum + each, 0);
    return `${0x0810_0000 + before} ${bytes} ${16 + at}`;
  });
  const lines = ran.stdout.trimEnd().split('\n');
  for (const line of lines) expect(chip).toContain(line);
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines).toHaveLength(10);
});

test('a place is said as `view` reads it, in any pieces, and never into a frame', () => {
  const program = folder.at('place');
  execFileSync('gcc', [
    ...FLAGS,
    '-Wconversion',
    folder.at('src/holdfast.c'),
    path('place.c'),
    '-o',
    program,
  ]);
  const lines = execFileSync(program, { encoding: 'latin1', input: echoRequest('is anybody there') }).split(
    '\n',
  );
  const places = [0, 7, 5_050_000, -1, 2 ** 31 - 1, -(2 ** 31)];
  const phases = [0, 15, 2 ** 32 - 1];
  const said = places.flatMap((x, index) => {
    const beside = places[(index + 1) % places.length];
    return phases.flatMap((phase) => [null, beside].map((y) => ({ x, y, phase })));
  });
  // In pieces of 1 and of 7 bytes; then one that a request overtakes, whose rest never comes, and one behind the answer.
  expect(lines.slice(0, -3).map(saidPlace)).toEqual([...said, ...said]);
  const [overtaken = '', after = '', end] = lines.slice(-3);
  expect(overtaken.startsWith('x=12\x06\x09')).toBe(true);
  expect(saidPlace(overtaken)).toBe(null);
  expect(saidPlace(after)).toEqual({ x: 1234567, y: null, phase: 0 });
  expect(end).toBe('');
});

test('Arduino: the sketch answers on a core whose line never says how much room it has, prints behind that, and ends', () => {
  // Stand-ins: a line that takes bytes from a file, keeps what is written, and has the availableForWrite that ArduinoCore-API gives it: 0.
  const unit = folder.at('sketch.cpp');
  writeFileSync(folder.at('Arduino.h'), ARDUINO);
  writeFileSync(
    unit,
    [
      `#include "${folder.at('Arduino.h')}"`,
      '#include <stdio.h>',
      `#include "${folder.at('examples/loop/loop.ino')}"`,
      'static FILE* arrives;',
      'void Line::begin(unsigned long) {}',
      'int Line::available() { const int next = getc(arrives); if (next != EOF) ungetc(next, arrives); return next != EOF; }',
      'int Line::availableForWrite() { return 0; }',
      'int Line::read() { return getc(arrives); }',
      'size_t Line::write(const uint8_t* bytes, size_t count) { return fwrite(bytes, 1, count, stdout); }',
      'size_t Line::print(const char* text) { return (size_t)printf("%s", text); }',
      'size_t Line::print(unsigned long number) { return (size_t)printf("%lu", number); }',
      'size_t Line::println(const char* text) { return (size_t)printf("%s\\r\\n", text); }',
      'Line Serial;',
      'void pinMode(int, int) {}',
      'int digitalRead(int) { return 1; }',
      'unsigned long millis() { return 0; }',
      'void interrupts() {}',
      'void noInterrupts() {}',
      'int main(int, char** argv) {',
      '  arrives = fopen(argv[1], "rb");',
      '  if (arrives == nullptr) return 1;',
      '  setup();',
      '  for (int turn = 0; turn < 5000; turn++) loop();',
      '}',
      '',
    ].join('\n'),
  );
  const objects = ['src/holdfast.c', 'src/holdfast_burned.c'].map((source) => {
    const object = folder.at(`${source}.sketch.o`);
    execFileSync('gcc', ['-std=c11', '-Og', `-I${folder.at('src')}`, '-c', folder.at(source), '-o', object]);
    return object;
  });
  execFileSync('g++', ['-std=gnu++17', `-I${folder.at('src')}`, unit, ...objects, '-o', folder.at('sketch')]);
  writeFileSync(folder.at('request'), echoRequest('is anybody there'));
  const ran = spawnSync(folder.at('sketch'), [folder.at('request')]);
  expect(ran.status).toBe(0);
  const [answer = new Uint8Array()] = new FrameDecoder({}).push(ran.stdout);
  expect(Buffer.from(answer).toString('latin1')).toContain('is anybody there');
  // 5,000 turns of loop(), of which it uses as many as it was told.
  const lines = ran.stdout.toString('latin1').trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(/^boot 0, 1000 checks, [1-9]\d* covered$/);
});

test('Zephyr and ESP-IDF: the partitions are those that the sources name, side by side and whole sectors', () => {
  const overlay = readFileSync(folder.at('examples/zephyr/app.overlay'), 'utf8');
  const main = readFileSync(folder.at('examples/zephyr/src/main.c'), 'utf8');
  const zephyr = [...overlay.matchAll(/holdfast_(\w+): partition@(\w+) \{ reg = <0x(\w+) 0x(\w+)>/g)].map(
    ([, name, unit, at = '', size = '']) => {
      expect(unit).toBe(at);
      expect(main).toContain(`FIXED_PARTITION_ID(holdfast_${name})`);
      return [Number.parseInt(at, 16), Number.parseInt(size, 16)] as const;
    },
  );
  const table = readFileSync(folder.at('examples/esp-idf/partitions.csv'), 'utf8');
  const source = readFileSync(folder.at('examples/esp-idf/main/main.c'), 'utf8');
  const esp = [...table.matchAll(/^(hf_\w+),\s*data,\s*0x4\d,\s*(\w+),\s*(\w+)$/gm)].map(
    ([, name, at, size]) => {
      expect(source).toContain(`"${name}"`);
      return [Number(at), Number(size)] as const;
    },
  );
  for (const areas of [zephyr, esp]) {
    expect(areas).toHaveLength(5);
    areas.forEach(([at, size], index) => {
      expect(size % 4096).toBe(0);
      expect(size / 4096).toBeGreaterThanOrEqual(2);
      if (index > 0) expect(at).toBe((areas[index - 1]?.[0] ?? 0) + (areas[index - 1]?.[1] ?? 0));
    });
  }
});

/**
 * Fields as the tools of these worlds check them: testsuite-schema.yaml of Zephyr's twister, the manifest reference of the IDF component
 * manager, gen_esp32part.py of ESP-IDF, the Arduino library specification. None of these tools is here.
 */
const TWISTER_FIELDS = [
  ...['arch_allow', 'arch_exclude', 'build_only', 'depends_on', 'extra_args', 'extra_configs', 'filter'],
  ...['harness', 'harness_config', 'integration_platforms', 'levels', 'min_flash', 'min_ram', 'modules'],
  ...['platform_allow', 'platform_exclude', 'platform_type', 'skip', 'slow', 'sysbuild', 'tags', 'timeout'],
];
const MANIFEST_FIELDS = [
  ...['version', 'description', 'url', 'repository', 'documentation', 'issues', 'license', 'maintainers'],
  ...['tags', 'targets', 'dependencies', 'files', 'examples', 'discussion'],
];
const text = (file: string) => readFileSync(folder.at(file), 'utf8');

test('Zephyr: twister takes the sample, and waits for the line that the example prints', () => {
  const { sample, tests } = parse(text('examples/zephyr/sample.yaml'));
  expect(Object.keys(sample).sort()).toEqual(['description', 'name']);
  expect(Object.keys(tests)).toEqual(['holdfast.drive']);
  const drive = tests['holdfast.drive'];
  expect(Object.keys(drive).filter((field) => !TWISTER_FIELDS.includes(field))).toEqual([]);
  expect(drive).toMatchObject({ harness: 'console', harness_config: { type: 'one_line' } });
  expect('boot 0, 100 checks, 100 covered').toMatch(new RegExp(`^${drive.harness_config.regex[0]}$`));
  expect(drive.min_ram * 1024).toBeGreaterThan(folder.library.memoryBytes);
});

test('Zephyr: each name that the program takes from the devicetree is in the overlay, and what it calls is configured', () => {
  const source = text('examples/zephyr/src/main.c');
  const overlay = text('examples/zephyr/app.overlay');
  const names = [...source.matchAll(/DT_(?:CHOSEN|ALIAS)\((\w+)\)/g)].map(([, name = '']) => name);
  expect(names).toEqual(['holdfast_line', 'holdfast_parked']);
  // In C a name of the devicetree has its punctuation as underscores, in lower case.
  const given = [...overlay.matchAll(/^\t\t([a-z,-]+) = &\w+;$/gm)].map(([, name = '']) => name);
  expect(given.map((name) => name.replaceAll(/[,-]/g, '_'))).toEqual(names);
  const options = {
    'zephyr/storage/flash_map.h': 'FLASH_MAP',
    'zephyr/drivers/uart.h': 'UART_INTERRUPT_DRIVEN',
    'zephyr/drivers/gpio.h': 'GPIO',
    'zephyr/sys/ring_buffer.h': 'RING_BUFFER',
    'zephyr/sys/reboot.h': 'REBOOT',
    'holdfast_port.h': 'HOLDFAST',
  };
  const set = text('examples/zephyr/prj.conf').match(/^CONFIG_\w+=y$/gm);
  for (const [header, option] of Object.entries(options)) {
    expect(source).toMatch(new RegExp(`#include [<"]${header}[>"]`));
    expect(set).toContain(`CONFIG_${option}=y`);
  }
  expect(text('zephyr/Kconfig')).toMatch(/^config HOLDFAST\n\tbool ".+"\n/);
  expect(parse(text('zephyr/module.yml'))).toEqual({
    name: 'holdfast',
    build: { cmake: 'zephyr', kconfig: 'zephyr/Kconfig' },
  });
});

test('ESP-IDF: the partition table is one, its manifests too, and the program names only components that it requires', () => {
  const rows = text('examples/esp-idf/partitions.csv')
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => row.split(',').map((each) => each.trim()));
  let end = 0x9000; // The table itself lies at 0x8000, a sector long.
  for (const [name = '', type, , at, size] of rows) {
    expect(name.length).toBeLessThanOrEqual(16);
    expect(Number(at)).toBeGreaterThanOrEqual(end);
    expect(Number(at) % (type === 'app' ? 0x1_0000 : 0x1000)).toBe(0);
    end = Number(at) + Number(size);
  }
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  // The least flash of a module is 2 MB.
  expect(end).toBeLessThanOrEqual(0x20_0000);

  const manifest = parse(text('idf_component.yml'));
  expect(Object.keys(manifest).filter((field) => !MANIFEST_FIELDS.includes(field))).toEqual([]);
  expect(manifest).toMatchObject({
    version: folder.library.version,
    license: 'MIT',
    dependencies: { idf: '>=5.0' },
  });
  expect(parse(text('examples/esp-idf/main/idf_component.yml'))).toEqual({ dependencies: { idf: '>=5.3' } });

  const source = text('examples/esp-idf/main/main.c');
  const [, requires = ''] = /REQUIRES ([\w ]+)\)/.exec(text('examples/esp-idf/main/CMakeLists.txt')) ?? [];
  const components = {
    'esp_partition.h': 'esp_partition',
    'driver/uart.h': 'esp_driver_uart',
    'driver/gpio.h': 'esp_driver_gpio',
    'esp_timer.h': 'esp_timer',
    'holdfast_port.h': 'holdfast',
  };
  for (const header of Object.keys(components)) expect(source).toContain(`#include "${header}"`);
  expect(requires.split(' ').sort()).toEqual(Object.values(components).sort());
});

test('Arduino: library.properties has each field that its specification wants, and the sketch the name of its folder', () => {
  const fields = new Map(
    text('library.properties')
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );
  for (const field of [
    'name',
    'version',
    'author',
    'maintainer',
    'sentence',
    'paragraph',
    'category',
    'architectures',
  ])
    expect(fields.get(field), field).not.toBe('');
  expect(fields.get('version')).toMatch(/^\d+\.\d+\.\d+$/);
  expect(fields.get('name')).toMatch(/^(?!Arduino)[A-Za-z][\w .-]*$/);
  expect(fields.get('category')).toBe('Device Control');
  expect(text('examples/loop/loop.ino')).toContain('void loop()');
});

test('C++: the wrapper answers as C does, and has nothing to warn of', () => {
  const unit = folder.at('wrapper.cpp');
  writeFileSync(
    unit,
    [
      '#include "holdfast.hpp"',
      '#include "holdfast_burned.h"',
      '#include "holdfast_fake.h"',
      'int main() {',
      '  if (holdfast::Answer().action() != holdfast::Action::stop || holdfast::Answer().is_covered()) return 1;',
      '  if (holdfast::Answer(5u << 26, 0).action() != holdfast::Action::stop) return 2;',
      '  const holdfast_fake_options fake = {HOLDFAST_FAKE_GEOMETRY, nullptr, nullptr, 0};',
      '  if (holdfast_fake_open(&fake) != 0 || holdfast_burn_first_edition(&fake.geometry) != HOLDFAST_BURN_DONE) return 3;',
      '  if (holdfast::boot(fake.geometry, holdfast_burned) != HOLDFAST_REASON_NONE) return 4;',
      '  const holdfast::Answer answer = holdfast::check(500);',
      '  if (answer.word() != holdfast_check(0, 500, 0) || answer.state() != holdfast::State::covered || !answer.is_covered()) return 5;',
      '  if (answer.action() != holdfast::Action::none || answer.verdict().limit != 80) return 6;',
      '  if (holdfast::check_invalid().state() != holdfast::State::fault) return 7;',
      '  if (holdfast::end_of(holdfast::sweep(500, 501)) != holdfast::End::whole) return 8;',
      '  if (holdfast::until_change(500) != holdfast_until_change(0, 500, 0)) return 11;',
      '  if (holdfast::check_plane(500, 7).word() != holdfast_check_plane(0, 500, 7)) return 12;',
      '  if (holdfast::check_plane(500, 7).verdict().limit != 80) return 13;',
      '  if (holdfast::sweep_plane(500, 7, 501, 7).distance != holdfast::sweep(500, 501).distance) return 15;',
      '  if (holdfast::until_change_plane(500, 7) != holdfast_until_change_plane(0, 500, 7)) return 14;',
      "  holdfast::receive('x');",
      '  if (holdfast::service_for(1, 4) != holdfast::Mode::run || holdfast::service(1) != holdfast::Mode::run) return 9;',
      '  return holdfast::is_busy() ? 10 : 0;',
      '}',
      '',
    ].join('\n'),
  );
  const includes = ['src', 'fake'].map((name) => `-I${folder.at(name)}`);
  const objects = ['src/holdfast.c', 'src/holdfast_burned.c', 'fake/holdfast_fake.c'].map((source) => {
    const object = folder.at(`${source}.wrapper.o`);
    execFileSync('gcc', ['-std=c11', '-Og', ...includes, '-c', folder.at(source), '-o', object]);
    return object;
  });
  const warnings = [
    '-Wall',
    '-Wextra',
    '-Wpedantic',
    '-Wconversion',
    '-Wshadow',
    '-Wold-style-cast',
    '-Werror',
  ];
  for (const [compiler, standard] of [
    ['g++', '-std=c++11'],
    ['g++', '-std=c++20'],
    ['clang++', '-std=c++11'],
  ] as const) {
    execFileSync(
      compiler,
      [standard, ...warnings, ...includes, unit, ...objects, '-o', folder.at('wrapper')],
      { stdio: 'pipe' },
    );
    expect(spawnSync(folder.at('wrapper')).status).toBe(0);
  }
});
