/** Where the core's buffers lie, of which format/memory.yaml tells. */
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { BUILD_LIMITS, type BuildName, MEMORY } from '../../host/format.ts';

const FIRST_BUFFER_AT = 0x40;

/** Where a buffer of a build of the core lies in its memory, and its bytes. Throws RangeError for one that it does not have. */
export function bufferAt(wanted: string, build: BuildName = 'device'): { from: number; bytes: number } {
  let from = FIRST_BUFFER_AT;
  for (const [name, bytes] of MEMORY[build].buffers) {
    if (name === wanted) return { from, bytes };
    from += bytes;
  }
  throw new RangeError(wanted);
}

/** The build whose arena has so many bytes. Throws RangeError for a number that none has. */
export function buildOf(arenaBytes: number): BuildName {
  const found = BUILD_NAMES.find((name) => BUILD_LIMITS[name].arenaBytes === arenaBytes);
  if (found === undefined) throw new RangeError(`${arenaBytes}`);
  return found;
}
