/**
 * What a running controller tells: events as NDJSON on stdout for programs, a live line on a terminal for people, and a log of
 * changes on stderr where there is no terminal.
 */

import pc from 'picocolors';
import type { Clock } from '../common/clock.ts';
import { takesCodes } from '../common/terminal.ts';
import { visible, visibleJson } from '../common/visible.ts';
import type { Snapshot } from './controller.ts';
import { ChangeLog, drawLine, ruleId } from './display.ts';
import type { HeldPlace } from './held-place.ts';
import { axesOf } from './map-view.ts';

export interface ReportOptions {
  json: boolean;
  /** Where the machine is held, as its user asked for. */
  at?: HeldPlace | undefined;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

export interface ReadyEvent {
  /** The state folder. */
  state: string;
  /** Whether this start made the state and burned what was given. */
  burned: boolean;
  /** Whether it burned configuration and keys over a state that was there. */
  reflashed: boolean;
  /** What was given to be burned. */
  given: readonly ('image' | 'configuration' | 'keys')[];
  /** Whether the state takes unsigned images. */
  development: boolean;
}

const DRAW_EVERY_MS = 100;

export class Report {
  readonly #options: ReportOptions;
  readonly #log: ChangeLog;
  readonly #isLive: boolean;
  #port: { port: string; link: string | null } = { port: '', link: null };
  #isReady = false;
  #heldFor = '';
  /** Changes before the port is announced; they follow it. */
  #last: Snapshot | null = null;

  constructor(options: ReportOptions) {
    this.#options = options;
    this.#isLive = !options.json && takesCodes(options.stdout);
    this.#log = new ChangeLog((line) => this.#write(line));
  }

  /** The first line of the log says what to open. */
  port(port: string, link: string | null): void {
    this.#port = { port, link };
    this.#write(`port: ${port}${link === null ? '' : ` (${link})`}`);
  }

  ready(event: ReadyEvent): void {
    this.#isReady = true;
    this.#write(`state: ${event.state}${stateWords(event)}`);
    if (event.development) this.#write(this.#red('development mode: takes unsigned maps'));
    this.#event('ready', {
      ...this.#port,
      state: event.state,
      burned: event.burned,
      reflashed: event.reflashed,
      ignored: ignoredOf(event),
      development: event.development,
      ...described(this.#last),
    });
  }

  changed(snapshot: Snapshot): void {
    this.#last = snapshot;
    this.#noteHeld(snapshot);
    if (!this.#isLive) this.#log.note(snapshot);
    if (this.#isReady) this.#event('change', described(snapshot));
  }

  /** Rewrites the live line until the answer is called; does nothing where there is no terminal. */
  draw(clock: Clock, snapshot: () => Snapshot | null): () => void {
    if (!this.#isLive) return () => {};
    let cancel = () => {};
    const next = () => {
      const now = snapshot();
      if (now !== null) drawLine(this.#options.stdout, now);
      cancel = clock.after(DRAW_EVERY_MS, next);
    };
    next();
    return () => {
      cancel();
      this.#options.stdout.write('\n');
    };
  }

  end(): void {
    this.#event('end', {});
  }

  /** A place that 32 bits do not hold is told to the core as the farthest one that they do; both are off the map. */
  #noteHeld(snapshot: Snapshot): void {
    const at = this.#options.at?.steps?.join(', ') ?? null;
    const held = placeOf(snapshot).join(', ');
    const note = `${at} ${held}`;
    if (at === null || at === held || note === this.#heldFor) return;
    this.#heldFor = note;
    this.#write(
      `warning: --at ${at} does not fit into 32 bits; the core is told ${held}, which is also outside the map`,
    );
  }

  #write(line: string): void {
    this.#options.stderr.write(`${visible(line)}\n`);
  }

  #red(text: string): string {
    return pc.createColors(this.#options.stderr.isTTY === true && pc.isColorSupported).red(text);
  }

  #event(event: string, fields: Record<string, unknown>): void {
    if (this.#options.json)
      this.#options.stdout.write(`${visibleJson(JSON.stringify({ event, ...fields }))}\n`);
  }
}

/** New firmware brings no edition. */
function ignoredOf({ burned, reflashed, given }: ReadyEvent): ReadyEvent['given'] {
  if (burned) return [];
  return reflashed ? given.filter((name) => name === 'image') : given;
}

function stateWords({ burned, reflashed, given }: ReadyEvent): string {
  if (reflashed) return ' exists; configuration and keys are burned anew, slots and journals stay';
  if (burned && given.includes('image')) return ' is new, the image is burned';
  if (burned) return ' is new, its slots are empty: push the first edition';
  if (given.length === 0) return '';
  const names = given.map((name) => `the ${name}`).join(' and ');
  const isOne = given.length === 1 && given[0] !== 'keys';
  return ` exists, so ${names} ${isOne ? 'is' : 'are'} not burned again`;
}

/** In the coordinates of the source: x, or x and y of a plane. */
function placeOf({ x, y, map }: Snapshot): readonly bigint[] {
  const axes = map === null ? [] : axesOf(map);
  const place = y === null ? [x] : [x, y];
  return place.map((stored, axis) => (axes[axis]?.origin ?? 0n) + BigInt(stored));
}

/** A snapshot as an event; the place is in the source's coordinates, two of a plane. */
function described(snapshot: Snapshot | null): Record<string, unknown> {
  if (snapshot === null) return {};
  const { mode, epoch, isOnTrial, reason, isParked, phase, verdict, starts } = snapshot;
  const [x, y] = placeOf(snapshot).map(Number);
  return {
    mode,
    epoch,
    trial: isOnTrial,
    reason,
    parked: isParked,
    at: y === undefined ? x : [x, y],
    phase,
    verdict: { state: verdict.state, id: ruleId(snapshot), limit: verdict.limit, action: verdict.action },
    starts,
  };
}
