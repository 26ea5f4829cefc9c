import { expect, test } from 'vitest';
import { compilePartition } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import type { LookupLimits } from '../../host/plane/lookup.ts';
import { planeModel, resolved, walk } from '../support/plane-models.ts';
import { ownerOf } from '../support/plane-oracle.ts';
import { awkwardPlane, benchPlane, placeOf, type RandomPlane } from '../support/plane-questions.ts';
import { BENCH_KINDS } from '../support/plane-shapes.ts';
import { Random, seedFor } from '../support/random.ts';

/** Lookups of planes against the rule of all edges: what is built from a source gives the rule of every lattice point. */

/** `HOLDFAST_QUESTIONS=2000000` asks as many as are claimed, and every lattice point of 4,000 small maps; the tests ask fewer. */
const QUESTIONS = Number(process.env.HOLDFAST_QUESTIONS ?? 60_000);
const SMALL_MAPS = Math.max(100, Math.round(QUESTIONS / 500));
const SMALL_SPAN = 24;

/** With and without grids, and with little and more searching. */
const LIMITS: readonly LookupLimits[] = [
  { grids: true, bytesMax: 2 ** 17, looksMax: 2_000_000 },
  { grids: false, bytesMax: 2 ** 17, looksMax: 200_000 },
];

/** The places at which the two differ, first. */
function mismatches(
  drawn: RandomPlane,
  limits: LookupLimits,
  places: () => Iterable<readonly [number, number]>,
) {
  const partition = resolved(planeModel(drawn.plane, drawn.box), limits);
  const wrong: string[] = [];
  for (const phase of drawn.box.period === 1 ? [0] : [0, 3, 7, 11])
    for (const [x, y] of places()) {
      const [given, meant] = [walk(partition, x, y, phase), ownerOf(drawn.plane, x, y, phase)];
      if (given !== meant) wrong.push(`${x}, ${y} at ${phase}: rule ${given}, not ${meant}`);
    }
  return wrong;
}

test(`every lattice point of ${SMALL_MAPS} small maps has the rule that all edges give`, {
  timeout: 3_600_000,
}, () => {
  const random = new Random(seedFor('small planes', 41));
  for (let round = 0; round < SMALL_MAPS; round++) {
    const drawn = awkwardPlane(random, SMALL_SPAN, 7);
    const { minX, minY, width, height } = drawn.box;
    const all = function* () {
      for (let y = minY; y < minY + height; y++)
        for (let x = minX; x < minX + width; x++) yield [x, y] as const;
    };
    const limits = LIMITS[round % LIMITS.length] as LookupLimits;
    expect(mismatches(drawn, limits, all), `map ${round}: ${JSON.stringify(drawn.plane)}`).toEqual([]);
  }
});

test.each([2 ** 10, 2 ** 20, 2 ** 30, 2 ** 31])(
  'awkward maps of %d steps are answered as all edges say',
  { timeout: 3_600_000 },
  (span) => {
    const random = new Random(seedFor('awkward planes', 42));
    const each = 500;
    for (let asked = 0; asked < QUESTIONS / 8; asked += each) {
      const drawn = awkwardPlane(random, span, 12);
      const limits = LIMITS[(asked / each) % LIMITS.length] as LookupLimits;
      const partition = resolved(planeModel(drawn.plane, drawn.box), limits);
      for (let question = 0; question < each; question++) {
        const [x, y] = placeOf(random, drawn, partition);
        const phase = random.below(drawn.box.period);
        const given = walk(partition, x, y, phase);
        if (given !== ownerOf(drawn.plane, x, y, phase))
          expect.fail(`${x}, ${y} at ${phase}: rule ${given} on ${JSON.stringify(drawn)}`);
      }
    }
  },
);

test.each(BENCH_KINDS)(
  'a map of the bench, %s, is answered as all edges say',
  { timeout: 3_600_000 },
  (kind) => {
    const random = new Random(seedFor(`bench ${kind}`, 43));
    const spans = [2 ** 12, 2 ** 20, 2 ** 30];
    for (const [index, span] of spans.entries()) {
      const drawn = benchPlane(random, kind, span, 300);
      const partition = resolved(planeModel(drawn.plane, drawn.box), LIMITS[index % LIMITS.length]);
      for (let question = 0; question < QUESTIONS / 2 / spans.length / BENCH_KINDS.length; question++) {
        const [x, y] = placeOf(random, drawn, partition);
        const given = walk(partition, x, y);
        if (given !== ownerOf(drawn.plane, x, y, 0))
          expect.fail(`${x}, ${y}: rule ${given} on ${kind} of ${span}`);
      }
    }
  },
);

test.each([2 ** 10, 2 ** 20, 2 ** 30])(
  'the core answers for images of awkward maps of %d steps as all edges say',
  { timeout: 3_600_000 },
  async (span) => {
    const random = new Random(seedFor('images of planes', 44));
    const each = 500;
    for (let asked = 0; asked < QUESTIONS / 6; asked += each) {
      const drawn = awkwardPlane(random, span, 12);
      const partition = resolved(planeModel(drawn.plane, drawn.box), LIMITS[(asked / each) % LIMITS.length]);
      const core = await openImage(compilePartition(partition, undefined, { large: true }).image);
      for (let question = 0; question < each; question++) {
        const [x, y] = placeOf(random, drawn, partition);
        const phase = random.below(drawn.box.period);
        const given = core.verdict(core.check(phase, x, y), x, y).rule;
        if (given !== ownerOf(drawn.plane, x, y, phase))
          expect.fail(`${x}, ${y} at ${phase}: rule ${given} on ${JSON.stringify(drawn)}`);
      }
    }
  },
);
