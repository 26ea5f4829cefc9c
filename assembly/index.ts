/** The exports of the core, and nothing else. docs/SPEC.md section 6. */
import { faultReason, mode } from './mode';
import { bootEdition } from './boot';
import { receiveByte } from './smp/receive';
import { active } from './check/active';
import { lastToken } from './slots/tokens';
import { leaseTicksLeft } from './window/lease';
import { jobRuns } from './window/job';
import { serverIsBusy } from './smp/server';
import { onTrial, trialChecks } from './window/trial';
import { loadedSlot } from './slots/arena';
import { NO_SLOT } from './slots/state';

export { check, checkInvalid } from './check/check';
export { sweep } from './check/sweep';
export { verdict } from './check/verdict';
export { service } from './service';
export {
  ARENA_LOCATION as ARENA, BURNED_LOCATION as BURNED, GEOMETRY_LOCATION as GEOMETRY, SWEEP_LOCATION as SWEEP, VERDICT_LOCATION as VERDICT,
} from './memory';
export { ARENA_BYTES, LINE_STEPS_MAX } from './limits';

/** Once, after the port filled GEOMETRY and BURNED. Gives 0 when an edition runs, else the reason of the FAULT. */
export function boot(): u32 {
  return bootEdition();
}

/** One received byte; an interrupt may call it. */
export function receive(byte: u32): void {
  receiveByte(byte);
}

/**
 * What displays show: 0 mode, 1 epoch, 2 on trial, 3 reason of a FAULT, 4 checks on trial, 5 token, 6 lease ticks left;
 * 7 whether service has work.
 */
export function stateOf(what: u32): u32 {
  switch (what) {
    case 0: return mode();
    case 1: return loadedSlot() == NO_SLOT ? 0 : active().epoch;
    case 2: return u32(onTrial());
    case 3: return faultReason();
    case 4: return onTrial() ? trialChecks() : 0;
    case 5: return lastToken();
    case 6: return leaseTicksLeft();
    case 7: return u32(serverIsBusy() || jobRuns());
    default: return 0;
  }
}
