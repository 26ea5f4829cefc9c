/** All checks, one after the other: style, types, the specs of the core, and the suites of the host, end to end included. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
