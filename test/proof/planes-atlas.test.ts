import { expect, test } from 'vitest';
import { compilePartition } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import { type AtlasFile, countiesOf } from '../support/atlas.ts';
import { planeModel, resolved, walk } from '../support/plane-models.ts';
import { isIn, type OraclePoint } from '../support/plane-oracle.ts';
import { Random, seedFor } from '../support/random.ts';

/** Real borders: counties that share them, on a coarse grid and on one whose numbers are as large as coordinates may be. */

/** `HOLDFAST_QUESTIONS=2000000` asks as many as are claimed of planes; the tests ask fewer. */
const QUESTIONS = Number(process.env.HOLDFAST_QUESTIONS ?? 60_000);

const ATLASES: readonly (readonly [state: string, name: string, scale: number, file: AtlasFile])[] = [
  ['19', 'Iowa', 1, 'counties-10m'],
  ['19', 'Iowa', 20_000, 'counties-10m'],
  ['48', 'Texas', 3, 'counties-10m'],
  ['19', 'Iowa', 1, 'counties-albers-10m'],
  ['48', 'Texas', 3, 'counties-albers-10m'],
];

test.each(ATLASES)(
  'counties of %s, %s, at %d times the grid of %s share borders, and each place on one has one county',
  { timeout: 3_600_000 },
  async (state, _, scale, file) => {
    const { counties, arcs } = countiesOf(state, scale, file);
    const all = counties.flatMap(({ areas }) => areas.flat(2));
    const [west, south] = [Math.min(...all.map(([x]) => x)), Math.min(...all.map(([, y]) => y))];
    const [east, north] = [Math.max(...all.map(([x]) => x)), Math.max(...all.map(([, y]) => y))];
    const zones = counties.map(({ areas }) => ({
      areas: areas.map((area) =>
        area.map((ring) => ring.map(([x, y]): OraclePoint => [x - west, y - south])),
      ),
      ...{ when: null, tier: 1, limit: null },
    }));
    const plane = { zones, gapRules: [{ areas: null, when: null, cuts: false }], wins: 'tier' as const };
    const box = { minX: 0, minY: 0, width: east - west, height: north - south, period: 1 };
    // Nothing orders two counties over one place: none lies over another one.
    const partition = resolved(planeModel(plane, box, { kind: 'forbid' }), {
      ...{ grids: true, bytesMax: 2 ** 20, looksMax: 5_000_000 },
    });
    const core = await openImage(compilePartition(partition, undefined, { large: true }).image);
    const uses = new Map<number, number>();
    for (const { arcs: own } of counties) for (const arc of own) uses.set(arc, (uses.get(arc) ?? 0) + 1);
    const shared = [...uses].filter(([, times]) => times === 2).map(([arc]) => arcs[arc] ?? []);
    const random = new Random(seedFor('counties', 45));
    for (let question = 0; question < QUESTIONS / 60; question++) {
      const arc = random.pick(shared);
      const at = random.below(arc.length - 1);
      const [from, to] = [arc[at], arc[at + 1]] as [OraclePoint, OraclePoint];
      const isCorner = at > 0 && random.onceIn(2);
      const share = isCorner ? 0 : random.next() / 2 ** 32;
      const x = Math.floor(from[0] + share * (to[0] - from[0])) - west;
      const y = Math.floor(from[1] + share * (to[1] - from[1])) - south;
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const place = [x + dx, y + dy] as const;
        if (place[0] < 0 || place[1] < 0 || place[0] >= box.width || place[1] >= box.height) continue;
        const holding = zones.filter(({ areas }) => areas.some((area) => isIn(area, ...place)));
        if (isCorner && dx === 0 && dy === 0) expect(holding.length).toBe(1);
        expect(holding.length).toBeLessThanOrEqual(1);
        const owner = holding[0] === undefined ? zones.length : zones.indexOf(holding[0]);
        expect(walk(partition, ...place)).toBe(owner);
        expect(core.verdict(core.check(0, ...place), ...place).rule).toBe(owner);
      }
    }
  },
);
