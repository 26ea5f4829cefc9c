/** Properties that hold for anything: a failure is shrunk to the smallest case that still fails, and its seed replays it. */
import fc from 'fast-check';
import { seedFor } from './random.ts';

/** Throws Error with the smallest case that fails. `standard` is the seed unless HOLDFAST_SEED gives another one. */
export async function expectFor<Case>(
  name: string,
  { seed: standard, runs }: { seed: number; runs: number },
  cases: fc.Arbitrary<Case>,
  holds: (one: Case) => void | Promise<void>,
): Promise<void> {
  const seed = seedFor(name, standard);
  await fc.assert(
    fc.asyncProperty(cases, async (one) => holds(one)),
    { seed, numRuns: runs },
  );
}
