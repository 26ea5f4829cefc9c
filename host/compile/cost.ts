/** What a map costs: in steps of search, and in cycles where its budget is in cycles of a board. */
import { encodeBody } from '../body/encode.ts';
import type { Partition } from '../body/partition.ts';
import type { ArenaName } from '../common/arenas.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../common/errors.ts';
import { counted, countedCosts } from '../cycles/counted.ts';
import { type Steps, stepsText, totalSteps } from '../cycles/steps.ts';
import {
  CALL_NAMES,
  type CheckParts,
  type CycleBudget,
  type CycleTable,
  checkCycles,
  checkParts,
  cyclesOf,
  type MapCycles,
  type MapShape,
  mapCycles,
} from '../cycles/table.ts';
import { overBudget } from '../cycles/words.ts';
import { BURNED_DEFAULTS } from '../image/burned.ts';
import { burnedCosts } from '../image/burned-costs.ts';
import { BUDGET_NONE, type BurnHint } from '../image/identity.ts';

/** What a check of the map costs. */
export interface Cost {
  /** Steps by kind of search. */
  readonly kinds: Steps;
  /** null: the source gives no budget in steps. */
  readonly budget: { readonly steps: number } | null;
  readonly total: number;
  /** null: the source gives no budget in cycles. */
  readonly cycles: CyclesSpent | null;
}

export interface CyclesSpent {
  readonly spent: MapCycles;
  /** Of what the cycles of a check are made up. */
  readonly parts: CheckParts | null;
  readonly shape: MapShape;
  readonly budget: CycleBudget;
}

/** What of a map says what it may cost. */
type Budgeted = Pick<Partition, 'budgetSteps' | 'budgetCycles'> & { readonly axis?: Partition['axis'] };

/** Of controllers with `arena`; unless given, the largest. */
export function costOf(partition: Budgeted, kinds: Steps, arena?: ArenaName): Cost {
  const budget = partition.budgetSteps === null ? null : { steps: partition.budgetSteps };
  return { kinds, budget, total: totalSteps(kinds), cycles: cyclesSpent(partition, kinds, arena) };
}

/** What a partition costs in cycles of the board that its budget names; null where it names none. */
export function partitionCycles(partition: Partition): CyclesSpent | null {
  return tableFor(partition) === undefined
    ? null
    : cyclesSpent(partition, encodeBody(partition, 'auto').steps);
}

function cyclesSpent(partition: Budgeted, kinds: Steps, arena?: ArenaName): CyclesSpent | null {
  const [budget, table] = [partition.budgetCycles, tableFor(partition)];
  if (budget === null || budget.target === null || table === undefined) return null;
  const shape = { steps: kinds, isRing: partition.axis?.wraps === true };
  const spent = mapCycles(budget.target, table, shape, arena);
  return { spent, parts: checkParts(table, shape), shape, budget };
}

function tableFor({ budgetCycles }: Budgeted): CycleTable | undefined {
  const target = budgetCycles?.target ?? null;
  return target === null ? undefined : cyclesOf(target);
}

/** How a map exceeds its budgets, one clause each; empty: it keeps them. */
export function excesses(partition: Budgeted, { budget, total, kinds, cycles }: Cost): string[] {
  const over =
    cycles === null ? [] : [...overBudget(cycles.spent, cycles.budget), ...overCounted(partition, kinds)];
  if (budget !== null && total > budget.steps)
    over.push(`a check takes ${total} steps (${stepsText(kinds)}), the budget is ${budget.steps}`);
  return over;
}

/**
 * Throws HoldfastError OVER_BUDGET (exit code 1).
 * @param otherLookup the remedy that is another lookup; null: none helps
 */
export function refuseOverBudget(partition: Budgeted, cost: Cost, otherLookup: () => string | null): void {
  const over = excesses(partition, cost);
  if (over.length === 0) return;
  const { cycles } = cost;
  const isUnknown =
    cycles !== null && CALL_NAMES.some((name) => cycles.budget[name] !== null && cycles.spent[name] === null);
  const remedy = isUnknown
    ? 'Leave out of the source what nothing is shown of: a firmware configuration may have it.'
    : (otherLookup() ?? 'Join zones so that there are fewer cells, or raise the budget.');
  throw new HoldfastError('OVER_BUDGET', over.join('; '), { remedy, exitCode: EXIT_CHECK_SAID_NO });
}

/** A device counts so many cycles a step; where cycles do not rise evenly, that may be more than what is taken. */
function overCounted(partition: Budgeted, kinds: Steps): string[] {
  const [table, limit] = [tableFor(partition), partition.budgetCycles?.check ?? null];
  if (table === undefined || limit === null) return [];
  const total = counted(countedCosts(table, kinds, limit), kinds);
  const taken = checkCycles(table, kinds);
  if (total <= limit || taken === undefined || taken > limit) return [];
  return [
    `a check takes ${taken} cycles, but a device counts ${total}, evenly a step, and the budget is ${limit}`,
  ];
}

/** What a burned block takes over: a budget in steps, of which each costs 1, or in cycles. */
export function burnedBudget(
  partition: Budgeted,
  kinds: Steps,
): Pick<BurnHint, 'budgetLimit' | 'budgetBase' | 'costs'> {
  const [table, limit] = [tableFor(partition), partition.budgetCycles?.check ?? null];
  if (table === undefined || limit === null) {
    const { budgetBase, costs } = BURNED_DEFAULTS;
    return { budgetLimit: partition.budgetSteps ?? BUDGET_NONE, budgetBase, costs };
  }
  return { budgetLimit: limit, ...burnedCosts(table, kinds, limit) };
}
