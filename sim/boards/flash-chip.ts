/**
 * The flash chip behind the SSI: a 25-series part (W25Q16JV; commands as in section 8.1 of its datasheet) on simulated flash. What it holds
 * outside the flash areas (the firmware) is not written: a command that would do so is refused and counted.
 */
import type { SimulatedFlash } from '../../host/core/flash.ts';
import { sectorBytesOf } from '../../host/core/geometry.ts';

const WRITE_ENABLE = 0x06;
const PAGE_PROGRAM = 0x02;
const SECTOR_ERASE = 0x20;
const READ_STATUS = 0x05;
const ADDRESS_BYTES = 3;
const PAGE_BYTES = 256;
const BUSY = 1;
const WRITABLE = 2;

/** How a word is asked for: its command and an address go out on one line, then come `waitClocks`, then data on `lines`. */
export interface Reading {
  readonly command: number;
  readonly waitClocks: number;
  readonly lines: 1 | 2 | 4;
  readonly hertz: number;
  /** By how many cycles of the processor the controller looks later at what comes. */
  readonly sampleDelay: number;
}

interface Read extends Omit<Reading, 'hertz' | 'sampleDelay'> {
  readonly hertzMax: number;
}

const READ: Read = { command: 0x03, waitClocks: 0, lines: 1, hertzMax: 50e6 };
const FAST_READ: Read = { command: 0x0b, waitClocks: 8, lines: 1, hertzMax: 104e6 };
const DUAL_READ: Read = { command: 0x3b, waitClocks: 8, lines: 2, hertzMax: 104e6 };
const QUAD_READ: Read = { command: 0x6b, waitClocks: 8, lines: 4, hertzMax: 104e6 };
/** Faster than this, data are at the controller after the edge at which it looks without a delay: an estimate. */
const PROMPT_HERTZ_MAX = 50e6;

/** What a part knows of reading: a W25Q16JV as it stands on a Pico; the same with its bit QE clear; one that knows what all know. */
export const FLASH_PARTS = {
  quad: [READ, FAST_READ, DUAL_READ, QUAD_READ],
  dual: [READ, FAST_READ, DUAL_READ],
  plain: [READ, FAST_READ],
} as const satisfies Record<string, readonly Read[]>;
export type FlashPart = keyof typeof FLASH_PARTS;

/** How long the chip is busy with an operation. */
export interface FlashTimes {
  readonly eraseNanoseconds: number;
  readonly programNanoseconds: number;
}

/** tSE and tPP of the W25Q16JV, typical and at most, from secondary sources: the datasheet's own table was not at hand. */
export const FLASH_TIMES = {
  typical: { eraseNanoseconds: 45_000_000, programNanoseconds: 400_000 },
  slowest: { eraseNanoseconds: 400_000_000, programNanoseconds: 3_000_000 },
} as const satisfies Record<string, FlashTimes>;

/** An operation that the chip is busy with. */
export interface FlashOperation {
  readonly kind: 'erase' | 'program';
  /** From the start of the flash areas. */
  readonly offset: number;
  /** What stood there, and what will when it is done. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Share of its time that is over, 0 to 1. */
  readonly progress: number;
}

export interface FlashChipOptions {
  readonly flash: SimulatedFlash;
  /** Where the flash areas begin in the chip. */
  readonly areasOffset: number;
  readonly nanos: () => number;
  readonly times: FlashTimes;
  readonly part: FlashPart;
  /** After an erase or program; `offset` from the start of the areas. */
  readonly onChange: (offset: number, bytes: Uint8Array) => void;
}

export class FlashChip {
  readonly #options: FlashChipOptions;
  /** Every command that came byte by byte. */
  readonly commands = new Set<number>();
  #received: number[] = [];
  #isSelected = false;
  #isWritable = false;
  #busyUntil = 0;
  #last: (Omit<FlashOperation, 'progress'> & { nanoseconds: number }) | null = null;

  constructor(options: FlashChipOptions) {
    this.#options = options;
  }

  /** Whether a word that is read like this is what the chip holds. */
  understands({ command, waitClocks, lines, hertz, sampleDelay }: Reading): boolean {
    const reads: readonly Read[] = FLASH_PARTS[this.#options.part];
    const known = reads.find((read) => read.command === command);
    if (known === undefined || known.waitClocks !== waitClocks || known.lines !== lines) return false;
    return hertz <= known.hertzMax && (hertz <= PROMPT_HERTZ_MAX || sampleDelay > 0);
  }

  isBusy(): boolean {
    return this.#options.nanos() < this.#busyUntil;
  }

  /** What the chip is busy with; null when it is not. */
  running(): FlashOperation | null {
    if (this.#last === null || !this.isBusy()) return null;
    const { nanoseconds, ...operation } = this.#last;
    return { ...operation, progress: 1 - (this.#busyUntil - this.#options.nanos()) / nanoseconds };
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
    if (this.#received.length === 0) this.commands.add(byte);
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
    const { flash, times } = this.#options;
    const { area, offset: within } = this.#locate(offset);
    const sectorBytes = sectorBytesOf(flash.geometry, area);
    const at = within - (within % Math.max(1, sectorBytes));
    const start = offset - within + at;
    this.#operate('erase', start, sectorBytes, times.eraseNanoseconds, () => flash.erase(area, at));
  }

  /** Pages of the areas are programmed whole (docs/SPEC.md section 6), so a shorter one is refused by the simulated flash. */
  #program(offset: number, bytes: Uint8Array): void {
    const { flash, times } = this.#options;
    const { area, offset: at } = this.#locate(offset);
    const page = bytes.slice(0, PAGE_BYTES);
    this.#operate('program', offset, page.length, times.programNanoseconds, () =>
      flash.program(area, at, page),
    );
  }

  /** The content changes at once, though the chip is busy for its time; an operation that is refused changes nothing. */
  #operate(
    kind: FlashOperation['kind'],
    offset: number,
    bytes: number,
    nanoseconds: number,
    operate: () => boolean,
  ): void {
    const before = this.#content(offset, bytes);
    this.#busyUntil = this.#options.nanos() + nanoseconds;
    if (!operate() || before === null) return;
    const after = this.#content(offset, bytes) ?? before;
    this.#last = { kind, offset, before, after, nanoseconds };
    this.#options.onChange(offset, after);
  }

  /** Null outside of the areas. */
  #content(offset: number, bytes: number): Uint8Array | null {
    const place = this.#locate(offset);
    const content = new Uint8Array(bytes);
    return this.#options.flash.read(place.area, place.offset, content) ? content : null;
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
