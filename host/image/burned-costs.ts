import { countedCosts } from '../cycles/counted.ts';
import type { Steps } from '../cycles/steps.ts';
import type { CycleTable } from '../cycles/table.ts';
import { STEP_KIND } from '../format.ts';
import { BURNED_DEFAULTS } from './burned-block.ts';
import type { BurnHint } from './identity.ts';

/** Costs of steps as a burned block has them, in cycles of a board, for a first map that takes such steps and a limit in cycles. */
export function burnedCosts(
  table: CycleTable,
  first: Steps,
  limit: number,
): Pick<BurnHint, 'budgetBase' | 'costs'> {
  const { base, phase, line, directory, halving } = countedCosts(table, first, limit);
  const costs: number[] = [...BURNED_DEFAULTS.costs];
  costs[STEP_KIND.phase - 1] = phase;
  costs[STEP_KIND.line - 1] = line;
  costs[STEP_KIND.directory - 1] = directory;
  costs[STEP_KIND.halving - 1] = halving;
  return { budgetBase: base, costs };
}
