/** How places of editions are looked up, as more than one verb says it. */
import { type ChosenBody, encodeBody } from '../../body/encode.ts';
import type { Partition } from '../../body/partition.ts';
import { HoldfastError } from '../../common/errors.ts';
import type { MapPartition } from '../../compile/compile.ts';
import { chosenPlane } from '../../compile/plane-form.ts';
import { lookupWords } from '../../cycles/lookup-words.ts';
import { type Steps, stepsOfKinds } from '../../cycles/steps.ts';
import { parseImage } from '../../image/container.ts';
import { isPlane } from '../../source/plane-model.ts';
import type { LoadedEdition } from './editions.ts';

/**
 * The lookup of an edition: `directories, 3 halvings: 71 cycles a check on rp2040`; of a source as compile chooses; null: no build holds
 * it.
 */
export function lookupOf({ partition, image }: LoadedEdition<MapPartition>): string | null {
  if (image !== null) return lookupWords(stepsOfImage(image));
  if (isPlane(partition)) return lookupWords(chosenPlane(partition, 'device').steps);
  const body = bodyOf(partition);
  return body && lookupWords(body.steps, { bytes: body.directoryBytes, other: body.other?.steps ?? null });
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
