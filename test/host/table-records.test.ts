/** Rows of a table: equal to those of csv-parse, in pieces of any length; quotes that are wrong are named where they stand. */
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { RecordScanner, type TableRecord } from '../../host/table/records.ts';
import { Random, seedFor } from '../support/random.ts';

function scan(text: string, separator: string, cuts: readonly number[] = []): readonly TableRecord[] {
  const scanner = new RecordScanner(separator);
  const records: TableRecord[] = [];
  let from = 0;
  for (const cut of [...cuts, text.length]) {
    records.push(...scanner.push(text.slice(from, cut)));
    from = cut;
  }
  return [...records, ...scanner.end()];
}

const CELLS = ['', '0', '1.5', 'a b', ' x ', '"q"', '"a ""b"" c"', '"two\nlines"', '"x;y,z"', 'ü', '"\r\n"'];

test('4,000 random texts are read as csv-parse reads them, cut anywhere', () => {
  const seed = seedFor('records', 77);
  const random = new Random(seed);
  for (let run = 0; run < 4000; run++) {
    const separator = [',', ';', '\t', '|'][random.below(4)] ?? ',';
    const lineEnd = ['\n', '\r\n'][random.below(2)] ?? '\n';
    const rows = Array.from({ length: 1 + random.below(5) }, () =>
      Array.from({ length: 1 + random.below(4) }, () => CELLS[random.below(CELLS.length)] ?? ''),
    );
    const text =
      rows.map((cells) => cells.join(separator)).join(lineEnd) + (random.below(2) === 0 ? lineEnd : '');
    const expected = parse(text.replaceAll('\r\n', '\n'), {
      delimiter: separator,
      record_delimiter: '\n',
      relax_column_count: true,
      trim: true,
    });
    const cuts = Array.from({ length: random.below(4) }, () => random.below(text.length + 1)).sort(
      (a, b) => a - b,
    );
    const read = scan(text, separator, cuts);
    expect(
      read.map(({ broken }) => broken),
      JSON.stringify(text),
    ).toEqual(read.map(() => null));
    // A text that is one empty line is no row for csv-parse.
    const filled = (cells: readonly string[]) => cells.length > 1 || cells[0] !== '';
    expect(read.map(({ cells }) => cells).filter(filled), JSON.stringify(text)).toEqual(
      expected.filter(filled),
    );
    let line = 1;
    for (const record of read) {
      expect(record.line).toBe(line);
      line += record.raw.split('\n').length;
    }
  }
});

describe('quotes that are wrong', () => {
  test.each([
    ['a,b\n0,"1\n2,3\n', 2, 3, 'never closed'],
    ['a,b\n0,1"2\n', 2, 3, 'in the middle'],
    ['a,b\n"0"1,2\n', 2, 1, 'after a closing quote'],
  ])('%j', (text, line, column, words) => {
    const broken = scan(text, ',').find((record) => record.broken !== null);
    expect(broken).toMatchObject({ line, broken: { column, words: expect.stringContaining(words) } });
  });
});
