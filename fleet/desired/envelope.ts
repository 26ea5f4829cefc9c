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
 * @throws HoldfastError STATE_MALFORMED (exit code 2); STATE_UNSIGNED, STATE_KEY_UNKNOWN or STATE_SIGNATURE (1)
 */
export function openEnvelope(text: string, payloadType: string, keys: readonly KeyObject[]): Uint8Array {
  const envelope = readEnvelope(text);
  if (envelope.payloadType !== payloadType)
    throw malformed(`it is signed as another type than ${payloadType}`);
  if (envelope.signatures.length === 0) throw refused('STATE_UNSIGNED', 'the state is not signed');
  const known = envelope.signatures.flatMap(({ keyid, sig }) =>
    keys.filter((key) => toHex(keyHash(key)) === keyid).map((key) => ({ key, sig })),
  );
  if (known.length === 0) {
    throw refused('STATE_KEY_UNKNOWN', 'the state is signed by none of the keys that this fleet trusts');
  }
  const signed = encoding(payloadType, envelope.payload);
  if (known.some(({ key, sig }) => verify(null, signed, key, sig))) return envelope.payload;
  throw refused('STATE_SIGNATURE', 'the signature of the state is wrong');
}

function refused(code: string, message: string): HoldfastError {
  return new HoldfastError(code, message, {
    remedy: 'Do not use this state; get it again from whoever signs for this fleet.',
    exitCode: 1,
  });
}

/** DSSE's pre-authentication encoding: lengths before texts, so that nothing can be moved between them. */
function encoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload]);
}

export function malformed(what: string): HoldfastError {
  return new HoldfastError('STATE_MALFORMED', `this is no signed state: ${what}`, {
    remedy: 'Give the state.json that `fleet sign` wrote.',
  });
}

const READ = new Strict(malformed);

function readEnvelope(text: string): Envelope {
  if (text.length > STATE_BYTES_MAX) throw malformed(`it has more than ${STATE_BYTES_MAX} bytes`);
  const read = readJson(text);
  if ('fault' in read) throw malformed(`it ${read.fault}`);
  const { payloadType, payload, signatures } = READ.object(read.value, [
    'payloadType',
    'payload',
    'signatures',
  ]);
  return {
    payloadType: READ.text(payloadType, 'payloadType', NAME_CHARACTERS_MAX),
    payload: READ.base64(payload, 'payload'),
    signatures: READ.list(signatures, 'signatures', 0, SIGNERS_MAX).map((entry) => {
      const { keyid, sig } = READ.object(entry, ['keyid', 'sig']);
      return { keyid: READ.text(keyid, 'keyid', NAME_CHARACTERS_MAX), sig: READ.base64(sig, 'sig') };
    }),
  };
}
