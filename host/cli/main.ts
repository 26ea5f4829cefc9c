#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT_BAD_INPUT, EXIT_DONE, HoldfastError } from '../common/errors.ts';
import { packageUrl } from '../common/root.ts';
import { endOnClosedPipe, printError } from './common/output.ts';
import * as audit from './verbs/audit.ts';
import * as check from './verbs/check.ts';
import * as compile from './verbs/compile.ts';
import * as confirm from './verbs/confirm.ts';
import * as controller from './verbs/controller.ts';
import * as diff from './verbs/diff.ts';
import * as firmware from './verbs/firmware.ts';
import * as importVerb from './verbs/import.ts';
import * as keygen from './verbs/keygen.ts';
import * as ports from './verbs/ports.ts';
import * as pull from './verbs/pull.ts';
import * as push from './verbs/push.ts';
import * as reissue from './verbs/reissue.ts';
import * as revert from './verbs/revert.ts';
import * as schema from './verbs/schema.ts';
import * as status from './verbs/status.ts';
import * as sweep from './verbs/sweep.ts';
import * as timing from './verbs/timing.ts';
import * as window from './verbs/window.ts';

/** The `holdfast` command: verbs, and what their errors become. */

const VERBS = [
  compile,
  importVerb,
  schema,
  audit,
  check,
  sweep,
  keygen,
  reissue,
  controller,
  firmware,
  ports,
  status,
  window,
  push,
  confirm,
  revert,
  pull,
  diff,
  timing,
];

const HELP = `
Data goes to stdout, everything else to stderr. With --json, data and errors are JSON.
Exit codes: 0 done, 1 a check said no, 2 bad input or usage, 3 device or line trouble.`;

/** With `json`, commander says nothing: what it has to say becomes an error like any other. */
function createProgram(json: boolean): Command {
  const program = new Command('holdfast')
    .description('coverage maps for controllers that must not wait')
    .showHelpAfterError('Run it with --help to see what it takes.')
    .showSuggestionAfterError()
    .addHelpText('after', HELP)
    .version(version(), '--version', 'print the version')
    .exitOverride();
  if (json) program.showHelpAfterError(false).configureOutput({ writeErr: () => {} });
  for (const verb of VERBS) verb.register(program);
  return program;
}

function version(): string {
  const text = readFileSync(packageUrl('package.json'), 'utf8');
  const { version: found } = JSON.parse(text) as { version: string };
  return found;
}

async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  try {
    await createProgram(json).parseAsync(argv);
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

endOnClosedPipe();
const exitCode = await main(process.argv);
// A verb may have set a code of its own, such as 1 when a check said no.
if (exitCode !== EXIT_DONE) process.exitCode = exitCode;
