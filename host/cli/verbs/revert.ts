/** `holdfast revert`: gives up the edition that is pending or on trial. */

import type { Command } from 'commander';
import {
  addDeviceOptions,
  addTokenOption,
  type DeviceOptions,
  printResult,
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
    await device.revert();
    const { epoch, hash } = await device.status();
    printResult(options, { port, reverted: true, epoch, hash }, [
      epoch === 0 ? 'reverted, no edition runs' : `reverted, epoch ${epoch} is the edition`,
    ]);
  });
}
