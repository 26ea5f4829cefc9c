/** Everything that is not a check, in slices with a bound each. docs/SPEC.md section 6. */
import { ARENA_CHANGED, DONE, NO_WINDOW, TRIAL_OVERDUE } from './admit/refusal';
import { RECEIVE_A_SLICE_RUN, RECEIVE_A_SLICE_WINDOW } from './limits';
import { safeInput } from './port';
import { scanStep } from './slots/arena';
import { OUTCOME_REVERTED_OVERDUE } from './slots/outcome';
import { abortRequest, serverStep, serverWaitsForJob } from './smp/server';
import { POLICY_ON_SAFE_INPUT, burnedWindowPolicy } from './window/burned';
import { closeWindow } from './window/close';
import { beginRevertJob, jobRuns, jobStep } from './window/job';
import { leaseIsOpen, leaseTicksLeft, openLease } from './window/lease';
import { MODE_RUN, MODE_WINDOW, faultReason, mode, setFault, setMode } from './window/mode';
import { trialCount, trialIsOverdue } from './window/trial';

let wasParked: bool = false;

/**
 * Does one slice and gives the mode (0 run, 1 window).
 *
 * @param checks how many checks the loop did since the last call
 */
export function service(checks: u32): u32 {
  if (mode() == MODE_RUN) {
    if (faultReason() == DONE) trialCount(checks);
    serviceInRun();
  } else {
    serviceInWindow();
  }
  return mode();
}

function serviceInRun(): void {
  if (scanStep() != DONE && faultReason() == DONE) setFault(ARENA_CHANGED);
  const parked = safeInput() == 1;
  if (trialIsOverdue()) {
    setFault(TRIAL_OVERDUE);
    if (parked) {
      setMode(MODE_WINDOW);
      beginRevertJob(OUTCOME_REVERTED_OVERDUE);
      return;
    }
  }
  if (parked && !wasParked && burnedWindowPolicy() == POLICY_ON_SAFE_INPUT) openLease(0, true);
  wasParked = parked;
  serverStep(RECEIVE_A_SLICE_RUN);
}

function serviceInWindow(): void {
  const parked = safeInput() == 1;
  wasParked = parked;
  if (leaseIsOpen() && (!parked || leaseTicksLeft() == 0)) {
    abortRequest(NO_WINDOW);
    closeWindow(parked);
    return;
  }
  if (serverWaitsForJob() || !jobRuns()) serverStep(RECEIVE_A_SLICE_WINDOW);
  else jobStep();
  // What was pending when the lease ended was activated then; a job that could not do it is not begun again by itself.
  if (mode() == MODE_WINDOW && !leaseIsOpen() && !jobRuns()) closeWindow(false);
}
