import { Random } from '../../sim/drill/random.ts';
import type { SimDevice } from '../../sim/drill/sim-device.ts';
import { beginCell, stepCell } from '../cell/machine.ts';
import {
  type CellLimits,
  type CellPlan,
  type CellState,
  goalOf,
  type Incident,
  type Outcome,
  type Step,
} from '../cell/state.ts';
import type { Order, Report } from '../order/order.ts';
import { SimController } from './controller.ts';
import type { SimEditions } from './editions.ts';
import { drawFault, type Fault } from './faults.ts';
import { GatewayGone, SimGateway } from './gateway.ts';
import { Network } from './network.ts';
import { World } from './world.ts';

/** One cell of a simulated plant from one edition to the next, with what goes wrong on the way, and every invariant looked at. */

export const LIMITS: CellLimits = {
  attempts: 5,
  rounds: 5,
  stageMs: 60_000,
  answerMs: 20_000,
  pollMs: 500,
  parkedMs: 120_000,
  trialMs: 180_000,
  repairMs: 180_000,
};
/** A cell that takes longer hangs. */
const END_MS = 7_200_000;
/** Afterwards the world goes on: nothing may change by itself any more. */
const AFTER_MS = 700_000;
/** A mix is surfaced within this time after the faults are over: a round of answers that do not come, and one that do. */
const SURFACED_MS = 60_000;
/** And it is repaired within this time, or in the hands of a person. */
const REPAIRED_MS = 3_600_000;
const LOOKS_AFTER_POWER = 10;

export interface CellRun {
  readonly seed: number;
  readonly outcome: Outcome | null;
  /** Why it went another way than planned. */
  readonly why: string;
  /** Faults that struck, with the phase of the cell then. */
  readonly struck: readonly { readonly kind: Fault['kind']; readonly phase: string }[];
  /** Whether members answered different editions at any time, for how long in all, and whether they do at the end. */
  readonly mixed: boolean;
  readonly mixedMs: number;
  readonly mixedAtEnd: boolean;
  readonly controllers: number;
  readonly orders: number;
  readonly tookMs: number;
  /** Invariants that did not hold, a sentence each. */
  readonly broken: readonly string[];
}

/** What moves a cell; another one only in tests of this simulation. */
export interface Machine {
  readonly begin: typeof beginCell;
  readonly step: typeof stepCell;
}

const MACHINE: Machine = { begin: beginCell, step: stepCell };

/** The same seed gives the same run. */
export async function runCell(
  seed: number,
  editions: SimEditions,
  { faults, machine = MACHINE }: { readonly faults: number; readonly machine?: Machine },
): Promise<CellRun> {
  const run = new Run(new Random(seed), editions, faults, machine);
  await run.boot();
  return { seed, ...(await run.finish()) };
}

class Run {
  readonly #random: Random;
  readonly #editions: SimEditions;
  readonly #machine: Machine;
  readonly #world = new World();
  readonly #controllers: SimController[] = [];
  readonly #gateways: SimGateway[] = [];
  readonly #network: Network;
  readonly #faults: Fault[];
  readonly #struck: { kind: Fault['kind']; phase: string }[] = [];
  readonly #broken: string[] = [];
  readonly #incidents: Incident[] = [];
  #state: CellState | null = null;
  /** Devices whose power is going, and for how long. */
  readonly #outages = new Map<SimDevice, number>();
  #fence = 2;
  #orders = 0;
  /** Requests in the phase that the faults count in. */
  #requests = 0;
  #counted = '';
  #lastFaultEndsMs = 0;
  #wakes = 0;
  #late: number | null = null;
  #twice = false;
  #mixedSinceMs: number | null = null;
  #mixedMs = 0;
  #wasMixed = false;

  constructor(random: Random, editions: SimEditions, faults: number, machine: Machine) {
    this.#machine = machine;
    this.#random = random;
    this.#network = new Network(this.#world, random);
    this.#editions = editions;
    this.#faults = Array.from({ length: faults }, (_, at) => drawFault(random, at > 0));
  }

  async boot(): Promise<void> {
    const members = this.#random.between(2, 5);
    for (let at = 0; at < members; at++) {
      const controller = await SimController.boot(`c${at}`, this.#editions.before);
      controller.onRequest = () => this.#onRequest(controller);
      controller.onAnswer = () => this.#look();
      this.#controllers.push(controller);
    }
    const halves = this.#random.onceIn(2)
      ? [this.#controllers]
      : [this.#controllers.slice(0, 1), this.#controllers.slice(1)];
    for (const half of halves) {
      const gateway = new SimGateway(
        new Map(half.map((controller) => [controller.id, controller])),
        this.#editions.images,
      );
      this.#gateways.push(gateway);
      this.#network.connect(gateway, half);
    }
    this.#world.onEvent = () => this.#look();
    this.#world.onTime = async () => {
      for (const controller of this.#controllers) await controller.advance(this.#world.nowMs);
    };
  }

  async finish(): Promise<Omit<CellRun, 'seed'>> {
    const { edition, reissue } = this.#editions;
    const plan: CellPlan = {
      cell: 'cell',
      firstId: 1,
      again: false,
      members: this.#controllers.map(({ id }) => ({ controller: id, edition, reissue })),
    };
    this.#take(this.#machine.begin(plan, LIMITS, this.#world.nowMs));
    const ended = await this.#world.run(() => this.#state?.phase === 'end', END_MS);
    const tookMs = this.#world.nowMs;
    if (!ended || this.#state?.phase !== 'end')
      this.#broken.push(`the cell hangs in "${this.#state?.phase}"`);
    await this.#goOn();
    this.#judgeEnd();
    for (const gateway of this.#gateways) this.#broken.push(...gateway.broken);
    return {
      outcome: this.#state?.outcome ?? null,
      why: this.#state?.why ?? '',
      struck: this.#struck,
      mixed: this.#wasMixed,
      mixedMs: this.#mixedMs + (this.#mixedSinceMs === null ? 0 : this.#world.nowMs - this.#mixedSinceMs),
      mixedAtEnd: this.#mixedSinceMs !== null,
      controllers: this.#controllers.length,
      orders: this.#orders,
      tookMs,
      broken: this.#broken,
    };
  }

  /** What was on its way arrives, faults end, leases and trials run out. */
  async #goOn(): Promise<void> {
    const untilMs = this.#world.nowMs + AFTER_MS;
    for (let atMs = AFTER_MS / 10; atMs <= AFTER_MS; atMs += AFTER_MS / 10) this.#world.after(atMs, () => {});
    await this.#world.run(() => false, untilMs + 1);
  }

  #take(step: Step): void {
    this.#state = step.state;
    for (const incident of step.incidents) this.#incidents.push(incident);
    for (const order of step.orders) {
      this.#checkOrder(order);
      this.#send({ ...order, fence: this.#fence }, 1);
    }
    const wake = ++this.#wakes;
    if (step.wakeMs !== null)
      this.#world.after(step.wakeMs - this.#world.nowMs, () => {
        if (wake === this.#wakes) this.#step(null);
      });
  }

  #step(report: Report | null): void {
    if (this.#state !== null) this.#take(this.#machine.step(this.#state, LIMITS, this.#world.nowMs, report));
  }

  #send(order: Order, copies: number): void {
    this.#orders++;
    for (let copy = 0; copy < copies; copy++)
      this.#network.send(order, (report, tookMs) => this.#onReport(report, tookMs));
  }

  /** A report comes, later or twice as a fault has it. */
  #onReport(report: Report, tookMs: number): void {
    const lateMs = this.#late ?? 0;
    const copies = this.#twice ? 2 : 1;
    this.#late = null;
    this.#twice = false;
    for (let copy = 0; copy < copies; copy++)
      this.#world.after(tookMs + lateMs + copy * this.#network.latencyMs(), () => this.#step(report));
  }

  /** Counts requests in the phase of the next fault, and lets it strike. */
  #onRequest(controller: SimController): void {
    const gateway = this.#network.gatewayOf(controller.id);
    if (gateway.current !== null && gateway.isKnown(gateway.current))
      this.#broken.push(
        `order ${gateway.current.id} (${gateway.current.act}) reached ${controller.id} again`,
      );
    const { phase = 'end', goal = 'edition' } = this.#state ?? {};
    const isRepair = goal === 'reissue' || ['leave', 'survey', 'back', 'settle'].includes(phase);
    const where = isRepair ? 'repair' : phase;
    const [fault] = this.#faults;
    if (fault === undefined || fault.phase !== where) return;
    if (this.#counted !== where) this.#requests = 0;
    this.#counted = where;
    if (this.#requests++ < fault.request) return;
    this.#faults.shift();
    this.#counted = '';
    // Power goes at an operation of flash, which may come later.
    if (fault.kind !== 'power cut') this.#record(fault.kind, fault.lastsMs);
    this.#strike(fault, controller, gateway);
  }

  #record(kind: Fault['kind'], lastsMs: number): void {
    this.#struck.push({ kind, phase: this.#state?.phase ?? 'end' });
    this.#lastFaultEndsMs = Math.max(this.#lastFaultEndsMs, this.#world.nowMs + lastsMs);
  }

  /** Power that went comes back after its time. */
  #noticeOutages(): void {
    for (const [device, lastsMs] of this.#outages) {
      if (device.isPowered) continue;
      this.#outages.delete(device);
      this.#record('power cut', lastsMs);
      this.#world.after(lastsMs, () => device.reboot());
      // Its loop runs from then on, whether anybody asks it or not.
      for (let look = 1; look <= LOOKS_AFTER_POWER; look++) this.#world.after(lastsMs + 100 * look, () => {});
    }
  }

  #strike(fault: Fault, controller: SimController, gateway: SimGateway): void {
    const { device } = controller;
    const { lastsMs, cut } = fault;
    switch (fault.kind) {
      case 'power cut':
        if (cut === null) device.losePower();
        else device.cutAt(device.operations + cut.operation, cut.kind);
        this.#outages.set(device, lastsMs);
        this.#noticeOutages();
        return;
      case 'machine moves':
        device.parked = false;
        this.#world.after(lastsMs, () => {
          device.parked = true;
        });
        return;
      case 'cable':
        controller.connected = false;
        this.#world.after(lastsMs, () => {
          controller.connected = true;
        });
        return;
      case 'gateway gone':
        gateway.stop();
        this.#world.after(lastsMs, () => gateway.start());
        throw new GatewayGone();
      case 'server killed':
        // What it had in memory is gone; what it had written down, another one takes up, as a later leader.
        this.#state = JSON.parse(JSON.stringify(this.#state)) as CellState;
        this.#fence++;
        this.#world.after(lastsMs, () => this.#step(null));
        return;
      case 'duplicated':
        this.#twice = true;
        if (gateway.current !== null) this.#send(gateway.current, 2);
        return;
      case 'late':
        this.#late = lastsMs;
        return;
      case 'stale fence':
        this.#sendStale();
    }
  }

  /** A server that was cut off goes on: whatever it asks for must not be done. */
  #sendStale(): void {
    const { edition } = this.#editions;
    for (const { id } of this.#controllers)
      for (const act of ['open', 'mark', 'close', 'confirm', 'revert'] as const) {
        const order = {
          id: 1_000_000,
          fence: this.#fence - 1,
          controller: id,
          act,
          hash: edition,
          force: true,
        };
        this.#world.after(this.#network.latencyMs(), async () => {
          const gateway = this.#network.gatewayOf(id);
          if (!gateway.isUp || !gateway.isKnown(order)) return;
          const report = await gateway.carryOut(order);
          if (report !== null && report.end !== 'fenced')
            this.#broken.push(`an order with a lower fence ended with "${report.end}"`);
        });
      }
  }

  /** Nothing is confirmed that was not read back. */
  #checkOrder(order: Omit<Order, 'fence'>): void {
    const state = this.#state;
    if (state === null || state.phase !== 'confirm' || order.act !== 'confirm') return;
    for (const member of state.members) {
      const { reading } = member;
      const wasRead = reading !== null && reading.running === goalOf(state, member);
      if (!wasRead)
        this.#broken.push(`${order.controller} is confirmed before ${member.plan.controller} was read`);
    }
  }

  #look(): void {
    this.#noticeOutages();
    const { nowMs } = this.#world;
    const answers = this.#controllers.map(({ answering }) => answering).filter((epoch) => epoch !== null);
    const mixed = new Set(answers).size > 1;
    if (!mixed) {
      if (this.#mixedSinceMs !== null) this.#mixedMs += nowMs - this.#mixedSinceMs;
      this.#mixedSinceMs = null;
      return;
    }
    if (!this.#wasMixed && this.#struck.length === 0)
      this.#broken.push(`mixed in "${this.#state?.phase}" without a fault`);
    this.#wasMixed = true;
    this.#mixedSinceMs ??= nowMs;
    const fromMs = Math.max(this.#mixedSinceMs, this.#lastFaultEndsMs);
    const isTold = this.#state?.mixedSinceMs !== null || this.#incidents.some(({ kind }) => kind === 'stuck');
    if (nowMs - fromMs > SURFACED_MS && !isTold) this.#tellOnce('a mix was not surfaced in its bound');
    if (nowMs - fromMs > REPAIRED_MS && !this.#incidents.some(({ kind }) => kind === 'stuck'))
      this.#tellOnce('a mix was not repaired in its bound');
  }

  #tellOnce(words: string): void {
    if (!this.#broken.includes(words)) this.#broken.push(words);
  }

  /** What the controllers really do, against what the cell says of them. */
  #judgeEnd(): void {
    const { outcome } = this.#state ?? {};
    const { epochs } = this.#editions;
    const wanted = {
      confirmed: epochs.edition,
      forward: epochs.reissue,
      back: epochs.before,
      untouched: epochs.before,
    };
    for (const { id, device, answering } of this.#controllers) {
      if (device.bootReason !== 0) this.#broken.push(`${id} lost its edition (reason ${device.bootReason})`);
      if (outcome === 'stuck' || outcome == null || outcome === 'superseded') continue;
      if (answering !== wanted[outcome])
        this.#broken.push(`"${outcome}", but ${id} answers epoch ${answering}`);
    }
    if (outcome === 'superseded') this.#broken.push('the cell was given up for a server that there is not');
    const told = this.#incidents.some(({ kind }) => kind === outcome);
    if (outcome !== 'confirmed' && outcome !== 'superseded' && !told)
      this.#broken.push(`"${outcome}" without an incident`);
    if (this.#mixedSinceMs !== null && outcome !== 'stuck')
      this.#broken.push('mixed at the end, and nobody was told');
    if (this.#struck.length === 0 && outcome !== 'confirmed')
      this.#broken.push(`"${outcome}" without a fault`);
  }
}
