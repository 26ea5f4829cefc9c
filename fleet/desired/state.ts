import { readJson } from '../../host/common/json.ts';
import { Strict } from '../common/strict.ts';
import { CONTROLLERS_MAX, SEQUENCE_MAX, STATE_IMAGE_BYTES_MAX } from '../limits.ts';
import { malformed, payloadOf, type SignedKind } from './envelope.ts';

/**
 * What the controllers of a fleet should run, as it is signed: an edition for each map and class, and beside it a reissue for repair. A
 * server cannot sign, so the way forward out of a half-confirmed cell is signed beforehand.
 */

export const STATE: SignedKind = {
  type: 'application/vnd.holdfast.fleet-state+json',
  code: 'STATE',
  noun: 'state',
  from: 'whoever signs for this fleet',
};
const STATE_VERSION = 1;
const READ = new Strict((what) => malformed(STATE, what));

/** An image by what identifies it. */
export interface WantedImage {
  readonly epoch: number;
  /** The hash of the edition, 64 hexadecimal digits: what a device calls it. */
  readonly hash: string;
  /** SHA-256 of the whole file, 64 hexadecimal digits: what an agent asks for. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What every controller with this map and class should run. */
export interface Wanted {
  readonly map: string;
  readonly device: string;
  readonly edition: WantedImage;
  /** The same map under a higher epoch, which may follow `edition` and all that `edition` may follow. */
  readonly reissue: WantedImage;
}

export interface DesiredState {
  readonly fleet: string;
  /** Rises with each state that is signed, from 1. */
  readonly sequence: number;
  /** Valid from, and until before; milliseconds since 1970, whole seconds. */
  readonly issuedMs: number;
  readonly expiresMs: number;
  /** One for each pair of map and class. */
  readonly maps: readonly Wanted[];
}

/** The bytes that are signed. */
export function encodeState(state: DesiredState): Uint8Array {
  const { fleet, sequence, issuedMs, expiresMs, maps } = state;
  const text = {
    'holdfast-fleet-state': STATE_VERSION,
    fleet,
    sequence,
    issued: timestampOf(issuedMs),
    expires: timestampOf(expiresMs),
    maps: maps.map(({ map, device, edition, reissue }) => ({ map, class: device, edition, reissue })),
  };
  return Buffer.from(`${JSON.stringify(text)}\n`);
}

/** Reads what `encodeState` wrote. Throws HoldfastError STATE_MALFORMED. */
export function decodeState(payload: Uint8Array): DesiredState {
  const read = readJson(Buffer.from(payload).toString('utf8'));
  if ('fault' in read) throw malformed(STATE, `its payload ${read.fault}`);
  const fields = ['holdfast-fleet-state', 'fleet', 'sequence', 'issued', 'expires', 'maps'] as const;
  const value = READ.object(read.value, fields);
  if (value['holdfast-fleet-state'] !== STATE_VERSION) throw malformed(STATE, 'its version is unknown');
  const state = {
    fleet: READ.name(value.fleet, 'fleet'),
    sequence: READ.integer(value.sequence, 'sequence', 1, SEQUENCE_MAX),
    issuedMs: momentOf(value.issued, 'issued'),
    expiresMs: momentOf(value.expires, 'expires'),
    maps: READ.list(value.maps, 'maps', 1, CONTROLLERS_MAX).map(decodeWanted),
  };
  const pairs = state.maps.map(({ map, device }) => `${map} ${device}`);
  if (new Set(pairs).size !== pairs.length) throw malformed(STATE, 'it names a map and class twice');
  if (state.issuedMs >= state.expiresMs) throw malformed(STATE, 'it expires before it is issued');
  return state;
}

function decodeWanted(entry: unknown): Wanted {
  const value = READ.object(entry, ['map', 'class', 'edition', 'reissue']);
  const wanted = {
    map: READ.name(value.map, 'map'),
    device: READ.name(value.class, 'class'),
    edition: decodeImage(value.edition),
    reissue: decodeImage(value.reissue),
  };
  if (wanted.reissue.epoch > wanted.edition.epoch) return wanted;
  throw malformed(STATE, `the reissue of ${wanted.map} has no higher epoch than its edition`);
}

function decodeImage(entry: unknown): WantedImage {
  const value = READ.object(entry, ['epoch', 'hash', 'sha256', 'bytes']);
  return {
    epoch: READ.integer(value.epoch, 'epoch', 1, 2 ** 32 - 1),
    hash: READ.digest(value.hash, 'hash'),
    sha256: READ.digest(value.sha256, 'sha256'),
    bytes: READ.integer(value.bytes, 'bytes', 1, STATE_IMAGE_BYTES_MAX),
  };
}

/** `2026-12-24T00:00:00Z`, and nothing else. */
function momentOf(value: unknown, what: string): number {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(ms) && timestampOf(ms) === value) return ms;
  throw malformed(STATE, `its ${what} is not written like 2026-12-24T00:00:00Z`);
}

/** Whole seconds in UTC. */
export function timestampOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}

/** When a state was signed, of an envelope that was judged when it was taken in; milliseconds since 1970. */
export function issuedMsOf(envelope: string): number {
  return stateIn(envelope).issuedMs;
}

/** The state in an envelope that was judged when it was taken in. */
export function stateIn(envelope: string): DesiredState {
  return decodeState(payloadOf(envelope));
}
