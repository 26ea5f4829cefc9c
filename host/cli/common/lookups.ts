/** How places of editions are looked up, as more than one verb says it. */
import { residentBytesOf } from '../../body/decode.ts';
import { type ChosenBody, encodeBody } from '../../body/encode.ts';
import type { Partition } from '../../body/partition.ts';
import { ARENA_DEFAULT } from '../../common/arenas.ts';
import { HoldfastError } from '../../common/errors.ts';
import type { MapPartition } from '../../compile/compile.ts';
import { chosenPlane } from '../../compile/plane-form.ts';
import { lookupWords } from '../../cycles/lookup-words.ts';
import { type Steps, stepsOfKinds } from '../../cycles/steps.ts';
import { ARENAS, BUILD_LIMITS } from '../../format.ts';
import { parseImage } from '../../image/container.ts';
import { isPlane } from '../../source/plane-model.ts';
import type { LoadedEdition } from './editions.ts';

/**
 * The lookup of an edition: `directories, 3 halvings: 71 cycles a check on rp2040`; of a source as compile chooses; null: no build holds
 * it.
 */
export function lookupOf({ partition, image }: LoadedEdition<MapPartition>): string | null {
  if (image !== null)
    return lookupWords(stepsOfImage(image), { isHeld: isHeld(residentBytesOf(parseImage(image).body)) });
  if (isPlane(partition)) {
    const { steps, residentBytes } = chosenPlane(partition, 'device');
    return lookupWords(steps, { isHeld: isHeld(residentBytes) });
  }
  const body = bodyOf(partition);
  if (body === null) return null;
  const { steps, directoryBytes, other, residentBytes } = body;
  return lookupWords(steps, {
    bytes: directoryBytes,
    other: other?.steps ?? null,
    isHeld: isHeld(residentBytes),
  });
}

/** Whether the largest arena of controllers has room for it. */
function isHeld(residentBytes: number): boolean {
  return residentBytes <= BUILD_LIMITS[ARENAS[ARENA_DEFAULT]].arenaBytes;
}

/** Steps of a check, as the image says them: those that its body takes, or it is none (`readPartition`). */
export function stepsOfImage(image: Uint8Array): Steps {
  return stepsOfKinds(parseImage(image).identity.steps);
}

function bodyOf(partition: Partition): ChosenBody | null {
  try {
    return encodeBody(partition, 'auto');
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'TOO_LARGE') return null;
    throw error;
  }
}
