import { Option } from 'commander';
import { ARENA_DEFAULT, ARENA_NAMES, type ArenaName } from '../../common/arenas.ts';
import { HoldfastError } from '../../common/errors.ts';
import { isWithin } from '../../core/fitting-arena.ts';
import type { Target } from '../../firmware/target-file.ts';

/** `--arena`, by which verbs are told which build of the core a controller has. */
export function arenaOption(description: string): Option {
  return new Option('--arena <size>', description).choices(ARENA_NAMES);
}

/** What was asked for, else the largest that the board has RAM for; null: the virtual controller. Throws HoldfastError USAGE. */
export function chosenArena(
  asked: ArenaName | undefined,
  target: Pick<Target, 'name' | 'arena'> | null,
): ArenaName {
  const most = target?.arena ?? ARENA_DEFAULT;
  if (asked === undefined || target === null || isWithin(asked, most)) return asked ?? most;
  throw new HoldfastError('USAGE', `${target.name} has no RAM for an arena of ${asked}; it takes ${most}.`, {
    remedy: `Leave --arena out, or give --arena ${most}.`,
  });
}
