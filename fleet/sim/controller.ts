import type { Clock } from '../../host/common/clock.ts';
import type { Geometry } from '../../host/core/geometry.ts';
import type { BurnedConfig } from '../../host/image/burned.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import type { Transport } from '../../host/serial/transport.ts';
import { SimDevice } from '../../sim/drill/sim-device.ts';

/** A controller of a simulated plant: the real core on flash in memory, its loop in virtual time, and a line that can be cut. */

/** Small flash makes small devices; what is on it is what boards have. */
const GEOMETRY: Geometry = {
  sectorBytes: 4096,
  programBytes: 256,
  erasedByte: 0xff,
  areaBytes: [16_384, 16_384, 8192, 8192, 8192],
};
/** Ticks are milliseconds of the world. */
export const CONFIG: Partial<BurnedConfig> = {
  ticksPerSecond: 1000,
  checksToConfirm: 50,
  trialTicks: 600_000,
  leaseTicks: 120_000,
};
/** A loop of 100 Hz; a long time is passed in fewer slices, which count the checks of all of it. */
const CHECKS_A_SECOND = 100;
const SLICES = { least: 2, most: 50 };
/** More than any job of these small images needs. */
const PATIENCE = { untilAnswer: 20_000, afterAnswer: 60 };
/** Waiting for an answer that does not come, all attempts of a request together: as long as a real client waits. */
const CLIENT = { timeoutMs: 2500, attempts: 3 };
/** Where the editions of a simulated plant differ. */
const PLACE = 500;

export class SimController {
  readonly id: string;
  readonly device: SimDevice;
  /** Whether bytes pass on its line. */
  connected = true;
  /** Called before each request reaches it; may throw to end the gateway, and may cut power or line. */
  onRequest: () => void = () => {};
  /** Called after each request. */
  onAnswer: () => void = () => {};
  #lastMs = 0;

  private constructor(id: string, device: SimDevice) {
    this.id = id;
    this.device = device;
  }

  static async boot(id: string, image: Uint8Array): Promise<SimController> {
    return new SimController(
      id,
      await SimDevice.boot({ image, config: CONFIG, geometry: GEOMETRY, patience: PATIENCE }),
    );
  }

  /** Epoch of the edition that answers now; null: none does, as in a window, or without power. */
  get answering(): number | null {
    if (!this.device.isPowered) return null;
    const { core } = this.device;
    const verdict = core.verdict(core.check(0, PLACE), PLACE);
    return verdict.state === 'covered' ? verdict.epoch : null;
  }

  /** It was switched on at a moment. */
  skipTo(nowMs: number): void {
    this.#lastMs = nowMs;
    this.device.tick = nowMs;
  }

  /** Its loop goes on to a moment. */
  async advance(nowMs: number): Promise<void> {
    const elapsedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    this.device.tick = nowMs;
    const checks = (elapsedMs * CHECKS_A_SECOND) / 1000;
    const slices = Math.min(Math.max(Math.ceil(checks), SLICES.least), SLICES.most);
    this.device.checksASlice = Math.ceil(checks / slices);
    await this.device.run(slices);
    this.device.checksASlice = 1;
  }

  losePower(): void {
    this.device.losePower();
  }

  /** A client on its line, of a gateway that just started or opened the port. */
  open<Made extends Device>(make: (client: SmpClient) => Made): Made;
  open(): Device;
  open(make = (client: SmpClient): Device => new Device(client)): Device {
    return make(this.#client(this.device.clock));
  }

  /** A client that waits on the clock of its world, and not on one of its own. */
  openOn(clock: Clock): Device {
    return new Device(this.#client(clock));
  }

  #client(clock: Clock): SmpClient {
    return new SmpClient(this.#line(), { clock, firstSequence: 1, ...CLIENT });
  }

  /** The line as a transport: what is cut takes bytes and gives none. */
  #line(): Transport {
    const { device } = this;
    const passes = async (bytes: Uint8Array): Promise<void> => {
      if (bytes.length > 1) this.onRequest();
      if (!this.connected) return;
      await device.write(bytes);
      if (bytes.length > 1) this.onAnswer();
    };
    return {
      name: this.id,
      write: passes,
      onData: (listener) => device.onData((bytes) => this.connected && listener(bytes)),
      onClose: () => {},
      drainInput: async () => {},
      close: async () => {},
    };
  }
}
