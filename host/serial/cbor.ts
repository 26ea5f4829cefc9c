/** CBOR as SMP needs it: one map a message, encoded with definite lengths, decoded with a depth and a size limit. */

import { decode, encode } from 'cborg';
import { HoldfastError } from '../common/errors.ts';
import { visible } from '../common/visible.ts';
import { isNestedDeeper } from './cbor-depth.ts';

/** What a request may carry. `undefined` fields are left out. */
export type CborValue = number | boolean | string | null | Uint8Array;
export type CborFields = Readonly<Record<string, CborValue | undefined>>;

/** Nesting of the deepest answer, slot info, is map, array, map, array, map. */
const DEPTH_MAX = 8;
const BYTES_MAX = 4096;

/** One map of definite length. Integers stay integers; nothing here may be a fraction. */
export function encodeCbor(fields: CborFields): Uint8Array {
  return encode(fields, { ignoreUndefinedProperties: true });
}

/**
 * The map that `bytes` hold, whole and alone. Indefinite lengths of maps and lists are accepted; repeated keys, nesting
 * deeper than 8, more than 4,096 bytes and anything that is no map are a `CBOR_MALFORMED`.
 */
export function decodeCbor(bytes: Uint8Array): Map<unknown, unknown> {
  if (bytes.length > BYTES_MAX) throw malformed(`${bytes.length} bytes of CBOR are more than ${BYTES_MAX}`);
  if (isNestedDeeper(bytes, DEPTH_MAX)) throw malformed(`CBOR is nested deeper than ${DEPTH_MAX}`);
  let value: unknown;
  try {
    value = decode(bytes, { useMaps: true, rejectDuplicateMapKeys: true, allowIndefinite: true });
  } catch (cause) {
    throw malformed(cause instanceof Error ? visible(cause.message) : 'not CBOR', cause);
  }
  if (!(value instanceof Map)) throw malformed('the message holds no CBOR map');
  examine(value);
  return value;
}

/** Refuses the stray break that the decoder lets stand as the value of a key. */
function examine(value: unknown): void {
  if (typeof value === 'symbol') throw malformed('a break in the place of a value');
  const children = value instanceof Map ? [...value.values()] : Array.isArray(value) ? value : [];
  for (const child of children) examine(child);
}

function malformed(detail: string, cause?: unknown): HoldfastError {
  return new HoldfastError('CBOR_MALFORMED', `The device's answer cannot be read: ${detail}.`, {
    remedy: 'Check that the versions of the device and of this command match.',
    exitCode: 3,
    cause,
  });
}
