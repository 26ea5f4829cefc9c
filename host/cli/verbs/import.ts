import type { Command } from 'commander';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { U32_MAX } from '../../common/integers.ts';
import { ACTION_NAMES } from '../../format.ts';
import { type Imported, importTable } from '../../import/import.ts';
import type { ImportOptions } from '../../import/plan.ts';
import { separatorNamed } from '../../import/separator.ts';
import { formatDiagnostic } from '../../source/diagnostics.ts';
import { printJson, printLines, printRemarks, printWarning } from '../common/output.ts';
import { SOURCE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, writeOutput } from '../common/outputs.ts';

/** `holdfast import`: from a foreign table of intervals to a map source. */

const HELP = `
What neither the table nor an option says is assumed; each assumption is printed, and written into the source as a comment.
Numbers are converted exactly or refused; nothing is rounded.

Exit codes: 0 done, 1 written, but it does not compile yet (holes, overlaps), 2 mistakes in the table.

Examples:
  holdfast import speeds.csv --from begin_mm --to end_mm --limit vmax --limit-unit km/h --map line-7 -o line-7.map.yaml
  holdfast import speeds.csv --from start --to end --unit km --axis-unit mm --decimal-comma --map line-7 -o line-7.map.yaml`;

const SHOWN_MAX = 20;

interface ImportVerbOptions {
  readonly from: string;
  readonly to: string;
  readonly limit?: string;
  readonly id?: string;
  readonly map: string;
  readonly output: string;
  readonly axis?: string;
  readonly unit?: string;
  readonly axisUnit?: string;
  readonly scale?: string;
  readonly origin?: string;
  readonly limitUnit?: string;
  readonly limitScale?: string;
  readonly epoch?: string;
  readonly separator?: string;
  readonly decimalComma?: boolean;
  readonly closed?: boolean;
  readonly gaps?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('import')
    .description('turn a table of intervals into a map source, and say what had to be assumed')
    .argument('<csv>', 'table with a header row')
    .requiredOption('--from <column>', 'column of the places at which intervals begin')
    .requiredOption('--to <column>', 'column of the places at which they end')
    .requiredOption('--map <id>', 'identity of the map')
    .requiredOption('-o, --output <source>', 'where to write the source; - is stdout')
    .option('--limit <column>', 'column of limits')
    .option('--id <column>', 'column of ids')
    .option('--axis <name>', 'name of the axis')
    .option('--unit <unit>', 'what the columns count (default: how both names end, as in begin_mm)')
    .option('--axis-unit <unit>', 'what the axis is to count (default: the same)')
    .option('--scale <steps>', 'steps of the axis in one of its units')
    .option('--origin <place>', 'origin of the axis; a timestamp makes it an axis of time')
    .option('--limit-unit <unit>', 'what limits are measured in')
    .option('--limit-scale <factor>', 'what limits are multiplied by')
    .option('--epoch <number>', 'epoch of the edition')
    .option('--separator <name>', 'comma, semicolon or tab (default: the one in the header)')
    .option('--decimal-comma', 'numbers of the table have decimal commas')
    .option('--closed', 'intervals of the table include the place at which they end')
    .option('--gaps <action>', 'acknowledge every place that no row covers, with this action')
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

async function run(csv: string, options: ImportVerbOptions): Promise<void> {
  claimOutputs(options.output);
  const imported = await importTable(csv, options.output, readOptions(options));
  await writeOutput(options.output, Buffer.from(imported.source), { kind: SOURCE, force: options.force });
  const { zones, assumptions, mistakes } = imported;
  if (options.json) printJson({ source: options.output, map: options.map, zones, assumptions, mistakes });
  else printReport(options.output, imported);
  if (mistakes.length > 0) process.exitCode = EXIT_CHECK_SAID_NO;
}

function readOptions(options: ImportVerbOptions): ImportOptions {
  const { scale, limitScale, epoch, separator, gaps } = options;
  return {
    ...options,
    scale: wholeNumber(scale, '--scale'),
    limitScale: wholeNumber(limitScale, '--limit-scale'),
    epoch: wholeNumber(epoch, '--epoch'),
    separator: separator === undefined ? undefined : separatorNamed(separator),
    gaps: gaps === undefined ? undefined : actionNamed(gaps),
  };
}

function wholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= U32_MAX) return value;
  throw new HoldfastError('USAGE', `${option} is "${text}"`, {
    remedy: `Write a number from 1 to ${U32_MAX}.`,
  });
}

function actionNamed(name: string): ImportOptions['gaps'] {
  const action = ACTION_NAMES.find((known) => known === name);
  if (action !== undefined) return action;
  throw new HoldfastError('USAGE', `--gaps is "${name}"`, {
    remedy: `Write one of: ${ACTION_NAMES.join(', ')}.`,
  });
}

function printReport(output: string, { zones, assumptions, mistakes }: Imported): void {
  printLines([
    `${output}: ${zones} zones`,
    'assumed, and written into it:',
    ...assumptions.map((assumption) => `  - ${assumption}`),
  ]);
  if (mistakes.length === 0) return;
  printWarning(`it does not compile yet; decide on ${mistakes.length === 1 ? 'this' : 'these'}:`);
  const lines = mistakes.slice(0, SHOWN_MAX).map(formatDiagnostic);
  if (mistakes.length > SHOWN_MAX) lines.push(`and ${mistakes.length - SHOWN_MAX} more`);
  printRemarks(lines);
}
