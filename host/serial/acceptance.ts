/** Whether a device would accept an image, as far as what it tells of itself shows: nothing is written, and no window is needed. */

import { GROUP, IMAGE_ERROR, KEY_ID_BYTES, REFUSALS } from '../format.ts';
import { requireTaken } from '../image/body-version.ts';
import { type ParsedImage, parseImage } from '../image/container.ts';
import { describeRefusal, type Refusal } from '../refusals/refusals.ts';
import type { Replaced } from '../source/model.ts';
import type { DeviceStatus, SlotState } from './answers.ts';
import type { Device } from './device.ts';

export interface Acceptance {
  epoch: number;
  accepts: boolean;
  /** Why it would not, in the order in which the device decides. */
  refusals: Refusal[];
  /** Whether the edition runs or waits already. */
  there: boolean;
  /** What has to happen before anything can be written. */
  waits: string[];
  /** What only the device can decide. */
  unknown: string[];
}

type RefusalName = (typeof REFUSALS)[number]['name'];

/**
 * Judges `image`, the whole container. Throws what `parseImage` throws, `BODY_NOT_TAKEN` (exit code 1), and device trouble (exit code 3).
 */
export async function judge(device: Device, image: Uint8Array): Promise<Acceptance> {
  const parsed = parseImage(image);
  const status = await device.status();
  const { body, layouts } = status;
  if (body !== null && layouts !== null) requireTaken(image, { version: body, layouts });
  const slots = await device.images();
  const hash = Buffer.from(parsed.digest).toString('hex');
  const there =
    status.hash === hash || slots.some((slot) => slot.hash === hash && (slot.pending || slot.confirmed));
  const refusals = there ? [] : refusalsOf(parsed, status, slots, await fits(device, slots, image.length));
  return {
    epoch: parsed.identity.epoch,
    accepts: there || refusals.length === 0,
    refusals,
    there,
    waits: there ? [] : waitsOf(status),
    unknown: unknownOf(parsed, status),
  };
}

function refusalsOf(
  { identity, signature }: ParsedImage,
  status: DeviceStatus,
  slots: readonly SlotState[],
  isRoom: boolean,
): Refusal[] {
  const names: RefusalName[] = [];
  if (status.trial) names.push('NOT_ALLOWED_ON_TRIAL');
  else if (slots.some((slot) => slot.pending)) names.push('PENDING');
  if (!status.dev && signature === null) names.push('SIGNATURE_MISSING');
  if (!status.dev && signature !== null && !status.keys.includes(keyId(signature.keyHash)))
    names.push('KEY_UNKNOWN');
  if (identity.map !== status.map) names.push('MAP_ID');
  if (identity.device !== status.device) names.push('DEVICE_CLASS');
  const confirmed = slots.find((slot) => slot.confirmed);
  const epoch = confirmed === undefined ? null : epochOf(confirmed);
  if (confirmed !== undefined && epoch !== null) {
    if (identity.epoch <= epoch) names.push('EPOCH_STALE');
    else if (!identity.replaces.some((entry) => namesEdition(entry, epoch, confirmed.hash)))
      names.push('REPLACES_OTHER');
  }
  const refusals = names.map(refusalNamed);
  if (!isRoom) refusals.push(describeRefusal(GROUP.image, IMAGE_ERROR.invalidImageTooLarge));
  return refusals;
}

function refusalNamed(name: RefusalName): Refusal {
  const code = REFUSALS.find((refusal) => refusal.name === name)?.code ?? 0;
  return describeRefusal(GROUP.holdfast, code);
}

function keyId(hash: Uint8Array): string {
  return Buffer.from(hash.subarray(0, KEY_ID_BYTES)).toString('hex');
}

function namesEdition({ epoch, hashPrefix }: Replaced, ofEpoch: number, hash: string): boolean {
  return epoch === ofEpoch && hash.startsWith(hashPrefix);
}

/** Of a version 0.0.0.EPOCH; null for another. */
function epochOf({ version }: SlotState): number | null {
  const [, digits] = /^0\.0\.0\.(\d{1,10})$/.exec(version) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** Whether the free slot is large enough. */
async function fits(device: Device, slots: readonly SlotState[], bytes: number): Promise<boolean> {
  const confirmed = slots.find((slot) => slot.confirmed)?.slot;
  const sizes = await device.slotSizes();
  return sizes.every(({ slot, size }) => slot === confirmed || bytes <= size);
}

function waitsOf({ mode, parked }: DeviceStatus): string[] {
  if (mode === 'window') return [];
  return [
    parked
      ? 'open a window: `holdfast window open`, or `push --window`'
      : 'park the machine, then open a window',
  ];
}

function unknownOf({ signature }: ParsedImage, { dev }: DeviceStatus): string[] {
  const checked = ['whether the map fits its memory and budget', 'whether its flash takes it'];
  return signature !== null && !dev ? ['whether the signature holds', ...checked] : checked;
}
