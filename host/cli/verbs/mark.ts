/** `holdfast mark`: the second half of a push: a staged edition becomes pending under the lease of the open window. */

import type { Command } from 'commander';
import { HoldfastError } from '../../common/errors.ts';
import { loadEdition } from '../../image/edition-file.ts';
import type { Device } from '../../serial/device.ts';
import { mark } from '../../serial/push.ts';
import {
  addDeviceOptions,
  addTokenOption,
  type DeviceOptions,
  printResult,
  type VerbResult,
  withDevice,
} from '../common/device.ts';
import { FORCE_HELP } from '../common/pushing.ts';

interface MarkOptions extends DeviceOptions {
  force?: boolean;
}

const HASH = /^[0-9a-f]{64}$/i;

const HELP = `
The edition was staged before, by \`holdfast stage\` or another client; it is named by its image or by its whole SHA-256.

Examples:
  holdfast window open && holdfast mark rail.next.img && holdfast window close`;

export function register(program: Command): void {
  const command = program
    .command('mark')
    .description('make a staged edition pending; it runs on trial once its window is closed')
    .argument('<image>', 'the image that was staged, or its SHA-256 in 64 digits')
    .option('--force', FORCE_HELP)
    .addHelpText('after', HELP);
  addTokenOption(addDeviceOptions(command)).action(run);
}

async function run(edition: string, options: MarkOptions): Promise<void> {
  const hash = HASH.test(edition) ? Buffer.from(edition, 'hex') : loadEdition(edition).hash;
  await withDevice(options, async (device, port) => {
    if (options.force) await device.force(hash);
    const { value, words } = await markOn(device, port, hash);
    printResult(options, value, words);
  });
}

export async function markOn(device: Device, port: string, hash: Uint8Array): Promise<VerbResult> {
  const sha256 = Buffer.from(hash).toString('hex');
  const staged = (await device.images()).find((entry) => entry.hash === sha256);
  if (staged === undefined) {
    throw new HoldfastError('NOT_STAGED', 'No slot of the device holds this edition.', {
      remedy: 'Stage it first: `holdfast stage IMAGE`.',
      exitCode: 1,
    });
  }
  const { slot, version } = await mark(device, hash);
  return {
    value: { port, marked: true, slot, version, sha256 },
    words: [`slot ${slot} is pending: close the window to run it on trial: holdfast window close`],
  };
}
