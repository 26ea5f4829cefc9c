/** Reading editions out of a device, as more than one verb does it. */

import { HoldfastError } from '../../common/errors.ts';
import { imageBytesInSlot } from '../../image/edition-file.ts';
import type { Device } from '../../serial/device.ts';
import { createProgress } from '../../serial/progress.ts';
import { readSlot } from '../../serial/read-back.ts';

/** The slot of the running edition. Throws NO_EDITION (exit code 1) when there is none. */
export async function activeSlot(device: Device): Promise<number> {
  const active = (await device.images()).find((slot) => slot.active);
  if (active !== undefined) return active.slot;
  throw new HoldfastError('NO_EDITION', 'The device runs no edition.', {
    remedy: 'Name a slot with `--slot`.',
    exitCode: 1,
  });
}

/** The whole image in a slot, read back with its progress on stderr. */
export async function pullSlot(device: Device, slot: number): Promise<Uint8Array> {
  const { bufferBytes } = await device.parameters();
  const progress = createProgress(process.stderr, device.clock);
  try {
    const totalBytes = await imageBytesInSlot(slot, (offset, bytes) => device.readBack(slot, offset, bytes));
    return await readSlot(device, totalBytes, {
      slot,
      bufferBytes,
      onProgress: (step) => progress.report({ step: 'read', ...step }),
    });
  } finally {
    progress.end();
  }
}
