/** Properties that hold for anything: a failure is shrunk to the smallest case that still fails, and its seed replays it. */
import fc from 'fast-check';
import { Random, seedFor } from './random.ts';

export interface PropertyOptions<Case> {
  seed: number;
  /** How many cases. */
  runs: number;
  /** The case of this number, from 0. */
  draw?: (index: number, random: Random) => Case;
}

/**
 * Throws Error with the smallest case that fails. `standard` is the seed unless HOLDFAST_SEED gives another one. Where the cases are
 * to be spread in a way of their own, `draw` gives all of them, from that seed, and `cases` only shrinks them.
 */
export async function expectFor<Case>(
  name: string,
  { seed: standard, runs, draw }: PropertyOptions<Case>,
  cases: fc.Arbitrary<Case>,
  holds: (one: Case) => void | Promise<void>,
): Promise<void> {
  const seed = seedFor(name, standard);
  const random = new Random(seed);
  const examples =
    draw === undefined ? [] : Array.from({ length: runs }, (_, index): [Case] => [draw(index, random)]);
  await fc.assert(
    fc.asyncProperty(cases, async (one) => holds(one)),
    { seed, numRuns: runs, examples },
  );
}
