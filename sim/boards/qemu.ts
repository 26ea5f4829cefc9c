/**
 * A machine of QEMU as this project uses it: parallel flash is a file, from which it boots; RAM is a file too, so that this process can
 * write what stands for pins and hand over whole batches. Which machine, and how much of each, the board's file says.
 */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';
import type { QemuSetup, Target } from '../../host/firmware/target-file.ts';

export interface Machine {
  readonly setup: QemuSetup;
  /** File of the whole flash; QEMU takes none of another size. What the firmware writes is in it before the firmware goes on. */
  readonly flash: string;
  /** File of RAM. */
  readonly ram: string;
  readonly ramBytes: number;
}

/** The set-up of a board that QEMU runs. */
export function qemuSetup({ name, emulator }: Target): QemuSetup {
  if (emulator?.kind === 'qemu') return emulator;
  throw new Error(`QEMU does not run ${name}`);
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
  { setup, flash, ram, ramBytes }: Machine,
  stdio: StdioOptions,
  extra: readonly string[] = [],
): ChildProcess {
  const argv = [
    ...['-machine', `${setup.machine},memory-backend=ram`, '-m', `${ramBytes >> 20}M`],
    ...['-object', `memory-backend-file,id=ram,size=${ramBytes},mem-path=${commas(ram)},share=on`],
    ...[...setup.arguments, '-drive'],
    `if=pflash,unit=${setup.pflashUnit},format=raw,file=${commas(flash)}`,
    ...extra,
  ];
  return startQemu(setup, argv, stdio);
}

/** The same for any machine, given what is special about it. Throws HoldfastError EMULATOR_MISSING. */
export function startQemu(
  { command, packages }: Pick<QemuSetup, 'command' | 'packages'>,
  machine: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  const emulator = findProgram(command);
  if (emulator === null) {
    throw new HoldfastError('EMULATOR_MISSING', `${command} is not installed.`, {
      remedy: `Install the Debian packages ${packages.join(' ')}.`,
    });
  }
  const argv = [
    ...machine,
    ...['-display', 'none', '-monitor', 'none', '-net', 'none'],
    ...['-chardev', 'stdio,id=line,signal=off', '-serial', 'chardev:line'],
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
