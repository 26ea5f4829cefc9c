import { createPublicKey, type KeyObject, sign } from 'node:crypto';

/**
 * A certificate around an Ed25519 key, since TLS wants one. It says nothing but the key: both sides know the other's key from the inventory
 * and look at nothing else, and TLS shows that the other has the private half. So there is no authority, no name, and no date to run out.
 */

/** DER: tag, length and content (ITU-T X.690). */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.of(tag, body.length), body]);
  if (body.length > 0xffff) throw new RangeError(`a DER value of ${body.length} bytes`);
  return Buffer.concat([Buffer.of(tag, 0x82, body.length >> 8, body.length & 0xff), body]);
}

const TAG = { integer: 0x02, bits: 0x03, object: 0x06, text: 0x0c, utcTime: 0x17, time: 0x18 } as const;
const SEQUENCE = 0x30;
const SET = 0x31;
const VERSION = 0xa0;

/** RFC 8410: id-Ed25519. */
const ED25519 = der(SEQUENCE, der(TAG.object, Buffer.of(0x2b, 0x65, 0x70)));
/** CN=holdfast. */
const COMMON_NAME = der(
  SEQUENCE,
  der(TAG.object, Buffer.of(0x55, 0x04, 0x03)),
  der(TAG.text, Buffer.from('holdfast')),
);
const NAME = der(SEQUENCE, der(SET, COMMON_NAME));
/** RFC 5280: 99991231235959Z is a certificate without a well-known end. */
const VALIDITY = der(
  SEQUENCE,
  der(TAG.utcTime, Buffer.from('700101000000Z')),
  der(TAG.time, Buffer.from('99991231235959Z')),
);
const BITS_UNUSED = Buffer.of(0);
const PEM_COLUMNS = 64;

/** The certificate of a private key in PEM form; the same key gives the same certificate. */
export function certificateOf(key: KeyObject): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const version = der(VERSION, der(TAG.integer, Buffer.of(2)));
  const serial = der(TAG.integer, Buffer.of(1));
  const toSign = der(SEQUENCE, version, serial, ED25519, NAME, VALIDITY, NAME, publicKey);
  const whole = der(SEQUENCE, toSign, ED25519, der(TAG.bits, BITS_UNUSED, sign(null, toSign, key)));
  const lines = whole.toString('base64').match(new RegExp(`.{1,${PEM_COLUMNS}}`, 'g')) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
