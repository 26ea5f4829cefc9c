/** Bits of the C build's memory and variables flip while it works, in part; all of them by `npm run ramflip`. */
import { expect, test } from 'vitest';
import { nativeCores } from '../../sim/drill/native-core.ts';
import { flipBits, ramflipWrongs } from '../../sim/drill/ramflip.ts';
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
