/** The edition that the holder of the lease insists on: for as long as the token of that lease is the last one. */
import { copyBytes } from '../bytes';
import { HASH_BYTES } from '../format';
import { sameHash } from '../admit/edition';
import { known, knownForcedHash } from './known';
import { lastToken } from './tokens';

/** Takes up that the edition with this hash is insisted on. */
export function force(hash: usize): void {
  copyBytes(knownForcedHash(), hash, HASH_BYTES);
  known().forcedToken = lastToken();
}

/** Whether the edition with this hash is insisted on. */
export function isForced(hash: usize): bool {
  return known().forcedToken != 0 && known().forcedToken == lastToken() && sameHash(hash, knownForcedHash());
}
