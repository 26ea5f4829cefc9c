import { constants, type KeyObject } from 'node:crypto';
import type { CommonConnectionOptions, SecureContextOptions, TLSSocket } from 'node:tls';
import { toHex } from '../../host/body/bytes.ts';
import { rawPublicKey } from '../../host/image/sign.ts';
import { certificateOf } from './certificate.ts';

/** TLS between server and gateway: 1.3, both sides with their key, each known to the other from the inventory. */

/**
 * Nobody's chain is verified, since there is none; who takes a connection looks at `peerKey` before it sends or reads anything. Sessions
 * are not taken up again: each connection shows its key anew.
 */
export function tlsOptions(key: KeyObject): SecureContextOptions & CommonConnectionOptions {
  return {
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    cert: certificateOf(key),
    minVersion: 'TLSv1.3',
    requestCert: true,
    rejectUnauthorized: false,
    secureOptions: constants.SSL_OP_NO_TICKET,
    ALPNProtocols: ['http/1.1'],
  };
}

/** The Ed25519 public key that the other side showed it has, 64 hexadecimal digits; null: another kind of key, or none. */
export function peerKey(socket: TLSSocket): string | null {
  const key = socket.getPeerX509Certificate()?.publicKey;
  return key?.asymmetricKeyType === 'ed25519' ? toHex(rawPublicKey(key)) : null;
}
