/** Bits of the C build's memory and variables flip while it works, in part; all of them by `npm run ramflip`. */
import { expect, test } from 'vitest';
import { nativeCores } from '../../sim/drill/native-core.ts';
import { flipBits, ramflipWrongs } from '../../sim/drill/ramflip.ts';
import { STAGES_IN_REQUESTS } from '../../sim/drill/ramflip-stages.ts';
import { seedFor } from '../support/random.ts';

test('every so many bits of memory and variables, at every stage of an update', async () => {
  const core = await nativeCores();
  const report = await flipBits({ core, seed: seedFor('ramflip', 32), every: 900, everyVariable: 150 });
  const { flips, failures } = report;
  console.log(`${flips} flips`);
  expect(failures).toEqual([]);
  expect(ramflipWrongs(report)).toBe(0);
  expect(flips).toBeGreaterThan(500);
});

test('bits of a request before it is decided on: what was not asked for is not done', async () => {
  const core = await nativeCores();
  const buffers = ['FIELDS', 'REQUEST'];
  const report = await flipBits({
    ...{ core, seed: 1, every: 4, everyVariable: 1, stages: STAGES_IN_REQUESTS, buffers },
  });
  expect(report.failures).toEqual([]);
  expect(report.flips).toBeGreaterThan(10_000);
});
