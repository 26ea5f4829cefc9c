/** Whether a verified edition may follow the one that runs: what depends on this device now, and not on the image alone. */
import { DONE, EPOCH_LAST, EPOCH_MAX, EPOCH_STALE, NO_SLOT, REPLACES_OTHER, REVERTED_BEFORE } from '../format';
import { Edition, edition, hashLocation, namesAsReplaced, sameHash } from '../admit/edition';
import { wasReverted } from './outcome';
import { confirmedEpoch, confirmedHash, confirmedSlot } from './state';

/** Whether the slot that should hold the confirmed edition does. */
function confirmedIsWhole(): bool {
  const slot = confirmedSlot();
  return slot != NO_SLOT && edition(slot).verified != 0 && sameHash(hashLocation(edition(slot)), confirmedHash());
}

/**
 * Gives DONE or the refusal. When no confirmed edition is there to run, the epoch alone decides, and the very edition that was
 * confirmed may come back. `forced`: whoever holds the lease insists on an edition that was reverted, or that none could follow;
 * epochs never go back, whatever is insisted on.
 */
export function acceptAfterConfirmed(known: Edition, forced: bool): u32 {
  if (!confirmedIsWhole()) {
    if (sameHash(hashLocation(known), confirmedHash())) return DONE;
    return known.epoch > confirmedEpoch() ? acceptPast(known, forced) : EPOCH_STALE;
  }
  if (known.epoch <= confirmedEpoch()) return EPOCH_STALE;
  if (!namesAsReplaced(known, confirmedEpoch(), confirmedHash())) return REPLACES_OTHER;
  return acceptPast(known, forced);
}

function acceptPast(known: Edition, forced: bool): u32 {
  if (forced) return DONE;
  if (known.epoch == EPOCH_MAX) return EPOCH_LAST;
  return wasReverted(hashLocation(known)) ? REVERTED_BEFORE : DONE;
}

/** Whether no edition of this epoch could follow the one that runs. Where none does, a hash may decide, which an epoch does not tell. */
export function epochIsStale(epoch: u32): bool {
  return confirmedIsWhole() && epoch <= confirmedEpoch();
}
