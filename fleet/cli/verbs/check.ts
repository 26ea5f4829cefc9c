import { join } from 'node:path';
import type { Command } from 'commander';
import { type Line, printJson, printLines } from '../../../host/cli/common/output.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { loadPartition } from '../../../host/compile/compile.ts';
import { type CheckedController, checkControllers, isRight } from '../../check/check.ts';
import { type CheckedSource, checkSources } from '../../check/dirty.ts';
import { readStateImages, readStateText } from '../../desired/folder.ts';
import { imageByHash } from '../../desired/images.ts';
import { verifyState } from '../../desired/verify.ts';
import { Agent, type Remembered } from '../../gateway/agent.ts';
import { FileJournal } from '../../gateway/journal-file.ts';
import { portsOf, SerialLines } from '../../gateway/lines.ts';
import type { Controller, Inventory } from '../../inventory/model.ts';
import { readInventory } from '../../inventory/read.ts';

/** `fleet check`: what controllers run, as read, against what is signed, what was recorded, and what sources say today. */

interface CheckVerbOptions {
  readonly cell?: string;
  readonly gateway?: string;
  readonly journal: string;
  readonly deep?: boolean;
  readonly source: readonly string[];
  readonly json?: boolean;
}

const HELP = `
Without --deep controllers are asked what they run. With it their flash is read back and compared with the signed image,
row by row where it differs. --source compares sources with the editions that were signed of them: one that was corrected
afterwards makes its edition dirty. What the journal says was done, and is not so any more, is told as well.
Exit code 1 when something is not as it should be.

Example:
  npm run fleet -- check fleet.yaml state-7 --gateway gw-1 --journal fleet-journal --deep --source rail.map.yaml`;

export function register(program: Command): void {
  program
    .command('check')
    .description('compare controllers with what is signed, over the serial ports of this computer')
    .argument('<inventory>', 'the inventory, such as fleet.yaml; ports are those of this computer')
    .argument('<folder>', 'what `fleet sign` wrote')
    .option('--cell <id>', 'the controllers of this cell')
    .option('--gateway <id>', 'the controllers of this gateway')
    .requiredOption('--journal <folder>', 'where this computer remembers what it followed and did')
    .option('--deep', 'read the maps back out of flash and compare them')
    .option(
      '--source <file>',
      'a map source; more than one may be given',
      (file, files: string[]) => [...files, file],
      [],
    )
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, folder: string, options: CheckVerbOptions): Promise<void> {
  const inventory = await readInventory(path);
  const controllers = controllersOf(inventory, options);
  const { fleet, signers } = inventory;
  const text = await readStateText(folder);
  const { state } = verifyState(text, { fleet, signers, last: null, nowMs: Date.now() });
  const images = await readStateImages(folder, state);
  const sources = checkSources(
    state,
    images,
    await Promise.all(options.source.map((file) => loadPartition(file))),
  );
  const journal = new FileJournal(join(options.journal, 'controllers'));
  const recorded = recordedOf(journal.all);
  const lines = new SerialLines(portsOf(controllers));
  try {
    const agent = new Agent({
      device: (id) => lines.device(id),
      image: imageByHash(state.maps, images),
      journal,
      expected: (id) => inventory.controllers.get(id),
    });
    const { fence, seen } = journal.highest;
    const checked = await checkControllers({
      controllers,
      state,
      deep: options.deep === true,
      recorded,
      firstId: seen + 1,
      carryOut: (order) => agent.carryOut({ ...order, fence }),
    });
    tell(options, checked, sources);
  } finally {
    await lines.close();
  }
}

function controllersOf(
  { controllers, cells, gateways }: Inventory,
  { cell, gateway }: CheckVerbOptions,
): Controller[] {
  if ((cell === undefined) === (gateway === undefined)) {
    throw new HoldfastError('USAGE', 'either --cell or --gateway is to be given', {
      remedy: 'Name the cell, or the gateway whose lines are those of this computer.',
    });
  }
  if (cell !== undefined && !cells.has(cell))
    throw new HoldfastError('CELL_UNKNOWN', `the inventory has no cell ${cell}`, {
      remedy: 'Name one of its cells.',
    });
  if (gateway !== undefined && !gateways.has(gateway)) {
    const remedy = 'Name one of its gateways.';
    throw new HoldfastError('GATEWAY_UNKNOWN', `the inventory has no gateway ${gateway}`, { remedy });
  }
  return [...controllers.values()].filter((entry) => entry.cell === cell || entry.gateway === gateway);
}

/** What controllers were reported to run for good when they were changed or looked at last. */
function recordedOf(all: ReadonlyMap<string, Remembered>): ReadonlyMap<string, string> {
  return new Map(
    [...all].flatMap(([controller, { report }]) => {
      const reading = report?.reading;
      return reading != null && !reading.trial && !reading.window
        ? [[controller, reading.running] as const]
        : [];
    }),
  );
}

function tell(
  { json, deep }: CheckVerbOptions,
  checked: readonly CheckedController[],
  sources: readonly CheckedSource[],
): void {
  const isGood = checked.every(isRight) && sources.every(({ verdict }) => verdict !== 'dirty');
  if (!isGood) process.exitCode = 1;
  if (json) {
    printJson({ deep: deep === true, right: isGood, controllers: checked, sources });
    return;
  }
  const line = ({ controller, verdict, words, orphaned }: CheckedController): Line => {
    const text = [`  ${controller}  ${verdict}`, words, orphaned].filter((part) => part !== '').join('  ');
    return isRight({ verdict, orphaned } as CheckedController) ? text : { alarm: text };
  };
  const rights = checked.filter(isRight).length;
  printLines([
    `${rights} of ${checked.length} controllers run what is signed, ${deep ? 'as read back from their flash' : 'as they say'}`,
    ...checked.map(line),
    ...sources.filter(({ verdict }) => verdict !== 'none').flatMap(sourceLines),
  ]);
}

const SOURCE_WORDS = {
  clean: 'the source says what was signed',
  dirty: 'DIRTY: the source was changed after it was signed',
  later: 'the source has a later epoch, which nobody signed yet',
  none: 'no source was given',
} as const;

function sourceLines({ map, device, epoch, verdict, lines }: CheckedSource): Line[] {
  const title = `${map} (${device}), epoch ${epoch}: ${SOURCE_WORDS[verdict]}`;
  return [verdict === 'dirty' ? { alarm: title } : title, ...lines.map((line) => `  ${line}`)];
}
