import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { cutText } from '../../common/cut-text.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { reasonOf, requireSize } from '../../common/file-reason.ts';
import { U32_MAX } from '../../common/integers.ts';
import { ACTION_NAMES } from '../../format.ts';
import { importAgain } from '../../import/again.ts';
import { type Imported, importTable } from '../../import/import.ts';
import type { ImportOptions } from '../../import/plan.ts';
import { sayOption } from '../../import/say.ts';
import { formatDiagnostic } from '../../source/diagnostics.ts';
import type { TableSaid } from '../../source/table-said.ts';
import { refuseIdle } from '../common/idle-options.ts';
import { printJson, printLines, printRemarks, printWarning } from '../common/output.ts';
import { SOURCE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, isStream, writeOutput } from '../common/outputs.ts';
import { addTableOptions, readPhases, readTableFlags, type TableFlags } from '../common/table-options.ts';
import { WordOption } from '../common/word-option.ts';

/** `holdfast import`: from a foreign table of intervals to a map source. */

const HELP = `
What neither the table nor an option says is assumed; each assumption is printed, and written into the source as a comment.
What a table says is used, or named as unused, or refused: ambiguous numbers, units that contradict each other, days that may or may
not belong to a row are asked about. Numbers are converted exactly or refused; nothing is rounded. docs/TABLES.md shows each option.

Exit codes: 0 done, 1 written, but it does not compile yet (holes, overlaps), or --check found a difference, 2 mistakes in the table.

Examples:
  holdfast import speeds.csv --from begin_mm --to end_mm --limit vmax --limit-unit km/h --map line-7 -o line-7.map.yaml
  holdfast import speeds.csv --from start --to end --unit km --axis-unit mm --decimal comma --map line-7 -o line-7.map.yaml
  holdfast import steps.csv --from km --until next --end 9.5 --limit vmax --axis-unit m --map line-7 -o line-7.map.yaml
  holdfast import --again line-7.map.yaml --epoch 2 --replaces 1
  holdfast import --check *.map.yaml`;

const SHOWN_MAX = 20;

export interface ImportVerbOptions extends TableFlags {
  readonly from?: string;
  readonly to?: string;
  readonly limit?: readonly string[];
  readonly id?: string;
  readonly unitColumn?: string;
  readonly limitUnitColumn?: string;
  readonly map?: string;
  readonly output?: string;
  readonly again?: string;
  readonly check?: readonly string[];
  readonly axis?: string;
  readonly unit?: string;
  readonly axisUnit?: string;
  readonly scale?: string;
  readonly origin?: string;
  readonly limitUnit?: string;
  readonly limitScale?: string;
  readonly epoch?: string;
  readonly replaces?: readonly string[];
  readonly where?: readonly string[];
  readonly unused?: readonly string[];
  readonly phases?: string;
  readonly everyPhase?: string;
  readonly inclusive?: boolean;
  readonly closed?: boolean;
  readonly decimalComma?: boolean;
  readonly gaps?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('import')
    .description('turn a table of intervals into a map source, and say what had to be assumed')
    .argument('[table...]', 'CSV, or another text with separators; with --check, more sources')
    .option('--from <column>', 'column of the places at which intervals begin')
    .option('--to <column>', 'column of the places at which they end')
    .option('--map <id>', 'identity of the map')
    .option('-o, --output <source>', 'where to write the source; - is stdout')
    .option(
      '--limit <column>',
      'column of limits; several: a limit for each category, which become phases',
      gather,
    )
    .option('--id <column>', 'column of ids, any text')
    .option('--unit-column <column>', 'column of the units of places')
    .option('--limit-unit-column <column>', 'column of the units of limits')
    .option('--axis <name>', 'name of the axis')
    .option(
      '--unit <unit>',
      'what the columns count (default: what their names say, as in begin_mm or "von [m]")',
    )
    .option('--axis-unit <unit>', 'what the axis is to count (default: the same)')
    .option('--scale <steps>', 'steps of the axis in one of its units')
    .option('--origin <place>', 'origin of the axis; a timestamp makes it an axis of time')
    .option('--limit-unit <unit>', 'what limits are to be in')
    .option('--limit-scale <factor>', 'what limits that have no unit are multiplied by')
    .option('--epoch <number>', 'epoch of the edition')
    .option(
      '--replaces <edition>',
      'edition that it may replace, such as 11 or 11@3fa9c2, or none; may be repeated',
      gather,
    )
    .option('--where <condition>', 'rows to read: column=value or column!=value; may be repeated', gather)
    .option('--phases <column=values>', 'a column whose values are phases, such as dir=up,down')
    .option('--every-phase <value>', 'the value that stands for every phase')
    .option('--unused <column>', 'a column that is known to be unused; may be repeated', gather)
    .option(
      '--again <source>',
      'import the table of a source anew, with the options that it keeps, and show what changed',
    )
    .option('--check <source>', 'whether a source is what its table says; may be repeated', gather)
    .option('--inclusive', 'the same as --ends inclusive')
    .option('--closed', 'the same as --ends inclusive')
    .option('--decimal-comma', 'the same as --decimal comma');
  addTableOptions(command)
    .addOption(
      new WordOption(
        '--gaps <action>',
        'acknowledge every place that no row covers, with this action',
        ACTION_NAMES,
      ),
    )
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

/** An option that may be repeated. */
function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

const OF_LIMITS = ['limitUnit', 'limitScale', 'limitUnitColumn', 'emptyLimit'];

async function run(files: readonly string[], options: ImportVerbOptions, command: Command): Promise<void> {
  const { again, check, from, map, output } = options;
  if (check !== undefined) {
    refuseOthers(options, '--check', ['check', 'json']);
    return await runCheck([...check, ...files], options);
  }
  const [table, second] = files;
  if (again !== undefined) {
    refuseOthers(options, '--again', ['again', 'epoch', 'replaces', 'output', 'force', 'json']);
    if (table !== undefined) refuseFile(table, 'the source of --again names its table, and it is one source');
    return await runAgain(again, options);
  }
  if (second !== undefined) refuseFile(second, 'an import has one table');
  if (table === undefined || from === undefined || map === undefined || output === undefined) {
    throw new HoldfastError('USAGE', 'an import needs a table, --from, --map and -o', {
      remedy: 'See holdfast import --help; --again and --check need a source only.',
    });
  }
  if (options.limit === undefined)
    refuseIdle(command, OF_LIMITS, 'no column of limits is named with --limit');
  claimOutputs(output);
  // A stream lies nowhere: the path of the table is told from here.
  const name = isStream(output) ? '-' : output;
  const imported = await importTable(table, name, readOptions(options, from, map));
  await writeOutput(output, Buffer.from(imported.source), { kind: SOURCE, force: options.force });
  const { zones, assumptions, mistakes } = imported;
  if (options.json) printJson({ source: output, map, zones, assumptions, mistakes });
  else printReport(output, imported);
  if (mistakes.length > 0) process.exitCode = EXIT_CHECK_SAID_NO;
}

/** Options that an import keeps in its source: said again beside it they would do nothing. */
function refuseOthers(options: ImportVerbOptions, mode: string, taken: readonly string[]): void {
  const other = Object.keys(options).find((name) => !taken.includes(name));
  if (other === undefined) return;
  throw new HoldfastError(
    'USAGE',
    `${sayOption(other)} does not go with ${mode}, which takes what the source keeps`,
    {
      remedy: 'Leave it out; to say something else, import the table anew.',
    },
  );
}

function refuseFile(name: string, why: string): never {
  throw new HoldfastError('USAGE', `"${cutText(name)}" is one file too many: ${why}`, {
    remedy: 'Leave it out, or run the command once for each.',
  });
}

/** Whether each source is what its table says. */
async function runCheck(sources: readonly string[], options: ImportVerbOptions): Promise<void> {
  for (const source of sources) {
    const text = await readSourceText(source);
    const { changes, newColumns, edited, table, sameTable } = await importAgain(source, text);
    const parted = [...changes, ...newColumns];
    if (parted.length > 0) process.exitCode = EXIT_CHECK_SAID_NO;
    if (options.json) printJson({ source, table, sameTable, changes, newColumns, edited });
    else if (parted.length > 0)
      printLines([
        `${source} is not what ${table} says:`,
        ...[...parted, ...edited.map(editedWords)].map((change) => `  - ${change}`),
      ]);
    else if (edited.length === 0) printLines([`${source}: as ${table} says`]);
    else
      printLines([
        `${source}: zones and axis as ${table} says; what else the source says was edited:`,
        ...edited.map((words) => `  - ${words}`),
      ]);
    if (!options.json && newColumns.length > 0)
      printRemarks([
        'Look at the new columns; then say `holdfast import --again`, or import anew with options that use them.',
      ]);
  }
}

function editedWords(words: string): string {
  return `edited: ${words}`;
}

async function runAgain(source: string, options: ImportVerbOptions): Promise<void> {
  const output = options.output ?? source;
  claimOutputs(output);
  const edition = {
    epoch: wholeNumber(options.epoch, '--epoch'),
    replaces: options.replaces && readReplaces(options.replaces),
  };
  const { imported, changes, newColumns, edited, table, sameTable } = await importAgain(
    source,
    await readSourceText(source),
    edition,
  );
  await writeOutput(output, Buffer.from(imported.source), { kind: SOURCE, force: options.force });
  if (options.json)
    printJson({
      source: output,
      table,
      sameTable,
      changes,
      newColumns,
      edited,
      zones: imported.zones,
      mistakes: imported.mistakes,
    });
  else {
    const words =
      changes.length + newColumns.length === 0
        ? [`${output}: nothing changed`]
        : [`${output}, changed by ${table}:`];
    printLines([...words, ...[...changes, ...newColumns].map((change) => `  - ${change}`)]);
    for (const words of edited) printWarning(`what was edited is not kept: ${words}`);
    printMistakes(imported);
  }
  if (changes.length > 0 && edition.epoch === undefined)
    printWarning('the epoch is the same: a device takes the change with --epoch and --replaces only');
  if (imported.mistakes.length > 0) process.exitCode = EXIT_CHECK_SAID_NO;
}

/** Not as an input: the source may be the output, and whether it was edited is seen then. */
async function readSourceText(path: string): Promise<string> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error('it is not a file');
    requireSize(path, stats.size);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const remedy = 'Check the name of the file and its folder.';
    throw new HoldfastError('FILE_MISSING', `cannot read ${path}: ${reasonOf(cause)}`, { remedy, cause });
  }
}

/** What the options of the verb say of an import. Throws HoldfastError USAGE. */
export function readOptions(options: ImportVerbOptions, from: string, map: string): ImportOptions {
  const { scale, limitScale, epoch, gaps, replaces } = options;
  const { to, limit, id, unitColumn, limitUnitColumn, axis, unit, axisUnit, origin, limitUnit } = options;
  return {
    ...{ from, to, limit, id, unitColumn, limitUnitColumn, map, axis, unit, axisUnit, origin, limitUnit },
    scale: wholeNumber(scale, '--scale'),
    limitScale: wholeNumber(limitScale, '--limit-scale'),
    epoch: wholeNumber(epoch, '--epoch'),
    replaces: replaces && readReplaces(replaces),
    gaps: gaps === undefined ? undefined : actionNamed(gaps),
    table: readSaid(options),
  };
}

/** What was said of the table, the short forms of options included. */
function readSaid(options: ImportVerbOptions): TableSaid {
  const { where, unused, phases, everyPhase } = options;
  const flags: TableFlags = {
    ...options,
    ...agree(options.ends, options.inclusive || options.closed ? 'inclusive' : undefined, 'ends'),
    ...agree(options.decimal, options.decimalComma ? 'comma' : undefined, 'decimal'),
  };
  if (everyPhase !== undefined && phases === undefined) {
    throw new HoldfastError('USAGE', '--every-phase needs --phases', {
      remedy: 'Say which column holds the phases.',
    });
  }
  return {
    ...readTableFlags(flags),
    ...(where === undefined ? {} : { where }),
    ...(unused === undefined ? {} : { unused }),
    ...(phases === undefined ? {} : { phases: readPhases(phases, everyPhase) }),
  };
}

/** An option, or its short form; both must say the same. */
function agree(
  said: string | true | undefined,
  short: string | undefined,
  name: 'ends' | 'decimal',
): TableFlags {
  if (said !== undefined && short !== undefined && said !== short) {
    throw new HoldfastError('USAGE', `--${name} ${said} and --${name} ${short} exclude each other`, {
      remedy: 'Leave one of them out.',
    });
  }
  const value = said ?? short;
  return value === undefined ? {} : { [name]: value };
}

function readReplaces(editions: readonly string[]): readonly string[] {
  if (editions.length === 1 && editions[0] === 'none') return [];
  const bad = editions.find((edition) => !/^[0-9]{1,10}(?:@[0-9a-f]{1,16})?$/.test(edition));
  if (bad === undefined) return editions;
  throw new HoldfastError('USAGE', `--replaces is "${bad}"`, {
    remedy:
      'Write an epoch such as 11, one with the first digits of its hash such as 11@3fa9c2, or none alone.',
  });
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
  printMistakes({ mistakes });
}

function printMistakes({ mistakes }: Pick<Imported, 'mistakes'>): void {
  if (mistakes.length === 0) return;
  printWarning(`it does not compile yet; decide on ${mistakes.length === 1 ? 'this' : 'these'}:`);
  const lines = mistakes.slice(0, SHOWN_MAX).map(formatDiagnostic);
  if (mistakes.length > SHOWN_MAX) lines.push(`and ${mistakes.length - SHOWN_MAX} more`);
  printRemarks(lines);
}
