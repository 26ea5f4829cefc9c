/** Tables beside a source: the options of `table`, and remedies that are followed as they stand. */
import { describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';

const ANYWHERE = 'gaps: [ { anywhere: true, action: stop } ]\n';

function sourceOf(
  entry: string,
  { axis = 'min: 0, max: 900', unit = 'm', more = '', gaps = ANYWHERE } = {},
): string {
  return `holdfast: 1\nmap: m\nepoch: 1\nspace: { axes: [ { name: s, unit: ${unit}, ${axis} } ] }\n${more}zones:\n  - { file: t.csv, ${entry} }\n${gaps}`;
}

async function cellsOf(source: string, table: string | Uint8Array) {
  const { windows, rules } = await loadPartition(
    'm.yaml',
    memoryReader({ 'm.yaml': source, 't.csv': table }),
  );
  return windows.map(({ cells }) =>
    cells
      .filter(({ rule }) => rules[rule]?.kind === 'zone')
      .map(({ from, to, rule }) => [from, to, rules[rule]?.limit ?? null]),
  );
}

const AB = 'columns: { from: a, to: b, limit: v }';
const TWO = [
  [
    [0, 400, 50],
    [400, 900, 80],
  ],
];

test.each([
  [
    'semicolons, decimals and thousands',
    `${AB}, unit: mm, table: { decimal: comma, thousands: point }`,
    'a;b;v\n0;400.000;50\n400.000,0;900.000;80\n',
    TWO,
  ],
  ['inclusive ends', `${AB}, table: { ends: inclusive }`, 'a,b,v\n0,399,50\n400,899,80\n', TWO],
  ['falling order', `${AB}, table: { order: falling }`, 'a,b,v\n900,400,80\n400,0,50\n', TWO],
  [
    'step tables',
    'columns: { from: a, limit: v }, table: { until: next, end: 900 m }',
    'a,v\n0,50\n400,80\n',
    TWO,
  ],
  ['chainage', `${AB}, unit: km`, 'a,b,v\n0,0+400,50\n0+400,0.9,80\n', TWO],
  [
    'filters',
    `${AB}, table: { where: ["s=in force"] }`,
    'a,b,v,s\n0,400,50,in force\n0,900,9,planned\n400,900,80,In force\n',
    TWO,
  ],
  [
    'encodings',
    `${AB}, table: { encoding: windows-1252 }`,
    Buffer.from('a,b,v,ü\n0,400,50,\n400,900,80,\n', 'latin1'),
    TWO,
  ],
  ['a header by its line', `${AB}, table: { headerRow: 2 }`, 'a,b,v\na,b,v\n0,400,50\n400,900,80\n', TWO],
])('%s', async (_name, entry, table, cells) => {
  expect(await cellsOf(sourceOf(entry), table)).toEqual(cells);
});

test('a column of phases, and a column of limits for each phase', async () => {
  const more = 'phase: { unit: tick, period: 2 }\n';
  const phases = 'table: { phases: { column: d, names: [up, down], all: both } }';
  const rows = 'd,a,b,v\nup,0,400,50\ndown,0,400,60\nboth,400,900,80\n';
  const wanted = [
    [
      [0, 400, 50],
      [400, 900, 80],
    ],
    [
      [0, 400, 60],
      [400, 900, 80],
    ],
  ];
  expect(await cellsOf(sourceOf(`${AB}, ${phases}`, { more }), rows)).toEqual(wanted);
  const wide = 'columns: { from: a, to: b, limit: [p, f] }';
  expect(await cellsOf(sourceOf(wide, { more }), 'a,b,p,f\n0,400,50,60\n400,900,80,80\n')).toEqual(wanted);
  await expect(cellsOf(sourceOf(wide), 'a,b,p,f\n0,400,50,60\n')).rejects.toThrow(
    'Add "phase: { unit: tick, period: 2 }"',
  );
});

test('what a table beside a source holds and nothing uses is named, unless it is known', async () => {
  const table = 'a,b,v,dir,note\n0,400,50,up,\n# works\n400,900,80,down,x\nTotal,,130,,\n';
  const unusedOf = async (entry: string) => {
    const reader = memoryReader({ 'm.yaml': sourceOf(entry), 't.csv': table });
    return (await loadPartition('m.yaml', reader)).notes?.unused.map(({ words }) => words);
  };
  expect(await unusedOf(AB)).toEqual([
    't.csv: 1 comment left out: line 3 "# works"',
    't.csv: 1 total left out: line 5',
    't.csv: column "dir" is not used: up (1), down (1)',
    't.csv: column "note" is not used: nothing (1), x (1)',
  ]);
  expect(await unusedOf(`${AB}, table: { where: ["dir=up"], unused: [note] }`)).toEqual([
    't.csv: 1 comment left out: line 3 "# works"',
    't.csv: 1 total left out: line 5',
    't.csv: 1 of 2 rows left out, as table: { where } asks: "dir" is down (1)',
  ]);
});

test('rows with an empty limit are named, with the limit that they get', async () => {
  const notesOf = async (entry: string) => {
    const reader = memoryReader({ 'm.yaml': sourceOf(entry), 't.csv': 'a,b,v\n0,400,50\n400,900,\n' });
    return (await loadPartition('m.yaml', reader)).notes?.unused.map(({ words }) => words);
  };
  await expect(notesOf(AB)).rejects.toThrow(
    'LIMIT_UNCLEAR: "v" is empty (line 3), where other rows have a limit. If this row has no limit, say table: { emptyLimit: none }; if an empty field means the limit of the row above, say table: { emptyLimit: same }.',
  );
  expect(await notesOf(`${AB}, table: { emptyLimit: same }`)).toEqual([
    't.csv: 1 row with an empty limit has that of the row above: line 3',
  ]);
  await expect(notesOf(`${AB}, limit: 30, table: { emptyLimit: same }`)).rejects.toThrow(
    'rows without a limit get that of the entry. Leave table: { emptyLimit } out.',
  );
  expect(await notesOf(`${AB}, table: { emptyLimit: none }`)).toEqual([
    't.csv: 1 row with an empty limit has none: line 3',
  ]);
  expect(await notesOf(`${AB}, limit: 30`)).toEqual([
    't.csv: 1 row with an empty limit has that of the entry, 30: line 3',
  ]);
  expect(await notesOf('columns: { from: a, to: b }, table: { unused: [v] }')).toEqual([]);
});

describe('rows that seem to hold their ends', () => {
  const table = 'a,b,v\n0,399,50\n400,899,80\n';
  const axis = { axis: 'min: 0, max: 900', gaps: '' };
  const inclusive = `${AB}, table: { ends: inclusive }`;
  const meant = [
    [0, 400, 50],
    [400, 900, 80],
  ];

  test('holes of one step between them: what to say comes first, and leads to the map that was meant', async () => {
    const read = cellsOf(sourceOf(AB, axis), table);
    await expect(read).rejects.toThrow(
      'If rows hold the place at which they end, say table: { ends: inclusive }; else widen a zone',
    );
    expect(await cellsOf(sourceOf(inclusive, axis), table)).toEqual([meant]);
  });

  test('on an axis that is finer than the table, with the width', async () => {
    const fine = { axis: 'min: 0, max: 900000', unit: 'mm', gaps: '' };
    const entry = `${AB}, unit: m`;
    await expect(cellsOf(sourceOf(entry, fine), table)).rejects.toThrow('say table: { ends: 1000 mm }; else');
    const wide = `${entry}, table: { ends: 1000 mm }`;
    expect(await cellsOf(sourceOf(wide, fine), table)).toEqual([
      [
        [0, 400000, 50],
        [400000, 900000, 80],
      ],
    ]);
  });

  test('a gap rule that holds anywhere does not hide them, and where one touches the next they are gaps', async () => {
    await expect(cellsOf(sourceOf(AB), table)).rejects.toThrow(
      /ENDS_UNCLEAR: t\.csv: 1 row begins one step behind the end of another \(line 3\), and "anywhere" .* would make these holes gaps\. If rows hold the place at which they end, say table: \{ ends: inclusive \}; if these holes are meant, say table: \{ ends: exclusive \}/,
    );
    expect(await cellsOf(sourceOf(`${AB}, table: { ends: exclusive }`), table)).toEqual([
      [
        [0, 399, 50],
        [400, 899, 80],
      ],
    ]);
    await expect(cellsOf(sourceOf(AB, axis), `${table}899,900,3\n`)).rejects.toThrow('. Widen a zone');
  });
});

test('a row without its unit counts no steps where others have one', async () => {
  const entry = 'columns: { from: a, to: b, unit: u }';
  const read = cellsOf(sourceOf(entry, { axis: 'min: 0, max: 9000' }), 'a,b,u\n0,1,km\n5,6,\n');
  await expect(read).rejects.toThrow('Write its unit, as other rows do.');
});

test.each([
  ['a_deg', 'the name of "a_deg" says deg, and the axis counts m'],
  ['a_h', 'the name of "a_h" says h, and the axis counts m'],
  ['from \u00b0', 'says \u00b0, and the axis counts m'],
  ['a_rad', 'says "rad", which is not a unit that is known here'],
])('a column called %s counts no metres', async (name, words) => {
  const entry = `columns: { from: "${name}", to: b, limit: v }`;
  await expect(cellsOf(sourceOf(entry), `${name},b,v\n0,400,5\n`)).rejects.toThrow(words);
});

test('kilometres + metres are none in a column of feet', async () => {
  const entry = 'columns: { from: a_ft, to: b_ft, limit: v }';
  const axis = { axis: 'min: 0, max: 90000' };
  await expect(cellsOf(sourceOf(`${entry}, unit: ft`, axis), 'a_ft,b_ft,v\n1+000,2+000,5\n')).rejects.toThrow(
    /looks like kilometres \+ metres, in a column of ft/,
  );
});

test('a row over the seam of a ring', async () => {
  const source = sourceOf(AB, { axis: 'min: 0, max: 900, wraps: true' });
  const reader = memoryReader({ 'm.yaml': source, 't.csv': 'a,b,v\n800,100,50\n' });
  const { windows } = await loadPartition('m.yaml', reader);
  expect(windows[0]?.cells.map(({ from, to }) => [from, to])).toEqual([
    [0, 100],
    [100, 800],
    [800, 900],
  ]);
});

test('steps of a ring run over its seam once, in any row', async () => {
  const load = (table: string, end: number) => {
    const source = sourceOf(`columns: { from: a, limit: v }, table: { until: next, end: ${end} }`, {
      axis: 'min: 0, max: 900, wraps: true',
    });
    return loadPartition('m.yaml', memoryReader({ 'm.yaml': source, 't.csv': table }));
  };
  const { windows } = await load('a,v\n700,50\n800,60\n100,70\n', 700);
  expect(windows[0]?.cells.map(({ from, to }) => [from, to])).toEqual([
    [0, 100],
    [100, 700],
    [700, 800],
    [800, 900],
  ]);
  await expect(load('a,v\n700,50\n100,70\n', 750)).rejects.toThrow(/overlap/);
  await expect(load('a,v\n700,50\n', 700)).rejects.toThrow(/write its min to its max/);
});

/** Each question, the answer that its remedy proposes, and what that gives. */
test.each([
  ['a;b;v\n0;400.000;50\n400.000;900.000;80\n', `${AB}, unit: mm`, 'table: { thousands: point }', TWO],
  ['a,b,v\n900,400,80\n400,0,50\n', AB, 'table: { order: falling }', TWO],
  ['a_m,b_m,v\n0,400,50\n400,900,80\n', 'columns: { from: a_m, to: b_m, limit: v }', 'unit: m', TWO],
  [
    'a,v\n0,50\n400,80\n900,\n',
    'columns: { from: a, limit: v }, table: { until: next }',
    'table: { end: row }',
    TWO,
  ],
])('a remedy that is followed gives what was meant: %j', async (table, entry, remedy, cells) => {
  const axis = remedy === 'unit: m' ? 'min: 0, max: 9000, scale: 10' : 'min: 0, max: 900';
  const source = sourceOf(entry, { axis });
  await expect(cellsOf(source, table)).rejects.toThrow(remedy);
  const followed =
    remedy.startsWith('table:') && entry.includes('table: { ')
      ? entry.replace('table: { ', `${remedy.replace(/ }$/, '')}, `)
      : `${entry}, ${remedy}`;
  const scale = remedy === 'unit: m' ? 10 : 1;
  expect(await cellsOf(sourceOf(followed, { axis }), table)).toEqual(
    cells.map((window) => window.map(([from = 0, to = 0, limit]) => [from * scale, to * scale, limit])),
  );
});

/** Rows that hold their ends, where one ends as the next begins, or as the axis does; in whichever way overlaps are decided. */
test.each([
  [1000, '', 'else correct one of the two rows'],
  [1000, 'overlaps: by-tier\n', 'else correct one of the two rows'],
  [1000, 'overlaps: []\n', 'else correct one of the two rows'],
  [900, '', 'else widen the range'],
  [900, 'overlaps: lowest-limit\n', 'else widen the range'],
])('rows that touch and are said to hold their ends, up to %i, %j', async (max, more, otherwise) => {
  const entry = `${AB}, table: { ends: inclusive }`;
  const table = 'a,b,v\n0,400,50\n400,900,80\n';
  const source = sourceOf(entry, { axis: `min: 0, max: ${max}`, more });
  const refused = await cellsOf(source, table).catch((error: Error) => error.message);
  const [, said = '', rest] =
    /hold the place at which they end, say (.*) instead; ([^.]*)\./.exec(String(refused)) ?? [];
  expect([said, rest], String(refused)).toEqual(['table: { ends: exclusive }', otherwise]);
  expect(await cellsOf(source.replace('table: { ends: inclusive }', said), table)).toEqual(TWO);
});

test('rows that overlap by more than their ends are told as overlaps, and lowest-limit takes both', async () => {
  const entry = `${AB}, table: { ends: inclusive }`;
  const axis = { axis: 'min: 0, max: 1000' };
  await expect(cellsOf(sourceOf(entry, axis), 'a,b,v\n0,401,50\n400,900,80\n')).rejects.toThrow(
    /\[400, 402\) m\. Move one, or say who wins/,
  );
  const lowest = sourceOf(entry, { ...axis, more: 'overlaps: lowest-limit\n' });
  expect(await cellsOf(lowest, 'a,b,v\n0,400,50\n400,900,80\n')).toEqual([
    [
      [0, 401, 50],
      [401, 901, 80],
    ],
  ]);
});

describe('phases of time', () => {
  const more = 'phase: { unit: s, period: 60 s }\n';
  const rows = 'a,b,v,d\n0,900,50,up\n0,900,80,down\n';

  test('are not proposed to be numbered by the values of a column', async () => {
    const told = await cellsOf(sourceOf(AB, { more }), rows).catch((thrown: Error) => thrown.message);
    expect(told).toContain('OVERLAP');
    expect(told).not.toContain('phases:');
    expect(told).toContain('table: { where: ["d=up"] }');
  });

  test.each([
    ['a column of phases', `${AB}, table: { phases: { column: d, names: [up, down] } }`],
    ['a column of limits for each phase', 'columns: { from: a, to: b, limit: [v, d] }'],
  ])('are refused for %s', async (_name, entry) => {
    await expect(cellsOf(sourceOf(entry, { more }), rows.replaceAll(/up|down/g, '5'))).rejects.toThrow(
      'the phases of a table are numbered from 0 on, and the phase of the source counts s',
    );
  });

  test('take the rows of each value by an entry of its own, as the remedy says', async () => {
    const entry = (value: string, when: string) =>
      `${AB}, id: ${value}, table: { where: ["d=${value}"] }, when: { ${when} }`;
    const source = sourceOf(entry('up', 'from: 0, to: 20 s'), { more }).replace(
      'gaps:',
      `  - { file: t.csv, ${entry('down', 'from: 20 s, to: 60 s')} }\ngaps:`,
    );
    expect(await cellsOf(source, rows)).toEqual([[[0, 900, 50]], [[0, 900, 80]]]);
  });
});

test.each(['8O', '8l', '5S', '6B', '8OO'])('%s is no limit with a unit', async (limit) => {
  const source = sourceOf(AB);
  const table = `a,b,v\n0,400,50\n400,900,${limit}\n`;
  await expect(cellsOf(source, table)).rejects.toThrow(/is no(?:t a)? number/);
  const inline = sourceOf('').replace(
    / {2}- .*\n/,
    `  - { id: a, at: { from: 0, to: 900 }, limit: ${limit} }\n`,
  );
  const told = await cellsOf(inline, '').catch((thrown: Error) => thrown.message);
  expect(told).not.toContain('limits: {');
  expect(told).toContain(limit);
});
