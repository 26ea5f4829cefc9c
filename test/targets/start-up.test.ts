/** From power to the first answer on the RP2040: milliseconds and bytes, also with an image that was made to take long. */
import { expect, test } from 'vitest';
import { measureStartUp } from '../../bench/start-up.mjs';

const CYCLES_A_MS = 125_000;
const MILLISECONDS_MAX: Record<string, number> = {
  '4 KB': 150,
  '36 KB': 150,
  '124 KB': 450,
  'made on purpose': 150,
  'arena 4K': 150,
  'arena 16K': 150,
};
const READS_FIRST_MAX = 2;
const READS_OTHER_MAX = 4;

test('the first answer comes in time, and each byte is read a bounded number of times', async () => {
  const rows = await measureStartUp();
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(MILLISECONDS_MAX));
  for (const { name, bytes, chips, first, claim, other } of rows) {
    const { plain, dual, quad } = chips;
    expect(plain.cycles / CYCLES_A_MS, name).toBeLessThan(MILLISECONDS_MAX[name] ?? 0);
    // A word costs 272, 120 and 104 cycles, and what is done with it costs the same.
    expect(dual.copyCycles / plain.copyCycles, name).toBeLessThan(0.55);
    expect(quad.copyCycles, name).toBeLessThan(dual.copyCycles);
    expect(dual.cycles, name).toBeLessThan(plain.cycles);
    expect(quad.cycles, name).toBeLessThan(dual.cycles);
    expect(first / bytes, name).toBeLessThanOrEqual(READS_FIRST_MAX);
    expect(claim, name).toBeLessThan(1024);
    expect(other / bytes, name).toBeLessThanOrEqual(READS_OTHER_MAX);
    expect(other / bytes, name).toBeGreaterThan(1);
  }
  const [, honest, , purpose] = rows;
  if (honest === undefined || purpose === undefined) throw new Error('rows are missing');
  // 128 phases that name one list take what one takes: its bytes decide.
  expect(purpose.chips.plain.cycles / purpose.bytes).toBeLessThan(
    1.1 * (honest.chips.plain.cycles / honest.bytes),
  );
});
