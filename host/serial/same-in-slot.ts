/**
 * Whether a slot holds what was sent, as flash has it now. By digests, unless every byte is asked for or the core knows no digests: each
 * is over a nonce of its own, so that the device cannot answer without reading.
 *
 *     digest of 32 KiB ── equal ──▶ the next
 *            └─ differs ──▶ digests of 4 KiB name the bad pieces ──▶ the bytes of the first one name the byte
 */

import { createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '../common/errors.ts';
import { NONCE_BYTES, RC } from '../format.ts';
import { RefusedError } from '../refusals/refusals.ts';
import type { Device } from './device.ts';
import { type ReadOptions, readBytes, readSlot } from './read-back.ts';

/** How a slot is read back: by digests over what lies in flash, or byte for byte. */
export const READ_BACK_WAYS = ['digest', 'bytes'] as const;
export type ReadBackWay = (typeof READ_BACK_WAYS)[number];

/** Digested at once: a loop of 100 calls a second takes 0.3 s for it. */
const DIGEST_BYTES = 32 * 1024;
/** The piece in which a fault is named: a sector of many flashes. */
const NAMED_BYTES = 4096;
/** Pieces named at most; of others there is the number. */
const NAMED_MAX = 4;

const REMEDY = 'Push the image again; if it happens again, the flash of the device is worn out.';

export interface SameOptions extends ReadOptions {
  /** By digests unless given. */
  way?: ReadBackWay | undefined;
}

/**
 * Reads `sent` back from the start of a slot, in an open window. Resolves with the way in which it was done: `bytes` too when the core
 * knows no digests. Throws `READBACK_MISMATCH` naming the pieces and the first byte that differ, `READBACK_UNSTABLE` when the flash gave
 * other bits from one reading to the next (exit code 3), `SLOT_SHORT`, and what requests throw.
 */
export async function requireSameInSlot(
  device: Device,
  sent: Uint8Array,
  options: SameOptions,
): Promise<ReadBackWay> {
  if (options.way !== 'bytes' && (await hasDigests(device, sent, options))) return 'digest';
  const content = await readSlot(device, sent.length, options);
  const at = differsAt(sent, content);
  if (at !== null) throw mismatch(options.slot, at, sent, content, '');
  return 'bytes';
}

/** False: the core knows no digests. */
async function hasDigests(device: Device, sent: Uint8Array, options: SameOptions): Promise<boolean> {
  try {
    await requireDigests(device, sent, options);
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.group === null && error.rc === RC.notSupported) return false;
    throw error;
  }
}

interface Piece {
  from: number;
  to: number;
}

async function requireDigests(device: Device, sent: Uint8Array, options: SameOptions): Promise<void> {
  const whole = { from: 0, to: sent.length };
  for (const piece of piecesOf(whole, DIGEST_BYTES)) {
    if (!(await isSame(device, sent, options.slot, piece))) {
      throw await differing(device, sent, options, { from: piece.from, to: sent.length });
    }
    options.onProgress?.({ doneBytes: piece.to, totalBytes: sent.length });
  }
}

/** Whether flash holds this piece of what was sent. */
async function isSame(device: Device, sent: Uint8Array, slot: number, { from, to }: Piece): Promise<boolean> {
  const nonce = randomBytes(NONCE_BYTES);
  const wanted = createHash('sha256').update(nonce).update(sent.subarray(from, to)).digest();
  return wanted.equals(await device.digest(slot, from, to - from, nonce));
}

/** What is to be said of `within`, which did not read back as it was sent. */
async function differing(
  device: Device,
  sent: Uint8Array,
  options: SameOptions,
  within: Piece,
): Promise<HoldfastError> {
  const bad: Piece[] = [];
  for (const piece of piecesOf(within, NAMED_BYTES)) {
    if (!(await isSame(device, sent, options.slot, piece))) bad.push(piece);
  }
  const [first] = bad;
  if (first === undefined) return unstable(options.slot, within);
  const { slot, bufferBytes } = options;
  const content = await readBytes(device, first.from, first.to, { slot, bufferBytes });
  const at = differsAt(sent.subarray(first.from, first.to), content);
  if (at === null) return unstable(slot, first);
  return mismatch(
    slot,
    first.from + at,
    sent,
    { at: (place) => content[place - first.from] },
    piecesWords(bad),
  );
}

function piecesOf({ from, to }: Piece, bytes: number): Piece[] {
  return Array.from({ length: Math.ceil((to - from) / bytes) }, (_, index) => ({
    from: from + index * bytes,
    to: Math.min(from + (index + 1) * bytes, to),
  }));
}

/** The first byte that differs; null: none. */
function differsAt(sent: Uint8Array, content: Uint8Array): number | null {
  const at = sent.findIndex((byte, index) => byte !== content[index]);
  return at < 0 ? null : at;
}

function piecesWords(pieces: readonly Piece[]): string {
  const named = pieces.slice(0, NAMED_MAX).map(({ from, to }) => `${from} to ${to - 1}`);
  const more = pieces.length > NAMED_MAX ? [`${pieces.length - NAMED_MAX} pieces more`] : [];
  return ` What differs lies in bytes ${[...named, ...more].join(', ')}.`;
}

function mismatch(
  slot: number,
  at: number,
  sent: Uint8Array,
  content: { at: (place: number) => number | undefined },
  where: string,
): HoldfastError {
  return new HoldfastError(
    'READBACK_MISMATCH',
    `Slot ${slot} does not hold what was sent: byte ${at} is ${content.at(at)} and should be ${sent[at]}.${where}`,
    { remedy: REMEDY, exitCode: 3 },
  );
}

function unstable(slot: number, { from, to }: Piece): HoldfastError {
  return new HoldfastError(
    'READBACK_UNSTABLE',
    `Bytes ${from} to ${to - 1} of slot ${slot} read back differently from one time to the next.`,
    { remedy: REMEDY, exitCode: 3 },
  );
}
