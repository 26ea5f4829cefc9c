/** Options of verbs that read tables: how a table is written, and what its rows mean. */

import type { Command } from 'commander';
import { HoldfastError } from '../../common/errors.ts';
import { sayOption } from '../../import/say.ts';
import {
  checkTableSaid,
  readTableOption,
  TABLE_OPTION_NAMES,
  type TableOptionName,
} from '../../source/table-options.ts';
import type { PhasesSaid, TableSaid } from '../../source/table-said.ts';
import { WordOption } from './word-option.ts';
import { addWritingOptions, type WritingFlags } from './writing-options.ts';

/** The options that say what the rows of a table mean. */
const MEANING_OPTIONS: Readonly<
  Record<
    Exclude<TableOptionName, keyof WritingFlags>,
    readonly [value: string, description: string, words?: readonly string[]]
  >
> = {
  totals: ['<what>', 'keep or omit rows that begin with a word such as Total', ['keep', 'omit']],
  clock: ['', 'places are times of a day, such as 22:00'],
  since1970: ['', 'bare numbers on an axis of time count since 1970-01-01T00:00:00Z'],
  ends: [
    '<what>',
    'whether rows hold the place at which they end: inclusive (one step, or a day), exclusive, or a width such as "1 m"',
    ['inclusive', 'exclusive'],
  ],
  order: ['<order>', 'rising, falling (ends stand below starts) or either', ['rising', 'falling', 'either']],
  until: ['<next>', 'next: a row holds until the next one begins', ['next']],
  end: ['<place>', 'where rows without an end do end; row: the last row is only an end', ['row']],
  emptyLimit: [
    '<what>',
    'what an empty limit is: none, or same (that of the row above, as in merged cells)',
    ['none', 'same'],
  ],
  ids: ['<any>', 'any: ids are made of any text', ['any']],
};

export type TableFlags = Readonly<Partial<Record<TableOptionName, string | true>>>;

export function addTableOptions(command: Command): Command {
  addWritingOptions(command);
  for (const [name, [value, description, words = []]] of Object.entries(MEANING_OPTIONS))
    command.addOption(new WordOption(`${sayOption(name)} ${value}`.trim(), description, words));
  return command;
}

/** @throws HoldfastError USAGE for a value that an option does not take */
export function readTableFlags(flags: TableFlags): TableSaid {
  let said: TableSaid = {};
  for (const name of TABLE_OPTION_NAMES) {
    const value = flags[name];
    if (value === undefined) continue;
    said = { ...said, ...readTableOption(name, `${value}`, sayOption, refuseUsage) };
  }
  checkTableSaid(said, sayOption, refuseUsage);
  return said;
}

/** `dir=up,down` */
export function readPhases(text: string, all: string | undefined): PhasesSaid {
  const at = text.indexOf('=');
  if (at <= 0)
    refuseUsage('USAGE', `--phases is "${text}"`, 'Write the column and its values, such as dir=up,down.');
  const names = text
    .slice(at + 1)
    .split(',')
    .map((name) => name.trim());
  return { column: text.slice(0, at).trim(), names, all };
}

function refuseUsage(_code: string, message: string, remedy: string): never {
  throw new HoldfastError('USAGE', message, { remedy });
}
