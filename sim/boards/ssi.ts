/** The RP2040's serial flash controller as far as firmware drives the chip by commands through it: RP2040 datasheet 4.10.13, 2.19.6.2. */
import { BasePeripheral, type RP2040 } from 'rp2040js';
import type { FlashChip } from './flash-chip.ts';

const STATUS = 0x28;
const STATUS_TRANSMIT_FREE = 0b110;
const STATUS_RECEIVED = 0b1000;
const DATA = 0x60;
const FIFO_BYTES = 16;

export class Ssi extends BasePeripheral {
  readonly #chip: FlashChip;
  readonly #whileBusy: () => void;
  readonly #registers = new Map<number, number>();
  #received: number[] = [];

  /** `whileBusy` is called for every byte exchanged while the chip is busy: a firmware that waits need not be emulated at length. */
  constructor(rp2040: RP2040, chip: FlashChip, whileBusy: () => void) {
    super(rp2040, 'SSI');
    this.#chip = chip;
    this.#whileBusy = whileBusy;
  }

  override readUint32(offset: number): number {
    if (offset === STATUS) return STATUS_TRANSMIT_FREE | (this.#received.length > 0 ? STATUS_RECEIVED : 0);
    if (offset === DATA) return this.#received.shift() ?? 0;
    return this.#registers.get(offset) ?? 0;
  }

  override writeUint32(offset: number, value: number): void {
    if (offset !== DATA) {
      this.#registers.set(offset, value);
      return;
    }
    if (this.#chip.isBusy()) this.#whileBusy();
    const answer = this.#chip.exchange(value & 0xff);
    // What does not fit is lost, as in the controller.
    if (this.#received.length < FIFO_BYTES) this.#received.push(answer);
  }
}

const SELECT_CONTROL = 0x0c;
const OVERRIDE_LOW = 2;

/** IO_QSPI: of it, the chip select line under the firmware's own control. */
export class QspiPins extends BasePeripheral {
  readonly #chip: FlashChip;

  constructor(rp2040: RP2040, chip: FlashChip) {
    super(rp2040, 'IO_QSPI');
    this.#chip = chip;
  }

  override writeUint32(offset: number, value: number): void {
    if (offset === SELECT_CONTROL) this.#chip.select(((value >>> 8) & 3) === OVERRIDE_LOW);
  }

  override readUint32(): number {
    return 0;
  }
}

/** The control of the cache in front of flash (0x14000000): the emulator has no cache, a flush is done at once. */
export class CacheControl extends BasePeripheral {
  override readUint32(): number {
    return 1;
  }

  override writeUint32(): void {}
}
