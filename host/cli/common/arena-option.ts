import { Option } from 'commander';
import { ARENA_NAMES } from '../../common/arenas.ts';

/** `--arena`, by which verbs are told which build of the core a controller has. */
export function arenaOption(description: string): Option {
  return new Option('--arena <size>', description).choices(ARENA_NAMES);
}
