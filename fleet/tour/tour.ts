import { Random } from '../../sim/drill/random.ts';
import { readController } from '../gateway/read.ts';
import { nextOpening } from '../inventory/calendar.ts';
import type { Inventory } from '../inventory/model.ts';
import type { Order, Reading, Report } from '../order/order.ts';
import { cellWords, statusLines, whyLines } from '../people/words.ts';
import { makePlan } from '../plan/plan.ts';
import { beginRollout, type RolloutWorld, stepRollout } from '../rollout/rollout.ts';
import { isOpenCell, isRolloutOver, type RolloutState, type RolloutStep } from '../rollout/state.ts';
import { LIMITS } from '../sim/cell-run.ts';
import { SimController } from '../sim/controller.ts';
import { makeEditions, type SimEditions } from '../sim/editions.ts';
import { SimGateway } from '../sim/gateway.ts';
import { Network } from '../sim/network.ts';
import { World } from '../sim/world.ts';
import { TOUR_MS, tourInventory, tourState } from './plant.ts';

/** A plant in memory is brought to a new edition, a gateway is killed on the way, and in the end every controller is read. */

/** A rollout that takes longer hangs. */
const END_MS = 3_600_000;
/** The gateway dies this long after the second wave began, in the middle of its orders, and comes back after a while. */
const KILLED_AFTER_MS = 150;
const KILLED_FOR_MS = 15_000;
const VICTIM = 'gw-2';
const FENCE = 1;

export interface TourOptions {
  readonly seed: number;
  readonly print: (line: string) => void;
  /** Called when virtual time goes on, with how much. */
  readonly onTime: (elapsedMs: number) => Promise<void>;
}

export interface TourResult {
  readonly controllers: number;
  /** Those that were read to run the new edition for good. */
  readonly confirmed: number;
  readonly cells: number;
  readonly incidents: number;
  /** Moments at which a cell answered two editions. */
  readonly mixed: number;
  readonly tookMs: number;
}

export async function runTour(options: TourOptions): Promise<TourResult> {
  const tour = new Tour(await tourInventory(), await makeEditions(), options);
  await tour.boot();
  return tour.run();
}

class Tour {
  readonly #inventory: Inventory;
  readonly #editions: SimEditions;
  readonly #options: TourOptions;
  readonly #world = new World();
  readonly #network: Network;
  readonly #controllers = new Map<string, SimController>();
  readonly #gateways = new Map<string, SimGateway>();
  readonly #rollout: RolloutWorld;
  #state: RolloutState | null = null;
  #wakes = 0;
  #incidents = 0;
  #mixed = 0;
  #isKilled = false;
  readonly #told = new Map<string, string>();

  constructor(inventory: Inventory, editions: SimEditions, options: TourOptions) {
    this.#inventory = inventory;
    this.#editions = editions;
    this.#options = options;
    this.#network = new Network(this.#world, new Random(options.seed));
    this.#rollout = {
      limits: { cell: LIMITS, canaries: 1, atOnce: 4, aGateway: 2, aSite: 4, failures: 0 },
      windows: (id, nowMs) => {
        const site = inventory.sites.get(id);
        return site === undefined ? null : nextOpening(site, nowMs);
      },
    };
  }

  async boot(): Promise<void> {
    const { before, images } = this.#editions;
    for (const id of this.#inventory.controllers.keys())
      this.#controllers.set(id, await SimController.boot(id, before));
    for (const id of this.#inventory.gateways.keys()) {
      const own = [...this.#inventory.controllers.values()].filter(({ gateway }) => gateway === id);
      const controllers = own.flatMap(({ id: name }) => this.#controllers.get(name) ?? []);
      const gateway = new SimGateway(
        new Map(controllers.map((controller) => [controller.id, controller])),
        images,
      );
      this.#gateways.set(id, gateway);
      this.#network.connect(gateway, controllers);
    }
    let lastMs = 0;
    this.#world.onTime = async () => {
      const { nowMs } = this.#world;
      await this.#options.onTime(nowMs - lastMs);
      lastMs = nowMs;
      for (const controller of this.#controllers.values()) await controller.advance(nowMs);
    };
    this.#world.onEvent = () => this.#look();
  }

  async run(): Promise<TourResult> {
    const { controllers, cells, gateways } = this.#inventory;
    this.#print(
      `${controllers.size} controllers in ${cells.size} cells on ${gateways.size} gateways run epoch 1`,
    );
    const plan = makePlan(this.#inventory, tourState(this.#inventory, this.#editions), await this.#readAll());
    this.#print(
      `plan: ${plan.cells.length} cells change to epoch 2, ${plan.left.length} are left; one canary, then up to 4 at once`,
    );
    this.#take(beginRollout(plan, this.#rollout, this.#nowMs(), 1));
    const isEnded = await this.#world.run(() => this.#state !== null && isRolloutOver(this.#state), END_MS);
    if (!isEnded) this.#print('the rollout hangs');
    return this.#result();
  }

  async #result(): Promise<TourResult> {
    const readings = await this.#readAll();
    const { edition } = this.#editions;
    const confirmed = [...readings.values()].filter(
      ({ running, trial }) => running === edition && !trial,
    ).length;
    if (this.#state !== null) for (const line of statusLines(this.#state, 'over')) this.#print(line);
    this.#print(`read back: ${confirmed} of ${this.#controllers.size} controllers run epoch 2, confirmed`);
    return {
      controllers: this.#controllers.size,
      confirmed,
      cells: this.#inventory.cells.size,
      incidents: this.#incidents,
      mixed: this.#mixed,
      tookMs: this.#world.nowMs,
    };
  }

  /** Over the line of each controller itself, whatever anybody reported. */
  async #readAll(): Promise<Map<string, Reading>> {
    const readings = new Map<string, Reading>();
    for (const [id, controller] of this.#controllers)
      readings.set(id, await readController(controller.open()));
    // A line has one listener, so gateways open theirs anew.
    for (const gateway of this.#gateways.values()) gateway.start();
    return readings;
  }

  #nowMs(): number {
    return TOUR_MS + this.#world.nowMs;
  }

  #take(step: RolloutStep): void {
    this.#state = step.state;
    for (const { words, remedy } of step.incidents) {
      this.#incidents++;
      this.#print(`INCIDENT  ${words} ${remedy}`);
    }
    this.#tellCells(step.state);
    for (const order of step.orders) this.#send({ ...order, fence: FENCE });
    this.#killOnce(step.state);
    const wake = ++this.#wakes;
    if (step.wakeMs === null) return;
    this.#world.after(step.wakeMs - this.#nowMs(), () => {
      if (wake === this.#wakes) this.#step(null);
    });
  }

  #step(report: Report | null): void {
    if (this.#state !== null) this.#take(stepRollout(this.#state, this.#rollout, this.#nowMs(), report));
  }

  #send(order: Order): void {
    this.#network.send(order, (report, tookMs) => this.#world.after(tookMs, () => this.#step(report)));
  }

  /** Once canary and first wave are on their way, a gateway dies, and what it was asked is lost. */
  #killOnce({ cells }: RolloutState): void {
    if (this.#isKilled || cells.filter(isOpenCell).length < 4) return;
    this.#isKilled = true;
    const gateway = this.#gateways.get(VICTIM);
    this.#world.after(KILLED_AFTER_MS, () => {
      gateway?.stop();
      this.#print(`gateway ${VICTIM} is killed`);
    });
    this.#world.after(KILLED_AFTER_MS + KILLED_FOR_MS, () => {
      gateway?.start();
      this.#print(`gateway ${VICTIM} is back, with its journal`);
    });
    this.#world.after(KILLED_AFTER_MS + KILLED_FOR_MS / 2, () => {
      const name =
        [...this.#inventory.controllers.values()].find(({ gateway: of }) => of === VICTIM)?.id ?? '';
      const waiting = this.#state?.cells.find(
        (cell) => isOpenCell(cell) && cell.planned.members.some((member) => member.gateway === VICTIM),
      );
      const asked = waiting?.planned.members[0]?.controller ?? name;
      for (const line of (this.#state && whyLines(this.#state, asked)) ?? []) this.#print(`why ${line}`);
    });
  }

  #tellCells({ cells }: RolloutState): void {
    for (const cell of cells) {
      const words = cell.state === null ? '' : (cell.state.outcome ?? cell.state.phase);
      if (words === '' || this.#told.get(cell.planned.cell) === words) continue;
      this.#told.set(cell.planned.cell, words);
      this.#print(`${cell.planned.cell}  ${cellWords(cell)}`);
    }
  }

  #look(): void {
    for (const { members } of this.#inventory.cells.values()) {
      const answers = members
        .map((id) => this.#controllers.get(id)?.answering ?? null)
        .filter((epoch) => epoch !== null);
      if (new Set(answers).size > 1) this.#mixed++;
    }
  }

  #print(line: string): void {
    this.#options.print(`${(this.#world.nowMs / 1000).toFixed(1).padStart(6)} s  ${line}`);
  }
}
