/** Where the core's buffers lie, of which format/memory.yaml tells. */
import { MEMORY } from '../../host/format.ts';

const FIRST_BUFFER_AT = 0x40;

/** Where a buffer of the core lies in its memory, and its bytes. Throws RangeError for one that it does not have. */
export function bufferAt(wanted: string): { from: number; bytes: number } {
  let from = FIRST_BUFFER_AT;
  for (const [name, bytes] of MEMORY.buffers) {
    if (name === wanted) return { from, bytes };
    from += bytes;
  }
  throw new RangeError(wanted);
}
