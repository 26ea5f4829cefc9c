/** Lines of the source, from the debug information: as GNU addr2line tells them, and never more than that where it is damaged. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { type Elf, readElf } from '../../host/firmware/elf.ts';
import { SourceLines } from '../../host/firmware/source-lines.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { Random, seedFor } from '../support/random.ts';
import { build, buildRiscv } from './support/assemble.ts';

/** Damaged tables; more by command: HOLDFAST_TRIALS=20000. */
const TRIALS = Number(process.env.HOLDFAST_TRIALS ?? 400);
/** No address of code is told beyond this, however a table is damaged. */
const MILLISECONDS_MAX = 10_000;

const folder = temporaryFolder('elf-lines');
afterAll(() => folder.remove());

const SOURCE = `#include "more.h"
int table[8];
__attribute__((noinline)) static int sum(int a, int b) {
  for (int i = 0; i < 8; i++)
    a += twice(b) + table[i];
  return a;
}
int f(int a, int b) {
  if (a > b)
    return sum(a, b);
  return sum(b, a);
}
int dropped(int a) { return a * 3; }
int loop(volatile int *a) {
  while (*a != 7)
    a++;
  return 1;
}
`;
const HEADER = 'static inline int twice(int a) {\n  return a + a;\n}\n';

function built(options: readonly string[], maker: typeof build | typeof buildRiscv = build): string {
  execFileSync('mkdir', ['-p', folder.at('include')]);
  execFileSync('tee', [folder.at('include/more.h')], { input: HEADER, stdio: ['pipe', 'ignore', 'inherit'] });
  const name = `of${options.join('').replace(/[^a-z0-9]/g, '')}.c`;
  return maker(folder, name, SOURCE, ['-O1', '-I', folder.at('include'), ...options]);
}

function toldByBinutils(program: string, path: string, addresses: readonly number[]): string[] {
  const hex = addresses.map((address) => address.toString(16)).join('\n');
  const told = execFileSync(program, ['-e', path], { input: hex, encoding: 'utf8' });
  return told
    .trim()
    .split('\n')
    .map((line) => line.replace(/^.*\//, '').replace(/ \(discriminator.*$/, ''));
}

function codeOf({ sections }: Elf): number[] {
  return sections
    .filter(({ isExecutable }) => isExecutable)
    .flatMap(({ address, bytes }) => Array.from({ length: bytes >> 1 }, (_, index) => address + 2 * index));
}

/** Names without folders, as both tell them. */
function told(elf: Elf, address: number): string {
  return elf.lines.at(address)?.replace(/^.*\//, '') ?? '??:0';
}

const WAYS = ['-gdwarf-2', '-gdwarf-3', '-gdwarf-4', '-gdwarf-5', '-gdwarf-5 -gz=zlib', '-gdwarf-4 -gz=zlib'];
test.each(WAYS)('are told as addr2line tells them, for code built with %s', (way) => {
  const path = built(way.split(' '));
  const elf = readElf(readFileSync(path));
  const places = codeOf(elf);
  const ours = places.map((address) => told(elf, address));
  const theirs = toldByBinutils('arm-none-eabi-addr2line', path, places);
  expect(ours.map((line, index) => (theirs[index] === '??:?' ? '??:0' : line))).toEqual(
    theirs.map((line) => line.replace('??:?', '??:0')),
  );
  expect(ours.filter((line) => line.startsWith('more.h:')).length).toBeGreaterThan(0);
  expect(new Set(ours).size).toBeGreaterThan(6);
});

test('are told of RV32 as well', () => {
  const path = built(['-march=rv32imc', '-g'], buildRiscv);
  const elf = readElf(readFileSync(path));
  const places = codeOf(elf).filter((address) => elf.lines.at(address) !== undefined);
  expect(places.length).toBeGreaterThan(20);
  const theirs = toldByBinutils('riscv64-unknown-elf-addr2line', path, places);
  expect(places.map((address) => told(elf, address))).toEqual(theirs);
});

test('are not told of a function that the linker dropped, whose lines stand at 0', () => {
  const options = ['-g', '-ffunction-sections', '-Wl,--gc-sections', '-Wl,-e,f'];
  const elf = readElf(readFileSync(built(options)));
  expect(elf.symbols.some(({ name }) => name === 'dropped')).toBe(false);
  const lines = new Set(codeOf(elf).map((address) => told(elf, address)));
  expect([...lines].some((line) => line.endsWith('.c:13'))).toBe(false);
});

test('stand in declines, in accesses and in the longest way', async () => {
  const path = built(['-g']);
  const declined = await holdfast(['timing', 'elf', path, '--function', 'loop']);
  expect(declined.code).toBe(1);
  expect(declined.stdout).toMatch(/^ {2}at 0x[0-9a-f]+, loop\+0x[0-9a-f]+, ofg\.c:1[45]: /m);
  const { stdout } = await holdfast(['timing', 'elf', path, '--function', 'f', '--details', '--witness']);
  expect(stdout).toMatch(/^ {2}load of 4 at 0x[0-9a-f]+ \(sum\+0x[0-9a-f]+, ofg\.c:5\): /m);
  expect(stdout).toMatch(/^ {4}0x[0-9a-f]+ \(f\+0x[0-9a-f]+, ofg\.c:\d+\): 1 × /m);
  expect(stdout).toMatch(/lines of the source: where the file tells them$/m);
});

test('are not told where there is no debug information, and that is said', async () => {
  const { stdout } = await holdfast(['timing', 'elf', built([]), '--function', 'f', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ hasLines: false, longest: expect.any(Array) });
  const words = await holdfast(['timing', 'elf', built([]), '--function', 'f']);
  expect(words.stdout).toMatch(/the file tells none \(compile with -g, and do not strip it\)$/m);
});

/** Sections of debug information, each its own bytes. */
function sectionsOf(path: string): Map<string, Uint8Array> {
  const text = execFileSync('arm-none-eabi-readelf', ['-SW', path], { encoding: 'utf8' });
  const file = readFileSync(path);
  const rows = [...text.matchAll(/(\.debug_\w+)\s+PROGBITS\s+\w+ (\w+) (\w+)/g)];
  return new Map(
    rows.map(([, name = '', offset = '', bytes = '']) => {
      const from = Number.parseInt(offset, 16);
      return [name, Uint8Array.from(file.subarray(from, from + Number.parseInt(bytes, 16)))];
    }),
  );
}

test('a damaged table tells lines or none, and ends', () => {
  const random = new Random(seedFor('damaged lines', 1));
  const kinds = ['-gdwarf-4', '-gdwarf-5'].map((way) => sectionsOf(built([way])));
  let told = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const sections = new Map(kinds[trial % kinds.length]);
    const table = Uint8Array.from(sections.get('.debug_line') ?? []);
    for (let changes = 1 + (random.next() % 4); changes > 0; changes--) {
      table[random.next() % table.length] = random.next() % 3 === 0 ? 0xff : random.next();
    }
    sections.set(
      '.debug_line',
      table.subarray(0, random.next() % 4 === 0 ? random.next() % table.length : undefined),
    );
    if (random.next() % 8 === 0) sections.delete('.debug_line_str');
    const lines = new SourceLines(sections);
    if (lines.isThere) told += 1;
    for (let address = 0x2000_0000; address < 0x2000_0100; address += 2) {
      expect(lines.at(address) ?? 'none:0').toMatch(/:\d+$/);
    }
  }
  expect(told).toBeGreaterThan(TRIALS / 10);
});

test(
  'a table that asks for millions of names or rows costs its bytes',
  () => {
    // Version 5, one format of no bytes, four thousand million folders.
    const header = [
      5, 0, 4, 0, 20, 0, 0, 0, 1, 1, 1, 0, 14, 1, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0, 0,
    ];
    const folders = Uint8Array.from([header.length, 0, 0, 0, ...header]);
    // Version 2 without files; every byte behind the header is a row.
    const head = [2, 0, 7, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0];
    const rows = new Uint8Array(4_000_000).fill(0x55);
    new DataView(rows.buffer).setUint32(0, rows.length - 4, true);
    rows.set(head, 4);
    for (const table of [folders, rows]) {
      const lines = new SourceLines(new Map([['.debug_line', table]]));
      expect(lines.at(0x2000_0000)).toBeUndefined();
    }
  },
  MILLISECONDS_MAX,
);
