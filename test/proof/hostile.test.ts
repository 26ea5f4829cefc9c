/** Hostile frames into the released core, in part; a million of them by `npm run hostile`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { hostileWrongs, sendHostile } from '../../sim/drill/hostile.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';
import { seedFor } from '../support/random.ts';

const FRAMES = 20_000;

test(`${FRAMES} frames in RUN and in every state of a window`, async () => {
  const core = coresOf(openModule(readFileSync(coreUrl('device'))));
  const report = await sendHostile({ core, frames: FRAMES, seed: seedFor('hostile', 33) });
  expect(report.failures).toEqual([]);
  expect(hostileWrongs(report)).toBe(0);
  expect(report.frames).toBeGreaterThanOrEqual(FRAMES);
  expect(report.right_checksums).toBeGreaterThan(FRAMES / 3);
});
