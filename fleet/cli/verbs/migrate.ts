import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { readTextInput } from '../../../host/cli/common/files.ts';
import { printJson, printLines, printWarning } from '../../../host/cli/common/output.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { reasonOf } from '../../../host/common/file-reason.ts';
import { IDENTITY } from '../../../host/source/values.ts';
import { readStateText } from '../../desired/folder.ts';
import { timestampOf } from '../../desired/state.ts';
import { verifyState } from '../../desired/verify.ts';
import { readInventory } from '../../inventory/read.ts';
import { diffEditions, diffSnapshot } from '../../migrate/diff.ts';
import { draftInventory } from '../../migrate/draft.ts';
import { type Correction, FIELDS, type Field, readSnapshot } from '../../migrate/snapshot.ts';
import { TERM_DAYS, termOf } from '../../migrate/term.ts';

/** `fleet migrate`: from another system, once. */

interface MigrateOptions {
  readonly field: ReadonlyMap<Field, string>;
  readonly state?: string;
  readonly json?: boolean;
}

const HELP = `
A snapshot is CSV with a header or JSON: controllers, and what else the other system knows of them. While the folder has no
fleet.yaml, a draft of one is written to fleet.draft.yaml: put right what is listed, and rename it. From then on the snapshot
is compared with the inventory, and with a signed state (--state) the editions that it names. Nothing is taken over by itself.
A migration is over ${TERM_DAYS} days after its first snapshot; each run says when. Exit code 1 while something is to be put right.

Example:
  npm run fleet -- migrate north-works snapshot.csv --field controller=Asset --field epoch=Installed`;

export function register(program: Command): void {
  program
    .command('migrate')
    .description('take over controllers from a snapshot of another system, once')
    .argument('<folder>', 'the folder of the plant')
    .argument('<snapshot>', 'CSV with a header, or JSON')
    .option(
      '--field <which=name>',
      `which field of the snapshot is the ${FIELDS.join(', ')}`,
      parseField,
      new Map<Field, string>(),
    )
    .option('--state <folder>', 'a signed state, to compare editions with')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

function parseField(text: string, before: ReadonlyMap<Field, string>): ReadonlyMap<Field, string> {
  const [which = '', ...name] = text.split('=');
  const field = FIELDS.find((known) => known === which);
  if (field === undefined || name.join('=') === '')
    throw new InvalidArgumentError(`Write one of ${FIELDS.join(', ')}, "=" and the name of the field.`);
  return new Map([...before, [field, name.join('=')]]);
}

async function run(folder: string, path: string, { field, state, json }: MigrateOptions): Promise<void> {
  const snapshot = readSnapshot(await readTextInput(path), field);
  const term = termOf(join(folder, 'migration.json'), Date.now());
  const isKnown = existsSync(join(folder, 'fleet.yaml'));
  const compared = isKnown ? await compare(folder, snapshot.rows, state) : await draft(folder, snapshot.rows);
  const corrections = [...snapshot.corrections, ...compared];
  if (corrections.length > 0) process.exitCode = 1;
  const ends = timestampOf(term.endsMs);
  if (json) {
    printJson({
      controllers: snapshot.rows.length,
      corrections,
      unused: snapshot.unused,
      ends,
      daysLeft: term.daysLeft,
    });
    return;
  }
  printLines([
    `${snapshot.rows.length} controllers; this migration is over at ${ends}, in ${term.daysLeft} days`,
    corrections.length === 0
      ? 'nothing is to be put right'
      : `to be put right by hand: ${corrections.length}`,
    ...corrections.map(({ place, words }) => `  ${place}  ${words}`),
  ]);
  if (snapshot.unused.length > 0) printWarning(`fields that are not used: ${snapshot.unused.join(', ')}`);
}

async function compare(
  folder: string,
  rows: Parameters<typeof diffSnapshot>[0],
  stateFolder: string | undefined,
): Promise<Correction[]> {
  const inventory = await readInventory(join(folder, 'fleet.yaml'));
  const differences = diffSnapshot(rows, inventory);
  if (stateFolder === undefined) return differences;
  const { fleet, signers } = inventory;
  const text = await readStateText(stateFolder);
  const { state } = verifyState(text, { fleet, signers, last: null, nowMs: Date.now() });
  return [...differences, ...diffEditions(rows, state)];
}

/** The draft is written over by the next one: what was put right in it is lost unless it was renamed, so it says so. */
async function draft(
  folder: string,
  rows: Parameters<typeof draftInventory>[1],
): Promise<readonly Correction[]> {
  const name = basename(resolve(folder));
  const { text, corrections } = draftInventory(IDENTITY.test(name) ? name : 'fleet', rows);
  const path = join(folder, 'fleet.draft.yaml');
  try {
    await writeFile(
      path,
      `# A draft out of a snapshot; the next run writes over it. Put it right, and rename it to fleet.yaml.\n${text}`,
    );
  } catch (cause) {
    throw new HoldfastError('FILE_NOT_WRITTEN', `cannot write ${path}: ${reasonOf(cause)}`, {
      remedy: 'Give the folder of the plant, which can be written.',
      cause,
    });
  }
  return [{ place: path, words: 'put this draft right, and rename it to fleet.yaml' }, ...corrections];
}
