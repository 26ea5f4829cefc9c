/** Whether a device has room for an edition's map in its memory: said with figures, before anything is sent. */
import { residentBytesOf } from '../body/decode.ts';
import { ARENA_NAMES } from '../common/arenas.ts';
import { roomRemedy, smallestArena } from '../core/fitting-arena.ts';
import { ARENAS, BUILD_LIMITS } from '../format.ts';
import { parseImage } from '../image/container.ts';
import type { Refusal } from '../refusals/refusals.ts';

/** null: it has, as far as bytes tell. @param arenaBytes that the device has for a map */
export async function roomRefusal(image: Uint8Array, arenaBytes: number): Promise<Refusal | null> {
  const residentBytes = residentBytesOf(parseImage(image).body);
  if (residentBytes <= arenaBytes) return null;
  const arena = ARENA_NAMES.find((name) => BUILD_LIMITS[ARENAS[name]].arenaBytes === arenaBytes) ?? null;
  const smallest = await smallestArena(image);
  const larger = smallest === null ? null : `Burn firmware with an arena of ${smallest}`;
  return {
    name: 'TOO_LARGE',
    words: `this edition takes ${residentBytes} bytes, and the device has ${arenaBytes} for a map`,
    remedy: roomRemedy(image, arena, larger),
  };
}
