/** Completion, in shells as their users have them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
