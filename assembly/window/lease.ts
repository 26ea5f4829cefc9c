/** The lease of a maintenance window: who may write, under which token, for how many ticks. Ticks are the device's own. */
import { DONE, FLASH_FAILED, MODE_WINDOW, NOT_PARKED, NO_WINDOW, TOKEN_MISSING, TOKEN_STALE, WINDOW_HELD } from '../format';
import { burned } from '../burned';
import { add } from '../digest/sum';
import { configurationHolds, faultReason, mode, setMode } from '../mode';
import { safeInput, ticks } from '../port';
import { stateIsKnown } from '../slots/state';
import { MORE } from '../refusal';
import { lastToken, raiseToken, tokenHasRoom } from '../slots/tokens';
import { waitsForSlice } from '../work';

let open: bool = false;
let shared: bool = false;
/** Whether the lease opened by itself, so that nobody holds it. */
let unasked: bool = false;
/** What the lease that is being opened will be. */
let opensShared: bool = false;
let opensUnasked: bool = false;
let opensTicks: u32 = 0;
let startTick: u32 = 0;
let lengthTicks: u32 = 0;

export function leaseIsOpen(): bool {
  return open;
}

export function leaseIsShared(): bool {
  return open && shared;
}

/** Ticks until the lease ends; 0 without a lease. */
export function leaseTicksLeft(): u32 {
  const gone = ticks() - startTick;
  return open && gone < lengthTicks ? lengthTicks - gone : 0;
}

/**
 * Begins to open a window for `wanted` ticks (0 or too many: the burned maximum): the mode is WINDOW at once, since the token is
 * written to flash next. `byItself`: nobody asked for it, so whoever asks for a token of their own gets it in its place. Gives DONE or the
 * refusal.
 */
export function openBegin(wanted: u32, asShared: bool, byItself: bool = false): u32 {
  if (!configurationHolds()) return faultReason();
  if (!stateIsKnown()) return FLASH_FAILED;
  if (safeInput() != 1) return NOT_PARKED;
  const isReplaced = open && unasked && !asShared;
  if (open && !isReplaced) return WINDOW_HELD;
  const most = burned().leaseTicks;
  opensShared = asShared;
  opensUnasked = byItself;
  opensTicks = wanted == 0 || wanted > most ? most : wanted;
  setMode(MODE_WINDOW);
  return DONE;
}

/** Raises the token; the lease begins when it is in flash. Gives MORE, DONE or the refusal. */
export function openStep(): u32 {
  if (!tokenHasRoom() || waitsForSlice()) return MORE;
  const result = raiseToken();
  if (result != DONE) return result;
  open = true;
  shared = opensShared;
  unasked = opensUnasked;
  lengthTicks = opensTicks;
  startTick = ticks();
  return DONE;
}

/** Adds what a lease is to the sum that is over all tasks of a window. */
export function addLease(sum: u32): u32 {
  const flags = u32(open) | (u32(shared) << 1) | (u32(unasked) << 2) | (u32(opensShared) << 3) | (u32(opensUnasked) << 4);
  return add(add(add(add(sum, flags), startTick), lengthTicks), opensTicks);
}

/** Ends the lease. The mode stays WINDOW until what the window left to do is done. */
export function endLease(): void {
  open = false;
}

/** Whether a write with this token (0: none given) may pass. Gives DONE or the refusal. */
export function leaseAdmits(token: u32): u32 {
  if (mode() != MODE_WINDOW || !open) return NO_WINDOW;
  if (token != 0) return token == lastToken() ? DONE : TOKEN_STALE;
  return shared ? DONE : TOKEN_MISSING;
}
