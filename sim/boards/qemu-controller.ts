/**
 * Firmware in QEMU as a controller: its line on a pseudo-terminal, its flash in a file that QEMU writes at once, its safe
 * input a word of RAM that this process sets. QEMU keeps the time.
 */

import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FlashStore } from '../../host/controller/flash-file.ts';
import { writePieces, writeSparse, writeWhole } from '../../host/controller/sparse-file.ts';
import { firmwarePieces } from '../../host/firmware/place.ts';
import type { Target } from '../../host/firmware/target-file.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { qemuSetup, startMachine } from './qemu.ts';
import { endOrphan, QemuProcess } from './qemu-process.ts';

const NOT_PARKED = 0;
/** The lamp before the firmware first set it. */
const UNLIT_YET = 0xffff_ffff;

export const qemu: Emulator = { store: chipStore, start: (options) => QemuController.start(options) };

/** The whole flash in a file, the areas where the firmware has them. */
export function chipStore({ geometry, flash }: Target): FlashStore {
  return { geometry, fileBytes: flash.bytes, areasAt: flash.areasOffset };
}

/** Writes firmware and burned block into the file of the chip. */
export function burnFile({
  firmware,
  burned,
  flashPath,
}: Pick<EmulatorOptions, 'firmware' | 'burned' | 'flashPath'>): void {
  const { flash } = firmware.target;
  writePieces(flashPath, [
    ...firmwarePieces(firmware).map(({ address, bytes }) => ({ at: address - flash.address, bytes })),
    { at: flash.burnedOffset, bytes: burned },
  ]);
}

/** RAM and the mark of the emulator's process lie in the state folder. */
type QemuControllerOptions = Omit<EmulatorOptions, 'isPaced'>;

class QemuController {
  readonly #options: QemuControllerOptions;
  readonly #process: QemuProcess;
  /** Descriptor of RAM. */
  readonly #ram: number;
  #wasParked = false;

  private constructor(options: QemuControllerOptions, ram: string) {
    this.#options = options;
    const setup = qemuSetup(options.firmware.target);
    const machine = startMachine({ setup, flash: options.flashPath, ram, ramBytes: setup.ramBytes }, 'pipe');
    this.#ram = openSync(ram, 'r+');
    this.#process = new QemuProcess(options, machine, {
      look: () => this.#look(),
      ended: () => {
        closeSync(this.#ram);
        rmSync(ram, { force: true });
      },
    });
  }

  /**
   * Writes firmware and burned block into the chip, powers the board up and waits until its loop runs.
   * Throws HoldfastError EMULATOR_MISSING, EMULATOR_ENDED or FIRMWARE_SILENT.
   */
  static async start(options: QemuControllerOptions): Promise<QemuProcess> {
    const { firmware, folder, clock } = options;
    await endOrphan(folder, clock);
    burnFile(options);
    const ram = join(folder, 'ram.bin');
    const lamp = { at: placeInRam(firmware.target, firmware.target.pins.lamp), bytes: wordBytes(UNLIT_YET) };
    writeSparse(ram, qemuSetup(firmware.target).ramBytes, [lamp]);
    const controller = new QemuController(options, ram);
    // The firmware sets its lamp after every check.
    await controller.#process.untilStarted(() => controller.#lamp() !== UNLIT_YET);
    return controller.#process;
  }

  #lamp(): number {
    const word = Buffer.alloc(4);
    const { target } = this.#options.firmware;
    readSync(this.#ram, word, 0, 4, placeInRam(target, target.pins.lamp));
    return word.readUInt32LE(0);
  }

  /** Carries the safe input over; only a change is written, and nothing is parked before it was looked at. */
  #look(): void {
    const isParked = this.#options.safeInput.isParked();
    if (isParked === this.#wasParked) return;
    this.#wasParked = isParked;
    const { target } = this.#options.firmware;
    const word = isParked ? qemuSetup(target).parkedWord : NOT_PARKED;
    writeWhole(this.#ram, wordBytes(word), placeInRam(target, target.pins.safeInput));
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
