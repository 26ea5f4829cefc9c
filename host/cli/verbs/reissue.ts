import { type Command, InvalidArgumentError } from 'commander';
import { toHex } from '../../body/bytes.ts';
import { REPLACES_MAX } from '../../format.ts';
import { parseImage } from '../../image/container.ts';
import { reissueImage } from '../../image/reissue.ts';
import { parseReplaced } from '../../source/edition.ts';
import type { Replaced } from '../../source/model.ts';
import { parseEpoch } from '../common/drafts.ts';
import { readImageInput, readKeyOption } from '../common/files.ts';
import { printJson, printLines, printNote } from '../common/output.ts';
import { IMAGE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, writeOutput } from '../common/outputs.ts';

/** `holdfast reissue`: an older map as a new edition. */

interface ReissueVerbOptions {
  readonly epoch: number;
  readonly replaces?: readonly Replaced[];
  readonly key?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const HELP = `
Devices take only editions with a higher epoch than the one they run. To go back to an older map, give its body a new
epoch: one above the edition that runs, and name that edition in --replaces (N-1 unless you do).

Example, back to the map of epoch 11 on devices that run epoch 12:
  holdfast reissue rail-11.img --epoch 13 --replaces 12 --key holdfast.pem -o rail-13.img`;

export function register(program: Command): void {
  const command = program
    .command('reissue')
    .description('give the map of an image a new epoch, to go back to it')
    .argument('<image>', 'image whose map is to run again')
    .requiredOption('--epoch <n>', 'epoch of the new edition', parseEpoch)
    .option('--replaces <list>', 'editions that it replaces, such as 12 or 12@3fa9c2,11', parseReplacesList)
    .option('--key <pem>', 'private Ed25519 key to sign with')
    .option(
      '-o, --output <image>',
      'where to write the image (default: IMAGE with the epoch in its name; - is stdout)',
    )
    .option('--json', 'print the summary as one JSON object')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

function parseReplacesList(text: string): readonly Replaced[] {
  const entries = text.split(',').map((entry) => parseReplaced(entry.trim()));
  if (entries.length > REPLACES_MAX) throw new InvalidArgumentError(`At most ${REPLACES_MAX} editions.`);
  return entries.map((entry) => {
    if (entry !== undefined) return entry;
    throw new InvalidArgumentError('Write epochs, or epochs with the first digits of the hash: 12@3fa9c2.');
  });
}

async function run(path: string, options: ReissueVerbOptions): Promise<void> {
  const output = options.output ?? `${path.replace(/\.img$/, '')}-${options.epoch}.img`;
  claimOutputs(output);
  const { epoch, replaces } = options;
  const key = await readKeyOption(options.key);
  const image = reissueImage(await readImageInput(path), { epoch, replaces, key });
  await writeOutput(output, image, { kind: IMAGE, force: options.force });
  const { identity, digest } = parseImage(image);
  const sha256 = toHex(digest);
  const replaced = identity.replaces.map((entry) => entry.epoch);
  if (options.json)
    printJson({ map: identity.map, epoch, replaces: identity.replaces, bytes: image.length, sha256 });
  else
    printLines([
      `${output}: map ${identity.map}, epoch ${epoch}, replaces ${replaced.join(', ')}`,
      `sha256  ${sha256}`,
    ]);
  if (key === undefined && !options.json)
    printNote('The image is unsigned; sign it with --key (holdfast keygen makes one).');
}
