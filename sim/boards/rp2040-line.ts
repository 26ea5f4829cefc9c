/** An emulated board with an edition in slot A and confirmed, and a client on its line; all of it on the board's own time. */
import { burnFirstEdition } from '../../host/core/first-burn.ts';
import { createMemoryFlash, type SimulatedFlash } from '../../host/core/flash.ts';
import type { Firmware } from '../../host/firmware/build.ts';
import { type BurnedConfig, deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { BoardLine, type BoardLineOptions } from './board-line.ts';
import type { FlashPart, FlashTimes } from './flash-chip.ts';
import { Rp2040Board, START_MS } from './rp2040-board.ts';

export interface Rp2040LineOptions extends BoardLineOptions {
  /** What differs from the configuration that follows from the image. */
  readonly config?: Partial<BurnedConfig>;
  readonly flashTimes?: FlashTimes;
  readonly flashPart?: FlashPart;
  /** Slot A and the state erased; all of it erased unless given. */
  readonly flash?: SimulatedFlash;
}

export class Rp2040Line extends BoardLine {
  readonly flash: SimulatedFlash;
  readonly #input: { parked: boolean };

  constructor(
    firmware: Firmware,
    image: Uint8Array,
    line: 'paced' | 'eager',
    {
      config = {},
      flashTimes,
      flashPart,
      flash = createMemoryFlash(firmware.target.geometry),
      ...watch
    }: Rp2040LineOptions = {},
  ) {
    const input = { parked: true };
    burnFirstEdition(flash, readEdition(image));
    const connect = (onSent: (byte: number) => void) =>
      new Rp2040Board({
        firmware,
        burned: encodeBurned({ ...deriveBurned(image, 'development'), ...config }),
        flash,
        isParked: () => input.parked,
        onSent,
        line,
        ...(flashTimes === undefined ? {} : { flashTimes }),
        ...(flashPart === undefined ? {} : { flashPart }),
      });
    super(connect, watch);
    this.flash = flash;
    this.#input = input;
    this.run(START_MS);
  }

  get parked(): boolean {
    return this.#input.parked;
  }

  set parked(parked: boolean) {
    this.#input.parked = parked;
  }

  /** A client on this line. */
  device(): Device {
    return new Device(new SmpClient(this, { clock: this, firstSequence: 1 }));
  }
}
