/** The build for the smallest controllers keeps what was wanted of it: RAM, its stack included, and code at -Os. */
import { expect, test } from 'vitest';
import { CODE_GOAL_BYTES, RAM_GOAL_BYTES, sizesOf } from '../../bench/builds.mjs';

test('arena 4K on a Cortex-M0+: at most 14.5 KiB of RAM with the stack, and 48 KiB of code', async () => {
  const { code, ram, stack } = await sizesOf('4K');
  console.log(`${code} bytes of code, ${ram} of RAM and ${stack} of stack`);
  expect(ram + stack).toBeLessThanOrEqual(RAM_GOAL_BYTES);
  expect(code).toBeLessThanOrEqual(CODE_GOAL_BYTES);
  // What is measured is the whole core.
  expect(code).toBeGreaterThan(CODE_GOAL_BYTES / 2);
});
