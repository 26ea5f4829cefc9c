/** The tables of format/: what is committed is what they say, and tables that contradict themselves generate nothing. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { generatedTexts } from '../../format/texts.mjs';
import { KEYS } from '../../host/format.ts';

const ROOT = new URL('../../', import.meta.url);
const FORMAT = new URL('format/', ROOT);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Paths of generated files that are not what the tables in `folder` say. */
function stale(folder: URL): string[] {
  const texts = [...generatedTexts(folder)];
  return texts
    .filter(([path, text]) => readFileSync(new URL(path, ROOT), 'utf8') !== text)
    .map(([path]) => path);
}

/** A copy of the tables, one of which says something else. */
function changed(file: string, from: string, to: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-format-'));
  folders.push(folder);
  cpSync(fileURLToPath(FORMAT), folder, { recursive: true });
  const path = join(folder, `${file}.yaml`);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  return pathToFileURL(`${folder}/`);
}

test('what is committed is what the tables say', () => {
  expect(stale(FORMAT)).toEqual([]);
});

test('what is said differently is missed in every file that says it', () => {
  const [core, host, firmware, spec] = [
    'assembly/format.ts',
    'host/format.ts',
    'targets/common/holdfast_format.h',
    'docs/SPEC.md',
  ];
  expect(stale(changed('core', 'name: trial-checks', 'name: trial-count'))).toEqual([
    core,
    host,
    firmware,
    spec,
  ]);
  expect(stale(changed('refusals', 'nothing is written', 'nothing is changed'))).toEqual([core, host, spec]);
});

test('the core has each key packed as it is spelled', () => {
  const core = readFileSync(new URL('assembly/format.ts', ROOT), 'utf8');
  const packed = new Map(
    [...core.matchAll(/^export const KEY_(\w+): u64 = 0x([0-9a-f]+);$/gm)].map(
      ([, name = '', digits = '']) => [
        name,
        Buffer.from(digits.padStart(16, '0'), 'hex').reverse().toString('latin1').replace(/\0+$/, ''),
      ],
    ),
  );
  const spelled = KEYS.map((key) => {
    const name = key.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
    return `${packed.get(name)}${packed.get(`${name}_REST`) ?? ''}`;
  });
  expect(spelled).toEqual([...KEYS]);
});

describe('tables that contradict themselves', () => {
  test.each([
    [
      'a field too many',
      'body',
      '{ name: rules, type: u32, what: rules }',
      '{ name: rules, type: i64, what: rules }',
      'body-header: its fields have 100 bytes, not 96',
    ],
    [
      'a field out of line',
      'flash',
      '{ name: imageBytes, type: u32,',
      '{ name: spare, type: u16, what: spare }\n      - { name: imageBytes, type: u32,',
      'upload-record: its fields have 66 bytes, not 64',
    ],
    [
      'fields that are not aligned',
      'container',
      '{ name: digits, type: u32, most: REPLACES_DIGITS_MAX, what: hash digits }',
      '{ name: half, type: u16, what: half }\n      - { name: digits, type: u32, what: hash digits }\n      - { name: other, type: u16, what: half }\n      - { name: more, bytes: 4, what: more }',
      'replaces-entry: its fields have 24 bytes, not 16',
    ],
    [
      'a code twice',
      'smp',
      'code: 14, name: invalid-slot',
      'code: 13, name: invalid-slot',
      'image-error: code 13 stands twice',
    ],
    [
      'a name twice',
      'refusals',
      'name: TOKEN_STALE',
      'name: TOKEN_MISSING',
      'refusals: name TOKEN_MISSING stands twice',
    ],
    [
      'a list of names with a hole',
      'words',
      '{ code: 3, name: gap }',
      '{ code: 5, name: gap }',
      'state: its names are a list, so its codes count from 0',
    ],
    [
      'bits that overlap',
      'words',
      'name: action, low: 26',
      'name: action, low: 25',
      'word: bit 25 stands twice',
    ],
    [
      'a bit without a name',
      'body',
      'name: cells, low: 5, width: 27',
      'name: cells, low: 5, width: 26',
      'list-shape: not all of its 32 bits are named',
    ],
    [
      'a magic that spells something else',
      'burned',
      'text: HFBB',
      'text: HFBC',
      'BURNED_MAGIC does not spell HFBC',
    ],
    [
      'one magic for two things',
      'flash',
      'value: 0x4b544648, hex: true, text: HFTK',
      'value: 0x54534648, hex: true, text: HFST',
      'magic 1414743624 stands twice',
    ],
    [
      'a relation between limits',
      'limits',
      'device: 14, large: 22',
      'device: 15, large: 22',
      'device: a key list begins in the first half of the arena and must end inside',
    ],
    [
      'a relation in the other build',
      'limits',
      'device: 128 KiB, large: 64 MiB',
      'device: 128 KiB, large: 65 MiB',
      'large: the arena is masked: its size is a power of two',
    ],
    [
      'buffers too many',
      'memory',
      'FIELDS: { bytes: 512,',
      'FIELDS: { bytes: 4096,',
      'device: the buffers run into the constants',
    ],
    [
      'a text that names nothing',
      'body',
      '{BODY_MAGIC}',
      '{BODY_MAGICS}',
      'a text names BODY_MAGICS, which is no constant: "magic {BODY_MAGICS}"',
    ],
    [
      'a table that SPEC has no place for',
      'core',
      'name: timed\n    what: What `timed` calls\n    spec: false',
      'name: timed\n    what: What `timed` calls\n    columns: { code: what, name: name }',
      'docs/SPEC.md has no place for the table timed',
    ],
    [
      'a command with two ids',
      'smp',
      '{ id: 8, name: measure, op: read',
      '{ id: 99, name: measure, op: read',
      'holdfast: measure has two ids',
    ],
  ])('%s', (_what, file, from, to, message) => {
    expect(() => generatedTexts(changed(file, from, to))).toThrow(new Error(message));
  });
});
