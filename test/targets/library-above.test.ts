/**
 * A check above service on one core, as holdfast.h allows it: after every instruction of every slice that changes what check reads, or the
 * struct of a verdict, a signal asks for words and verdicts. Library and program are compiled as one, so that the compiler sees both sides.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readEdition } from '../../host/image/edition-file.ts';
import { compileEdition } from '../support/editions.ts';
import { libraryFolder } from '../support/library.ts';
import { recordFrames, serveProgram, updateConfirmed } from '../support/library-line.ts';

const path = (name: string) => fileURLToPath(new URL(`library/${name}`, import.meta.url));
const BURNED_BYTES = 512;
const VERDICT_BYTES = 36;
// The trap flag is pushed onto the stack, below which a red zone would lie.
const FLAGS = ['-std=gnu11', '-mno-red-zone', '-Wall', '-Wextra', '-Wno-unused-function'];

const folder = await libraryFolder(await compileEdition({ epoch: 1, limit: 80 }));
afterAll(() => folder.remove());
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 3 });
const include = [`-I${folder.at('src')}`, `-I${folder.at('fake')}`];
const place = (name: string, text = readFileSync(folder.at('src/holdfast_core.inc'), 'utf8')) =>
  Number(new RegExp(`#define HOLDFAST_${name} (\\d+)u`).exec(text)?.[1]);
const watchedAt = place('BURNED') + BURNED_BYTES;
const watched = [
  `-DWATCHED_AT=${watchedAt}`,
  `-DWATCHED_BYTES=${place('VERDICT') + VERDICT_BYTES - watchedAt}`,
  // The program is the line itself.
  '-Dholdfast_port_serial_write=fake_serial_write',
];

/** Compiles library, fake port and program in one unit. `core` stands in the place of the generated part. */
function oneUnit(compiler: string, level: string, core = 'holdfast_core.inc'): string {
  const unit = folder.at('above-unit.c');
  writeFileSync(
    folder.at('src/above_library.c'),
    readFileSync(folder.at('src/holdfast.c'), 'utf8').replace('holdfast_core.inc', core),
  );
  writeFileSync(
    unit,
    [
      `#include "${path('above.c')}"`,
      '#undef holdfast_port_serial_write',
      '#include "above_library.c"',
      '',
    ].join('\n'),
  );
  const program = folder.at(`above-${compiler}${level}-${core}`);
  const others = ['src/holdfast_burned.c', 'fake/holdfast_fake.c'].map(folder.at);
  const objects = others.map((source) => `${source}.above.o`);
  others.forEach((source, index) => {
    const renamed = source.includes('fake') ? watched.slice(2) : [];
    execFileSync(compiler, [
      ...FLAGS,
      '-Og',
      ...renamed,
      ...include,
      '-c',
      source,
      '-o',
      objects[index] ?? '',
    ]);
  });
  execFileSync(
    compiler,
    [...FLAGS, level, ...watched.slice(0, 2), ...include, unit, ...objects, '-o', program],
    { stdio: 'pipe' },
  );
  return program;
}

/** What a client sends to a fresh device that is parked: an update that is confirmed, with questions before and behind. */
const frames = await (async () => {
  const program = folder.at('device');
  const sources = ['src/holdfast.c', 'src/holdfast_burned.c', 'fake/holdfast_fake.c'].map(folder.at);
  execFileSync('gcc', [...FLAGS, '-Og', ...include, path('fake.c'), ...sources, '-o', program]);
  const served = await serveProgram(program, ['serve', folder.at('state'), 'tcp:0', 'parked']);
  const to = folder.at('frames');
  await recordFrames(served.port, to, async (device) => {
    await device.check({ x: 500 });
    await updateConfirmed(device, readEdition(second));
    await device.check({ x: 1500 });
  });
  await served.end('SIGKILL');
  return to;
})();

test.each([
  ['gcc', '-O2'],
  ['clang', '-O2'],
])(
  '%s %s: every answer is of one edition, MAINTENANCE or FAULT, and service tells what it told alone',
  (compiler, level) => {
    const ran = spawnSync(oneUnit(compiler, level), [frames], { encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    const [questions = 0, covered = 0, , , maintenance = 0] = [...ran.stdout.matchAll(/\d+/g)].map(Number);
    expect(questions).toBeGreaterThan(10_000);
    expect(covered).toBeGreaterThan(100);
    expect(maintenance).toBeGreaterThan(100);
  },
);

test.each([
  [
    'the map is asked while it is loaded',
    /(?<=\*word = )value(?=;\n {2}__atomic_signal_fence\(__ATOMIC_SEQ_CST\))/,
    '0xcf',
    /neither edition|a rule without|no state/,
  ],
])('the test sees it when %s', (_name, what, instead, words) => {
  const text = readFileSync(folder.at('src/holdfast_core.inc'), 'utf8');
  const changed = text.replace(what, instead);
  expect(changed).not.toBe(text);
  writeFileSync(folder.at('src/changed_core.inc'), changed);
  const ran = spawnSync(oneUnit('gcc', '-O1', 'changed_core.inc'), [frames], { encoding: 'utf8' });
  expect(ran.status).toBe(1);
  expect(ran.stderr).toMatch(words);
});

test('the test sees it when a verdict from above is left in the struct of the core', () => {
  const library = folder.at('src/holdfast.c');
  const whole = readFileSync(library, 'utf8');
  try {
    writeFileSync(library, whole.replace('  holdfast_copy_verdict(shared, before);\n', ''));
    const ran = spawnSync(oneUnit('gcc', '-O1'), [frames], { encoding: 'utf8' });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('the client was told something else');
  } finally {
    writeFileSync(library, whole);
  }
});
