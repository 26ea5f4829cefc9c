/** Whether a device would accept an image, as far as what it tells of itself shows: nothing is written, and no window is needed. */

import { EPOCH_MAX, GROUP, IMAGE_ERROR, KEY_ID_BYTES, OUTCOME, OUTCOME_NAMES, REFUSALS } from '../format.ts';
import { requireTaken } from '../image/body-version.ts';
import { type ParsedImage, parseImage } from '../image/container.ts';
import { describeRefusal, type Refusal } from '../refusals/refusals.ts';
import type { Replaced } from '../source/model.ts';
import type { DeviceStatus, OutcomeName, SlotState } from './answers.ts';
import type { Device } from './device.ts';
import { ALREADY_CONFIRMED } from './push.ts';
import { roomRefusal } from './room.ts';

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

/** What waits is examined once more before anything takes its place, or is said to be it. */
const WAITING_PASSES = 'whether the edition that waits still passes: one that does not is given up';

type RefusalName = (typeof REFUSALS)[number]['name'];

export interface JudgeOptions {
  /** Whether the image would be insisted on, as `push --force` does. */
  forced?: boolean;
}

/**
 * Judges `image`, the whole container. Throws what `parseImage` throws, `BODY_NOT_TAKEN` (exit code 1), and device trouble (exit code 3).
 */
export async function judge(
  device: Device,
  image: Uint8Array,
  options: JudgeOptions = {},
): Promise<Acceptance> {
  const parsed = parseImage(image);
  const status = await device.status();
  const { body, layouts } = status;
  if (body !== null && layouts !== null) requireTaken(image, { version: body, layouts });
  const slots = await device.images();
  const hash = Buffer.from(parsed.digest).toString('hex');
  const isFallback = status.trial && slots.some((slot) => slot.hash === hash && slot.confirmed);
  const there =
    status.hash === hash ||
    slots.some((slot) => slot.hash === hash && (slot.pending || (slot.confirmed && !isFallback)));
  const judged: Judged = {
    parsed,
    status,
    slots,
    tooLarge: status.arena === null ? null : await roomRefusal(image, status.arena),
    isRoom: there || (await fits(device, slots, image.length)),
    wasReverted: !there && (await wasReverted(device, status, hash)),
    forced: options.forced ?? false,
  };
  const refusals = there ? [] : isFallback ? [ALREADY_CONFIRMED] : refusalsOf(judged);
  return {
    epoch: parsed.identity.epoch,
    accepts: there || refusals.length === 0,
    refusals,
    there,
    waits: there ? [] : waitsOf(judged, device.token),
    unknown: there ? unknownOfThere(status, hash) : unknownOf(judged),
  };
}

/** What an image is judged by. */
interface Judged {
  readonly parsed: ParsedImage;
  readonly status: DeviceStatus;
  readonly slots: readonly SlotState[];
  /** Why its memory does not hold the map; null: it does, or does not say how much it has. */
  readonly tooLarge: Refusal | null;
  /** Whether the free slot is large enough. */
  readonly isRoom: boolean;
  /** Whether the last thing that became of it is that it was given up on trial. */
  readonly wasReverted: boolean;
  readonly forced: boolean;
}

/** In the order in which a device decides. */
function refusalsOf(judged: Judged): Refusal[] {
  return [
    ...faultRefusals(judged.status),
    ...(judged.isRoom ? [] : [describeRefusal(GROUP.image, IMAGE_ERROR.invalidImageTooLarge)]),
    ...[...firstPieceNames(judged), ...identityNames(judged)].map(refusalNamed),
    ...(judged.tooLarge === null ? [] : [judged.tooLarge]),
    ...followNames(judged).map(refusalNamed),
  ];
}

/** Faults in which a device opens no window, so that it takes nothing. */
const FAULTS_WITHOUT_WINDOW: readonly RefusalName[] = ['BURNED_BLOCK', 'GEOMETRY', 'MEMORY_CHANGED'];

function faultRefusals({ reason }: DeviceStatus): Refusal[] {
  return FAULTS_WITHOUT_WINDOW.filter((name) => codeOf(name) === reason).map(refusalNamed);
}

/**
 * What is refused before anything is written. An edition that waits and is not listed was found not to pass any more: the device looks
 * at it once more and gives it up.
 */
function firstPieceNames({ parsed, status, slots }: Judged): RefusalName[] {
  if (status.trial) return ['NOT_ALLOWED_ON_TRIAL'];
  if (waits(status) && slots.some((slot) => slot.pending)) return ['PENDING'];
  const confirmed = confirmedOf(slots);
  return confirmed !== null && parsed.identity.epoch <= confirmed.epoch ? ['EPOCH_STALE'] : [];
}

function identityNames({ parsed, status }: Judged): RefusalName[] {
  const { identity, signature } = parsed;
  const names: RefusalName[] = [];
  if (identity.map !== status.map) names.push('MAP_ID');
  if (identity.device !== status.device) names.push('DEVICE_CLASS');
  if (!status.dev && signature === null) names.push('SIGNATURE_MISSING');
  if (!status.dev && signature !== null && !isBurned(signature, status)) names.push('KEY_UNKNOWN');
  return names;
}

/** Whether it may follow the edition that is confirmed, which a trial decides; one that is not newer was refused before. */
function followNames({ parsed: { identity }, status, slots, wasReverted, forced }: Judged): RefusalName[] {
  if (status.trial) return [];
  const confirmed = confirmedOf(slots);
  if (confirmed !== null && identity.epoch <= confirmed.epoch) return [];
  const isOther =
    confirmed !== null &&
    !identity.replaces.some((entry) => namesEdition(entry, confirmed.epoch, confirmed.hash));
  return [
    ...(isOther ? (['REPLACES_OTHER'] as const) : []),
    ...(!forced && identity.epoch === EPOCH_MAX ? (['EPOCH_LAST'] as const) : []),
    ...(!forced && wasReverted ? (['REVERTED_BEFORE'] as const) : []),
  ];
}

/** The confirmed edition, where its epoch is told. */
function confirmedOf(slots: readonly SlotState[]): { epoch: number; hash: string } | null {
  const slot = slots.find(({ confirmed }) => confirmed);
  const epoch = slot === undefined ? null : epochOf(slot);
  return slot === undefined || epoch === null ? null : { epoch, hash: slot.hash };
}

/** What becomes of an edition that did not run on trial then. */
const NEVER_RAN: readonly (OutcomeName | undefined)[] = [
  OUTCOME_NAMES[OUTCOME.refusedAtActivation],
  OUTCOME_NAMES[OUTCOME.withdrawn],
];

/**
 * Whether the newest that became of this edition once it ran is that it was reverted: whether it was then given up before it ran, or
 * refused, says nothing of that. An earlier core does not remember.
 */
async function wasReverted(device: Device, { core }: DeviceStatus, hash: string): Promise<boolean> {
  if (core === null) return false;
  const ran = (await device.history()).find(
    (past) => past.hash === hash && !NEVER_RAN.includes(past.outcome),
  );
  return ran?.outcome.startsWith('reverted-') ?? false;
}

function codeOf(name: RefusalName): number {
  return REFUSALS.find((refusal) => refusal.name === name)?.code ?? 0;
}

function refusalNamed(name: RefusalName): Refusal {
  return describeRefusal(GROUP.holdfast, codeOf(name));
}

function isBurned({ keyHash }: NonNullable<ParsedImage['signature']>, { keys }: DeviceStatus): boolean {
  return keys.includes(Buffer.from(keyHash.subarray(0, KEY_ID_BYTES)).toString('hex'));
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

/** Whether an edition waits to be activated, listed or not. */
function waits({ stage }: DeviceStatus): boolean {
  return stage === 'pending' || stage === 'armed';
}

function waitsOf({ status, forced }: Judged, ownToken: number | null): string[] {
  const { mode, parked, shared, token } = status;
  if (mode !== 'window') {
    return [
      parked
        ? 'open a window: `holdfast window open`, or `push --window`'
        : 'park the machine, then open a window',
    ];
  }
  if (token === ownToken || (shared && !forced)) return [];
  return [`give the token of the window that is open, ${token}, with \`--token\`, or wait until it ends`];
}

/** The edition that runs is there for sure; of the one that waits, key and bits may be gone. */
function unknownOfThere(status: DeviceStatus, hash: string): string[] {
  return waits(status) && status.hash !== hash ? [WAITING_PASSES] : [];
}

function unknownOf({ parsed: { signature }, status, slots }: Judged): string[] {
  const isVerified = signature !== null && (!status.dev || isBurned(signature, status));
  return [
    ...(slots.some((slot) => slot.confirmed) ? [] : ['whether its epoch is above the last confirmed one']),
    ...(status.trial ? ['whether it may follow what is confirmed after the trial'] : []),
    ...(status.core === null ? [] : ['whether it was reverted before the history begins']),
    ...(waits(status) ? [WAITING_PASSES] : []),
    ...(isVerified ? ['whether the signature holds'] : []),
    status.arena === null ? 'whether the map fits its memory and budget' : 'whether its steps fit the budget',
    'whether its flash takes it',
  ];
}
