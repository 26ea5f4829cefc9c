/** Rings and approaches from source to core: every place and phase of small maps, against oracles that judge each of them anew. */
import { expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { randomCase, wantedLimits } from '../support/approaches.ts';
import { compileText } from '../support/compile.ts';
import { Random, seedFor } from '../support/random.ts';
import { LENGTH, MAX, MIN, type Owner, ownerAt, PERIOD, randomOwners, sourceOf } from '../support/rings.ts';

/** `HOLDFAST_QUESTIONS=1000000` asks as many as are claimed of each; the tests ask fewer. */
const QUESTIONS = Number(process.env.HOLDFAST_QUESTIONS ?? 60_000);

/** How far a place of a covered ring is from the ends of its coverage, one step after the other; all round: the whole length. */
function distances(owners: readonly Owner[], place: number, phase: number): [ahead: number, behind: number] {
  const isCovered = (steps: number) => {
    const at = MIN + ((((place - MIN + steps) % LENGTH) + LENGTH) % LENGTH);
    const id = ownerAt(owners, at, phase);
    return owners.some((owner) => owner.id === id && !owner.isGap);
  };
  let [ahead, behind] = [1, 0];
  while (ahead < LENGTH && isCovered(ahead)) ahead++;
  while (behind < LENGTH && isCovered(-behind - 1)) behind++;
  return [ahead, behind];
}

test(`rings: ${QUESTIONS} questions, distances around the seam included`, async () => {
  const random = new Random(seedFor('rings from source to core', 720));
  let asked = 0;
  while (asked < QUESTIONS) {
    const owners = randomOwners(random);
    const source = sourceOf(random, owners, true);
    const image = await compileText(source);
    const { rules } = readPartition(image);
    const core = await openImage(image, { build: 'device' });
    for (let phase = 0; phase <= PERIOD; phase++) {
      for (let place = MIN - 2; place < MAX + 2; place++, asked++) {
        const { state, rule, toGapAhead, toGapBehind } = core.verdict(core.check(phase, place), place);
        const got = { state, id: rule === null ? null : (rules[rule]?.id ?? null), toGapAhead, toGapBehind };
        const wanted = wantedAt(owners, place, phase);
        if (JSON.stringify(got) !== JSON.stringify(wanted))
          expect({ place, phase, ...got }, source).toEqual({ place, phase, ...wanted });
      }
    }
  }
}, 3_600_000);

function wantedAt(owners: readonly Owner[], place: number, phase: number) {
  if (place < MIN || place >= MAX || phase >= PERIOD)
    return { state: 'outside', id: null, toGapAhead: null, toGapBehind: null };
  const id = ownerAt(owners, place, phase);
  const owner = owners.find((each) => each.id === id);
  if (owner === undefined || owner.isGap)
    return { state: 'gap', id: id ?? 'anywhere', toGapAhead: 0, toGapBehind: 0 };
  const [toGapAhead, toGapBehind] = distances(owners, place, phase);
  return { state: 'covered', id: owner.id, toGapAhead, toGapBehind };
}

test(`approaches: the limit at ${QUESTIONS} places is the highest that braking allows`, async () => {
  const random = new Random(seedFor('approaches from source to core', 721));
  let asked = 0;
  while (asked < QUESTIONS) {
    const one = randomCase(random);
    const image = await compileText(one.source).catch((error: unknown) => {
      if (error instanceof SourceError) return undefined;
      throw error;
    });
    if (image === undefined) continue;
    const core = await openImage(image, { build: 'device' });
    const wanted = wantedLimits(one);
    for (let place = one.min; place < one.max; place++, asked++) {
      const { state, limit } = core.verdict(core.check(0, place), place);
      const stretch = one.stretches.find(({ from, to }) => from <= place && place < to);
      const expected = {
        state: stretch?.kind === 'zone' ? 'covered' : 'gap',
        limit: wanted[place - one.min] ?? null,
      };
      if (state !== expected.state || limit !== expected.limit)
        expect({ place, state, limit }, one.source).toEqual({ place, ...expected });
    }
  }
}, 3_600_000);
