/**
 * The receive ring of the C library between two contexts, compiled as one with its user: by link-time optimisation, and in one unit. A
 * signal puts bytes in while the loop waits for BUSY; a loop that never wakes up is ended by the time that is left for it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { GROUP, OPERATION, OS } from '../../host/format.ts';
import { encodeFrame } from '../../host/serial/framing.ts';
import { encodeMessage } from '../../host/serial/smp.ts';
import { clang, libraryFolder, MACHINES, tool } from '../support/library.ts';

const SOURCE = fileURLToPath(new URL('library/ring.c', import.meta.url));
const FLAGS = ['-std=c11', '-D_DEFAULT_SOURCE', '-Wall', '-Wextra', '-Werror'];
const ANSWERS = 100;
const GIVEN_UP_MS = 120_000;
/** As long as a program is watched that is to hang. */
const HANGS_MS = 3000;

const folder = await libraryFolder();
afterAll(() => folder.remove());
const request = folder.at('request');
const header = { version: 1, operation: OPERATION.write, group: GROUP.os, sequence: 7, id: OS.echo };
writeFileSync(request, encodeFrame(encodeMessage(header, { d: 'as it was said '.repeat(12) })));

function built(
  compiler: string,
  flags: readonly string[],
  name: string,
  library = folder.at('src/holdfast.c'),
) {
  const program = folder.at(name);
  execFileSync(compiler, [...FLAGS, ...flags, `-I${folder.at('src')}`, library, SOURCE, '-o', program]);
  return program;
}

function run(program: string, timeout: number): string {
  return execFileSync(program, [request, `${ANSWERS}`], { encoding: 'utf8', timeout, stdio: 'pipe' });
}

describe('a loop that waits for BUSY wakes up, and every byte arrives in order', () => {
  test.each([
    ['gcc', ['-O2', '-flto']],
    ['gcc', ['-O3', '-flto']],
    ['gcc', ['-Os', '-flto']],
    ['clang', ['-O2']],
  ])('%s %s', (compiler, flags) => {
    const program = built(compiler, flags, `ring-${compiler}${flags.join('')}`);
    expect(run(program, GIVEN_UP_MS)).toMatch(new RegExp(`^${ANSWERS} answers`));
  });

  // What link-time optimisation sees, without a linker that has clang's.
  test.each([
    ['clang', '-O2'],
    ['clang', '-O3'],
  ])('%s %s, in one unit with its user', (compiler, level) => {
    const unit = folder.at('one-unit.c');
    writeFileSync(unit, `#include "holdfast.c"\n#include "${SOURCE}"\n`);
    const program = folder.at(`one-${compiler}${level}`);
    execFileSync(compiler, [...FLAGS, level, `-I${folder.at('src')}`, unit, '-o', program]);
    expect(run(program, GIVEN_UP_MS)).toMatch(new RegExp(`^${ANSWERS} answers`));
  });
});

test('in one unit with its user, no compiler takes the loads out of the loop that waits', () => {
  const unit = folder.at('wait.c');
  writeFileSync(
    unit,
    '#include "holdfast.c"\nvoid wait(void);\nvoid wait(void) {\n  while (!holdfast_state_of(HOLDFAST_STATE_BUSY)) {\n  }\n}\n',
  );
  // One of each kind of instruction set; the compilers differ between them.
  const machines = MACHINES.filter(({ name }) => ['Cortex-M0+', 'Cortex-M4F', 'RV32IMAC'].includes(name));
  for (const machine of machines) {
    const flags = ['-O2', '-std=gnu11', '-S', '-o', '-', `-I${folder.at('src')}`, unit];
    for (const [name, compile] of Object.entries({
      gcc: () => tool(machine, 'gcc', [...machine.flags, ...flags]),
      clang: () => clang(machine, flags),
    }))
      expect(loopsWithoutLoads(compile()), `${machine.name}, ${name}`).toEqual([]);
  }
});

/** Jumps of `wait` back to a label between which and the jump nothing is loaded. */
function loopsWithoutLoads(assembly: string): string[] {
  const lines = (/^wait:\n([\s\S]*?)^\s*\.size\s+wait/m.exec(assembly)?.[1] ?? '').split('\n');
  expect(lines.length).toBeGreaterThan(3);
  return lines.flatMap((line, at) => {
    const target = /^\s+(?:b\w*|j|beq\w?|bne\w?|cbn?z)\s+(?:\w+, ?)*(\.L\w+)/.exec(line)?.[1];
    const from = lines.findIndex((other) => other.startsWith(`${target}:`));
    if (target === undefined || from < 0 || from > at) return [];
    const loads = lines.slice(from, at).some((other) => /^\s+(?:ldr|lw|ldm)/.test(other));
    return loads || lines.slice(from, at).some((other) => /\bbl\b|\bcall\b/.test(other)) ? [] : [line.trim()];
  });
}

test('the test sees a ring that is not shared: the loop hangs, or its loads are gone', () => {
  const shared = readFileSync(folder.at('src/holdfast_core.inc'), 'utf8');
  const plain = shared
    .replace('*(const volatile uint32_t*)word', '*word')
    .replace('*(volatile uint32_t*)word = value', '*word = value')
    .replaceAll(/__atomic_signal_fence\(\w+\);/g, '');
  writeFileSync(folder.at('src/plain_core.inc'), plain);
  const library = readFileSync(folder.at('src/holdfast.c'), 'utf8');
  writeFileSync(folder.at('src/plain.c'), library.replaceAll('holdfast_core.inc', 'plain_core.inc'));
  const program = built('gcc', ['-O2', '-flto'], 'ring-plain', folder.at('src/plain.c'));
  expect(() => run(program, HANGS_MS)).toThrow(/ETIMEDOUT/);
});
