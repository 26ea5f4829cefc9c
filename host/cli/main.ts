#!/usr/bin/env node
import { runCommand, VERSION_FLAG } from './command.ts';
import * as check from './verbs/check.ts';

/**
 * The `holdfast` command as it is started. Scripts ask for one point after the other, so what `check` needs for it is bundled into this one
 * file; all else is loaded when it is wanted.
 */

const QUICK = new Map([
  ['check', [check]],
  [VERSION_FLAG, []],
]);

/** A source has to be compiled first, and a table of points be read. */
const needsMore = process.argv.some((argument) => /\.ya?ml$|^--points(?:=|$)/.test(argument));
const quick = needsMore ? undefined : QUICK.get(process.argv[2] ?? '');
if (quick !== undefined) void runCommand(process.argv, quick);
else void import('./verbs.ts').then(({ runAnyVerb }) => runAnyVerb(process.argv));
