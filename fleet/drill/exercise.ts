import { sleep } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import type { Device } from '../../host/serial/device.ts';
import { Random } from '../../sim/drill/random.ts';
import { SimulatedClock } from '../../sim/drill/simulated-clock.ts';
import type { CellPlan, Incident, Outcome } from '../cell/state.ts';
import { MemoryExchange } from '../exchange/memory.ts';
import type { ExchangeStore } from '../exchange/store.ts';
import { readController } from '../gateway/read.ts';
import { SimController } from '../sim/controller.ts';
import { failing } from './failing-store.ts';
import { type DrillFault, isAfter, type PlannedFault, planFault } from './faults.ts';
import { type Disk, type DrillGateway, emptyDisk, startGateway } from './gateway.ts';
import type { DrillPlant } from './plant.ts';
import { DrillServer, type Written } from './server.ts';

/**
 * One exercise: a cell of three controllers on two gateways is brought to a new edition, and one fault strikes on the way. Server desk,
 * gateways, agents and controllers' cores are the real ones; time is simulated. Then a person tries again what was not brought there.
 */

const TICK_MS = 250;
const END_MS = 3 * 3_600_000;
/** After the fault is over, and after the end, the world goes on so long. */
const AFTER_MS = 60_000;
const TRIES_MAX = 3;
const JUMP_MS = 730 * 86_400_000;
const STALE_MS = 8000;
const SWAPPED_WITH = 'spare';

export interface Exercise {
  readonly fault: DrillFault;
  /** The phase of the cell when it struck; null: the cell was over before. */
  readonly phase: string | null;
  readonly lastsMs: number;
  /** Who noticed it first, how long after it struck, and in which words; null: nobody had to, since nothing came of it. */
  readonly noticed: { readonly who: string; readonly afterMs: number; readonly words: string } | null;
  /** What people were told. */
  readonly incidents: readonly Incident['kind'][];
  /** For how long the cell answered two editions, in milliseconds. */
  readonly mixedMs: number;
  /** How the cell ended each time that it was tried. */
  readonly outcomes: readonly Outcome[];
  readonly tookMs: number;
  /** What must not be, a sentence each. */
  readonly broken: readonly string[];
}

export async function runExercise(kind: DrillFault, seed: number, plant: DrillPlant): Promise<Exercise> {
  const run = new Run(kind, new Random(seed), plant);
  await run.boot();
  return run.finish();
}

class Run {
  readonly #plant: DrillPlant;
  readonly #random: Random;
  readonly #fault: PlannedFault;
  readonly #clock = new SimulatedClock();
  readonly #memory = new MemoryExchange(() => this.#clock.nowMs());
  readonly #store: ExchangeStore;
  readonly #written: Written = { state: null, heard: 0 };
  readonly #controllers = new Map<string, SimController>();
  /** Which controller hangs on whose line. */
  readonly #lines = new Map<string, string>();
  readonly #gateways = new Map<string, DrillGateway>();
  readonly #incidents: Incident[] = [];
  readonly #broken: string[] = [];
  #server: DrillServer | null = null;
  #plan: CellPlan;
  #isDatabaseGone = false;
  #requests = 0;
  #struck: { readonly atMs: number; readonly phase: string } | null = null;
  #noticed: Exercise['noticed'] = null;
  #mixedSinceMs: number | null = null;
  #mixedMs = 0;
  #isOver = false;

  constructor(kind: DrillFault, random: Random, plant: DrillPlant) {
    this.#plant = plant;
    this.#random = random;
    this.#fault = planFault(kind, random);
    this.#store = failing(this.#memory, () => this.#isDatabaseGone);
    const { edition, reissue } = plant.editions;
    const members = plant.members.map((controller) => ({ controller, edition, reissue }));
    this.#plan = { cell: plant.cell, members, firstId: 1, again: false };
  }

  async boot(): Promise<void> {
    const { members, editions, spare, inventory } = this.#plant;
    for (const id of [...members, SWAPPED_WITH]) {
      const image = id === SWAPPED_WITH ? spare : editions.before;
      const controller = await SimController.boot(id, image);
      controller.onRequest = () => this.#onRequest(id);
      this.#controllers.set(id, controller);
      this.#lines.set(id, id);
    }
    for (const id of inventory.gateways.keys()) {
      this.#gateways.set(id, this.#start(id, emptyDisk(), 0));
    }
    void this.#tick();
  }

  async finish(): Promise<Exercise> {
    void this.#lead();
    const outcomes: Outcome[] = [];
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      outcomes.push(await this.#ended());
      await this.#rest();
      if (!['untouched', 'back', 'stuck'].includes(outcomes.at(-1) ?? '')) break;
      if (tries + 1 < TRIES_MAX) this.#tryAgain();
    }
    const tookMs = this.#clock.nowMs();
    await this.#close(outcomes.at(-1));
    return {
      fault: this.#fault.kind,
      phase: this.#struck?.phase ?? null,
      lastsMs: this.#fault.lastsMs,
      noticed: this.#noticed,
      incidents: this.#incidents.map(({ kind }) => kind),
      mixedMs: this.#mixedMs,
      outcomes,
      tookMs,
      broken: this.#broken,
    };
  }

  async #ended(): Promise<Outcome> {
    const untilMs = this.#clock.nowMs() + END_MS;
    while (this.#written.state?.phase !== 'end') {
      if (this.#clock.nowMs() > untilMs) {
        this.#broken.push(`the cell hangs in "${this.#written.state?.phase}"`);
        return 'stuck';
      }
      await sleep(this.#clock, TICK_MS);
    }
    return this.#written.state.outcome ?? 'stuck';
  }

  /** Until the fault is over, and for a while: nothing may change by itself any more. */
  async #rest(): Promise<void> {
    const overMs = (this.#struck?.atMs ?? 0) + this.#fault.lastsMs;
    await sleep(this.#clock, Math.max(0, overMs - this.#clock.nowMs()) + AFTER_MS);
  }

  #tryAgain(): void {
    const firstId = (this.#written.state?.nextId ?? 1) + 1;
    this.#plan = { ...this.#plan, firstId, again: true };
    this.#written.state = null;
    void this.#drive();
  }

  async #close(outcome: Outcome | undefined): Promise<void> {
    this.#isOver = true;
    if (this.#server !== null) this.#server.isUp = false;
    for (const gateway of this.#gateways.values()) gateway.kill();
    await sleep(this.#clock, AFTER_MS);
    const { edition, reissue } = this.#plant.editions;
    const wanted = { confirmed: edition, forward: reissue }[outcome as string];
    for (const id of this.#plant.members) {
      const { running, trial } = await readController(this.#device(id));
      if (wanted !== undefined && (running !== wanted || trial))
        this.#broken.push(`"${outcome}", and ${id} runs something else`);
    }
    const spare = this.#controllers.get(SWAPPED_WITH);
    if (spare !== undefined && spare.device.operations > 0)
      this.#broken.push('another controller was written to');
    if (this.#mixedSinceMs !== null && outcome !== 'stuck')
      this.#broken.push('the cell is left in two minds');
  }

  /** A server leads, and drives the cell. */
  async #lead(): Promise<void> {
    const { inventory, state } = this.#plant;
    this.#server = await DrillServer.lead({
      store: this.#store,
      written: this.#written,
      clock: this.#clock,
      state,
      gatewayOf: (controller) => inventory.controllers.get(controller)?.gateway ?? '',
      onNotice: (who, words) => this.#notice(who, words),
      onIncident: (incident) => {
        this.#incidents.push(incident);
        this.#notice('server', incident.words);
      },
    });
    if (this.#struck !== null)
      this.#notice(
        'the next server',
        `it leads with epoch ${this.#server.epoch}, and goes on from the database`,
      );
    await this.#drive();
  }

  async #drive(): Promise<void> {
    try {
      await this.#server?.drive(this.#plan);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      this.#notice('server', `${error.code}: ${error.message}`);
    }
  }

  #notice(who: string, words: string): void {
    if (this.#struck === null || this.#noticed !== null || this.#isOver) return;
    this.#noticed = { who, afterMs: this.#clock.nowMs() - this.#struck.atMs, words };
  }

  #start(id: string, disk: Disk, wallOffsetMs: number): DrillGateway {
    return startGateway({
      ...{ id, plant: this.#plant, disk, wallOffsetMs, clock: this.#clock, random: this.#random },
      desk: () => (this.#server?.isUp === true ? this.#server.desk : null),
      hangsOn: (controller) => this.#lines.get(controller) ?? controller,
      device: (controller) => this.#device(controller),
      onNotice: (who, words) => this.#notice(who, words),
      onBroken: (words) => this.#broken.push(words),
    });
  }

  /** A client on the line that belongs to a controller, whatever hangs on it. */
  #device(controller: string): Device {
    const found = this.#controllers.get(this.#lines.get(controller) ?? controller);
    if (found === undefined) throw new TypeError(`no line to ${controller}`);
    return found.openOn(this.#clock);
  }

  /** Loops of controllers go on, power that went comes back, and it is looked what the cell answers. */
  async #tick(): Promise<void> {
    while (!this.#isOver) {
      const nowMs = this.#clock.nowMs();
      for (const controller of this.#controllers.values()) await controller.advance(nowMs);
      this.#look(nowMs);
      await sleep(this.#clock, TICK_MS);
    }
  }

  #look(nowMs: number): void {
    const answers = this.#plant.members.map((id) => this.#controllers.get(id)?.answering ?? null);
    const isMixed = new Set(answers.filter((epoch) => epoch !== null)).size > 1;
    if (isMixed && this.#struck === null)
      this.#broken.push('the cell answered two editions before anything struck');
    if (!isMixed) {
      if (this.#mixedSinceMs !== null) this.#mixedMs += nowMs - this.#mixedSinceMs;
      this.#mixedSinceMs = null;
      return;
    }
    this.#mixedSinceMs ??= nowMs;
    const isTold =
      this.#written.state?.mixedSinceMs != null || this.#incidents.some(({ kind }) => kind === 'stuck');
    const sinceMs = Math.max(this.#mixedSinceMs, (this.#struck?.atMs ?? 0) + this.#fault.lastsMs);
    if (nowMs - sinceMs > AFTER_MS && !isTold && !this.#broken.includes(UNTOLD)) this.#broken.push(UNTOLD);
  }

  #onRequest(id: string): void {
    const phase = this.#written.state?.phase ?? 'stage';
    if (this.#struck !== null || this.#isOver || id === SWAPPED_WITH) return;
    const isPhase = phase === this.#fault.phase;
    if (isPhase && this.#requests++ < this.#fault.request) return;
    if (!isPhase && !isAfter(phase, this.#fault.phase)) return;
    this.#struck = { atMs: this.#clock.nowMs(), phase };
    this.#strike(id);
  }

  #strike(id: string): void {
    const { kind, lastsMs, cut } = this.#fault;
    const controller = this.#controllers.get(id);
    const gateway = this.#gateways.get(this.#plant.inventory.controllers.get(id)?.gateway ?? '');
    if (controller === undefined || gateway === undefined) throw new TypeError(`no gateway has ${id}`);
    const later = (undo: () => void) => this.#clock.after(lastsMs, undo);
    switch (kind) {
      case 'server killed':
        if (this.#server !== null) this.#server.isUp = false;
        later(() => void this.#lead());
        return;
      case 'server followed':
        this.#follow(gateway);
        return;
      case 'database gone':
        this.#isDatabaseGone = true;
        later(() => {
          this.#isDatabaseGone = false;
        });
        return;
      case 'gateway killed':
        gateway.kill();
        later(() =>
          this.#gateways.set(gateway.id, this.#start(gateway.id, gateway.disk, gateway.wallOffsetMs)),
        );
        return;
      case 'network cut':
        gateway.link.isCut = true;
        later(() => {
          gateway.link.isCut = false;
        });
        return;
      case 'journal full':
        gateway.disk.isFull = true;
        later(() => {
          gateway.disk.isFull = false;
        });
        return;
      case 'clock ahead':
      case 'clock behind':
        gateway.wallOffsetMs = kind === 'clock ahead' ? JUMP_MS : -JUMP_MS;
        later(() => {
          gateway.wallOffsetMs = 0;
        });
        return;
      case 'cable':
        controller.connected = false;
        later(() => {
          controller.connected = true;
        });
        return;
      case 'swapped cables':
        this.#swap(id, later);
        return;
      case 'machine moves':
        controller.device.parked = false;
        later(() => {
          controller.device.parked = true;
        });
        return;
      case 'power cut':
        if (cut === null) controller.device.losePower();
        else controller.device.cutAt(controller.device.operations + cut.operation, cut.kind);
        void this.#restore(controller, lastsMs);
        return;
      case 'reports twice':
        gateway.link.twice = true;
        return;
      case 'reports late':
        gateway.link.lateMs = lastsMs;
    }
  }

  /** Another server leads. The one before does not know, and somebody lets a gateway hear it once more. */
  #follow(gateway: DrillGateway): void {
    const before = this.#server;
    const stale = before?.epoch ?? 0;
    void this.#lead();
    if (before !== null)
      this.#clock.after(STALE_MS, () => {
        before.isUp = false;
      });
    gateway.link.forge = (given) => ({ ...given, epoch: Math.max(0, stale - 1) });
  }

  #swap(id: string, later: (undo: () => void) => void): void {
    const swap = (one: string, other: string) => {
      this.#lines.set(id, one);
      this.#lines.set(SWAPPED_WITH, other);
    };
    swap(SWAPPED_WITH, id);
    later(() => swap(id, SWAPPED_WITH));
  }

  async #restore(controller: SimController, lastsMs: number): Promise<void> {
    while (controller.device.isPowered && !this.#isOver) await sleep(this.#clock, TICK_MS);
    await sleep(this.#clock, lastsMs);
    await controller.device.reboot();
  }
}

const UNTOLD = 'a mix was not told within a minute';
