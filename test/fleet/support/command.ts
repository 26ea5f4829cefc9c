/** The command of the fleet as its user runs it: the built one, in a process of its own. */
import { fileURLToPath } from 'node:url';
import { packageUrl } from '../../../host/common/root.ts';
import { type Ran, runNode } from '../../support/command.ts';

const MAIN = fileURLToPath(packageUrl('build/js/fleet/cli/main.js'));

/** Runs a verb of the fleet and waits for its end. */
export function fleet(
  argv: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  return runNode([MAIN, ...argv], options);
}
