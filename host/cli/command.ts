import { Command, CommanderError, Help, type Option } from 'commander';
import { EXIT_BAD_INPUT, EXIT_DONE, HoldfastError } from '../common/errors.ts';
import { packageVersion } from '../common/root.ts';
import { endOnClosedPipe, printError } from './common/output.ts';
import { columnsOf, isNarrow, wrapped } from './common/wrap.ts';

/** The `holdfast` command around its verbs: help, version, and what errors become. */

export interface Verb {
  register(program: Command): void;
}

export const VERSION_FLAG = '--version';

const HELP = `
Data goes to stdout, everything else to stderr. With --json, data and errors are JSON.
Exit codes: 0 done, 1 a check said no, 2 bad input or usage, 3 device or line trouble.`;

/** What a program calls itself. */
export interface About {
  readonly name: string;
  readonly description: string;
}

const HOLDFAST: About = {
  name: 'holdfast',
  description: 'coverage maps for controllers that must not wait',
};

/** With `json`, commander says nothing: what it has to say becomes an error like any other. */
function createProgram(verbs: readonly Verb[], json: boolean, about: About): Command {
  const program = new Command(about.name)
    .description(about.description)
    .showHelpAfterError('Run it with --help to see what it takes.')
    .showSuggestionAfterError()
    .addHelpText('after', HELP)
    .version(packageVersion(), VERSION_FLAG, 'print the version')
    .exitOverride()
    .hook('preAction', (_program, verb) => refuseEmpty(verb));
  fitToTerminal(program);
  if (json) program.showHelpAfterError(false).configureOutput({ writeErr: () => {} });
  for (const verb of verbs) verb.register(program);
  refuseTwice(program);
  return program;
}

/** Of two values one would be lost. Options that take several collect them. */
function refuseTwice(command: Command): void {
  command.commands.forEach(refuseTwice);
  for (const option of command.options) {
    if (option.variadic || collects(option) || option.isBoolean()) continue;
    let given = false;
    command.on(`option:${option.name()}`, () => {
      if (given) {
        const remedy = 'Give it once: it takes one value.';
        throw new HoldfastError('USAGE', `${option.long ?? option.flags} is given twice`, { remedy });
      }
      given = true;
    });
  }
}

/** Whether its parser takes the values that came before; that of choices does so, too, and gives the last one. */
function collects({ parseArg, argChoices }: Option): boolean {
  return parseArg !== undefined && argChoices === undefined && parseArg.length > 1;
}

/** An empty text is no value: a variable of a script was not set. */
function refuseEmpty(verb: Command): void {
  const isEmpty = (value: unknown) => value === '' || (Array.isArray(value) && value.includes(''));
  const option = verb.options.find(
    (each) =>
      verb.getOptionValueSource(each.attributeName()) === 'cli' &&
      isEmpty(verb.getOptionValue(each.attributeName())),
  );
  const name = verb.args.includes('') ? 'an argument' : option?.long;
  if (name === undefined || name === null) return;
  throw new HoldfastError('USAGE', `${name} is empty`, { remedy: 'Give it a value, or leave it out.' });
}

/** Help in the columns that there are; in few, what an option does stands below it. Verbs inherit it. */
function fitToTerminal(program: Command): void {
  const { stdout, stderr } = process;
  program.configureOutput({
    getOutHelpWidth: () => columnsOf(stdout) ?? 80,
    getErrHelpWidth: () => columnsOf(stderr) ?? 80,
    writeOut: (text) => stdout.write(wrapped(text, columnsOf(stdout))),
    writeErr: (text) => stderr.write(wrapped(text, columnsOf(stderr))),
  });
  program.configureHelp({
    formatItem(term, termWidth, description, helper) {
      if (!isNarrow(helper.helpWidth))
        return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
      return description === '' ? `  ${term}` : `  ${term}\n      ${description}`;
    },
  });
}

/** Runs the command with these of its verbs, and sets the exit code. `argv` is that of the process. */
export async function runCommand(
  argv: readonly string[],
  verbs: readonly Verb[],
  about = HOLDFAST,
): Promise<void> {
  endOnClosedPipe();
  const exitCode = await exitCodeOf(argv, verbs, about);
  // A verb may have set a code of its own, such as 1 when a check said no.
  if (exitCode !== EXIT_DONE) process.exitCode = exitCode;
}

async function exitCodeOf(argv: readonly string[], verbs: readonly Verb[], about: About): Promise<number> {
  const json = argv.includes('--json');
  try {
    await createProgram(verbs, json, about).parseAsync(argv);
    return EXIT_DONE;
  } catch (error) {
    // Commander has printed its own: help, or what is wrong with the arguments.
    if (!(error instanceof CommanderError)) return printError(error, json);
    if (error.exitCode === 0) return EXIT_DONE;
    return json ? printError(usageError(error), json) : EXIT_BAD_INPUT;
  }
}

function usageError(error: CommanderError): HoldfastError {
  const message =
    error.code === 'commander.help' ? 'no verb is given' : error.message.replace(/^error: /, '');
  return new HoldfastError('USAGE', message.replaceAll('\n', ' '), {
    remedy: 'Run it with --help to see what it takes.',
    cause: error,
  });
}
