/** MISRA.md says what a checker finds in the C library's own files, no more and no less. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ensureCommand } from '../../host/setup/packages.mjs';
import { compileEdition } from '../support/editions.ts';
import { libraryFolder } from '../support/library.ts';

const CHECKER = ensureCommand('cppcheck', 'cppcheck');
const folder = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
afterAll(() => folder.remove());

/** GCC for a 32-bit processor, as far as the sources ask about it. */
const COMPILER = [
  ...['-D__GNUC__=12', '-D__BYTE_ORDER__=1', '-D__ORDER_LITTLE_ENDIAN__=1', '-D__OPTIMIZE__=1'],
  ...['-DUINTPTR_MAX=0xffffffffu', '--platform=unix32', '--std=c11'],
];

/** `file rule` of each finding in one source and the headers that it includes. Throws where the checker gives up. */
function findings(source: string): string[] {
  const argv = ['--addon=misra', '-q', '--template={file}|{id}|{severity}', ...COMPILER];
  const ran = spawnSync(CHECKER, [...argv, `-I${folder.at('src')}`, source], { encoding: 'utf8' });
  const lines = ran.stderr.split('\n').filter((line) => line.split('|').length === 3);
  const failed = lines.filter((line) => /\|(?:error|warning|information)$/.test(line));
  if (ran.status !== 0 || failed.length > 0) throw new Error(`cppcheck on ${source}: ${ran.stderr}`);
  return lines.flatMap((line) => {
    const [file = '', id = ''] = line.split('|');
    const [, rule] = /^misra-c2012-(.+)$/.exec(id) ?? [];
    return rule === undefined ? [] : [`${basename(file)} ${rule}`];
  });
}

/** `file rule` of the first table of MISRA.md. */
function said(): string[] {
  const [table = ''] = readFileSync(folder.at('MISRA.md'), 'utf8').split('Beyond what was checked');
  return [...table.matchAll(/^\| (\d+\.\d+) \| (.+?) \|/gm)].flatMap(([, rule, files = '']) =>
    [...files.matchAll(/`([\w.]+)`/g)].map(([, file]) => `${file} ${rule}`),
  );
}

test('the table of deviations is what cppcheck finds', () => {
  // The core is a megabyte of generated C, which the checker does not get through: holdfast.c stands beside an empty one.
  mkdirSync(folder.at('alone'));
  copyFileSync(folder.at('src/holdfast.c'), folder.at('alone/holdfast.c'));
  writeFileSync(folder.at('alone/holdfast_core.inc'), '');
  writeFileSync(
    folder.at('headers.c'),
    '#include "holdfast.h"\n#include "holdfast_place.h"\n#include "holdfast_map.h"\n',
  );
  const found = ['alone/holdfast.c', 'src/holdfast_burned.c', 'headers.c'].flatMap((source) =>
    findings(folder.at(source)),
  );
  expect(found.length).toBeGreaterThan(0);
  expect(said().sort()).toEqual([...new Set(found)].sort());
});
