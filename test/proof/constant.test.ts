/** Constant time in the release wasm: for an image, every input of `check` executes the same number of instructions. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { openImage } from '../../host/core/checker.ts';
import { coreUrl } from '../../host/core/core.ts';
import type { BuildName } from '../../host/format.ts';
import { compiledText, compileText, holds } from '../support/compile.ts';
import { instrument } from '../support/instrument.ts';
import { randomMap } from '../support/maps.ts';
import { bordersOf } from '../support/oracle.ts';
import { imageOf, randomPartition } from '../support/partitions.ts';
import { Random, seedFor } from '../support/random.ts';

const EXTREMES = [-(2 ** 31), -1, 0, 1, 2 ** 31 - 1];
/** Instructions by which verdicts on a ring may differ. */
const SPREAD_AROUND = 12;
/** Without phases and with them; by trees, and by directories where a map has them. */
const SHAPES = [1, 9].flatMap((period) =>
  (['tree', 'auto'] as const).map((lookup) => [period, lookup] as const),
);
const SEGMENTS = [1, 2, 3, 17, 256, 1000, 4096];

/** The release core with a counter, on this image; the answer gives the instructions that one check executes. */
async function countedCheck(build: BuildName, image: Uint8Array) {
  const module = await WebAssembly.compile(instrument(readFileSync(coreUrl(build))));
  const core = await openImage(image, { module });
  const executed = core.globalOf('executed');
  return (phase: number, x: number): number => {
    executed.value = 0;
    core.check(phase, x);
    return executed.value;
  };
}

test('the counter counts: more segments take more instructions', async () => {
  const random = new Random(1);
  const counts = [];
  for (const segments of [1, 16, 4096]) {
    const { source } = randomMap(random, { segments, zones: segments, overlaps: false, period: 1 });
    const count = await countedCheck('device', await compileText(source, { lookup: 'tree' }));
    counts.push(count(0, 0));
  }
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[1]).toBeGreaterThan(counts[0] ?? 0);
  expect(counts[2]).toBeGreaterThan(counts[1] ?? 0);
});

for (const build of BUILD_NAMES) {
  for (const [period, lookup] of SHAPES) {
    test(`${build} build, period ${period}, ${lookup}: one count for all borders ±1, extremes, phases in and out`, async () => {
      const random = new Random(seedFor('constant', 7));
      let asked = 0;
      for (const segments of SEGMENTS.filter((each) => period === 1 || each <= 1000)) {
        const map = randomMap(random, { segments, zones: segments, overlaps: false, period });
        const compiled = await compiledText(map.source, { lookup });
        if (!holds(build, compiled)) continue;
        asked++;
        const count = await countedCheck(build, compiled.image);
        const places = [
          ...EXTREMES,
          ...bordersOf(map.oracle).flatMap((border) => [border - 1, border, border + 1]),
        ];
        const counts = new Set<number>();
        for (const phase of [0, 1, period - 1, period, 2 ** 31, 2 ** 32 - 1]) {
          for (const x of places) counts.add(count(phase, x));
        }
        expect([...counts], `${segments} segments`).toHaveLength(1);
      }
      expect(asked).toBeGreaterThanOrEqual(3);
    });
  }
}

test.each([1, 9])(
  'rings with approaches, period %i: one count of check, and of verdict in gaps',
  async (period) => {
    const random = new Random(seedFor('constant, rings', 8));
    const module = await WebAssembly.compile(instrument(readFileSync(coreUrl('device'))));
    for (const cells of [1, 2, 17, 300]) {
      const partition = randomPartition(random, {
        cells,
        wraps: true,
        approaches: true,
        period,
        gapOnceIn: 3,
      });
      const core = await openImage(imageOf(partition), { module });
      const executed = core.globalOf('executed');
      const borders = partition.windows.flatMap((window) => window.cells.map(({ from }) => from));
      const checks = new Set<number>();
      const verdicts = new Map<string, Set<number>>();
      for (const x of [...EXTREMES, ...borders.flatMap((border) => [border - 1, border, border + 1])]) {
        for (const phase of [0, period - 1, period, 2 ** 32 - 1]) {
          executed.value = 0;
          const word = core.check(phase, x);
          checks.add(executed.value);
          executed.value = 0;
          const { state } = core.verdict(word, x);
          verdicts.set(state, (verdicts.get(state) ?? new Set()).add(executed.value));
        }
      }
      expect([...checks], `${cells} cells`).toHaveLength(1);
      for (const [state, counts] of verdicts)
        if (state !== 'covered') expect([...counts], state).toHaveLength(1);
      // A run that begins with the axis is told a load sooner, and a way round the seam or all round an assignment later.
      const covered = [...(verdicts.get('covered') ?? [])];
      expect(Math.max(...covered) - Math.min(...covered)).toBeLessThanOrEqual(SPREAD_AROUND);
    }
  },
);
