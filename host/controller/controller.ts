/**
 * The virtual controller: the core as every controller runs it, on simulated flash, a simulated machine and a line that is given.
 *
 * One turn of its loop is what a firmware does: take the bytes that came, let `service` do one slice of everything but checks,
 * and check the place when it is time. The loop never waits for anything.
 */

import type { Clock } from '../common/clock.ts';
import type { Core, CoreOptions, Verdict } from '../core/core.ts';
import type { SimulatedFlash } from '../core/flash.ts';
import { type BuildName, RECEIVE_GROUPS_A_STEP, STATE_OF } from '../format.ts';
import { isPlane } from '../source/plane-model.ts';
import { axesOf, type MapView, readMapView } from './map-view.ts';
import type { SafeInput } from './safe-input.ts';
import { placeLine, type SaidPlace } from './said-place.ts';
import { TickCounter } from './ticks.ts';
import type { Train } from './train.ts';

/** The part of the core that a controller uses. */
export type ControllerCore = Pick<Core, 'boot' | 'check' | 'verdict' | 'receive' | 'service' | 'stateOf'>;

/** What the controller needs of its line; a `PseudoTerminal` is one. */
export interface ControllerLine {
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Bytes taken; never waits. */
  write(bytes: Uint8Array): number;
}

export interface ControllerOptions {
  loadCore: (options: CoreOptions) => Promise<ControllerCore>;
  flash: SimulatedFlash;
  burned: Uint8Array;
  /** The build of the core; that of the largest arena unless given. */
  build?: BuildName;
  line: ControllerLine;
  safeInput: Pick<SafeInput, 'isParked'>;
  train: Train;
  clock: Clock;
  /** Milliseconds between checks, and between turns while nothing happens on the line; 5 unless given. */
  turnMs?: number;
  /** Says where the machine is, in a line of text now and then while nobody speaks on the line. */
  saysPlace?: boolean;
  /** Called after a turn in which mode, epoch, trial or verdict changed, and after every start. */
  onChange?: (snapshot: Snapshot) => void;
}

/** What the controller does at the moment. */
export interface Snapshot {
  mode: 'run' | 'window';
  epoch: number;
  isOnTrial: boolean;
  /** Checks since the trial began. */
  trialChecks: number;
  /** Reason of the FAULT, docs/SPEC.md section 8; 0: none. */
  reason: number;
  leaseTicks: number;
  ticksPerSecond: number;
  isParked: boolean;
  /** Relative to the origin of the axis. */
  x: number;
  /** Likewise; null: the map is a line. */
  y: number | null;
  phase: number;
  verdict: Verdict;
  map: MapView | null;
  /** How often the device was started: 1, and one more for each reset. */
  starts: number;
}

/** What a turn saw: the part of a snapshot whose change is worth telling. */
interface Turn extends Pick<Snapshot, 'mode' | 'epoch' | 'isOnTrial' | 'isParked' | 'x' | 'y' | 'phase'> {
  word: number;
}

const TURN_MS_DEFAULT = 5;
/** As many bytes a turn as a slice of `service` takes up, in groups of four. */
const RECEIVE_BYTES_A_TURN = 4 * RECEIVE_GROUPS_A_STEP;
/** So many turns after the last byte or flash operation the loop turns without delay: no job works longer between two of them. */
const BUSY_TURNS = 1000;
/** Even; 200 ms at the usual rate. */
const CHECKS_A_PLACE = 40;

export class VirtualController {
  readonly #options: ControllerOptions;
  readonly #turnMs: number;
  #core: ControllerCore | null = null;
  #ticks: TickCounter;
  #map: MapView | null = null;
  #last: Turn | null = null;
  #checkedAtMs = 0;
  #checksSinceService = 0;
  #received: Uint8Array[] = [];
  /** Turns since the last byte or flash operation. */
  #quietTurns = BUSY_TURNS;
  /** Checks since the last byte or flash operation. */
  #quietChecks = 0;
  #resetAsked = false;
  #starts = 0;
  #stopped = false;
  #cancelTurn: () => void = () => {};
  readonly #ended: Promise<void>;
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  private constructor(options: ControllerOptions) {
    this.#options = options;
    this.#turnMs = options.turnMs ?? TURN_MS_DEFAULT;
    this.#ticks = new TickCounter(options.clock, options.burned);
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
  }

  /** Boots the core and starts the loop. */
  static async start(options: ControllerOptions): Promise<VirtualController> {
    const controller = new VirtualController(options);
    await controller.#boot();
    options.line.onData((bytes) => controller.#take(bytes));
    controller.#schedule();
    return controller;
  }

  /** Resolves after `stop`; rejects when the core trapped, which is a bug of the core. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** The last turn with its verdict; null while the device restarts. */
  snapshot(): Snapshot | null {
    const core = this.#core;
    const turn = this.#last;
    if (core === null || turn === null) return null;
    const { mode, epoch, isOnTrial, isParked, x, y, phase, word } = turn;
    return {
      mode,
      epoch,
      isOnTrial,
      isParked,
      x,
      y,
      phase,
      verdict: core.verdict(word, x, y ?? 0),
      trialChecks: core.stateOf(STATE_OF.trialChecks),
      reason: core.stateOf(STATE_OF.faultReason),
      leaseTicks: core.stateOf(STATE_OF.leaseTicks),
      ticksPerSecond: this.#ticks.ticksPerSecond,
      map: this.#map,
      starts: this.#starts,
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTurn();
    this.#end();
  }

  /** A start from nothing, as after power-up: only flash and the burned block stay. */
  async #boot(): Promise<void> {
    const { flash, burned, clock } = this.#options;
    this.#resetAsked = false;
    this.#received = [];
    this.#ticks = new TickCounter(clock, burned);
    const core = await this.#options.loadCore({
      build: this.#options.build ?? 'device',
      geometry: flash.geometry,
      burned,
      port: this.#port(),
    });
    core.boot();
    this.#core = core;
    this.#starts++;
    this.#last = null;
    this.#checksSinceService = 0;
    this.#turnOnce(core);
  }

  #port(): CoreOptions['port'] {
    const { flash, line, safeInput } = this.#options;
    return {
      flashRead: (area, offset, destination) => this.#busy(flash.read(area, offset, destination)),
      flashErase: (area, offset) => this.#busy(flash.erase(area, offset)),
      flashProgram: (area, offset, source) => this.#busy(flash.program(area, offset, source)),
      serialWrite: (bytes) => {
        const taken = line.write(bytes);
        return taken === 0 ? 0 : this.#busy(taken);
      },
      safeInput: () => safeInput.isParked(),
      ticks: () => this.#ticks.now(),
      reset: () => {
        this.#resetAsked = true;
      },
    };
  }

  #busy<Result>(result: Result): Result {
    this.#quietTurns = 0;
    this.#quietChecks = 0;
    return result;
  }

  #take(bytes: Uint8Array): void {
    if (this.#stopped) return;
    this.#received.push(bytes);
    this.#busy(null);
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelTurn();
    if (this.#stopped) return;
    if (this.#received.length > 0 || this.#quietTurns < BUSY_TURNS) {
      const immediate = setImmediate(() => this.#turn());
      this.#cancelTurn = () => clearImmediate(immediate);
    } else {
      this.#cancelTurn = this.#options.clock.after(this.#turnMs, () => this.#turn());
    }
  }

  #turn(): void {
    try {
      const core = this.#core;
      if (core === null || this.#stopped) return;
      if (this.#resetAsked) {
        this.#restart();
        return;
      }
      this.#turnOnce(core);
      this.#schedule();
    } catch (error) {
      this.#crash(error);
    }
  }

  #restart(): void {
    this.#core = null;
    this.#boot().then(
      () => this.#schedule(),
      (error: unknown) => this.#crash(error),
    );
  }

  #crash(error: unknown): void {
    this.#stopped = true;
    this.#cancelTurn();
    this.#fail(error);
  }

  /**
   * `service` has every turn; a check is done at the rate of the loop, however often the line makes it turn. It comes last, so that
   * what is told of a turn is of one moment.
   */
  #turnOnce(core: ControllerCore): void {
    this.#quietTurns++;
    this.#feed(core);
    core.service(this.#checksSinceService);
    this.#checksSinceService = 0;
    const nowMs = this.#options.clock.nowMs();
    if (this.#last !== null && nowMs - this.#checkedAtMs < this.#turnMs) return;
    this.#checkedAtMs = nowMs;
    this.#check(core, nowMs);
  }

  #check(core: ControllerCore, nowMs: number): void {
    const before = this.#last;
    const epoch = core.stateOf(STATE_OF.epoch);
    // A plane is asked otherwise than a line: what runs is known before it is asked.
    if (before?.epoch !== epoch) this.#mapChanged(epoch);
    const isParked = this.#options.safeInput.isParked();
    const { x, y } = this.#options.train.advance(nowMs, isParked);
    const phase = this.#ticks.now() % (this.#map?.period ?? 1);
    const word =
      this.#map !== null && isPlane(this.#map) ? core.check(phase, x, y ?? 0) : core.check(phase, x);
    this.#checksSinceService = 1;
    const turn: Turn = {
      word,
      x,
      y,
      phase,
      isParked,
      mode: core.stateOf(STATE_OF.mode) === 1 ? 'window' : 'run',
      epoch,
      isOnTrial: core.stateOf(STATE_OF.onTrial) !== 0,
    };
    this.#last = turn;
    this.#sayPlace(turn);
    if (before === null || isChanged(before, turn)) this.#report();
  }

  /** Between two frames only: a line in the middle of one would spoil it. */
  #sayPlace(turn: SaidPlace): void {
    const isDue = ++this.#quietChecks % CHECKS_A_PLACE === CHECKS_A_PLACE / 2;
    if (this.#options.saysPlace === true && isDue)
      this.#options.line.write(Buffer.from(placeLine(turn), 'latin1'));
  }

  #report(): void {
    const snapshot = this.snapshot();
    if (snapshot !== null) this.#options.onChange?.(snapshot);
  }

  /** Feeds at most as many bytes as one slice takes up; a real line is not faster. */
  #feed(core: ControllerCore): void {
    const first = this.#received[0];
    if (first === undefined) return;
    core.receive(first.subarray(0, RECEIVE_BYTES_A_TURN));
    if (first.length > RECEIVE_BYTES_A_TURN) this.#received[0] = first.subarray(RECEIVE_BYTES_A_TURN);
    else this.#received.shift();
  }

  /** The simulated machine and the display follow the edition that answers. */
  #mapChanged(epoch: number): void {
    this.#map = readMapView(this.#options.flash, epoch);
    if (this.#map !== null) this.#options.train.setRanges(axesOf(this.#map));
  }
}

function isChanged(before: Turn, now: Turn): boolean {
  return (
    before.word !== now.word ||
    before.mode !== now.mode ||
    before.epoch !== now.epoch ||
    before.isOnTrial !== now.isOnTrial ||
    before.isParked !== now.isParked
  );
}
