import { type Clock, sleep } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import type { Random } from '../../sim/drill/random.ts';
import type { Desk } from '../desk/desk.ts';
import type { ServerLink } from '../station/link.ts';
import {
  decodeGiven,
  decodeHello,
  decodeLeading,
  decodePull,
  decodeReportsMessage,
  decodeWelcome,
  encodeMessage,
  type Given,
  type Hello,
  type Leading,
  type Pull,
  type Reports,
  type Welcome,
} from '../wire/messages.ts';

/** The way between a gateway and its server in a drill: every message passes the real reading of both sides, and the way can be cut. */

const LATENCY_MS = { least: 5, most: 60 };
const SILENCE_MS = 1000;

export interface DrillLinkOptions {
  readonly gateway: string;
  /** The server that answers now; null: none does. */
  readonly desk: () => Desk | null;
  readonly stateText: string;
  readonly image: (sha256: string) => Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
}

export class DrillLink implements ServerLink {
  readonly #options: DrillLinkOptions;
  readonly #end = new AbortController();
  isCut = false;
  /** The next message with reports comes twice, or so much later. */
  twice = false;
  lateMs = 0;
  /** Changes the next answer to a pull: somebody stands in for the server. */
  forge: ((given: Given) => Given) | null = null;

  constructor(options: DrillLinkOptions) {
    this.#options = options;
  }

  hello(hello: Hello): Promise<Welcome> {
    const ask = (desk: Desk, text: string) => desk.hello(this.#options.gateway, decodeHello(text));
    return this.#ask(hello, ask, decodeWelcome);
  }

  async pull(pull: Pull): Promise<Given> {
    const { gateway } = this.#options;
    const ask = (desk: Desk, text: string) => desk.pull(gateway, decodePull(text), this.#end.signal);
    const given = await this.#ask(pull, ask, decodeGiven);
    const { forge } = this;
    if (forge === null || given.orders.length > 0) return given;
    this.forge = null;
    return decodeGiven(encodeMessage(forge(given)));
  }

  async report(reports: Reports): Promise<Leading> {
    const ask = (desk: Desk, text: string) =>
      desk.report(this.#options.gateway, decodeReportsMessage(text), this.#end.signal);
    const copies = this.twice && reports.reports.length > 0 ? 2 : 1;
    if (copies === 2) this.twice = false;
    if (this.lateMs > 0 && reports.reports.length > 0) {
      const { lateMs } = this;
      this.lateMs = 0;
      await sleep(this.#options.clock, lateMs);
    }
    for (let copy = 1; copy < copies; copy++) await this.#ask(reports, ask, decodeLeading);
    return this.#ask(reports, ask, decodeLeading);
  }

  async state(): Promise<string> {
    await this.#pass();
    return this.#options.stateText;
  }

  async image(sha256: string): Promise<Uint8Array> {
    await this.#pass();
    return this.#options.image(sha256);
  }

  close(): void {
    this.#end.abort();
  }

  async #ask<Answer extends object>(
    message: object,
    ask: (desk: Desk, text: string) => Promise<Answer>,
    decode: (text: string) => Answer,
  ): Promise<Answer> {
    const desk = await this.#pass();
    const answer = await ask(desk, encodeMessage(message));
    if ((await this.#pass()) !== desk) throw silent();
    return decode(encodeMessage(answer));
  }

  /** One way: it takes its time, and may end nowhere. */
  async #pass(): Promise<Desk> {
    const { clock, random, desk } = this.#options;
    await sleep(clock, random.between(LATENCY_MS.least, LATENCY_MS.most));
    const reached = desk();
    if (!this.isCut && reached !== null && !this.#end.signal.aborted) return reached;
    await sleep(clock, SILENCE_MS);
    throw silent();
  }
}

function silent(): HoldfastError {
  return new HoldfastError('SERVER_SILENT', 'the server does not answer', { exitCode: 3 });
}
