/**
 * Firmware in a machine of QEMU whose flash is in the chip, as a controller. QEMU keeps that flash in no file: this process loads it by the
 * debugger's port, and when the firmware comes by the place behind each change, writes what has changed into the file before the
 * firmware goes on. So what the firmware was told is written is in the file, however this process ends. The safe input is a pin that QEMU's
 * test port drives.
 */

import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { writeWhole } from '../../host/controller/sparse-file.ts';
import type { QemuChipSetup, Target } from '../../host/firmware/target-file.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { GdbRemote } from './gdb-remote.ts';
import { startQemu } from './qemu.ts';
import { burnFile, chipStore } from './qemu-controller.ts';
import { endOrphan, QemuProcess } from './qemu-process.ts';

/** What every board's loop calls behind each check (targets/loop/board.h). */
const SHOWS = 'port_show';
/** Ends of sockets that QEMU finds open: those of its debugger's and of its test port. */
const [DEBUGGER, TESTS] = [3, 4];
const STDIO: 'pipe'[] = ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'];

export const qemuChip: Emulator = { store: chipStore, start: (options) => ChipController.start(options) };

type ChipControllerOptions = Omit<EmulatorOptions, 'isPaced'>;

class ChipController {
  readonly #options: ChipControllerOptions;
  readonly #setup: QemuChipSetup;
  readonly #process: QemuProcess;
  readonly #gdb: GdbRemote;
  readonly #pins: Duplex;
  /** Descriptor of the file of the whole flash. */
  readonly #flash: number;
  #hasStarted = false;

  private constructor(options: ChipControllerOptions, program: string) {
    this.#options = options;
    this.#setup = chipSetup(options.firmware.target);
    const machine = startQemu(this.#setup, machineOptions(this.#setup, program), STDIO);
    this.#gdb = new GdbRemote(machine.stdio[DEBUGGER] as Duplex);
    this.#pins = machine.stdio[TESTS] as Duplex;
    this.#pins.on('error', () => {});
    // It answers each command; nothing hangs on that.
    this.#pins.resume();
    this.#flash = openSync(options.flashPath, 'r+');
    this.#process = new QemuProcess(options, machine, {
      look: () => this.#look(),
      ended: () => {
        closeSync(this.#flash);
        rmSync(program, { force: true });
      },
    });
  }

  /**
   * Writes firmware and burned block into the chip, powers the board up and waits until its loop runs.
   * Throws HoldfastError EMULATOR_MISSING, EMULATOR_ENDED or FIRMWARE_SILENT.
   */
  static async start(options: ChipControllerOptions): Promise<QemuProcess> {
    const { firmware, folder, clock } = options;
    await endOrphan(folder, clock);
    burnFile(options);
    const program = join(folder, 'firmware.elf');
    writeFileSync(program, firmware.file);
    const controller = new ChipController(options, program);
    void controller.#run().catch((fault) => controller.#process.fail(fault));
    await controller.#process.untilStarted(() => controller.#hasStarted);
    return controller.#process;
  }

  /** As long as the machine has power. */
  async #run(): Promise<never> {
    const { firmware, flashPath } = this.#options;
    const { flash } = firmware.target;
    // QEMU puts the program itself there again at each reset; all that the program changes lies behind it.
    const content = readFileSync(flashPath).subarray(flash.burnedOffset);
    await this.#gdb.write(flash.address + flash.burnedOffset, content);
    const [written, shows] = [this.#setup.written, SHOWS].map((name) => firmware.elf.addressOf(name));
    for (const address of [written, shows]) await this.#gdb.watch((address ?? 0) & ~1);
    for (;;) {
      const { registers, at } = await this.#gdb.run();
      if (at === ((shows ?? 0) & ~1)) {
        await this.#gdb.unwatch(at);
        this.#hasStarted = true;
      } else {
        const [address = 0, bytes = 0] = registers;
        writeWhole(this.#flash, await this.#gdb.read(address, bytes), address - flash.address);
      }
    }
  }

  /** Drives the pin, which a reset lets go of. Nothing is parked before it was looked at. */
  #look(): void {
    const { safeInput, firmware } = this.#options;
    const level = safeInput.isParked() ? 1 : 0;
    const { safeInput: pin } = firmware.target.pins;
    this.#pins.write(`set_irq_in ${this.#setup.chip} unnamed-gpio-in ${pin} ${level}\n`);
  }
}

function chipSetup({ name, emulator }: Target): QemuChipSetup {
  if (emulator?.kind === 'qemuChip') return emulator;
  throw new Error(`QEMU does not run the chip of ${name}`);
}

/** The machine stands until it is told to run. The test port's end must have that name. */
function machineOptions({ machine }: QemuChipSetup, program: string): string[] {
  return [
    ...['-machine', machine, '-kernel', program, '-S'],
    ...['-chardev', `socket,id=debugger,fd=${DEBUGGER}`, '-gdb', 'chardev:debugger'],
    ...['-chardev', `socket,id=qtest,fd=${TESTS}`, '-qtest', 'chardev:qtest', '-qtest-log', 'none'],
  ];
}
