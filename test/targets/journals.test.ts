/** Large sectors, their journals full and torn, on the RP2040 in the emulator: slices keep their bounds, and a start has one. */
import { expect, test } from 'vitest';
import { measureJournals } from '../../bench/journals-rp2040.mjs';
import { SLICE_CYCLES_WINDOW } from '../../host/format.ts';

const RUN_CYCLES_MAX = 2000;
const UPDATED_EPOCH = 2;
/**
 * Of the 45,056 strides that journals of two sectors of 256 KiB have: most that one costs, the edition's own cycles included. The outcome
 * that holds is in doubt here and its sector full: it is written afresh into one that is erased for it, of which each byte is looked at.
 */
const START_CYCLES_MAX = 45_056 * 1000 + 262_144 * 80;
const ASKED = ['window open', 'upload', 'test', 'confirm', 'window close'];
const GONE_BACK = ['revert', 'erase'];

test.each([
  { journalSectors: 2, goesBack: true, asked: [...ASKED, ...GONE_BACK] },
  { journalSectors: 3, goesBack: false, asked: ASKED },
])('sectors of 256 KiB, program unit 8, journals of $journalSectors', async ({ asked, ...options }) => {
  const { run, window, startCycles, epoch } = await measureJournals(options);
  expect([...window.keys()]).toEqual(expect.arrayContaining(asked));
  expect([...window].filter(([, cycles]) => cycles > SLICE_CYCLES_WINDOW)).toEqual([]);
  expect(Math.max(...run.values())).toBeLessThanOrEqual(RUN_CYCLES_MAX);
  // The update went through, and what was reverted did not come again.
  expect(epoch).toBe(UPDATED_EPOCH);
  expect(startCycles).toBeLessThanOrEqual(START_CYCLES_MAX);
});
