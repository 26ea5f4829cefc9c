import { comparePartitions } from '../../host/audit/compare.ts';
import { comparisonWords } from '../../host/audit/compare-words.ts';
import { sameBytes, toHex } from '../../host/body/bytes.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { imageBytesInSlot } from '../../host/image/edition-file.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import type { Device } from '../../host/serial/device.ts';
import { readSlot } from '../../host/serial/read-back.ts';
import type { HeldImage } from './held-image.ts';

/** Lines of a comparison that are told; the whole one is what `holdfast diff` is for. */
const LINES_MAX = 12;

/**
 * Reads the running edition back out of flash and compares it with an image, row by row where bytes differ: what a device says of itself is
 * not believed.
 * @throws HoldfastError with exit code 1: RUNS_NOTHING, RUNS_OTHER for another edition, MAP_DAMAGED for other bytes under the same hash
 */
export async function examine(device: Device, { bytes: wanted, hash }: HeldImage): Promise<void> {
  const active = (await device.images()).find((slot) => slot.active);
  if (active === undefined) throw no('RUNS_NOTHING', 'The controller runs no edition.');
  const { slot } = active;
  const { bufferBytes } = await device.parameters();
  const length = await imageBytesInSlot(slot, (offset, count) => device.readBack(slot, offset, count));
  const found = await readSlot(device, length, { slot, bufferBytes });
  if (sameBytes(found, wanted)) return;
  const rows = rowWords(found, wanted);
  if (active.hash !== toHex(hash)) throw no('RUNS_OTHER', `It runs another edition: ${rows}`);
  throw no('MAP_DAMAGED', `What lies in its flash is not what it says it is: ${rows}`);
}

/** Where two images differ: "before" is what the device has. */
function rowWords(found: Uint8Array, wanted: Uint8Array): string {
  try {
    const lines = comparisonWords(comparePartitions(readPartition(found), readPartition(wanted)));
    return lines
      .slice(0, LINES_MAX)
      .map((line) => line.trim().replace(/ {2,}/g, ' '))
      .join('; ');
  } catch (error) {
    if (error instanceof HoldfastError) return `it cannot be compared: ${error.message}`;
    throw error;
  }
}

function no(code: string, message: string): HoldfastError {
  return new HoldfastError(code, message, { exitCode: 1 });
}
