import { countedCosts } from '../cycles/counted.ts';
import { type Steps, stepsByKind } from '../cycles/steps.ts';
import type { CycleTable } from '../cycles/table.ts';
import { BURNED_DEFAULTS } from './burned-block.ts';
import type { BurnHint } from './identity.ts';

/** Costs of steps as a burned block has them, in cycles of a board, for a first map that takes such steps and a limit in cycles. */
export function burnedCosts(
  table: CycleTable,
  first: Steps,
  limit: number,
): Pick<BurnHint, 'budgetBase' | 'costs'> {
  const { base, ...ofSteps } = countedCosts(table, first, limit);
  const costs: number[] = [...BURNED_DEFAULTS.costs];
  for (const { kind, steps } of stepsByKind(ofSteps)) costs[kind - 1] = steps;
  return { budgetBase: base, costs };
}
