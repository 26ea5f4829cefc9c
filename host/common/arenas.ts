import { ARENAS, BUILD_LIMITS, type BuildName } from '../format.ts';

/** Builds of the core, and what `--arena` calls those for controllers: the bytes that a map may take. */

/** From the smallest on. */
export const BUILD_NAMES = Object.keys(BUILD_LIMITS) as BuildName[];

export type ArenaName = keyof typeof ARENAS;

/** From the smallest on. */
export const ARENA_NAMES = Object.keys(ARENAS) as ArenaName[];

/** The arena that firmware has unless another one is asked for: the largest, so that later editions may grow. */
export const ARENA_DEFAULT: ArenaName = '128K';

/** What a build is called; null for one that is no controller's. */
export function arenaOf(build: BuildName): ArenaName | null {
  return ARENA_NAMES.find((name) => ARENAS[name] === build) ?? null;
}

/** `an arena of 4K`, or `the large build`. */
export function buildWords(build: BuildName): string {
  const arena = arenaOf(build);
  return arena === null ? `the ${build} build` : `an arena of ${arena}`;
}
