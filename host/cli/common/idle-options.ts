import type { Command } from 'commander';
import { HoldfastError } from '../../common/errors.ts';
import { sayOption } from '../../import/say.ts';

/**
 * Refuses options that do nothing with what is read: who says one means something by it. `names` are those of commander; `why` ends the
 * sentence.
 * @throws HoldfastError USAGE
 */
export function refuseIdle(command: Command, names: readonly string[], why: string): void {
  const idle = names.find((name) => command.getOptionValueSource(name) === 'cli');
  if (idle === undefined) return;
  throw new HoldfastError('USAGE', `${sayOption(idle)} does nothing here: ${why}`, {
    remedy: 'Leave it out.',
  });
}
