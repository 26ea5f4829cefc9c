/** How a window ends: closed, expired, or by the machine moving. What is pending is activated only while it is parked. */
import { ARENA_CHANGED } from '../admit/refusal';
import { loadedSlot } from '../slots/arena';
import { STAGE_PENDING, candidateStage } from '../slots/state';
import { beginActivateJob, beginReloadJob, jobRuns } from './job';
import { endLease } from './lease';
import { MODE_RUN, faultReason, setMode } from './mode';

/**
 * Ends the lease. A pending edition is activated when `mayActivate`; an arena that changed in RAM is loaded again. The mode goes
 * back to RUN when that is done, at once when there is nothing to do.
 */
export function closeWindow(mayActivate: bool): void {
  endLease();
  if (jobRuns()) return;
  if (mayActivate && candidateStage() == STAGE_PENDING) beginActivateJob();
  else if (faultReason() == ARENA_CHANGED) beginReloadJob(loadedSlot());
  else setMode(MODE_RUN);
}
