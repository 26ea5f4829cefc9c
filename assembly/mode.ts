/** In which mode the device is, and what check answers instead of the map: FAULT before MAINTENANCE before the map. */
import { ACTION_STOP, BURNED_BLOCK, DONE, GEOMETRY, MEMORY_CHANGED, MODE_RUN, NO_EDITION, STATE_FAULT, STATE_MAINTENANCE } from './format';
import { burnedFaultAction, burnedHoldAction } from './burned';
import { ASK_NOTHING, active } from './check/active';
import { wordWithoutRow } from './words';

let current: u32 = MODE_RUN;
let reason: u32 = NO_EDITION;
/** How the map in the arena is asked. */
let mapAsk: u32 = ASK_NOTHING;
let faultWord: u32 = wordWithoutRow(STATE_FAULT, ACTION_STOP);

export function mode(): u32 {
  return current;
}

/** Why check answers FAULT; DONE when a map is admitted. */
export function faultReason(): u32 {
  return reason;
}

/**
 * Whether the firmware's own configuration is whole, and the memory that decides over editions; without them nothing is written and
 * nothing ever answers but FAULT, until a reset.
 */
export function configurationHolds(): bool {
  return reason != BURNED_BLOCK && reason != GEOMETRY && reason != MEMORY_CHANGED;
}

export function setMode(next: u32): void {
  current = next;
  refreshAnswer();
}

/** A reason of DONE ends the FAULT, unless it lies in the configuration: that ends with a reset at the earliest. */
export function setFault(next: u32): void {
  if (configurationHolds()) reason = next;
  refreshAnswer();
}

/**
 * How the map that was loaded is asked, ASK_LINE or ASK_PHASES, or ASK_NOTHING while none is whole; it is asked from the next change of
 * mode or FAULT on.
 */
export function setMapAsk(ask: u32): void {
  mapAsk = ask;
}

/** Takes the burned action over; before that, the action of a FAULT is stop. */
export function prepareWords(): void {
  faultWord = wordWithoutRow(STATE_FAULT, burnedFaultAction());
  refreshAnswer();
}

/**
 * As setFault, when what check reads first was found to be other than it should be: the word of a FAULT may be what flipped, and would then
 * read as covered, so it is made anew. A burned block that is not whole says nothing: stop.
 */
export function setFaultAfterFlip(next: u32): void {
  faultWord = wordWithoutRow(STATE_FAULT, reason == BURNED_BLOCK ? ACTION_STOP : burnedFaultAction());
  setFault(next);
}

/** While the map is asked, the answer that stands ready is FAULT: a flip in `ask` gives that and nothing else. */
function answerNow(): u32 {
  if (reason == DONE && current != MODE_RUN) return wordWithoutRow(STATE_MAINTENANCE, burnedHoldAction());
  return faultWord;
}

function askNow(): u32 {
  return reason == DONE && current == MODE_RUN ? mapAsk : ASK_NOTHING;
}

function refreshAnswer(): void {
  const map = active();
  map.faultWord = faultWord;
  map.answer = answerNow();
  map.ask = askNow();
}

/** Whether what check reads first is what it should be; if not, memory has changed under us. Cheap enough for every slice. */
export function answerHolds(): bool {
  const map = active();
  return map.faultWord == faultWord && map.answer == answerNow() && map.ask == askNow();
}
