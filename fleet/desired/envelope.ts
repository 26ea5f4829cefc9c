import { type KeyObject, sign, verify } from 'node:crypto';
import { toHex } from '../../host/body/bytes.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { readJson } from '../../host/common/json.ts';
import { keyHash } from '../../host/image/sign.ts';
import { Strict } from '../common/strict.ts';
import { SIGNERS_MAX, STATE_BYTES_MAX } from '../limits.ts';

/**
 * Signed bytes in a DSSE envelope (the one of in-toto and sigstore): the signature covers the type besides the bytes, and bytes are
 * verified before anybody reads them as JSON.
 */

/** Of a type or of the id of a key. */
const NAME_CHARACTERS_MAX = 1000;

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly { readonly keyid: string; readonly sig: Uint8Array }[];
}

/** What is in an envelope, and how it is told when it is refused. */
export interface SignedKind {
  readonly type: string;
  /** How the codes of its refusals begin. */
  readonly code: string;
  /** Such as "state". */
  readonly noun: string;
  /** Where it comes from, the end of a sentence. */
  readonly from: string;
}

/** The text of an envelope around `payload`, signed with each of `keys`. The same inputs give the same bytes. */
export function sealEnvelope(payloadType: string, payload: Uint8Array, keys: readonly KeyObject[]): string {
  const signatures = keys.map((key) => ({
    keyid: toHex(keyHash(key)),
    sig: sign(null, encoding(payloadType, payload), key).toString('base64'),
  }));
  const text = { payloadType, payload: Buffer.from(payload).toString('base64'), signatures };
  return `${JSON.stringify(text, null, 2)}\n`;
}

/**
 * The payload of an envelope that one of `keys` signed.
 * @throws HoldfastError …_MALFORMED (exit code 2); …_UNSIGNED, …_KEY_UNKNOWN or …_SIGNATURE (1), which begin with the code of the kind
 */
export function openEnvelope(text: string, kind: SignedKind, keys: readonly KeyObject[]): Uint8Array {
  const { type, code, noun } = kind;
  const envelope = readEnvelope(text, kind);
  if (envelope.payloadType !== type) throw malformed(kind, `it is signed as another type than ${type}`);
  if (envelope.signatures.length === 0) throw refused(kind, `${code}_UNSIGNED`, `the ${noun} is not signed`);
  const known = envelope.signatures.flatMap(({ keyid, sig }) =>
    keys.filter((key) => toHex(keyHash(key)) === keyid).map((key) => ({ key, sig })),
  );
  if (known.length === 0) {
    const words = `the ${noun} is signed by none of the keys that this fleet trusts`;
    throw refused(kind, `${code}_KEY_UNKNOWN`, words);
  }
  const signed = encoding(type, envelope.payload);
  if (known.some(({ key, sig }) => verify(null, signed, key, sig))) return envelope.payload;
  throw refused(kind, `${code}_SIGNATURE`, `the signature of the ${noun} is wrong`);
}

/** The payload of an envelope that was judged before. */
export function payloadOf(text: string): Uint8Array {
  return Buffer.from((JSON.parse(text) as { readonly payload: string }).payload, 'base64');
}

function refused({ noun, from }: SignedKind, code: string, message: string): HoldfastError {
  return new HoldfastError(code, message, {
    remedy: `Do not use this ${noun}; get it again from ${from}.`,
    exitCode: 1,
  });
}

/** DSSE's pre-authentication encoding: lengths before texts, so that nothing can be moved between them. */
function encoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload]);
}

export function malformed({ code, noun, from }: SignedKind, what: string): HoldfastError {
  return new HoldfastError(`${code}_MALFORMED`, `this is no signed ${noun}: ${what}`, {
    remedy: `Get the ${noun} again from ${from}.`,
  });
}

function readEnvelope(text: string, kind: SignedKind): Envelope {
  const reading = new Strict((what) => malformed(kind, what));
  if (text.length > STATE_BYTES_MAX) throw malformed(kind, `it has more than ${STATE_BYTES_MAX} bytes`);
  const read = readJson(text);
  if ('fault' in read) throw malformed(kind, `it ${read.fault}`);
  const { payloadType, payload, signatures } = reading.object(read.value, [
    'payloadType',
    'payload',
    'signatures',
  ]);
  return {
    payloadType: reading.text(payloadType, 'payloadType', NAME_CHARACTERS_MAX),
    payload: reading.base64(payload, 'payload'),
    signatures: reading.list(signatures, 'signatures', 0, SIGNERS_MAX).map((entry) => {
      const { keyid, sig } = reading.object(entry, ['keyid', 'sig']);
      return { keyid: reading.text(keyid, 'keyid', NAME_CHARACTERS_MAX), sig: reading.base64(sig, 'sig') };
    }),
  };
}
