import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { type Diagnostic, SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { parseSource } from '../../host/source/source.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const HEAD = `holdfast: 1
map: test
epoch: 12
space: { axes: [ { name: s, unit: mm, min: 0, max: 100 } ] }
`;
const WHOLE = `${HEAD}zones:
  - { id: a, at: { from: 0, to: 100 } }
`;

/** Mistakes of both stages, as the compile command reports them. */
async function mistakesOf(source: string | Uint8Array, files: Files = {}): Promise<readonly Diagnostic[]> {
  try {
    await loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source, ...files }));
    return [];
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics;
    throw error;
  }
}

interface Mistake {
  readonly name: string;
  readonly source: string;
  readonly files?: Files;
  readonly code: string;
  readonly at: string;
  readonly says: string;
}

const TABLE = 'zones:\n  - { file: t.csv, columns: { from: a, to: b } }\n';

const MISTAKES: readonly Mistake[] = [
  { name: 'an empty file', source: '', code: 'EMPTY_FILE', at: 'm.map.yaml:1:1', says: 'is empty' },
  {
    name: 'comments only',
    source: '# nothing\n',
    code: 'EMPTY_FILE',
    at: 'm.map.yaml:1:1',
    says: 'is empty',
  },
  {
    name: 'not YAML',
    source: 'holdfast: 1\nzones: [ {id: a }\n',
    code: 'NOT_YAML',
    at: 'm.map.yaml:3:1',
    says: 'not YAML',
  },
  { name: 'a list at the top', source: '- 1\n', code: 'WRONG_KIND', at: 'm.map.yaml:1:1', says: 'a list' },
  { name: 'a text at the top', source: 'hello\n', code: 'WRONG_KIND', at: 'm.map.yaml:1:1', says: '"hello"' },
  {
    name: 'two documents',
    source: `${WHOLE}---\nholdfast: 1\n`,
    code: 'NOT_YAML',
    at: 'm.map.yaml:8:1',
    says: 'second document',
  },
  {
    name: 'an anchor',
    source: WHOLE.replace('{ id: a, at: {', '{ id: a, at: &p {'),
    code: 'ANCHOR_REFUSED',
    at: 'm.map.yaml:6:21',
    says: '&p',
  },
  {
    name: 'a tag',
    source: WHOLE.replace('from: 0', 'from: !!int 0'),
    code: 'TAG_REFUSED',
    at: 'm.map.yaml:6:32',
    says: 'tag:yaml.org',
  },
  {
    name: 'a merge key',
    source: WHOLE.replace('id: a,', 'id: a, <<: { tier: 1 },'),
    code: 'ANCHOR_REFUSED',
    at: 'm.map.yaml:6:14',
    says: '<<',
  },
  {
    name: 'a field twice',
    source: WHOLE.replace('id: a,', 'id: a, tier: 1, tier: 2,'),
    code: 'DUPLICATE_FIELD',
    at: 'm.map.yaml:6:23',
    says: '"tier"',
  },
  {
    name: 'another format version',
    source: WHOLE.replace('holdfast: 1', 'holdfast: 2'),
    code: 'FORMAT_VERSION',
    at: 'm.map.yaml:1:11',
    says: '"2"',
  },
  {
    name: 'no format version',
    source: WHOLE.replace('holdfast: 1\n', ''),
    code: 'MISSING_FIELD',
    at: 'm.map.yaml:1:1',
    says: '"holdfast"',
  },
  { name: 'no zones', source: HEAD, code: 'MISSING_FIELD', at: 'm.map.yaml:1:1', says: '"zones"' },
  {
    name: 'an unknown field',
    source: `${WHOLE}overlapps: forbid\n`,
    code: 'UNKNOWN_FIELD',
    at: 'm.map.yaml:7:1',
    says: 'Did you mean "overlaps"?',
  },
  {
    name: 'an unknown field of a zone',
    source: WHOLE.replace('id: a,', 'id: a, teir: 1,'),
    code: 'UNKNOWN_FIELD',
    at: 'm.map.yaml:6:14',
    says: 'Did you mean "tier"?',
  },
  {
    name: 'no id',
    source: WHOLE.replace('id: a, ', ''),
    code: 'MISSING_FIELD',
    at: 'm.map.yaml:6:5',
    says: '"id"',
  },
  {
    name: 'a decimal',
    source: WHOLE.replace('to: 100 }', 'to: 99.5 }'),
    code: 'UNIT_INEXACT',
    at: 'm.map.yaml:6:33',
    says: 'The nearest are 99 and 100',
  },
  {
    name: 'a decimal quantity',
    source: WHOLE.replace('to: 100 }', 'to: 0.1005 m }'),
    code: 'UNIT_INEXACT',
    at: 'm.map.yaml:6:33',
    says: 'The nearest are 100 mm and 101 mm',
  },
  {
    name: 'an exponent',
    source: WHOLE.replace('to: 100 }', 'to: 1e2 }'),
    code: 'NOT_AN_INTEGER',
    at: 'm.map.yaml:6:33',
    says: 'with an exponent',
  },
  {
    name: 'an octal number',
    source: WHOLE.replace('to: 100 }', 'to: 0144 }'),
    code: 'NOT_AN_INTEGER',
    at: 'm.map.yaml:6:33',
    says: 'leading zero',
  },
  {
    name: 'a quoted number',
    source: WHOLE.replace('to: 100 }', 'to: "100" }'),
    code: 'NOT_AN_INTEGER',
    at: 'm.map.yaml:6:33',
    says: 'quotes',
  },
  {
    name: 'a number too long',
    source: WHOLE.replace('to: 100 }', 'to: 1000000000000000000000 }'),
    code: 'OUT_OF_RANGE',
    at: 'm.map.yaml:6:33',
    says: '18 digits',
  },
  {
    name: 'an empty value',
    source: WHOLE.replace('map: test', 'map:'),
    code: 'BAD_VALUE',
    at: 'm.map.yaml:2:5',
    says: 'map is empty',
  },
  {
    name: 'a map id with capitals',
    source: WHOLE.replace('map: test', 'map: Test'),
    code: 'BAD_VALUE',
    at: 'm.map.yaml:2:6',
    says: '"Test"',
  },
  {
    name: 'an axis without unit',
    source: WHOLE.replace('unit: mm, ', ''),
    code: 'UNIT_MISSING',
    at: 'm.map.yaml:4:18',
    says: 'no unit',
  },
  {
    name: 'another dimension',
    source: WHOLE.replace('to: 100 }', 'to: 5 s }'),
    code: 'UNIT_MISMATCH',
    at: 'm.map.yaml:6:33',
    says: '5 s, but it is measured in mm',
  },
  {
    name: 'an unknown unit',
    source: WHOLE.replace('to: 100 }', 'to: 5 furlong }'),
    code: 'UNIT_MISMATCH',
    at: 'm.map.yaml:6:33',
    says: 'furlong',
  },
  {
    name: 'a quantity that does not convert exactly',
    source: WHOLE.replace('to: 100 }', 'to: 55 um }'),
    code: 'UNIT_INEXACT',
    at: 'm.map.yaml:6:33',
    says: '55 um',
  },
  {
    name: 'an interval backwards',
    source: WHOLE.replace('from: 0, to: 100', 'from: 100, to: 0'),
    code: 'INTERVAL_REVERSED',
    at: 'm.map.yaml:6:18',
    says: '[100, 0) mm',
  },
  {
    name: 'an empty interval',
    source: WHOLE.replace('from: 0, to: 100', 'from: 5, to: 5'),
    code: 'INTERVAL_EMPTY',
    at: 'm.map.yaml:6:18',
    says: '[5, 5) mm',
  },
  {
    name: 'a zone that names a place twice',
    source: WHOLE.replace('{ from: 0, to: 100 }', '[ { from: 50, to: 100 }, { from: 0, to: 51 } ]'),
    code: 'INTERVALS_OVERLAP',
    at: 'm.map.yaml:6:20',
    says: '[0, 51) mm and [50, 100) mm',
  },
  {
    name: 'a place beyond the axis',
    source: WHOLE.replace('to: 100 }', 'to: 101 }'),
    code: 'OUT_OF_RANGE',
    at: 'm.map.yaml:6:33',
    says: '101, outside the axis "s" [0, 100) mm',
  },
  {
    name: 'a tier too high',
    source: WHOLE.replace('id: a,', 'id: a, tier: 256,'),
    code: 'OUT_OF_RANGE',
    at: 'm.map.yaml:6:20',
    says: '0 to 255',
  },
  {
    name: 'a limit beyond i32',
    source: WHOLE.replace('id: a,', 'id: a, limit: 2147483648,'),
    code: 'OUT_OF_RANGE',
    at: 'm.map.yaml:6:21',
    says: '2147483648',
  },
  {
    name: 'an axis too long',
    source: WHOLE.replace('max: 100', 'max: 1073741825'),
    code: 'OUT_OF_RANGE',
    at: 'm.map.yaml:4:52',
    says: '2^30',
  },
  {
    name: 'an axis backwards',
    source: WHOLE.replace('min: 0, max: 100', 'min: 100, max: 0'),
    code: 'INTERVAL_REVERSED',
    at: 'm.map.yaml:4:54',
    says: 'from 100 to 0 mm',
  },
  {
    name: 'three axes',
    source: WHOLE.replace(
      '} ] }',
      '}, { name: t, unit: mm, min: 0, max: 1 }, { name: u, unit: mm, min: 0, max: 1 } ] }',
    ),
    code: 'AXES_NOT_SUPPORTED',
    at: 'm.map.yaml:4:98',
    says: 'a map has one, a line, or two, a plane',
  },
  {
    name: 'a timestamp on an axis of numbers',
    source: WHOLE.replace('to: 100 }', 'to: 2026-01-01T00:00:00Z }'),
    code: 'TIMESTAMP_UNEXPECTED',
    at: 'm.map.yaml:6:33',
    says: 'the axis "s" counts mm',
  },
  {
    name: 'a timestamp as the end of an axis of numbers',
    source: WHOLE.replace('max: 100', 'max: 2026-01-01T00:00:00Z'),
    code: 'TIMESTAMP_UNEXPECTED',
    at: 'm.map.yaml:4:52',
    says: 'the origin of the axis is not one',
  },
  {
    name: 'an axis of time in millimetres',
    source: WHOLE.replace('max: 100 }', 'max: 100, origin: 2026-01-01T00:00:00Z }'),
    code: 'UNIT_MISMATCH',
    at: 'm.map.yaml:4:65',
    says: 'counts mm',
  },
  {
    name: 'an id twice',
    source: `${HEAD}zones:\n  - { id: a, at: { from: 0, to: 50 } }\n  - { id: a, at: { from: 50, to: 100 } }\n`,
    code: 'DUPLICATE_ID',
    at: 'm.map.yaml:7:5',
    says: 'm.map.yaml:6:5',
  },
  {
    name: 'an id that is none',
    source: WHOLE.replace('id: a,', 'id: "a b",'),
    code: 'BAD_VALUE',
    at: 'm.map.yaml:6:11',
    says: '"a b"',
  },
  {
    name: 'an epoch not above the one it replaces',
    source: WHOLE.replace('epoch: 12\n', 'epoch: 12\nreplaces: [ 11, 12@ab ]\n'),
    code: 'EPOCH_NOT_ABOVE_REPLACED',
    at: 'm.map.yaml:4:17',
    says: 'epoch 12 is not above 12',
  },
  {
    name: 'a wrong hash prefix',
    source: WHOLE.replace('epoch: 12\n', 'epoch: 12\nreplaces: 11@xyz\n'),
    code: 'BAD_VALUE',
    at: 'm.map.yaml:4:11',
    says: '11@xyz',
  },
  {
    name: 'too many editions replaced',
    source: WHOLE.replace('epoch: 12\n', 'epoch: 12\nreplaces: [ 1, 2, 3, 4, 5, 6, 7, 8, 9 ]\n'),
    code: 'TOO_MANY',
    at: 'm.map.yaml:4:11',
    says: '9 editions',
  },
  {
    name: 'epoch 0',
    source: WHOLE.replace('epoch: 12', 'epoch: 0'),
    code: 'OUT_OF_RANGE',
    at: 'm.map.yaml:3:8',
    says: 'epoch is 0',
  },
  {
    name: 'an unknown action',
    source: `${WHOLE}outside: { action: halt }\n`,
    code: 'BAD_VALUE',
    at: 'm.map.yaml:7:20',
    says: '"halt"',
  },
  {
    name: 'a budget in cycles',
    source: `${WHOLE}budget: { cycles: 120, target: nano }\n`,
    code: 'COSTS_UNKNOWN',
    at: 'm.map.yaml:7:32',
    says: 'nano',
  },
  {
    name: 'phases without a period',
    source: WHOLE.replace('id: a,', 'id: a, when: { from: 0, to: 1 },'),
    code: 'PHASE_MISSING',
    at: 'm.map.yaml:6:20',
    says: 'no phase',
  },
  {
    name: 'a phase beyond the period',
    source: `${WHOLE.replace('id: a,', 'id: a, when: { from: 0, to: 11 },')}phase: { unit: tick, period: 10 }\n`,
    code: 'OUT_OF_RANGE',
    at: 'm.map.yaml:6:35',
    says: '[0, 10) tick',
  },
  {
    name: 'a limit in an undeclared unit',
    source: WHOLE.replace('id: a,', 'id: a, limit: 40 km/h,'),
    code: 'UNIT_MISSING',
    at: 'm.map.yaml:6:21',
    says: 'declares none',
  },
  {
    name: 'a limit in another unit',
    source: `limits: { unit: m/s }\n${WHOLE.replace('id: a,', 'id: a, limit: 40 km/h,')}`,
    code: 'UNIT_INEXACT',
    at: 'm.map.yaml:7:21',
    says: 'The nearest are 11 m/s and 12 m/s',
  },
  {
    name: 'an overlap',
    source: `${WHOLE}  - { id: b, at: { from: 10, to: 20 } }\n`,
    code: 'OVERLAP',
    at: 'm.map.yaml:7:5',
    says: 'zone "b" and zone "a" (m.map.yaml:6:5) both cover [10, 20) mm',
  },
  {
    name: 'an overlap of equal tiers',
    source: `${WHOLE}  - { id: b, at: { from: 10, to: 20 } }\noverlaps: by-tier\n`,
    code: 'OVERLAP',
    at: 'm.map.yaml:7:5',
    says: 'both have tier 0',
  },
  {
    name: 'an overlap that the list does not order',
    source: `${WHOLE}  - { id: b, at: { from: 10, to: 20 } }\n  - { id: c, at: { from: 15, to: 20 } }
overlaps: [ { over: b, under: a }, { over: c, under: a } ]\n`,
    code: 'OVERLAP',
    at: 'm.map.yaml:8:5',
    says: 'zone "c" and zone "b" (m.map.yaml:7:5) both cover [15, 20) mm',
  },
  {
    name: 'a circle of orders',
    source: `${WHOLE}  - { id: b, at: { from: 10, to: 20 } }
overlaps: [ { over: b, under: a }, { over: a, under: b } ]\n`,
    code: 'OVERLAP_ORDER_CYCLE',
    at: 'm.map.yaml:8:36',
    says: 'cycle',
  },
  {
    name: 'an order of a zone that is not there',
    source: `${WHOLE}overlaps: [ { over: a, under: b } ]\n`,
    code: 'UNKNOWN_ID',
    at: 'm.map.yaml:7:31',
    says: '"b"',
  },
  {
    name: 'an unacknowledged gap',
    source: WHOLE.replace('to: 100 }', 'to: 90 }'),
    code: 'GAP_UNACKNOWLEDGED',
    at: 'm.map.yaml:6:5',
    says: '[90, 100) mm, 10 mm long, between zone "a" (m.map.yaml:6:5) and the end of the axis',
  },
  {
    name: 'a gap rule over a zone',
    source: `${WHOLE}gaps:\n  - { id: g, at: { from: 5, to: 9 }, action: hold }\n`,
    code: 'GAP_OVER_ZONE',
    at: 'm.map.yaml:8:5',
    says: 'zone "a" (m.map.yaml:6:5) at [5, 9) mm',
  },
  {
    name: 'two gap rules over one place',
    source: `${WHOLE}gaps:
  - { id: g, at: { from: 5, to: 9 }, action: hold, cuts: true }
  - { id: h, at: { from: 8, to: 9 }, action: slow, cuts: true }\n`,
    code: 'GAP_RULES_OVERLAP',
    at: 'm.map.yaml:9:5',
    says: 'gap rule "g" (m.map.yaml:8:5) both claim [8, 9) mm',
  },
  {
    name: 'a gap rule without action',
    source: `${WHOLE}gaps:\n  - { anywhere: true }\n`,
    code: 'MISSING_FIELD',
    at: 'm.map.yaml:8:5',
    says: '"action"',
  },
  {
    name: 'a table that is not there',
    source: HEAD + TABLE,
    code: 'CSV_MISSING',
    at: 'm.map.yaml:6:13',
    says: 't.csv: the file does not exist',
  },
  {
    name: 'an empty table',
    source: HEAD + TABLE,
    files: { 't.csv': '' },
    code: 'EMPTY_FILE',
    at: 't.csv:1:1',
    says: 'is empty',
  },
  {
    name: 'a table without rows',
    source: HEAD + TABLE,
    files: { 't.csv': 'a,b\n' },
    code: 'EMPTY_FILE',
    at: 't.csv:1:1',
    says: 'no rows',
  },
  {
    name: 'a column that is not there',
    source: HEAD + TABLE.replace('to: b', 'to: edn'),
    files: { 't.csv': 'a,end\n0,100\n' },
    code: 'CSV_COLUMN_MISSING',
    at: 'm.map.yaml:6:44',
    says: 'Did you mean "end"?',
  },
  {
    name: 'a column twice',
    source: HEAD + TABLE,
    files: { 't.csv': 'a,b,a\n0,100,1\n' },
    code: 'DUPLICATE_COLUMN',
    at: 't.csv:1:5',
    says: '"a"',
  },
  {
    name: 'a row too short',
    source: HEAD + TABLE,
    files: { 't.csv': 'a,b\n0\n' },
    code: 'CSV_ROW_LENGTH',
    at: 't.csv:2:1',
    says: '1 fields, the header 2',
  },
  {
    name: 'an open quote',
    source: HEAD + TABLE,
    files: { 't.csv': 'a,b\n0,"100\n' },
    code: 'CSV_BROKEN',
    at: 't.csv:2:3',
    says: 'a quote that opens here is never closed',
  },
  {
    name: 'a decimal in a table',
    source: HEAD + TABLE,
    files: { 't.csv': 'a,b\n0,50\n\n50, 99.5\n' },
    code: 'UNIT_INEXACT',
    at: 't.csv:4:5',
    says: 'The nearest are 99 and 100',
  },
  {
    name: 'a row backwards',
    source: HEAD + TABLE,
    files: { 't.csv': '"a\nx",a,b\r\n1,0,50\r\n1,100,50\r\n' },
    code: 'INTERVAL_REVERSED',
    at: 't.csv:4:3',
    says: 'the row runs backwards: "a" is "100", "b" is "50"',
  },
  {
    name: 'rows that overlap',
    source: HEAD + TABLE,
    files: { 't.csv': 'a,b\n0,60\n50,100\n' },
    code: 'OVERLAP',
    at: 't.csv:3:1',
    says: 'zone "t-2" and zone "t-1" (t.csv:2:1) both cover [50, 60) mm',
  },
  {
    name: 'a unit column without a declared unit',
    source: HEAD + TABLE.replace('to: b', 'to: b, limitUnit: u'),
    files: { 't.csv': 'a,b,u\n0,100,km/h\n' },
    code: 'UNIT_MISSING',
    at: 'm.map.yaml:6:58',
    says: 'declares no unit',
  },
  {
    name: 'a row in another unit',
    source: `limits: { unit: km/h }\n${HEAD}${TABLE.replace('to: b', 'to: b, limitUnit: u')}`,
    files: { 't.csv': 'a,b,u\n0,50,km/h\n50,100,m\n' },
    code: 'UNIT_MISMATCH',
    at: 't.csv:3:8',
    says: '"u" is "m", but the row has no limit',
  },
  {
    name: 'a table whose name is no id',
    source: HEAD + TABLE.replace('t.csv', 'a b.csv'),
    files: { 'a b.csv': 'a,b\n0,100\n' },
    code: 'BAD_VALUE',
    at: 'm.map.yaml:6:13',
    says: 'Give the entry an "id"',
  },
  {
    name: 'a NUL byte in a table',
    source: HEAD + TABLE,
    files: { 't.csv': 'a,b\n0,1\0\n' },
    code: 'NOT_TEXT',
    at: 't.csv:2:4',
    says: 'NUL',
  },
];

describe('mistakes', () => {
  test.each(MISTAKES)('$name', async ({ source, files, code, at, says }) => {
    const mistakes = await mistakesOf(source, files);
    expect(mistakes.map((mistake) => mistake.code)).toEqual([code]);
    const [mistake] = mistakes;
    expect(`${mistake?.file}:${mistake?.line}:${mistake?.column}`).toBe(at);
    expect(`${mistake?.message}. ${mistake?.remedy}`).toContain(says);
    expect(mistake?.message).not.toMatch(/[.]$/);
    expect(mistake?.remedy).toMatch(/[.?]$/);
  });

  test('a file that is not UTF-8', async () => {
    const [mistake] = await mistakesOf(Uint8Array.of(0x6d, 0x61, 0xff));
    expect(mistake).toMatchObject({ code: 'NOT_TEXT', line: 1, column: 3 });
  });

  test('a source that is not there', async () => {
    await expect(parseSource('no/such.map.yaml')).rejects.toMatchObject({
      code: 'SOURCE',
      exitCode: 2,
      diagnostics: [{ code: 'FILE_MISSING' }],
    });
  });

  test('a source too large', async () => {
    const [mistake] = await mistakesOf(new Uint8Array(8 * 1024 * 1024 + 1));
    expect(mistake).toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  test('nesting without end is no YAML', async () => {
    const [mistake] = await mistakesOf('['.repeat(100_000));
    expect(mistake).toMatchObject({ code: 'NOT_YAML' });
  });

  test('an alias', async () => {
    const mistakes = await mistakesOf(`${WHOLE.replace('at: {', 'at: &p {')}  - { id: b, at: *p }\n`);
    expect(mistakes.map(({ code, line }) => `${code} ${line}`)).toContain('ANCHOR_REFUSED 7');
  });

  test('a zone that is dropped does not make its place a gap', async () => {
    const mistakes = await mistakesOf(WHOLE.replace('id: a,', 'id: a, tier: x,'));
    expect(mistakes.map(({ code }) => code)).toEqual(['NOT_AN_INTEGER']);
  });

  test('a gap in some phases is reported with these phases', async () => {
    const source = `${WHOLE.replace('id: a,', 'id: a, when: [ { from: 2, to: 4 }, { from: 6, to: 7 } ],')}
phase: { unit: tick, period: 10 }\n`;
    const mistakes = await mistakesOf(source);
    expect(mistakes.map(({ message }) => message)).toEqual([
      expect.stringContaining('[0, 100) mm in phases [0, 2), [4, 6), [7, 10), 100 mm long'),
    ]);
  });

  test('ten thousand overlaps are counted, not all kept', async () => {
    const zones = Array.from(
      { length: 200 },
      (_, index) => `  - { id: z${index}, at: { from: 0, to: 100 } }`,
    );
    const source = `${HEAD}zones:\n${zones.join('\n')}\n`;
    const failure = loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source }));
    await expect(failure).rejects.toSatisfy(
      (error) => error instanceof SourceError && error.diagnostics.length === 1000,
    );
  });

  test('all mistakes of a source at once, in order of place, as text', async () => {
    const folder = new URL('../fixtures/sources/', import.meta.url);
    const source = await readFile(new URL('many-mistakes.map.yaml', folder), 'utf8');
    const expected = await readFile(new URL('many-mistakes.txt', folder), 'utf8');
    const failure = loadPartition(
      'many-mistakes.map.yaml',
      memoryReader({ 'many-mistakes.map.yaml': source }),
    );
    await expect(failure).rejects.toMatchObject({ code: 'SOURCE', message: expected.trimEnd() });
  });
});

describe('what sources say', () => {
  const parse = (source: string, files: Files = {}) =>
    parseSource('m.map.yaml', memoryReader({ 'm.map.yaml': source, ...files }));

  test('defaults', async () => {
    const model = await parse(WHOLE);
    expect(model).toMatchObject({
      map: 'test',
      device: 'generic',
      epoch: 12,
      replaces: [],
      phasePeriod: 1,
      overlaps: { kind: 'forbid' },
      outside: 'stop',
      fault: 'stop',
      budgetSteps: null,
      budgetCycles: null,
      gapRules: [],
    });
    expect(model.zones[0]).toMatchObject({ id: 'a', tier: 0, limit: null, when: null });
  });

  test.each([
    ['11', [{ epoch: 11, hashPrefix: '' }]],
    ['11@3FA9c2', [{ epoch: 11, hashPrefix: '3fa9c2' }]],
    [
      '[ 11, 10@00 ]',
      [
        { epoch: 11, hashPrefix: '' },
        { epoch: 10, hashPrefix: '00' },
      ],
    ],
    ['[]', []],
  ])('replaces: %s', async (text, expected) => {
    const model = await parse(WHOLE.replace('epoch: 12\n', `epoch: 12\nreplaces: ${text}\n`));
    expect(model.replaces).toEqual(expected);
  });

  test.each([
    ['10 cm', 100],
    ['10cm', 100],
    ['1 m', 1000],
    ['"2 m"', 2000],
    ['1 km', 1_000_000],
    ['100000 um', 100],
    ['100 mm', 100],
    ['+100', 100],
  ])('a coordinate of %s', async (text, expected) => {
    const model = await parse(
      WHOLE.replace('max: 100 ', 'max: 1000000 ').replace('to: 100 }', `to: ${text} }`),
    );
    expect(model.zones[0]?.at[0]?.to).toBe(expected);
  });

  test('an origin far away, and a scale', async () => {
    const axis =
      '{ name: x, unit: deg, scale: 10000000, origin: 1800000000, min: 1799999990, max: 1800000010 }';
    const model = await parse(`holdfast: 1
map: test
epoch: 1
space: { axes: [ ${axis} ] }
zones: [ { id: a, at: { from: 1799999990, to: 180 deg } } ]
gaps: [ { anywhere: true, action: continue } ]
`);
    expect(model.axis).toMatchObject({ min: -10, max: 10, origin: 1_800_000_000n, scale: 10_000_000 });
    expect(model.zones[0]?.at[0]).toMatchObject({ from: -10, to: 0 });
  });

  test('the extremes of stored coordinates', async () => {
    const [min, max] = [-(2 ** 30), 2 ** 30];
    const model = await parse(
      WHOLE.replace('min: 0, max: 100', `min: ${min}, max: ${max}`).replace(
        'from: 0, to: 100',
        `from: ${min}, to: ${max}`,
      ),
    );
    expect(model.zones[0]?.at[0]).toMatchObject({ from: min, to: max });
  });

  test('zones and gap rules from tables, with units, ids, tiers and actions', async () => {
    const source = `holdfast: 1
map: test
epoch: 1
space: { axes: [ { name: s, unit: mm, min: 0, max: 100 } ] }
limits: { unit: km/h }
zones:
  - { file: t.csv, columns: { from: a, to: b, tier: t, limit: l, limitUnit: u }, unit: cm, tier: 3, limit: 9 km/h, id: z }
gaps:
  - { file: g.csv, columns: { from: a, to: b, id: n, action: x }, action: hold, limit: 7, cuts: true }
`;
    const model = await parse(source, {
      't.csv': '\ufeffa,b,t,l,u\r\n0,4,,,km/h\r\n\r\n4,10,5,-6,km/h\r\n',
      'g.csv': 'n,a,b,x\ntunnel,10,20,slow\n"bridge",30,40,\n',
    });
    expect(model.zones).toMatchObject([
      { id: 'z-1', at: [{ from: 0, to: 40 }], tier: 3, limit: 9, place: { file: 't.csv', line: 2 } },
      { id: 'z-2', at: [{ from: 40, to: 100 }], tier: 5, limit: -6, place: { file: 't.csv', line: 4 } },
    ]);
    expect(model.gapRules).toMatchObject([
      { id: 'tunnel', action: 'slow', limit: 7, cuts: true },
      { id: 'bridge', action: 'hold', limit: 7, cuts: true },
    ]);
  });

  test('files are found beside the source', async () => {
    const files = {
      'maps/m.map.yaml': HEAD + TABLE.replace('t.csv', 'data/t.csv'),
      'maps/data/t.csv': 'a,b\n0,100\n',
    };
    const model = await parseSource('maps/m.map.yaml', memoryReader(files));
    expect(model.zones[0]?.id).toBe('t-1');
  });
});
