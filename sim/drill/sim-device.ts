/**
 * A device in memory: the device build of the core on simulated flash, its line tied to a client on a simulated clock. Power can be
 * cut at any flash operation, before it, in the middle of it, or after it.
 */

import { Core, type Geometry, type Port } from '../../host/core/core.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import { erasedContent, SimulatedFlash, VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { sectorBytesOf } from '../../host/core/geometry.ts';
import { memoryPort } from '../../host/core/memory-port.ts';
import { type BuildName, STATE_OF } from '../../host/format.ts';
import { type BurnedConfig, deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import type { Transport } from '../../host/serial/transport.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** Power went; the device does nothing any more until it boots again. */
export class PowerCut extends Error {}

export type CutKind = 'before' | 'inside' | 'after';

/** Slices that any job of these tests needs at most, and after an answer: what a request left to do is done by then. */
const PATIENCE = { untilAnswer: 200_000, afterAnswer: 2000 };

export interface SimOptions {
  /** Burned as the confirmed edition; null: slots are empty, and `burnedFrom` gives the configuration. */
  image: Uint8Array | null;
  burnedFrom?: Uint8Array;
  config?: Partial<BurnedConfig>;
  /** What the flash holds already, to be changed in place. */
  content?: Uint8Array;
  /** That of the virtual controller unless given. */
  geometry?: Geometry;
  /** The build of the core; that of the largest arena unless given. */
  build?: BuildName;
  /** Slices to wait for an answer, and to run after it; fewer make tests of small images faster. */
  patience?: typeof PATIENCE;
}

function contentAtFirst(image: Uint8Array | null, geometry: Geometry): Uint8Array {
  return image === null ? erasedContent(geometry) : contentWith(readEdition(image), geometry);
}

export class SimDevice implements Transport {
  readonly name = 'sim';
  /** All flash areas, one after the other. */
  readonly content: Uint8Array;
  readonly flash: SimulatedFlash;
  readonly burned: Uint8Array;
  readonly build: BuildName;
  readonly clock = new SimulatedClock();
  parked = true;
  tick = 0;
  /** Checks that the loop does a slice. */
  checksASlice = 1;
  resets = 0;
  /** Reason of the FAULT at the last boot; 0 none. */
  bootReason = 0;
  #core: Core | null = null;
  #listener: (bytes: Uint8Array) => void = () => {};
  #output: number[] = [];
  #operations = 0;
  #cut: { at: number; kind: CutKind } | null = null;
  #resetAsked = false;
  #onReset: () => void = () => {};
  readonly patience: { untilAnswer: number; afterAnswer: number };
  /** While set, the line takes no byte from the device. */
  blocked = false;
  /** While set, every erase and program fails. */
  failing = false;
  /** Counts a second of its counter of cycles; 0: it has none. */
  hertz = 0;
  /** What that counter says: more each time it is read, and 1 more for each byte that the line takes. */
  cycle = 0;
  /** By how much a reading moves it. */
  cycleStep: () => number = () => 1;

  constructor(options: SimOptions) {
    const first = options.image ?? options.burnedFrom;
    this.build = options.build ?? 'device';
    this.patience = { ...(options.patience ?? PATIENCE) };
    if (first === undefined) throw new TypeError('an image or a source of the burned block is needed');
    const geometry = options.geometry ?? VIRTUAL_GEOMETRY;
    this.content = options.content ?? contentAtFirst(options.image, geometry);
    this.flash = new SimulatedFlash(geometry, this.content);
    this.burned = encodeBurned({ ...deriveBurned(first, 'development'), ...options.config });
  }

  static async boot(options: SimOptions): Promise<SimDevice> {
    const device = new SimDevice(options);
    await device.reboot();
    return device;
  }

  get core(): Core {
    if (this.#core === null) throw new PowerCut('the device has no power');
    return this.#core;
  }

  get isPowered(): boolean {
    return this.#core !== null;
  }

  /** Erase and program operations since power came last. */
  get operations(): number {
    return this.#operations;
  }

  /** A client on this device's line. */
  client(): Device {
    return new Device(new SmpClient(this, { clock: this.clock, firstSequence: 1 }));
  }

  /** Power comes (back): only flash and the burned block are as they were. */
  async reboot(): Promise<void> {
    this.#output = [];
    this.#resetAsked = false;
    this.#operations = 0;
    const core = await Core.load({
      build: this.build,
      geometry: this.flash.geometry,
      burned: this.burned,
      port: memoryPort(this.flash, {
        flashErase: (area, offset) =>
          this.#operate(
            () => this.flash.erase(area, offset),
            () => this.#tearErase(area, offset),
          ),
        flashProgram: (area, offset, source) =>
          this.#operate(
            () => this.flash.program(area, offset, source),
            () => this.#tearProgram(area, offset, source),
          ),
        serialWrite: (bytes) => {
          if (this.blocked) return 0;
          this.#output.push(...bytes);
          this.cycle = (this.cycle + bytes.length) >>> 0;
          return bytes.length;
        },
        safeInput: () => this.parked,
        ticks: () => this.tick,
        reset: () => {
          this.#resetAsked = true;
        },
        counter: this.#counter(),
      }),
    });
    this.#core = core;
    try {
      this.bootReason = core.boot();
    } catch (error) {
      this.#lose(error);
    }
  }

  #counter(): NonNullable<Port['counter']> {
    const device = this;
    return {
      get hertz() {
        return device.hertz;
      },
      cycles() {
        device.cycle = (device.cycle + device.cycleStep()) >>> 0;
        return device.hertz === 0 ? 0 : device.cycle;
      },
    };
  }

  /** Power goes at the flash operation of this number (from 0, since power came last). */
  cutAt(operation: number, kind: CutKind): void {
    this.#cut = { at: operation, kind };
  }

  /** Power goes now. */
  losePower(): void {
    this.#lose(new PowerCut());
  }

  /** Lets the loop run. */
  async run(slices: number, ticksASlice = 0): Promise<void> {
    for (let i = 0; i < slices && this.isPowered; i++) {
      this.#slice();
      this.tick = (this.tick + ticksASlice) >>> 0;
      if (this.#resetAsked) await this.#reset();
    }
    this.#deliver();
  }

  /** Asks for a reset, and waits until the device has started again and ran a while: the answer comes before that. */
  async askReset(client: Device): Promise<void> {
    const booted = new Promise<void>((resolve) => {
      this.#onReset = resolve;
    });
    await client.reset();
    await booted;
    await this.run(this.patience.afterAnswer);
  }

  mode(): number {
    return this.core.stateOf(STATE_OF.mode);
  }

  epoch(): number {
    return this.core.stateOf(STATE_OF.epoch);
  }

  #slice(): void {
    try {
      this.core.service(this.checksASlice);
    } catch (error) {
      this.#lose(error);
    }
  }

  /** A cut is what the test asked for; anything else is a fault of the core and goes on. */
  #lose(error: unknown): void {
    if (!(error instanceof PowerCut)) throw error;
    this.#core = null;
    this.#output = [];
  }

  #operate(whole: () => boolean, torn: () => void): boolean {
    if (this.failing) {
      this.#operations++;
      return false;
    }
    const cut = this.#cut?.at === this.#operations ? this.#cut.kind : null;
    this.#operations++;
    if (cut === null) return whole();
    this.#cut = null;
    if (cut === 'inside') torn();
    if (cut === 'after') whole();
    throw new PowerCut();
  }

  /** Half of the sector is erased. */
  #tearErase(area: number, offset: number): void {
    const half = sectorBytesOf(this.flash.geometry, area) / 2;
    this.content.fill(
      this.flash.geometry.erasedByte,
      this.#place(area, offset),
      this.#place(area, offset) + half,
    );
  }

  /** The first half of the bytes is there, and of the next one only some bits. */
  #tearProgram(area: number, offset: number, source: Uint8Array): void {
    const half = source.slice(0, Math.ceil(source.length / 2));
    half[half.length - 1] = (half[half.length - 1] ?? 0) | 0x55;
    this.content.set(half, this.#place(area, offset));
  }

  #place(area: number, offset: number): number {
    return this.flash.geometry.areaBytes.slice(0, area).reduce((sum, bytes) => sum + bytes, 0) + offset;
  }

  async #reset(): Promise<void> {
    this.resets++;
    this.#deliver();
    await this.reboot();
    this.#onReset();
  }

  #deliver(): void {
    if (this.#output.length === 0) return;
    const bytes = Uint8Array.from(this.#output);
    this.#output = [];
    this.#listener(bytes);
  }

  // Transport

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.isPowered) return;
    this.core.receive(bytes);
    const answerable = bytes.length > 1;
    const { untilAnswer, afterAnswer } = this.patience;
    for (
      let i = 0;
      answerable && !this.blocked && i < untilAnswer && this.isPowered && this.#output.length === 0;
      i++
    )
      this.#slice();
    await this.run(afterAnswer);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onClose(): void {}

  async drainInput(): Promise<void> {}

  async close(): Promise<void> {}
}
