/** `holdfast push`: brings an edition into a device and reads it back; or only says whether the device would take it. */

import type { Command } from 'commander';
import { EXIT_CHECK_SAID_NO } from '../../common/errors.ts';
import { loadEdition } from '../../image/edition-file.ts';
import { type Acceptance, type JudgeOptions, judge } from '../../serial/acceptance.ts';
import { closeAndActivate } from '../../serial/activation.ts';
import type { Device } from '../../serial/device.ts';
import { type PushImage, type PushOptions, type PushResult, push } from '../../serial/push.ts';
import type { ReadBackWay } from '../../serial/same-in-slot.ts';
import {
  addDeviceOptions,
  addTokenOption,
  type DeviceOptions,
  printResult,
  type VerbResult,
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
import { closedWords } from './window.ts';

interface PushCommandOptions extends DeviceOptions {
  window?: boolean;
  force?: boolean;
  readBack: ReadBackWay;
  dryRun?: boolean;
}

const HELP = `
Needs an open window, or --window. An upload that was cut continues where it stopped. Ctrl-C closes the window of --window.
--dry-run writes nothing: it says whether the device would accept the image now, or why not (exit code 1).

Examples:
  holdfast push rail.next.img --window --port /dev/ttyACM0
  holdfast push rail.next.img --dry-run
  holdfast window open && holdfast push rail.next.img && holdfast window close`;

export function register(program: Command): void {
  const command = program
    .command('push')
    .description('upload an edition, read it back, and mark it as pending')
    .argument('<image>', 'image that `holdfast compile` made')
    .option('--window', 'open a window before and close it after')
    .option('--force', FORCE_HELP)
    .addOption(readBackOption())
    .option('--dry-run', 'only say whether the device would accept it')
    .addHelpText('after', HELP);
  addTokenOption(addDeviceOptions(command)).action(run);
}

async function run(imagePath: string, options: PushCommandOptions): Promise<void> {
  const image = loadEdition(imagePath);
  await withDevice(options, async (device, port) => {
    if (options.dryRun) {
      const { value, words, accepts } = await judgeOn(device, port, image.bytes, {
        forced: options.force ?? false,
      });
      printResult(options, value, words);
      if (!accepts) process.exitCode = EXIT_CHECK_SAID_NO;
      return;
    }
    const { result, closed } = await pushAs(device, port, image, options);
    const identity = { epoch: image.epoch, sha256: Buffer.from(image.hash).toString('hex') };
    const trial = closed === null ? result.trial : closed.trial;
    printResult(options, { port, ...identity, ...result, trial }, [
      broughtWords(image.epoch, result),
      ...(closed === null ? nextWords(result) : [closedWords(closed)]),
    ]);
  });
}

/** Whether the device would accept an image now. */
export async function judgeOn(
  device: Device,
  port: string,
  image: Uint8Array,
  options: JudgeOptions = {},
): Promise<VerbResult & { accepts: boolean }> {
  const acceptance = await judge(device, image, options);
  return { value: { port, ...acceptance }, words: acceptanceWords(acceptance), accepts: acceptance.accepts };
}

function acceptanceWords({ epoch, accepts, refusals, there, waits, unknown }: Acceptance): string[] {
  const isOpen = accepts || refusals.every(({ name }) => name === 'PENDING');
  const open = isOpen && unknown.length > 0 ? [`not known beforehand: ${unknown.join(', ')}`] : [];
  if (there) return [`epoch ${epoch} is there already: nothing would be written`, ...open];
  const refused = refusals.flatMap(({ name, words, remedy }) => [`  ${name}: ${words}`, `    ${remedy}`]);
  return [
    accepts ? `the device would accept epoch ${epoch}` : `the device would refuse epoch ${epoch}:`,
    ...refused,
    ...waits.map((wait) => `first: ${wait}`),
    ...open,
  ];
}

/** A window of its own is opened, and an edition insisted on, only when there is something to write. */
async function pushAs(device: Device, port: string, image: PushImage, options: PushCommandOptions) {
  const running = await requireTakenBy(device, image);
  const bring = async (steps: PushOptions) => {
    if (options.force && !running) await device.force(image.hash);
    return push(device, image, { ...steps, readBack: options.readBack });
  };
  if (options.window && !running) return inOwnWindow(device, port, bring, () => closeAndActivate(device));
  return { result: await withProgress(device, bring), closed: null };
}

function nextWords(result: PushResult): string[] {
  return result.result === 'pending' ? ['close the window to run it on trial: holdfast window close'] : [];
}
