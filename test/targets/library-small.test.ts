/** The build for the smallest controllers keeps what was wanted of it: RAM, its stack included, and linked code at -Os. */
import { expect, test } from 'vitest';
import { CODE_GOAL_BYTES, RAM_GOAL_BYTES, sizesOf } from '../../bench/builds.mjs';

test('arena 4K on a Cortex-M0+: at most 14.5 KiB of RAM with the stack, and 48 KiB of code when it is linked', async () => {
  const { code, linked, ram, stack } = await sizesOf('4K');
  console.log(`${code} bytes of code, ${linked} linked, ${ram} of RAM and ${stack} of stack`);
  expect(ram + stack).toBeLessThanOrEqual(RAM_GOAL_BYTES);
  expect(linked).toBeLessThanOrEqual(CODE_GOAL_BYTES);
  // What is measured is the whole core, and all of it is kept.
  expect(code).toBeGreaterThan(CODE_GOAL_BYTES / 2);
  expect(linked).toBeGreaterThanOrEqual(code);
});
