/** How a window ends: closed, expired, or by the machine moving. What is pending is activated only while it is parked. */
import { ARENA_CHANGED, MODE_RUN, STAGE_PENDING, TRIAL_OVERDUE } from '../format';
import { faultReason, setFault, setMode } from '../mode';
import { loadedSlot } from '../slots/arena';
import { candidateStage } from '../slots/state';
import { beginActivateJob, beginReloadJob, jobRuns } from './job';
import { endLease } from './lease';
import { trialIsOverdue } from './trial';

/**
 * Ends the lease. While the machine is parked, a pending edition is activated if `mayActivate`, and an arena that changed in RAM is
 * loaded again. The mode goes back to RUN when that is done, at once when there is nothing to do.
 */
export function closeWindow(parked: bool, mayActivate: bool): void {
  endLease();
  if (jobRuns()) return;
  if (parked && mayActivate && candidateStage() == STAGE_PENDING) {
    beginActivateJob();
  } else if (parked && faultReason() == ARENA_CHANGED) {
    beginReloadJob(loadedSlot());
  } else {
    if (trialIsOverdue()) setFault(TRIAL_OVERDUE);
    setMode(MODE_RUN);
  }
}
