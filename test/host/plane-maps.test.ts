import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { auditPlane } from '../../host/audit/plane.ts';
import { planeAuditWords } from '../../host/audit/plane-words.ts';
import { compilePartition, loadMap } from '../../host/compile/compile.ts';
import { PlaneImage } from '../../host/core/ask-plane.ts';
import { readMap } from '../../host/image/read-partition.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { isPlane } from '../../host/source/plane-model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { drawPlane } from '../../host/svg/plane-drawing.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

/** The shipped map of a plane: what it answers, and what the compiler says of mistakes planted in it. */

const PATH = fileURLToPath(new URL('../../firmware-maps/depot/depot.map.yaml', import.meta.url));
const SOURCE = await readFile(PATH, 'utf8');

async function planeOf(source: string) {
  const map = await loadMap('depot.map.yaml', memoryReader({ 'depot.map.yaml': source }));
  if (!isPlane(map)) throw new Error('no plane');
  return map;
}

async function mistakesOf(source: string): Promise<string> {
  try {
    await planeOf(source);
    return '';
  } catch (error) {
    if (error instanceof SourceError) return error.message;
    throw error;
  }
}

const folder = temporaryFolder('plane-maps');

describe('depot', () => {
  test('answers by its core, in both phases, off the axes too', async () => {
    const { image } = compilePartition(await planeOf(SOURCE), undefined);
    const map = await PlaneImage.open(image);
    const ask = (x: bigint, y: bigint, phase: number) => {
      const { state, zone, gap, action, limit } = map.ask({ x, y, phase });
      return [state, zone ?? gap, action, limit];
    };
    expect(ask(57_000n, 20_000n, 0)).toEqual(['covered', 'crossing', null, 1200]);
    expect(ask(60_000n, 43_000n, 39)).toEqual(['covered', 'floor', null, 1600]);
    expect(ask(60_000n, 43_000n, 40)).toEqual(['gap', 'people', 'hold', null]);
    // Left and lower borders belong to an area, right and upper ones do not.
    expect(ask(12_000n, 9_000n, 0)).toEqual(['gap', 'rack-1', 'stop', null]);
    expect(ask(11_999n, 9_000n, 0)).toEqual(['covered', 'floor', null, 1600]);
    expect(ask(52_000n, 9_000n, 0)).toEqual(['covered', 'crossing', null, 1200]);
    expect(ask(51_999n, 12_000n, 0)).toEqual(['covered', 'aisle-1', null, 1000]);
    for (const [x, y, phase] of [
      [-1n, 5n, 0],
      [80_000n, 5n, 0],
      [5n, 50_000n, 0],
      [5n, 5n, 60],
      [2n ** 40n, 5n, 0],
    ] as const)
      expect(ask(x, y, phase)).toEqual(['outside', null, 'stop', null]);
    expect(() => map.ask({ x: 1n, phase: 0 })).toThrow('x and y');
  });

  test('its image is the same every time, and reads back as the same map', async () => {
    const plane = await planeOf(SOURCE);
    const [one, other] = [
      compilePartition(plane, undefined),
      compilePartition(await planeOf(SOURCE), undefined),
    ];
    expect(one.image).toEqual(other.image);
    const back = readMap(one.image);
    if (!isPlane(back)) throw new Error('no plane');
    expect(back).toMatchObject({
      axes: plane.axes,
      rules: plane.rules,
      phases: plane.phases,
      longestMove: 4000,
      mostCells: 64,
    });
    expect(compilePartition(back, undefined).image).toEqual(one.image);
  });

  const PLANTED: readonly (readonly [name: string, from: string, to: string, code: string, says: string])[] =
    [
      [
        'an overlap of one tier',
        'id: aisle-2\n    tier: 1',
        'id: aisle-2\n    tier: 0',
        'OVERLAP',
        'zone "aisle-2" and zone "floor"',
      ],
      [
        'a sliver',
        'from: [12 m, 19 m], to: [52 m, 22 m]',
        'from: [12 m, 14999], to: [52 m, 22 m]',
        'OVERLAP',
        'sliver',
      ],
      [
        'a hole that nobody acknowledged',
        '  - { anywhere: true, action: stop }\n',
        '',
        'GAP_UNACKNOWLEDGED',
        'square m',
      ],
      [
        'a bow-tie',
        '[71 m, 35 m], [77 m, 41 m], [71 m, 47 m]',
        '[77 m, 41 m], [71 m, 35 m], [71 m, 47 m]',
        'RING_CROSSES_ITSELF',
        'crosses itself',
      ],
      [
        'x and y exchanged',
        '[[66 m, 40 m], [71 m, 35 m]',
        '[[40 m, 66 m], [71 m, 35 m]',
        'OUT_OF_RANGE',
        'inside when x and y are exchanged',
      ],
      [
        'degrees given as metres',
        '[66 m, 40 m], [71 m',
        '[8.5 deg, 40 m], [71 m',
        'UNIT_MISMATCH',
        'measured in mm',
      ],
      [
        'a rack over an aisle that it does not cut',
        'id: rack-2, action: stop, cuts: true',
        'id: rack-2, action: stop',
        'GAP_OVER_ZONE',
        'zone "floor"',
      ],
    ];
  test.each(PLANTED)('planted: %s', async (_name, from, to, code, says) => {
    expect(SOURCE).toContain(from);
    const found = await mistakesOf(SOURCE.replace(from, to));
    expect(found).toContain(`: ${code}: `);
    expect(found).toContain(says);
  });

  test('areas of more edges than anybody waits for are refused with figures', async () => {
    const count = 131_073;
    const points = Array.from({ length: count }, (_, index) => {
      const angle = (index / count) * 2 * Math.PI;
      return `[${Math.round(5e8 + 4e8 * Math.cos(angle))},${Math.round(5e8 + 4e8 * Math.sin(angle))}]`;
    });
    const geometry = `{"type":"Polygon","coordinates":[[${points.join()},${points[0]}]]}`;
    const source = SOURCE.replace(/max: \d0 m/g, 'max: 1000000000')
      .replace(/zones:[\s\S]*?gaps:/, 'zones: [ { file: a.geojson, unit: mm } ]\ngaps:')
      .replace(/gaps:[\s\S]*$/, 'gaps: [ { anywhere: true, action: stop } ]\n');
    const files = {
      'm.map.yaml': source,
      'a.geojson': `{"type":"Feature","properties":{},"geometry":${geometry}}`,
    };
    await expect(loadMap('m.map.yaml', memoryReader(files))).rejects.toMatchObject({
      message: expect.stringContaining(`TOO_MANY: zones and gap rules have ${count} edges`),
    });
  });

  test('is drawn with every rule named, and audited with areas', async () => {
    const plane = await planeOf(SOURCE);
    const drawing = drawPlane(plane);
    for (const { id } of plane.rules) expect(drawing).toContain(id);
    expect(drawing).toContain('phases [40, 60) s');
    const report = auditPlane(plane);
    const sum = [...report.zones, ...report.gapRules].reduce((all, { share }) => all + share, 0);
    expect(sum).toBeCloseTo(1, 9);
    // A rack of 40 m by 3 m on a floor of 80 m by 50 m.
    expect(report.gapRules.find(({ id }) => id === 'rack-1')?.share).toBeCloseTo(120 / 4000, 9);
    const words = planeAuditWords(report).join('\n');
    expect(words).toContain('rack-1    stop  120 square m');
    // What stands there always is one gap, whatever else the phases hold.
    expect(report.gaps?.filter(({ id }) => id === 'pillar-4')).toMatchObject([
      { isEnclosed: true, phases: [{ from: 0, to: 60 }] },
    ]);
    expect(words).toContain('dock-1 over floor    nested');
  });

  test('its program drives to a dock as fast as it may, and waits where people cross', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(dirname(PATH), 'drive.mjs')]);
    expect(stdout.trimEnd().split('\n')).toEqual([
      '   0.0 s  [10.0, 45.0] m   chargers at 0.4 m/s',
      '  22.6 s  [19.0, 44.4] m   floor at 1.6 m/s',
      '  23.5 s  [20.5, 44.2] m   turning at 0.6 m/s',
      '  35.1 s  [26.8, 41.9] m   floor at 1.6 m/s',
      '  53.5 s  [55.5, 42.0] m   people, hold',
      '  60.0 s  [55.5, 42.0] m   floor at 1.6 m/s',
      '  73.3 s  [62.0, 32.5] m   crossing at 1.2 m/s',
      '  93.3 s  [62.0, 13.3] m   floor at 1.6 m/s',
      '  98.2 s  [67.1, 8.0] m    dock-1 at 0.3 m/s',
      '108.4 m in 127.8 s, of which 6.5 s waited for people; never in a gap that says stop',
    ]);
  });

  test('is looked up as a plane alone', async () => {
    const plane = await planeOf(SOURCE);
    expect(() => compilePartition(plane, undefined, { lookup: 'tree' })).toThrow(
      'not looked up by trees of places',
    );
    expect(compilePartition(plane, undefined, { lookup: 'auto' }).summary.lookup).toBe('plane');
  });

  test('is told by the command: compile, check of points, audit of an image', async () => {
    const image = folder.at('depot.img');
    const compiled = await holdfast(['compile', PATH, '-o', image]);
    expect(compiled.stdout).toMatch(
      /lookup {2}a plane of \d+ nodes of 16 bytes, \d+ levels below a grid of \d+ by \d+ squares: \d+ cycles a check on riscv32, \d+ on rp2040 \(of 12 bytes: \d+, \d+\)/,
    );
    const asked = await holdfast(['check', image, '--at', '57 m, 20 m']);
    expect(JSON.parse(asked.stdout)).toMatchObject({ at: [57_000, 20_000], zone: 'crossing', limit: 1200 });
    expect(asked.stderr).toContain('[57 m, 20 m]: covered by crossing, limit 1200 mm/s');
    const one = await holdfast(['check', image, '--at', '57 m']);
    expect([one.code, one.stderr]).toEqual([2, expect.stringContaining('a plane is asked at x and y')]);
    const audited = await holdfast(['audit', image]);
    expect(audited.stdout).toContain('overlaps  not known: an image holds only who won');
    const swept = await holdfast(['sweep', image, '--from', '53 m, 41 m', '--to', '56.9 m, 38 m', '--json']);
    expect(JSON.parse(swept.stdout)).toMatchObject({
      ...{ from: [53_000, 41_000], to: [56_900, 38_000], end: 'whole', safe: 3900, limit: 1200 },
      // The crossing begins at y = 40 m: after 1.3 m along x.
      lower: { at: [54_300, 40_000], after: 1300, limit: 1200 },
    });
    const words = async (from: string, to: string) => {
      const { code, stdout, stderr } = await holdfast(['sweep', image, '--from', from, '--to', to]);
      return [code, `${stdout}${stderr}`.trim()];
    };
    expect(await words('5 m, 5 m', '2 m, 2 m')).toEqual([
      ...[0, 'the whole move is safe: 3 m along x, lowest limit 1600 mm/s, lowest tier 0'],
    ]);
    expect(await words('20 m, 8 m', '20500 mm, 11 m')).toEqual([
      ...[
        1,
        'safe for 1 m along y, lowest limit 1600 mm/s; coverage ends at [20.166 m, 9 m]: gap rack-1, stop',
      ],
    ]);
    expect(await words('5 m, 5 m', '30 m, 5 m')).toEqual([
      ...[1, 'not followed: the move is 25 m along x, and the map follows moves of up to 4 m along an axis'],
    ]);
    expect(await words('0, 0', '1, 1')).toEqual([1, 'not safe at all: gap anywhere, stop at [0 m, 0 m]']);
    expect(await words('1', '2')).toEqual([2, expect.stringContaining('a plane is asked at x and y')]);
    expect(await words('5 m, 5 m', '0, 99999999999')).toEqual([
      ...[2, expect.stringContaining('y 99999999999 lies beyond')],
    ]);
  });
});
