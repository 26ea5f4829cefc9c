/** Signatures on the RP2040 in its emulator: what the wasm takes the native core takes, within its cycles and slices. */
import { expect, test } from 'vitest';
import { measureLargest, measureSignature, WindowBoard } from '../../bench/signature-rp2040.mjs';
import { buildFirmware } from '../../host/firmware/build.ts';
import { ARENAS, BUILD_LIMITS, SLICE_CYCLES_WINDOW, STEP_CYCLES_MAX } from '../../host/format.ts';
import { reissueImage } from '../../host/image/reissue.ts';
import { publicKeyFromPem } from '../../host/image/sign.ts';
import { FrameDecoder } from '../../host/serial/framing.ts';
import { decodeBody } from '../../host/serial/smp.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { compileEdition } from '../support/editions.ts';

/** Of the one signature that is measured; what another has depends on how many bits of its two scalars are 1. */
const VERIFICATION_CYCLES = { '4K': 33_000_000, '128K': 27_500_000 } as const;
const MEASURED = ['4K', '128K'] as const;
/** Of slices in a second, where the loop of an RP2040 runs 100 times. */
const SLICES_A_SECOND = 100;

test.each(MEASURED)(
  '%s: a verification, its longest step and slice stay within their cycles',
  async (arena) => {
    const figures = await measureSignature(arena);
    expect(figures.verification).toBeLessThan(VERIFICATION_CYCLES[arena]);
    expect(figures.verification).toBeGreaterThan(VERIFICATION_CYCLES[arena] / 2);
    expect(figures.longestStep).toBeLessThanOrEqual(STEP_CYCLES_MAX);
    expect(figures.longestSlice).toBeLessThanOrEqual(SLICE_CYCLES_WINDOW);
    // A slice that does hardly anything would keep every bound, and the client waiting.
    expect(figures.longestSlice).toBeGreaterThan(SLICE_CYCLES_WINDOW * 0.8);
    expect(figures.slices).toBeLessThanOrEqual(2 * SLICES_A_SECOND);
  },
);

test.each(MEASURED)(
  '%s: the last piece of the largest map, signed, is answered within 2 s in a loop that runs 100 times a second',
  async (arena) => {
    const { bytes, slices, longestSlice } = await measureLargest(arena);
    expect(bytes).toBeGreaterThan(0.9 * BUILD_LIMITS[ARENAS[arena]].arenaBytes);
    expect(slices).toBeLessThanOrEqual(2 * SLICES_A_SECOND);
    expect(longestSlice).toBeLessThanOrEqual(SLICE_CYCLES_WINDOW);
  },
);

test('the native core takes and refuses what the wasm does', async () => {
  const [ours, foreign] = [testKeyPair('ours'), testKeyPair('foreign')];
  const first = await compileEdition({ epoch: 1, limit: 80 });
  const signed = reissueImage(first, { epoch: 2, key: ours.privatePem });
  const forged = (at: number) =>
    signed.map((byte, index) => (index === signed.length - at ? byte ^ 1 : byte));
  const firmware = await buildFirmware('rp2040');
  const answers = [
    signed,
    reissueImage(first, { epoch: 2 }),
    reissueImage(first, { epoch: 2, key: foreign.privatePem }),
    ...[forged(1), forged(33), forged(64)],
  ].map((image) => {
    const board = new WindowBoard(firmware, first, [publicKeyFromPem(ours.publicPem)]);
    board.open();
    board.board.takeSent();
    board.upload(image);
    const last = new FrameDecoder().push(board.board.takeSent()).at(-1);
    return decodeBody(last ?? new Uint8Array(0)).get('off') === image.length;
  });
  expect(answers).toEqual([true, false, false, false, false, false]);
});
