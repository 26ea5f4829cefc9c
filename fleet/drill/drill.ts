import { createHash } from 'node:crypto';
import { type Exercise, runExercise } from './exercise.ts';
import { DRILL_KINDS } from './faults.ts';
import { drillPlant } from './plant.ts';

/** A drill: every kind of fault strikes a plant, each at a moment of its own, and it is told what was noticed and how it was repaired. */

const SEED_STEP = 104_729;

export interface DrillOptions {
  readonly seed: number;
  /** How often each kind strikes. */
  readonly rounds: number;
  readonly onExercise: (exercise: Exercise) => void;
}

export interface Drill {
  readonly seed: number;
  readonly exercises: readonly Exercise[];
}

/** The same seed gives the same drill. */
export async function runDrill({ seed, rounds, onExercise }: DrillOptions): Promise<Drill> {
  const plant = await drillPlant();
  const exercises: Exercise[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [at, kind] of DRILL_KINDS.entries()) {
      const number = round * DRILL_KINDS.length + at;
      const exercise = await runExercise(kind, (seed + SEED_STEP * number) >>> 0, plant);
      exercises.push(exercise);
      onExercise(exercise);
    }
  }
  return { seed, exercises };
}

/** The seed of a quarter, so that each quarter has a drill of its own and everybody the same. */
export function seedOfQuarter(quarter: string): number {
  return createHash('sha256').update(`holdfast drill ${quarter}`).digest().readUInt32BE(0);
}

/** Such as 2026-Q4. */
export function quarterOf(date: Date): string {
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
}
