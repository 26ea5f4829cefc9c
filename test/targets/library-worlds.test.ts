/** The C library's examples, one a world: compiled for a processor of it, against stand-ins; run where they can be. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { saidPlace } from '../../host/controller/said-place.ts';
import { GROUP, OPERATION, OS } from '../../host/format.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { encodeMessage } from '../../host/serial/smp.ts';
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

/** Asks for an echo. */
function echoRequest(): Uint8Array {
  const header = { version: 1, operation: OPERATION.write, group: GROUP.os, sequence: 9, id: OS.echo };
  return encodeFrame(encodeMessage(header, { d: 'is anybody there' }));
}

test.each([
  ['pico-sdk', 'main.c', m0],
  ['freertos', 'main.c', m4],
  ['stm32f4', 'flash.c', m4],
  ['zephyr', 'src/main.c', m4],
  ['esp-idf', 'main/main.c', rv32],
] as const)('%s compiles for a processor of its world, without a warning', (world, source, machine) => {
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
  const lines = execFileSync(program, { encoding: 'latin1', input: echoRequest() }).split('\n');
  const places = [0, 7, 5_050_000, -1, 2 ** 31 - 1, -(2 ** 31)];
  const phases = [0, 15, 2 ** 32 - 1];
  const said = places.flatMap((x) => phases.map((phase) => ({ x, phase })));
  // In pieces of 1 and of 7 bytes; then one that a request overtakes, whose rest never comes, and one behind the answer.
  expect(lines.slice(0, -3).map(saidPlace)).toEqual([...said, ...said]);
  const [overtaken = '', after = '', end] = lines.slice(-3);
  expect(overtaken.startsWith('x=12\x06\x09')).toBe(true);
  expect(saidPlace(overtaken)).toBe(null);
  expect(saidPlace(after)).toEqual({ x: 1234567, phase: 0 });
  expect(end).toBe('');
});

test('Arduino: the sketch answers on a core whose line never says how much room it has', () => {
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
  writeFileSync(folder.at('request'), echoRequest());
  const ran = spawnSync(folder.at('sketch'), [folder.at('request')]);
  expect(ran.status).toBe(0);
  const [answer = new Uint8Array()] = new FrameDecoder({}).push(ran.stdout);
  expect(Buffer.from(answer).toString('latin1')).toContain('is anybody there');
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
  const sample = parse(readFileSync(folder.at('examples/zephyr/sample.yaml'), 'utf8'));
  expect(Object.keys(sample.tests)).toEqual(['holdfast.build']);
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
