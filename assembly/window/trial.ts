/** The trial of an activated edition: how many checks it answered, and whether it runs longer than it may. */
import { STAGE_TRIAL, TRIAL_OVERDUE } from '../format';
import { burned } from '../burned';
import { faultReason } from '../mode';
import { ticks } from '../port';
import { loadedSlot } from '../slots/arena';
import { candidateSlot, candidateStage } from '../slots/state';

let checks: u32 = 0;
let startTick: u32 = 0;

/** Whether the edition that answers is on trial: what the record says counts only for what was loaded. */
export function onTrial(): bool {
  return candidateStage() == STAGE_TRIAL && candidateSlot() == loadedSlot();
}

export function trialBegin(): void {
  checks = 0;
  startTick = ticks();
}

/** Adds checks that the loop did; they count only while the map answers, and stay at their maximum. */
export function trialCount(done: u32): void {
  const sum = checks + done;
  checks = sum < checks ? 0xffffffff : sum;
}

export function trialChecks(): u32 {
  return checks;
}

export function trialTicks(): u32 {
  return onTrial() ? ticks() - startTick : 0;
}

/** Once overdue it stays so, whatever the tick counter does. */
export function trialIsOverdue(): bool {
  const most = burned().trialTicks;
  return onTrial() && (faultReason() == TRIAL_OVERDUE || (most != 0 && trialTicks() > most));
}

export function trialHasEnoughChecks(): bool {
  return checks >= burned().checksToConfirm;
}
