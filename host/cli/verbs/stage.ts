/** `holdfast stage`: the first half of a push: an edition lies in the free slot, read back, and nothing makes it run. */

import type { Command } from 'commander';
import { loadEdition } from '../../image/edition-file.ts';
import { type PushOptions, type StageResult, stage } from '../../serial/push.ts';
import type { ReadBackWay } from '../../serial/same-in-slot.ts';
import {
  addDeviceOptions,
  addTokenOption,
  type DeviceOptions,
  printResult,
  withDevice,
} from '../common/device.ts';
import {
  broughtWords,
  FORCE_HELP,
  inOwnWindow,
  readBackOption,
  requireTakenBy,
  withProgress,
} from '../common/pushing.ts';

interface StageCommandOptions extends DeviceOptions {
  window?: boolean;
  force?: boolean;
  readBack: ReadBackWay;
}

const HELP = `
Nothing activates a staged edition: not the end of the window, not a reset. \`holdfast mark\` makes it pending in a later window. So many
machines can be staged first, and marked when all of them are.

Examples:
  holdfast stage rail.next.img --window --port /dev/ttyACM0
  holdfast window open && holdfast mark rail.next.img && holdfast window close`;

export function register(program: Command): void {
  const command = program
    .command('stage')
    .description('upload an edition and read it back, without marking it')
    .argument('<image>', 'image that `holdfast compile` made')
    .option('--window', 'open a window before and close it after')
    .option('--force', FORCE_HELP)
    .addOption(readBackOption())
    .addHelpText('after', HELP);
  addTokenOption(addDeviceOptions(command)).action(run);
}

async function run(imagePath: string, options: StageCommandOptions): Promise<void> {
  const image = loadEdition(imagePath);
  await withDevice(options, async (device, port) => {
    const running = await requireTakenBy(device, image);
    const bring = async (steps: PushOptions) => {
      if (options.force && !running) await device.force(image.hash);
      return stage(device, image, { ...steps, readBack: options.readBack });
    };
    const result =
      options.window && !running
        ? (await inOwnWindow(device, port, bring, () => device.closeWindow({ activate: false }))).result
        : await withProgress(device, bring);
    const sha256 = Buffer.from(image.hash).toString('hex');
    printResult(options, { port, epoch: image.epoch, sha256, ...result }, [
      broughtWords(image.epoch, result),
      ...stagedWords(result),
    ]);
  });
}

/** What becomes of it next. */
export function stagedWords({ result, pending }: Pick<StageResult, 'result' | 'pending'>): string[] {
  if (result !== 'staged') return [];
  return [
    pending
      ? 'it was marked before: closing the window that marked it runs it; holdfast revert takes the mark away'
      : 'nothing runs it yet: holdfast mark makes it pending, in a window',
  ];
}
