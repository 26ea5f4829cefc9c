/** What a checker of MISRA C:2012 finds in files of the C library, and what its MISRA.md says of them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ensureCommand } from '../../host/setup/packages.mjs';
import type { LibraryFolder } from './library.ts';

const CHECKER = ensureCommand('cppcheck', 'cppcheck');

/** GCC for a 32-bit processor, as far as the sources ask about it. */
const COMPILER = [
  ...['-D__GNUC__=12', '-D__BYTE_ORDER__=1', '-D__ORDER_LITTLE_ENDIAN__=1', '-D__OPTIMIZE__=1'],
  ...['-DUINTPTR_MAX=0xffffffffu', '--platform=unix32', '--std=c11'],
];

export interface Finding {
  /** In the library's folder. */
  readonly file: string;
  /** Such as 10.4. */
  readonly rule: string;
}

/** Findings in one source and the headers of the library that it includes. Throws where the checker gives up. */
export function findings(folder: LibraryFolder, source: string, options: readonly string[] = []): Finding[] {
  const argv = ['--addon=misra', '-q', '--template={file}|{id}|{severity}', ...COMPILER, ...options];
  const ran = spawnSync(CHECKER, [...argv, `-I${folder.at('src')}`, folder.at(source)], { encoding: 'utf8' });
  const lines = ran.stderr.split('\n').filter((line) => line.split('|').length === 3);
  const failed = lines.filter((line) => /\|(?:error|warning|information)$/.test(line));
  if (ran.status !== 0 || failed.length > 0) throw new Error(`cppcheck on ${source}: ${ran.stderr}`);
  return lines.flatMap((line) => {
    const [path = '', id = ''] = line.split('|');
    const [, rule] = /^misra-c2012-(.+)$/.exec(id) ?? [];
    return rule === undefined ? [] : [{ file: relative(folder.at('.'), path), rule }];
  });
}

/** `NAME RULE` of each line of the table under a heading of MISRA.md. */
export function deviations(folder: LibraryFolder, heading: string): string[] {
  const text = readFileSync(folder.at('MISRA.md'), 'utf8');
  const [, section = ''] = text.split(`## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  const said = [...table.matchAll(/^\| (\d+\.\d+) \| (.+?) \|/gm)].flatMap(([, rule, names = '']) =>
    [...names.matchAll(/`([\w.-]+)`/g)].map(([, name]) => `${name} ${rule}`),
  );
  if (said.length === 0) throw new Error(`MISRA.md has no table under "${heading}"`);
  return said.sort();
}
