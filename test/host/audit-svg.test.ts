import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rule } from '../../host/body/partition.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { drawComparison, drawMap } from '../../host/svg/drawing.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { manySegments } from '../support/many-segments.ts';
import { PICTURED } from '../support/pictured.ts';
import { SHIPPED_MAPS } from '../support/shipped-maps.ts';

const load = (source: string) => loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source }));

const source = (epoch: number, limit: number, gap: number) => `holdfast: 1
map: line
epoch: ${epoch}
space: { axes: [ { name: s, unit: mm, min: 0, max: 1000000 } ] }
phase: { unit: tick, period: 10 }
zones:
  - { id: near, at: { from: 0, to: 400000 }, limit: ${limit} }
  - { id: far, at: { from: 400000, to: ${gap} }, when: { from: 5, to: 10 } }
gaps:
  - { id: hairline, at: { from: 100000, to: 100001 }, action: skip, cuts: true }
  - { anywhere: true, action: stop }
`;

const count = (text: string, part: string | RegExp) => text.split(part).length - 1;

/** All that is written. */
const textsOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

/** Whether a text is what is written of a rule, or that with its middle left out. */
function isNameOf(text: string, rule: Rule, unit: string | null): boolean {
  const limit = unit === null ? `limit ${rule.limit}` : `${rule.limit} ${unit}`;
  const name = rule.kind === 'gap' ? `${rule.id}: ${rule.action}` : rule.id;
  return [rule.id, name, `${name} · ${limit}`].some((whole) => {
    const [head = '', tail] = text.split('…');
    return tail === undefined ? text === whole : whole.startsWith(head) && whole.endsWith(tail);
  });
}

/** In these there is room for every name. */
const FULLY_NAMED = [
  ...SHIPPED_MAPS.map((path) => basename(path, '.map.yaml')),
  ...['16 phases', '62 long names', 'a ring', 'stations and braking', 'tiers and long names'],
];

describe('a map', () => {
  test('phases are rows, zones have their ids, gaps their hatch, and a hairline its mark', async () => {
    const svg = drawMap(await load(source(1, 80, 900_000)));
    for (const words of [
      'line, epoch 1',
      'phase [0, 5) ticks',
      'phase [5, 10) ticks',
      's',
      '0 m',
      'limit 80',
      'no limit',
      'gap: stop',
      'gap: skip',
    ])
      expect(svg).toContain(`>${words}<`);
    expect(count(svg, '>near<')).toBe(4);
    expect(count(svg, '>far<')).toBe(1);
    expect(svg).toContain('url(#hatch-stop)');
    expect(count(svg, 'class="mark"')).toBe(2);
    expect(svg).not.toContain('>gap: hold<');
    expect(drawMap(await load(source(1, 80, 900_000)))).toBe(svg);
  });

  test('texts are escaped', async () => {
    const partition = await load(source(1, 80, 900_000));
    const svg = drawMap({
      ...partition,
      device: '<script>"&',
      axis: { ...partition.axis, unit: ']]>\u0001' },
    });
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain(']]>');
    expect(svg).not.toContain('\u0001');
  });

  test.each([1, 10, 1000, 100_000])(
    '%i segments in 16 phases make a drawing of a bounded size',
    async (segments) => {
      const svg = drawMap(await manySegments(segments, 16));
      expect(count(svg, '>phase ')).toBe(16);
      expect(svg).toContain('gap: hold');
      // 16 rows of 980 pixels, each with a limit, a cell and marks at most.
      expect(svg.length).toBeLessThan(16 * 980 * 400);
    },
  );

  test.each(PICTURED.filter(({ after }) => after === undefined))(
    '$name: each zone and gap has its name, or the drawing says how many have not',
    async ({ name, partition }) => {
      const map = await partition();
      const texts = textsOf(drawMap(map));
      const shown = new Set(map.windows.flatMap(({ cells }) => cells.map(({ rule }) => rule)));
      const rules = map.rules.filter(({ kind }, index) => kind !== 'approach' && shown.has(index));
      const unnamed = rules.filter((rule) => !texts.some((text) => isNameOf(text, rule, map.units.limit)));
      const said = texts.flatMap((text) => /^(\d+) names? ha(?:s|ve) no room here: /.exec(text)?.[1] ?? []);
      expect(said).toEqual(unnamed.length === 0 ? [] : [String(unnamed.length)]);
      if (FULLY_NAMED.includes(name)) expect(unnamed).toEqual([]);
    },
  );

  test('stations come before mileposts, upright where lanes have no room for all', async () => {
    const [pictured] = PICTURED.filter(({ name }) => name === 'stations and braking');
    const map = await pictured?.partition();
    if (map === undefined) throw new Error('the map is not there');
    const texts = textsOf(drawMap(map));
    const stations = Array.from({ length: 12 }, (_, index) => `Station of the ${index}th valley`);
    for (const station of stations) expect(texts).toContain(station);
    expect(texts.filter((text) => text.startsWith('mp ')).length).toBeGreaterThan(20);
  });

  test('the legend has the colours that cells show, and no other', async () => {
    const some = drawMap(await manySegments(300, 1));
    expect(some).toContain('>limit 20 to 30<');
    expect(some).not.toContain('too narrow to draw<');
    const many = drawMap(await manySegments(4096, 1));
    expect(many).not.toContain('>limit 20 to 30<');
    expect(many).toContain('>many, each too narrow to draw<');
    expect(many).toContain('>limits, from the lowest to the highest<');
    expect(some).not.toContain('>limits, from the lowest to the highest<');
    expect(many).toContain('>gap: hold<');
  });

  test('more phase windows than rows share rows, and keep the gaps of all', async () => {
    const partition = await manySegments(500, 100);
    const svg = drawMap(partition);
    expect(count(svg, ' ranges, gaps of all<')).toBe(25);
    for (let window = 0; window < 100; window++) expect(svg).toContain(`<title>gap night-${window}, `);
  });
});

describe('two editions', () => {
  test('both and the changes between them, with their direction', async () => {
    const svg = drawComparison(await load(source(1, 80, 900_000)), await load(source(2, 60, 950_000)));
    for (const words of ['before: epoch 1', 'after: epoch 2', 'changes', 'limit lowered', 'newly covered'])
      expect(svg).toContain(`>${words}<`);
    expect(svg).toContain('<title>limit lowered: zone near, limit 80 → zone near, limit 60</title>');
    expect(svg).toContain('<title>newly covered: gap anywhere, stop → zone far</title>');
    expect(svg).not.toContain('>limit raised<');
  });
});

describe('the verb', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeAll(() => {
    folder = temporaryFolder('draw');
    writeFileSync(folder.at('a.map.yaml'), source(1, 80, 900_000));
    writeFileSync(folder.at('b.map.yaml'), source(2, 60, 900_000));
  });
  afterAll(() => folder.remove());

  test('writes drawings and pages beside its report, and names what it cannot do', async () => {
    const [a, b] = [folder.at('a.map.yaml'), folder.at('b.map.yaml')];
    const one = await holdfast([
      'audit',
      a,
      '--svg',
      folder.at('a.svg'),
      '--html',
      folder.at('a.html'),
      '--json',
    ]);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(one.stdout)).toMatchObject({ map: 'line', gaps: expect.any(Array) });
    const two = await holdfast(['audit', a, b, '--svg', folder.at('ab.svg')]);
    expect(two).toMatchObject({ code: 0, stdout: expect.stringContaining('limit lowered') });
    const page = await holdfast(['audit', a, b, '--html', folder.at('ab.html')]);
    expect(page).toMatchObject({ code: 0, stdout: expect.stringContaining('limit lowered') });
    expect(readFileSync(folder.at('ab.html'), 'utf8')).toContain('since epoch 1: ');
    const nowhere = await holdfast(['audit', a, '--svg', folder.at('none/a.svg')]);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('FILE_NOT_WRITTEN') });
  });
});
