/**
 * The RP2040's serial flash controller: the ways in which it reads flash by itself, and firmware that drives the chip by commands through
 * it. RP2040 datasheet 4.10.13, 2.19.6.2.
 *
 * Of the ways what firmware may use is here: a command of 8 bits and an address of 24 on one line, then 32 bits of data on one, two or
 * four lines. WAIT_CYCLES, ADDR_L and INST_L hold where data come on two lines or four: on one the controller sends its word of command
 * and address and listens at once, whatever they say (as those report who tried it on a chip; the datasheet is silent). So on one line
 * nothing is read by a command that needs dummy clocks.
 */
import { BasePeripheral, type RP2040 } from 'rp2040js';
import type { FlashChip, Reading } from './flash-chip.ts';

const CTRLR0 = 0x00;
const CTRLR1 = 0x04;
const ENABLE = 0x08;
const BAUD = 0x14;
const STATUS = 0x28;
const DATA = 0x60;
const SAMPLE_DELAY = 0xf0;
const SPI_CTRLR0 = 0xf4;
const STATUS_TRANSMIT_FREE = 0b110;
const STATUS_RECEIVED = 0b1000;
const FIFO_BYTES = 16;
/** These are taken while the controller is off. */
const SETUP = [CTRLR0, CTRLR1, BAUD, SAMPLE_DELAY, SPI_CTRLR0];
/** Of CTRLR0: frames of 32 bits, read after a command; the lines by SPI_FRF. */
const READ_MASK = 0x001f_0300;
const LINES = [1, 2, 4] as const;
/** Of SPI_CTRLR0, XIP_CMD and WAIT_CYCLES left out: 8 bits of a command, 24 of an address, both on one line. */
const FORMAT_MASK = 0x0000_033f;
const FORMAT = (2 << 8) | ((24 / 4) << 2);
const [COMMAND_BITS, ADDRESS_BITS, DATA_BITS] = [8, 24, 32];
/** What the select line costs, an estimate of ours. */
const SELECT_BITS = 4;

export interface SsiHooks {
  /** Called for every byte exchanged while the chip is busy: a firmware that waits need not be emulated at length. */
  readonly whileBusy: () => void;
  /** Called when the registers say another way of reading: whether the chip gives what it holds. */
  readonly onReading: (isUnderstood: boolean) => void;
}

export class Ssi extends BasePeripheral {
  readonly #rp2040: RP2040;
  readonly #chip: FlashChip;
  readonly #hooks: SsiHooks;
  readonly #registers = new Map<number, number>();
  #received: number[] = [];

  constructor(rp2040: RP2040, chip: FlashChip, hooks: SsiHooks) {
    super(rp2040, 'SSI');
    this.#rp2040 = rp2040;
    this.#chip = chip;
    this.#hooks = hooks;
  }

  /** How the controller reads a word of flash; null where it is off, or set up for something else. */
  reading(): Reading | null {
    const control = this.#of(CTRLR0);
    const format = this.#of(SPI_CTRLR0);
    const lines = LINES[(control >>> 21) & 3];
    const divider = this.#of(BAUD) & 0xfffe;
    if (this.#of(ENABLE) === 0 || lines === undefined || divider === 0 || this.#of(CTRLR1) !== 0) return null;
    if ((control & ~(3 << 21)) !== READ_MASK || (lines > 1 && (format & FORMAT_MASK) !== FORMAT)) return null;
    return {
      ...{ command: format >>> 24, waitClocks: lines > 1 ? (format >>> 11) & 0x1f : 0, lines },
      ...{ hertz: this.#rp2040.clkSys / divider, sampleDelay: this.#of(SAMPLE_DELAY) },
    };
  }

  /** Cycles of a read that no cache answers; 0 where the controller does not read. */
  readCycles(): number {
    const reading = this.reading();
    if (reading === null) return 0;
    const clocks = COMMAND_BITS + ADDRESS_BITS + reading.waitClocks + DATA_BITS / reading.lines + SELECT_BITS;
    return clocks * (this.#of(BAUD) & 0xfffe);
  }

  override readUint32(offset: number): number {
    if (offset === STATUS) return STATUS_TRANSMIT_FREE | (this.#received.length > 0 ? STATUS_RECEIVED : 0);
    if (offset === DATA) return this.#received.shift() ?? 0;
    return this.#of(offset);
  }

  override writeUint32(offset: number, value: number): void {
    if (offset === DATA) this.#exchange(value & 0xff);
    else if (!SETUP.includes(offset) || this.#of(ENABLE) === 0) this.#registers.set(offset, value >>> 0);
    if (offset === ENABLE) {
      const reading = this.reading();
      this.#hooks.onReading(reading !== null && this.#chip.understands(reading));
    }
  }

  #of(offset: number): number {
    return this.#registers.get(offset) ?? 0;
  }

  #exchange(byte: number): void {
    if (this.#chip.isBusy()) this.#hooks.whileBusy();
    const answer = this.#chip.exchange(byte);
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
