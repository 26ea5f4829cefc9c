import { rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { toHex } from '../../body/bytes.ts';
import { generateKeyPair, keyHash, publicKeyFromPem } from '../../image/sign.ts';
import { printJson, printLines } from '../common/output.ts';
import { KEY } from '../common/output-kinds.ts';
import { claimOutputs, isStream, writeNewOutput, writeOutput } from '../common/outputs.ts';

/** `holdfast keygen`: a pair of keys to sign images with. */

const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;

const HELP = `
Writes FILE.pem (private, readable for you only: keep it) and FILE.pub.pem (public: burn it into firmware).
Existing files are never overwritten. With -o - both go to stdout, the private key first.

Example:
  holdfast keygen -o release        makes release.pem and release.pub.pem`;

export function register(program: Command): void {
  program
    .command('keygen')
    .description('make a pair of Ed25519 keys to sign images with')
    .option('-o, --output <file>', 'name of the files, without .pem; - is stdout', 'holdfast')
    .option('--json', 'print the names of the files as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(options: { readonly output: string; readonly json?: boolean }): Promise<void> {
  if (isStream(options.output)) return writePair(options.output, options.json === true);
  const name = options.output.replace(/\.pem$/, '');
  const files = { private: `${name}.pem`, public: `${name}.pub.pem` };
  const { privatePem, publicPem } = generateKeyPair();
  await writeNewOutput(files.private, privatePem, PRIVATE_MODE);
  try {
    await writeNewOutput(files.public, publicPem, PUBLIC_MODE);
  } catch (error) {
    // Half a pair is of no use, and would be in the way of the next try.
    await rm(files.private);
    throw error;
  }
  const hash = toHex(keyHash(publicKeyFromPem(publicPem)));
  if (options.json) printJson({ ...files, keyHash: hash });
  else printLines([`${files.private}  private key: keep it`, `${files.public}  public key, hash ${hash}`]);
}

/** Both keys into what stands open, such as a pipe; the report says which they are. */
async function writePair(output: string, json: boolean): Promise<void> {
  claimOutputs(output);
  const { privatePem, publicPem } = generateKeyPair();
  await writeOutput(output, Buffer.from(`${privatePem}${publicPem}`), { kind: KEY });
  const hash = toHex(keyHash(publicKeyFromPem(publicPem)));
  if (json) printJson({ private: output, public: output, keyHash: hash });
  else printLines([`private key: keep it; public key after it, hash ${hash}`]);
}
