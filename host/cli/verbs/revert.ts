/** `holdfast revert`: gives up the edition that is pending or on trial. */

import type { Command } from 'commander';
import type { Device } from '../../serial/device.ts';
import {
  addDeviceOptions,
  addTokenOption,
  type DeviceOptions,
  printResult,
  type VerbResult,
  withDevice,
} from '../common/device.ts';

export function register(program: Command): void {
  const command = program
    .command('revert')
    .description('drop the edition that is pending or on trial; needs an open window');
  addTokenOption(addDeviceOptions(command)).action(run);
}

async function run(options: DeviceOptions): Promise<void> {
  await withDevice(options, async (device, port) => {
    const { value, words } = await revertOn(device, port);
    printResult(options, value, words);
  });
}

export async function revertOn(device: Device, port: string): Promise<VerbResult> {
  await device.revert();
  const { epoch, hash } = await device.status();
  const words = epoch === 0 ? 'reverted, no edition runs' : `reverted, epoch ${epoch} is the edition`;
  return { value: { port, reverted: true, epoch, hash }, words: [words] };
}
