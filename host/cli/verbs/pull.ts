/** `holdfast pull`: reads an edition out of a device. */

import { type Command, InvalidArgumentError } from 'commander';
import { readEdition } from '../../image/edition-file.ts';
import { addDeviceOptions, type DeviceOptions, printResult, withDevice } from '../common/device.ts';
import { writeOutput } from '../common/files.ts';
import { activeSlot, pullSlot } from '../common/pulling.ts';

interface PullOptions extends DeviceOptions {
  output: string;
  slot?: number;
}

export function register(program: Command): void {
  const command = program
    .command('pull')
    .description('read the running edition, or that of a slot, out of a device')
    .requiredOption('-o, --output <file>', 'where to write the image')
    .option('--slot <slot>', '0 or 1 (A or B); the slot of the running edition unless given', parseSlot);
  addDeviceOptions(command).action(run);
}

function parseSlot(text: string): number {
  const slot = { '0': 0, '1': 1, a: 0, b: 1 }[text.toLowerCase()];
  if (slot === undefined) throw new InvalidArgumentError('It must be 0, 1, A or B.');
  return slot;
}

async function run(options: PullOptions): Promise<void> {
  await withDevice(options, async (device, port) => {
    const slot = options.slot ?? (await activeSlot(device));
    const bytes = await pullSlot(device, slot);
    const image = readEdition(bytes);
    await writeOutput(options.output, bytes);
    const sha256 = Buffer.from(image.hash).toString('hex');
    const value = { port, slot, file: options.output, bytes: bytes.length, epoch: image.epoch, sha256 };
    printResult(options, value, [
      `epoch ${image.epoch} from slot ${slot}: ${bytes.length} bytes in ${options.output}`,
    ]);
  });
}
