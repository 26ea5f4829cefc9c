import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as format from '../../host/format.ts';
import { filesOf, ROOT } from './imports.ts';

/**
 * Magics and types of the table stand in `format/` and in what is generated from it alone, and no structure of it is read by literal
 * offsets.
 */

const GENERATED = ['assembly/format.ts', 'host/format.ts', 'targets/common/holdfast_format.h'];
/** It tells what a wrong table says. */
const TEST_OF_TABLES = 'test/host/format.test.ts';
const FOLDERS = ['assembly', 'host', 'sim', 'fleet', 'bench', 'targets', 'test'];
const ENDINGS = ['.ts', '.mts', '.mjs', '.js', '.c', '.h', '.S', '.ld', '.json'];

/** Numbers that mean one thing only, wherever they stand. */
const TELLING = new Map<string, number>([
  ...Object.entries(format).flatMap(([name, value]): [string, number][] =>
    name.endsWith('_MAGIC') && typeof value === 'number' ? [[name, value]] : [],
  ),
  ...Object.entries(format.TLV).filter(([, code]) => code >= 0x4000),
]);

/** Names of the numbers that a text spells, in hexadecimal or as decimals. */
function spelledIn(text: string): string[] {
  const literals = [...text.matchAll(/\b(?:0[xX][0-9a-fA-F_]+|\d[\d_]*)\b/g)].map(([literal]) =>
    Number(literal.replaceAll('_', '')),
  );
  return [...TELLING].filter(([, value]) => literals.includes(value)).map(([name]) => name);
}

/** Rooms that read or write structures of the table. */
const READERS = [
  'host/body',
  'host/image',
  'host/core',
  'host/serial',
  'assembly/admit',
  'assembly/slots',
  'assembly/smp',
];
/** A place in a structure by number: `view.getUint32(12`, `view.setUint8(at + 1`, `record.writeUInt32LE(x, 4)`, `bodyWord(image, 12)`. */
const LITERAL_OFFSET = new RegExp(
  [
    /\.(?:get|set)(?:Big)?(?:Ui|I)nt\d+\((?:\w+ \+ )?[1-9]\d*\b(?! \*)/,
    /\.readU?Int\d+[LB]E\((?:\w+ \+ )?[1-9]\d*\b(?! \*)/,
    /\.writeU?Int\d+[LB]E\((?:[^(),]|\([^()]*\))+, [1-9]\d*\)/,
    /\b(?:bodyWord|readWord)\(\w+, (?:at \+ )?[1-9]\d*\)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

const sources = filesOf(FOLDERS, ENDINGS).filter(
  (file) => !GENERATED.includes(file) && file !== TEST_OF_TABLES && !file.startsWith('test/fixtures/'),
);
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('numbers of the table', () => {
  it('stand in format/ and generated files alone', () => {
    expect(TELLING.size).toBeGreaterThan(12);
    const found = sources.flatMap((file) => spelledIn(textOf(file)).map((name) => `${file} spells ${name}`));
    expect(found).toEqual([]);
  });

  it('are found however they are written', () => {
    const { BODY_MAGIC, TLV } = format;
    const written = [
      `0x${BODY_MAGIC.toString(16).toUpperCase()}`,
      `${BODY_MAGIC};`,
      `0x${BODY_MAGIC.toString(16).replace(/^..../, '$&_')}`,
    ];
    for (const literal of written) expect(spelledIn(`const MAGIC = ${literal}`)).toEqual(['BODY_MAGIC']);
    expect(spelledIn(`[${TLV.mapId}]`)).toEqual(['mapId']);
    expect(spelledIn(`x${BODY_MAGIC.toString(16)} and 0x${BODY_MAGIC.toString(16)}0`)).toEqual([]);
  });
});

describe('structures of the table', () => {
  it('are read and written by the names of their fields', () => {
    const readers = sources.filter((file) => READERS.some((room) => file.startsWith(`${room}/`)));
    expect(readers.length).toBeGreaterThan(40);
    const found = readers.flatMap((file) =>
      [...textOf(file).matchAll(LITERAL_OFFSET)].map(([place]) => `${file}: ${place}`),
    );
    expect(found).toEqual([]);
  });

  it('are seen to be read by number', () => {
    const seen = [
      'view.getUint32(12, true)',
      'view.setUint8(at + 1, tier)',
      'record.writeUInt32LE(x, 4)',
      'bodyWord(image, 12)',
    ];
    expect(seen.filter((text) => text.match(LITERAL_OFFSET) === null)).toEqual([]);
    for (const text of ['view.getUint32(4 * index, true)', 'record.writeUInt32LE(1, at.sequence)'])
      expect(text.match(LITERAL_OFFSET)).toBeNull();
  });
});
