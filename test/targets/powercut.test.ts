/**
 * Power cuts at seeded instructions of updates on the emulated RP2040: a whole edition each time, and the update can be done again.
 * More of them by `npm run powercut -- --target rp2040 --cuts 500`.
 */
import { describe, expect, test } from 'vitest';
import type { FlashOperation } from '../../sim/boards/flash-chip.ts';
import { cutPower } from '../../sim/drill/powercut.ts';
import { tear } from '../../sim/drill/tear.ts';
import { PHASES } from '../../sim/drill/update.ts';
import { Random, seedFor } from '../support/random.ts';

const CUTS = 50;

test(`${CUTS} cuts on the RP2040`, async () => {
  const report = await cutPower({ cuts: CUTS, seed: seedFor('powercut on the rp2040', 20) });
  const { cuts, secondCuts, torn, lost, moments, failures } = report;
  for (const [moment, count] of Object.entries(moments))
    console.log(`${String(count).padStart(5)}  ${moment}`);
  console.log(`rp2040: ${cuts} cuts (${secondCuts} of them twice), ${torn} torn, ${lost} lost`);
  expect(failures).toEqual([]);
  expect({ cuts, torn, lost }).toEqual({ cuts: CUTS, torn: 0, lost: 0 });
  for (const phase of PHASES) expect(moments[phase], phase).toBeGreaterThan(0);
  for (const moment of [
    'upload: erase',
    'upload: program',
    'mark: program',
    'activate: program',
    'confirm: program',
  ])
    expect(moments[moment], moment).toBeGreaterThan(0);
}, 600_000);

describe('what a chip leaves half-done', () => {
  const random = new Random(seedFor('tear', 21));
  const bytes = (length: number) => Uint8Array.from({ length }, () => random.below(256));

  function operation(kind: FlashOperation['kind'], progress: number): FlashOperation {
    if (kind === 'erase') {
      return { kind, offset: 0, before: bytes(4096), after: new Uint8Array(4096).fill(0xff), progress };
    }
    return { kind, offset: 0, before: new Uint8Array(256).fill(0xff), after: bytes(256), progress };
  }

  test('a program only clears bits, and none that it was not to clear', () => {
    for (let i = 0; i < 200; i++) {
      const one = operation('program', random.below(1000) / 1000);
      tear(one, random).forEach((byte, at) => {
        expect(byte & (one.after[at] ?? 0)).toBe(one.after[at]);
      });
    }
  });

  test.each(['erase', 'program'] as const)('%s: neither done nor untouched, somewhere between', (kind) => {
    let between = 0;
    for (let i = 0; i < 200; i++) {
      const one = operation(kind, 0.2 + random.below(700) / 1000);
      const left = tear(one, random);
      expect(left.length).toBe(one.after.length);
      if (Buffer.compare(left, one.before) !== 0 && Buffer.compare(left, one.after) !== 0) between++;
    }
    expect(between).toBe(200);
  });
});
