#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { EXIT_BAD_INPUT, EXIT_DONE } from '../errors.ts';
import { endOnClosedPipe, printError } from './output.ts';
import * as audit from './verbs/audit.ts';
import * as check from './verbs/check.ts';
import * as compile from './verbs/compile.ts';
import * as confirm from './verbs/confirm.ts';
import * as controller from './verbs/controller.ts';
import * as keygen from './verbs/keygen.ts';
import * as ports from './verbs/ports.ts';
import * as pull from './verbs/pull.ts';
import * as push from './verbs/push.ts';
import * as reissue from './verbs/reissue.ts';
import * as revert from './verbs/revert.ts';
import * as status from './verbs/status.ts';
import * as sweep from './verbs/sweep.ts';
import * as window from './verbs/window.ts';

/** The `holdfast` command: verbs, and what their errors become. */

const VERBS = [
  compile,
  audit,
  check,
  sweep,
  keygen,
  reissue,
  controller,
  ports,
  status,
  window,
  push,
  confirm,
  revert,
  pull,
];

const HELP = `
Data goes to stdout, everything else to stderr. With --json, data and errors are JSON.
Exit codes: 0 done, 1 a check said no, 2 bad input or usage, 3 device or line trouble.`;

function createProgram(): Command {
  const program = new Command('holdfast')
    .description('coverage maps for controllers that must not wait')
    .showHelpAfterError('Run it with --help to see what it takes.')
    .showSuggestionAfterError()
    .addHelpText('after', HELP)
    .exitOverride();
  for (const verb of VERBS) verb.register(program);
  return program;
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv);
    return EXIT_DONE;
  } catch (error) {
    // Commander has printed its own: help, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_BAD_INPUT;
    return printError(error, argv.includes('--json'));
  }
}

endOnClosedPipe();
const exitCode = await main(process.argv);
// A verb may have set a code of its own, such as 1 when a check said no.
if (exitCode !== EXIT_DONE) process.exitCode = exitCode;
