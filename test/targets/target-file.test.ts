/** The files of the boards: what is wrong with one is said with file, field and value; every field is explained; the docs have them all. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { withBoardTables } from '../../host/firmware/board-tables.ts';
import { readTarget, type Target } from '../../host/firmware/target-file.ts';
import { targetHeader, targetMemory } from '../../host/firmware/target-header.ts';
import { targetNamed, targetNames } from '../../host/firmware/targets.ts';
import { temporaryFolder } from '../support/command.ts';

type Json = { [field: string]: unknown };

const TARGETS = fileURLToPath(new URL('../../targets/', import.meta.url));
const BOARDS = [...targetNames(), 'template'];
const folder = temporaryFolder('target-file');
afterAll(() => folder.remove());

function fileOf(board: string): Json {
  return JSON.parse(readFileSync(`${TARGETS}${board}/target.json`, 'utf8')) as Json;
}

/** Reads the file of riscv32 with other values at some paths; undefined takes a field away. */
function readWith(changes: Json): () => Target {
  const file = fileOf('riscv32');
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const place = names.reduce((object, name) => object[name] as Json, file);
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  writeFileSync(folder.at('target.json'), JSON.stringify(file));
  for (const name of ['start.S', 'port.c', 'flash.c', 'riscv32.ld']) writeFileSync(folder.at(name), '');
  return () => readTarget(folder.path, 'odd');
}

test.each(BOARDS)('the file of %s is read', (name) => {
  expect(readTarget(`${TARGETS}${name}`, name)).toMatchObject({ name, board: fileOf(name).board });
});

/** Sectors of a size for each area, which the areas of riscv32 are whole numbers of. */
const MIXED = { slotA: '0x40000', slotB: '0x20000', state: 4096, tokens: 512, outcome: 256 };

const WRONG: [Json, RegExp][] = [
  [{ 'flash.sectorByte': 1 }, /flash\.sectorByte is not a field/],
  [{ 'emulator.cores': 2 }, /emulator\.cores is not a field/],
  [{ board: undefined }, /board is missing; it must be a text/],
  [{ 'flash.address': '20000000' }, /flash\.address is "20000000"; it must be an integer from 0/],
  [{ 'flash.programBytes': 512 }, /flash\.programBytes is 512; it must be an integer from 1 to 256/],
  [{ 'flash.programBytes': 96 }, /flash\.programBytes is 96, not a power of two/],
  [{ 'flash.erasedByte': 0 }, /flash\.erasedByte is 0; it must be an integer from 255 to 255/],
  [{ 'flash.sectorBytes': 1000 }, /flash\.sectorBytes is 1000, not a multiple of 256/],
  [{ 'flash.sectorBytes': 'large' }, /flash\.sectorBytes is "large"/],
  [{ 'flash.sectorBytes': { ...MIXED, state: 1000 } }, /flash\.sectorBytes is 1000, not a multiple of 256/],
  [{ 'flash.sectorBytes': { ...MIXED, state: undefined } }, /flash\.sectorBytes\.state is missing/],
  [{ 'flash.sectorBytes': { ...MIXED, window: 4096 } }, /flash\.sectorBytes\.window is not a field/],
  [{ 'flash.sectorBytes': { ...MIXED, state: 0 } }, /flash\.sectorBytes\.state is 0; it must be an integer/],
  [
    { 'flash.sectorBytes': { ...MIXED, outcome: '0x400000' } },
    /flash\.areaBytes\.outcome begins at \d+, not a multiple of the sector's 4194304 bytes/,
  ],
  [
    { 'flash.sectorBytes': { ...MIXED, slotA: '0x4000000' } },
    /flash\.areasOffset is \d+, not a multiple of the sector's 67108864 bytes/,
  ],
  [{ 'flash.areasOffset': 4096 }, /flash\.areasOffset is 4096, not a multiple of the sector's 262144/],
  [
    { 'flash.burnedOffset': '0x3ff00' },
    /flash\.burnedOffset is 261888: 512 bytes from there reach into the areas/,
  ],
  [{ 'flash.areaBytes.state': '0x40000' }, /flash\.areaBytes\.state is 262144; an area has 2 sectors/],
  [{ 'flash.areaBytes.slotA': '0x2000000' }, /flash\.areaBytes end at \d+, beyond the flash of 33554432/],
  [{ 'ram.address': '0x23ffffff' }, /ram lies over the flash/],
  [{ 'stack.address': '0x80000400' }, /stack lies over ram/],
  [{ 'compiler.packages': 'gcc' }, /compiler\.packages is "gcc"; it must be a list/],
  [{ 'compiler.command': 'gcc -O2' }, /compiler\.command is "gcc -O2"; it must be the name of a program/],
  [{ sources: ['start.S', '/etc/port.c'] }, /sources\[1\] is "\/etc\/port\.c"; it must be a file/],
  [{ linkerScript: 'other.ld' }, /linkerScript is "other\.ld", which does not exist/],
  [{ boot2: 1 }, /boot2 is 1; it must be true or false/],
  [{ emulator: { kind: 'renode' } }, /emulator\.kind is "renode"; it must be rp2040js or qemu/],
  [{ emulator: { kind: 'rp2040js' } }, /clocks\.processorHz is missing; rp2040js counts cycles/],
  [{ emulator: 'qemu' }, /emulator is "qemu"; it must be an object/],
  [{ 'emulator.ramBytes': 1_500_000 }, /emulator\.ramBytes is 1500000; QEMU takes whole MiB/],
  [{ 'pins.lamp': '0x80000000' }, /pins\.lamp is 2147483648, no word of the machine's RAM outside ram/],
  [{ 'pins.safeInput': '0x807ff002' }, /pins\.safeInput is \d+, no word/],
];

test.each(WRONG)('refused: %j', (changes, message) => {
  const read = readWith(changes);
  expect(read).toThrow(message);
  expect(read).toThrow(folder.at('target.json'));
});

test('a board may have a sector size for each area, and C sees them in the order of areas', () => {
  const read = readWith({ 'flash.sectorBytes': MIXED });
  const header = targetHeader(read(), {});
  expect(header).toContain('{262144, 131072, 4096, 512, 256}');
  expect(header).not.toContain('TARGET_SECTOR_BYTES');
});

test('what is no JSON is refused with its file', () => {
  writeFileSync(folder.at('target.json'), '{ "board": }');
  expect(() => readTarget(folder.path, 'odd')).toThrow(/target\.json: it is not JSON: /);
});

test('a name that is no board lists those that are', () => {
  expect(() => targetNamed('template')).toThrow('The board template does not exist.');
  expect(targetNames()).toEqual(['microbit', 'riscv32', 'rp2040']);
});

/** Paths of a file's fields, `notes` as one. */
function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    pathsOf(inner, path === '' ? name : `${path}.${name}`),
  );
}

test('the README of the template explains every field and every name in C', () => {
  const readme = readFileSync(`${TARGETS}template/README.md`, 'utf8');
  const paths = new Set(BOARDS.flatMap((name) => pathsOf(fileOf(name))));
  expect([...paths].filter((path) => !readme.includes(`\`${path}\``))).toEqual([]);
  const names = targetNames().flatMap((name) => [
    ...targetHeader(targetNamed(name)).matchAll(/TARGET_(?!H_)\w+/g),
  ]);
  expect(names.length).toBeGreaterThan(0);
  expect(names.map(([name]) => name).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test('C and linker see the numbers of the file', () => {
  const target = targetNamed('rp2040');
  const header = targetHeader(target, { BATCH_COUNTS: 0x100 });
  expect(header).toContain(
    '#define TARGET_GEOMETRY {256, 0xff, {4096, 4096, 4096, 4096, 4096}, {262144, 262144, 8192, 8192, 8192}}\n',
  );
  expect(header).toContain('#define TARGET_BURNED_ADDRESS 0x1003f000\n');
  expect(header).toContain('#define TARGET_BATCH_COUNTS 0x100\n');
  expect(header).not.toContain('PARKED_WORD');
  const memory = targetMemory(target);
  expect(memory).toContain('BOOT2 (rx) : ORIGIN = 0x10000000, LENGTH = 256\n');
  expect(memory).toContain('FLASH (rx) : ORIGIN = 0x10000100, LENGTH = 257792\n');
  expect(targetMemory(targetNamed('riscv32'))).not.toContain('BOOT2');
});

test('docs/targets.md has the boards as they are: else run `node host/firmware/write-docs.mjs`', () => {
  const page = readFileSync(new URL('../../docs/targets.md', import.meta.url), 'utf8');
  const boards = targetNames().map(targetNamed);
  expect(withBoardTables(page, boards)).toBe(page);
  expect(withBoardTables(page.replace('Raspberry Pi Pico', 'Pico'), boards)).toBe(page);
  expect(() => withBoardTables('no part', boards)).toThrow(/no part <!-- boards -->/);
  expect(() => withBoardTables('<!-- board gone -->\n<!-- end -->', boards)).toThrow(
    /gone, which is not a board/,
  );
});
