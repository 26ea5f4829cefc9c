/**
 * A device for drills: the released core on paged flash, asked over its line in calls that do not wait. Power goes at an operation of
 * its flash when whoever watches that operation throws PowerCut.
 */
import type { Geometry } from '../../host/core/geometry.ts';
import { BUILD_LIMITS, GROUP, HOLDFAST, IMAGE, OS, STATE_OF } from '../../host/format.ts';
import type { CborFields } from '../../host/serial/cbor.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeMessage, encodeMessage } from '../../host/serial/smp.ts';
import { buildOf } from './buffers.ts';
import { type CoreState, CoreTrap, type DrillCore, type MakeCore } from './drill-core.ts';
import { type Operation, PagedFlash } from './paged-flash.ts';

/** Power went; the device does nothing any more until it starts again. */
export class PowerCut extends Error {}

/** The device does not do what a device does: no answer, or one that nobody can read. */
export class Silence extends Error {}

/** A slice takes so long that a watchdog resets the device. */
class Hang extends Error {}

/** Slices that any request needs at most, before its answer and after it. */
const SLICES_MAX = 200_000;
const SLICES_AFTER = 40_000;
const PIECE_BYTES_MAX = 600;
const PIECE_AROUND_BYTES = 112;
const VERSION = 1;
const READ = 0;
const WRITE = 2;

export interface DrillDeviceOptions {
  readonly makeCore: MakeCore;
  readonly geometry: Geometry;
  readonly burned: Uint8Array;
  readonly content: Uint8Array;
  /** Calls of the port in one slice at which it counts as hung; absent: none are too many. */
  readonly callsASliceMax?: number;
  /** Slices after which an answer is not waited for any more. */
  readonly patienceSlices?: number;
}

export type Answer = ReadonlyMap<unknown, unknown>;

/** A refusal, as SMP has it: the group whose code it is, or null for a generic one. */
export interface Refusal {
  readonly group: number | null;
  readonly code: number;
}

export class DrillDevice {
  readonly core: DrillCore;
  readonly flash: PagedFlash;
  readonly #unpowered: CoreState;
  readonly #frames = new Map<string, Uint8Array>();
  #decoder = new FrameDecoder();
  #messages: Uint8Array[] = [];
  #resetAsked = false;
  parked = true;
  tick = 0;
  /** Checks that the loop says it did in a slice. */
  checksASlice = 1;
  /** Carried by every write; null: none. */
  token: number | null = null;
  /** Why the last start ended in FAULT; 0 when an edition runs. */
  reason = 0;
  resets = 0;
  /** Slices that ended in a trap of the core, or that it did not come back from: the board starts again then. */
  traps = 0;
  #callsLeft = Number.POSITIVE_INFINITY;
  readonly #callsMax: number;
  readonly #patience: number;
  /** Sees each operation before it is done; may throw PowerCut. */
  onOperation: (operation: Operation) => void = () => {};
  /** Sees the device after each slice of a request or of a wait. */
  onSlice: () => void = () => {};

  constructor(options: DrillDeviceOptions) {
    const { makeCore, geometry, burned, content } = options;
    this.#callsMax = options.callsASliceMax ?? Number.POSITIVE_INFINITY;
    this.#patience = options.patienceSlices ?? SLICES_MAX;
    this.flash = new PagedFlash(geometry, content);
    this.core = makeCore(geometry, burned, {
      flashRead: (area, offset, destination, bytes) => {
        if (--this.#callsLeft < 0) throw new Hang('the core does not come back');
        return Number(!this.flash.read(area >>> 0, offset >>> 0, this.#bytesAt(destination, bytes)));
      },
      flashErase: (area, offset) => this.#operate(this.flash.eraseOperation(area >>> 0, offset >>> 0)),
      flashProgram: (area, offset, source, bytes) =>
        this.#operate(this.flash.programOperation(area >>> 0, offset >>> 0, this.#bytesAt(source, bytes))),
      serialWrite: (source, bytes) => {
        this.#messages.push(...this.#decoder.push(this.#bytesAt(source, bytes)));
        return bytes;
      },
      safeInput: () => Number(this.parked),
      ticks: () => this.tick,
      reset: () => {
        this.#resetAsked = true;
      },
    });
    this.#unpowered = this.core.keep();
  }

  #bytesAt(location: number, bytes: number): Uint8Array {
    return this.core.bytes.subarray(location >>> 0, (location >>> 0) + (bytes >>> 0));
  }

  #operate(operation: Operation | null): number {
    if (operation === null) {
      this.flash.misuses++;
      return 1;
    }
    this.onOperation(operation);
    this.flash.perform(operation);
    return 0;
  }

  /** Power comes: only flash is as it was. Gives the reason of the FAULT, 0 when an edition runs. */
  start(): number {
    this.#messages = [];
    return this.#boot();
  }

  #boot(): number {
    this.core.putBack(this.#unpowered);
    this.#decoder = new FrameDecoder();
    this.#resetAsked = false;
    this.token = null;
    this.flash.start();
    this.#callsLeft = Number.POSITIVE_INFINITY;
    this.reason = this.core.boot() >>> 0;
    return this.reason;
  }

  /** Takes the device up where its core and flash were put back to. */
  takeUp(token: number | null): void {
    this.#messages = [];
    this.#decoder = new FrameDecoder();
    this.#resetAsked = false;
    this.token = token;
    this.traps = 0;
    this.reason = 0;
    this.parked = true;
  }

  /** Lets the loop run. */
  run(slices: number): void {
    for (let slice = 0; slice < slices; slice++) this.#slice();
  }

  #slice(): void {
    this.#callsLeft = this.#callsMax;
    try {
      this.core.service(this.checksASlice);
    } catch (error) {
      const isTrap = error instanceof CoreTrap || error instanceof WebAssembly.RuntimeError;
      if (!isTrap && !(error instanceof Hang)) throw error;
      this.traps++;
      this.#resetAsked = true;
    }
    this.onSlice();
    if (!this.#resetAsked) return;
    this.resets++;
    this.#boot();
  }

  stateOf(what: keyof typeof STATE_OF): number {
    return this.core.stateOf(STATE_OF[what]) >>> 0;
  }

  /** Bytes from the line. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.core.receive(byte);
  }

  /** Messages that the device sent since this was asked. */
  sent(): Uint8Array[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  /** Sends a request and runs until it is answered and nothing is left to do. Throws Silence. */
  ask(operation: number, group: number, id: number, fields: CborFields = {}): Answer {
    const header = { version: VERSION, operation, group, sequence: 1, id };
    this.receive(encodeFrame(encodeMessage(header, fields)));
    return this.#awaitAnswer(group, id);
  }

  /** As ask, with the bytes of the frame kept under a name for the next time. */
  #askKept(name: string, id: number, fields: () => CborFields): Answer {
    let frame = this.#frames.get(name);
    if (frame === undefined) {
      const header = { version: VERSION, operation: WRITE, group: GROUP.image, sequence: 1, id };
      frame = encodeFrame(encodeMessage(header, fields()));
      this.#frames.set(name, frame);
    }
    this.receive(frame);
    return this.#awaitAnswer(GROUP.image, id);
  }

  #awaitAnswer(group: number, id: number): Answer {
    for (let slice = 0; this.#messages.length === 0; slice++) {
      if (slice === this.#patience) throw new Silence(`no answer to ${group}/${id}`);
      this.#slice();
    }
    const [message] = this.sent();
    this.settle();
    return message === undefined ? new Map() : decodeMessage(message).body;
  }

  /** Runs until the core has nothing left to do. */
  settle(): void {
    this.run(1);
    for (let slice = 0; slice < SLICES_AFTER && this.stateOf('busy') !== 0; slice++) this.#slice();
    this.run(1);
  }

  // Requests. Each gives the refusal, or null.

  read(group: number, id: number, fields: CborFields = {}): Answer {
    return this.ask(READ, group, id, fields);
  }

  write(group: number, id: number, fields: CborFields = {}): Refusal | null {
    return refusalIn(this.ask(WRITE, group, id, { ...fields, token: this.token ?? undefined }));
  }

  /** Opens a window and keeps its token. */
  open(fields: CborFields = {}): Refusal | null {
    const answer = this.ask(WRITE, GROUP.holdfast, HOLDFAST.open, fields);
    const token = answer.get('token');
    if (typeof token === 'number') this.token = token;
    return refusalIn(answer);
  }

  /** Uploads what the device wants of it, piece by piece. */
  upload(image: Uint8Array, hash: Uint8Array, pieceBytes = this.pieceBytes): Refusal | null {
    for (let at = 0, pieces = 0; at < image.length; pieces++) {
      if (pieces > image.length) throw new Silence('an upload does not come to its end');
      const from = at;
      const name = `${this.token} ${Buffer.from(hash).toString('hex')} ${from} ${pieceBytes}`;
      const answer = this.#askKept(name, IMAGE.upload, () => ({
        off: from,
        data: image.subarray(from, from + pieceBytes),
        token: this.token ?? undefined,
        ...(from === 0 ? { len: image.length, sha: hash } : {}),
      }));
      const refusal = refusalIn(answer);
      if (refusal !== null) return refusal;
      const next = answer.get('off');
      if (typeof next !== 'number') throw new Silence('an upload is answered without an offset');
      at = next;
    }
    return null;
  }

  /** As much as a message of its build holds beside the other fields, and no more than makes several pieces of a small image. */
  get pieceBytes(): number {
    return Math.min(PIECE_BYTES_MAX, this.messageBytesMax - PIECE_AROUND_BYTES);
  }

  /** Bytes of the largest message that its build takes. */
  get messageBytesMax(): number {
    return BUILD_LIMITS[buildOf(this.core.arena.length)].messageBytesMax;
  }

  mark(hash: Uint8Array): Refusal | null {
    return this.write(GROUP.image, IMAGE.state, { hash });
  }

  confirm(hash?: Uint8Array): Refusal | null {
    return this.write(GROUP.image, IMAGE.state, { hash, confirm: true });
  }

  close(fields: CborFields = {}): Refusal | null {
    return this.write(GROUP.holdfast, HOLDFAST.close, fields);
  }

  /** Insists on an edition that may have been reverted. */
  force(hash: Uint8Array): Refusal | null {
    return this.write(GROUP.holdfast, HOLDFAST.force, { hash });
  }

  revert(): Refusal | null {
    return this.write(GROUP.holdfast, HOLDFAST.revert);
  }

  askReset(): Refusal | null {
    return this.write(GROUP.os, OS.reset);
  }

  status(): Answer {
    return this.read(GROUP.holdfast, HOLDFAST.status);
  }
}

/** The refusal that an answer is, if it is one. */
function refusalIn(answer: Answer): Refusal | null {
  const error = answer.get('err');
  if (error instanceof Map) return { group: Number(error.get('group')), code: Number(error.get('rc')) };
  const code = answer.get('rc');
  return typeof code === 'number' && code !== 0 ? { group: null, code } : null;
}
