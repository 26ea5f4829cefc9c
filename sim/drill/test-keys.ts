/** Key pairs for tests, benches and the tour: everybody can make them from their names, so nothing real is ever signed with one. */

import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyPairPem } from '../../host/image/sign.ts';

/** RFC 8410: what stands before the 32 bytes of a secret Ed25519 key in a PKCS #8 structure. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The pair of this name, the same each time. */
export function testKeyPair(name: string): KeyPairPem {
  const seed = createHash('sha256').update(`holdfast TEST KEY, known to everybody: ${name}`).digest();
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  return {
    privatePem: secret.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: createPublicKey(secret).export({ type: 'spki', format: 'pem' }).toString(),
  };
}
