/** Whether a verified edition may follow the one that runs: what depends on this device now, and not on the image alone. */
import { DONE, EPOCH_LAST, EPOCH_MAX, EPOCH_STALE, NO_SLOT, REPLACES_OTHER, REVERTED_BEFORE } from '../format';
import { Edition, edition, hashLocation, isVerified, namesAsReplaced, sameHash } from '../admit/edition';
import { Examination } from '../admit/examination';
import { examineIsAtBody, examineStep } from '../admit/examine';
import { revertedBegin, revertedStep } from './outcome';
import { confirmedEpoch, confirmedHash, confirmedSlot, isRemembered } from './state';

/** Whether the slot that should hold the confirmed edition does. */
function confirmedIsWhole(): bool {
  const slot = confirmedSlot();
  return slot != NO_SLOT && isVerified(edition(slot)) && sameHash(hashLocation(edition(slot)), confirmedHash());
}

/** Whether it is the very edition that was confirmed, which is no more there to run. */
function comesBack(known: Edition): bool {
  return !confirmedIsWhole() && sameHash(hashLocation(known), confirmedHash());
}

/** By epoch and `replaces`. Gives DONE or the refusal. When no confirmed edition is there to run, the epoch alone decides. */
function acceptPresent(known: Edition): u32 {
  if (known.epoch <= confirmedEpoch()) return EPOCH_STALE;
  return confirmedIsWhole() && !namesAsReplaced(known, confirmedEpoch(), confirmedHash()) ? REPLACES_OTHER : DONE;
}

/** Begins to judge whether an edition may follow. */
export function acceptBegin(): void {
  revertedBegin();
}

/**
 * A bounded step, since what became of editions is read in flash. Gives MORE, DONE or the refusal. The very edition that was confirmed may
 * come back when it is not there to run. `forced`: whoever holds the lease insists on an edition that was reverted, or that none could
 * follow; epochs never go back, whatever is insisted on.
 */
export function acceptAfterConfirmed(known: Edition, forced: bool): u32 {
  if (comesBack(known)) return DONE;
  const refusal = acceptPresent(known);
  return refusal == DONE ? acceptPast(known, forced) : refusal;
}

/**
 * A step of the examination of what is to follow: its epoch and `replaces` are judged before its body, so that what could not follow
 * costs no more than a digest. Whoever examines asks acceptAfterConfirmed at the end all the same. Gives MORE, DONE or the refusal.
 */
export function examineFollower(image: Examination): u32 {
  const known = edition(image.slot);
  const refusal = examineIsAtBody(image) && !comesBack(known) ? acceptPresent(known) : DONE;
  return refusal == DONE ? examineStep(image) : refusal;
}

function acceptPast(known: Edition, forced: bool): u32 {
  if (forced) return DONE;
  if (known.epoch == EPOCH_MAX) return EPOCH_LAST;
  return isRemembered(known.epoch, hashLocation(known)) ? REVERTED_BEFORE : revertedStep(hashLocation(known));
}

/** Whether no edition of this epoch could follow the one that runs. Where none does, a hash may decide, which an epoch does not tell. */
export function epochIsStale(epoch: u32): bool {
  return confirmedIsWhole() && epoch <= confirmedEpoch();
}
