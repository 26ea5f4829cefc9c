/** Everything that is not a check, in slices with a bound each. docs/SPEC.md section 6. */
import {
  ARENA_CHANGED, BURNED_BLOCK, DONE, GEOMETRY, MEMORY_CHANGED, MODE_RUN, MODE_WINDOW, NO_WINDOW, OUTCOME_REVERTED_OVERDUE,
  SLICE_CHANGE, SLICE_CYCLES_SAID, STAGE_ARMED, STEPS_A_SLICE_WINDOW, TRIAL_OVERDUE, WINDOW_POLICY_ON_SAFE_INPUT,
} from './format';
import { burnedWindowPolicy } from './burned';
import { keepCrc } from './digest/crc32c';
import { answerHolds, configurationHolds, faultReason, mode, setFault, setFaultAfterFlip, setMode } from './mode';
import { cycles, safeInput } from './port';
import { scanStep } from './slots/scan';
import { burnedIsSealed, geometryIsSealed, seal, sealHolds } from './slots/seal';
import { candidateStage } from './slots/state';
import { abandonRequest, abortRequest, serverDecides, serverIsBusy, serverJobStep, serverStep, serverWaitsForJob } from './smp/server';
import { loadIsInterrupted } from './window/activation';
import { closeWindow } from './window/close';
import { beginActivateJob, beginInterruptedLoadJob, beginOpenJob, beginRevertJob, forgetJob, jobRuns, jobStep } from './window/job';
import { endLease, leaseIsOpen, leaseTicksLeft, openBegin } from './window/lease';
import { sliceBegins, sliceDoes, sliceEnds } from './window/slices';
import { sealTasks, tasksHold } from './window/tasks';
import { onTrial, trialCount, trialIsOverdue } from './window/trial';
import { nextFits, workBegin, workLeft } from './work';

let wasParked: bool = false;
/** Set when what was begun by itself could not be written: it is not tried again before a window or a reset. */
let changeFailed: bool = false;

/**
 * Does one slice and gives the mode (0 run, 1 window).
 *
 * @param checks how many checks the loop did since the last call
 */
export function service(checks: u32): u32 {
  if (mode() == MODE_RUN) {
    sliceBegins(cycles());
    watchAnswer();
    if (faultReason() == DONE) trialCount(checks);
    serviceInRun();
    sliceEnds(cycles());
  } else {
    serviceSealed();
  }
  if (mode() != MODE_WINDOW) return MODE_RUN;
  sealTasks();
  return MODE_WINDOW;
}

/**
 * Whether the next slice has something to do: a request, bytes or a job; a lease that time or the machine ends; a trial that is overdue;
 * a machine that parks or moves, or stands still while something waits for that. What is scanned in the background does not count.
 */
export function serviceHasWork(): bool {
  if (serverIsBusy() || jobRuns()) return true;
  const parked = safeInput() == 1;
  if (mode() == MODE_WINDOW) return !parked || leaseTicksLeft() == 0;
  const overdue = trialIsOverdue();
  if (parked != wasParked || (overdue && faultReason() != TRIAL_OVERDUE)) return true;
  if (!parked || changeFailed || !configurationHolds()) return false;
  return overdue || loadIsInterrupted() || candidateStage() == STAGE_ARMED;
}

/** A slice in WINDOW believes memory only while its seal holds: what it writes lasts. Without work it neither decides nor writes. */
function serviceSealed(): void {
  if (!serviceHasWork()) return;
  keepCrc();
  const changed = changedMemory();
  if (changed != DONE) {
    failClosed(changed);
    return;
  }
  watchAnswer();
  serviceInWindow();
  seal();
}

/** What has changed by itself since the slice before; DONE when nothing did. */
function changedMemory(): u32 {
  if (!burnedIsSealed()) return BURNED_BLOCK;
  if (!geometryIsSealed()) return GEOMETRY;
  return sealHolds() && tasksHold() ? DONE : MEMORY_CHANGED;
}

/** Ends the window at once, nothing written, with a FAULT that lasts until a reset. */
function failClosed(reason: u32): void {
  forgetJob();
  endLease();
  setFault(reason);
  setMode(MODE_RUN);
  abandonRequest(reason);
}

// @ts-ignore: decorator
@inline
function watchAnswer(): void {
  if (!answerHolds()) setFaultAfterFlip(faultReason() == DONE ? ARENA_CHANGED : faultReason());
}

function serviceInRun(): void {
  const changed = scanStep();
  if (changed == BURNED_BLOCK || changed == MEMORY_CHANGED || (changed != DONE && faultReason() == DONE)) setFault(changed);
  const parked = safeInput() == 1;
  const overdue = trialIsOverdue();
  if (overdue) setFault(TRIAL_OVERDUE);
  if (parked) changeWhileParked(overdue);
  if (mode() != MODE_RUN) {
    sliceDoes(SLICE_CHANGE);
    return;
  }
  wasParked = parked;
  serverStep();
}

/** Begins what waited for the machine to be parked; the mode says whether something did. */
function changeWhileParked(overdue: bool): void {
  const waits = overdue || candidateStage() == STAGE_ARMED || loadIsInterrupted();
  if ((wasParked && !waits) || !configurationHolds()) return;
  if (loadIsInterrupted()) {
    setMode(MODE_WINDOW);
    beginInterruptedLoadJob();
  } else if (overdue && !changeFailed) {
    setMode(MODE_WINDOW);
    beginRevertJob(OUTCOME_REVERTED_OVERDUE);
  } else if (candidateStage() == STAGE_ARMED && !changeFailed) {
    setMode(MODE_WINDOW);
    beginActivateJob();
  } else if (!wasParked && burnedWindowPolicy() == WINDOW_POLICY_ON_SAFE_INPUT && openBegin(0, true, true) == DONE) {
    // Once a parking: when the token cannot be written, it is not tried again before the machine moved.
    wasParked = true;
    beginOpenJob();
  }
}

function serviceInWindow(): void {
  const parked = safeInput() == 1;
  if (leaseIsOpen()) {
    wasParked = parked;
    changeFailed = false;
    if (!parked || leaseTicksLeft() == 0) {
      abortRequest(NO_WINDOW);
      closeWindow(parked, false);
      return;
    }
  }
  if (jobRuns()) workInWindow();
  else serveInWindow();
  // A job that could not do what it was begun for, though the machine stood still, is not begun again by itself.
  if (mode() == MODE_WINDOW && !leaseIsOpen() && !jobRuns()) {
    const isParked = safeInput() == 1;
    changeFailed = isParked && (candidateStage() == STAGE_ARMED || (onTrial() && faultReason() == TRIAL_OVERDUE));
    closeWindow(isParked, false);
  }
}

/** Steps of the job until it ends or the slice is full. A step that does not say what it takes is the last one. */
function workInWindow(): void {
  let before = SLICE_CYCLES_SAID;
  workBegin(before);
  do {
    before = workLeft();
    if (serverWaitsForJob()) serverJobStep();
    else jobStep();
  } while (jobRuns() && mode() == MODE_WINDOW && workLeft() < before && nextFits());
}

/** Steps until nothing is left to do, a job begins or the window closes. What is decided over a request is the first step of a slice. */
function serveInWindow(): void {
  for (let i: u32 = 0; i < STEPS_A_SLICE_WINDOW; i++) {
    if (i > 0 && serverDecides()) return;
    if (!serverStep() || jobRuns() || mode() != MODE_WINDOW) return;
  }
}
