import type { Command } from 'commander';
import { toHex } from '../../../host/body/bytes.ts';
import { readImageInput, readInput } from '../../../host/cli/common/files.ts';
import { printJson, printLines, printWarning } from '../../../host/cli/common/output.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { parseImage } from '../../../host/image/container.ts';
import { privateKeyFromPem, rawPublicKey } from '../../../host/image/sign.ts';
import { writeStateFolder } from '../../desired/folder.ts';
import { type ImagePair, reissueForRepair, wantedOf } from '../../desired/images.ts';
import { signState } from '../../desired/sign.ts';
import { timestampOf } from '../../desired/state.ts';
import type { Inventory } from '../../inventory/model.ts';
import { readInventory } from '../../inventory/read.ts';
import { parseMoment } from '../common/moment.ts';
import { parseSequence } from '../common/sequence.ts';

/** `fleet sign`: what the controllers of a fleet should run, signed where no server is. */

interface SignOptions {
  readonly sequence: number;
  readonly expires: number;
  readonly issued?: number;
  readonly key: string;
  readonly mapKey?: string;
  readonly output: string;
  readonly json?: boolean;
}

const HELP = `
Writes a new folder with state.json and all images. Each map gets a reissue beside it: the same map under the next
epoch, by which a cell goes forward when some of its controllers can no longer go back. --map-key signs it, with the
key that signed the image; without it images must be unsigned, which only devices in development mode take.

Example:
  npm run fleet -- sign fleet.yaml rail-12.img --sequence 7 --expires 2026-12-24T00:00:00Z --key state.pem \\
    --map-key release.pem -o state-7`;

export function register(program: Command): void {
  program
    .command('sign')
    .description('sign what each map of a fleet should be')
    .argument('<inventory>', 'the inventory, such as fleet.yaml')
    .argument('<images...>', 'the editions that should run, one for each map and class')
    .requiredOption('--sequence <n>', 'above that of the last state', parseSequence)
    .requiredOption('--expires <moment>', 'when agents stop to follow this state', parseMoment)
    .option('--issued <moment>', 'from when on it is valid (default: now)', parseMoment)
    .requiredOption('--key <pem>', 'private key that signs states; its public half is one of the signers')
    .option('--map-key <pem>', 'private key that signed the images, for their reissues')
    .requiredOption('-o, --output <folder>', 'a folder that does not exist yet')
    .option('--json', 'print the summary as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, images: readonly string[], options: SignOptions): Promise<void> {
  const inventory = await readInventory(path);
  const key = await readPem(options.key);
  requireSigner(inventory, key, options.key);
  const mapKey = options.mapKey === undefined ? undefined : await readPem(options.mapKey);
  const pairs: ImagePair[] = [];
  for (const image of images) pairs.push(await pairOf(image, mapKey));
  const { fleet } = inventory;
  const { sequence, expires: expiresMs, issued: issuedMs = Date.now() } = options;
  const text = signState({ fleet, sequence, issuedMs, expiresMs, images: pairs, key });
  await writeStateFolder(options.output, text, pairs);
  report(inventory, pairs, options);
}

async function readPem(path: string): Promise<string> {
  return Buffer.from(await readInput(path)).toString('latin1');
}

/** A state that no agent would follow is not signed. */
function requireSigner({ signers }: Inventory, pem: string, path: string): void {
  if (signers.includes(toHex(rawPublicKey(privateKeyFromPem(pem))))) return;
  throw new HoldfastError('STATE_KEY_UNKNOWN', `${path} is the key of no signer of this fleet`, {
    remedy: 'Add its public half to "signers" of the inventory, or give another key.',
  });
}

async function pairOf(path: string, mapKey: string | undefined): Promise<ImagePair> {
  const edition = await readImageInput(path);
  const isSigned = parseImage(edition).signature !== null;
  if (isSigned !== (mapKey !== undefined)) {
    const message = isSigned ? `${path} is signed, and its reissue would not be` : `${path} is not signed`;
    const remedy = isSigned
      ? 'Give the key that signed it with --map-key.'
      : 'Compile it with --key, or leave out --map-key for devices in development mode.';
    throw new HoldfastError('REISSUE_WRONG', message, { remedy });
  }
  return { edition, reissue: reissueForRepair(edition, mapKey) };
}

function report({ fleet, controllers }: Inventory, pairs: readonly ImagePair[], options: SignOptions): void {
  const maps = pairs.map(wantedOf).map((wanted) => ({
    map: wanted.map,
    class: wanted.device,
    epoch: wanted.edition.epoch,
    reissue: wanted.reissue.epoch,
    controllers: [...controllers.values()].filter(
      ({ map, device }) => map === wanted.map && device === wanted.device,
    ).length,
  }));
  const without = [...controllers.values()]
    .filter(({ map, device }) => !maps.some((entry) => entry.map === map && entry.class === device))
    .map(({ id }) => id);
  const { sequence, expires, output } = options;
  if (options.json) {
    printJson({ fleet, sequence, expires: timestampOf(expires), output, maps, without });
    return;
  }
  printLines([
    `${output}: state ${sequence} of ${fleet}, valid until ${timestampOf(expires)}`,
    ...maps.map(
      (entry) =>
        `  ${entry.map} (${entry.class})  epoch ${entry.epoch}, for repair ${entry.reissue}: ${entry.controllers} controllers`,
    ),
  ]);
  for (const { map, class: device } of maps.filter((entry) => entry.controllers === 0))
    printWarning(`no controller has the map ${map} (${device})`);
  if (without.length > 0)
    printWarning(
      `${without.length} controllers have a map that this state does not name; they stay as they are`,
    );
}
