/** The state of a virtual controller in words: one line that is rewritten on a terminal, or lines of a log. */

import { visible } from '../common/visible.ts';
import { beyondWords, hasLimits, type Next, nextOn, nextWords } from '../core/answer-words.ts';
import { faultWords } from '../refusals/refusals.ts';
import { reachOf } from '../source/axis-words.ts';
import { UNITS_NONE } from '../source/model.ts';
import { isPlane } from '../source/plane-model.ts';
import { readableLength, readablePlace } from '../source/readable.ts';
import { limitText } from '../source/unit-words.ts';
import type { Snapshot } from './controller.ts';
import { axesOf, type LineView, type MapView } from './map-view.ts';

const ERASE_TO_END = '\x1b[K';

/** Where the machine is, as people say it, with its unit: `s 5.05 km`, and on a plane `x 12 m, y 4.5 m`. */
export function placeWords({ x, y }: Pick<Snapshot, 'x' | 'y'>, map: MapView | null): string {
  if (map === null) return String(x);
  return axesOf(map)
    .map(
      (axis, number) =>
        `${axis.name} ${readablePlace(axis.origin + BigInt((number === 0 ? x : y) ?? 0), axis)}`,
    )
    .join(', ');
}

type Shown = Pick<Snapshot, 'x' | 'y' | 'phase' | 'verdict' | 'map'>;

/** What the map says of the place, e.g. `covered z3, limit 95 km/h, next in 50 m: gap tunnel, slow, limit 40 km/h`. */
export function verdictWords(snapshot: Shown): string {
  const { state, orders, next, distance } = verdictParts(snapshot);
  return [state, ...orders, ...next, ...distance].join(', ');
}

interface VerdictParts {
  /** State and id. */
  readonly state: string;
  /** Action and limit, those that there are. */
  readonly orders: readonly string[];
  /** How far away what comes next is, and what that is; outside of the axis how far beyond it. And in fewer words. */
  readonly next: readonly string[];
  readonly nextBrief: readonly string[];
  /** To the next gap, where something else comes before it. */
  readonly distance: readonly string[];
}

function verdictParts(snapshot: Shown): VerdictParts {
  const { verdict, map, x, phase } = snapshot;
  const { state, action, limit, toGapAhead } = verdict;
  const id = ruleId(snapshot);
  // On a plane nothing is ahead: where a machine goes the map does not know.
  const line = map !== null && !isPlane(map) ? map : null;
  const isOnLine = line !== null && (state === 'covered' || state === 'gap');
  const next = isOnLine ? nextOn(line, x, phase) : null;
  const isGapLater = state === 'covered' && toGapAhead !== null && next?.rule?.kind !== 'gap';
  return {
    state: id === null ? state : `${state} ${id}`,
    orders: [
      ...(action === null ? [] : [action]),
      ...(limit === null ? [] : [`limit ${limitText(limit, map?.units ?? UNITS_NONE)}`]),
      ...(limit === null && state === 'covered' && map !== null && hasLimits(map.rules) ? ['no limit'] : []),
    ],
    next: isOnLine ? [next === null ? 'the same all around' : nextWords(next, line)] : aroundWords(snapshot),
    nextBrief: isOnLine && next !== null ? [briefly(next, line)] : [],
    distance: isOnLine && isGapLater && next?.rule != null ? laterWords(x, toGapAhead, line) : [],
  };
}

/** Outside of an axis, how far beyond it. */
function aroundWords({ verdict, map, x, y }: Shown): string[] {
  if (verdict.state !== 'outside' || map === null) return [];
  return axesOf(map).flatMap((axis, number) => {
    const at = (number === 0 ? x : y) ?? 0;
    if (at >= axis.min && at < axis.max) return [];
    return [`${isPlane(map) ? `${axis.name} ` : ''}${beyondWords(BigInt(at), axis)}`];
  });
}

/** `gap in 300 m`, `next in 2.4 km`. */
function briefly({ steps, rule }: Next, { axis }: LineView): string {
  const what = rule === null ? 'end of the axis' : rule.kind === 'gap' ? 'gap' : 'next';
  return `${what} in ${readableLength(steps, axis)}`;
}

/** `gap in 300 mm`; nothing where only the end of the axis lies ahead. */
function laterWords(x: number, distance: number, { axis }: LineView): string[] {
  const reach = reachOf(axis, x, distance, 'ahead');
  if (reach === 'end') return [];
  return [reach === 'around' ? 'no gap all around' : `gap in ${readableLength(distance, axis)}`];
}

/** The source's id of the zone or gap rule; null where there is none. */
export function ruleId(snapshot: Pick<Snapshot, 'verdict' | 'map'>): string | null {
  const { verdict, map } = snapshot;
  if (verdict.rule === null) return null;
  return map?.rules[verdict.rule]?.id ?? `rule ${verdict.rule}`;
}

/** Mode, edition and trial, e.g. `run, epoch 12` or `window, epoch 13 on trial (340 checks)`. */
export function modeWords(snapshot: Snapshot): string {
  const mode = snapshot.mode === 'window' ? `window (${leftWords(snapshot)} left)` : 'run';
  const edition = snapshot.epoch === 0 ? 'no edition' : `epoch ${snapshot.epoch}`;
  const trial =
    snapshot.isOnTrial && snapshot.epoch !== 0 ? ` on trial (${snapshot.trialChecks} checks)` : '';
  return `${mode}, ${edition}${trial}${snapshot.isParked ? ', parked' : ''}`;
}

function leftWords({ leaseTicks, ticksPerSecond }: Snapshot): string {
  return ticksPerSecond === 0 ? `${leaseTicks} ticks` : `${Math.ceil(leaseTicks / ticksPerSecond)} s`;
}

/**
 * Everything in one line of fewer than `columns` characters. Where that is too long, the distance to a later gap is left out, then the
 * mode, then what comes next; then the id is shortened in its middle, where ids differ least. What the loop does, and how fast, stays.
 */
export function displayLine(snapshot: Snapshot, columns: number): string {
  const place = placeWords(snapshot, snapshot.map);
  const { state, orders, next, nextBrief, distance } = verdictParts(snapshot);
  const line = (...parts: readonly string[]) => visible([place, ...parts].join(' | '));
  const room = columns - line('', '').length - orders.map((order) => `, ${order}`).join('').length;
  const choices = [
    line([state, ...orders, ...next, ...distance].join(', '), modeWords(snapshot)),
    line([state, ...orders, ...next].join(', '), modeWords(snapshot)),
    line([state, ...orders, ...nextBrief].join(', '), modeWords(snapshot)),
    line([state, ...orders, ...next].join(', ')),
    line([state, ...orders, ...nextBrief].join(', ')),
    line([state, ...orders].join(', ')),
    line([shortened(state, Math.max(STATE_COLUMNS_MIN, room)), ...orders].join(', ')),
  ];
  const fitting = choices.find((choice) => choice.length < columns) ?? choices.at(-1) ?? '';
  return fitting.length < columns ? fitting : `${fitting.slice(0, Math.max(0, columns - 2))}…`;
}

const STATE_COLUMNS_MIN = 12;

/** The text with its middle left out. */
function shortened(text: string, columns: number): string {
  if (text.length <= columns) return text;
  const tail = Math.floor((columns - 1) / 3);
  return `${text.slice(0, columns - 1 - tail)}…${text.slice(text.length - tail)}`;
}

export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number;
}

const COLUMNS_DEFAULT = 80;

/** Rewrites the one line of a terminal. */
export function drawLine(terminal: Terminal, snapshot: Snapshot): void {
  terminal.write(`\r${displayLine(snapshot, terminal.columns ?? COLUMNS_DEFAULT)}${ERASE_TO_END}`);
}

/** Tells the log when mode, edition, trial or the kind of verdict changes; a zone after the other is no news. */
export class ChangeLog {
  #last = '';
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  note(snapshot: Snapshot): void {
    const { mode, epoch, isOnTrial, starts, verdict, reason } = snapshot;
    const now = [mode, epoch, isOnTrial, starts, verdict.state, reason].join(' ');
    if (now === this.#last) return;
    this.#last = now;
    const words = faultWords(reason);
    const fault = words === null ? '' : ` | fault ${words}`;
    this.#write(
      `${modeWords(snapshot)} | ${placeWords(snapshot, snapshot.map)} | ${verdictWords(snapshot)}${fault}`,
    );
  }
}
