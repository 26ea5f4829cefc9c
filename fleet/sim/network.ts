import type { Random } from '../../sim/drill/random.ts';
import type { Order, Report } from '../order/order.ts';
import type { SimController } from './controller.ts';
import type { SimGateway } from './gateway.ts';
import type { World } from './world.ts';

/** What lies between a server and its gateways: orders and reports take their time, and an order to a gateway that is gone is lost. */

const LATENCY_MS = { least: 5, most: 60 };

export class Network {
  readonly #world: World;
  readonly #random: Random;
  readonly #ways = new Map<string, { readonly gateway: SimGateway; readonly controller: SimController }>();

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  connect(gateway: SimGateway, controllers: readonly SimController[]): void {
    for (const controller of controllers) this.#ways.set(controller.id, { gateway, controller });
  }

  gatewayOf(controller: string): SimGateway {
    const way = this.#ways.get(controller);
    if (way === undefined) throw new TypeError(`no gateway has ${controller}`);
    return way.gateway;
  }

  latencyMs(): number {
    return this.#random.between(LATENCY_MS.least, LATENCY_MS.most);
  }

  /** Sends an order; `onReport` hears what the gateway says of it, and how long that took. */
  send(order: Order, onReport: (report: Report, tookMs: number) => void): void {
    this.#world.after(this.latencyMs(), async () => {
      const way = this.#ways.get(order.controller);
      if (way?.gateway.isUp !== true) return;
      const { clock } = way.controller.device;
      const startMs = clock.nowMs();
      const report = await way.gateway.carryOut(order);
      if (report !== null) onReport(report, clock.nowMs() - startMs + this.latencyMs());
    });
  }
}
