import { describe, expect, test } from 'vitest';
import { viewOf } from '../../host/body/bytes.ts';
import { decodeBody } from '../../host/body/decode.ts';
import { encodeBody } from '../../host/body/encode.ts';
import { shortfalls } from '../../host/body/encode-body.ts';
import type { Cell, Partition, Rule } from '../../host/body/partition.ts';
import { keyPosition, layTree, stepsFor } from '../../host/body/search-tree.ts';
import { compileSource, loadPartition } from '../../host/compile/compile.ts';
import { AXIS_BYTES, BODY_HEADER_BYTES, KEY_FILL, SECTION } from '../../host/format.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { compileText } from '../support/compile.ts';
import { randomMap } from '../support/maps.ts';
import { bordersOf, type OracleMap, ownerOf } from '../support/oracle.ts';
import { Random, seedFor } from '../support/random.ts';

const HEAD = `holdfast: 1
map: test
epoch: 12
space: { axes: [ { name: s, unit: mm, min: 0, max: 100 } ] }
`;

function load(source: string): Promise<Partition> {
  return loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source }));
}

/** `a 0-50, b 50-100`: the cells of a window in words. */
function cellWords(partition: Partition, window = 0): string {
  const cells = partition.windows[window]?.cells ?? [];
  return cells.map(({ from, to, rule }) => `${partition.rules[rule]?.id} ${from}-${to}`).join(', ');
}

describe('resolving', () => {
  test.each([
    {
      name: 'one zone',
      rest: 'zones: [ { id: a, at: { from: 0, to: 100 } } ]',
      cells: 'a 0-100',
    },
    {
      name: 'neighbouring places of one zone are joined',
      rest: 'zones: [ { id: a, at: [ { from: 50, to: 100 }, { from: 0, to: 50 } ] } ]',
      cells: 'a 0-100',
    },
    {
      name: 'no zones, a catch-all',
      rest: 'zones: []\ngaps: [ { anywhere: true, action: hold } ]',
      cells: 'anywhere 0-100',
    },
    {
      name: 'the catch-all fills holes only',
      rest: `zones: [ { id: a, at: { from: 10, to: 20 } }, { id: b, at: { from: 30, to: 40 } } ]
gaps: [ { anywhere: true, action: hold }, { id: g, at: { from: 20, to: 25 }, action: slow } ]`,
      cells: 'anywhere 0-10, a 10-20, g 20-25, anywhere 25-30, b 30-40, anywhere 40-100',
    },
    {
      name: 'a cut in the middle of a zone',
      rest: `zones: [ { id: a, at: { from: 0, to: 100 } } ]
gaps: [ { id: g, at: { from: 40, to: 60 }, action: slow, cuts: true } ]`,
      cells: 'a 0-40, g 40-60, a 60-100',
    },
    {
      name: 'a cut hides an overlap',
      rest: `zones: [ { id: a, at: { from: 0, to: 60 } }, { id: b, at: { from: 40, to: 100 } } ]
gaps: [ { id: g, at: { from: 40, to: 60 }, action: slow, cuts: true } ]`,
      cells: 'a 0-40, g 40-60, b 60-100',
    },
    {
      name: 'the higher tier wins, the lower comes back behind it',
      rest: `overlaps: by-tier
zones:
  - { id: low, at: { from: 0, to: 100 }, tier: 1 }
  - { id: high, at: { from: 20, to: 80 }, tier: 9 }
  - { id: middle, at: { from: 10, to: 90 }, tier: 5 }`,
      cells: 'low 0-10, middle 10-20, high 20-80, middle 80-90, low 90-100',
    },
    {
      name: 'a list orders, and what is over A is over all that A is over',
      rest: `overlaps: [ { over: c, under: b }, { over: b, under: a } ]
zones:
  - { id: a, at: { from: 0, to: 100 }, tier: 9 }
  - { id: b, at: { from: 10, to: 50 } }
  - { id: c, at: { from: 40, to: 60 } }`,
      cells: 'a 0-10, b 10-40, c 40-60, a 60-100',
    },
  ])('$name', async ({ rest, cells }) => {
    expect(cellWords(await load(`${HEAD}${rest}\n`))).toBe(cells);
  });

  test('phase windows are split where anything changes and joined where nothing does', async () => {
    const partition = await load(`${HEAD}phase: { unit: tick, period: 100 }
overlaps: by-tier
zones:
  - { id: a, at: { from: 0, to: 100 } }
  - { id: b, at: { from: 0, to: 50 }, tier: 1, when: [ { from: 10, to: 20 }, { from: 20, to: 30 }, { from: 90, to: 100 } ] }
  - { id: hidden, at: { from: 0, to: 10 }, when: { from: 12, to: 13 }, tier: 0 }
gaps:
  - { id: g, at: { from: 0, to: 10 }, when: { from: 12, to: 13 }, action: hold, cuts: true }
`);
    expect(partition.windows.map(({ from, to }) => [from, to])).toEqual([
      [0, 10],
      [10, 12],
      [12, 13],
      [13, 30],
      [30, 90],
      [90, 100],
    ]);
    expect(cellWords(partition, 0)).toBe('a 0-100');
    expect(cellWords(partition, 2)).toBe('g 0-10, b 10-50, a 50-100');
    expect(cellWords(partition, 5)).toBe('b 0-50, a 50-100');
  });

  test('overlaps are kept with the winner and the reason, without what is cut out', async () => {
    const partition = await load(`${HEAD}overlaps: by-tier
zones:
  - { id: a, at: { from: 0, to: 100 } }
  - { id: b, at: { from: 10, to: 90 }, tier: 2 }
gaps: [ { id: g, at: { from: 40, to: 60 }, action: hold, cuts: true } ]
`);
    expect(partition.overlaps).toEqual([
      { over: 1, under: 0, from: 10, to: 40, phaseFrom: 0, phaseTo: 1, why: 'tier' },
      { over: 1, under: 0, from: 60, to: 90, phaseFrom: 0, phaseTo: 1, why: 'tier' },
    ]);
  });
});

describe('search order', () => {
  test.each([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 3],
    [4096, 12],
    [4097, 13],
  ])('%i cells take %i steps', (cells, steps) => {
    expect(stepsFor(cells)).toBe(steps);
  });

  test('the tree of eight starts, as SPEC section 2.2 lays it out', () => {
    const words = new Uint32Array(8);
    layTree(words, 0, Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7), 99);
    expect([...words]).toEqual([99, 4, 2, 6, 1, 3, 5, 7]);
  });

  test('places behind the last cell are filled', () => {
    const words = new Uint32Array(10);
    layTree(words, 2, Uint32Array.of(0, 10, 20, 30, 40), 99);
    expect([...words]).toEqual([0, 0, 99, 40, 20, KEY_FILL, 10, 30, KEY_FILL, KEY_FILL]);
  });

  test('every list of up to 70 cells is found by the search of SPEC section 2.2', () => {
    for (let cells = 1; cells <= 70; cells++) {
      const steps = stepsFor(cells);
      const words = new Uint32Array(2 ** steps);
      layTree(
        words,
        0,
        Uint32Array.from({ length: cells }, (_, cell) => 3 * cell),
        3 * cells,
      );
      for (let value = 0; value < 3 * cells; value++) {
        let k = 1;
        for (let step = 0; step < steps; step++) k = 2 * k + (value >= (words[k] ?? 0) ? 1 : 0);
        expect(k - 2 ** steps).toBe(Math.floor(value / 3));
      }
    }
  });

  test('every place of a tree is used once', () => {
    const positions = Array.from({ length: 1023 }, (_, index) => keyPosition(index + 1, 10));
    expect(new Set(positions).size).toBe(1023);
    expect([Math.min(...positions), Math.max(...positions)]).toEqual([1, 1023]);
  });
});

const AXIS = { kind: 'number' as const, name: 's', unit: 'mm', origin: 0n, scale: 1, wraps: false };

/** A partition of one phase window made of `[to, rule]` pairs. */
function line(rules: readonly Rule[], pairs: readonly (readonly [number, number])[]): Partition {
  const zones = rules.filter(({ kind }) => kind === 'zone').length;
  const cells: Cell[] = [];
  for (const [to, rule] of pairs) cells.push({ from: cells.at(-1)?.to ?? 0, to, rule });
  return {
    ...{
      map: 'test',
      device: 'generic',
      epoch: 1,
      replaces: [],
      phasePeriod: 1,
      rules,
      zones,
      approaches: 0,
    },
    axis: { ...AXIS, min: 0, max: cells.at(-1)?.to ?? 1 },
    units: UNITS_NONE,
    windows: [{ from: 0, to: 1, cells }],
    ...{
      outside: 'stop',
      fault: 'stop',
      budgetSteps: null,
      budgetCycles: null,
      overlaps: null,
      overlapsOmitted: 0,
      notes: null,
    },
  };
}

const zone = (id: string): Rule => ({ kind: 'zone', id, tier: 0, limit: null });
const gap = (id: string): Rule => ({ kind: 'gap', id, action: 'slow', limit: 7 });

/** Bytes of a section, by the directory of the body. */
function sectionWords(body: Uint8Array, id: number): number[] {
  const view = viewOf(body);
  const directory = BODY_HEADER_BYTES + AXIS_BYTES;
  for (let entry = 0; entry < view.getUint32(directory, true); entry++) {
    const at = directory + 4 + 12 * entry;
    if (view.getUint16(at, true) !== id) continue;
    const [offset, bytes] = [view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
    return Array.from({ length: bytes / 4 }, (_, index) => view.getUint32(offset + 4 * index, true));
  }
  return [];
}

function sectionOffset(body: Uint8Array, id: number): number {
  const view = viewOf(body);
  const table = BODY_HEADER_BYTES + AXIS_BYTES;
  for (let at = table + 4; at < table + 4 + 12 * view.getUint32(table, true); at += 12)
    if (view.getUint16(at, true) === id) return view.getUint32(at + 4, true);
  throw new RangeError(`no section ${id}`);
}

describe('encoding', () => {
  test('words, runs and rules of a small map, number by number', () => {
    const partition = line(
      [zone('a'), zone('b'), gap('g')],
      [
        [10, 0],
        [20, 1],
        [30, 2],
        [40, 0],
      ],
    );
    const { body, steps, fits, cells } = encodeBody(partition);
    expect({ steps, fits, cells }).toEqual({ steps: { phase: 0, line: 2 }, fits: 'device-4k', cells: 4 });
    expect(sectionWords(body, SECTION.phases)).toEqual([1]);
    expect(sectionWords(body, SECTION.keys)).toEqual([40, 20, 10, 30]);
    // Rule bits 2. Run 1: from the start to key 1 (20); run 2: from key 3 (30) to the end.
    expect(sectionWords(body, SECTION.runs)).toEqual([0, 0x0001_0000, 0x0000_0003]);
    // A head: where the keys are, and four cells in two steps.
    expect(sectionWords(body, SECTION.words)).toEqual([
      sectionOffset(body, SECTION.keys),
      (4 << 5) + 2,
      0x9c00_0000 + 4 + 0,
      0x9c00_0000 + 4 + 1,
      0x6800_0000 + 2,
      0x9c00_0000 + 8 + 0,
    ]);
    expect(sectionWords(body, SECTION.rules)).toEqual([
      0x0000_0701, 0, 0, 0x0000_0701, 0, 2, 0x0100_0202, 7, 4,
    ]);
    expect(sectionWords(body, SECTION.names)).toEqual([0x6201_6101, 0x0000_6701]);
    expect(sectionWords(body, SECTION.rows)).toEqual([]);
  });

  test('one zone over everything: no steps, run 0', () => {
    const { body, steps } = encodeBody(line([zone('a')], [[100, 0]]));
    expect(steps).toEqual({ phase: 0, line: 0 });
    expect(sectionWords(body, SECTION.keys)).toEqual([100]);
    expect(sectionWords(body, SECTION.words)).toEqual([
      sectionOffset(body, SECTION.keys),
      1 << 5,
      0x9c00_0000,
    ]);
    expect(sectionWords(body, SECTION.runs)).toEqual([0]);
  });

  test('windows share lists, and keys when only the rules differ', async () => {
    const partition = await load(`${HEAD}phase: { unit: tick, period: 40 }
zones:
  - { id: a, at: { from: 0, to: 50 }, when: [ { from: 0, to: 10 }, { from: 20, to: 30 } ] }
  - { id: b, at: { from: 0, to: 50 }, when: { from: 10, to: 20 } }
  - { id: c, at: { from: 50, to: 100 }, when: { from: 0, to: 30 } }
  - { id: d, at: { from: 0, to: 100 }, when: { from: 30, to: 40 } }
`);
    const { body, steps, cells } = encodeBody(partition);
    expect(steps).toEqual({ phase: 2, line: 1 });
    expect(cells).toBe(5);
    expect(sectionWords(body, SECTION.keys)).toEqual([100, 100, 50]);
    const windows = sectionWords(body, SECTION.windows);
    const entries = [0, 4, 8, 12].map((at) => windows.slice(at, at + 4));
    const [keys, words] = [sectionOffset(body, SECTION.keys), sectionOffset(body, SECTION.words)];
    expect(entries.map((entry) => entry[0])).toEqual([0, 10, 20, 30]);
    expect(entries.map((entry) => (entry[1] ?? 0) - keys)).toEqual([4, 4, 4, 0]);
    expect(entries.map((entry) => (entry[2] ?? 0) - words)).toEqual([8, 24, 8, 40]);
    expect(entries.map((entry) => entry[3])).toEqual([65, 65, 65, 32]);
  });

  test('more keys than 16 bits name: ROWS instead of RUNS, and the large build', () => {
    const pairs = Array.from({ length: 70_000 }, (_, index) => [index + 1, index % 3] as const);
    const encoded = encodeBody(line([zone('a'), zone('b'), gap('g')], pairs));
    expect(encoded.fits).toBe('large');
    expect(shortfalls(encoded.sizes, 'device')).toEqual([
      `${encoded.residentBytes} resident bytes, at most 131072`,
      '17 line steps, at most 14',
    ]);
    const decoded = decodeBody(encoded.body);
    expect(decoded.ruleBits).toBe(0);
    expect(decoded.windows[0]?.cells).toHaveLength(70_000);
    expect(sectionWords(encoded.body, SECTION.runs)).toEqual([]);
  });

  test('4,096 segments over 64 zones take at most 12 bytes a segment, names apart', () => {
    const rules = Array.from({ length: 64 }, (_, index) => zone(`z${index}`));
    const pairs = Array.from({ length: 4096 }, (_, index) => [10 * (index + 1), index % 64] as const);
    const { residentBytes, steps, fits } = encodeBody(line(rules, pairs));
    expect({ steps: steps.line, fits }).toEqual({ steps: 12, fits: 'device-64k' });
    expect(residentBytes / 4096).toBeLessThanOrEqual(12);
  });
});

/** Compares the owner of each border of the map in each phase window with that of the oracle. */
function expectOracleAgrees(partition: Partition, oracle: OracleMap): void {
  const borders = bordersOf(oracle).slice(0, -1);
  for (const { from: phase, cells } of partition.windows) {
    let cell = 0;
    for (const x of borders) {
      while ((cells[cell]?.to ?? Number.POSITIVE_INFINITY) <= x) cell++;
      const owner = ownerOf(oracle, x, phase);
      const id = owner.kind === 'gap' ? owner.rule.id : owner.zone.id;
      const found = partition.rules[cells[cell]?.rule ?? -1]?.id;
      if (found !== id) expect.fail(`at ${x}, phase ${phase}: ${found} instead of ${id}`);
    }
  }
}

test('random maps come back from their images as they went in', async () => {
  const random = new Random(seedFor('round trip', 20_260_101));
  for (let round = 0; round < 60; round++) {
    const shape = {
      segments: 1 + random.below(random.pick([4, 40, 400])),
      zones: 1 + random.below(30),
      overlaps: random.onceIn(2),
      period: random.onceIn(2) ? 1 : 1 + random.below(50),
    };
    const { source, oracle } = randomMap(random, shape);
    const reader = memoryReader({ 'm.map.yaml': source });
    const { image } = await compileSource('m.map.yaml', { reader, large: true });
    const again = await compileSource('m.map.yaml', { reader, large: true });
    expect(again.image).toEqual(image);
    const partition = await load(source);
    expectOracleAgrees(partition, oracle);
    expect(readPartition(image)).toEqual({ ...partition, overlaps: null, overlapsOmitted: 0, notes: null });
  }
});

describe('compiling', () => {
  const ZONES = `zones:
  - { id: a, at: { from: 0, to: 40 } }
  - { id: b, at: { from: 50, to: 100 } }
gaps: [ { anywhere: true, action: hold } ]
`;
  const compile = (source: string, large = false) =>
    compileSource('m.map.yaml', { reader: memoryReader({ 'm.map.yaml': source }), large });

  test('the summary', async () => {
    const { summary, image, fits, signed } = await compile(`${HEAD}${ZONES}budget: { steps: 2 }\n`);
    expect({ fits, signed }).toEqual({ fits: 'device-4k', signed: false });
    expect(summary).toEqual({
      map: 'test',
      epoch: 12,
      bytes: image.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      zones: 2,
      gaps: 1,
      cells: 3,
      steps: 2,
      lookup: 'directory',
      directoryBytes: 20,
      residentBytes: 352,
      arena: '4K',
      otherKinds: { phase: 0, line: 2 },
      lookupReason: null,
      smallerArena: null,
      plane: null,
      rounded: [],
      unused: [],
      cost: { kinds: { directory: 1, halving: 1 }, budget: { steps: 2 }, total: 2, cycles: null },
    });
  });

  test('comments and layout of the source do not change the image', async () => {
    const plain = await compile(`${HEAD}${ZONES}`);
    const other = await compile(
      `# hello\n${HEAD}\n\n${ZONES.replace('{ id: a, at', '{ id:   a,   at')}# bye\n`,
    );
    expect(other.image).toEqual(plain.image);
  });

  test('directories that do not pay are refused, and auto takes trees', async () => {
    const narrow = Array.from(
      { length: 200 },
      (_, at) => `  - { id: z${at}, at: { from: ${at}, to: ${at + 1} } }`,
    );
    const source = `${HEAD.replace(/max: \d+/, 'max: 1000000000')}zones:\n${narrow.join('\n')}
  - { id: rest, at: { from: 200, to: 1000000000 } }\n`;
    const reader = memoryReader({ 'm.map.yaml': source });
    await expect(compileSource('m.map.yaml', { reader, lookup: 'directory' })).rejects.toMatchObject({
      code: 'NO_DIRECTORIES',
      message: expect.stringMatching(
        /no directories: one of a list of 201 cells would take \d{3,} bytes to leave 5 halvings, and may take 200$/,
      ),
      remedy: expect.stringContaining('--lookup auto'),
    });
    const { summary, image } = await compileSource('m.map.yaml', { reader });
    expect(summary.lookup).toBe('tree');
    expect(image).toEqual(await compileText(source, { lookup: 'tree' }));
  });

  test('only trees keep a budget in steps, so they are taken', async () => {
    const one = `${HEAD}zones: [ { id: a, at: { from: 0, to: 100 } } ]\n`;
    const [free, kept, passed] = await Promise.all(
      ['', 'budget: { steps: 0 }\n', 'budget: { steps: 1 }\n'].map((budget) => compile(one + budget)),
    );
    const lookups = [free, kept, passed].map((each) => each?.summary.lookup);
    expect(lookups).toEqual(['directory', 'tree', 'directory']);
    expect(kept?.summary.otherKinds).toEqual({ directory: 1, halving: 0 });
  });

  test('over budget is a check that says no', async () => {
    await expect(compile(`${HEAD}${ZONES}budget: { steps: 1 }\n`)).rejects.toMatchObject({
      code: 'OVER_BUDGET',
      exitCode: 1,
    });
  });

  test('a map that the device does not hold', async () => {
    const zones = Array.from({ length: 20_000 }, (_, index) => `${index},${index + 1}\n`).join('');
    const source = `${HEAD.replace('max: 100', 'max: 20000')}zones: [ { file: t.csv, columns: { from: a, to: b } } ]\n`;
    const reader = memoryReader({ 'm.map.yaml': source, 't.csv': `a,b\n${zones}` });
    const refused = compileSource('m.map.yaml', { reader });
    await expect(refused).rejects.toMatchObject({ code: 'TOO_LARGE', exitCode: 2 });
    await expect(refused).rejects.toThrow(/\d+ resident bytes, at most 131072$/);
    await expect(compileSource('m.map.yaml', { reader, lookup: 'tree' })).rejects.toThrow(
      /15 line steps, at most 14/,
    );
    const { fits, summary } = await compileSource('m.map.yaml', { reader, large: true });
    expect({ fits, cells: summary.cells }).toEqual({ fits: 'large', cells: 20_000 });
  });

  test('a budget of moves through a plane is not one for a source: the remedy says where it may stand', async () => {
    const floor = 'at: { polygon: [[1, 1], [9, 1], [9, 7], [5, 9]] }';
    const axes = '{ name: x, unit: mm, min: 0, max: 10 }, { name: y, unit: mm, min: 0, max: 10 }';
    const source = (budget: string) =>
      `holdfast: 1\nmap: m\nepoch: 1\nspace: { axes: [ ${axes} ] }\n${budget}zones: [ { id: a, ${floor} } ]\ngaps: [ { anywhere: true, action: stop } ]\n`;
    await expect(
      compile(source('budget: { cycles: { sweep: 9000000 }, target: rp2040 }\n')),
    ).rejects.toMatchObject({
      code: 'OVER_BUDGET',
      remedy: expect.stringContaining('a firmware configuration may have it'),
    });
    expect((await compile(source(''))).summary.plane).not.toBeNull();
  });

  test('a plane where an arena takes lines only: no smaller plane helps, and none is asked for', async () => {
    const depot = new URL('../../firmware-maps/depot/depot.map.yaml', import.meta.url).pathname;
    for (const arena of ['4K', '16K'] as const)
      await expect(compileSource(depot, { arena })).rejects.toMatchObject({
        code: 'TOO_LARGE',
        remedy: 'Use controllers with an arena of 64K (--arena 64K).',
      });
    expect((await compileSource(depot, { arena: '64K' })).summary.arena).toBe('64K');
  });
});

describe('the rail maps', () => {
  const folder = new URL('../../firmware-maps/rail/', import.meta.url).pathname;

  test('the edition that runs', async () => {
    const partition = await loadPartition(`${folder}rail.map.yaml`);
    expect(partition).toMatchObject({ map: 'rail-fribourg-bern', epoch: 11, replaces: [], zones: 17 });
    expect(partition.axis).toMatchObject({ min: 0, max: 31_240_700, unit: 'mm' });
    expect(cellWords(partition)).toMatch(
      /^limits-1 0-413600, limits-2 413600-5000000, tunnel 5000000-5100000, /,
    );
    expect(partition.rules.at(-1)).toMatchObject({ id: 'tunnel', action: 'slow', limit: 40 });
  });

  test('the next edition replaces it and slows down at the works', async () => {
    const { summary } = await compileSource(`${folder}rail.next.map.yaml`);
    expect(summary).toMatchObject({ epoch: 12, zones: 18, gaps: 1, cells: 20, steps: 4 });
    const partition = await loadPartition(`${folder}rail.next.map.yaml`);
    expect(partition.replaces).toEqual([{ epoch: 11, hashPrefix: '' }]);
    expect(cellWords(partition)).toContain(
      'limits-8 11834600-12000000, works 12000000-12900000, limits-9 12900000',
    );
  });
});
