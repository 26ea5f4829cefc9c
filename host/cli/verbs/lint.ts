import { cwd } from 'node:process';
import { type Command, Option } from 'commander';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { packageVersion } from '../../common/root.ts';
import { LINT_FORMATS, type LintFormat, lintText } from '../../lint/formats.ts';
import { lintSources } from '../../lint/lint.ts';

/** `holdfast lint`: what the compiler has against sources, for editors, hooks and CI. */

const HELP = `
Nothing is written. What tables hold and nothing uses, and what is rounded, are notes: told, and no mistakes. A folder stands for every *.map.yaml below it, but for hidden folders and node_modules.
--format github prints annotations for GitHub Actions, gitlab a code quality report, sarif SARIF 2.1.0.

Exit codes: 0 no mistakes, 1 mistakes, 2 a name that does not exist or is no file, or wrong usage.

Examples:
  holdfast lint firmware-maps/rail/rail.map.yaml
  holdfast lint . --format github
  holdfast lint maps --format sarif > holdfast.sarif`;

interface LintVerbOptions {
  readonly format: LintFormat;
  readonly large?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('lint')
    .description('check map sources without compiling them to files, for editors, hooks and CI')
    .argument('<source...>', 'map sources, and folders with them')
    .addOption(new Option('--format <name>', 'form of the report').choices(LINT_FORMATS).default('words'))
    .option('--large', 'accept maps that fit only the large build of the core')
    .option('--json', 'the same as --format json')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(paths: readonly string[], options: LintVerbOptions, command: Command): Promise<void> {
  const format = formOf(options, command.getOptionValueSource('format') === 'cli');
  const linted = await lintSources(paths, options.large === true);
  process.stdout.write(lintText(linted, format, packageVersion(), cwd()));
  if (linted.findings.some(({ level }) => level === 'error')) process.exitCode = EXIT_CHECK_SAID_NO;
}

function formOf({ format, json }: LintVerbOptions, isGiven: boolean): LintFormat {
  if (json !== true) return format;
  if (!isGiven || format === 'json') return 'json';
  throw new HoldfastError('USAGE', `two forms are asked for: --json and --format ${format}`, {
    remedy: 'Keep one of the two.',
  });
}
