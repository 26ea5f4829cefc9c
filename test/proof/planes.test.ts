/** Planes in the core: each answer is that of the partition, in a number of instructions that the image alone decides. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodePlane, planeShortfalls } from '../../host/body/encode-plane.ts';
import type { PlanePartition } from '../../host/body/plane-partition.ts';
import { actionCode, packWord } from '../../host/body/words.ts';
import { bootEdition, openImage } from '../../host/core/checker.ts';
import { coreUrl } from '../../host/core/core.ts';
import { BUILD_LIMITS, type BuildName, GROUP, LAYOUT, ROW_NONE, STATE } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseImage } from '../../host/image/container.ts';
import { describeRefusal } from '../../host/refusals/refusals.ts';
import { compileText } from '../support/compile.ts';
import { instrument } from '../support/instrument.ts';
import { imageOfPlane, placesIn, randomPlane, ruleAt } from '../support/planes.ts';
import { Random, seedFor } from '../support/random.ts';

const BUILDS: readonly BuildName[] = ['device-64k', 'device', 'large'];
const MAPS = 60;
const QUESTIONS_A_MAP = 500;
const FAULT_STOP = packWord(STATE.fault, actionCode('stop'), ROW_NONE);

/** All depths that a build has, short nodes and long ones, with phases and without, with grids and without. */
function shapeOf(index: number, random: Random, build: BuildName) {
  const depth = index % (BUILD_LIMITS[build].planeStepsMax + 1);
  return {
    depth,
    nodes: Math.max(depth, random.below(build === 'large' && index % 6 === 0 ? 12_000 : 400)),
    bits: random.pick([1, 8, 15, 16, 31]),
    period: random.pick([1, 1, 2, 1000, 2 ** 31 - 1]),
    squares: random.pick([1, 1, 5, 64]),
  };
}

function planesFor(build: BuildName, seed: number): PlanePartition[] {
  const random = new Random(seed);
  const planes = Array.from({ length: MAPS }, (_, index) =>
    randomPlane(random, shapeOf(index, random, build)),
  );
  return planes.filter((each) => planeShortfalls(encodePlane(each).sizes, build).length === 0);
}

function wordOf(partition: PlanePartition, rule: number | undefined): number {
  const found = rule === undefined ? undefined : partition.rules[rule];
  if (found === undefined) return packWord(STATE.outside, actionCode(partition.outside), ROW_NONE);
  return found.kind === 'gap'
    ? packWord(STATE.gap, actionCode(found.action), rule ?? 0)
    : packWord(STATE.covered, 7, rule ?? 0);
}

/** Ticks until another rule answers, phase by phase. */
function changeOf(partition: PlanePartition, phase: number, x: number, y: number): number {
  const rule = ruleAt(partition, phase, x, y);
  if (rule === undefined) return 0;
  const { phases, phasePeriod } = partition;
  const later = [
    ...phases.filter(({ from }) => from > phase),
    ...phases.map((each) => ({ ...each, from: each.from + phasePeriod })),
  ];
  const found = later.find(
    ({ from }) => from <= phase + phasePeriod && ruleAt(partition, from % phasePeriod, x, y) !== rule,
  );
  return found === undefined ? 0 : found.from - phase;
}

test.each(BUILDS)('%s: words, verdicts and changes are those of the partition', async (build) => {
  const seed = seedFor(`planes ${build}`, 41);
  const random = new Random(seed + 1);
  const planes = planesFor(build, seed);
  expect(planes.length).toBeGreaterThan(MAPS / 2);
  const forms = new Set<number>();
  for (const partition of planes) {
    forms.add(encodePlane(partition).nodeBytes);
    const core = await openImage(imageOfPlane(partition), { build });
    for (const { phase, x, y } of placesIn(partition, random, QUESTIONS_A_MAP)) {
      const rule = ruleAt(partition, phase, x, y);
      const word = core.check(phase, x, y);
      expect(word).toBe(wordOf(partition, rule));
      expect(core.untilChange(phase, x, y)).toBe(changeOf(partition, phase, x, y));
      const verdict = core.verdict(word, x, y);
      const said = rule === undefined ? undefined : partition.rules[rule];
      expect(verdict).toMatchObject({
        rule: rule ?? null,
        limit: said?.limit ?? null,
        tier: said?.kind === 'zone' ? said.tier : null,
        ...(said === undefined ? {} : { toGapAhead: 0, toGapBehind: 0, epoch: 1 }),
      });
    }
    // Who asks for a line is not told of a plane.
    expect(core.check(0, partition.axes[0].min)).toBe(FAULT_STOP);
  }
  expect(forms).toEqual(new Set(build === 'large' ? [12, 16, 20] : [12, 16]));
});

test.each(BUILDS)('%s: every check of an image takes the same number of instructions', async (build) => {
  const seed = seedFor(`planes, constant ${build}`, 42);
  const random = new Random(seed + 1);
  const module = await WebAssembly.compile(instrument(readFileSync(coreUrl(build))));
  const byDepth = new Map<string, Set<number>>();
  for (const partition of planesFor(build, seed)) {
    const core = await openImage(imageOfPlane(partition), { module });
    const executed = core.globalOf('executed');
    const counts = new Set<number>();
    for (const { phase, x, y } of placesIn(partition, random, 200)) {
      executed.value = 0;
      core.check(phase, x, y);
      counts.add(executed.value);
    }
    expect([...counts]).toHaveLength(1);
    const { nodeBytes, steps } = encodePlane(partition);
    const key = JSON.stringify([nodeBytes, steps]);
    byDepth.set(key, new Set([...(byDepth.get(key) ?? []), ...counts]));
  }
  // What steps say is all that it hangs on.
  for (const [key, counts] of byDepth) expect([...counts], key).toHaveLength(1);
});

test.each(BUILDS)('%s: who asks for a plane is told of a line as well', async (build) => {
  const source = `
holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: mm, min: -50, max: 950 } ] }
zones: [ { id: a, at: { from: 0, to: 300 } } ]
gaps: [ { anywhere: true, action: slow } ]
`;
  for (const lookup of ['tree', 'directory'] as const) {
    const core = await openImage(await compileText(source, { lookup }), { build });
    for (const x of [-51, -50, -1, 0, 299, 300, 949, 950]) expect(core.check(0, x, 7)).toBe(core.check(0, x));
    expect(core.verdict(core.check(0, 10, 7), 10).state).toBe('covered');
  }
});

test.each(['device-4k', 'device-16k'] as const)('%s has lines only, and says so', async (build) => {
  const image = imageOfPlane(
    randomPlane(new Random(1), { depth: 3, nodes: 5, bits: 8, period: 1, squares: 1 }),
  );
  const parsed = parseImage(image);
  const edition = { bytes: image, epoch: parsed.identity.epoch, hash: parsed.digest };
  const burned = encodeBurned(deriveBurned(parsed, 'development'));
  const { core, reason } = await bootEdition(edition, burned, { build });
  expect(describeRefusal(GROUP.holdfast, reason).name).toBe('LAYOUT_UNKNOWN');
  expect((BUILD_LIMITS[build].layoutsAdmitted >>> LAYOUT.plane) & 1).toBe(0);
  expect(core.check(0, 0, 0)).toBe(FAULT_STOP);
});
