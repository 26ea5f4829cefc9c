/** What a cell may take in tests of its machine and of rollouts. */
import type { CellLimits } from '../../../fleet/cell/state.ts';

export const CELL_LIMITS: CellLimits = {
  attempts: 5,
  rounds: 2,
  stageMs: 60_000,
  answerMs: 10_000,
  pollMs: 1000,
  parkedMs: 100_000,
  trialMs: 50_000,
  repairMs: 30_000,
};
