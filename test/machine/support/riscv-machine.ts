import type { RiscvMachine } from '../../../sim/boards/riscv-machine.ts';
import type { Random } from '../../support/random.ts';

/** Calls a function where registers hold anything, and any branch near its beginning may be predicted. */
export function callAnyhow(
  machine: RiscvMachine,
  random: Random,
  name: string,
  args: readonly number[],
): { result: number; cycles: number } {
  const predicted = random.onceIn(2) ? undefined : machine.addressOf(name) + 2 * random.below(200);
  return machine.callAfter({ registers: () => random.next(), predicted }, name, args);
}
