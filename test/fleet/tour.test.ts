/** `npm run fleet`, without its pauses. */
import { expect, test } from 'vitest';
import { fleet } from './support/command.ts';

test('a plant of 40 controllers is updated, a gateway is killed on the way, and every controller is read back', async () => {
  const { code, stdout, stderr } = await fleet(['tour', '--no-pause']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('40 controllers in 8 cells on 2 gateways run epoch 1');
  expect(stdout).toContain('gateway gw-2 is killed');
  expect(stdout).toContain('gateway gw-2 is back, with its journal');
  expect(stdout).toMatch(/read back: 40 of 40 controllers run epoch 2, confirmed\n$/);
  // Cells of the other gateway went on meanwhile.
  const [killed = 0, back = 0] = ['is killed', 'is back'].map((words) => stdout.indexOf(words));
  expect(stdout.slice(killed, back)).toMatch(/cell-\d {2}confirmed and read back/);
});
