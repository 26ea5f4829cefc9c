import { type Clock, sleep } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import type { Device } from '../../host/serial/device.ts';
import type { DesiredState, WantedImage } from '../desired/state.ts';
import { type Followed, verifyState } from '../desired/verify.ts';
import { Agent, type Journal, type Remembered } from '../gateway/agent.ts';
import type { HeldImage } from '../gateway/held-image.ts';
import type { Inventory } from '../inventory/model.ts';
import { INCIDENTS_A_MESSAGE_MAX, REPORTS_A_MESSAGE_MAX, WORDS_CHARACTERS_MAX } from '../limits.ts';
import type { Order, Report } from '../order/order.ts';
import type { Given, Leading, StateName, ToldByGateway, Welcome } from '../wire/messages.ts';
import { ImageCache } from './images.ts';
import type { ServerLink } from './link.ts';
import type { SessionJournal } from './session-file.ts';
import { SUSPICIOUS, vetOrder } from './vet.ts';

/**
 * A gateway at work: it asks its server for orders, judges each, has the agent carry out what passes, and reports. It tells what its
 * journal holds before it acts. A server can withhold, and make it close windows or revert trials; it cannot make a controller run what
 * the signers of the fleet did not sign.
 */

export interface StationJournal extends Journal {
  readonly all: ReadonlyMap<string, Remembered>;
}

export interface StationLines {
  device(controller: string): Promise<Device>;
  drop(controller: string): Promise<void>;
  close(): Promise<void>;
}

export interface StationOptions {
  /** Which gateway this is, in an inventory of its own: ports, signers and keys come from there, and from no server. */
  readonly gateway: string;
  readonly inventory: Inventory;
  readonly link: ServerLink;
  readonly lines: StationLines;
  readonly journal: StationJournal;
  readonly session: SessionJournal;
  readonly followed: { load(): Followed | null; save(followed: Followed): Promise<void> };
  readonly clock: Clock;
  /** The one clock that is read: milliseconds since 1970, for the expiry of states. */
  readonly wallMs: () => number;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  readonly onIncident: (incident: ToldByGateway) => void;
  /** What goes on, a sentence. */
  readonly onNote: (words: string) => void;
}

/** Between two tries to reach a server: for as long as the next server may take to lead, then longer and longer. All are jittered. */
const PAUSE_MS = { least: 1000, most: 60_000 };
const SOON_TRIES = 30;
/** Part of an interval that is random, so that many gateways do not ask at once. */
const JITTER = 0.3;
/** A server whose epoch is so far above the last one is no successor, but something that would shut out all that follow. */
const EPOCH_STEP_MAX = 1_000_000;
/** Of errors that end a session: those of which a person is told. A server that is silent is no news to anybody here. */
const ALARMING = new Set(['JOURNAL_FAILED', 'MESSAGE_MALFORMED', 'ANSWER_TOO_LARGE', 'SERVER_KEY']);
/** Orders of one controller that wait for each other. */
const QUEUE_MAX = 4;
/** The same is told again, and a state that was refused is asked for again, after this time. */
const AGAIN_MS = 60_000;
/** How long orders that are being carried out are waited for when the gateway ends. */
const GRACE_MS = 10_000;

export class Station {
  readonly #options: StationOptions;
  readonly #agent: Agent;
  readonly #images: ImageCache;
  readonly #running = new Map<string, Promise<void>>();
  readonly #queued = new Map<string, number>();
  /** What is not yet reported, by controller. */
  readonly #unsent = new Map<string, Report>();
  /** Whether a server answers, with the lease that it gave; nothing is sent under one that is about to be replaced. */
  #isAsking = false;
  #sending: Promise<void> | null = null;
  /** Incidents that the server was not told yet. */
  #untold: ToldByGateway[] = [];
  readonly #toldMs = new Map<string, number>();
  #lease = { fence: 0, untilMs: 0, ms: 0 };
  #taken = 0;
  #state: DesiredState | null = null;
  #digest = '';
  #refused = { digest: '', untilMs: 0 };
  #isEnding = false;
  #wake: () => void = () => {};

  constructor(options: StationOptions) {
    const { lines, journal, inventory } = options;
    this.#options = options;
    this.#images = new ImageCache((name, bytesMax) => options.link.image(name, bytesMax));
    this.#agent = new Agent({
      device: (controller) => lines.device(controller),
      image: (hash) => this.#heldImage(hash),
      journal,
      expected: (controller) => inventory.controllers.get(controller),
      permit: () => this.#permit(),
      onOther: (controller, left, found) =>
        this.#tell({
          code: 'OTHER_EDITION',
          words: `${controller} was left running epoch ${left.epoch} and now answers epoch ${found.epoch}, without an order.`,
          remedy: 'See whether cables were swapped, the controller replaced, or somebody else changed it.',
        }),
    });
  }

  /** Works until `end` is called. Rejects only with faults of this program. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#isEnding) {
      try {
        await this.#session(() => {
          failures = 0;
        });
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        if (ALARMING.has(error.code))
          this.#incident(error.code, error.message, { remedy: error.remedy ?? '' });
        if (!this.#isEnding) this.#options.onNote(`${error.message}; it is tried again`);
      }
      const doublings = Math.min(Math.max(0, failures++ - SOON_TRIES), 16);
      const pauseMs = Math.min(PAUSE_MS.least * 2 ** doublings, PAUSE_MS.most);
      if (!this.#isEnding) await this.#pause(pauseMs * (1 + JITTER * this.#options.random()));
    }
  }

  /** Nothing new begins; what is being carried out stops before its next write. Resolves when lines are closed. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#wake();
    this.#options.link.close();
    await Promise.race([Promise.all(this.#running.values()), sleep(this.#options.clock, GRACE_MS)]);
    await this.#options.lines.close();
  }

  /** From telling what the journal holds until the lease is lost or the server does not answer. */
  async #session(onAnswer: () => void): Promise<void> {
    await this.#sending;
    const welcome = await this.#hello();
    this.#options.onNote(`the server with epoch ${welcome.epoch} gave lease ${welcome.lease}`);
    onAnswer();
    this.#isAsking = true;
    try {
      this.#send();
      await this.#pull(welcome, onAnswer);
    } finally {
      this.#isAsking = false;
    }
  }

  async #pull(welcome: Welcome, onAnswer: () => void): Promise<void> {
    const { link, random } = this.#options;
    while (!this.#isEnding) {
      const waitMs = Math.floor(welcome.waitMs * (1 - JITTER * random()));
      const askedMs = this.#options.clock.nowMs();
      const { epoch, lease } = welcome;
      const given = await link.pull({ epoch, lease, taken: this.#taken, waitMs });
      this.#requireLeading(given);
      this.#renew(askedMs);
      onAnswer();
      await this.#follow(given.state);
      this.#takeOrders(given);
      this.#send();
    }
  }

  async #hello(): Promise<Welcome> {
    const { link, journal, session, clock } = this.#options;
    const known = session.load();
    const remembered = [...journal.all];
    const reports = this.#firstReports(remembered);
    const askedMs = clock.nowMs();
    const welcome = await link.hello({
      ...known,
      highestId: Math.max(0, ...remembered.map(([, { seen }]) => seen)),
      reports,
      begun: remembered
        .filter(([, { begun }]) => begun)
        .slice(0, REPORTS_A_MESSAGE_MAX)
        .map(([controller, { seen }]) => ({ controller, id: seen })),
    });
    if (welcome.lease <= known.lease) {
      throw this.#incident(
        'LEASE_LOWER',
        `The server gave lease ${welcome.lease}, and lease ${known.lease} was had before.`,
        {
          remedy: 'See whether another server leads, or the database was restored from a copy.',
        },
      );
    }
    this.#requireEpoch(welcome.epoch);
    session.save({ epoch: welcome.epoch, lease: welcome.lease });
    this.#lease = { fence: welcome.lease, untilMs: 0, ms: welcome.leaseMs };
    this.#renew(askedMs);
    this.#taken = 0;
    this.#dropSent(reports);
    return welcome;
  }

  /** What the journal holds, and what was not sent before: the later of both for each controller. */
  #firstReports(remembered: readonly (readonly [string, Remembered])[]): Report[] {
    const reports = new Map<string, Report>();
    for (const [controller, { report }] of remembered) if (report !== null) reports.set(controller, report);
    for (const [controller, report] of this.#unsent)
      if (report.id > (reports.get(controller)?.id ?? 0)) reports.set(controller, report);
    return [...reports.values()].slice(0, REPORTS_A_MESSAGE_MAX);
  }

  /** By this clock, from before the server was asked: so it is over here before anybody could think that it is. */
  #renew(askedMs: number): void {
    this.#lease = { ...this.#lease, untilMs: askedMs + this.#lease.ms };
  }

  #permit(): void {
    if (this.#isEnding) throw new HoldfastError('GATEWAY_ENDS', 'This gateway ends.', { exitCode: 3 });
    if (this.#options.clock.nowMs() < this.#lease.untilMs) return;
    throw new HoldfastError('LEASE_OVER', 'The lease of this gateway is over, and no server renewed it.', {
      exitCode: 3,
    });
  }

  #requireLeading({ epoch, lease }: Leading): void {
    if (lease !== this.#lease.fence) {
      const words = `The server answers for lease ${lease}, and this gateway has ${this.#lease.fence}.`;
      throw this.#incident('LEASE_OTHER', words, { remedy: 'See what answers in the place of the server.' });
    }
    this.#requireEpoch(epoch);
    const { session } = this.#options;
    if (epoch > session.load().epoch) session.save({ ...session.load(), epoch });
  }

  #requireEpoch(epoch: number): void {
    const { epoch: known } = this.#options.session.load();
    if (epoch < known) {
      const words = `A server with epoch ${epoch} gives orders, and one with ${known} leads.`;
      throw this.#incident('EPOCH_LOWER', words, {
        remedy: 'End that server, or see whether its database was restored from a copy.',
      });
    }
    if (epoch - known <= EPOCH_STEP_MAX) return;
    const words = `A server says that its epoch is ${epoch}, and the last one had ${known}.`;
    throw this.#incident('EPOCH_JUMP', words, { remedy: 'See what answers in the place of the server.' });
  }

  /** Follows the state that the server names, if it may be followed; what was followed before stays otherwise. */
  async #follow(name: StateName | null): Promise<void> {
    const { link, inventory, followed, clock, wallMs, onNote } = this.#options;
    if (name === null || name.digest === this.#digest) return;
    if (name.digest === this.#refused.digest && clock.nowMs() < this.#refused.untilMs) return;
    this.#refused = { digest: name.digest, untilMs: clock.nowMs() + AGAIN_MS };
    const { fleet, signers } = inventory;
    const text = await link.state();
    try {
      const verified = verifyState(text, { fleet, signers, last: followed.load(), nowMs: wallMs() });
      await followed.save(verified.followed);
      this.#state = verified.state;
      this.#digest = verified.followed.digest;
      onNote(`state ${verified.state.sequence} is followed`);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      this.#tell({
        code: error.code,
        words: `A state is refused: ${error.message}.`,
        remedy: error.remedy ?? '',
      });
    }
  }

  #takeOrders({ epoch, orders }: Given): void {
    for (const { position, order } of orders) {
      if (position <= this.#taken) {
        this.#incident(
          'ORDER_REPLAYED',
          `Order ${order.id} of ${order.controller} comes again at position ${position}.`,
          {
            remedy: 'See what answers in the place of the server.',
          },
        );
        continue;
      }
      this.#taken = position;
      this.#begin({ ...order, fence: epoch });
    }
  }

  /** What is being carried out is not begun twice; its report comes anyway. */
  #begin(order: Order): void {
    const key = `${order.controller} ${order.id}`;
    if (this.#running.has(key)) return;
    const queued = this.#queued.get(order.controller) ?? 0;
    this.#queued.set(order.controller, queued + 1);
    const work =
      queued < QUEUE_MAX
        ? this.#perform(order)
        : Promise.resolve(refusedAs(order, 'QUEUE_FULL', 'Too many orders wait for this controller.'));
    this.#running.set(
      key,
      work.then((report) => {
        this.#running.delete(key);
        const left = (this.#queued.get(order.controller) ?? 1) - 1;
        if (left > 0) this.#queued.set(order.controller, left);
        else this.#queued.delete(order.controller);
        if (report.id >= (this.#unsent.get(order.controller)?.id ?? 0))
          this.#unsent.set(order.controller, report);
        this.#send();
      }),
    );
  }

  /** Never rejects: whatever goes wrong is a report. */
  async #perform(order: Order): Promise<Report> {
    try {
      const wanted = this.#vet(order);
      if (wanted !== null) await this.#images.want(wanted);
      const report = await this.#agent.carryOut(order);
      if (report.end === 'unreachable') await this.#options.lines.drop(order.controller);
      if (report.code === 'OTHER_CONTROLLER' || report.code === 'OVERTAKEN') this.#tellOfReport(report);
      return { ...report, words: report.words.slice(0, WORDS_CHARACTERS_MAX) };
    } catch (error) {
      const isKnown = error instanceof HoldfastError;
      const [code, words] = isKnown ? [error.code, error.message] : ['GATEWAY_FAULT', String(error)];
      if (!isKnown || SUSPICIOUS.has(code) || code === 'IMAGE_OTHER' || code === 'JOURNAL_FAILED')
        this.#tell({
          code,
          words,
          remedy: (isKnown ? error.remedy : undefined) ?? 'Tell who maintains Holdfast.',
        });
      return refusedAs(order, code, words);
    }
  }

  #vet(order: Order): WantedImage | null {
    const { gateway, inventory, wallMs } = this.#options;
    return vetOrder(order, { gateway, inventory, state: this.#state, nowMs: wallMs() });
  }

  #tellOfReport({ controller, code, words }: Report): void {
    const what = code === 'OVERTAKEN' ? `An order of ${controller} is refused` : controller;
    const remedy =
      code === 'OVERTAKEN'
        ? 'If no server was replaced just now, see what answers in its place.'
        : 'See whether cables were swapped, or correct the inventory.';
    this.#tell({ code, words: `${what}: ${words}`, remedy });
  }

  #heldImage(hash: string): HeldImage | null {
    const wanted = imagesOf(this.#state).find((image) => image.hash === hash);
    const bytes = wanted === undefined ? undefined : this.#images.get(wanted.sha256);
    return bytes === undefined ? null : { bytes, hash: Buffer.from(hash, 'hex') };
  }

  /** Sends what is not sent, one message after the other; what fails is sent after the next answer. */
  #send(): void {
    if (this.#sending !== null || !this.#isAsking || this.#isEnding) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#isAsking && (this.#unsent.size > 0 || this.#untold.length > 0)) {
        const incidents = this.#untold.slice(0, INCIDENTS_A_MESSAGE_MAX);
        const reports = [...this.#unsent.values()].slice(0, REPORTS_A_MESSAGE_MAX);
        const { epoch } = this.#options.session.load();
        const askedMs = this.#options.clock.nowMs();
        this.#requireLeading(
          await this.#options.link.report({ epoch, lease: this.#lease.fence, reports, incidents }),
        );
        this.#renew(askedMs);
        this.#untold = this.#untold.filter((incident) => !incidents.includes(incident));
        this.#dropSent(reports);
      }
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
    }
  }

  #dropSent(reports: readonly Report[]): void {
    for (const report of reports)
      if (this.#unsent.get(report.controller) === report) this.#unsent.delete(report.controller);
  }

  #incident(code: string, words: string, { remedy }: { remedy: string }): HoldfastError {
    this.#tell({ code, words, remedy });
    return new HoldfastError(code, words, { remedy, exitCode: 3 });
  }

  /** Tells a person here, and by way of the server; the same not again and again. */
  #tell({ code, words, remedy }: ToldByGateway): void {
    const key = `${code} ${words}`;
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - (this.#toldMs.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    for (const [old, ms] of this.#toldMs) if (nowMs - ms >= AGAIN_MS) this.#toldMs.delete(old);
    this.#toldMs.set(key, nowMs);
    const incident = { code, words: words.slice(0, WORDS_CHARACTERS_MAX), remedy };
    this.#options.onIncident(incident);
    if (this.#untold.length < INCIDENTS_A_MESSAGE_MAX) this.#untold.push(incident);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function refusedAs({ id, controller }: Order, code: string, words: string): Report {
  return { id, controller, end: 'refused', code, words: words.slice(0, WORDS_CHARACTERS_MAX), reading: null };
}

function imagesOf(state: DesiredState | null): WantedImage[] {
  return state?.maps.flatMap(({ edition, reissue }) => [edition, reissue]) ?? [];
}
