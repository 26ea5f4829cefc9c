import { Agent, type Journal, type Remembered } from '../gateway/agent.ts';
import type { HeldImage } from '../gateway/held-image.ts';
import { isLook, type Order, type Report } from '../order/order.ts';
import type { SimController } from './controller.ts';

/** A gateway of a simulated plant: the real agent on simulated lines. What it has in memory goes with it; its journal stays. */

/** The gateway stopped in the middle of something. */
export class GatewayGone extends Error {}

export class SimGateway {
  readonly #controllers: ReadonlyMap<string, SimController>;
  readonly #images: ReadonlyMap<string, HeldImage>;
  readonly #disk = new Map<string, Remembered>();
  #agent: Agent;
  isUp = true;
  /** What must never be: told with the seed. */
  readonly broken: string[] = [];
  /** The order that is carried out; null: none. */
  current: Order | null = null;

  constructor(controllers: ReadonlyMap<string, SimController>, images: ReadonlyMap<string, HeldImage>) {
    this.#controllers = controllers;
    this.#images = images;
    this.#agent = this.#start();
  }

  #start(): Agent {
    const lines = new Map([...this.#controllers].map(([id, controller]) => [id, controller.open()]));
    const journal: Journal = {
      load: (controller) => this.#disk.get(controller) ?? null,
      save: async (controller, remembered) => {
        const before = this.#disk.get(controller);
        if (before !== undefined && (remembered.fence < before.fence || remembered.seen < before.seen))
          this.broken.push(`the fence of ${controller} fell from ${before.fence} to ${remembered.fence}`);
        this.#disk.set(controller, structuredClone(remembered));
      },
    };
    return new Agent({
      device: async (controller) => {
        const line = lines.get(controller);
        if (line === undefined) throw new TypeError(`no line to ${controller}`);
        return line;
      },
      image: (hash) => this.#images.get(hash) ?? null,
      journal,
    });
  }

  /** Whether an order was carried out and reported before: then nothing but a look may reach the controller for it any more. */
  isKnown({ controller, id, fence, act }: Order): boolean {
    const known = this.#disk.get(controller);
    return (
      known !== undefined &&
      ((known.report?.id === id && !isLook(act)) || id < known.seen || fence < known.fence)
    );
  }

  /** What is reported; null when the gateway stopped meanwhile. */
  async carryOut(order: Order): Promise<Report | null> {
    this.current = order;
    try {
      return await this.#agent.carryOut(order);
    } catch (error) {
      if (error instanceof GatewayGone) return null;
      throw error;
    } finally {
      this.current = null;
    }
  }

  stop(): void {
    this.isUp = false;
  }

  start(): void {
    this.isUp = true;
    this.#agent = this.#start();
  }
}
