/**
 * A Raspberry Pi Pico in the emulator whose loop is ours: one call of the firmware's `service` at a time, each with its cycles.
 *
 * Interrupts stand still meanwhile: bytes reach the firmware's ring between two calls, and so do ticks. What an interrupt costs is
 * measured by itself, and comes on top of the slice that it falls into.
 */

import type { SimulatedFlash } from '../../host/core/flash.ts';
import type { Firmware } from '../../host/firmware/build.ts';
import { STATE_OF } from '../../host/format.ts';
import { attachFlash } from './attach-flash.ts';
import type { FlashPart } from './flash-chip.ts';
import { Rp2040Bench } from './rp2040-bench.ts';
import { EXCEPTION_ENTRY_CYCLES, EXCEPTION_RETURN_CYCLES } from './rp2040-core.ts';
import { startFromRom } from './rp2040-rom.ts';

const BUSY_STEP_NANOSECONDS = 5000;

export interface ServiceBoardOptions {
  readonly firmware: Firmware;
  readonly burned: Uint8Array;
  readonly flash: SimulatedFlash;
  /** The slowest unless given: what is measured then holds with any chip. */
  readonly flashPart?: FlashPart;
}

/** One call of `service`: in which mode it began, its cycles, call and return included, and those that it waited for the flash chip. */
export interface Slice {
  readonly mode: 'run' | 'window';
  readonly cycles: number;
  readonly waited: number;
}

export class Rp2040Service {
  readonly bench: Rp2040Bench;
  readonly #burnedAddress: number;
  readonly #safeInputPin: number;
  /** Cycles from the boot code to the loop's file: clocks, and what is copied to SRAM. */
  readonly copyCycles: number;
  /** Cycles of the port's start and of the core's boot. */
  startCycles = 0;
  #mode: Slice['mode'] = 'run';
  #sent: number[] = [];

  /** The firmware where its loop begins, its flash filled; `start` boots the core. */
  constructor(options: ServiceBoardOptions) {
    const { firmware, burned, flash, flashPart = 'plain' } = options;
    const { target } = firmware;
    this.bench = new Rp2040Bench(firmware.elf);
    const { chip } = this.bench;
    this.#burnedAddress = target.flash.address + target.flash.burnedOffset;
    this.#safeInputPin = target.pins.safeInput;
    chip.flash.set(burned, target.flash.burnedOffset);
    const { clock } = this.bench;
    const { memory, ssi } = attachFlash(chip, {
      flash,
      areasOffset: target.flash.areasOffset,
      whileBusy: () => clock.tick(BUSY_STEP_NANOSECONDS),
      part: flashPart,
    });
    this.bench.readCycles = () => ssi.readCycles();
    this.bench.isWaiting = () => memory.isBusy();
    const [uart] = chip.uart;
    if (uart === undefined) throw new Error('the emulator has no UART0');
    uart.onByte = (byte) => this.#sent.push(byte);
    startFromRom(chip);
    this.copyCycles = this.bench.runUntil('holdfast_main');
  }

  /** Boots the core. Gives 0 when an edition runs, else the reason of the FAULT. */
  start(): number {
    this.park(true);
    const port = this.bench.call('port_start');
    // The clock moves while the flash chip is busy; no interrupt may come of it.
    this.bench.chip.core.enabledInterrupts = 0;
    const core = this.bench.call('holdfast_boot', this.bench.addressOf('port_geometry'), this.#burnedAddress);
    this.startCycles = port.cycles + core.cycles;
    return core.result;
  }

  park(isParked: boolean): void {
    this.bench.chip.gpio[this.#safeInputPin]?.setInputValue(isParked);
  }

  /** Puts bytes into the firmware's ring. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.bench.call('holdfast_receive', byte);
  }

  slice(checks = 1): Slice {
    const mode = this.#mode;
    const { result, cycles, waited } = this.bench.call('holdfast_service', checks);
    this.#mode = result === 0 ? 'run' : 'window';
    return { mode, cycles, waited };
  }

  /** Whether the firmware says that `service` has work. */
  isBusy(): boolean {
    return this.bench.call('holdfast_state_of', STATE_OF.busy).result !== 0;
  }

  /** Epoch of the edition that runs. */
  epoch(): number {
    return this.bench.call('holdfast_state_of', STATE_OF.epoch).result;
  }

  /** What the firmware sent since it was last asked. */
  takeSent(): Uint8Array {
    const sent = Uint8Array.from(this.#sent);
    this.#sent = [];
    return sent;
  }

  /** Cycles of the interrupt that takes one byte, entry and return included. */
  receiveInterruptCycles(): number {
    this.bench.chip.uart[0]?.feedByte(0);
    const { cycles } = this.bench.call('uart_interrupt');
    return cycles + EXCEPTION_ENTRY_CYCLES + EXCEPTION_RETURN_CYCLES;
  }

  /** One tick of the device's counter. Gives its interrupt's cycles. */
  tick(): number {
    return this.bench.call('tick_interrupt').cycles + EXCEPTION_ENTRY_CYCLES + EXCEPTION_RETURN_CYCLES;
  }
}
