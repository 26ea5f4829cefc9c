/**
 * A device as calls: one method a command of docs/SPEC.md section 7.
 *
 * Reading twice does no harm, so reads are repeated when an answer is lost. A write that must not happen twice is sent once; when
 * its answer is lost, the state is read to see whether it happened.
 */

import type { Clock } from '../common/clock.ts';
import { HoldfastError } from '../common/errors.ts';
import { GROUP, HOLDFAST, IMAGE, OS, TIMED } from '../format.ts';
import {
  type DeviceCounters,
  type DeviceOutcome,
  type DeviceStatus,
  type DeviceVerdict,
  type PastOutcome,
  readCounters,
  readHistory,
  readOutcome,
  readSlotSizes,
  readSlots,
  readStatus,
  readVerdict,
  type SlotSize,
  type SlotState,
} from './answers.ts';
import type { RequestFields, SmpClient, SmpRequest } from './client.ts';
import type { Fields } from './fields.ts';
import {
  encodeInputs,
  type MeasuredFigures,
  type MeasuredFunction,
  type MeasureInput,
  readMeasured,
  readSliceFigures,
  type SliceFigures,
} from './measures.ts';

/** Places of outcomes that are asked for at most, whatever a device says. */
const HISTORY_PLACES_MAX = 1024;
/** A hundred sweeps over the most cells that a map may let a move cross take long on a small processor. */
const MEASURE_TIMEOUT_MS = 15_000;
/** A digest waits until a slow loop has turned often enough to read all of it. */
const DIGEST_TIMEOUT_MS = 10_000;

export interface LeaseRequest {
  /** Lets clients write that know nothing of tokens. */
  shared?: boolean;
  /** Length of the lease; the device's longest unless given. */
  ticks?: number;
}

export interface Lease {
  token: number;
  ticks: number;
}

/** What is too small for any request of an upload, and what is used at most of a buffer, whatever a device says of it. */
const BUFFER_BYTES_MIN = 128;
const BUFFER_BYTES_MAX = 4096;

export interface Parameters {
  /** The device's decoded buffer, 128 to 4,096 bytes; its largest message is 4 bytes less. */
  bufferBytes: number;
  buffers: number;
}

export interface UploadPiece {
  offset: number;
  data: Uint8Array;
  /** With offset 0: bytes of the whole image and the session id (the hash of the edition). */
  begin?: { imageBytes: number; hash: Uint8Array };
}

export class Device {
  readonly #client: SmpClient;
  /** Carried by every write; set by `openWindow`, or from outside by who kept it. Null: writes pass in a shared lease only. */
  token: number | null;

  constructor(client: SmpClient, options: { token?: number | null } = {}) {
    this.#client = client;
    this.token = options.token ?? null;
  }

  get name(): string {
    return this.#client.name;
  }

  get clock(): Clock {
    return this.#client.clock;
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async echo(text: string): Promise<string> {
    const request = {
      what: 'echo',
      operation: 'write',
      group: GROUP.os,
      id: OS.echo,
      fields: { d: text },
    } as const;
    return (await this.#client.request(request)).text('r');
  }

  /** Throws `BUFFER_TOO_SMALL` for a device whose buffer holds no useful request. */
  async parameters(): Promise<Parameters> {
    const fields = await this.#read('parameters', GROUP.os, OS.parameters);
    const bufferBytes = fields.u32('buf_size');
    if (bufferBytes < BUFFER_BYTES_MIN) {
      throw new HoldfastError(
        'BUFFER_TOO_SMALL',
        `The device says that its buffer has ${bufferBytes} bytes, which is too small for a piece of an image.`,
        { remedy: 'Build the firmware with a `buf_size` of 384 bytes or more.', exitCode: 3 },
      );
    }
    return { bufferBytes: Math.min(bufferBytes, BUFFER_BYTES_MAX), buffers: fields.u32('buf_count') };
  }

  async status(): Promise<DeviceStatus> {
    return readStatus(await this.#read('status', GROUP.holdfast, HOLDFAST.status));
  }

  async outcome(): Promise<DeviceOutcome> {
    return readOutcome(await this.#read('outcome', GROUP.holdfast, HOLDFAST.outcome));
  }

  /** What became of editions, the newest first: as far back as the device remembers, at most 1,024 outcomes. */
  async history(): Promise<PastOutcome[]> {
    const past: PastOutcome[] = [];
    for (let back: number | null = 0; back !== null && back < HISTORY_PLACES_MAX; ) {
      const fields: Fields = await this.#read('history', GROUP.holdfast, HOLDFAST.history, { back });
      const { outcome, next } = readHistory(fields, back);
      if (outcome !== null) past.push(outcome);
      back = next;
    }
    return past;
  }

  async counters(): Promise<DeviceCounters> {
    return readCounters(await this.#read('counters', GROUP.holdfast, HOLDFAST.counters));
  }

  /** The slots that hold an edition: examined, or with `bootable` false not yet since the start. */
  async images(): Promise<SlotState[]> {
    return readSlots(await this.#read('state', GROUP.image, IMAGE.state));
  }

  /** What each slot holds at most, in bytes. */
  async slotSizes(): Promise<SlotSize[]> {
    return readSlotSizes(await this.#read('slots', GROUP.image, IMAGE.slotInfo));
  }

  /** The device's verdict for a coordinate relative to the origin of the axis, and a phase in ticks. */
  async check(place: { x: number; y?: number; phase?: number }): Promise<DeviceVerdict> {
    const fields = { x: place.x, y: place.y, phase: place.phase };
    return readVerdict(await this.#read('check', GROUP.holdfast, HOLDFAST.check, fields));
  }

  /** How long slices of `service` in RUN took since this was last asked. Asking again begins anew, so it is asked once. */
  async slices(): Promise<SliceFigures> {
    const request = {
      what: 'measure',
      operation: 'read',
      group: GROUP.holdfast,
      id: HOLDFAST.measure,
    } as const;
    return readSliceFigures(await this.#client.request({ ...request, fields: {}, attempts: 1 }));
  }

  /** Calls a function on each input and says how long that took; only in a window. At most `inputsARequest` of them. */
  async measure(what: MeasuredFunction, inputs: readonly MeasureInput[]): Promise<MeasuredFigures> {
    const fields = { what: TIMED[what], data: encodeInputs(what, inputs) };
    const request = this.#write('measure', GROUP.holdfast, HOLDFAST.measure, fields);
    const figures = readMeasured(await this.#client.request({ ...request, timeoutMs: MEASURE_TIMEOUT_MS }));
    if (figures.count === inputs.length && figures.worst < inputs.length) return figures;
    throw new HoldfastError(
      'ANSWER_MALFORMED',
      `The device measured ${figures.count} inputs of ${inputs.length}.`,
      {
        remedy: 'Check that the versions of the device and of this command match.',
        exitCode: 3,
      },
    );
  }

  /** Up to 1,024 bytes as they stand in flash; fewer only at the end of the slot. */
  async readBack(slot: number, offset: number, bytes: number): Promise<Uint8Array> {
    const fields = await this.#read('read', GROUP.holdfast, HOLDFAST.read, { slot, off: offset, len: bytes });
    const data = fields.bytes('data');
    if (fields.u32('off') !== offset || data.length > bytes) {
      throw new HoldfastError(
        'ANSWER_MALFORMED',
        `The device was asked for ${bytes} bytes at ${offset} of slot ${slot} and gave other bytes.`,
        {
          remedy: 'Check that the versions of the device and of this command match.',
          exitCode: 3,
        },
      );
    }
    return data;
  }

  /**
   * SHA-256 over `nonce` (16 bytes), then `bytes` of a slot from `offset` on, as they stand in flash when this is asked; only in a window.
   */
  async digest(slot: number, offset: number, bytes: number, nonce: Uint8Array): Promise<Uint8Array> {
    const request = this.#write('digest', GROUP.holdfast, HOLDFAST.digest, {
      slot,
      off: offset,
      len: bytes,
      nonce,
    });
    const fields = await this.#client.request({ ...request, timeoutMs: DIGEST_TIMEOUT_MS });
    const digest = fields.hash('hash');
    if (fields.u32('off') !== offset || digest.length === 0) {
      throw new HoldfastError(
        'ANSWER_MALFORMED',
        `The device was asked for a digest of ${bytes} bytes at ${offset} of slot ${slot} and gave another or none.`,
        { remedy: 'Check that the versions of the device and of this command match.', exitCode: 3 },
      );
    }
    return digest;
  }

  /**
   * Opens a maintenance window; its token goes with every later write of this object. Throws WINDOW_OWN (exit code 1) while the window
   * whose token this object has is open.
   */
  async openWindow(request: LeaseRequest = {}): Promise<Lease> {
    const before = await this.status();
    if (before.mode === 'window' && before.lease > 0 && before.token === this.token)
      throw windowOwn(before.token);
    const fields = { shared: request.shared, ticks: request.ticks };
    const lease = await this.#writeOnce<Lease>({
      request: { what: 'window open', operation: 'write', group: GROUP.holdfast, id: HOLDFAST.open, fields },
      read: (answer) => ({ token: answer.u32('token'), ticks: answer.u32('ticks') }),
      happened: async () => {
        const now = await this.status();
        const isOurs = before.mode === 'run' && now.mode === 'window' && now.token !== before.token;
        return isOurs ? { token: now.token, ticks: now.lease } : null;
      },
    });
    this.token = lease.token;
    return lease;
  }

  /** Closes the window; the edition that was marked in it is then activated on trial, unless `activate` is false. */
  async closeWindow({ activate = true }: { activate?: boolean } = {}): Promise<void> {
    await this.#writeOnce({
      request: this.#write('window close', GROUP.holdfast, HOLDFAST.close, activate ? { activate } : {}),
      read: () => true,
      happened: async () => ((await this.status()).mode === 'run' ? true : null),
    });
    this.token = null;
  }

  /** One piece of an upload. Resolves with the offset of the next byte that the device wants. */
  async uploadPiece(piece: UploadPiece, timeoutMs: number): Promise<number> {
    const fields = uploadFields(piece, this.token);
    const request = {
      what: 'upload',
      operation: 'write',
      group: GROUP.image,
      id: IMAGE.upload,
      fields,
      timeoutMs,
    } as const;
    return (await this.#client.request(request)).u32('off');
  }

  /** Marks the edition with this hash as pending: it is activated when the window closes. */
  async test(hash: Uint8Array): Promise<SlotState[]> {
    const name = Buffer.from(hash).toString('hex');
    return this.#writeOnce({
      request: this.#write('mark pending', GROUP.image, IMAGE.state, { hash, confirm: false }),
      read: readSlots,
      happened: async () => {
        const slots = await this.images();
        return slots.some((slot) => slot.hash === name && slot.pending) ? slots : null;
      },
    });
  }

  /** Confirms the edition on trial; with a hash, only if it is that one. */
  async confirm(hash?: Uint8Array): Promise<SlotState[]> {
    const trial = await this.status();
    return this.#writeOnce({
      request: this.#write('confirm', GROUP.image, IMAGE.state, { confirm: true, hash }),
      read: readSlots,
      happened: async () => {
        const now = await this.status();
        return trial.trial && !now.trial && now.hash === trial.hash ? this.images() : null;
      },
    });
  }

  /** Gives up the edition that is pending or on trial; the confirmed one runs. */
  async revert(): Promise<void> {
    await this.#writeOnce({
      request: this.#write('revert', GROUP.holdfast, HOLDFAST.revert, {}),
      read: () => true,
      happened: async () => ((await this.status()).stage === 'none' ? true : null),
    });
  }

  /** Insists, under the lease's own token, on an edition that may be refused for its past: it was reverted, or none can follow it. */
  async force(hash: Uint8Array): Promise<void> {
    await this.#client.request(this.#write('force', GROUP.holdfast, HOLDFAST.force, { hash }));
  }

  /** Resets the device; it answers first. What was marked under this lease is then on trial. */
  async reset(): Promise<void> {
    await this.#client.request({ ...this.#write('reset', GROUP.os, OS.reset, {}), attempts: 1 });
  }

  #read(what: string, group: number, id: number, fields: RequestFields = {}): Promise<Fields> {
    return this.#client.request({ what, operation: 'read', group, id, fields });
  }

  #write(what: string, group: number, id: number, fields: RequestFields): SmpRequest {
    return { what, operation: 'write', group, id, fields: { ...fields, token: this.token ?? undefined } };
  }

  /** Sends a write once; if its answer is lost, `happened` says what came of it, or null for nothing. */
  async #writeOnce<Result>(write: {
    request: SmpRequest;
    read: (answer: Fields) => Result;
    happened: () => Promise<Result | null>;
  }): Promise<Result> {
    try {
      return write.read(await this.#client.request({ ...write.request, attempts: 1 }));
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'NO_ANSWER') throw error;
      const result = await write.happened();
      if (result !== null) return result;
      return write.read(await this.#client.request({ ...write.request, attempts: 1 }));
    }
  }
}

/** The fields of an upload request, docs/SPEC.md section 7. */
export function uploadFields(piece: UploadPiece, token: number | null): RequestFields {
  return {
    off: piece.offset,
    data: piece.data,
    len: piece.begin?.imageBytes,
    sha: piece.begin?.hash,
    token: token ?? undefined,
  };
}

function windowOwn(token: number): HoldfastError {
  return new HoldfastError('WINDOW_OWN', `Your own window is still open, under token ${token}.`, {
    remedy: 'Go on in it, without `--window`, or run `holdfast window close --keep` first.',
    exitCode: 1,
  });
}
