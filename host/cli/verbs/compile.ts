import { type Command, Option } from 'commander';
import type { WantedLookup } from '../../body/encode.ts';
import { type ArenaName, buildWords } from '../../common/arenas.ts';
import { type Compiled, compileSource, type PlaneFigures } from '../../compile/compile.ts';
import type { OtherForm } from '../../compile/plane-form.ts';
import { cyclesAlone, cyclesWords, lookupWords, NO_BOARD } from '../../cycles/lookup-words.ts';
import { type Steps, stepsText } from '../../cycles/steps.ts';
import { cycleWords } from '../../cycles/words.ts';
import { roundingWords } from '../../source/rounding.ts';
import { arenaOption } from '../common/arena-option.ts';
import { readKeyOption } from '../common/files.ts';
import { printJson, printLines, printNote } from '../common/output.ts';
import { IMAGE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, writeOutput } from '../common/outputs.ts';

/** `holdfast compile`: from a map source to an image. */

interface CompileVerbOptions {
  readonly output?: string;
  readonly key?: string;
  readonly large?: boolean;
  readonly arena?: ArenaName;
  readonly force?: boolean;
  readonly lookup: WantedLookup;
  readonly json?: boolean;
}

const HELP = `
Every mistake of the source is reported at once, as file:line:column: CODE: what is wrong. What to do.
The same source gives the same image, byte for byte. Without --key the image is unsigned.

--lookup auto takes directories where they need no more halvings than trees have levels and at most 1 byte a cell (or 32), unless only
trees keep the budget in steps or fit the arena. Cores of versions that do not know directories refuse such a map, and push says so before
it sends; --lookup tree serves them.

Exit codes: 0 done, 1 a check costs more than the budget, 2 mistakes in the source or wrong usage.

Example:
  holdfast compile firmware-maps/rail/rail.map.yaml -o rail.img --key holdfast.pem`;

export function register(program: Command): void {
  const command = program
    .command('compile')
    .description('compile a map source into an image')
    .argument('<source>', 'map source, such as rail.map.yaml')
    .option(
      '-o, --output <image>',
      'where to write the image (default: beside the source, ending in .img; - is stdout)',
    )
    .option('--key <pem>', 'private Ed25519 key to sign with')
    .option('--large', 'accept a map that fits only the large build of the core')
    .addOption(
      arenaOption('what controllers have for a map; one that takes more is refused').conflicts('large'),
    )
    .addOption(
      new Option('--lookup <kind>', 'how places are looked up: by trees, by directories, or as costs least')
        .choices(['tree', 'directory', 'auto'])
        .default('auto'),
    )
    .option('--json', 'print the summary as one JSON object')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

async function run(source: string, options: CompileVerbOptions): Promise<void> {
  const output = options.output ?? imageBeside(source);
  claimOutputs(output);
  const key = await readKeyOption(options.key);
  const { large, arena, lookup } = options;
  const compiled = await compileSource(source, { key, large, arena, lookup });
  await writeOutput(output, compiled.image, { kind: IMAGE, force: options.force });
  if (options.json) printJson(compiled.summary);
  else printLines(summaryWords(output, compiled));
  if (!compiled.signed && !options.json)
    printNote('The image is unsigned; sign it with --key (holdfast keygen makes one).');
}

/** `maps/rail.map.yaml` gives `maps/rail.img`. */
export function imageBeside(source: string): string {
  return `${source.replace(/(?:\.map)?\.ya?ml$/, '')}.img`;
}

function summaryWords(output: string, { summary, fits }: Compiled): string[] {
  const { map, epoch, bytes, sha256, zones, gaps, cells, steps, cost, rounded, unused } = summary;
  const { directoryBytes, otherKinds, lookupReason, plane, smallerArena } = summary;
  const isHeld = summary.arena !== null;
  const budget =
    cost.budget === null
      ? cost.cycles === null
        ? 'no budget'
        : 'budget in cycles'
      : `budget ${cost.budget.steps}`;
  return [
    `${output}: map ${map}, epoch ${epoch}, ${bytes} bytes, fits ${buildWords(fits)}`,
    `sha256  ${sha256}`,
    `cells   ${cells}, gaps among them: ${gaps}; zones declared: ${zones}`,
    `steps   ${steps} a check (${stepsText(cost.kinds)}), ${budget}`,
    ...(cost.cycles === null ? [] : [`cycles  ${cycleWords(cost.cycles.spent, cost.cycles.budget)}`]),
    `lookup  ${plane === null ? lookupWords(cost.kinds, { bytes: directoryBytes, other: otherKinds, reason: lookupReason, isHeld }) : planeWords(plane, cost.kinds, isHeld)}`,
    ...(smallerArena === null
      ? []
      : [`arena   by trees it fits an arena of ${smallerArena}: compile it with --arena ${smallerArena}`]),
    ...rounded.map((rounding) => `rounded ${roundingWords(rounding)}`),
    ...unused.map((note) => `table   ${note}`),
  ];
}

/**
 * `a plane of 1203 nodes of 16 bytes, 6 levels below a grid of 16 by 16 squares: 186 cycles a check on rp2040, 204 on riscv32`, and of the
 * other form of nodes what it would take, or why it does not fit.
 */
function planeWords(
  { nodes, nodeBytes, depth, columns, rows, other }: PlaneFigures,
  kinds: Steps,
  isHeld: boolean,
): string {
  const levels = `${depth} ${depth === 1 ? 'level' : 'levels'}`;
  const grid = columns * rows === 1 ? levels : `${levels} below a grid of ${columns} by ${rows} squares`;
  const words = `a plane of ${nodes} ${nodes === 1 ? 'node' : 'nodes'} of ${nodeBytes} bytes, ${grid}`;
  if (!isHeld) return `${words}: ${NO_BOARD}`;
  return `${words}: ${cyclesWords(kinds)}${other === null ? '' : ` (${otherWords(other)})`}`;
}

function otherWords({ nodeBytes, kinds, shortfalls }: OtherForm): string {
  const form = `of ${nodeBytes} bytes`;
  return shortfalls.length > 0
    ? `${form} they do not fit: ${shortfalls.join('; ')}`
    : `${form}: ${cyclesAlone(kinds)}`;
}
