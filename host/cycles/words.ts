import { CALL_NAMES, type CallCycles, type CycleBudget, type MapCycles } from './table.ts';

/** Costs in cycles, for people. */

/** `check 80, verdict 115, sweep 60867 cycles on rp2040 (cortex-m0plus); budget: check 120`. */
export function cycleWords({ target, core, ...calls }: MapCycles, budget: CycleBudget): string {
  return `${callWords(calls)} cycles at most on ${target} (${core}); budget: ${callWords(budget)}`;
}

/** Of a budget of which only a limit is known, as images have it. */
export function budgetWords({ target, ...calls }: CycleBudget): string {
  return `${callWords(calls)} cycles${target === null ? '' : ` on ${target}`}`;
}

function callWords(calls: CallCycles): string {
  const told = CALL_NAMES.flatMap((name) => (calls[name] === null ? [] : [`${name} ${calls[name]}`]));
  return told.length === 0 ? 'nothing' : told.join(', ');
}

/** What is over, one clause each; what nothing is shown of is over any budget. */
export function overBudget({ target, core, ...cycles }: MapCycles, budget: CallCycles): string[] {
  return CALL_NAMES.flatMap((name) => {
    const [limit, cost] = [budget[name], cycles[name]];
    if (limit === null || (cost !== null && cost <= limit)) return [];
    const board = `on ${target} (${core})`;
    return cost === null
      ? [`${board} no bound of ${name} is shown, the budget is ${limit} cycles`]
      : [
          `${board} a ${name} takes ${cost} cycles${name === 'check' ? '' : ' at most'}, the budget is ${limit}`,
        ];
  });
}
