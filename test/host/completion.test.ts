/** Completion, in shells as their users have them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION_FLAG } from '../../host/cli/command.ts';
import { addTableOptions } from '../../host/cli/common/table-options.ts';
import { WordOption } from '../../host/cli/common/word-option.ts';
import { everyVerb } from '../../host/cli/verbs.ts';
import { readTableOption, TABLE_OPTION_NAMES } from '../../host/source/table-options.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('completion');

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const ran = await holdfast(['completion', shell]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    writeFileSync(folder.at(`holdfast.${shell}`), ran.stdout);
  }
  mkdirSync(folder.at('files'));
  writeFileSync(folder.at('files/my map.yaml'), '');
});
afterAll(() => folder.remove());

/** What bash offers behind these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const list = ['holdfast', ...words].map((word) => `'${word}'`).join(' ');
  const script = `source ../holdfast.bash; COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = spawnSync('bash', ['--norc', '-c', script], { cwd: folder.at('files') });
  expect(ran.stderr.toString()).toBe('');
  return ran.stdout.toString().trim().split('\n');
}

describe('bash', () => {
  test('offers verbs, also those of verbs', () => {
    expect(offered('')).toEqual(
      expect.arrayContaining(['compile', 'lint', 'calendar', 'window', 'completion']),
    );
    expect(offered('comp')).toEqual(['compile', 'completion']);
    expect(offered('window', '')).toEqual(expect.arrayContaining(['open', 'close']));
    expect(offered('timing', 'w')).toEqual(['wasm']);
  });

  test('offers the options of the verb that is named, and of no other', () => {
    expect(offered('compile', '--')).toEqual(
      expect.arrayContaining(['--output', '--key', '--force', '--help']),
    );
    expect(offered('compile', '--')).not.toContain('--zone');
    expect(offered('window', 'open', '--p')).toContain('--port');
  });

  test('offers the words that an option or an argument takes', () => {
    expect(offered('lint', '--format', '')).toEqual(['words', 'json', 'sarif', 'github', 'gitlab']);
    expect(offered('calendar', '--clock-change', 'l')).toEqual(['later']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  test('offers files elsewhere, spaces and all', () => {
    expect(offered('compile', 'my')).toEqual(['my map.yaml']);
    expect(offered('compile', '-o', '')).toEqual(['my map.yaml']);
  });
});

test('fish offers verbs, options and the words that they take', () => {
  const complete = (line: string) =>
    spawnSync('fish', ['-c', `source ${folder.at('holdfast.fish')}; complete -C '${line}'`], {
      cwd: folder.path,
    });
  if (complete('holdfast ').error !== undefined) return;
  const words = (line: string) =>
    complete(line)
      .stdout.toString()
      .split('\n')
      .map((each) => each.split('\t')[0]);
  expect(complete('holdfast lint --format ').stderr.toString()).toBe('');
  expect(words('holdfast lint --format ')).toContain('sarif');
  expect(words('holdfast window ')).toContain('open');
  expect(words('holdfast compile --')).toContain('--key');
  expect(words('holdfast compile --')).not.toContain('--zone');
});

/** A place where something is completed: the words before it, and what the parser takes there. */
interface Asked {
  readonly words: readonly string[];
  readonly takes: readonly string[];
}

/** Every verb's options, and the words of every option that takes some. */
async function everyPlace(): Promise<readonly Asked[]> {
  const program = new Command('holdfast').version('0', VERSION_FLAG);
  for (const verb of await everyVerb()) verb.register(program);
  const placesOf = (command: Command, words: readonly string[]): readonly Asked[] => {
    const flags = command.options.flatMap(({ short, long }) => [short ?? [], long ?? []].flat());
    const values = command.options.flatMap((option) => {
      const takes = option instanceof WordOption ? option.words : (option.argChoices ?? []);
      return takes.length === 0 ? [] : [{ words: [...words, option.long ?? ''], takes }];
    });
    const inner = command.commands.flatMap((verb) => placesOf(verb, [...words, verb.name()]));
    return [{ words, takes: [...flags, '-h', '--help'] }, ...values, ...inner];
  };
  return placesOf(program, []);
}

/** What a shell offers at each place, all asked in one run of it. */
const ASK: Readonly<Record<string, (asked: readonly Asked[]) => string>> = {
  bash: (asked) =>
    asked
      .map(({ words }) => {
        const typed = [...words, isValue(words) ? '' : '-'];
        const list = ['holdfast', ...typed].map((word) => `'${word}'`).join(' ');
        return `COMP_WORDS=(${list}); COMP_CWORD=${typed.length}; _holdfast; echo "${typed.length} \${COMPREPLY[*]}"`;
      })
      .join('\n'),
  zsh: (asked) =>
    `compadd() { shift; found=("$@") }; _files() { found=() }\n${asked
      .map(({ words }) => {
        const typed = [...words, isValue(words) ? '' : '-'];
        const list = ['holdfast', ...typed].map((word) => `'${word}'`).join(' ');
        return `words=(${list}); CURRENT=${typed.length + 1}; found=(); _holdfast; echo "${typed.length} \${found[*]}"`;
      })
      .join('\n')}`,
};

function isValue(words: readonly string[]): boolean {
  return words.at(-1)?.startsWith('-') ?? false;
}

test.each(['bash', 'zsh'])('%s offers what the parser takes, at every verb and option', async (shell) => {
  if (spawnSync(shell, ['-c', 'true']).error !== undefined) return;
  const places = await everyPlace();
  expect(places.length).toBeGreaterThan(60);
  const start = `compdef() { :; }\nsource ${folder.at(`holdfast.${shell}`)}\n`;
  const ran = spawnSync(shell, ['-c', `${start}${ASK[shell]?.(places)}`], { cwd: folder.path });
  expect(ran.stderr.toString()).toBe('');
  const offers = ran.stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').slice(1).sort());
  expect(offers).toEqual(places.map(({ takes }) => [...takes].sort()));
});

test('fish offers what the parser takes, at every verb and option', async () => {
  if (spawnSync('fish', ['-c', 'true']).error !== undefined) return;
  const places = await everyPlace();
  const lines = places.map(({ words }) => {
    const line = ['holdfast', ...words, isValue(words) ? '' : '-'].join(' ');
    return `complete -C '${line}' | string replace -r '\\t.*' '' | string join ' '; echo END`;
  });
  const ran = spawnSync('fish', ['-c', `source ${folder.at('holdfast.fish')}; ${lines.join('; ')}`], {
    cwd: folder.path,
  });
  expect(ran.stderr.toString()).toBe('');
  const offers = ran.stdout.toString().split('END\n').slice(0, -1);
  for (const [index, { words, takes }] of places.entries()) {
    const offered = (offers[index] ?? '').trim().split(/\s+/);
    expect(
      [...takes].filter((word) => !offered.includes(word)),
      words.join(' '),
    ).toEqual([]);
  }
});

/** What completion offers for the options of tables is what their reader takes, and all that it names. */
test('the words of options of tables are those that their reader takes', () => {
  const command = addTableOptions(new Command('x'));
  for (const name of TABLE_OPTION_NAMES) {
    const option = command.options.find((each) => each.attributeName() === name);
    if (!(option instanceof WordOption)) throw new Error(`no option ${name}`);
    const refused: string[] = [];
    const read = (text: string) =>
      readTableOption(name, text, String, (_code, _message, remedy) => refused.push(remedy));
    for (const word of option.words) read(word);
    expect(refused, name).toEqual([]);
    read('no such word');
    const named = /one of: (.*)\.$/.exec(refused[0] ?? '')?.[1]?.split(', ') ?? [];
    if (!option.isBoolean())
      expect(
        named.filter((word) => !option.words.includes(word)),
        name,
      ).toEqual([]);
  }
});

test.each(['bash', 'zsh', 'fish'])('%s finds no fault with its script', (shell) => {
  const there = spawnSync(shell, ['-c', 'true']);
  if (there.error !== undefined) return;
  const ran = spawnSync(shell, ['-n', folder.at(`holdfast.${shell}`)]);
  expect(ran.stderr.toString()).toBe('');
  expect(ran.status).toBe(0);
});

test('another shell is refused with those that there are', async () => {
  const ran = await holdfast(['completion', 'tcsh']);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('bash, zsh, fish') });
});
