/** Bytes that are no text are named as they stand, with their place: in tables, in sources and in points, however the bytes are cut. */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { readPoints } from '../../host/core/points-file.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { type EncodingName, TableDecoder } from '../../host/table/encoding.ts';
import { temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('undecodable');
afterAll(() => folder.remove());

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part))));

const CASES: readonly (readonly [name: string, EncodingName, Buffer, place: string, words: string])[] = [
  [
    'a character that ends with the file',
    'utf-8',
    bytes('x\n5\n', [0xe2, 0x82]),
    '3:1',
    'it ends within a character: E2 82',
  ],
  ['one byte of it', 'utf-8', bytes('x\n5 \u00fc', [0xc3]), '2:4', 'it ends within a character: C3'],
  [
    'three bytes of it',
    'utf-8',
    bytes('x\n', [0xf0, 0x9f, 0x98]),
    '2:1',
    'it ends within a character: F0 9F 98',
  ],
  ['behind a byte order mark', 'utf-8', bytes('\ufeffx\n5', [0xe9], ' m\n'), '2:2', 'byte E9 is none of it'],
  [
    'at the begin, behind the mark',
    'utf-8',
    bytes('\ufeff', [0xff], 'x\n5\n'),
    '1:1',
    'byte FF is none of it',
  ],
  [
    'a character that another cuts off',
    'utf-8',
    bytes('x\n\u20ac', [0xe2, 0x82], 'A\n5\n'),
    '2:2',
    'byte E2 is none of it',
  ],
  ['a byte that begins none', 'utf-8', bytes('x\n5\n', [0x82], '\n'), '3:1', 'byte 82 is none of it'],
  ['half a surrogate', 'utf-8', bytes('x\n', [0xed, 0xa0, 0x80], '\n'), '2:1', 'byte ED is none of it'],
  ['a NUL that is there', 'utf-8', bytes('x\n5\0\n'), '2:2', 'NUL'],
  [
    'half a unit',
    'utf-16le',
    Buffer.concat([Buffer.from('\ufeffx\n5', 'utf16le'), bytes([0x41])]),
    '2:2',
    'it ends within a character: 41',
  ],
  [
    'half a pair',
    'utf-16be',
    Buffer.concat([utf16be('x\n5'), bytes([0xd8, 0x3d])]),
    '2:2',
    'it ends within a character: D8 3D',
  ],
  [
    'three quarters of a pair',
    'utf-16be',
    Buffer.concat([utf16be('x\n'), bytes([0xd8, 0x3d, 0xde])]),
    '2:1',
    'it ends within a character: D8 3D DE',
  ],
  [
    'the second half of a pair',
    'utf-16le',
    Buffer.concat([Buffer.from('x\n', 'utf16le'), bytes([0, 0xdc, 0x41, 0])]),
    '2:1',
    'bytes 00 DC are none of it',
  ],
  [
    'a first half without its second',
    'utf-16le',
    Buffer.concat([Buffer.from('x\n', 'utf16le'), bytes([0, 0xd8, 0x41, 0])]),
    '2:1',
    'bytes 00 D8 are none of it',
  ],
];

/** What is said of bytes that come in pieces of a size. */
function refused(encoding: EncodingName, all: Buffer, size: number): string {
  const decoder = new TableDecoder(encoding, (option) => option);
  for (let at = 0; at <= all.length; at += size) {
    const read = decoder.push(all.subarray(at, at + size), false);
    if (typeof read === 'object') return `${read.line}:${read.column} ${read.code} ${read.message}`;
  }
  const read = decoder.push(new Uint8Array(), true);
  return typeof read === 'object'
    ? `${read.line}:${read.column} ${read.code} ${read.message}`
    : `read ${read}`;
}

describe('is named, however it is cut', () => {
  test.each(CASES)('%s (%s)', (_name, encoding, all, place, words) => {
    for (const size of [1, 2, 3, 5, all.length]) {
      const said = refused(encoding, all, size);
      expect(said).toMatch(new RegExp(`^${place} NOT_TEXT the file `));
      expect(said).toContain(words);
    }
  });

  test('and what is text is read, in pieces as in one', () => {
    const text = '\ufeffx\u20ac\ud83d\ude00\n5 \u00fc\ufeff\n';
    for (const [encoding, all] of [
      ['utf-8', Buffer.from(text)],
      ['utf-16le', Buffer.from(text, 'utf16le')],
      ['utf-16be', utf16be(text)],
    ] as const) {
      for (let size = 1; size <= all.length; size++) {
        const decoder = new TableDecoder(encoding, (option) => option);
        let read = '';
        for (let at = 0; at < all.length; at += size)
          read += decoder.push(all.subarray(at, at + size), false);
        expect(read + decoder.push(new Uint8Array(), true)).toBe(text.slice(1));
      }
    }
  });
});

const [, , CUT = bytes()] = CASES[0] ?? [];
const MESSAGE = 'the file is not UTF-8 text: it ends within a character: E2 82';

test('points tell it with file and line', async () => {
  const path = folder.at('q.csv');
  writeFileSync(path, CUT);
  const map = {
    axis: { kind: 'number', unit: 'm', scale: 1, origin: 0n },
    units: UNITS_NONE,
    marks: [],
  } as const;
  const read = async () => {
    for await (const _ of readPoints(path, map));
  };
  await expect(read()).rejects.toMatchObject({ code: 'NOT_TEXT', message: `${path}:3: ${MESSAGE}` });
});

test.each([
  ['m.map.yaml', { 'm.map.yaml': CUT }],
  [
    't.csv',
    {
      'm.map.yaml':
        'holdfast: 1\nmap: m\nepoch: 1\nspace: { axes: [ { name: s, unit: m, min: 0, max: 9 } ] }\nzones: [ { file: t.csv, unit: m, columns: { from: x, to: x } } ]\n',
      't.csv': CUT,
    },
  ],
])('sources and their tables tell it with file, line and column: %s', async (file, files) => {
  const read = loadPartition('m.map.yaml', memoryReader(files));
  const error = await read.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const found = error instanceof SourceError ? error.diagnostics : [];
  expect(found).toMatchObject([{ code: 'NOT_TEXT', file, line: 3, column: 1, message: MESSAGE }]);
});
