/** Verdicts in words: the place and every number with its unit, and what comes next on either side. */

import type { Cell, PhaseWindow, Rule } from '../body/partition.ts';
import { reachOf } from '../source/axis-words.ts';
import type { AxisModel, MapUnits } from '../source/model.ts';
import { readableLength, readablePhase, readablePlace } from '../source/readable.ts';
import { unitNamed } from '../source/unit-table.ts';
import { limitText, limitWords, zoneLimitWords } from '../source/unit-words.ts';
import type { Answer, MoveAnswer } from './ask.ts';

export interface WordsMap {
  readonly axis: AxisModel;
  readonly windows: readonly PhaseWindow[];
  readonly rules: readonly Rule[];
  readonly units: MapUnits;
}

/** One line for people. */
export function answerWords(answer: Answer, map: WordsMap): string {
  const place = readablePlace(answer.at, map.axis);
  const { state, action, limit } = answer;
  if (state === 'outside') return `${place}: ${outsideWords(answer, map)}`;
  if (state !== 'covered' && state !== 'gap') return `${place}: ${state}, ${action}`;
  const what =
    state === 'covered'
      ? `covered by ${answer.zone}${zoneLimitWords(limit, map.units, hasLimits(map.rules))}`
      : `gap ${answer.gap}, ${action}${limitWords(limit, map.units)}`;
  return [`${place}: ${what}`, ...aroundWords(answer, map)].join('; ');
}

/** One line for people: how far a move is safe, and why not farther. */
export function moveWords(answer: MoveAnswer, map: WordsMap): string {
  const place = (at: number | bigint) => readablePlace(at, map.axis);
  const texts = {
    safe: readableLength(answer.safe, map.axis),
    from: place(answer.from),
    until: place(answer.until),
    lower: answer.lower === null ? '' : `at ${place(answer.lower.at)}`,
    axes: 'the axis',
  };
  return wordsOfMove(answer, texts, map.units);
}

/** What a move along a line and one through a plane have in common. */
export type MoveOutcome = Pick<MoveAnswer, 'end' | 'tier' | 'limit' | 'stop'> & {
  readonly lower: { readonly limit: number } | null;
};

/** Places and lengths of a move in words. */
export interface MoveTexts {
  readonly safe: string;
  readonly from: string;
  readonly until: string;
  /** Where the limit first falls, with its preposition. */
  readonly lower: string;
  readonly axes: string;
}

export function wordsOfMove(
  { end, stop, limit, lower, tier }: MoveOutcome,
  texts: MoveTexts,
  units: MapUnits,
): string {
  const { safe, until } = texts;
  const falls = lower === null ? '' : `, limit falls to ${limitText(lower.limit, units)} ${texts.lower}`;
  const limits = limit === null ? '' : `, lowest limit ${limitText(limit, units)}${falls}`;
  const stopWords =
    stop === null ? '' : `${stop.gap === null ? stop.state : `gap ${stop.gap}`}, ${stop.action}`;
  switch (end) {
    case 'whole':
      return `the whole move is safe: ${safe}${limits}, lowest tier ${tier}`;
    case 'uncovered':
      return `safe for ${safe}${limits}; ${stop?.state === 'outside' ? texts.axes : 'coverage'} ends at ${until}: ${stopWords}`;
    case 'bound':
      return `safe for ${safe}${limits}; the map limits moves there: ask again from ${until}`;
    default:
      return `not safe at all: ${stopWords} at ${texts.from}`;
  }
}

/** Whether phases are times, in which answers change where nothing moves. */
export function hasTimes({ windows, units }: Pick<WordsMap, 'windows' | 'units'>): boolean {
  return windows.length > 1 && unitNamed(units.phase.unit)?.dimension === 'time';
}

/** `; here in 5 s: night, limit 40 km/h`: what answers at this place after so many ticks; null: nothing else ever does. */
export function changeWords({ at, state, phase }: Answer, ticks: number | null, map: WordsMap): string {
  if (state !== 'covered' && state !== 'gap') return '';
  if (ticks === null) return '; the same here at all times';
  const period = map.windows.at(-1)?.to ?? 1;
  const cells = cellsAt(map.windows, (phase + ticks) % period);
  const cell = cells[cellIndex(cells, Number(BigInt(at) - map.axis.origin))];
  const rule = map.rules[cell?.rule ?? -1];
  const then = rule === undefined ? '' : `: ${ruleWords(rule, map.units, hasLimits(map.rules))}`;
  return `; here in ${readablePhase(ticks, map.units)}${then}`;
}

const KNOWN = new WeakMap<readonly Rule[], boolean>();

/** Whether any rule of a map has a limit. */
export function hasLimits(rules: readonly Rule[]): boolean {
  const known = KNOWN.get(rules) ?? rules.some(({ limit }) => limit !== null);
  KNOWN.set(rules, known);
  return known;
}

function outsideWords({ at, phase, action }: Answer, { axis, windows, units }: WordsMap): string {
  const period = windows.at(-1)?.to ?? 1;
  if (phase >= period)
    return `outside of the phases, which end at ${readablePhase(period, units)}, ${action}`;
  const [min, max] = [axis.min, axis.max].map((stored) => readablePlace(BigInt(stored) + axis.origin, axis));
  const beyond = beyondWords(BigInt(at) - axis.origin, axis);
  return `outside of the axis, which is [${min}, ${max}), ${action}; ${beyond}`;
}

/** How far a place is beyond an end of the axis: `400 m beyond its end`. */
export function beyondWords(stored: bigint, axis: AxisModel): string {
  const [min, max] = [BigInt(axis.min), BigInt(axis.max)];
  if (stored < min) return `${readableLength(min - stored, axis)} before its beginning`;
  return stored === max ? 'at its end' : `${readableLength(stored - max, axis)} beyond its end`;
}

/** What lies ahead of a place on the way up. */
export interface Next {
  /** `50 m`, to the cell; or in steps to the end of the axis. */
  readonly steps: number;
  /** null: the axis ends there. */
  readonly rule: Rule | null;
}

/** The next cell on the way up; null where the same answers all around a ring, or the place or phase is none of the map's. */
export function nextOn(
  { axis, windows, rules }: Omit<WordsMap, 'units'>,
  stored: number,
  phase: number,
): Next | null {
  const cells = cellsAt(windows, phase);
  const here = cellIndex(cells, stored);
  if (here < 0) return null;
  const next = cellAfter(cells, here, axis);
  if (next === null) return axis.wraps ? null : { steps: axis.max - stored, rule: null };
  return { steps: lengthTo(stored, next.from, axis), rule: rules[next.rule] ?? null };
}

function cellsAt(windows: readonly PhaseWindow[], phase: number): readonly Cell[] {
  return windows.find(({ from, to }) => from <= phase && phase < to)?.cells ?? [];
}

/** Index of the cell that holds a place; −1: none. */
function cellIndex(cells: readonly Cell[], stored: number): number {
  let [low, high] = [0, cells.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((cells[middle]?.from ?? 0) <= stored) low = middle;
    else high = middle;
  }
  const cell = cells[low];
  return cell !== undefined && cell.from <= stored && stored < cell.to ? low : -1;
}

/** `next in 50 m: limits-2, limit 110 km/h`. */
export function nextWords(
  { steps, rule }: Next,
  { axis, units, rules }: Pick<WordsMap, 'axis' | 'units' | 'rules'>,
): string {
  return rule === null
    ? endWords(steps, 'ahead', axis)
    : `next in ${readableLength(steps, axis)}: ${ruleWords(rule, units, hasLimits(rules))}`;
}

/** The next cell on the way up, and the nearest gap on both sides. */
function aroundWords(answer: Answer, map: WordsMap): string[] {
  const { axis } = map;
  const stored = Number(BigInt(answer.at) - axis.origin);
  const cells = cellsAt(map.windows, answer.phase);
  const next = nextOn(map, stored, answer.phase);
  const words = [next === null ? 'the same all around' : nextWords(next, map)];
  const isGapNext = next?.rule?.kind === 'gap';
  if (answer.state !== 'covered') return words;
  const { toGapAhead, toGapBehind } = answer;
  if (!isGapNext && next !== null && next.rule !== null && toGapAhead !== null)
    words.push(gapWords(toGapAhead, 'ahead', stored, cells, map));
  if (toGapBehind !== null && (next !== null || !axis.wraps))
    words.push(gapWords(toGapBehind, 'behind', stored, cells, map));
  // Around a ring both sides may say the same.
  return [...new Set(words)];
}

/** null behind the last cell, and on a ring that is one cell. */
function cellAfter(cells: readonly Cell[], here: number, axis: AxisModel): Cell | null {
  const rule = cells[here]?.rule;
  for (let step = 1; step < cells.length; step++) {
    const index = here + step;
    if (index >= cells.length && !axis.wraps) return null;
    const cell = cells[index % cells.length];
    // On a ring the list begins and ends at the seam, which is no border by itself.
    if (cell !== undefined && cell.rule !== rule) return cell;
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
  return distance === 0 ? `gap ${id} right ${side}` : `gap ${id} ${readableLength(distance, axis)} ${side}`;
}

function endWords(distance: number, side: 'ahead' | 'behind', axis: AxisModel): string {
  const what = `the axis ${side === 'ahead' ? 'ends' : 'begins'}`;
  return distance === 0 ? `${what} here` : `${what} ${readableLength(distance, axis)} ${side}`;
}

/** `gap tunnel, slow, limit 40 km/h`, `limits-2, limit 110 km/h`. */
export function ruleWords(rule: Rule, units: MapUnits, isLimited: boolean): string {
  if (rule.kind === 'gap') return `gap ${rule.id}, ${rule.action}${limitWords(rule.limit, units)}`;
  return `${rule.id}${zoneLimitWords(rule.limit, units, isLimited)}`;
}
