/** `holdfast confirm`: makes the edition on trial the confirmed one. */

import type { Command } from 'commander';
import type { DeviceStatus } from '../../serial/answers.ts';
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
    .command('confirm')
    .description('confirm the edition on trial; needs an open window and enough answered checks');
  addTokenOption(addDeviceOptions(command)).action(run);
}

async function run(options: DeviceOptions): Promise<void> {
  await withDevice(options, async (device, port) => {
    const { value, words } = await confirmOn(device, port);
    printResult(options, value, words);
  });
}

/** Confirms what is on trial; where nothing is, that is said. */
export async function confirmOn(device: Device, port: string): Promise<VerbResult> {
  const before = await device.status();
  if (!before.trial) {
    const { epoch, hash } = before;
    return { value: { port, confirmed: false, epoch, hash }, words: [nothingWords(before)] };
  }
  await device.confirm();
  const { epoch, hash } = await device.status();
  return { value: { port, confirmed: true, epoch, hash }, words: [`epoch ${epoch} is confirmed`] };
}

function nothingWords({ stage, epoch }: DeviceStatus): string {
  if (stage === 'pending')
    return 'nothing is on trial: an edition is pending, and runs on trial once the window in which it is marked is closed';
  return epoch === 0
    ? 'nothing is on trial, no edition runs'
    : `nothing is on trial: epoch ${epoch} is the confirmed edition`;
}
