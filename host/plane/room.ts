/** What lookups of planes may take, and which of two takes fewer cycles in it. */

/** Of a forest, as it would be encoded. */
export interface ForestSize {
  readonly depth: number;
  /** Bytes of grids, nodes and leaves, where nodes have 16 bytes. */
  readonly bytes: number;
  /** The same where they have 12; null where a coefficient needs more than 16 bits. */
  readonly shortBytes: number | null;
}

/** Bytes that a controller has for grids, nodes and leaves; or, for a map that only hosts hold, bytes of its nodes of 16 bytes. */
export interface Room {
  readonly bytes: number;
  readonly isOfHost: boolean;
}

/** Cycles of a level on the RP2040, where nodes of 12 bytes take most more; and what a check takes more with nodes of 12 bytes. */
export const LEVEL_CYCLES = { long: 14, short: 15 };
export const SHORT_MORE_CYCLES = 1;

/** Cycles of all levels in the form that takes the fewest of those that fit; infinite where none fits. */
export function levelCycles({ depth, bytes, shortBytes }: ForestSize, room: Room): number {
  if (bytes <= room.bytes) return LEVEL_CYCLES.long * depth;
  if (room.isOfHost || shortBytes === null || shortBytes > room.bytes) return Number.POSITIVE_INFINITY;
  return SHORT_MORE_CYCLES + LEVEL_CYCLES.short * depth;
}

/** Fewer cycles, or as many and fewer bytes; where neither fits, fewer bytes. */
export function isBetter(one: ForestSize, other: ForestSize, room: Room): boolean {
  const [ofOne, ofOther] = [levelCycles(one, room), levelCycles(other, room)];
  return ofOne < ofOther || (ofOne === ofOther && one.bytes < other.bytes);
}
