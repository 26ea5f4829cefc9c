/** Which arena of a controller holds an image: the core itself is asked, build by build. */
import { isPlaneBody, residentBytesOf } from '../body/decode.ts';
import { ARENA_DEFAULT, ARENA_NAMES, type ArenaName } from '../common/arenas.ts';
import { HoldfastError } from '../common/errors.ts';
import { ARENAS, BUILD_LIMITS } from '../format.ts';
import { parseImage } from '../image/container.ts';
import { fittingLookup } from './arena-lookup.ts';
import { openImage } from './checker.ts';

export interface Fitting {
  /** Bytes that the map takes on a controller. */
  readonly residentBytes: number;
  /** The smallest arena that holds it. */
  readonly smallest: ArenaName;
}

/**
 * What an image takes of the arena of controllers that have `arena`, and could have `most`.
 *
 * @throws HoldfastError TOO_LARGE, with figures, when that does not hold it; what openImage throws for an image that no build takes,
 * however large
 */
export async function fittingArena(
  image: Uint8Array,
  arena: ArenaName,
  most: ArenaName = ARENA_DEFAULT,
): Promise<Fitting> {
  const { body } = parseImage(image);
  const residentBytes = residentBytesOf(body);
  const smallest = await smallestArena(image);
  if (smallest !== null && isWithin(smallest, arena)) return { residentBytes, smallest };
  const larger =
    smallest === null
      ? null
      : isWithin(smallest, most)
        ? `Give --arena ${smallest}`
        : `Take a board with an arena of ${smallest}`;
  const { arenaBytes, lineStepsMax, planeStepsMax } = BUILD_LIMITS[ARENAS[arena]];
  if (planeStepsMax === 0 && isPlaneBody(body)) {
    const message = `this edition is a plane, and controllers with an arena of ${arena} have lines only`;
    const remedy = larger === null ? FEWER : `${larger}.`;
    throw new HoldfastError('TOO_LARGE', message, { remedy });
  }
  const message = `this edition does not fit an arena of ${arena}: it takes ${residentBytes} bytes, and such a controller has ${arenaBytes} and searches at most ${isPlaneBody(body) ? planeStepsMax : lineStepsMax} steps`;
  throw new HoldfastError('TOO_LARGE', message, { remedy: roomRemedy(image, arena, larger) });
}

const FEWER = 'No controller holds it: use fewer zones or fewer phases.';

/**
 * What helps where an arena does not hold an image, a sentence.
 * @param arena null: it has a size that no build has
 * @param larger how to come to an arena that holds it, without a full stop; null: there is none
 */
export function roomRemedy(image: Uint8Array, arena: ArenaName | null, larger: string | null): string {
  const lookup = arena === null ? null : fittingLookup(image, ARENAS[arena]);
  if (lookup !== null) {
    return larger === null
      ? `Compile the map with --arena ${arena}: by ${lookup} it fits.`
      : `${larger}, or compile the map with --arena ${arena}: by ${lookup} it fits.`;
  }
  return larger === null ? FEWER : `${larger}, or use fewer zones or fewer phases.`;
}

/** Whether an arena is no larger than another. */
export function isWithin(arena: ArenaName, most: ArenaName): boolean {
  return ARENA_NAMES.indexOf(arena) <= ARENA_NAMES.indexOf(most);
}

/** null: none holds it, only the large build, which is no controller's. Throws what openImage throws for an image that it refuses, too. */
export async function smallestArena(image: Uint8Array): Promise<ArenaName | null> {
  for (const arena of ARENA_NAMES) if (await admits(image, arena)) return arena;
  await openImage(image);
  return null;
}

async function admits(image: Uint8Array, arena: ArenaName): Promise<boolean> {
  try {
    await openImage(image, { build: ARENAS[arena] });
    return true;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_ADMITTED') return false;
    throw error;
  }
}

/** What was taken, and why: one line for people. */
export function arenaWords(arena: ArenaName, asked: boolean, { residentBytes, smallest }: Fitting): string {
  const largest = arena === ARENA_DEFAULT ? 'the largest' : 'the largest that this board takes';
  const why = asked ? 'as asked for' : `${largest}, for editions to come`;
  const less = smallest === arena ? '' : `; an arena of ${smallest} holds it, too (--arena ${smallest})`;
  return `arena ${arena}, ${why}; this edition takes ${residentBytes} bytes of it${less}`;
}
