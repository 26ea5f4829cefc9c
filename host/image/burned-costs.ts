import { type CycleTable, countedCosts } from '../cycles/table.ts';
import { STEP_KIND } from '../format.ts';
import { BURNED_DEFAULTS } from './burned-block.ts';
import type { BurnHint } from './identity.ts';

/** Costs of steps as a burned block has them, in cycles of a board, for a first map with or without phases. */
export function burnedCosts(table: CycleTable, hasPhases: boolean): Pick<BurnHint, 'budgetBase' | 'costs'> {
  const { base, phase, line } = countedCosts(table, hasPhases);
  const costs: number[] = [...BURNED_DEFAULTS.costs];
  costs[STEP_KIND.phase - 1] = phase;
  costs[STEP_KIND.line - 1] = line;
  return { budgetBase: base, costs };
}
