/** The headers that firmware includes: their numbers are the core's, and C and C++ take them without a warning. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ACTION_NONE, STATE_NAMES } from '../../host/body/words.ts';
import { STATE_OF, SWEEP_ENDS } from '../../host/core/core.ts';
import { REFUSALS } from '../../host/refusals/refusals.ts';
import { ACTION_NAMES } from '../../host/source/model.ts';

const COMMON = fileURLToPath(new URL('../../targets/common', import.meta.url));
const HEADER = readFileSync(`${COMMON}/holdfast.h`, 'utf8');

/** Enumerators of the one enum that names `first`, with their values. */
function enumWith(first: string): Map<string, number> {
  const body = [...HEADER.matchAll(/enum \{([^}]*)\}/g)].map(([, text]) => text ?? '');
  const found = body.find((text) => text.split(/[,\s]/).includes(first)) ?? '';
  const values = new Map<string, number>();
  let next = 0;
  for (const entry of found.replace(/\/\*.*?\*\//gs, '').split(',')) {
    const [name, value] = entry.split('=').map((part) => part.trim());
    if (name === undefined || name === '') continue;
    next = value === undefined ? next : Number(value);
    values.set(name, next++);
  }
  return values;
}

describe('numbers of holdfast.h', () => {
  test('reasons of a FAULT', () => {
    // What only a request is answered with: windows and tokens, what can be confirmed, what can be measured.
    const isAnswerOnly = (code: number) => code < 10 || (code >= 50 && code <= 52) || code === 70;
    const wanted = [...REFUSALS].filter(([code]) => !isAnswerOnly(code));
    const reasons = enumWith('HOLDFAST_REASON_NONE');
    reasons.delete('HOLDFAST_REASON_NONE');
    expect([...reasons].sort()).toEqual(
      wanted.map(([code, { name }]): [string, number] => [`HOLDFAST_REASON_${name}`, code]).sort(),
    );
  });

  test('states, actions, selectors, ends of moves', () => {
    const numbered = (prefix: string, names: readonly string[]) =>
      names.map((name, code): [string, number] => [
        `HOLDFAST_${prefix}${name.toUpperCase().replace('-', '_')}`,
        code,
      ]);
    expect([...enumWith('HOLDFAST_FAULT')]).toEqual(numbered('', STATE_NAMES));
    expect([...enumWith('HOLDFAST_STOP')]).toEqual([
      ...numbered('', ACTION_NAMES),
      ['HOLDFAST_NO_ACTION', ACTION_NONE],
    ]);
    expect([...enumWith('HOLDFAST_END_WHOLE')]).toEqual(numbered('END_', SWEEP_ENDS));
    expect([...enumWith('HOLDFAST_STATE_MODE').values()]).toEqual(Object.values(STATE_OF));
  });
});

test.each([
  ['C', 'arm-none-eabi-gcc', ['-std=c11', '-x', 'c']],
  ['C++', 'arm-none-eabi-g++', ['-std=c++11', '-x', 'c++']],
] as const)('%s takes both headers without a warning', (_language, compiler, flags) => {
  const source =
    '#include "port.h"\n#include "holdfast.h"\nint main(void) { return holdfast_is_covered(0); }\n';
  const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wundef', '-Wshadow', '-Werror'];
  execFileSync(compiler, [...flags, ...warnings, `-I${COMMON}`, '-fsyntax-only', '-'], { input: source });
});
