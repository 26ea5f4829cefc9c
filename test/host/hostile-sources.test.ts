/** Sources that are bombs: refused with a name and bounded work. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileSource } from '../../host/compile/compile.ts';
import { readPoints } from '../../host/core/points-file.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { sourceText } from '../support/editions.ts';

const GOOD = sourceText({ epoch: 1, limit: 80 });
const GIB = 2 ** 30;

function codesOf(error: unknown): string[] {
  if (
    typeof error === 'object' &&
    error !== null &&
    'diagnostics' in error &&
    Array.isArray(error.diagnostics)
  ) {
    return error.diagnostics.map(({ code }) => code);
  }
  return [String(error)];
}

async function codes(files: Record<string, string>): Promise<string[]> {
  return compileSource('a.map.yaml', { reader: memoryReader(files) }).then(() => [], codesOf);
}

describe('YAML', () => {
  const laughs = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`),
  ];

  test.each([
    ['a billion laughs', laughs.join('\n')],
    ['10,000 nested lists', `zones: ${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['10,000 nested maps', `zones: ${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}`],
    [
      '10,000 nested blocks',
      Array.from({ length: 10_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    ],
    ['a tag that makes a type', `${GOOD}\nx: !!js/function 'function(){}'`],
    ['a second document', `${GOOD}\n---\n${GOOD}`],
    ['a million anchors', Array.from({ length: 100_000 }, (_, i) => `k${i}: &a${i} 1`).join('\n')],
    ['an integer of 100,000 digits', GOOD.replace('epoch: 1', `epoch: ${'9'.repeat(100_000)}`)],
    ['a NUL', GOOD.replace('epoch', 'ep\0ch')],
    ['no UTF-8', GOOD.replace('line', 'l\ufffdne')],
  ])('%s', async (_, text) => {
    expect(await codes({ 'a.map.yaml': text })).not.toEqual([]);
  });
});

describe('CSV', () => {
  const withTable = `${GOOD.replace(/zones:[\s\S]*?gaps:/, 'zones:\n  - { file: t.csv, columns: { from: from, to: to } }\ngaps:')}`;

  test('control: a good table', async () => {
    expect(await codes({ 'a.map.yaml': withTable, 't.csv': 'from,to\n1,2\n' })).toEqual([]);
  });

  test.each([
    ['a NUL', 'from,to\n1,\0 2\n'],
    ['a quote without end', `from,to\n"${'1'.repeat(100_000)}`],
    ['a field of a million characters', `from,to\n1,${'2'.repeat(1_000_000)}\n`],
    ['a number of 300,000 blanks', `from,to\n1,1${' '.repeat(300_000)}1\n`],
    ['100,000 columns', `from,to${',x'.repeat(100_000)}\n1,2\n`],
    ['a row too short', 'from,to\n1\n'],
    ['a row too long', 'from,to\n1,2,3\n'],
    ['nothing', ''],
  ])('%s', async (_, table) => {
    expect(await codes({ 'a.map.yaml': withTable, 't.csv': table })).not.toEqual([]);
  });
});

describe('files of a gigabyte', () => {
  const folder = temporaryFolder('hostile');
  const huge = folder.at('huge');

  beforeAll(() => {
    // Sparse: its size is there, its bytes are not.
    const file = openSync(huge, 'w');
    writeSync(file, 'x: ');
    ftruncateSync(file, GIB);
    closeSync(file);
  });
  afterAll(() => folder.remove());

  test.each([
    ['as a source', ['compile', huge], 'file_too_large'],
    ['as an image to check', ['check', huge, '--at', '1'], 'file_too_large'],
    ['as an image to push', ['push', huge, '--port', '/dev/null'], 'file_too_large'],
  ])('%s', async (_, argv, words) => {
    const { code, stderr } = await holdfast(argv);
    expect(code).toBe(2);
    expect(stderr.toLowerCase()).toContain(words);
    expect(stderr).not.toContain('    at ');
    expect(stderr.length).toBeLessThan(2000);
  });

  test('as points: one line of a gigabyte ends at its cap', async () => {
    const axis = { kind: 'number', unit: 'mm', scale: 1, origin: 0n } as const;
    const read = async () => {
      for await (const point of readPoints(huge, { axis, units: UNITS_NONE, marks: [] }))
        expect(point).toBeDefined();
    };
    await expect(read()).rejects.toMatchObject({ code: 'NOT_TEXT' });
  });
});
