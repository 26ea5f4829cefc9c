import { printAlarm, printLines } from '../../../host/cli/common/output.ts';
import type { CellState, Incident } from '../../cell/state.ts';
import { stateWords } from '../../people/words.ts';
import type { PlannedCell } from '../../plan/plan.ts';

/** What is told while a cell is changed from this computer; with `json` incidents alone. */
export function tellingApply(cell: string, json: boolean) {
  let told = '';
  return {
    onPlan({ members }: PlannedCell): void {
      const lines = members.map(
        ({ controller, from, to }) => `  ${controller}  epoch ${from ?? 'none'} → ${to}`,
      );
      if (!json) printLines([`plan: ${cell} changes`, ...lines]);
    },
    onStep(state: CellState, incidents: readonly Incident[]): void {
      for (const { words, remedy } of incidents) printAlarm(`INCIDENT  ${words} ${remedy}`);
      const words = stateWords(state);
      if (words !== told && !json) printLines([`${cell}  ${words}`]);
      told = words;
    },
  };
}
