/**
 * The flash chip behind the SSI: a 25-series part (W25Q16JV datasheet, sections 8.1 and 9.6) on simulated flash. What it holds
 * outside the flash areas (the firmware) is not written: a command that would do so is refused and counted.
 */
import type { SimulatedFlash } from '../../core/flash.ts';

const WRITE_ENABLE = 0x06;
const PAGE_PROGRAM = 0x02;
const SECTOR_ERASE = 0x20;
const READ_STATUS = 0x05;
const ADDRESS_BYTES = 3;
const PAGE_BYTES = 256;
/** Typical times. */
const ERASE_NANOSECONDS = 45_000_000;
const PROGRAM_NANOSECONDS = 700_000;
const BUSY = 1;
const WRITABLE = 2;

export interface FlashChipOptions {
  readonly flash: SimulatedFlash;
  /** Where the flash areas begin in the chip. */
  readonly areasOffset: number;
  readonly nanos: () => number;
  /** After an erase or program; `offset` from the start of the areas. */
  readonly onChange: (offset: number, bytes: Uint8Array) => void;
}

export class FlashChip {
  readonly #options: FlashChipOptions;
  #received: number[] = [];
  #isSelected = false;
  #isWritable = false;
  #busyUntil = 0;

  constructor(options: FlashChipOptions) {
    this.#options = options;
  }

  isBusy(): boolean {
    return this.#options.nanos() < this.#busyUntil;
  }

  /** The chip select line; commands are executed when it is released. */
  select(isSelected: boolean): void {
    if (isSelected === this.#isSelected) return;
    this.#isSelected = isSelected;
    if (isSelected) this.#received = [];
    else this.#execute();
  }

  /** One byte out and one in. */
  exchange(byte: number): number {
    if (!this.#isSelected) return 0xff;
    const answersStatus = this.#received[0] === READ_STATUS;
    this.#received.push(byte);
    return answersStatus ? (this.isBusy() ? BUSY : 0) | (this.#isWritable ? WRITABLE : 0) : 0xff;
  }

  #execute(): void {
    const [command] = this.#received;
    if (this.isBusy()) return;
    if (command === WRITE_ENABLE) {
      this.#isWritable = true;
      return;
    }
    if (command !== PAGE_PROGRAM && command !== SECTOR_ERASE) return;
    if (!this.#isWritable || this.#received.length < 1 + ADDRESS_BYTES) return;
    this.#isWritable = false;
    const [, high = 0, middle = 0, low = 0] = this.#received;
    const offset = (high << 16) + (middle << 8) + low - this.#options.areasOffset;
    if (command === SECTOR_ERASE) this.#erase(offset);
    else this.#program(offset, Uint8Array.from(this.#received.slice(1 + ADDRESS_BYTES)));
  }

  #erase(offset: number): void {
    const { flash } = this.#options;
    const { sectorBytes } = flash.geometry;
    const start = offset - (offset % sectorBytes);
    const place = this.#locate(start);
    flash.erase(place.area, place.offset);
    this.#finish(start, sectorBytes, ERASE_NANOSECONDS);
  }

  /** Pages of the areas are programmed whole (docs/SPEC.md section 6), so a shorter one is refused by the simulated flash. */
  #program(offset: number, bytes: Uint8Array): void {
    const place = this.#locate(offset);
    this.#options.flash.program(place.area, place.offset, bytes.slice(0, PAGE_BYTES));
    this.#finish(offset, PAGE_BYTES, PROGRAM_NANOSECONDS);
  }

  /** What the areas hold now; an operation that was refused changed nothing. */
  #finish(offset: number, bytes: number, nanoseconds: number): void {
    this.#busyUntil = this.#options.nanos() + nanoseconds;
    const place = this.#locate(offset);
    const content = new Uint8Array(bytes);
    if (this.#options.flash.read(place.area, place.offset, content)) this.#options.onChange(offset, content);
  }

  /** The area of an offset; outside of all, one that does not exist. */
  #locate(offset: number): { area: number; offset: number } {
    const { areaBytes } = this.#options.flash.geometry;
    let left = offset;
    for (const [area, bytes] of areaBytes.entries()) {
      if (left < 0) break;
      if (left < bytes) return { area, offset: left };
      left -= bytes;
    }
    return { area: areaBytes.length, offset: 0 };
  }
}
