import type { Command } from 'commander';
import { audit } from '../../audit/audit.ts';
import { auditWords } from '../../audit/words.ts';
import { loadPartition } from '../../compile/compile.ts';
import type { Partition } from '../../compile/partition.ts';
import { readPartition } from '../../image/body.ts';
import { viewOf } from '../../image/bytes.ts';
import { IMAGE_MAGIC } from '../../image/container.ts';
import { readInput } from '../files.ts';
import { printJson, printLines } from '../output.ts';

/** `holdfast audit`: what a map covers and what it does not. */

const HELP = `
Overlaps are known from a source only: an image holds who won, not over whom.

Examples:
  holdfast audit firmware-maps/rail/rail.map.yaml
  holdfast audit rail.img --json`;

export function register(program: Command): void {
  program
    .command('audit')
    .description('report gaps, overlaps and coverage of a source or an image')
    .argument('<source|image>', 'map source or image')
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, options: { readonly json?: boolean }): Promise<void> {
  const report = audit(await loadEither(path));
  if (options.json) printJson(report);
  else printLines(auditWords(report));
}

/** What begins with the magic of an image is one; everything else is read as a source. */
async function loadEither(path: string): Promise<Partition> {
  const bytes = await readInput(path);
  const isImage = bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === IMAGE_MAGIC;
  return isImage ? readPartition(bytes) : await loadPartition(path);
}
