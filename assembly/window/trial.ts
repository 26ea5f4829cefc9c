/** The trial of an activated edition: how many checks it answered, and whether it runs longer than it may. */
import { ticks } from '../port';
import { STAGE_TRIAL, candidateStage } from '../slots/state';
import { burned } from './burned';

let checks: u32 = 0;
let startTick: u32 = 0;

export function onTrial(): bool {
  return candidateStage() == STAGE_TRIAL;
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

export function trialIsOverdue(): bool {
  const most = burned().trialTicksMax;
  return most != 0 && onTrial() && trialTicks() > most;
}

export function trialHasEnoughChecks(): bool {
  return checks >= burned().checksToConfirm;
}
