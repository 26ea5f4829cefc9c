/** Options that say how a table is written. Apart from what reads them, since `check` loads nothing that it may not need. */

import type { Command } from 'commander';
import { WordOption } from './word-option.ts';

/** Each with its value, what it says, and the words that it may take. */
const WRITING_OPTIONS = {
  separator: [
    '--separator <name>',
    'comma, semicolon, tab or bar (default: the one in the header)',
    ['comma', 'semicolon', 'tab', 'bar'],
  ],
  encoding: [
    '--encoding <name>',
    'utf-8, utf-16le, utf-16be, latin-1 or windows-1252 (default: utf-8, or what a byte order mark says)',
    ['utf-8', 'utf-16le', 'utf-16be', 'latin-1', 'windows-1252'],
  ],
  decimal: ['--decimal <mark>', 'what stands before decimals: point or comma', ['point', 'comma']],
  thousands: [
    '--thousands <mark>',
    'what stands between thousands: point, comma, space, apostrophe or none',
    ['point', 'comma', 'space', 'apostrophe', 'none'],
  ],
  headerRow: [
    '--header-row <line>',
    'line that names the columns (default: the first that names all that are asked for)',
    [],
  ],
  dates: [
    '--dates <pattern>',
    'how dates are written, such as dd.mm.yyyy or dd/mm/20yy',
    ['dd.mm.yyyy', 'dd/mm/yyyy', 'mm/dd/yyyy', 'yyyymmdd'],
  ],
  offset: ['--offset <offset>', 'offset of timestamps that have none, such as +01:00 or Z', ['Z']],
  comment: ['--comment <mark>', 'what rows that are comments begin with, or none (default: #)', ['none']],
} as const;

/** Their names, as commander gives them. */
export const WRITING_NAMES: readonly string[] = Object.keys(WRITING_OPTIONS);

export type WritingFlags = { readonly [Name in keyof typeof WRITING_OPTIONS]?: string };

export function addWritingOptions(command: Command): Command {
  for (const [flags, description, words] of Object.values(WRITING_OPTIONS))
    command.addOption(new WordOption(flags, description, words));
  return command;
}
