import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { importTable } from '../../host/import/import.ts';
import type { ImportOptions } from '../../host/import/plan.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { expectFor } from '../support/property.ts';

const BASE = { from: 'begin', to: 'end', unit: 'm', map: 'line-7' };

function importText(table: string, options: Partial<ImportOptions> = {}) {
  return importTable('t.csv', 'line-7.map.yaml', {
    ...BASE,
    ...options,
    reader: memoryReader({ 't.csv': table }),
  });
}

/** Cells of the imported source, as the compiler reads it: [from, to, limit of the zone]. */
async function cellsOf(source: string): Promise<(number | null | string)[][]> {
  const partition = await loadPartition('m.yaml', memoryReader({ 'm.yaml': source }));
  return (partition.windows[0]?.cells ?? []).map(({ from, to, rule }) => [
    from,
    to,
    partition.rules[rule]?.limit ?? null,
    partition.rules[rule]?.id ?? '',
  ]);
}

describe('tables of other people', () => {
  test.each([
    ['commas', 'begin,end,vmax\n0,10,50\n10,20,60\n', {}],
    ['semicolons', 'begin;end;vmax\n0;10;50\n10;20;60\n', {}],
    ['tabs', 'begin\tend\tvmax\n0\t10\t50\n10\t20\t60\n', {}],
    [
      'a separator that is given',
      '"be,gin";end;vmax\n0;10;50\n10;20;60\n',
      { from: 'be,gin', table: { separator: ';' } },
    ],
    ['line ends of Windows and a byte order mark', '\ufeffbegin,end,vmax\r\n0,10,50\r\n10,20,60\r\n', {}],
    ['columns in another order, and more of them', 'name,vmax,end,begin\nx,50,10,0\ny,60,20,10\n', {}],
  ])('%s', async (_name, table, options) => {
    const { source, mistakes } = await importText(table, { limit: 'vmax', ...options });
    expect(mistakes).toEqual([]);
    expect(await cellsOf(source)).toEqual([
      [0, 10, 50, 't-1'],
      [10, 20, 60, 't-2'],
    ]);
  });

  test('decimals and units become whole steps, exactly', async () => {
    const table = 'begin;end\n0;0,4136\n0,4136;5,7901\n';
    const { source } = await importText(table, { unit: 'km', axisUnit: 'mm', table: { decimal: ',' } });
    expect(await cellsOf(source)).toEqual([
      [0, 413_600, null, 't-1'],
      [413_600, 5_790_100, null, 't-2'],
    ]);
    const scaled = await importText('begin,end\n-0.25,0.5\n', { scale: 4 });
    expect(await cellsOf(scaled.source)).toEqual([[-1, 2, null, 't-1']]);
  });

  test('random decimals of millimetres in kilometres come back as they were', async () => {
    const kilometres = (mm: number) => `${Math.floor(mm / 1e6)}.${String(mm % 1_000_000).padStart(6, '0')}`;
    const borders = fc.uniqueArray(fc.nat({ max: 999_999_999 }), {
      minLength: 2,
      maxLength: 400,
      size: 'max',
    });
    await expectFor('import', { seed: 404, runs: 4 }, borders, async (some) => {
      const sorted = [...some].sort((left, right) => left - right);
      const pairs = sorted.slice(1).map((to, index) => [sorted[index] ?? 0, to] as const);
      const rows = pairs.map(([from, to]) => `${kilometres(from)},${kilometres(to)}`);
      const { source } = await importText(`begin,end\n${rows.join('\n')}\n`, { unit: 'km', axisUnit: 'mm' });
      expect((await cellsOf(source)).map(([from, to]) => [from, to])).toEqual(pairs);
    });
  });

  test('intervals that hold their ends, when it is said', async () => {
    const table = 'begin,end\n0,9\n10,19\n';
    const { source, mistakes } = await importText(table, { table: { ends: 'inclusive' } });
    expect(mistakes).toEqual([]);
    expect((await cellsOf(source)).map(([from, to]) => [from, to])).toEqual([
      [0, 10],
      [10, 20],
    ]);
    const finer = await importText(table, { axisUnit: 'cm', table: { ends: '1 m' } });
    expect(finer.mistakes).toEqual([]);
    expect((await cellsOf(finer.source)).map(([from, to]) => [from, to])).toEqual([
      [0, 1000],
      [1000, 2000],
    ]);
    // Of one row nothing shows how much it holds of a place that is written more coarsely than the axis counts.
    const alone = await importText('begin,end\n0,9\n', { axisUnit: 'cm', table: { ends: 'inclusive' } });
    expect(alone.assumptions.join('\n')).toContain(
      "ends 1 cm behind the place at which it is written to end; the table is written to 100 cm: if rows hold that much, say --ends '100 cm'",
    );
    const said = await importText('begin,end\n0,9\n', { axisUnit: 'cm', table: { ends: '100 cm' } });
    expect((await cellsOf(said.source)).map(([from, to]) => [from, to])).toEqual([[0, 1000]]);
    const { assumptions } = await importText(table);
    expect(assumptions.join('\n')).toContain(
      'but 1 row begins one step behind the end of another (line 3): if rows hold',
    );
  });

  test('names with line breaks stay within their comment', async () => {
    const { source, mistakes } = await importText('"be\ngin_m","e\nnd_m","re\nmark"\n0,5,x\n', {
      from: 'be\ngin_m',
      to: 'e\nnd_m',
      unit: undefined,
      table: { separator: ',' },
    });
    expect(mistakes).toEqual([]);
    expect(source).toContain('#   - column "re mark" is not used: x (1)\n');
  });

  test('timestamps, with an origin that is one', async () => {
    const table = 'begin,end\n2026-03-29T00:00:00+01:00,2026-03-30T00:00:00+02:00\n';
    const options = { unit: 's', origin: '2026-01-01T00:00:00Z', axis: 't' };
    const { source, mistakes } = await importText(table, options);
    expect(mistakes).toEqual([]);
    expect(source).toContain('from: 2026-03-28T23:00:00Z, to: 2026-03-29T22:00:00Z');
    const [cell] = await cellsOf(source);
    expect(Number(cell?.[1]) - Number(cell?.[0])).toBe(23 * 3600);
  });

  test('ids of a column, limits by a factor, gaps by an option', async () => {
    const table = 'begin,end,vmax,name\n0,10,2.5,north\n20,30,,south/2\n';
    const { source, mistakes, assumptions } = await importText(table, {
      limit: 'vmax',
      limitScale: 1000,
      limitUnit: 'mm/s',
      id: 'name',
      gaps: 'hold',
      table: { emptyLimit: 'none' },
    });
    expect(mistakes).toEqual([]);
    expect(await cellsOf(source)).toEqual([
      [0, 10, 2500, 'north'],
      [10, 20, null, 'anywhere'],
      [20, 30, null, 'south/2'],
    ]);
    expect(assumptions).toContain('1 row with an empty limit has none: line 3');
  });
});

describe('what was assumed', () => {
  test('is said, and stands in the source', async () => {
    const { source, assumptions } = await importText('begin_mm;end_mm\n0;10\n', {
      from: 'begin_mm',
      to: 'end_mm',
      unit: undefined,
    });
    expect(assumptions).toEqual([
      'fields are separated by semicolon, as in the header',
      'the axis counts mm, as the names of its columns say',
      'the axis is named s',
      'it is a first edition: epoch 1, replacing none',
      'ids are the name of the file and the number of the row',
      'zones have no limits: no column was named',
      'the axis reaches from the lowest to the highest place of the table',
      'the place at which a row ends does not belong to it: intervals are half-open',
      'beyond the axis, and without an admitted map, the loop stops',
    ]);
    for (const assumption of assumptions) expect(source).toContain(`#   - ${assumption}\n`);
  });

  test('is not said of what an option says', async () => {
    const { assumptions } = await importText('begin,end,v,n\n0,10,1,a\n', {
      axis: 'x',
      axisUnit: 'mm',
      epoch: 4,
      replaces: ['3'],
      table: { separator: ',' },
      limit: 'v',
      limitUnit: 'km/h',
      id: 'n',
    });
    expect(assumptions).toHaveLength(3);
  });

  test('a unit that a name of limits may end with is told', async () => {
    const { assumptions } = await importText('begin,end,alt_m\n0,10,5\n', { limit: 'alt_m' });
    expect(assumptions).toContain('if "alt_m" says m, say --limit-unit m');
  });

  test('rows with an empty field below what a condition leaves out are told', async () => {
    const table = 'begin,end,state\n0,10,planned\n10,20,\n20,30,built\n';
    const { assumptions } = await importText(table, { table: { where: ['state!=planned'] } });
    expect(assumptions).toContain(
      `1 row is read (line 3) whose "state" is empty below "planned", and not left out by --where 'state!=planned' for all that`,
    );
  });

  test('a factor of limits that agrees with their unit changes nothing', async () => {
    const options = { limit: 'v_kmh', limitUnit: 'm/h' } as const;
    for (const limitScale of [undefined, 1000])
      expect(
        await cellsOf((await importText('begin,end,v_kmh\n0,10,5\n', { ...options, limitScale })).source),
      ).toEqual([[0, 10, 5000, 't-1']]);
  });

  test('in a step table with rows of every phase each ends where the next of its phase begins', async () => {
    const zones = async (rows: string) => {
      const { source, mistakes } = await importText(`begin,dir,v\n${rows}`, {
        to: undefined,
        limit: 'v',
        table: { until: 'next', end: '300', phases: { column: 'dir', names: ['up', 'down'], all: 'both' } },
      });
      expect(mistakes).toEqual([]);
      return source.split('\n').flatMap((line) => /^ {2}- \{ id: t-(.*) \}$/.exec(line)?.[1] ?? []);
    };
    expect(await zones('0,both,50\n50,down,30\n100,up,60\n200,both,20\n')).toEqual([
      '1/up, at: { from: 0, to: 100 }, when: { from: 0, to: 1 }, limit: 50',
      '1/down, at: { from: 0, to: 50 }, when: { from: 1, to: 2 }, limit: 50',
      '2, at: { from: 50, to: 200 }, when: { from: 1, to: 2 }, limit: 30',
      '3, at: { from: 100, to: 200 }, when: { from: 0, to: 1 }, limit: 60',
      '4, at: { from: 200, to: 300 }, limit: 20',
    ]);
    expect(await zones('0,up,50\n0,down,30\n100,both,60\n')).toEqual([
      '1, at: { from: 0, to: 100 }, when: { from: 0, to: 1 }, limit: 50',
      '2, at: { from: 0, to: 100 }, when: { from: 1, to: 2 }, limit: 30',
      '3, at: { from: 100, to: 300 }, limit: 60',
    ]);
    expect(await zones('0,both,50\n100,up,60\n')).toEqual([
      '1/up, at: { from: 0, to: 100 }, when: { from: 0, to: 1 }, limit: 50',
      '1/down, at: { from: 0, to: 300 }, when: { from: 1, to: 2 }, limit: 50',
      '2, at: { from: 100, to: 300 }, when: { from: 0, to: 1 }, limit: 60',
    ]);
  });

  test('holes and overlaps are left to people', async () => {
    const { mistakes } = await importText('begin,end\n0,10\n9,20\n30,40\n');
    expect(mistakes.map(({ code }) => code).sort()).toEqual(['GAP_UNACKNOWLEDGED', 'OVERLAP']);
  });
});

describe('mistakes of a table', () => {
  const MISTAKES: readonly (readonly [string, string, Partial<ImportOptions>, string])[] = [
    [
      'a column that is not there',
      'begin,end\n0,1\n',
      { to: 'edn' },
      't.csv:1:1: CSV_COLUMN_MISSING: column "edn" for --to does not exist. Did you mean "end"?',
    ],
    ['a decimal that is no whole step', 'begin,end\n0,1.5\n', {}, 't.csv:2:3: UNIT_INEXACT'],
    [
      'a decimal comma',
      'begin;end\n0;1,5\n',
      {},
      't.csv:2:3: UNIT_INEXACT: "end" is "1,5": it is 1.5 m, which is not a whole number of steps of 1 m. The nearest are 1 m and 2 m',
    ],
    [
      'decimals or thousands',
      'begin;end\n0;1.400\n',
      {},
      't.csv:2:3: NUMBER_AMBIGUOUS: "end" is "1.400", which is 1400 or 1.4. If it is 1400, say --thousands point; if it is 1.4, say --decimal point.',
    ],
    ['thousands of two digits', "begin;end\n0;1'00\n", {}, 't.csv:2:3: NOT_A_NUMBER'],
    ['an empty field', 'begin,end\n0,\n', {}, 't.csv:2:3: END_MISSING: "end" is empty'],
    [
      'timestamps on an axis of numbers',
      'begin,end\n0,2026-01-01T00:00:00Z\n',
      {},
      'give --origin a timestamp',
    ],
    ['backwards', 'begin,end\n5,1\n', {}, 't.csv:2:1: INTERVAL_REVERSED'],
    ['nothing in between', 'begin,end\n5,5\n', {}, 't.csv:2:1: INTERVAL_EMPTY'],
    ['an id that is none', 'begin,end,n\n0,5,...\n', { id: 'n' }, 't.csv:2:5: BAD_VALUE'],
    ['a limit in words', 'begin,end,v\n0,5,fast\n', { limit: 'v' }, 't.csv:2:5: NOT_A_NUMBER'],
    ['a limit beyond i32', 'begin,end,v\n0,5,2147483648\n', { limit: 'v' }, 't.csv:2:5: OUT_OF_RANGE'],
    ['a row too long', 'begin,end\n0,5,9\n', {}, 't.csv:2:1: CSV_ROW_LENGTH'],
    ['no rows', 'begin,end\n', {}, 't.csv:1:1: EMPTY_FILE'],
    [
      'units of two kinds',
      'begin,end_h\n0,5\n',
      { to: 'end_h', unit: undefined, axisUnit: 'm' },
      't.csv:1:7: UNIT_MISMATCH',
    ],
    ['two separators', 'begin,end;x\n0,1\n', {}, 't.csv:1:1: SEPARATOR_UNCLEAR'],
    ['no separator', 'begin\n0\n', {}, 't.csv:1:1: SEPARATOR_UNCLEAR'],
    [
      'a naive timestamp',
      'begin,end\n2026-01-01T00:00:00,2026-01-02T00:00:00Z\n',
      { unit: 's', origin: '2026-01-01T00:00:00Z' },
      't.csv:2:1: TIMESTAMP_NAIVE',
    ],
  ];
  test.each(MISTAKES)('%s', async (_name, table, options, says) => {
    const error = await importText(table, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceError);
    expect(String(error)).toContain(says);
  });

  test.each([
    ['units of two kinds', 'begin,end\n0,5\n', { axisUnit: 's' }, 'UNIT_MISMATCH'],
    ['which edition a later one replaces', 'begin,end\n0,5\n', { epoch: 4 }, 'REPLACES_MISSING'],
    ['no unit', 'begin,end\n0,1\n', { unit: undefined }, 'UNIT_MISSING'],
    [
      'columns in two units',
      'begin_m,end_km\n0,1\n',
      { from: 'begin_m', to: 'end_km', unit: undefined },
      'UNIT_MISSING',
    ],
    ['a map id with capitals', 'begin,end\n0,1\n', { map: 'Line 7' }, 'USAGE'],
  ])('not to be guessed: %s', async (_name, table, options, code) => {
    await expect(importText(table, options)).rejects.toMatchObject({ code });
  });
});

describe('holdfast import', () => {
  const folder = temporaryFolder('import');
  afterAll(folder.remove);

  test('writes a source that compiles, and reports', async () => {
    writeFileSync(folder.at('speeds.csv'), 'begin_mm,end_mm,vmax\n0,413600,95\n413600,579010,110\n');
    const argv = ['import', 'speeds.csv', '--from', 'begin_mm', '--to', 'end_mm', '--limit', 'vmax'];
    const named = [...argv, '--limit-unit', 'km/h', '--map', 'line-7', '-o', 'line-7.map.yaml'];
    const ran = await holdfast(named, { cwd: folder.path });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('line-7.map.yaml: 2 zones\nassumed, and written into it:\n  - fields are');
    expect(readFileSync(folder.at('line-7.map.yaml'), 'utf8')).toContain('limits: { unit: km/h }');
    expect((await holdfast(['compile', 'line-7.map.yaml'], { cwd: folder.path })).code).toBe(0);
    const json = await holdfast([...named, '--json'], { cwd: folder.path });
    expect(JSON.parse(json.stdout)).toMatchObject({ source: 'line-7.map.yaml', zones: 2, mistakes: [] });
  });

  test('exits with 1 when there is something to decide, and with 2 for usage', async () => {
    writeFileSync(folder.at('holes.csv'), 'a_m,b_m\n0,5\n7,9\n');
    const argv = ['import', 'holes.csv', '--from', 'a_m', '--to', 'b_m', '--map', 'h', '-o', 'h.map.yaml'];
    const ran = await holdfast(argv, { cwd: folder.path });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('h.map.yaml:19:5: GAP_UNACKNOWLEDGED: nothing covers [5, 7) m, 2 m long');
    expect((await holdfast([...argv, '--gaps', 'halt'], { cwd: folder.path })).code).toBe(2);
    expect((await holdfast([...argv, '--scale', '0'], { cwd: folder.path })).code).toBe(2);
    expect((await holdfast([...argv, '--gaps', 'hold'], { cwd: folder.path })).code).toBe(0);
  });
});

test('a table that compiles and fits no controller is told to be too large', async () => {
  const rows = Array.from({ length: 16_000 }, (_, index) => `${index * 10},${index * 10 + 10},${index % 2}`);
  const { mistakes } = await importText(`begin,end,v\n${rows.join('\n')}\n`, { limit: 'v' });
  expect(mistakes.map(({ code, message }) => [code, message.includes('bytes')])).toEqual([
    ['TOO_MANY', true],
  ]);
});
