/** Bits of the released core's memory flip while it works, in part; all of them by `npm run ramflip`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';
import { flipBits, ramflipWrongs } from '../../sim/drill/ramflip.ts';
import { seedFor } from '../support/random.ts';

test('every so many bits of memory and variables, at every stage of an update', async () => {
  const core = coresOf(openModule(readFileSync(coreUrl('device'))));
  const report = await flipBits({ core, seed: seedFor('ramflip', 31), every: 600, everyVariable: 90 });
  const { flips, failures } = report;
  console.log(`${flips} flips`);
  expect(failures).toEqual([]);
  expect(ramflipWrongs(report)).toBe(0);
  expect(flips).toBeGreaterThan(1200);
});

test('every bit of every variable, while the map answers: what is FAULT stays FAULT', async () => {
  const core = coresOf(openModule(readFileSync(coreUrl('device'))));
  const stages = ['trial, power cycle'];
  const report = await flipBits({ core, seed: 1, every: 10_000, everyVariable: 1, stages });
  expect(report.failures).toEqual([]);
  expect(report.flips).toBeGreaterThan(4000);
});
