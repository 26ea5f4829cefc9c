/**
 * A Raspberry Pi Pico in the emulator: the real firmware from power-up on, flash chip, line and safe input. Time is the chip's own,
 * counted in cycles (rp2040-core.ts).
 */
import { ConsoleLogger, LogLevel, type RP2040, Simulator } from 'rp2040js';
import type { SimulatedFlash } from '../../host/core/flash.ts';
import type { Firmware } from '../../host/firmware/build.ts';
import { firmwarePieces } from '../../host/firmware/place.ts';
import type { Target } from '../../host/firmware/target-file.ts';
import { type AttachedFlash, attachFlash } from './attach-flash.ts';
import type { FlashOperation, FlashPart, FlashTimes } from './flash-chip.ts';
import { CountedCore } from './rp2040-core.ts';
import { startFromRom } from './rp2040-rom.ts';
import { Transmitter, UART_FLAGS } from './rp2040-transmitter.ts';

const NANOSECONDS_A_SECOND = 1e9;
/** While the firmware waits for the flash chip, time goes in steps of this, so that waiting does not have to be emulated. */
const BUSY_STEP_NANOSECONDS = 5000;
/** Of UARTFR. */
const FIFO_EMPTY = 1 << 4;
const FIFO_FULL = 1 << 6;
const WATCHDOG_PAGE = 0x40058;
/** From power-up or a reset on, by then a board with the flash of a Pico answers with a small map. */
export const START_MS = 50;

export interface BoardOptions {
  readonly firmware: Firmware;
  readonly burned: Uint8Array;
  readonly flash: SimulatedFlash;
  readonly isParked: () => boolean;
  /** Bytes that the firmware sent. */
  readonly onSent: (byte: number) => void;
  /**
   * `paced`: bytes go both ways at the rate the firmware set. `eager`: one reaches the receiver as soon as its FIFO is empty and one
   * is sent at once, which is faster than any line.
   */
  readonly line: 'paced' | 'eager';
  /** Of the flash chip; typical ones unless given. */
  readonly flashTimes?: FlashTimes;
  /** The chip on a Pico unless given. */
  readonly flashPart?: FlashPart;
}

function cycleNanos({ name, clocks }: Target): number {
  if (clocks.processorHz === null) throw new Error(`the file of ${name} names no rate of its processor`);
  return NANOSECONDS_A_SECOND / clocks.processorHz;
}

export class Rp2040Board {
  readonly #options: BoardOptions;
  readonly #cycleNanos: number;
  #simulator!: Simulator;
  #chip!: RP2040;
  #counted!: CountedCore;
  #uart!: RP2040['uart'][number];
  /** Null where bytes are sent at once. */
  #transmitter: Transmitter | null = null;
  #attached!: AttachedFlash;
  #resetAsked = false;
  #incoming: number[] = [];
  #nextByteAt = 0;
  #nanosBefore = 0;
  #starts = 0;
  #instructions = 0;
  /** Bytes that came while the receiver's FIFO was full. */
  lostBytes = 0;

  /** Powers the board up. Throws HoldfastError BOOT2_CHECKSUM when the ROM would not start the firmware. */
  constructor(options: BoardOptions) {
    this.#options = options;
    this.#cycleNanos = cycleNanos(options.firmware.target);
    this.#powerUp();
  }

  get starts(): number {
    return this.#starts;
  }

  /** Instructions executed since the board was made. */
  get instructions(): number {
    return this.#instructions;
  }

  /** How flash is read, and what the chip was told: see there. */
  get flash(): AttachedFlash {
    return this.#attached;
  }

  /** What the flash chip is busy with; null when it is not. */
  flashOperation(): FlashOperation | null {
    return this.#attached.memory.running();
  }

  /** Whether the firmware's lamp is lit: while the place that its loop asks for is covered. */
  isLit(): boolean {
    return ((this.#chip.sio.gpioValue >>> this.#options.firmware.target.pins.lamp) & 1) === 1;
  }

  /** Time since the board was made, resets included. */
  nanos(): number {
    return this.#nanosBefore + this.#chip.clock.nanos;
  }

  /** Bytes on their way to the firmware. */
  send(bytes: Uint8Array): void {
    for (const byte of bytes) this.#incoming.push(byte);
  }

  /** Runs until `nanos` of the board's time or `instructions` are over, whichever is first. */
  run(nanos: number, instructions: number): void {
    const { firmware, isParked } = this.#options;
    this.#chip.gpio[firmware.target.pins.safeInput]?.setInputValue(isParked());
    for (let done = 0; done < instructions && this.nanos() < nanos; done++) {
      this.#deliver();
      this.#transmitter?.carry();
      if (this.#resetAsked) {
        this.#nanosBefore = this.nanos();
        this.#powerUp();
      } else if (this.#chip.core.waiting) this.#sleep(nanos);
      else {
        this.#simulator.clock.tick(this.#counted.step() * this.#cycleNanos);
        this.#instructions++;
      }
    }
  }

  /**
   * To the next alarm, the next byte of either direction or the end, without executing anything. By whole cycles: the chip's counters
   * follow from its nanoseconds, and beside a cycle's beginning they are rounded now this way, now that.
   */
  #sleep(nanos: number): void {
    const { clock } = this.#simulator;
    const alarm = clock.nanosToNextAlarm;
    const received = this.#incoming.length > 0 ? this.#nextByteAt - this.nanos() : Number.POSITIVE_INFINITY;
    const sent = (this.#transmitter?.nextAt ?? Number.POSITIVE_INFINITY) - clock.nanos;
    const next = Math.min(alarm > 0 ? alarm : BUSY_STEP_NANOSECONDS, received, sent, nanos - this.nanos());
    clock.tick(Math.max(1, Math.ceil(next / this.#cycleNanos)) * this.#cycleNanos);
  }

  #deliver(): void {
    const [byte] = this.#incoming;
    if (byte === undefined || this.#uart.baudDivider === 0) return;
    const flags = this.#uart.readUint32(UART_FLAGS);
    if (this.#options.line === 'eager' ? !(flags & FIFO_EMPTY) : this.nanos() < this.#nextByteAt) return;
    this.#incoming.shift();
    if (flags & FIFO_FULL) this.lostBytes++;
    else this.#uart.feedByte(byte);
    // Ten bits a byte; a byte that comes after a pause takes its time as well.
    const byteNanos = (10 * 1e9) / this.#uart.baudRate;
    this.#nextByteAt = Math.max(this.#nextByteAt + byteNanos, this.nanos());
  }

  #powerUp(): void {
    const { firmware, burned, flash } = this.#options;
    this.#simulator = new Simulator();
    const chip = this.#simulator.rp2040;
    chip.logger = new ConsoleLogger(LogLevel.Error, false);
    const { target } = firmware;
    for (const { address, bytes } of firmwarePieces(firmware))
      chip.flash.set(bytes, address - target.flash.address);
    chip.flash.set(burned, target.flash.burnedOffset);
    this.#chip = chip;
    this.#attach(chip, flash, target.flash.areasOffset);
    this.#counted = new CountedCore(chip, () => this.#attached.ssi.readCycles());
    this.#resetAsked = false;
    this.#nextByteAt = 0;
    this.#starts++;
    startFromRom(chip);
  }

  #attach(chip: RP2040, flash: SimulatedFlash, areasOffset: number): void {
    const { clock } = this.#simulator;
    this.#attached = attachFlash(chip, {
      flash,
      areasOffset,
      times: this.#options.flashTimes,
      part: this.#options.flashPart,
      whileBusy: () => clock.tick(BUSY_STEP_NANOSECONDS),
    });
    const watchdog = chip.peripherals[WATCHDOG_PAGE] as { onWatchdogTrigger?: () => void } | undefined;
    if (watchdog !== undefined) {
      watchdog.onWatchdogTrigger = () => {
        this.#resetAsked = true;
      };
    }
    const [uart] = chip.uart;
    if (uart === undefined) throw new Error('the emulator has no UART0');
    const { line, onSent } = this.#options;
    this.#transmitter = line === 'paced' ? new Transmitter(uart, () => clock.nanos, onSent) : null;
    if (this.#transmitter === null) uart.onByte = onSent;
    this.#uart = uart;
  }
}
