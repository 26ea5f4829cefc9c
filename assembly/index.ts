/** The exports of the core, and nothing else. docs/SPEC.md section 6. */
import {
  GEOMETRY, NO_SLOT, STATE_OF_BUSY, STATE_OF_EPOCH, STATE_OF_FAULT_REASON, STATE_OF_LEASE_TICKS, STATE_OF_MODE, STATE_OF_ON_TRIAL,
  STATE_OF_REVERTED,
  STATE_OF_TOKEN, STATE_OF_TRIAL_CHECKS,
} from './format';
import { faultReason, mode } from './mode';
import { bootEdition } from './boot';
import { receiveByte } from './smp/receive';
import { active } from './check/active';
import { revertedAtBoot } from './slots/outcome';
import { lastToken } from './slots/tokens';
import { leaseTicksLeft } from './window/lease';
import { serviceHasWork } from './service';
import { onTrial, trialChecks } from './window/trial';
import { loadedSlot } from './slots/arena';

export { check, checkInvalid, checkPlane } from './check/check';
export { untilChange, untilChangePlane } from './check/change';
export { sweep, sweepPlane } from './check/sweep';
export { verdict } from './check/verdict';
export { service } from './service';
export {
  ARENA_LOCATION as ARENA, BURNED_LOCATION as BURNED, GEOMETRY_LOCATION as GEOMETRY, SWEEP_LOCATION as SWEEP, VERDICT_LOCATION as VERDICT,
} from './format';
export { ARENA_BYTES, BEHIND_ARENA_BYTES, COMPACT, LINE_STEPS_MAX, PLANE_STEPS_MAX } from './format';

/** Once, after the port filled GEOMETRY and BURNED. Gives 0 when an edition runs, else the reason of the FAULT. */
export function boot(): u32 {
  return bootEdition();
}

/** One received byte; an interrupt may call it. */
export function receive(byte: u32): void {
  receiveByte(byte);
}

/** What displays show; 0 for what is none of these. */
export function stateOf(what: u32): u32 {
  switch (what) {
    case STATE_OF_MODE: return mode();
    case STATE_OF_EPOCH: return loadedSlot() == NO_SLOT ? 0 : active().epoch;
    case STATE_OF_ON_TRIAL: return u32(onTrial());
    case STATE_OF_FAULT_REASON: return faultReason();
    case STATE_OF_TRIAL_CHECKS: return onTrial() ? trialChecks() : 0;
    case STATE_OF_TOKEN: return lastToken();
    case STATE_OF_LEASE_TICKS: return leaseTicksLeft();
    case STATE_OF_BUSY: return u32(serviceHasWork());
    case STATE_OF_REVERTED: return u32(revertedAtBoot());
    default: return 0;
  }
}
