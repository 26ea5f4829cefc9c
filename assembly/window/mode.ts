/** In which mode the device is, and what check answers instead of the map: FAULT before MAINTENANCE before the map. */
import { DONE, NO_EDITION } from '../admit/refusal';
import { ASK_THE_MAP, active } from '../check/active';
import { STATE_FAULT, STATE_MAINTENANCE, wordWithoutRow } from '../check/words';
import { burnedFaultAction, burnedHoldAction } from './burned';

export const MODE_RUN: u32 = 0;
export const MODE_WINDOW: u32 = 1;

let current: u32 = MODE_RUN;
let reason: u32 = NO_EDITION;

export function mode(): u32 {
  return current;
}

/** Why check answers FAULT; DONE when a map is admitted. */
export function faultReason(): u32 {
  return reason;
}

export function setMode(next: u32): void {
  current = next;
  refreshAnswer();
}

/** A reason of DONE ends the FAULT. */
export function setFault(next: u32): void {
  reason = next;
  refreshAnswer();
}

/** Takes the burned fault action over; before that, the action is stop. */
export function prepareFaultWord(): void {
  active().faultWord = wordWithoutRow(STATE_FAULT, burnedFaultAction());
  refreshAnswer();
}

function refreshAnswer(): void {
  const map = active();
  if (reason != DONE) map.answer = map.faultWord;
  else if (current != MODE_RUN) map.answer = wordWithoutRow(STATE_MAINTENANCE, burnedHoldAction());
  else map.answer = ASK_THE_MAP;
}
