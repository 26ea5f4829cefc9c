import type { ArenaName } from '../host/common/arenas.ts';

/** What is wanted of the smallest build: RAM with its stack, and code with constants. */
export const RAM_GOAL_BYTES: number;
export const CODE_GOAL_BYTES: number;

/** Bytes that the C library of an arena takes on a Cortex-M0+ at -Os. */
export function sizesOf(
  arena: ArenaName,
): Promise<{ readonly code: number; readonly linked: number; readonly ram: number; readonly stack: number }>;
