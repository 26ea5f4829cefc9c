/**
 * Power goes at seeded instructions of an update on the emulated board: everything but the flash is lost, and an operation that the
 * chip is busy with stays half-done. The board starts again from that flash, says which edition it runs, is compared with that edition
 * byte by byte and answer by answer, and the update is done again to its end.
 *
 * An update is run twice, the same to the instruction: once to see which instructions belong to what, once to keep the flash at the
 * chosen moments. Nothing else survives a cut, so nothing else has to be kept.
 */

import { HoldfastError } from '../../host/common/errors.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import { SimulatedFlash, VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { buildFirmware, type Firmware } from '../../host/firmware/build.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { BoardLine, type BoardLineOptions } from '../boards/board-line.ts';
import { Rp2040Board, START_MS } from '../boards/rp2040-board.ts';
import { type DrillEdition, drillEdition } from './editions.ts';
import { type Moment, Survey } from './moments.ts';
import { Random } from './random.ts';
import { tear } from './tear.ts';
import { type Activation, PHASES, type Phase, update } from './update.ts';
import { DrillFailure, runningEdition } from './whole.ts';

/** Cuts in one update; the next update is drilled on the flash that this one left. */
const CUTS_AN_UPDATE = 25;
/** Updates before the first that is drilled: slots have a past, and the journal of states is full and begins anew in the next one. */
const PAST_UPDATES = 10;
/** Every so many cuts, power goes once more while the board starts. */
const SECOND_CUT_EVERY = 4;
/** Instructions of a start: the second cut falls into them. */
const START_INSTRUCTIONS = 1_200_000;
const CHECKS_TO_CONFIRM = 20;
const LEASE_TICKS = 1_000_000;

export interface PowercutOptions {
  readonly cuts: number;
  readonly seed: number;
  /** After each cut. */
  readonly onCut?: (done: number) => void;
}

export interface PowercutReport {
  readonly target: 'rp2040';
  readonly cuts: number;
  /** Further cuts, during the start after the first. */
  readonly secondCuts: number;
  /** Boards that ran something else than one whole edition. */
  readonly torn: number;
  /** Boards that ran no edition, or not the one that they had said to be confirmed, or could not be updated any more. */
  readonly lost: number;
  readonly seed: number;
  /** Cuts by what the board was doing; `erase` and `program`: the flash chip was busy with one. */
  readonly moments: Readonly<Record<string, number>>;
  /** What went wrong, and where. */
  readonly failures: readonly string[];
}

/** An update that is drilled: the flash it begins on, and what it changes from and to. */
interface Drilled {
  readonly content: Uint8Array;
  readonly from: DrillEdition;
  readonly to: DrillEdition;
  readonly activation: Activation;
}

/** A moment, and what is left of the flash when power went there. */
interface Cut extends Moment {
  readonly content: Uint8Array;
}

/** Cuts the power of the RP2040. Throws what building its firmware throws. */
export async function cutPower(options: PowercutOptions): Promise<PowercutReport> {
  const first = await drillEdition(1);
  const drill = new Drill(await buildFirmware('rp2040'), first, new Random(options.seed));
  const content = contentWith(first);
  let from = first;
  for (let number = 0; drill.cuts < options.cuts; number++) {
    const to = await drillEdition(from.epoch + 1);
    const drilled: Drilled = { content, from, to, activation: number % 2 === 0 ? 'close' : 'reset' };
    if (number >= PAST_UPDATES) {
      const count = Math.min(CUTS_AN_UPDATE, options.cuts - drill.cuts);
      for (const cut of await drill.cutsOf(drilled, count)) {
        await drill.examine(drilled, cut);
        options.onCut?.(drill.cuts);
      }
    }
    await drill.update(content, drilled, {});
    from = to;
  }
  return { target: 'rp2040', seed: options.seed, ...drill.report() };
}

class Drill {
  readonly #firmware: Firmware;
  readonly #burned: Uint8Array;
  readonly #random: Random;
  readonly #moments: Record<string, number> = {};
  readonly #failures: string[] = [];
  cuts = 0;
  #secondCuts = 0;
  #torn = 0;
  #lost = 0;

  constructor(firmware: Firmware, first: DrillEdition, random: Random) {
    this.#firmware = firmware;
    this.#random = random;
    const config = { checksToConfirm: CHECKS_TO_CONFIRM, leaseTicks: LEASE_TICKS };
    this.#burned = encodeBurned({ ...deriveBurned(first.bytes, 'development'), ...config });
  }

  report() {
    const { cuts } = this;
    const counted = { cuts, secondCuts: this.#secondCuts, torn: this.#torn, lost: this.#lost };
    return { ...counted, moments: this.#moments, failures: this.#failures };
  }

  /** Updates the board that has this flash, from wherever it stands. */
  async update(
    content: Uint8Array,
    { to, activation }: Drilled,
    watch: BoardLineOptions & { onPhase?: (phase: Phase) => void },
  ): Promise<void> {
    const { line, flash } = this.#powerUp(content, watch);
    await update(line, clientOn(line), { image: to, activation, onPhase: watch.onPhase ?? (() => {}) });
    requireErased(flash);
  }

  /** Cuts at seeded moments of an update. */
  async cutsOf(drilled: Drilled, count: number): Promise<Cut[]> {
    const moments = (await this.#survey(drilled)).choose(count, this.#random);
    const content = drilled.content.slice();
    const cuts: Cut[] = [];
    await this.update(content, drilled, {
      stops: moments.map(({ instruction }) => instruction),
      onStop: (board) => {
        const moment = moments[cuts.length];
        if (moment !== undefined) cuts.push({ ...moment, content: this.#withoutPower(content, board) });
      },
    });
    if (cuts.length !== count) throw new Error(`an update was cut ${cuts.length} times instead of ${count}`);
    return cuts;
  }

  /** What the board was doing, over a whole update. */
  async #survey(drilled: Drilled): Promise<Survey> {
    const survey = new Survey();
    let phase: Phase = PHASES[0];
    let kindBefore: string | undefined;
    await this.update(drilled.content.slice(), drilled, {
      onPhase: (entered) => {
        phase = entered;
      },
      onLook: (board) => {
        const kind = board.flashOperation()?.kind;
        const isBusy = kind !== undefined && kind === kindBefore;
        survey.look(board.instructions, isBusy ? `${phase}: ${kind}` : phase);
        kindBefore = kind;
      },
    });
    return survey;
  }

  /** Flash as it stands when power goes now. */
  #withoutPower(content: Uint8Array, board: Rp2040Board): Uint8Array {
    const left = content.slice();
    const operation = board.flashOperation();
    if (operation !== null) left.set(tear(operation, this.#random), operation.offset);
    return left;
  }

  /** The board on what a cut left: it runs one whole edition, the right one, and can be updated. */
  async examine(drilled: Drilled, cut: Cut): Promise<void> {
    this.cuts++;
    this.#moments[cut.label] = (this.#moments[cut.label] ?? 0) + 1;
    try {
      const content = this.cuts % SECOND_CUT_EVERY === 0 ? this.#cutStart(cut.content) : cut.content;
      await this.#requireWhole(drilled, cut, content);
    } catch (error) {
      if (!(error instanceof DrillFailure) && !(error instanceof HoldfastError)) throw error;
      if (error instanceof DrillFailure && error.kind === 'torn') this.#torn++;
      else this.#lost++;
      const place = `update to epoch ${drilled.to.epoch}, instruction ${cut.instruction} (${cut.label})`;
      this.#failures.push(`${place}: ${error.message}`);
    }
  }

  async #requireWhole(drilled: Drilled, cut: Cut, content: Uint8Array): Promise<void> {
    const { line, flash } = this.#powerUp(content, {});
    line.run(START_MS);
    const device = clientOn(line);
    const { from, to } = drilled;
    const running = await runningEdition(device, [from, to]);
    requirePromised(running, drilled, cut);
    if (running.edition === from || running.trial) {
      await update(line, device, { image: to, activation: drilled.activation });
      const updated = await runningEdition(device, [from, to]);
      if (updated.edition !== to || updated.trial)
        throw new DrillFailure('lost', 'cannot be updated any more');
    }
    requireErased(flash);
  }

  /** Power comes, and goes again before the board has started. */
  #cutStart(content: Uint8Array): Uint8Array {
    const started = content.slice();
    let left: Uint8Array = started;
    const { line } = this.#powerUp(started, {
      stops: [this.#random.below(START_INSTRUCTIONS)],
      onStop: (board) => {
        left = this.#withoutPower(started, board);
      },
    });
    line.run(START_MS);
    this.#secondCuts++;
    return left;
  }

  /** A board whose flash is `content`, which changes with it. */
  #powerUp(content: Uint8Array, watch: BoardLineOptions) {
    const flash = new SimulatedFlash(VIRTUAL_GEOMETRY, content);
    const connect = (onSent: (byte: number) => void) =>
      new Rp2040Board({
        firmware: this.#firmware,
        burned: this.#burned,
        flash,
        isParked: () => true,
        onSent,
        line: 'eager',
      });
    const line = new BoardLine(connect, watch);
    return { line, flash };
  }
}

function clientOn(line: BoardLine): Device {
  return new Device(new SmpClient(line, { clock: line, firstSequence: 1 }));
}

/** Real flash would mix the old bytes with the new. */
function requireErased(flash: SimulatedFlash): void {
  if (flash.counters.refused > 0) throw new DrillFailure('lost', 'writes flash that is not erased');
}

/** Before it is marked, the new edition must not run; once its confirmation was answered, no other may. */
function requirePromised(
  running: { edition: DrillEdition; trial: boolean },
  { from, to }: Drilled,
  { label }: Cut,
): void {
  const at = PHASES.findIndex((phase) => label.startsWith(phase));
  const isBroken =
    (at < PHASES.indexOf('mark') && running.edition !== from) ||
    (at >= PHASES.indexOf('restart') && (running.edition !== to || running.trial));
  if (isBroken)
    throw new DrillFailure('lost', `runs epoch ${running.edition.epoch} after a cut in "${label}"`);
}
