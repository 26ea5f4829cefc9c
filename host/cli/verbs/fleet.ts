import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { EXIT_DEVICE, HoldfastError } from '../../common/errors.ts';
import { packageUrl } from '../../common/root.ts';

/** `holdfast fleet`: hands everything to the command of the fleet, a package of its own that few need. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function register(program: Command): void {
  program
    .command('fleet')
    .description('plants: what every controller should run, and cells that change together')
    .argument('[words...]', 'a verb of the fleet and what it takes; `holdfast fleet --help` lists them')
    .helpOption(false)
    .allowUnknownOption()
    .action(run);
}

/** Throws HoldfastError FLEET_MISSING. */
async function run(): Promise<void> {
  const main = fileURLToPath(packageUrl('build/js/fleet/cli/main.js'));
  if (!existsSync(main)) {
    throw new HoldfastError('FLEET_MISSING', 'the package of the fleet is not installed here', {
      remedy:
        'Get the sources of Holdfast and run `npm ci`, then `npm run fleet -- --help`, in their folder.',
    });
  }
  const child = spawn(process.execPath, [main, ...process.argv.slice(3)], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? EXIT_DEVICE));
  });
  for (const signal of SIGNALS) process.off(signal, pass);
}
