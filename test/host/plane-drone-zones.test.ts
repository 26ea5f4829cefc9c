import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compilePartition, loadMap } from '../../host/compile/compile.ts';
import { PlaneImage } from '../../host/core/ask-plane.ts';
import { isPlane } from '../../host/source/plane-model.ts';
import { fileReader, memoryReader } from '../../host/source/reader.ts';
import { metresBetween } from '../support/ellipsoid.ts';
import { mistakes, read } from '../support/read-plane.ts';

/** The shipped geozones: what their map answers at each zone and time, and what is refused when a line of it is left out. */

const FOLDER = fileURLToPath(new URL('../../firmware-maps/drone-zones/', import.meta.url));
const text = (name: string) => readFile(`${FOLDER}${name}`, 'utf8');
const SOURCE = await text('drone-zones.map.yaml');
const FILES = { 'ostwil.geozones.json': await text('ostwil.geozones.json') };

async function open(name: string) {
  const map = await loadMap(`${FOLDER}${name}`, fileReader);
  if (!isPlane(map)) throw new Error('no plane');
  const core = await PlaneImage.open(compilePartition(map, undefined).image);
  /** Minutes from the midnight before Monday. */
  const ask = (lon: number, lat: number, phase = 0) => {
    const [x, y] = [BigInt(Math.round(lon * 1e7)), BigInt(Math.round(lat * 1e7))];
    const { state, zone, gap, action, limit } = core.ask({ x, y, phase });
    return [state, zone ?? gap, action, limit];
  };
  return { map, ask };
}

const FIRST = await open('drone-zones.map.yaml');

const DAY = 24 * 60;
const at = (day: number, hour: number, minute = 0) => day * DAY + hour * 60 + minute;
const FLIGHT = ['covered', 'flight', null, 15];

describe('drone-zones', () => {
  test('each zone answers by its type', async () => {
    const { ask } = FIRST;
    expect(ask(8.45, 47.3)).toEqual(FLIGHT);
    expect(ask(8.562, 47.294)).toEqual(['gap', 'Airfield', 'stop', null]);
    expect(ask(8.47, 47.262)).toEqual(['gap', 'Hospital', 'hold', null]);
    expect(ask(8.503, 47.232)).toEqual(['gap', 'Prison', 'stop', null]);
    expect(ask(8.415, 47.22)).toEqual(['gap', 'Reed-bank', 'stop', null]);
    // The hole of the reed bank is an island where one may fly.
    expect(ask(8.426, 47.225)).toEqual(FLIGHT);
    // Both layers of the power station are one gap.
    for (const [x, y] of [
      [8.5256, 47.2255],
      [8.53, 47.228],
    ] as const)
      expect(ask(x, y)).toEqual(['gap', 'Power-station', 'hold', null]);
    expect(ask(8.497, 47.265)).toEqual(['covered', 'Old-town', null, 5]);
    expect(ask(8.401, 47.201)).toEqual(['gap', 'anywhere', 'stop', null]);
    expect(ask(8.7, 47.25)[0]).toBe('outside');
  });

  test('the stadium holds at weekends, the school on schooldays, the park at night', async () => {
    const { ask } = FIRST;
    const answers = (x: number, y: number, times: readonly number[]) =>
      times.map((time) => ask(x, y, time)[1]);
    const [SATURDAY, SUNDAY] = [5, 6];
    expect(
      answers(8.488, 47.281, [
        at(0, 14),
        at(SATURDAY, 12, 59),
        at(SATURDAY, 13),
        at(SUNDAY, 20, 59),
        at(SUNDAY, 21),
      ]),
    ).toEqual(['flight', 'flight', 'Stadium', 'Stadium', 'flight']);
    expect(
      answers(8.457, 47.246, [at(0, 6, 29), at(0, 6, 30), at(4, 15, 29), at(4, 15, 30), at(SATURDAY, 9)]),
    ).toEqual(['flight', 'School', 'School', 'flight', 'flight']);
    expect(
      answers(8.53, 47.256, [0, at(0, 4, 59), at(0, 5), at(2, 19, 59), at(2, 20), at(SUNDAY, 23, 59)]),
    ).toEqual([...['River-park', 'River-park', 'flight', 'flight', 'River-park', 'River-park']]);
  });

  test('no place within the radius of a circle is left open, and little beyond it is closed', async () => {
    const { ask } = FIRST;
    const centre = [8.562, 47.294] as const;
    for (let step = 0; step < 360; step++) {
      const angle = (step / 180) * Math.PI;
      const reach = (metres: number): readonly [number, number] => [
        centre[0] + (metres / 75_630) * Math.cos(angle),
        centre[1] + (metres / 111_180) * Math.sin(angle),
      ];
      const [inner, outer] = [reach(1490), reach(1512)];
      expect(metresBetween(centre, inner)).toBeLessThan(1500);
      expect(ask(...inner)[1], `${step} degrees`).toBe('Airfield');
      expect(metresBetween(centre, outer)).toBeGreaterThan(1500);
      expect(ask(...outer)[1], `${step} degrees`).toBe('flight');
    }
  });

  test('what the map drops is named', async () => {
    const { notes: words } = await read(SOURCE, FILES);
    expect(words).toContain(
      'ostwil.geozones.json: vertical limits that nothing uses, of 4 geometries: "0 m AGL to 120 m AGL"',
    );
    expect(words.some((each) => each.includes('"0 m AGL to 60 m AGL", "60 m AGL to 120 m AGL"'))).toBe(true);
    expect(words.every((each) => !each.includes('AMSL'))).toBe(true);
  });

  test('the next edition has a crane, and all else as before', async () => {
    const { ask: askFirst, map: first } = FIRST;
    const { ask: askNext, map: next } = await open('drone-zones.next.map.yaml');
    expect(next.replaces.map(({ epoch }) => epoch)).toEqual([first.epoch]);
    expect([askFirst(8.5105, 47.2745), askNext(8.5105, 47.2745)]).toEqual([
      FLIGHT,
      ['gap', 'Crane', 'stop', null],
    ]);
    let differ = 0;
    for (let x = 8.4; x < 8.6; x += 0.004)
      for (let y = 47.2; y < 47.32; y += 0.004) {
        const [old, now] = [askFirst(x, y, at(5, 14)), askNext(x, y, at(5, 14))];
        if (metresBetween([x, y], [8.5105, 47.2745]) > 130) expect(now).toEqual(old);
        else differ++;
      }
    expect(differ).toBeLessThan(3);
  });

  test('its program flies over the stadium on a weekday, waits for the hospital, and turns back before what says stop', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [`${FOLDER}fly.mjs`]);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'on a Wednesday, edition 1, 2026-04-15T10:00:00Z',
      '    0.1 s  [8.4500, 47.3000]  flight at 15 m/s',
      '  432.8 s  [8.5001, 47.2685]  Old-town at 5 m/s',
      '  609.5 s  [8.4904, 47.2642]  flight at 15 m/s',
      '  689.0 s  [8.4753, 47.2622]  Hospital says hold: the drone stands and asks',
      '  809.0 s  [8.4753, 47.2622]  Hospital, allowed at 3 m/s',
      '  landed on the roof: 8.96 km in 942.2 s, of which 120.0 s stood; never in a zone that says stop',
      'on a Saturday, edition 1, 2026-04-18T13:30:00Z',
      '    0.1 s  [8.4500, 47.3000]  flight at 15 m/s',
      '  228.6 s  [8.4866, 47.2824]  Stadium says stop: the drone turns back',
      '  228.7 s  [8.4866, 47.2824]  flight at 15 m/s',
      '  back on the meadow: 6.86 km in 457.2 s, of which 0.0 s stood; never in a zone that says stop',
      'with the crane, edition 2, 2026-04-22T10:00:00Z',
      '    0.1 s  [8.4500, 47.3000]  flight at 15 m/s',
      '  356.1 s  [8.5090, 47.2749]  Crane says stop: the drone turns back',
      '  356.2 s  [8.5090, 47.2749]  flight at 15 m/s',
      '  back on the meadow: 10.68 km in 712.2 s, of which 0.0 s stood; never in a zone that says stop',
    ]);
  });

  test.each([
    [
      'heights that nobody spoke of',
      '    layers: ignore\n',
      '',
      'has vertical limits (0 m AGL to 120 m AGL)',
    ],
    ['times that nobody spoke of', '    periods: week\n', '', 'holds at times of the day or the week'],
    [
      'a phase of a day',
      'period: 7 d',
      'period: 1 d',
      'periods of a week are phases, but the phase of the source has another period',
    ],
    [
      'the approach at 300 m',
      'where: [ type=PROHIBITED, identifier!=OST010 ]',
      'where: type=PROHIBTED',
      'none is asked for',
    ],
    ['axes that count whole degrees', 'scale: 10000000', 'scale: 100', 'UNIT_INEXACT'],
    [
      'x and y exchanged',
      'name: lon, unit: deg, scale: 10000000, min: 8.4 deg, max: 8.6 deg',
      'name: lon, unit: deg, scale: 10000000, min: 47.2 deg, max: 47.32 deg',
      'OUT_OF_RANGE',
    ],
  ])('refused: %s', async (_name, from, to, says) => {
    expect(SOURCE).toContain(from);
    expect((await mistakes(SOURCE.replace(from, to), FILES)).join('\n')).toContain(says);
  });

  test('its overlaps are settled by tier: without that each is named', async () => {
    const source = SOURCE.replace('overlaps: by-tier', 'overlaps: forbid');
    await expect(
      loadMap('m.map.yaml', memoryReader({ 'm.map.yaml': source, ...FILES })).then(
        (map) => isPlane(map) && compilePartition(map, undefined),
      ),
    ).rejects.toThrow(/OVERLAP: .*Old-town/s);
  });
});
