/** All checks, one after the other: style, types, the specs of the core, and the suites of the host, end to end included. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCommand } from './packages.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const CHECKS = [
  { name: 'style', command: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'test/tsconfig.json'] },
  {
    name: 'specs of the core (as-pect)',
    command: ['node_modules/@as-pect/cli/bin/asp.js', '--summary', '--no-logo'],
  },
  {
    name: 'suites of the host (vitest)',
    command: ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
  },
];

/** Programs that suites run, by the names they go by, and the Debian packages that bring each. */
const PROGRAMS = [
  { names: ['chromium', 'chromium-browser', 'google-chrome'], packages: ['chromium'] },
  { names: ['arm-none-eabi-gcc'], packages: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'] },
  {
    names: ['riscv64-unknown-elf-gcc'],
    packages: ['gcc-riscv64-unknown-elf', 'picolibc-riscv64-unknown-elf'],
  },
  { names: ['qemu-system-riscv32'], packages: ['qemu-system-misc'] },
  { names: ['gcc'], packages: ['gcc', 'libc6-dev'] },
  { names: ['clang'], packages: ['clang'] },
  { names: ['cmake'], packages: ['cmake'] },
  { names: ['make'], packages: ['make'] },
];

for (const { names, packages } of PROGRAMS) {
  try {
    ensureCommand(names, packages);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

const failed = [];
for (const { name, command } of CHECKS) {
  console.error(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(', ')}`);
  process.exit(1);
}
console.error('\nall checks passed');
