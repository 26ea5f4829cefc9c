/** Whether a verified edition may follow the one that runs: what depends on this device now, and not on the image alone. */
import { DONE, EPOCH_STALE, NO_SLOT, REPLACES_OTHER } from '../format';
import { Edition, edition, hashLocation, namesAsReplaced, sameHash } from '../admit/edition';
import { confirmedEpoch, confirmedHash, confirmedSlot } from './state';

/** Whether the slot that should hold the confirmed edition does. */
function confirmedIsWhole(): bool {
  const slot = confirmedSlot();
  return slot != NO_SLOT && edition(slot).verified != 0 && sameHash(hashLocation(edition(slot)), confirmedHash());
}

/**
 * Gives DONE or the refusal. When no confirmed edition is there to run, the epoch alone decides, and the very edition that was
 * confirmed may come back.
 */
export function acceptAfterConfirmed(known: Edition): u32 {
  if (!confirmedIsWhole()) {
    if (known.epoch > confirmedEpoch() || sameHash(hashLocation(known), confirmedHash())) return DONE;
    return EPOCH_STALE;
  }
  if (known.epoch <= confirmedEpoch()) return EPOCH_STALE;
  return namesAsReplaced(known, confirmedEpoch(), confirmedHash()) ? DONE : REPLACES_OTHER;
}

/** Whether no edition of this epoch could follow the one that runs. Where none does, a hash may decide, which an epoch does not tell. */
export function epochIsStale(epoch: u32): bool {
  return confirmedIsWhole() && epoch <= confirmedEpoch();
}
