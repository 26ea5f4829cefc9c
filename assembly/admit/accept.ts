/** Whether a verified edition may follow the one that runs: what depends on this device now, and not on the image alone. */
import { NO_SLOT, confirmedEpoch, confirmedHash, confirmedSlot } from '../slots/state';
import { Edition, namesAsReplaced } from './edition';
import { DONE, EPOCH_STALE, REPLACES_OTHER } from './refusal';

/** Gives DONE or the refusal. When no edition is confirmed, the epoch alone decides. */
export function acceptAfterConfirmed(known: Edition): u32 {
  if (known.epoch <= confirmedEpoch()) return EPOCH_STALE;
  if (confirmedSlot() == NO_SLOT) return DONE;
  return namesAsReplaced(known, confirmedEpoch(), confirmedHash()) ? DONE : REPLACES_OTHER;
}
