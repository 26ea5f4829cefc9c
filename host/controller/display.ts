/** The state of a virtual controller in words: one line that is rewritten on a terminal, or lines of a log. */

import { visible } from '../common/visible.ts';
import { faultWords } from '../refusals/refusals.ts';
import type { Snapshot } from './controller.ts';
import type { MapView } from './map-view.ts';

const ERASE_TO_END = '\x1b[K';

/** Where the machine is, as the source writes coordinates, with its unit. */
export function placeWords(x: number, map: MapView | null): string {
  if (map === null) return String(x);
  const value = (map.axis.origin + BigInt(x)).toLocaleString('en-US');
  const { name, scale } = map.axis;
  const unit = scale === 1 ? map.axis.unit : `/${scale} ${map.axis.unit}`;
  return `${name} ${value} ${unit}`;
}

/** What the map says of the place, e.g. `covered z3, limit 95` or `gap tunnel, slow, limit 40`. */
export function verdictWords(snapshot: Pick<Snapshot, 'verdict' | 'map'>): string {
  const { verdict, map } = snapshot;
  const id = ruleId(snapshot);
  const parts = [id === null ? verdict.state : `${verdict.state} ${id}`];
  if (verdict.action !== null) parts.push(verdict.action);
  if (verdict.limit !== null) parts.push(`limit ${verdict.limit}`);
  if (verdict.state === 'covered' && verdict.toGapAhead !== null && map !== null) {
    parts.push(`gap in ${verdict.toGapAhead.toLocaleString('en-US')} ${map.axis.unit}`);
  }
  return parts.join(', ');
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

/** Everything in one line of at most `columns` characters. */
export function displayLine(snapshot: Snapshot, columns: number): string {
  const line = visible(
    `${placeWords(snapshot.x, snapshot.map)} | ${verdictWords(snapshot)} | ${modeWords(snapshot)}`,
  );
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
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
