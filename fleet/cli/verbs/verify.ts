import type { Command } from 'commander';
import { printJson, printLines } from '../../../host/cli/common/output.ts';
import { readStateImages, readStateText } from '../../desired/folder.ts';
import { timestampOf } from '../../desired/state.ts';
import { verifyState } from '../../desired/verify.ts';
import { readInventory } from '../../inventory/read.ts';
import { parseMoment } from '../common/moment.ts';
import { parseSequence } from '../common/sequence.ts';

/** `fleet verify`: whether a signed state may be followed, as server and agents judge it. */

interface VerifyOptions {
  readonly at?: number;
  readonly after?: number;
  readonly json?: boolean;
}

const HELP = `
Refused, with exit code 1: what is unsigned, signed by a key that is no signer, damaged, of another fleet, expired, not
yet valid, not above the sequence of --after; and a folder whose images are not those that were signed.

Example:
  npm run fleet -- verify fleet.yaml state-7 --after 6`;

export function register(program: Command): void {
  program
    .command('verify')
    .description('say whether a signed state may be followed')
    .argument('<inventory>', 'the inventory, such as fleet.yaml')
    .argument('<folder>', 'what `fleet sign` wrote')
    .option('--at <moment>', 'the moment to judge it for (default: now)', parseMoment)
    .option('--after <n>', 'sequence of the state that was followed before', parseSequence)
    .option('--json', 'print the state as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, folder: string, options: VerifyOptions): Promise<void> {
  const { fleet, signers } = await readInventory(path);
  const last = options.after === undefined ? null : { sequence: options.after, digest: '' };
  const text = await readStateText(folder);
  const { state, followed } = verifyState(text, { fleet, signers, last, nowMs: options.at ?? Date.now() });
  await readStateImages(folder, state);
  const { sequence, issuedMs, expiresMs, maps } = state;
  const [issued, expires] = [timestampOf(issuedMs), timestampOf(expiresMs)];
  if (options.json) {
    printJson({ fleet, sequence, issued, expires, digest: followed.digest, maps });
    return;
  }
  printLines([
    `state ${sequence} of ${fleet} may be followed until ${expires}`,
    ...maps.map(
      ({ map, device, edition, reissue }) =>
        `  ${map} (${device})  epoch ${edition.epoch}, for repair ${reissue.epoch}`,
    ),
  ]);
}
