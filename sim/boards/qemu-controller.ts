/**
 * Firmware in QEMU as a controller: its line on a pseudo-terminal, its flash in a file that QEMU writes at once, its safe
 * input a word of RAM that this process sets. QEMU keeps the time.
 */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import type { FlashStore } from '../../host/controller/flash-file.ts';
import { isAlive, processMark } from '../../host/controller/running-mark.ts';
import { writePieces, writeSparse, writeWhole } from '../../host/controller/sparse-file.ts';
import { firmwarePieces } from '../../host/firmware/place.ts';
import type { Target } from '../../host/firmware/target-file.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { qemuSetup, startMachine } from './qemu.ts';

const NOT_PARKED = 0;
/** The lamp before the firmware first set it. */
const UNLIT_YET = 0xffff_ffff;
/** How often the safe input is carried over, and the line looked at while its client does not read. */
const LOOK_EVERY_MS = 5;
/** By then the map is loaded, on a slow machine too. */
const START_MS_MAX = 30_000;
/** What may wait for the firmware's receiver; what comes on top is lost, as on a line that nobody serves. */
const ON_THE_WAY_BYTES_MAX = 65_536;
const COMPLAINT_CHARACTERS_MAX = 2000;

export const qemu: Emulator = { store: chipStore, start: (options) => QemuController.start(options) };

/** The whole flash in a file, the areas where the firmware has them. */
function chipStore({ geometry, flash }: Target): FlashStore {
  return { geometry, fileBytes: flash.bytes, areasAt: flash.areasOffset };
}

/** RAM and the mark of the emulator's process lie in the state folder. */
type QemuControllerOptions = Omit<EmulatorOptions, 'isPaced'>;

class QemuController {
  readonly #options: QemuControllerOptions;
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
  private constructor(options: QemuControllerOptions, ram: string) {
    this.#options = options;
    const setup = qemuSetup(options.firmware.target);
    this.#machine = startMachine({ setup, flash: options.flashPath, ram, ramBytes: setup.ramBytes }, 'pipe');
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
  static async start(options: QemuControllerOptions): Promise<QemuController> {
    const { firmware, burned, flashPath, folder, clock } = options;
    const { flash, pins } = firmware.target;
    await endOrphan(markIn(folder), clock);
    writePieces(flashPath, [
      ...firmwarePieces(firmware).map(({ address, bytes }) => ({ at: address - flash.address, bytes })),
      { at: flash.burnedOffset, bytes: burned },
    ]);
    const ram = join(folder, 'ram.bin');
    const lamp = { at: placeInRam(firmware.target, pins.lamp), bytes: wordBytes(UNLIT_YET) };
    writeSparse(ram, qemuSetup(firmware.target).ramBytes, [lamp]);
    const controller = new QemuController(options, ram);
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
    const { target } = this.#options.firmware;
    readSync(this.#ram, word, 0, 4, placeInRam(target, target.pins.lamp));
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
      const { target } = this.#options.firmware;
      const word = isParked ? qemuSetup(target).parkedWord : NOT_PARKED;
      writeWhole(this.#ram, wordBytes(word), placeInRam(target, target.pins.safeInput));
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

/** Offset in the machine's RAM of a word at an address. */
function placeInRam({ ram }: Target, address: number): number {
  return address - ram.address;
}

function wordBytes(word: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(word);
  return bytes;
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
