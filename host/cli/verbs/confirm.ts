/** `holdfast confirm`: makes the edition on trial the confirmed one. */

import type { Command } from 'commander';
import { addDeviceOptions, addTokenOption, type DeviceOptions, printResult, withDevice } from '../device.ts';

export function register(program: Command): void {
  const command = program
    .command('confirm')
    .description('confirm the edition on trial; needs an open window and enough answered checks');
  addTokenOption(addDeviceOptions(command)).action(run);
}

async function run(options: DeviceOptions): Promise<void> {
  await withDevice(options, async (device, port) => {
    await device.confirm();
    const { epoch, hash } = await device.status();
    printResult(options, { port, confirmed: true, epoch, hash }, [`epoch ${epoch} is confirmed`]);
  });
}
