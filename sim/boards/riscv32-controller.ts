/**
 * The riscv32 firmware in QEMU as a controller: its line on a pseudo-terminal, its flash in a file that QEMU writes at once, its safe
 * input a word of RAM that this process sets. QEMU keeps the time.
 */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import type { ControllerLine } from '../../host/controller/controller.ts';
import type { FlashStore } from '../../host/controller/flash-file.ts';
import { isAlive, processMark } from '../../host/controller/running-mark.ts';
import type { SafeInput } from '../../host/controller/safe-input.ts';
import { writePieces, writeSparse, writeWhole } from '../../host/controller/sparse-file.ts';
import type { Firmware } from '../../host/firmware/build.ts';
import { firmwarePieces } from '../../host/firmware/place.ts';
import type { Target } from '../../host/firmware/targets.ts';
import { FLASH_BANK_BYTES, startMachine } from './qemu.ts';

const RAM_BYTES = 8 << 20;
// As targets/riscv32/registers.h has them, from the start of RAM.
const PIN_SAFE_INPUT_AT = 0x7f_f000;
const PIN_LAMP_AT = PIN_SAFE_INPUT_AT + 4;
const PARKED = Buffer.from('PARK');
const NOT_PARKED = Buffer.alloc(4);
/** The lamp before the firmware first set it. */
const UNLIT_YET = 0xffff_ffff;
/** How often the safe input is carried over, and the line looked at while its client does not read. */
const LOOK_EVERY_MS = 5;
/** By then the map is loaded, on a slow machine too. */
const START_MS_MAX = 30_000;
/** What may wait for the firmware's receiver; what comes on top is lost, as on a line that nobody serves. */
const ON_THE_WAY_BYTES_MAX = 65_536;
const COMPLAINT_CHARACTERS_MAX = 2000;

export interface Riscv32ControllerOptions {
  readonly firmware: Firmware;
  readonly burned: Uint8Array;
  /** File of the chip, made as `chipStore` says. */
  readonly flashPath: string;
  /** Folder for RAM, and for the mark of the emulator's process. */
  readonly folder: string;
  readonly line: ControllerLine;
  readonly safeInput: Pick<SafeInput, 'isParked'>;
  readonly clock: Clock;
}

/** A whole flash bank in a file, the areas where the firmware has them. */
export function chipStore({ geometry, areasOffset }: Target): FlashStore {
  return { geometry, fileBytes: FLASH_BANK_BYTES, areasAt: areasOffset };
}

export class Riscv32Controller {
  readonly #options: Riscv32ControllerOptions;
  readonly #machine: ChildProcess;
  /** Descriptor of RAM. */
  readonly #ram: number;
  readonly ended: Promise<void>;
  #outgoing: Uint8Array[] = [];
  #wasParked = false;
  #stopped = false;
  #complaint = '';
  #cancel: () => void = () => {};
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  /** Powers the board up; `ended` is rejected when the emulator ends by itself. */
  private constructor(options: Riscv32ControllerOptions, ram: string) {
    this.#options = options;
    this.#machine = startMachine({ flash: options.flashPath, ram, ramBytes: RAM_BYTES }, 'pipe');
    this.#ram = openSync(ram, 'r+');
    writeFileSync(markIn(options.folder), processMark(this.#machine.pid ?? 0));
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.ended.catch(() => {});
    this.#connect();
    this.#look();
  }

  /**
   * Writes firmware and burned block into the chip, powers the board up and waits until its loop runs.
   * Throws HoldfastError EMULATOR_MISSING, EMULATOR_ENDED or FIRMWARE_SILENT.
   */
  static async start(options: Riscv32ControllerOptions): Promise<Riscv32Controller> {
    const { firmware, burned, flashPath, folder, clock } = options;
    const { flash, burnedOffset } = firmware.target;
    await endOrphan(markIn(folder), clock);
    writePieces(flashPath, [
      ...firmwarePieces(firmware).map(({ address, bytes }) => ({ at: address - flash.from, bytes })),
      { at: burnedOffset, bytes: burned },
    ]);
    const ram = join(folder, 'ram.bin');
    writeSparse(ram, RAM_BYTES, [{ at: PIN_LAMP_AT, bytes: Buffer.alloc(4, 0xff) }]);
    const controller = new Riscv32Controller(options, ram);
    try {
      await controller.#awake();
    } catch (error) {
      controller.stop();
      await controller.ended.catch(() => {});
      throw error;
    }
    return controller;
  }

  /** Takes the power away. */
  stop(): void {
    this.#stopped = true;
    this.#machine.kill('SIGKILL');
  }

  /** The firmware sets its lamp after every check. */
  async #awake(): Promise<void> {
    const { clock } = this.#options;
    const lateMs = clock.nowMs() + START_MS_MAX;
    const failed = this.ended.then(() => true);
    while (this.#lamp() === UNLIT_YET) {
      if (clock.nowMs() > lateMs) {
        throw new HoldfastError(
          'FIRMWARE_SILENT',
          `The firmware did not start within ${START_MS_MAX / 1000} s.`,
          {
            exitCode: 3,
          },
        );
      }
      await Promise.race([sleep(clock, LOOK_EVERY_MS), failed]);
    }
  }

  #lamp(): number {
    const word = Buffer.alloc(4);
    readSync(this.#ram, word, 0, 4, PIN_LAMP_AT);
    return word.readUInt32LE(0);
  }

  #connect(): void {
    const { stdin, stdout, stderr } = this.#machine;
    if (stdin === null || stdout === null || stderr === null) throw new Error('the emulator has no line');
    // A machine that was switched off takes nothing more.
    stdin.on('error', () => {});
    this.#options.line.onData((bytes) => {
      if (!this.#stopped && stdin.writableLength + bytes.length <= ON_THE_WAY_BYTES_MAX) stdin.write(bytes);
    });
    stdout.on('data', (bytes: Uint8Array) => {
      this.#outgoing.push(bytes);
      if (!this.#flush()) stdout.pause();
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_CHARACTERS_MAX);
    });
    this.#machine.on('error', (error) => this.#fail(error));
    void once(this.#machine, 'close').then(([code, signal]) => this.#switchedOff(code ?? signal));
  }

  #switchedOff(how: unknown): void {
    this.#cancel();
    closeSync(this.#ram);
    rmSync(join(this.#options.folder, 'ram.bin'), { force: true });
    rmSync(markIn(this.#options.folder), { force: true });
    if (this.#stopped) this.#end();
    else {
      const why = this.#complaint.trim();
      this.#stopped = true;
      this.#fail(
        new HoldfastError('EMULATOR_ENDED', `QEMU ended (${how})${why === '' ? '.' : `: ${why}`}`, {
          exitCode: 3,
        }),
      );
    }
  }

  /** Carries the safe input over; only a change is written, and nothing is parked before it was looked at. */
  #look(): void {
    const isParked = this.#options.safeInput.isParked();
    if (isParked !== this.#wasParked) {
      this.#wasParked = isParked;
      writeWhole(this.#ram, isParked ? PARKED : NOT_PARKED, PIN_SAFE_INPUT_AT);
    }
    if (this.#outgoing.length > 0 && this.#flush()) this.#machine.stdout?.resume();
    this.#cancel = this.#options.clock.after(LOOK_EVERY_MS, () => this.#look());
  }

  /** Whether everything that the firmware sent was taken. */
  #flush(): boolean {
    for (let first = this.#outgoing[0]; first !== undefined; first = this.#outgoing[0]) {
      const taken = this.#options.line.write(first);
      if (taken < first.length) {
        this.#outgoing[0] = first.subarray(taken);
        return false;
      }
      this.#outgoing.shift();
    }
    return true;
  }
}

function markIn(folder: string): string {
  return join(folder, 'emulator');
}

/** Where nothing kills the emulator with its controller, the one of a controller that was killed still has the flash. */
async function endOrphan(path: string, clock: Clock): Promise<void> {
  const mark = existsSync(path) ? readFileSync(path, 'utf8') : '';
  while (isAlive(mark)) {
    try {
      process.kill(Number.parseInt(mark, 10), 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
    await sleep(clock, LOOK_EVERY_MS);
  }
}
