import { ARENA_DEFAULT } from '../common/arenas.ts';
import type { Steps } from './steps.ts';
import {
  CALL_NAMES,
  type CallCycles,
  type CheckParts,
  type CycleBudget,
  type MapCycles,
  type MapShape,
  takesPhases,
} from './table.ts';

/** Costs in cycles, for people. */

/** `check 80, verdict 115, sweep 60867 cycles on rp2040 (cortex-m0plus); budget: check 120`. */
export function cycleWords(spent: MapCycles, budget: CycleBudget): string {
  return `${callWords(spent)} cycles at most on ${boardWords(spent)}; budget: ${callWords(budget)}`;
}

/** `rp2040 (cortex-m0plus)`, or `rp2040 (cortex-m0plus, arena 4K)` where the arena is not that of most. */
export function boardWords({ target, core, arena }: Pick<MapCycles, 'target' | 'core' | 'arena'>): string {
  return `${target} (${core}${arena === ARENA_DEFAULT ? '' : `, arena ${arena}`})`;
}

/** Of a budget of which only a limit is known, as images have it. */
export function budgetWords({ target, ...calls }: CycleBudget): string {
  return `${callWords(calls)} cycles${target === null ? '' : ` on ${target}`}`;
}

/** Characters of a bar for all that may be spent. */
const BAR = 30;

/**
 * Where cycles go, drawn: a bar for each call, as long as its budget, or as what it takes where that is more or there is no budget. Of a
 * check: `=` before any step, `p` the search for a phase, `s` steps along the line or halvings; dots are what is left, `!` is over.
 */
export function cycleBars(
  spent: CallCycles,
  parts: CheckParts | null,
  { steps }: MapShape,
  budget: CallCycles,
): string[] {
  return CALL_NAMES.flatMap((name) => {
    const [cost, limit] = [spent[name], budget[name]];
    if (cost === null) return [];
    const isCheck = name === 'check' && parts !== null;
    const pieces: [string, number][] = isCheck
      ? [
          ['=', parts.base],
          ['p', parts.phase],
          ['s', parts.line],
        ]
      : [['=', cost]];
    const told = isCheck ? `: ${parts.base} before any step${partWords(parts, steps)}` : '';
    const of = limit === null ? `${cost}` : `${cost} of ${limit}`;
    return [`  ${name.padEnd(8)}[${bar(pieces, limit)}] ${of}${told}`];
  });
}

function partWords({ phase, line }: CheckParts, steps: Steps): string {
  if (steps.directory === undefined)
    return (
      stepWords(phase, steps.phase ?? 0, 'of phases') + stepWords(line, steps.line ?? 0, 'along the line')
    );
  const looks = takesPhases(steps) ? `, ${phase} for the look for a phase` : '';
  const { halving = 0 } = steps;
  return halving === 0 ? looks : `${looks}, ${line} for ${halving} halving${halving === 1 ? '' : 's'}`;
}

function stepWords(cycles: number, steps: number, where: string): string {
  return steps === 0 ? '' : `, ${cycles} for ${steps} step${steps === 1 ? '' : 's'} ${where}`;
}

/** Each piece from where the last one ended, to the nearest character; what is over the limit is marked. */
function bar(pieces: readonly (readonly [string, number])[], limit: number | null): string {
  const total = pieces.reduce((sum, [, cycles]) => sum + cycles, 0);
  const whole = Math.max(total, limit ?? 0, 1);
  const at = (cycles: number) => Math.round((cycles / whole) * BAR);
  let [drawn, spent] = ['', 0];
  for (const [sign, cycles] of pieces) {
    spent += cycles;
    drawn += sign.repeat(Math.max(0, at(spent) - drawn.length));
  }
  drawn = drawn.padEnd(BAR, '.');
  if (limit === null || total <= limit) return drawn;
  const over = Math.min(BAR - 1, at(limit));
  return `${drawn.slice(0, over)}${'!'.repeat(BAR - over)}`;
}

/** `check 80, verdict 115`, without those that nothing is known of. */
export function callWords(calls: CallCycles): string {
  const told = CALL_NAMES.flatMap((name) => (calls[name] === null ? [] : [`${name} ${calls[name]}`]));
  return told.length === 0 ? 'nothing' : told.join(', ');
}

/** What is over, one clause each; what nothing is shown of is over any budget. */
export function overBudget(cycles: MapCycles, budget: CallCycles): string[] {
  return CALL_NAMES.flatMap((name) => {
    const [limit, cost] = [budget[name], cycles[name]];
    if (limit === null || (cost !== null && cost <= limit)) return [];
    const board = `on ${boardWords(cycles)}`;
    return cost === null
      ? [`${board} no bound of ${name} is shown, the budget is ${limit} cycles`]
      : [
          `${board} a ${name} takes ${cost} cycles${name === 'check' ? '' : ' at most'}, the budget is ${limit}`,
        ];
  });
}
