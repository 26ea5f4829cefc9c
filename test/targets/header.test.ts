/** The headers that firmware includes: C and C++ take them without a warning. */

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

const COMMON = fileURLToPath(new URL('../../targets/common', import.meta.url));

test.each([
  ['C', 'arm-none-eabi-gcc', ['-std=c11', '-x', 'c']],
  ['C++', 'arm-none-eabi-g++', ['-std=c++11', '-x', 'c++']],
] as const)('%s takes both headers without a warning', (_language, compiler, flags) => {
  const source =
    '#include "port.h"\n#include "holdfast.h"\nint main(void) { return holdfast_is_covered(0); }\n';
  const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wundef', '-Wshadow', '-Werror'];
  execFileSync(compiler, [...flags, ...warnings, `-I${COMMON}`, '-fsyntax-only', '-'], { input: source });
});
