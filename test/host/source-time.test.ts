import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { compilePartition, loadPartition } from '../../host/compile/compile.ts';
import { answerWords } from '../../host/core/answer-words.ts';
import { MapImage } from '../../host/core/ask.ts';
import { parsePlace } from '../../host/core/points.ts';
import { BODY_HEADER_BYTES } from '../../host/format.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { formatTimestamp, parseTimestamp } from '../../host/source/timestamp.ts';
import { compileText } from '../support/compile.ts';
import { expectFor } from '../support/property.ts';

const SECONDS = { unit: 's', scale: 1 };
const MILLISECONDS = { unit: 'ms', scale: 1 };

/** Steps of a timestamp, or the code of the mistake. */
function stepsOf(text: string, measure = SECONDS): bigint | string {
  let mistake = 'nothing reported';
  const steps = parseTimestamp(text, 'it', measure, (code, message, remedy) => {
    mistake = `${code}: ${message}. ${remedy}`;
  });
  return steps ?? mistake;
}

describe('timestamps become seconds since 1970', () => {
  const RIGHT: readonly (readonly [text: string, seconds: bigint])[] = [
    ['1970-01-01T00:00:00Z', 0n],
    ['1969-12-31T23:59:59Z', -1n],
    ['2026-01-01T00:00:00Z', 1_767_225_600n],
    ['2026-01-01T00:00Z', 1_767_225_600n],
    ['2026-01-01T01:00:00+01:00', 1_767_225_600n],
    ['2025-12-31T14:30:00-09:30', 1_767_225_600n],
    ['2026-01-01T05:45:00+05:45', 1_767_225_600n],
    // Leap days, among them the one of a century and the one that a century leaves out.
    ['2028-02-29T00:00:00Z', 1_835_395_200n],
    ['2028-03-01T00:00:00Z', 1_835_481_600n],
    ['2000-02-29T12:00:00Z', 951_825_600n],
    ['2100-03-01T00:00:00Z', 4_107_542_400n],
    // Zurich: from 01:59:59+01:00 the clock goes on to 03:00:00+02:00, and in October 02:30 is there twice.
    ['2026-03-29T01:59:59+01:00', 1_774_745_999n],
    ['2026-03-29T03:00:00+02:00', 1_774_746_000n],
    ['2026-10-25T02:30:00+02:00', 1_792_888_200n],
    ['2026-10-25T02:30:00+01:00', 1_792_891_800n],
  ];
  test.each(RIGHT)('%s', (text, seconds) => {
    expect(stepsOf(text)).toBe(seconds);
  });

  test('as the calendar of the platform says, for 20,000 random moments', async () => {
    const moments = fc.integer({ min: -4_000_000_000, max: 4_000_000_000 });
    await expectFor('timestamps', { seed: 71, runs: 20_000 }, moments, (seconds) => {
      const text = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
      expect(stepsOf(text)).toBe(BigInt(seconds));
      expect(formatTimestamp(SECONDS, BigInt(seconds))).toBe(text);
    });
  });

  test('finer and coarser units, exactly', () => {
    expect(stepsOf('2026-01-01T00:00:00.000Z', SECONDS)).toBe(1_767_225_600n);
    expect(stepsOf('2026-01-01T00:00:00.1230000000Z', MILLISECONDS)).toBe(1_767_225_600_123n);
    expect(stepsOf('2026-01-01T00:00:00.123Z', MILLISECONDS)).toBe(1_767_225_600_123n);
    expect(stepsOf('1969-12-31T23:59:59.5Z', MILLISECONDS)).toBe(-500n);
    expect(stepsOf('2026-01-01T00:00:00.25Z', { unit: 's', scale: 4 })).toBe(1_767_225_600n * 4n + 1n);
    expect(stepsOf('2026-01-01T00:01:00Z', { unit: 'min', scale: 1 })).toBe(29_453_761n);
    expect(formatTimestamp(MILLISECONDS, -500n)).toBe('1969-12-31T23:59:59.500Z');
    expect(formatTimestamp({ unit: 'us', scale: 1 }, 1n)).toBe('1970-01-01T00:00:00.000001Z');
  });

  const WRONG: readonly (readonly [text: string, code: string, words: string])[] = [
    ['2026-03-29T02:30:00', 'TIMESTAMP_NAIVE', 'without an offset'],
    ['2026-03-29T02:30:00-00:00', 'TIMESTAMP_NAIVE', 'without an offset'],
    ['2026-03-29', 'TIMESTAMP_BROKEN', 'A date alone'],
    ['2026-03-29 02:30:00Z', 'TIMESTAMP_BROKEN', 'date, time and offset'],
    ['2026-03-29T02:30:00+0100', 'TIMESTAMP_BROKEN', 'date, time and offset'],
    ['29.03.2026 02:30', 'TIMESTAMP_BROKEN', 'date, time and offset'],
    ['2026-02-29T00:00:00Z', 'TIMESTAMP_BROKEN', 'That month has 28 days'],
    ['2100-02-29T00:00:00Z', 'TIMESTAMP_BROKEN', 'That month has 28 days'],
    ['2026-04-31T00:00:00Z', 'TIMESTAMP_BROKEN', 'That month has 30 days'],
    ['2026-13-01T00:00:00Z', 'TIMESTAMP_BROKEN', '01 to 12'],
    ['2026-00-01T00:00:00Z', 'TIMESTAMP_BROKEN', '01 to 12'],
    ['2026-01-01T24:00:00Z', 'TIMESTAMP_BROKEN', '00:00:00 of the next day'],
    ['2026-01-01T12:60:00Z', 'TIMESTAMP_BROKEN', 'not a time of day'],
    ['2026-01-01T00:00:00+19:00', 'TIMESTAMP_BROKEN', '+19:00 is not an offset'],
    ['2016-12-31T23:59:60Z', 'TIMESTAMP_LEAP_SECOND', 'does not count'],
    ['2026-01-01T00:00:61Z', 'TIMESTAMP_BROKEN', 'not a time of day'],
    ['2026-01-01T00:00:00.123Z', 'UNIT_INEXACT', 'unit: ms'],
  ];
  test.each(WRONG)('refused: %s', (text, code, words) => {
    const mistake = stepsOf(text);
    expect(mistake).toMatch(new RegExp(`^${code}: it is "?${text.replaceAll('+', '\\+')}`));
    expect(mistake).toContain(words);
  });

  test('refused: what no step of the unit says', () => {
    expect(stepsOf('2026-01-01T00:00:30Z', { unit: 'min', scale: 1 })).toMatch(/^UNIT_INEXACT/);
    expect(stepsOf('2026-01-01T00:00:00.1234Z', MILLISECONDS)).toMatch(/^UNIT_INEXACT/);
    expect(stepsOf('2026-01-01T00:00:00.3Z', { unit: 's', scale: 4 })).toMatch(/^UNIT_INEXACT/);
  });
});

const OCTOBER = `holdfast: 1
map: october
epoch: 1
space: { axes: [ { name: t, unit: s, origin: 2026-01-01T00:00:00Z, min: 2026-10-25T00:00:00+02:00, max: 2026-10-26T00:00:00+01:00 } ] }
zones:
  - { id: night, at: { from: 2026-10-25T00:00:00+02:00, to: 2026-10-25T02:30:00+01:00 } }
  - { id: day, at: { from: 2026-10-25T02:30:00+01:00, to: 1792965600 } }
gaps:
  - { id: grace, at: { from: 2026-10-25T22:00:00Z, to: 2026-10-26T00:00:00+01:00 }, action: hold }
`;

const load = (source: string, files = {}) =>
  loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source, ...files }));

async function mistakeOf(source: string, files = {}): Promise<string> {
  try {
    await load(source, files);
  } catch (error) {
    if (error instanceof SourceError) return error.message;
    throw error;
  }
  return 'no mistake';
}

describe('a source over a change of the clock', () => {
  const source = OCTOBER.replace('1792965600', '2026-10-26T00:00:00+01:00').slice(
    0,
    OCTOBER.indexOf('gaps:') + '2026-10-26T00:00:00+01:00'.length - '1792965600'.length,
  );

  test('the day on which the clock goes back has 25 hours', async () => {
    const { axis, windows } = await load(source);
    expect(axis).toMatchObject({ kind: 'time', unit: 's', origin: 1_767_225_600n });
    expect(axis.max - axis.min).toBe(25 * 3600);
    const cells = windows[0]?.cells ?? [];
    expect(cells.map(({ from, to }) => (to - from) / 60)).toEqual([3.5 * 60, 21.5 * 60]);
  });

  test('the image holds kind 1 and the origin since 1970, and reads back the same', async () => {
    const partition = await load(source);
    const { image } = compilePartition(partition, undefined);
    expect(readPartition(image).axis).toEqual(partition.axis);
    const axisAt = 32 + BODY_HEADER_BYTES;
    const view = new DataView(image.buffer, image.byteOffset + axisAt);
    expect([view.getBigInt64(8, true), view.getUint32(16, true), view.getUint8(20)]).toEqual([
      1_767_225_600n,
      1,
      1,
    ]);
  });

  test('it answers at timestamps of any offset, in integers, and with the time in words', async () => {
    const map = await MapImage.open(await compileText(source));
    const at = (text: string) => map.ask({ x: parsePlace(text, '--at', map.axis), phase: 0 });
    const first = at('2026-10-25T02:30:00+02:00');
    expect(first).toMatchObject({ at: 1_792_888_200, zone: 'night', toGapBehind: 9000 });
    expect(answerWords(first, map)).toContain('2026-10-25T00:30:00Z: covered by night');
    expect(at('2026-10-25T02:30:00+01:00')).toMatchObject({ zone: 'day' });
    expect(at('1792891800')).toMatchObject({ zone: 'day' });
    expect(at('2026-10-26T00:00:00+01:00')).toMatchObject({ state: 'outside' });
    expect(() => at('2026-10-25T02:30:00')).toThrow(HoldfastError);
    expect(() => at('2026-10-25T02:30:00')).toThrow('without an offset');
  });
});

describe('mistakes of sources with an axis of time', () => {
  const TABLE = `${OCTOBER.slice(0, OCTOBER.indexOf('zones:'))}zones:
  - { file: t.csv, columns: { from: a, to: b } }
gaps: [ { anywhere: true, action: hold } ]
`;
  const MISTAKES: readonly (readonly [name: string, source: string, mistake: string])[] = [
    ['a naive one', OCTOBER.replace('02:30:00+01:00 } }', '02:30:00 } }'), '6:61: TIMESTAMP_NAIVE'],
    ['milliseconds', OCTOBER.replace('1792965600', '1792965600000'), '7:59: TIME_UNIT_MISMATCH'],
    ['microseconds', OCTOBER.replace('1792965600', '1792965600000000'), '7:59: TIME_UNIT_MISMATCH'],
    ['a duration', OCTOBER.replace('1792965600', '5 h'), '7:59: UNIT_MISMATCH'],
    ['after the end', OCTOBER.replace('1792965600', '2027-01-01T00:00:00Z'), '7:59: OUT_OF_RANGE'],
    ['an end in numbers', OCTOBER.replace(/min: [^,]*/, 'min: 1792969'), '4:73: TIMESTAMP_BROKEN'],
    ['a naive origin', OCTOBER.replace('-01-01T00:00:00Z,', '-01-01T00:00:00,'), '4:46: TIMESTAMP_NAIVE'],
    ['backwards', OCTOBER.replace('max: 2026-10-26', 'max: 2026-10-24'), '4:105: INTERVAL_REVERSED'],
    ['40 years', OCTOBER.replace('max: 2026-10-26', 'max: 2066-10-26'), '4:105: OUT_OF_RANGE'],
  ];
  test.each(MISTAKES)('%s', async (_name, source, mistake) => {
    expect(source).not.toBe(OCTOBER);
    expect(await mistakeOf(source)).toContain(`m.map.yaml:${mistake}`);
  });

  test('in a table, with line and column', async () => {
    const rows = 'a,b\n2026-10-25T01:00:00+02:00,2026-10-25T03:00:00\n1792882800000,1792886400\n';
    const mistakes = await mistakeOf(TABLE, { 't.csv': rows });
    expect(mistakes).toContain('t.csv:2:27: TIMESTAMP_NAIVE');
    expect(mistakes).toContain('t.csv:3:1: TIME_UNIT_MISMATCH: "a" is 1792882800000, which is 1000 times');
  });

  test('a table that declares milliseconds is converted exactly, or refused', async () => {
    const inMilliseconds = TABLE.replace('columns:', 'unit: ms, columns:');
    const { windows } = await load(inMilliseconds, { 't.csv': 'a,b\n1792882800000,1792886400000\n' });
    expect(windows[0]?.cells).toHaveLength(3);
    const inexact = await mistakeOf(inMilliseconds, { 't.csv': 'a,b\n1792882800001,1792886400000\n' });
    expect(inexact).toContain('t.csv:2:1: UNIT_INEXACT');
  });

  test('overlaps are named by time', async () => {
    const overlap = OCTOBER.replace(
      '{ id: day, at: { from: 2026-10-25T02:30:00+01:00',
      '{ id: day, at: { from: 2026-10-25T02:30:00+02:00',
    );
    expect(await mistakeOf(overlap)).toContain('both cover [2026-10-25T00:30:00Z, 2026-10-25T01:30:00Z)');
  });
});
