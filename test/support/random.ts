/** Seeds of randomised tests. */
export { Random } from '../../sim/drill/random.ts';

/** The seed of this run, printed so that a failure can be replayed. */
export function seedFor(name: string, standard: number): number {
  const given = process.env.HOLDFAST_SEED;
  const seed = given === undefined ? standard : Number(given);
  if (!Number.isInteger(seed)) throw new RangeError(`HOLDFAST_SEED must be an integer, not ${given}`);
  console.log(`${name}: seed ${seed} (replay with HOLDFAST_SEED=${seed})`);
  return seed;
}
