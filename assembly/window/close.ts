/** How a window ends: closed, expired, or by the machine moving. What was marked in it is activated only if that is asked for. */
import { ARENA_CHANGED, MODE_RUN, TRIAL_OVERDUE } from '../format';
import { faultReason, setFault, setMode } from '../mode';
import { loadedSlot } from '../slots/arena';
import { markedIsOurs } from '../slots/state';
import { beginActivateJob, beginReloadJob, jobRuns } from './job';
import { endLease } from './lease';
import { trialIsOverdue } from './trial';

/**
 * Ends the lease. While the machine is parked, what was marked under this lease is activated if `activates`, and an arena that changed
 * in RAM is loaded again. The mode goes back to RUN when that is done, at once when there is nothing to do.
 */
export function closeWindow(parked: bool, activates: bool): void {
  const marked = markedIsOurs();
  endLease();
  if (jobRuns()) return;
  if (parked && activates && marked) {
    beginActivateJob();
  } else if (parked && faultReason() == ARENA_CHANGED) {
    beginReloadJob(loadedSlot());
  } else {
    if (trialIsOverdue()) setFault(TRIAL_OVERDUE);
    setMode(MODE_RUN);
  }
}
