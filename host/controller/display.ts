/** The state of a virtual controller in words: one line that is rewritten on a terminal, or lines of a log. */

import { visible } from '../common/visible.ts';
import { faultWords } from '../refusals/refusals.ts';
import { reachOf } from '../source/axis-words.ts';
import { UNITS_NONE } from '../source/model.ts';
import { formatTimestamp } from '../source/timestamp.ts';
import { amountWords, limitText } from '../source/unit-words.ts';
import type { Snapshot } from './controller.ts';
import type { MapView } from './map-view.ts';

const ERASE_TO_END = '\x1b[K';

/** Where the machine is, as the source writes coordinates, with its unit. */
export function placeWords(x: number, map: MapView | null): string {
  if (map === null) return String(x);
  const { axis } = map;
  const at = axis.origin + BigInt(x);
  return `${axis.name} ${axis.kind === 'time' ? formatTimestamp(axis, at) : amount(at, map)}`;
}

/** What the map says of the place, e.g. `covered z3, limit 95` or `gap tunnel, slow, limit 40`. */
export function verdictWords(snapshot: Pick<Snapshot, 'x' | 'verdict' | 'map'>): string {
  const { state, orders, distance } = verdictParts(snapshot);
  return [state, ...orders, ...distance].join(', ');
}

interface VerdictParts {
  /** State and id. */
  readonly state: string;
  /** Action and limit, those that there are. */
  readonly orders: readonly string[];
  /** To the next gap, where there is one. */
  readonly distance: readonly string[];
}

function verdictParts(snapshot: Pick<Snapshot, 'x' | 'verdict' | 'map'>): VerdictParts {
  const { verdict, map } = snapshot;
  const { state, action, limit, toGapAhead } = verdict;
  const id = ruleId(snapshot);
  const isCovered = state === 'covered' && toGapAhead !== null && map !== null;
  return {
    state: id === null ? state : `${state} ${id}`,
    orders: [
      ...(action === null ? [] : [action]),
      ...(limit === null ? [] : [`limit ${limitText(limit, map?.units ?? UNITS_NONE)}`]),
    ],
    distance: isCovered ? [aheadWords(snapshot.x, toGapAhead, map)] : [],
  };
}

/** Where coverage ends on the way up, e.g. `gap in 300 mm`. */
function aheadWords(x: number, distance: number, map: MapView): string {
  const reach = reachOf(map.axis, x, distance, 'ahead');
  if (reach === 'around') return 'no gap all around';
  return `${reach === 'gap' ? 'gap' : 'end of the axis'} in ${amount(distance, map)}`;
}

/** Digits in groups, where steps are units. */
function amount(steps: number | bigint, { axis }: MapView): string {
  return axis.scale === 1 ? `${steps.toLocaleString('en-US')} ${axis.unit}` : amountWords(steps, axis);
}

/** The source's id of the zone or gap rule; null where there is none. */
export function ruleId(snapshot: Pick<Snapshot, 'verdict' | 'map'>): string | null {
  const { verdict, map } = snapshot;
  if (verdict.rule === null) return null;
  return map?.ids[verdict.rule] ?? `rule ${verdict.rule}`;
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
 * Everything in one line of fewer than `columns` characters. Where that is too long, the mode is left out, then the distance; then the id
 * is shortened in its middle, where ids differ least. What the loop does, and how fast, stays.
 */
export function displayLine(snapshot: Snapshot, columns: number): string {
  const place = placeWords(snapshot.x, snapshot.map);
  const { state, orders, distance } = verdictParts(snapshot);
  const line = (...parts: readonly string[]) => visible([place, ...parts].join(' | '));
  const room = columns - line('', '').length - orders.map((order) => `, ${order}`).join('').length;
  const choices = [
    line([state, ...orders, ...distance].join(', '), modeWords(snapshot)),
    line([state, ...orders, ...distance].join(', ')),
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
      `${modeWords(snapshot)} | ${placeWords(snapshot.x, snapshot.map)} | ${verdictWords(snapshot)}${fault}`,
    );
  }
}
