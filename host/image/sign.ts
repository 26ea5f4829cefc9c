import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { HoldfastError } from '../common/errors.ts';
import { PUBLIC_KEY_BYTES } from '../format.ts';
import { keyFault } from './key-point.ts';

/** Ed25519 keys, and signatures over the digest of an image. */

export function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}

/** Reads a private Ed25519 key from PEM text. Throws BAD_KEY. */
export function privateKeyFromPem(pem: string): KeyObject {
  if (/-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem)) {
    throw new HoldfastError('BAD_KEY', 'a public key; signing needs the private one of the pair', {
      remedy: 'Give the .pem file that "holdfast keygen" made, not the .pub.pem file.',
    });
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new HoldfastError('BAD_KEY', 'the private key is encrypted', {
      remedy: 'Decrypt it first, for instance with `openssl pkey -in KEY -out PLAIN`.',
    });
  }
  return requireEd25519(() => createPrivateKey(pem), 'private');
}

/** Reads a public Ed25519 key from PEM text; a private one gives its public half. Throws BAD_KEY. */
export function publicKeyFromPem(pem: string): KeyObject {
  return requireEd25519(() => createPublicKey(pem), 'public');
}

function requireEd25519(read: () => KeyObject, kind: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    const remedy = 'Make a pair of keys with "holdfast keygen".';
    throw new HoldfastError('BAD_KEY', `not a ${kind} key in PEM form`, { remedy, cause });
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  const message = `a ${kind} key of type ${key.asymmetricKeyType}, not Ed25519`;
  throw new HoldfastError('BAD_KEY', message, { remedy: 'Make a pair of keys with "holdfast keygen".' });
}

export interface KeyPairPem {
  readonly privatePem: string;
  readonly publicPem: string;
}

export function generateKeyPair(): KeyPairPem {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** SHA-256 of the 44-byte DER SubjectPublicKeyInfo, as TLV 0x0001 carries it. */
export function keyHash(key: KeyObject): Uint8Array {
  return sha256(publicHalf(key).export({ type: 'spki', format: 'der' }));
}

/** The 32 bytes of a public key, as the burned block holds them. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  return Uint8Array.from(publicHalf(key).export({ type: 'spki', format: 'der' }).subarray(-PUBLIC_KEY_BYTES));
}

function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

/** The key of which these are the 32 bytes. Whether they are a key at all is seen when something is verified with it. */
export function publicKeyFromRaw(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: derOf(raw), format: 'der', type: 'spki' });
}

/**
 * The 32 bytes of the public key in a PEM text, as they are burned in.
 * @throws HoldfastError BAD_KEY, for a private key too: it has no business where firmware is made
 */
export function burnableKey(pem: string): Uint8Array {
  if (pem.includes('PRIVATE KEY')) {
    const remedy = 'Name the .pub.pem file that "holdfast keygen" made.';
    throw new HoldfastError('BAD_KEY', 'a private key; firmware knows the public one of the pair', {
      remedy,
    });
  }
  const raw = rawPublicKey(publicKeyFromPem(pem));
  const fault = keyFault(raw);
  if (fault === null) return raw;
  throw new HoldfastError('BAD_KEY', `a public key that nobody can sign with: ${fault}`, {
    remedy: 'Make a pair of keys with "holdfast keygen".',
  });
}

/** `keyHash` of the key of which these are the 32 bytes. */
export function rawKeyHash(raw: Uint8Array): Uint8Array {
  return sha256(derOf(raw));
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo. */
const DER_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

function derOf(raw: Uint8Array): Buffer {
  if (raw.length !== PUBLIC_KEY_BYTES) throw new TypeError(`a raw key of ${raw.length} bytes`);
  return Buffer.concat([DER_HEAD, raw]);
}

/** The 64-byte signature of a 32-byte digest. */
export function signDigest(digest: Uint8Array, key: KeyObject): Uint8Array {
  return Uint8Array.from(sign(null, digest, key));
}

export function verifyDigest(digest: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return verify(null, digest, publicHalf(key), signature);
}
