/** MISRA.md says what a checker finds in the generated core, and in the file that includes it. */
import { basename } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { libraryFolder } from '../support/library.ts';
import { deviations, findings } from '../support/misra.ts';

const folder = await libraryFolder();
afterAll(() => folder.remove());

test('the table of the generated core is what cppcheck finds, and so is what is said of the file around it', () => {
  const found = new Set(
    findings(folder, 'src/holdfast.c').map(({ file, rule }) => `${basename(file)} ${rule}`),
  );
  const byHand = deviations(folder, 'Written by hand').filter((line) => line.startsWith('holdfast.c '));
  const of = (name: string) => [...found].filter((line) => line.startsWith(`${name} `)).sort();
  expect(deviations(folder, 'Generated')).toEqual(of('holdfast_core.inc'));
  expect(byHand).toEqual(of('holdfast.c'));
}, 240_000);
