import { HoldfastError } from '../../host/common/errors.ts';
import type { Device } from '../../host/serial/device.ts';
import { type End, isDone, isLook, type Order, type Reading, type Report } from '../order/order.ts';
import { ACT } from './acts.ts';
import type { HeldImage } from './held-image.ts';
import { type Expected, readController } from './read.ts';

/**
 * The agent of a gateway: carries out orders on its lines, one at a time a controller. It looks before it writes and reads afterwards, and
 * believes nothing that it did not read. What it needs from outside (lines, images, a journal that survives a reboot) is passed in.
 */

/** What an agent remembers of a controller over a reboot. */
export interface Remembered {
  /** The highest fence that was seen, and the highest id. */
  readonly fence: number;
  readonly seen: number;
  /** The last order that was carried out, and what was reported of it. */
  readonly report: Report | null;
  /** Token of the window that it holds; null: none. */
  readonly token: number | null;
  /** Whether an order is being carried out: what it opened is this agent's, though it did not come to write that down. */
  readonly begun: boolean;
}

export interface Journal {
  load(controller: string): Remembered | null;
  /** Resolves when it is on the disk. */
  save(controller: string, remembered: Remembered): Promise<void>;
}

export interface AgentWorld {
  /** The line of a controller. Throws a HoldfastError when it cannot be had. */
  device(controller: string): Promise<Device>;
  image(hash: string): HeldImage | null;
  readonly journal: Journal;
  /** What hangs on a controller's line; undefined: nobody knows. */
  expected?(controller: string): Expected | undefined;
  /** Called before anything is written: throws a HoldfastError when this gateway may not act now. */
  permit?(): void;
  /** A controller that was left running one edition for good answers another, and no order was given meanwhile. */
  onOther?(controller: string, left: Reading, found: Reading): void;
}

const NOTHING: Remembered = { fence: 0, seen: 0, report: null, token: null, begun: false };

export class Agent {
  readonly #world: AgentWorld;
  readonly #busy = new Map<string, Promise<unknown>>();

  constructor(world: AgentWorld) {
    this.#world = world;
  }

  /** Carries an order out, after those that came before it for the same controller. Never throws what a device or a line did. */
  carryOut(order: Order): Promise<Report> {
    const last = this.#busy.get(order.controller) ?? Promise.resolve();
    const run = last.then(() => this.#perform(order));
    this.#busy.set(
      order.controller,
      run.catch(() => {}),
    );
    return run;
  }

  async #perform(order: Order): Promise<Report> {
    const known = this.#world.journal.load(order.controller) ?? NOTHING;
    if (order.fence < known.fence) return fenced(order, known.fence);
    // What was done and reported is not done again: the report was lost, or the order came twice.
    // A look is taken anew: what was so when it came first may be so no more.
    if (known.report?.id === order.id && !isLook(order.act)) return known.report;
    if (order.id < known.seen) return overtaken(order);
    const seen = { fence: order.fence, seen: order.id };
    await this.#world.journal.save(order.controller, { ...known, ...seen, begun: true });
    let held = known.token;
    const report = await this.#report(order, {
      known,
      took: (token) => {
        held = token;
      },
    });
    // What did not end well may be asked for again under the same id.
    const kept = report.end === 'done' ? report : known.report;
    await this.#world.journal.save(order.controller, {
      ...seen,
      report: kept,
      token: held,
      begun: report.end === 'unreachable',
    });
    return report;
  }

  async #report(
    order: Order,
    window: { known: Remembered; took: (token: number | null) => void },
  ): Promise<Report> {
    try {
      const device = await this.#world.device(order.controller);
      device.token = await ownToken(device, window.known);
      try {
        await this.#act(order, device, window.known);
      } finally {
        window.took(device.token);
      }
      const reading = await this.#read(order, device);
      if (isDone(order, reading)) return { ...about(order), end: 'done', code: '', words: '', reading };
      const words = `After "${order.act}" the controller shows something else.`;
      return { ...about(order), end: 'unlike', code: 'UNLIKE', words, reading };
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return {
        ...about(order),
        end: endOf(error),
        code: error.code,
        words: error.message,
        reading: await this.#lastLook(order),
      };
    }
  }

  #read({ controller }: Order, device: Device): Promise<Reading> {
    return readController(device, this.#world.expected?.(controller));
  }

  async #act(order: Order, device: Device, { report, seen, begun }: Remembered): Promise<void> {
    const before = await this.#read(order, device);
    const left = report?.id === seen && !begun ? report.reading : null;
    if (left !== null && isAtRest(left) && left.running !== before.running)
      this.#world.onOther?.(order.controller, left, before);
    if (!isLook(order.act) && isDone(order, before) && !holdsForeign(order, before, device)) return;
    await ACT[order.act]({
      device,
      order,
      before,
      image: order.hash === '' ? null : this.#world.image(order.hash),
      guard: async () => {
        const { fence } = this.#world.journal.load(order.controller) ?? NOTHING;
        if (order.fence < fence)
          throw new HoldfastError('FENCED', `A server with fence ${fence} leads now.`, { exitCode: 3 });
        this.#world.permit?.();
      },
    });
  }

  /** What a controller shows after it said no; null when it says nothing. */
  async #lastLook(order: Order): Promise<Reading | null> {
    try {
      return await this.#read(order, await this.#world.device(order.controller));
    } catch (error) {
      if (error instanceof HoldfastError) return null;
      throw error;
    }
  }
}

/** An open window counts only when it is this gateway's own. */
function holdsForeign({ act }: Order, { window }: Reading, device: Device): boolean {
  return act === 'open' && window && device.token === null;
}

/** The token of the window that this agent holds; also of one that it was opening when it stopped. */
async function ownToken(device: Device, { token, begun }: Remembered): Promise<number | null> {
  if (!begun) return token;
  const status = await device.status();
  return status.mode === 'window' && !status.shared ? status.token : null;
}

function about({ id, controller }: Order): Pick<Report, 'id' | 'controller'> {
  return { id, controller };
}

function fenced(order: Order, fence: number): Report {
  const words = `A server with fence ${fence} leads; this order has ${order.fence}.`;
  return { ...about(order), end: 'fenced', code: 'FENCED', words, reading: null };
}

function overtaken(order: Order): Report {
  const words = 'A later order came before this one.';
  return { ...about(order), end: 'fenced', code: 'OVERTAKEN', words, reading: null };
}

/** Nothing changes by itself any more. */
function isAtRest({ trial, pending, armed, window }: Reading): boolean {
  return !trial && !pending && !armed && !window;
}

/** This gateway may not act, so what it was asked for is not done. */
const FORBIDDEN = new Set(['FENCED', 'LEASE_OVER', 'GATEWAY_ENDS']);
const MOVING = new Set(['NOT_PARKED', 'LOAD_INTERRUPTED']);
const LINE = /^(?:NO_ANSWER|LINE_LOST|ANSWER_MALFORMED|PORT_.*)$/;

function endOf({ code }: HoldfastError): End {
  if (MOVING.has(code)) return 'moving';
  if (FORBIDDEN.has(code)) return 'fenced';
  return LINE.test(code) ? 'unreachable' : 'refused';
}
