/** How long a whole push of 100 KiB takes at 115,200 baud, read back and marked, against its upload alone; on a simulated clock. */
import { expect, test } from 'vitest';
import { measurePush } from '../../bench/push.mjs';

const RATIO_MOST = 1.15;

const { bytes, figures } = await measurePush();
const wholeOf = (hertz: number, slicesATurn: number) => {
  const figure = figures.find(({ loop }) => loop.hertz === hertz && loop.slicesATurn === slicesATurn);
  if (figure === undefined) throw new Error(`no loop of ${hertz} Hz`);
  return { ...figure, whole: figure.upload + figure.readBack + figure.mark };
};

test('the image has about 100 KiB', () => {
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(110_000);
});

test.each([
  [10_000, 1],
  [1000, 1],
  [100, 10],
])('a loop of %i Hz with %i slices a turn: at most 1.15 times the upload', (hertz, slicesATurn) => {
  const { whole, upload, readBack } = wholeOf(hertz, slicesATurn);
  expect(whole / upload).toBeLessThanOrEqual(RATIO_MOST);
  expect(readBack / upload).toBeLessThan(0.04);
});

test('a loop of 100 Hz is as fast as one of 10 kHz when it serves as it is told to, and not twice as slow when it does not', () => {
  const [fast, slow, slowest] = [wholeOf(10_000, 1), wholeOf(100, 10), wholeOf(100, 1)];
  expect(slow.whole / fast.whole).toBeLessThan(1.15);
  expect(slowest.whole / fast.whole).toBeLessThan(2);
  expect((slowest.upload + slowest.readBack) / slowest.upload).toBeLessThanOrEqual(RATIO_MOST);
});
