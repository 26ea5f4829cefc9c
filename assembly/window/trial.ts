/** The trial of an activated edition: how many checks it answered, and whether it runs longer than it may. */
import { STAGE_TRIAL, TRIAL_OVERDUE } from '../format';
import { burned } from '../burned';
import { faultReason } from '../mode';
import { ticks } from '../port';
import { loadedSlot } from '../slots/arena';
import { candidateSlot, candidateStage, setTrialStart, trialStart } from '../slots/state';

/** With its complement: it changes in RUN, so no seal is over it. */
let checks: u32 = 0;
let checksAgain: u32 = 0xffffffff;

/** Whether the edition that answers is on trial: what the record says counts only for what was loaded. */
export function onTrial(): bool {
  return candidateStage() == STAGE_TRIAL && candidateSlot() == loadedSlot();
}

export function trialBegin(): void {
  checks = 0;
  checksAgain = 0xffffffff;
  setTrialStart(ticks());
}

/** Adds checks that the loop did; they count only while the map answers, and stay at their maximum. */
export function trialCount(done: u32): void {
  const sum = checks + done;
  if (checks != ~checksAgain) return;
  checks = sum < checks ? 0xffffffff : sum;
  checksAgain = ~checks;
}

export function trialChecks(): u32 {
  return checks;
}

export function trialTicks(): u32 {
  return onTrial() ? ticks() - trialStart() : 0;
}

/** Once overdue it stays so, whatever the tick counter does. */
// @ts-ignore: decorator
@inline
export function trialIsOverdue(): bool {
  const most = burned().trialTicks;
  if (!onTrial()) return false;
  return faultReason() == TRIAL_OVERDUE || (most != 0 && ticks() - trialStart() > most);
}

export function trialHasEnoughChecks(): bool {
  return checks == ~checksAgain && checks >= burned().checksToConfirm;
}
