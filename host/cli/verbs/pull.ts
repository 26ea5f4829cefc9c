/** `holdfast pull`: reads an edition out of a device. */

import { type Command, InvalidArgumentError } from 'commander';
import { lookupWords } from '../../cycles/lookup-words.ts';
import { readEdition } from '../../image/edition-file.ts';
import { addDeviceOptions, type DeviceOptions, printResult, withDevice } from '../common/device.ts';
import { stepsOfImage } from '../common/lookups.ts';
import { IMAGE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, requireWritable, writeOutput } from '../common/outputs.ts';
import { activeSlot, pullSlot } from '../common/pulling.ts';
import { WordOption } from '../common/word-option.ts';

interface PullOptions extends DeviceOptions {
  output: string;
  force?: boolean;
  slot?: number;
}

export function register(program: Command): void {
  const command = program
    .command('pull')
    .description('read the running edition, or that of a slot, out of a device')
    .requiredOption('-o, --output <file>', 'where to write the image; - is stdout')
    .addOption(
      new WordOption('--slot <slot>', '0 or 1 (A or B); the slot of the running edition unless given', [
        '0',
        '1',
        'A',
        'B',
      ]).argParser(parseSlot),
    );
  addForceOption(addDeviceOptions(command)).action(run);
}

function parseSlot(text: string): number {
  const slot = { '0': 0, '1': 1, a: 0, b: 1 }[text.toLowerCase()];
  if (slot === undefined) throw new InvalidArgumentError('It must be 0, 1, A or B.');
  return slot;
}

async function run(options: PullOptions): Promise<void> {
  const { output, force } = options;
  claimOutputs(output);
  await requireWritable(output, { kind: IMAGE, force });
  await withDevice(options, async (device, port) => {
    const slot = options.slot ?? (await activeSlot(device));
    const bytes = await pullSlot(device, slot);
    const image = readEdition(bytes);
    await writeOutput(output, bytes, { kind: IMAGE, force });
    const sha256 = Buffer.from(image.hash).toString('hex');
    const lookup = lookupWords(stepsOfImage(bytes));
    const value = { port, slot, file: output, bytes: bytes.length, epoch: image.epoch, sha256, lookup };
    printResult(options, value, [
      `epoch ${image.epoch} from slot ${slot}: ${bytes.length} bytes in ${output}`,
      `lookup ${lookup}`,
    ]);
  });
}
