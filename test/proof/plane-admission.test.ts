/** Damaged planes: whatever is admitted answers every question with a word that one of its rules justifies, and never traps. */
import { expect, test } from 'vitest';
import { viewOf } from '../../host/body/bytes.ts';
import { crc32c } from '../../host/body/crc32c.ts';
import { unpackWord } from '../../host/body/words.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { openImage } from '../../host/core/checker.ts';
import { BODY_CHECKED_FROM, BODY_HEADER_AT, STATE } from '../../host/format.ts';
import { parseImage, wrapImage } from '../../host/image/container.ts';
import { compileText } from '../support/compile.ts';
import { Random, seedFor } from '../support/random.ts';

const MUTANTS = Number(process.env.HOLDFAST_PLANE_MUTANTS ?? 500);

const SOURCE = `holdfast: 1
map: test
epoch: 1
space: { axes: [ { name: x, unit: mm, min: -50, max: 50 }, { name: y, unit: mm, min: 0, max: 90 } ] }
phase: { unit: tick, period: 12 }
overlaps: lowest-limit
zones:
  - { id: a, at: { polygon: [[-40, 0], [30, 10], [0, 80]] }, limit: 5, when: { from: 0, to: 7 } }
  - { id: b, at: { box: { from: [-20, 5], to: [20, 40] } }, limit: 3 }
gaps:
  - { id: pit, at: { circle: { middle: [0, 20], radius: 6 } }, action: hold, cuts: true }
  - { anywhere: true, action: stop }
`;

/** The body with one word changed, and its checksums made right. */
function mutant(random: Random, body: Uint8Array): Uint8Array {
  const made = Uint8Array.from(body);
  const view = viewOf(made);
  const at = 4 * random.between(2, made.length / 4);
  const old = view.getUint32(at, true);
  const value = random.pick([
    old ^ (1 << random.below(32)),
    old + 1,
    old - 1,
    old + 16,
    old ^ 0x00100010,
    0,
    0xffffffff,
    random.next(),
  ]);
  view.setUint32(at, value >>> 0, true);
  const resident = Math.min(view.getUint32(BODY_HEADER_AT.residentBytes, true), made.length);
  view.setUint32(BODY_HEADER_AT.checksum, crc32c(made.subarray(BODY_CHECKED_FROM, resident)), true);
  return made;
}

test('one word changed, checksums made right', async () => {
  const random = new Random(seedFor('damaged planes', 3));
  const { body, identity } = parseImage(await compileText(SOURCE));
  let refused = 0;
  for (let number = 0; number < MUTANTS; number++) {
    const { image } = wrapImage(mutant(random, body), identity);
    const core = await openImage(image, { build: 'device' }).catch((error: unknown) => {
      if (error instanceof HoldfastError && /^(NOT_ADMITTED|IMAGE_)/.test(error.code)) return undefined;
      throw error;
    });
    if (core === undefined) {
      refused++;
      continue;
    }
    for (let question = 0; question < 200; question++) {
      const [x, y] = [random.between(-60, 60), random.between(-10, 100)];
      const { state, row } = unpackWord(core.check(random.below(14), x, y));
      expect([STATE.outside, STATE.gap, STATE.covered]).toContain(state);
      if (state !== STATE.outside) expect(row).toBeLessThan(4);
      if (state === STATE.covered) expect(row).toBeLessThan(2);
    }
  }
  // Most words are structure; lines, limits and names may be others.
  expect(refused).toBeGreaterThan(MUTANTS / 3);
  expect(refused).toBeLessThan(MUTANTS);
}, 600_000);
