/** Options that documents, help and messages name with a verb of the command are options of that verb. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { everyVerb } from '../../host/cli/verbs.ts';
import { filesOf, ROOT } from '../tidy/imports.ts';

const program = new Command('holdfast');
for (const verb of await everyVerb()) verb.register(program);

/** Texts of the command are in its sources; those of tests and of the set-up speak of other programs, too. */
const TEXTS = [...filesOf(['.'], ['.md']), ...filesOf(['host'], ['.ts'])];

/** The verb that words begin with, which may be one of a verb's own; null: none. */
function verbOf(words: readonly string[], of: Command = program): Command | null {
  const verb = of.commands.find((command) => command.name() === words[0]);
  if (verb === undefined) return of === program ? null : of;
  return verbOf(words.slice(1), verb);
}

/** `verb --option` for each option in words that its verb does not have. */
function unknownIn(words: readonly string[]): string[] {
  const verb = verbOf(words);
  if (verb === null) return [];
  const known = [...verb.options.flatMap(({ long }) => (long ? [long] : [])), '--help'];
  return words
    .map((word) => /^--[a-z][a-z-]*/.exec(word)?.[0])
    .filter((option) => option !== undefined && !known.includes(option))
    .map((option) => `${verb.name()} ${option}`);
}

/** Commands in a text: after `holdfast`, or what stands between back-quotes and begins with a verb. */
function commandsIn(text: string): string[][] {
  const after = [...text.matchAll(/\bholdfast ([a-z]+(?: [^`\n|;&<>()]*)?)/g)];
  const quoted = [...text.matchAll(/`([a-z]+(?: [^`\n]*)? --[^`\n]*)`/g)];
  return [...after, ...quoted].map(([, command = '']) => command.split(/ +/));
}

test('every option that is named with its verb exists', () => {
  const commands = TEXTS.flatMap((path) =>
    commandsIn(readFileSync(join(ROOT, path), 'utf8')).map((words) => ({ path, words })),
  );
  const withOptions = commands.filter(({ words }) => words.some((word) => word.startsWith('--')));
  expect(withOptions.length).toBeGreaterThan(100);
  expect(
    commands.flatMap(({ path, words }) => unknownIn(words).map((unknown) => `${path}: ${unknown}`)),
  ).toEqual([]);
});
