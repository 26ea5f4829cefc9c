/** `holdfast diff`: what a device runs, compared with a source or an image. */

import type { Command } from 'commander';
import { comparePartitions } from '../../audit/compare.ts';
import { comparisonWords } from '../../audit/compare-words.ts';
import { comparePlanes } from '../../audit/plane-compare.ts';
import { planeComparisonWords } from '../../audit/plane-compare-words.ts';
import { EXIT_CHECK_SAID_NO } from '../../common/errors.ts';
import { lookupWords } from '../../cycles/lookup-words.ts';
import { readMap } from '../../image/read-partition.ts';
import { addDeviceOptions, type DeviceOptions, printResult, withDevice } from '../common/device.ts';
import { type EditionPair, loadAny, pairOf } from '../common/editions.ts';
import { lookupOf, stepsOfImage } from '../common/lookups.ts';
import { activeSlot, pullSlot } from '../common/pulling.ts';

const HELP = `
The running edition is read back from the device; "before" is what the device runs, "after" is the source or image.
Exit code 0: equal, 1: different.

Example:
  holdfast diff firmware-maps/rail/rail.map.yaml --port .holdfast/port`;

export function register(program: Command): void {
  const command = program
    .command('diff')
    .description(
      'compare what a device runs with a source or an image, segment by segment, or of planes place by place',
    )
    .argument('<source|image>', 'map source or image')
    .addHelpText('after', HELP);
  addDeviceOptions(command).action(run);
}

async function run(path: string, options: DeviceOptions): Promise<void> {
  // What is wrong with the file is said before the line is opened.
  const edition = await loadAny(path);
  await withDevice(options, async (device, port) => {
    const slot = await activeSlot(device);
    const image = await pullSlot(device, slot);
    const { comparison, comparedWords } = compared(pairOf({ partition: readMap(image), image }, edition));
    const lookups = { before: lookupWords(stepsOfImage(image)), after: lookupOf(edition) };
    const words = [
      ...comparedWords,
      `lookup    before: ${lookups.before}`,
      ...(lookups.after === null ? [] : [`lookup    after:  ${lookups.after}`]),
    ];
    printResult(options, { port, slot, file: path, ...comparison, lookups }, words);
    if (!comparison.equal) process.exitCode = EXIT_CHECK_SAID_NO;
  });
}

function compared(pair: EditionPair) {
  if (pair.shape === 'plane') {
    const comparison = comparePlanes(pair.before.partition, pair.after.partition);
    return { comparison, comparedWords: planeComparisonWords(comparison) };
  }
  const comparison = comparePartitions(pair.before.partition, pair.after.partition);
  return { comparison, comparedWords: comparisonWords(comparison) };
}
