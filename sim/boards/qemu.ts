/**
 * QEMU's `virt` machine (32-bit RISC-V) as this project uses it: flash bank 0 is a file, from which it boots; RAM is a file too, so
 * that this process can write what stands for pins (targets/riscv32/registers.h) and hand over whole batches.
 */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';

const EMULATOR = 'qemu-system-riscv32';
/** Both banks of the machine have this size, and QEMU takes no file of another one. */
export const FLASH_BANK_BYTES = 32 << 20;

export interface Machine {
  /** File of FLASH_BANK_BYTES bytes: bank 0. What the firmware writes is in it before the firmware goes on. */
  readonly flash: string;
  /** File of RAM. */
  readonly ram: string;
  readonly ramBytes: number;
}

/** Path of a program on PATH; null when it is not there. */
function findProgram(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // It is not in this folder; the next one is tried.
    }
  }
  return null;
}

/**
 * Powers the machine up; its serial line is our end of `stdio`. It does not outlive this process: where the system can, it is
 * killed with us, as a power cut would do it.
 * Throws HoldfastError EMULATOR_MISSING.
 */
export function startMachine(
  { flash, ram, ramBytes }: Machine,
  stdio: StdioOptions,
  extra: readonly string[] = [],
): ChildProcess {
  const emulator = findProgram(EMULATOR);
  if (emulator === null) {
    throw new HoldfastError('EMULATOR_MISSING', `${EMULATOR} is not there.`, {
      remedy: 'Install the Debian package qemu-system-misc.',
    });
  }
  const argv = [
    ...['-machine', 'virt,memory-backend=ram', '-m', `${ramBytes >> 20}M`],
    ...['-object', `memory-backend-file,id=ram,size=${ramBytes},mem-path=${commas(ram)},share=on`],
    ...['-bios', 'none', '-drive', `if=pflash,unit=0,format=raw,file=${commas(flash)}`],
    ...['-display', 'none', '-monitor', 'none', '-net', 'none'],
    ...['-chardev', 'stdio,id=line,signal=off', '-serial', 'chardev:line'],
    ...extra,
  ];
  const warden = process.platform === 'linux' ? findProgram('setpriv') : null;
  // In a group of its own: Ctrl-C is for us, and we decide what becomes of the machine.
  const how = { stdio, detached: true };
  return warden === null
    ? spawn(emulator, argv, how)
    : spawn(warden, ['--pdeathsig', 'KILL', emulator, ...argv], how);
}

/** In QEMU's options a comma ends a value unless it is doubled. */
function commas(path: string): string {
  return path.replaceAll(',', ',,');
}
