/** Verdicts in words: the place and every number with its unit, and what comes next on either side. */

import type { Cell, PhaseWindow, Rule } from '../body/partition.ts';
import { reachOf } from '../source/axis-words.ts';
import type { AxisModel, MapUnits } from '../source/model.ts';
import { amountWords, limitText, limitWords, phaseText, placeText } from '../source/unit-words.ts';
import type { Answer, MoveAnswer } from './ask.ts';

export interface WordsMap {
  readonly axis: AxisModel;
  readonly windows: readonly PhaseWindow[];
  readonly rules: readonly Rule[];
  readonly units: MapUnits;
}

/** One line for people. */
export function answerWords(answer: Answer, map: WordsMap): string {
  const place = placeText(answer.at, map.axis);
  const { state, action } = answer;
  if (state !== 'covered' && state !== 'gap') return `${place}: ${stateWords(answer, map)}, ${action}`;
  const what = state === 'covered' ? `covered by ${answer.zone}` : `gap ${answer.gap}, ${action}`;
  return [`${place}: ${what}${limitWords(answer.limit, map.units)}`, ...aroundWords(answer, map)].join('; ');
}

/** One line for people: how far a move is safe, and why not farther. */
export function moveWords(answer: MoveAnswer, map: WordsMap): string {
  const { axis, units } = map;
  const { end, stop } = answer;
  const safe = amountWords(answer.safe, axis);
  const until = placeText(answer.until, axis);
  const { lower } = answer;
  const falls =
    lower === null ? '' : `, limit falls to ${limitText(lower.limit, units)} at ${placeText(lower.at, axis)}`;
  const limit = answer.limit === null ? '' : `, lowest limit ${limitText(answer.limit, units)}${falls}`;
  const stopWords =
    stop === null ? '' : `${stop.gap === null ? stop.state : `gap ${stop.gap}`}, ${stop.action}`;
  switch (end) {
    case 'whole':
      return `the whole move is safe: ${safe}${limit}, lowest tier ${answer.tier}`;
    case 'uncovered':
      return `safe for ${safe}${limit}; ${stop?.state === 'outside' ? 'the axis' : 'coverage'} ends at ${until}: ${stopWords}`;
    case 'bound':
      return `safe for ${safe}${limit}; the map limits moves there: ask again from ${until}`;
    default:
      return `not safe at all: ${stopWords} at ${placeText(answer.from, axis)}`;
  }
}

function stateWords({ state, phase }: Answer, { axis, windows, units }: WordsMap): string {
  if (state !== 'outside') return state;
  const period = windows.at(-1)?.to ?? 1;
  if (phase >= period) return `outside of the phases, which end at ${phaseText(period, units)}`;
  const [min, max] = [axis.min, axis.max].map((stored) => placeText(BigInt(stored) + axis.origin, axis));
  return `outside of the axis, which is [${min}, ${max})`;
}

/** The next cell on the way up, and the nearest gap on both sides. */
function aroundWords(answer: Answer, map: WordsMap): string[] {
  const { axis, windows } = map;
  const cells = windows.find(({ from, to }) => from <= answer.phase && answer.phase < to)?.cells ?? [];
  const stored = Number(BigInt(answer.at) - axis.origin);
  const here = cells.findIndex(({ from, to }) => from <= stored && stored < to);
  const next = cellAfter(cells, here, axis);
  const words: string[] = [];
  const isGapNext = next !== null && isGap(next.cell, map);
  if (next === null)
    words.push(axis.wraps ? 'the same all around' : endWords(axis.max - stored, 'ahead', axis));
  else {
    const ahead = amountWords(lengthTo(stored, next.cell.from, axis), axis);
    words.push(`next in ${ahead}: ${ruleWords(next.cell, map)}`);
  }
  if (answer.state !== 'covered') return words;
  const { toGapAhead, toGapBehind } = answer;
  if (!isGapNext && next !== null && toGapAhead !== null)
    words.push(gapWords(toGapAhead, 'ahead', stored, cells, map));
  if (toGapBehind !== null && (next !== null || !axis.wraps))
    words.push(gapWords(toGapBehind, 'behind', stored, cells, map));
  return words;
}

/** null behind the last cell, and on a ring that is one cell. */
function cellAfter(cells: readonly Cell[], here: number, axis: AxisModel): { cell: Cell } | null {
  const rule = cells[here]?.rule;
  for (let step = 1; step < cells.length; step++) {
    const index = here + step;
    if (index >= cells.length && !axis.wraps) return null;
    const cell = cells[index % cells.length];
    // On a ring the list begins and ends at the seam, which is no border by itself.
    if (cell !== undefined && cell.rule !== rule) return { cell };
  }
  return null;
}

function lengthTo(from: number, to: number, { min, max, wraps }: AxisModel): number {
  return to > from || !wraps ? to - from : to - from + (max - min);
}

function gapWords(
  distance: number,
  side: 'ahead' | 'behind',
  stored: number,
  cells: readonly Cell[],
  map: WordsMap,
): string {
  const { axis } = map;
  const reach = reachOf(axis, stored, distance, side);
  if (reach === 'around') return 'no gap all around';
  if (reach === 'end') return endWords(distance, side, axis);
  const place = side === 'ahead' ? stored + distance : stored - distance - 1;
  const round = axis.max - axis.min;
  const at = axis.wraps ? axis.min + ((((place - axis.min) % round) + round) % round) : place;
  const cell = cells.find(({ from, to }) => from <= at && at < to);
  const id = map.rules[cell?.rule ?? -1]?.id ?? '';
  return distance === 0 ? `gap ${id} right ${side}` : `gap ${id} ${amountWords(distance, axis)} ${side}`;
}

function endWords(distance: number, side: 'ahead' | 'behind', axis: AxisModel): string {
  const what = `the axis ${side === 'ahead' ? 'ends' : 'begins'}`;
  return distance === 0 ? `${what} here` : `${what} ${amountWords(distance, axis)} ${side}`;
}

function isGap({ rule }: Cell, { rules }: WordsMap): boolean {
  return rules[rule]?.kind === 'gap';
}

function ruleWords(cell: Cell, map: WordsMap): string {
  const rule = map.rules[cell.rule];
  if (rule === undefined) return `rule ${cell.rule}`;
  const what = rule.kind === 'gap' ? `gap ${rule.id}, ${rule.action}` : rule.id;
  return `${what}${limitWords(rule.limit, map.units)}`;
}
