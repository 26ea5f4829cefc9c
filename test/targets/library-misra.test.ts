/** MISRA.md says what a checker finds in the C library's own files, its fake port and its examples, no more and no less. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compileEdition } from '../support/editions.ts';
import { libraryFolder } from '../support/library.ts';
import { deviations, findings } from '../support/misra.ts';
import { STAND_INS, writeStandIns } from '../support/stand-ins.ts';

const folder = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
afterAll(() => folder.remove());

/** Sources of the examples, and the world whose headers they include. */
const EXAMPLES: readonly [string, (keyof typeof STAND_INS)?][] = [
  ['first/main.c'],
  ['bare-metal/main.c'],
  ['bare-metal/port.c'],
  ['freertos/main.c', 'freertos'],
  ['pico-sdk/main.c', 'pico-sdk'],
  ['stm32f4/flash.c', 'stm32f4'],
  ['stm32f4/main.c', 'stm32f4'],
  ['zephyr/src/main.c', 'zephyr'],
  ['esp-idf/main/main.c', 'esp-idf'],
];

test('the table of what was written by hand', () => {
  const headers = ['holdfast.h', 'holdfast_port.h', 'holdfast_place.h', 'holdfast_map.h'];
  writeFileSync(folder.at('headers.c'), headers.map((name) => `#include "${name}"\n`).join(''));
  const found = ['src/holdfast_burned.c', 'headers.c'].flatMap((source) => findings(folder, source));
  const names = new Set(found.map(({ file, rule }) => `${basename(file)} ${rule}`));
  // What the file around the generated core deviates in is held by library-misra-core.test.ts.
  const said = deviations(folder, 'Written by hand').filter((line) => !line.startsWith('holdfast.c '));
  expect(said).toEqual([...names].sort());
});

test('the table of what is for tests, and to be replaced', () => {
  for (const world of Object.keys(STAND_INS)) writeStandIns(folder, world as keyof typeof STAND_INS);
  const fake = `-I${folder.at('fake')}`;
  const found = EXAMPLES.flatMap(([source, world]) =>
    findings(
      folder,
      `examples/${source}`,
      world === undefined
        ? [fake]
        : [`-I${folder.at(`stand-ins/${world}`)}`, `-I${folder.at('examples/stm32f4')}`],
    ),
  ).concat(findings(folder, 'fake/holdfast_fake.c', [fake]));
  // By folder: `fake`, or that of the example.
  const names = found.flatMap(({ file, rule }) => {
    const [, name] = /^(?:examples\/)?([^/]+)\//.exec(file) ?? [];
    return name === undefined || name === 'src' || name === 'stand-ins' ? [] : [`${name} ${rule}`];
  });
  expect(deviations(folder, 'For tests, and to be replaced')).toEqual([...new Set(names)].sort());
}, 120_000);
