/** `holdfast window open` and `holdfast window close`. */

import type { Command } from 'commander';
import { HoldfastError } from '../../common/errors.ts';
import { closeAndActivate } from '../../serial/activation.ts';
import type { DeviceStatus } from '../../serial/answers.ts';
import type { Device } from '../../serial/device.ts';
import { dropLease, saveLease } from '../../serial/lease-file.ts';
import {
  addDeviceOptions,
  addTokenOption,
  type DeviceOptions,
  parseCount,
  printResult,
  secondsOf,
  withDevice,
} from '../common/device.ts';

interface CloseOptions extends DeviceOptions {
  keep?: boolean;
}

interface OpenOptions extends DeviceOptions {
  shared?: boolean;
  ticks?: number;
}

const OPEN_HELP = `
In the window the loop answers MAINTENANCE with its hold action. The token is kept for the commands that follow on this port.

Example:
  holdfast window open --port /dev/ttyACM0 && holdfast push rail.next.img --port /dev/ttyACM0`;

export function register(program: Command): void {
  const window = program.command('window').description('open and close maintenance windows');
  const open = window
    .command('open')
    .description('open a maintenance window; the machine must be parked')
    .option('--shared', 'accept writes from clients that do not send tokens')
    .option('--ticks <count>', "length of the lease in the device's ticks", parseCount);
  addDeviceOptions(open).addHelpText('after', OPEN_HELP).action(runOpen);
  const close = window
    .command('close')
    .description('close the window; the edition that was marked in it then runs on trial')
    .option('--keep', 'activate nothing: what is pending stays so');
  addTokenOption(addDeviceOptions(close)).action(runClose);
}

async function runOpen(options: OpenOptions): Promise<void> {
  await withDevice(options, async (device, port) => {
    const lease = await device.openWindow({
      ...(options.shared === undefined ? {} : { shared: options.shared }),
      ...(options.ticks === undefined ? {} : { ticks: options.ticks }),
    });
    saveLease(port, lease.token);
    const { tps } = await device.status();
    printResult(options, { port, ...lease, shared: options.shared ?? false }, [
      `window open, token ${lease.token}, for ${secondsOf(lease.ticks, tps)}`,
    ]);
  });
}

async function runClose(options: CloseOptions): Promise<void> {
  await withDevice(options, async (device, port) => {
    await requireWindow(device, port);
    const status = options.keep ? await closeAndKeep(device) : await closeAndActivate(device);
    dropLease(port);
    printResult(
      options,
      { port, closed: true, epoch: status.epoch, hash: status.hash, trial: status.trial },
      [closedWords(status)],
    );
  });
}

/** Nothing is activated: what is pending stays so, for a later window. */
async function closeAndKeep(device: Device): Promise<DeviceStatus> {
  await device.closeWindow({ activate: false });
  return device.status();
}

async function requireWindow(device: Device, port: string): Promise<void> {
  if ((await device.status()).mode === 'window') return;
  dropLease(port);
  throw new HoldfastError('NO_WINDOW', 'No window is open.', {
    remedy: 'Run `holdfast status` to see what runs.',
    exitCode: 1,
  });
}

/** What runs after a window was closed. */
export function closedWords(status: DeviceStatus): string {
  if (status.epoch === 0) return 'window closed, no edition runs';
  if (status.stage === 'pending')
    return `window closed, epoch ${status.epoch} runs; another stays pending: mark it again to run it`;
  if (!status.trial) return `window closed, epoch ${status.epoch} runs`;
  return `window closed, epoch ${status.epoch} runs on trial: confirm it in a new window after ${status.need} checks`;
}
